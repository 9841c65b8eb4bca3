"""Beside the page: what changed, and the notes that need a look."""

from collections.abc import Sequence
from typing import Any

from kivy.app import App
from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout

from client.selectors.revision import ChangeRow, NoteRow
from client.widgets.button import StyledButton
from client.widgets.icon import BareIcon, Icon
from client.widgets.label import Text
from client.widgets.metrics import high
from client.widgets.plate import Plate
from client.widgets.tool import Segmented
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "ChangeLine", "Icon", "ReviewCard", "RevisionTray", "Segmented"]
__all__ += ["StyledButton", "Text"]

AT_ONCE = 2
"""So many notes are shown before the rest is asked for."""
ONE_LINE = 24
"""Letters of a change that fit beside its word at text size Thường."""
TWO_LINES = 68
"""dp at text size Thường."""


class ChangeLine(Pressable, Plate, BoxLayout):
    """One place that changed."""

    number = NumericProperty(0)
    icon = StringProperty("edit")
    tone = StringProperty("amb")
    word = StringProperty("")
    text = StringProperty("")
    on = BooleanProperty(False)
    tray = ObjectProperty(None, allownone=True)

    def on_release(self) -> None:
        """Go there."""
        self.tray.dispatch("on_change", self.number)


def _height(text: str) -> float:
    """Return a line's height in pixels: a second line of words needs room for its marks."""
    k = App.get_running_app().k
    return float(high(56, k) if len(text) * k <= ONE_LINE else dp(TWO_LINES) * k)


class ReviewCard(Plate, BoxLayout):
    """One note without a sure place: keep, drop, or accept what is suggested."""

    mark = StringProperty("")
    where = StringProperty("")
    text = StringProperty("")
    suggested = BooleanProperty(False)
    page = NumericProperty(0)
    tray = ObjectProperty(None)


class RevisionTray(Plate, BoxLayout):
    """The changes and the notes.

    Fires ``on_change(number)``, ``on_keep``, ``on_drop`` and ``on_accept(mark)``, ``on_note(page)``
    and ``on_hide`` of changes of figures.
    """

    changes = ListProperty()
    chosen = NumericProperty(-1)
    title = StringProperty("")
    review = StringProperty("")
    more = StringProperty("")
    rows = NumericProperty(0)
    waiting = NumericProperty(0)
    """How many notes need a look."""
    tight = BooleanProperty(False)
    """Too low for both lists: one at a time, by `section`."""
    section = OptionProperty("changes", options=("changes", "notes"))
    listed = BooleanProperty(True)
    looked = BooleanProperty(False)
    """Which of the two lists is seen."""
    numbers = BooleanProperty(True)
    some_numbers = BooleanProperty(False)

    __events__ = ("on_change", "on_keep", "on_drop", "on_accept", "on_note", "on_hide")

    def __init__(self, **kwargs: Any) -> None:
        self._notes: Sequence[NoteRow] = ()
        self._all = False
        super().__init__(**kwargs)

    def show(
        self,
        rows: Sequence[ChangeRow],
        notes: Sequence[NoteRow],
        tr: Any,
        *,
        numbers: bool,
        some: bool,
    ) -> None:
        """Set what is listed; `some`: there are changes of figures alone."""
        self.title = tr("cmp.list", n=len(rows)) if rows else tr("cmp.none")
        self.numbers, self.some_numbers = numbers, some
        self._rows, self._tr = list(rows), tr
        self.rows, self.waiting = len(rows), len(notes)
        self._list()
        self._notes = notes
        self._cards()

    def _list(self) -> None:
        self.changes = [
            {
                "number": row.number,
                "icon": row.icon,
                "tone": row.tone,
                "word": row.word,
                "text": row.text,
                "on": row.number == self.chosen,
                "height": _height(row.text),
                "tray": self,
            }
            for row in self._rows
        ]

    def _cards(self) -> None:
        notes = self._notes if self._all else self._notes[: AT_ONCE - 1]
        left = len(self._notes) - len(notes)
        self.review = self._tr("rev.tray", n=len(self._notes)) if self._notes else ""
        self.more = self._tr("rev.more", n=left) if left else ""
        place = self.ids.notes
        place.clear_widgets()
        for note in notes:
            place.add_widget(
                ReviewCard(
                    tray=self,
                    mark=note.mark,
                    where=note.where,
                    text=note.text,
                    suggested=note.suggested,
                    page=note.page,
                )
            )

    def show_all(self) -> None:
        """Every note, not only the first."""
        self._all = True
        self._cards()

    def on_touch_down(self, touch: Any) -> bool:
        """Nothing of the page is touched through it."""
        return bool(super().on_touch_down(touch)) or bool(self.collide_point(*touch.pos))

    def on_change(self, number: int) -> None:
        """A change was tapped."""
        self.chosen = number
        self._list()

    def on_keep(self, mark: str) -> None:
        """[Giữ ở trang này]."""

    def on_drop(self, mark: str) -> None:
        """[Bỏ]."""

    def on_accept(self, mark: str) -> None:
        """The suggested place is right."""

    def on_note(self, page: int) -> None:
        """Where a note may be is to be seen."""

    def on_hide(self) -> None:
        """Hide changes of figures, or show them again."""
