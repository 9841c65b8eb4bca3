"""A note: its tag at the page, its card with typed words and handwriting, and the pad for those."""

import time
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.graphics import Color
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.widget import Widget

from client.documents.shape import Box
from client.ink.marks import NOTE_SHEET, Mark
from client.ink.notebook import Notebook
from client.ink.stroke import LiveStroke
from client.ink.tools import WIDTHS
from client.widgets.dialog import Raised
from client.widgets.field import TextField
from client.widgets.icon import Icon
from client.widgets.ink_layer.bake import mesh
from client.widgets.ink_layer.ribbon import Ribbon
from client.widgets.ink_layer.wet import Wet
from client.widgets.label import BareText
from client.widgets.page_view.pen import pressure
from client.widgets.plate import Plate
from client.widgets.tool import Tool
from client.widgets.touch import Pressable

__all__ = ["BareText", "Icon", "NoteButton", "NoteCard", "NotePad", "NoteTag", "TextField", "Tool"]
__all__ += ["stand_beside"]

KEEP_SECONDS = 0.4
"""After the last key, until typed words are kept: saved within half a second."""
INK = "pen1"


class NoteTag(Pressable, Plate, AnchorLayout):
    """Where a note is on the page."""

    on = BooleanProperty(False)
    shared = BooleanProperty(False)


class NoteButton(Pressable, Plate, AnchorLayout):
    """A word with its icon in the colours of a note."""

    text = StringProperty("")
    icon = StringProperty("")


class NotePad(Widget):
    """The sheet of a note to write on by hand; fires ``on_line(points)`` in the sheet's points."""

    writable = BooleanProperty(True)

    __events__ = ("on_line",)

    def __init__(self, **kwargs: Any) -> None:
        self._mark: Mark | None = None
        self._live: LiveStroke | None = None
        self._began = 0
        self._wet = Wet()
        super().__init__(**kwargs)
        self._redraw = Clock.create_trigger(self._draw, -1)
        self.canvas.after.add(self._wet.group)
        for name in ("pos", "size"):
            self.fbind(name, self._redraw)

    @property
    def ratio(self) -> float:
        """Pixels for a point of the sheet."""
        return float(self.width / NOTE_SHEET[0])

    def show(self, mark: Mark) -> None:
        """Set what is written."""
        self._mark = mark
        self._redraw()

    def _colour(self) -> Any:
        return getattr(App.get_running_app().theme, INK)

    def _draw(self, *_args: object) -> None:
        self.canvas.clear()
        if self._mark is None:
            return
        ribbon = Ribbon()
        for stroke in self._mark.strokes.values():
            ribbon.stroke(self._dots(stroke.points), WIDTHS[1] * self.ratio, even=False)
        if ribbon.indices:
            self.canvas.add(Color(*self._colour()))
            self.canvas.add(mesh(ribbon))

    def _dots(self, points: Any) -> list[tuple[float, float, float]]:
        ratio = self.ratio
        return [(self.x + p.x * ratio, self.y + p.y * ratio, p.pressure) for p in points]

    def on_touch_down(self, touch: Any) -> bool:
        """Begin to write."""
        if not self.writable or not self.collide_point(*touch.pos) or self._live is not None:
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        self._live = LiveStroke(WIDTHS[1])
        self._began = time.monotonic_ns()
        box = Box(self.x, self.y, self.right, self.top)
        width = WIDTHS[1] * self.ratio
        self._wet.begin(self._colour(), width, box, highlighter=False, dark=False)
        self._add(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Go on writing."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))
        self._add(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """The line is finished."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        touch.ungrab(self)
        live, self._live = self._live, None
        self._wet.clear()
        if live is not None and live.points:
            self.dispatch("on_line", live.finish())
        return True

    def _add(self, touch: Any) -> None:
        if self._live is None:
            return
        x = min(max(0.0, (touch.x - self.x) / self.ratio), NOTE_SHEET[0])
        y = min(max(0.0, (touch.y - self.y) / self.ratio), NOTE_SHEET[1])
        ms = (time.monotonic_ns() - self._began) // 1_000_000
        if self._live.add(x, y, ms, pressure(touch)):
            self._wet.line(self._dots(self._live.points))

    def on_line(self, points: Any) -> None:
        """A line was written."""


def stand_beside(card: Any, tag: Any, page: Any) -> None:
    """Let a card stand beside its tag, within the page's view."""
    left, low = page.to_window(page.x, page.y)
    right, top = left + page.width, low + page.height

    def place(*_args: object) -> None:
        x, y = tag.to_window(tag.x, tag.top)
        beside = x + tag.width + dp(8)
        if beside + card.width > right - dp(8) and x - dp(8) - card.width >= left:
            beside = x - dp(8) - card.width
        card.x = min(max(left, beside), right - card.width - dp(8))
        card.top = max(min(top - dp(8), y), low + card.height + dp(8))

    for name in ("width", "height"):
        card.fbind(name, place)
    place()


class NoteCard(Raised):
    """An open note. Fires ``on_close``, ``on_delete`` and ``on_share``; keeps what is written."""

    words = StringProperty("")
    editing = BooleanProperty(False)
    typing = BooleanProperty(False)
    written = BooleanProperty(False)
    shared = BooleanProperty(False)
    pad_height = NumericProperty(0)

    __events__ = ("on_close", "on_delete", "on_share")

    def __init__(self, mark: Mark, book: Notebook, *, editing: bool, **kwargs: Any) -> None:
        self.mark = mark.id
        self._book = book
        super().__init__(**kwargs)
        self._keep_soon = Clock.create_trigger(lambda _elapsed: self.keep(), KEEP_SECONDS)
        self.editing = editing
        self.ids.pad.bind(on_line=lambda _pad, points: self._book.write_note(self.mark, points))
        self.ids.field.bind(text=self._typed)
        self.show(mark)

    def show(self, mark: Mark) -> None:
        """Set what the note says."""
        self.words, self.shared = mark.body, bool(mark.shared)
        self.written = bool(mark.strokes)
        if not self.typing:
            self.ids.field.text = mark.body
        self.ids.pad.show(mark)

    def edit(self) -> None:
        """Let it be written on."""
        self.editing = True

    def type(self) -> None:
        """Bring the keyboard."""
        self.typing = True
        self.ids.field.focus_in()

    def _typed(self, *_args: object) -> None:
        if self.typing:
            self._keep_soon()

    def keep(self) -> None:
        """Keep what was typed."""
        self._keep_soon.cancel()
        known = self._book.get(self.mark)
        words = self.ids.field.text
        if self.typing and known is not None and known.body != words:
            self._book.change(self.mark, body=words)

    def on_touch_down(self, touch: Any) -> bool:
        """Keep what falls on the card from the page below; in Đọc a tap lets it be edited."""
        if super().on_touch_down(touch):
            return True
        inside = bool(self.collide_point(*touch.pos))
        if inside and not self.editing:
            self.edit()
        return inside

    def on_close(self) -> None:
        """Đóng was tapped."""

    def on_delete(self) -> None:
        """Xóa was tapped."""

    def on_share(self) -> None:
        """Chia sẻ was tapped."""
