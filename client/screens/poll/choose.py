"""First step: the question, the rule in words, the choices. Nothing is sent from here."""

from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.relativelayout import RelativeLayout
from kivy.utils import get_hex_from_color

from client.selectors.poll import BallotView, ChoiceRow
from client.theme import Theme
from client.widgets.ballot import BallotButton
from client.widgets.label import words_high

ONE_COLUMN = 3
"""So many answers stand one below the other; more of them side by side."""
QUESTIONS = {"title1": 3, "title2": 4, "title3": 9}
"""The sizes of a question, the wanted one first, with the lines that it may take."""
TALL, LEAST, APART = 132, 120, 24
"""How high an answer is and may be at the least, and the gap between two of them; in dp."""
BEGIN, MARGIN, TIGHT, GAP, LINE = 180, 24, 12, 16, 12
"""Where the answers begin; the space above the question and the least of it; the space above the
answers; between question and rule; all in dp."""
ROOMY = 1.2
"""Up to this text scale answers have their full height."""


class PollRule(BoxLayout):
    """The rule in words; what is bold stands out in the colour of text too."""

    text = StringProperty("")

    def painted(self, text: str, theme: Theme) -> str:
        """Return the markup with the theme's ink round every bold part."""
        ink = get_hex_from_color(theme.ink)
        for sign in ".,;":  # a line never begins with what ends the bold words
            text = text.replace(f"[/b]{sign}", f"{sign}[/b]")
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
    k = NumericProperty(1)
    role = StringProperty("title1")
    margin = NumericProperty(0)
    low = NumericProperty(0)

    __events__ = ("on_choice", "on_draft")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._again = Clock.create_trigger(self._lay_out, -1)
        for widget, name in ((self, "size"), (self.ids.rule, "height"), (self.ids.foot, "top")):
            widget.fbind(name, self._again)

    def show(self, view: BallotView) -> None:
        """Set the words and the choices."""
        self.question, self.rule, self.note = view.question, view.rule, view.note
        self.has_draft = view.has_draft
        box = self.ids.choices
        while len(box.children) < len(view.choices):
            button = AnswerButton()
            button.bind(on_release=self._chosen)
            box.add_widget(button)
        for button, row in zip(reversed(box.children), view.choices, strict=True):
            self._dress(button, row, view.paused)
        self._lay_out()

    def _lay_out(self, *_args: object) -> None:
        """Give the answers their height and the question the largest type that leaves them room."""
        if self.width < dp(LEAST):
            return
        foot, high, head, spare = self.ids.foot.top + dp(TIGHT / 2), 0.0, 0.0, 0.0
        for columns, role, tall in self._ways():
            lines = -(-len(self.ids.choices.children) // columns)
            high = dp(lines * tall + (lines - 1) * APART)
            asked = words_high(self.question, self.width - dp(96), role, "semibold")
            head = asked + dp(LINE) + self.ids.rule.height
            spare = self.height - foot - high - dp(GAP) - head
            most = words_high("\n" * (QUESTIONS[role] - 1), self.width, role, "semibold")
            if spare >= dp(TIGHT) and asked <= most:
                break
        self.columns, self.role, self.margin = columns, role, min(dp(MARGIN), max(0, spare))
        for button in self.ids.choices.children:
            button.height = dp(tall)
        top = min(self.height - dp(BEGIN), self.height - self.margin - head - dp(GAP))
        self.low = max(foot, top - high)

    def _ways(self) -> list[tuple[int, str, int]]:
        """Columns, type of the question and height of an answer, the best first."""
        first = 1 if len(self.ids.choices.children) <= ONE_COLUMN else 2
        heights = (TALL, LEAST) if self.k < ROOMY else (LEAST,)
        columns = range(first, 3)
        return [(one, role, high) for one in columns for role in QUESTIONS for high in heights]

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
