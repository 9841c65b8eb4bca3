"""Where something stands among its steps."""

from typing import Any

from kivy.properties import ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from client.widgets.kv import load_kv
from client.widgets.label import BareText
from client.widgets.person import Disc

__all__ = ["BareText", "Disc", "Step", "Stepper"]


class Step(BoxLayout):
    """One step: done, now or later."""

    text = StringProperty("")
    number = StringProperty("")
    stage = OptionProperty("later", options=("done", "now", "later"))


class StepLine(Widget):
    """The line between two steps."""


class Stepper(BoxLayout):
    """``steps`` are their words; ``current`` is the index of the step that runs now."""

    steps = ListProperty()
    current = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("steps", "current"):
            self.fbind(name, self._lay_out)
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        self.clear_widgets()
        for place, words in enumerate(self.steps):
            if place:
                self.add_widget(StepLine())
            stage = "done" if place < self.current else "now" if place == self.current else "later"
            self.add_widget(Step(text=words, number=str(place + 1), stage=stage))


load_kv(__file__)
