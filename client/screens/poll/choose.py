"""First step: the question, the rule in words, the choices. Nothing is sent from here."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.relativelayout import RelativeLayout
from kivy.utils import get_hex_from_color

from client.selectors.poll import BallotView, ChoiceRow
from client.theme import Theme
from client.widgets.ballot import BallotButton

ONE_COLUMN = 3
"""So many answers stand one below the other; more of them side by side."""


class PollRule(BoxLayout):
    """The rule in words; what is bold stands out in the colour of text too."""

    text = StringProperty("")

    def painted(self, text: str, theme: Theme) -> str:
        """Return the markup with the theme's ink round every bold part."""
        ink = get_hex_from_color(theme.ink)
        return text.replace("[b]", f"[b][color={ink}]").replace("[/b]", "[/color][/b]")


class AnswerButton(BallotButton):
    """A ballot button that knows which answer it gives."""

    key = StringProperty("")


class ChooseStep(RelativeLayout):
    """Fires ``on_choice(choice)`` and ``on_draft``."""

    question = StringProperty("")
    rule = StringProperty("")
    note = StringProperty("")
    has_draft = BooleanProperty(False)
    draft_text = StringProperty("")
    columns = NumericProperty(1)

    __events__ = ("on_choice", "on_draft")

    def show(self, view: BallotView) -> None:
        """Set the words and the choices."""
        self.question, self.rule, self.note = view.question, view.rule, view.note
        self.has_draft = view.has_draft
        self.columns = 1 if len(view.choices) <= ONE_COLUMN else 2
        box = self.ids.choices
        while len(box.children) < len(view.choices):
            button = AnswerButton()
            button.bind(on_release=self._chosen)
            box.add_widget(button)
        for button, row in zip(reversed(box.children), view.choices, strict=True):
            self._dress(button, row, view.paused)

    def _dress(self, button: Any, row: ChoiceRow, paused: bool) -> None:
        button.key, button.choice, button.text = row.choice, row.look, row.text
        button.mark = row.mark
        button.note = "" if row.chosen else row.hint
        button.chosen, button.chosen_text = row.chosen, row.hint if row.chosen else ""
        button.disabled = paused

    def _chosen(self, button: Any) -> None:
        self.dispatch("on_choice", button.key)

    def on_choice(self, choice: str) -> None:
        """Someone tapped that choice."""

    def on_draft(self) -> None:
        """Someone wants to look at the draft."""
