"""Second step: what is about to be sent.

Deaf until nothing has touched it for 0.7 s, so that neither a double tap nor a hand that rests on
the glass can send; then it takes a fresh touch.
"""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.relativelayout import RelativeLayout

from client.selectors.poll import BallotView
from client.widgets.button import StyledButton

PHRASES = ("opinion.agree", "opinion.add", "opinion.clarify")
SEPARATOR = "; "
LONG = 18
"""The letters of a choice that stand in the largest words on one line."""


def said_in(text: str) -> list[str]:
    """Return the phrases of an opinion."""
    return [one for one in text.split(SEPARATOR) if one]


class Phrase(StyledButton):
    """A ready sentence; the chosen one is filled."""

    on = BooleanProperty(False)
    words = StringProperty("")


class ConfirmStep(RelativeLayout):
    """Fires ``on_again`` and ``on_send(opinion)``."""

    DELAY = 0.7
    """Seconds without a touch after which one counts (ui.md 4.5)."""

    question = StringProperty("")
    caption = StringProperty("")
    caps = StringProperty("")
    choice = StringProperty("for")
    mark = StringProperty("")
    role = StringProperty("choice")
    said = StringProperty("")
    note = StringProperty("")
    busy = BooleanProperty(False)
    armed = BooleanProperty(False)
    wants_opinion = BooleanProperty(False)
    phrases = ListProperty()

    __events__ = ("on_again", "on_send", "on_words", "on_write")

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)
        self._arm = Clock.create_trigger(self._armed, self.DELAY)
        self._arm()

    def _armed(self, *_args: object) -> None:
        self.armed = True

    def on_touch_down(self, touch: Any) -> bool:
        """Swallow touches until armed; each begins the wait anew."""
        if not self.armed:
            self._arm.cancel()
            self._arm()
            return True
        return bool(super().on_touch_down(touch))

    def show(self, view: BallotView) -> None:
        """Set what is about to be sent; what is on its way unseen stays as it was."""
        self.question, self.note = view.question, view.note
        self.busy = view.step == "sending"
        row = next((one for one in view.choices if one.choice == view.choice), None)
        if row is None:
            return
        self.caption, self.caps = self.app.tr("vote.youchose"), row.caps
        self.choice, self.mark = row.look, row.mark
        self.role = "choice" if len(row.caps) <= LONG else "verdict"
        self.wants_opinion, self.said = row.opinion, view.opinion
        self._opinion_strip()

    def _opinion_strip(self) -> None:
        box = self.ids.strip
        if not self.wants_opinion:
            box.clear_widgets()
            return
        if not box.children:
            for key in PHRASES:
                phrase = Phrase(words=self.app.tr(key))
                phrase.bind(on_release=self._toggle)
                box.add_widget(phrase)
            write = StyledButton(kind="secondary", icon="pencil", text=self.app.tr("opinion.write"))
            write.bind(on_release=lambda *_: self.dispatch("on_write"))
            box.add_widget(write)
        said = said_in(self.said)
        for phrase in box.children:
            if isinstance(phrase, Phrase):
                phrase.on = phrase.words in said

    def _toggle(self, phrase: Any) -> None:
        said = said_in(self.said)
        if phrase.words in said:
            said.remove(phrase.words)
        else:
            said.append(phrase.words)
        self.dispatch("on_words", SEPARATOR.join(said))

    def opinion(self) -> str:
        """Return the words that go with the choice."""
        return self.said if self.wants_opinion else ""

    def on_words(self, text: str) -> None:
        """The words that go with the choice are these now."""

    def on_write(self) -> None:
        """Someone wants to write them."""

    def on_again(self) -> None:
        """Someone wants to choose again."""

    def on_send(self, opinion: str) -> None:
        """Someone sends the choice."""
