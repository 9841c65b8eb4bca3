"""Several questions in one sitting: the way from one to another, and the list of them."""

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from client.actions import QuestionTurned
from client.selectors.sitting import QuestionRow, SittingView
from client.widgets.button import StyledButton
from client.widgets.icon import BareIcon
from client.widgets.kv import load_kv
from client.widgets.label import BareText, Text
from client.widgets.plate import Plate
from client.widgets.touch import Pressable

__all__ = ["BareIcon", "BareText", "Plate", "QuestionLine", "QuestionList", "SittingStrip"]
__all__ += ["StepMark", "StyledButton", "Text"]


class SittingStrip(BoxLayout):
    """Which question this is, with the way to the others; stands in a top bar."""

    label = StringProperty("")
    told = StringProperty("")
    before = StringProperty("")
    after = StringProperty("")
    brief = BooleanProperty(False)
    """The bar has more to say: how many are sent is in the list only."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def show(self, view: SittingView) -> None:
        """Set the strip."""
        self.label, self.told = view.label, view.told
        self.before, self.after = view.before, view.after

    def turn(self, poll: str) -> None:
        """Show another question, or the list."""
        self.app.dispatch(QuestionTurned(poll))


class QuestionLine(Pressable, Plate, BoxLayout):
    """One question of the list; a touch leads to it."""

    view = ObjectProperty(None, allownone=True)
    number = StringProperty("")
    question = StringProperty("")
    icon = StringProperty("circle")
    tone = StringProperty("ink2")
    status = StringProperty("")
    detail = StringProperty("")

    def show(self, view: QuestionRow) -> None:
        """Set the line."""
        self.view = view
        self.number, self.question = view.number, view.question
        self.icon, self.tone, self.status = view.icon, view.tone, view.text
        self.detail = view.detail


class QuestionList(BoxLayout):
    """Every question with what was sent of it, or how it came out; fires ``on_draft``."""

    heading = StringProperty("")
    note = StringProperty("")
    following = StringProperty("")
    read = StringProperty("")

    __events__ = ("on_draft",)

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def show(self, view: SittingView) -> None:
        """Set the list."""
        self.heading, self.note, self.following = view.heading, view.note, view.following
        self.read = view.read
        box = self.ids.lines
        while len(box.children) > len(view.rows):
            box.remove_widget(box.children[0])
        while len(box.children) < len(view.rows):
            line = QuestionLine()
            line.bind(on_release=lambda one: self.turn(one.view.poll))
            box.add_widget(line)
        for line, row in zip(reversed(box.children), view.rows, strict=True):
            line.show(row)

    def turn(self, poll: str) -> None:
        """Go to a question."""
        self.app.dispatch(QuestionTurned(poll))

    def on_draft(self) -> None:
        """Someone wants to read on."""


load_kv(__file__)
