"""Góp ý: writing to the secretary about an item, and reading what was sent or received."""

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.recycleview.views import RecycleDataViewBehavior

from client import actions as a
from client.changes.commenting import CommentDrafted
from client.selectors.comments import (
    CommentForm,
    CommentLine,
    CommentLines,
    comment_form,
    comment_lines,
)
from client.widgets.button import StyledButton
from client.widgets.dialog import Sheet
from client.widgets.field import TextField
from client.widgets.goals import GoalList
from client.widgets.icon import Icon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.metrics import high
from client.widgets.plate import Plate
from client.widgets.rows import CheckRow
from client.widgets.tool import Segmented
from client.widgets.touch import Pressable
from server.protocol import commands as c

__all__ = ["BareText", "CheckRow", "CommentList", "CommentRow", "CommentSheet", "GoalList", "Icon"]
__all__ += ["PhraseKey", "Plate", "ReceivedSheet", "Segmented", "StyledButton", "Text", "TextField"]
__all__ += ["WholeComment", "WritePane", "open_comments", "open_received", "say_instead"]

PHRASES = ("comment.phrase.1", "comment.phrase.2", "comment.phrase.3", "comment.phrase.4")
LONGEST = 8_000
"""Characters that the wire takes in one comment."""
GROUP, COMMENT, LINES = 56, 24, 104
"""Heights in dp: a group's head; a comment's margins, and its lines at text size Thường."""
LETTERS, LETTERS_TAKEN = 160, 110
"""Letters of a comment in the list, without and with a button beside them."""
TALL = 224


class PhraseKey(StyledButton):
    """A ready sentence; a tap puts it behind what is written."""


class CommentRow(RecycleDataViewBehavior, Pressable, Plate, BoxLayout):
    """A group's head, or a comment: a tap shows all of it, its button is the officer's."""

    kind = StringProperty("comment")
    title = StringProperty("")
    text = StringProperty("")
    line = StringProperty("")
    icon = StringProperty("")
    tone = StringProperty("ink2")
    act = StringProperty("")
    view = ObjectProperty(None, allownone=True)
    owner = ObjectProperty(None, allownone=True)

    def on_release(self) -> None:
        """Read it whole."""
        if self.owner is not None and self.kind == "comment":
            open_comment(self.owner.app, self.view)

    def take(self) -> None:
        """Into the minutes, or out of them."""
        take(self.owner.app, self.view)


class CommentList(GoalList):
    """The comments that this person may read, by item."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(viewclass="CommentRow", empty="comment.none", **kwargs)

    def fill(self, view: CommentLines) -> None:
        """Set the comments."""
        self.count = len(view.lines)
        self.ids.rows.data = [
            {
                "kind": line.kind,
                "title": line.title,
                "text": self._begin(line),
                "line": line.line,
                "icon": line.icon,
                "tone": line.tone,
                "act": line.act,
                "view": line,
                "owner": self,
                "size": (None, self._height(line)),
            }
            for line in view.lines
        ]

    def _begin(self, line: CommentLine) -> str:
        """The words that fit in two lines."""
        most = int((LETTERS_TAKEN if line.act else LETTERS) / self.app.k)
        text = " ".join(line.text.split())
        return text if len(text) <= most else text[:most].rpartition(" ")[0] + "…"

    def _height(self, line: CommentLine) -> float:
        k = self.app.k
        return high(GROUP, k) if line.kind == "group" else float(dp(COMMENT + LINES * k))


class WritePane(BoxLayout):
    """The words, what they are about, who reads them."""

    about = StringProperty("page")
    readers = StringProperty("officers")
    instead = BooleanProperty(False)
    wide = BooleanProperty(True)

    def __init__(self, app: Any, form: CommentForm, *, instead: bool, **kwargs: Any) -> None:
        self.app, self.form = app, form
        super().__init__(**kwargs)
        self.about = "page" if form.page else "item"
        self.instead = instead
        about = f" · {form.paper_title}" if form.page else ""
        self.field = TextField(
            label=app.tr("comment.field") + about,
            text=form.draft,
            hint=app.tr("comment.told"),
            multiline=True,
            tall=TALL,
        )
        self.ids.field_place.add_widget(self.field)
        self.field.bind(text=self._typed)
        for key in PHRASES:
            button = PhraseKey(text=app.tr(key))
            button.bind(on_release=lambda key: self._phrase(key.text))
            self.ids.phrases.add_widget(button)

    def _typed(self, _field: Any, text: str) -> None:
        self.field.error = ""
        self.app.dispatch(CommentDrafted(self.form.item, text))

    def _phrase(self, phrase: str) -> None:
        before = self.field.text.rstrip()
        self.field.text = f"{before}\n{phrase}" if before else phrase

    def command(self) -> c.SendComment | None:
        """Return what is to be sent; None, and the field says why, when it cannot be."""
        text = self.field.text.strip()
        if not text or len(text) > LONGEST:
            key = "comment.long" if text else "comment.missing"
            self.field.error = self.app.tr(key, n=LONGEST)
            return None
        form = self.form
        about = (form.paper, form.version, form.page) if self.about == "page" else ("", 0, 0)
        return c.SendComment(
            self.app.new_id(),
            form.item,
            text,
            *about,
            instead=self.instead,
            readers="members" if self.readers == "members" else "officers",
        )


class CommentSheet(Sheet):
    """Two leaves: writing on one item, and everything that was sent or received."""

    tab = StringProperty("write")
    listed = StringProperty("")
    asks = BooleanProperty(False)
    """Whether the words may stand for a speech."""
    body_height = NumericProperty(400)
    room = NumericProperty(400)

    def __init__(self, app: Any, item: str, *, instead: bool = False, **kwargs: Any) -> None:
        self.app = app
        form = comment_form(app.store.state, item)
        self.list = CommentList(app)
        self.pane = WritePane(app, form, instead=instead and form.instead)
        self._end: Callable[[], None] = lambda: None
        super().__init__(card_width=1120, easy=False, **kwargs)
        self.send_key = self.ids.send.__self__  # outlives its place while the list is shown
        self.title = form.title
        self._may_ask = form.instead
        self.bind(tab=self._show_tab)
        self._show_tab()

    def open(self) -> Any:
        """Show, and follow what becomes of the comments."""
        opened = super().open()
        self._end = self.app.store.watch(comment_lines, self._show)
        return opened

    def _show(self, view: CommentLines) -> None:
        key = "comment.received" if view.officer else "comment.mine"
        self.listed = self.app.tr(key, n=view.count)
        self.list.fill(view)

    def _show_tab(self, *_args: object) -> None:
        place = self.ids.place
        place.clear_widgets()
        place.add_widget(self.pane if self.tab == "write" else self.list)
        self.asks = self._may_ask and self.tab == "write"
        self.ids.foot.clear_widgets()
        if self.tab == "write":
            self.ids.foot.add_widget(self.send_key)

    def send(self) -> None:
        """Give it to the secretary, now or when the line is back."""
        command = self.pane.command()
        if command is not None:
            self.close()
            send(self.app, command)

    def on_closed(self) -> None:
        """Follow no longer."""
        self._end()


class ReceivedSheet(Sheet):
    """What officers have received, by item."""

    body_height = NumericProperty(400)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        self.list = CommentList(app)
        super().__init__(card_width=1120, title=app.tr("comment.sheet"), **kwargs)
        self.ids.place.add_widget(self.list)
        self._end: Callable[[], None] = lambda: None

    def open(self) -> Any:
        """Show, and follow what arrives."""
        opened = super().open()
        self._end = self.app.store.watch(comment_lines, self.list.fill)
        return opened

    def on_closed(self) -> None:
        """Follow no longer."""
        self._end()


class WholeComment(Sheet):
    """One comment, every word of it."""

    text = StringProperty("")
    line = StringProperty("")
    tone = StringProperty("ink2")

    def __init__(self, app: Any, view: CommentLine, **kwargs: Any) -> None:
        self.app, self.view = app, view
        super().__init__(card_width=960, title=view.title, **kwargs)
        self.text, self.line, self.tone = view.text, view.line, view.tone
        if view.act:
            key = StyledButton(text=app.tr(f"comment.{view.act}"), grade="xl", size_hint_x=1)
            key.bind(on_release=lambda *_: self.take())
            self.ids.foot.add_widget(key)

    def take(self) -> None:
        """Into the minutes, or out of them."""
        self.close()
        take(self.app, self.view)


def open_comments(app: Any, item: str = "", *, instead: bool = False) -> CommentSheet:
    """Open the sheet for an item, else for the one on screen or in progress."""
    state = app.store.state
    room = state.room()
    chosen = item or state.place.item or (room.state.current if room else "")
    sheet = CommentSheet(app, chosen, instead=instead)
    sheet.open()
    return sheet


def open_received(app: Any) -> ReceivedSheet:
    """Open what was received, at the desk."""
    sheet = ReceivedSheet(app)
    sheet.open()
    return sheet


def open_comment(app: Any, view: CommentLine) -> "WholeComment":
    """Open one comment to be read whole."""
    sheet = WholeComment(app, view)
    sheet.open()
    return sheet


def say_instead(app: Any, item: str) -> None:
    """Turn a speech that was not called into a comment: what is written already goes at once."""
    form = comment_form(app.store.state, item)
    if not form.draft.strip():
        open_comments(app, item, instead=True)
        return
    send(app, c.SendComment(app.new_id(), item, form.draft.strip()[:LONGEST], instead=True))


def send(app: Any, command: c.SendComment) -> None:
    """Send a comment; without a line it waits on this device, and the person is told."""
    app.send(command)
    if app.store.state.line != "connected":
        app.dispatch(a.MessageShown("comment.queued"))


def take(app: Any, view: CommentLine) -> None:
    """Put a comment into the minutes, or take it out."""
    app.send(c.TakeComment(view.comment, view.act == "take"))


load_kv(__file__)
