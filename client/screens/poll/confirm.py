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
    note = StringProperty("")
    busy = BooleanProperty(False)
    armed = BooleanProperty(False)
    wants_opinion = BooleanProperty(False)
    phrases = ListProperty()

    __events__ = ("on_again", "on_send")

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
        """Set what is about to be sent."""
        row = next((one for one in view.choices if one.choice == view.choice), view.choices[0])
        self.question, self.note = view.question, view.note
        self.caption, self.caps = self.app.tr("vote.youchose"), row.caps
        self.choice = row.choice
        self.busy = view.step == "sending"
        self.wants_opinion = row.choice == "other"
        self._opinion_strip()

    def _opinion_strip(self) -> None:
        box = self.ids.strip
        if not self.wants_opinion:
            box.clear_widgets()
            return
        if box.children:
            return
        for key in PHRASES:
            phrase = Phrase(words=self.app.tr(key))
            phrase.bind(on_release=self._toggle)
            box.add_widget(phrase)

    def _toggle(self, phrase: Any) -> None:
        phrase.on = not phrase.on

    def opinion(self) -> str:
        """Return the phrases that are chosen, as one sentence."""
        chosen = [one.words for one in reversed(self.ids.strip.children) if one.on]
        return "; ".join(chosen)

    def on_again(self) -> None:
        """Someone wants to choose again."""

    def on_send(self, opinion: str) -> None:
        """Someone sends the choice."""
