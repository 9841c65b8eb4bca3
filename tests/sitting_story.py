"""A tablet, desk or display whose commands the real rules answer, in a sitting of questions."""

from typing import Any

from msgspec.structs import replace as change

from client.actions import CommandAccepted, CommandRefused, CommandSent, PreferencesChanged
from client.state import AppState, Pending, Preferences
from client.store import Store
from server.core.audience import audience
from server.core.decide import decide
from server.core.redact import personal, redact
from server.core.roles import Actor
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol.refusals import Refusal
from server.protocol.rules import Rule
from tests.polls_story import RULES
from tests.story import ROOM, SECRETARY, Story, app_state

SERIES = "dot1"
QUESTIONS: tuple[tuple[str, str, Rule], ...] = (
    ("c1", "Thông qua chương trình hội nghị", Rule(form="procedural", base="present")),
    ("c2", "Thông qua dự thảo Nghị quyết về chuyển đổi số trong các cơ quan đảng", Rule()),
    ("c3", "Giới thiệu nhân sự quy hoạch Phó Chủ tịch", RULES["nomination"]),
    ("c4", "Chủ trương đầu tư khu Y", Rule()),
)


def arranged(story: Story | None = None, asked: int = 4) -> Story:
    """Questions that wait as one sitting."""
    story = story or Story().open()
    for poll, question, rule in QUESTIONS[:asked]:
        story.do(c.PreparePoll(poll, "i2", question, rule))
    story.do(c.ArrangeSeries(SERIES, tuple(one[0] for one in QUESTIONS[:asked])))
    return story


def sealed_too() -> Story:
    """A sealed question with a limit, and an election, as one sitting that is open."""
    story = Story().open()
    body = change(story.state.organization, sealed=True)
    story.state = change(story.state, organization=body)
    first, *after = story.log[0]
    made = change(first.event, organization=body)
    story.log[0] = (change(first, event=made), after[0], after[1])
    story.do(c.PreparePoll("c1", "i2", QUESTIONS[2][1], change(RULES["secret"], seconds=120)))
    story.do(c.PreparePoll("c2", "i2", "Bầu Bí thư", RULES["election1"]))
    story.happen((e.KeysOffered("c1", ("k" * 43, "l" * 43)),), SECRETARY)
    story.do(c.ArrangeSeries(SERIES, ("c1", "c2")))
    story.do(c.OpenSeries(SERIES))
    return story


class Live:
    """What a screen needs of its app: a real store, and rules that answer what is sent."""

    def __init__(
        self, stage: Any, story: Story, person: str, state: AppState | None = None
    ) -> None:
        self.look, self.story, self.person = stage.app, story, person
        self.store = Store(state or app_state(story, person), lambda show: show())
        self.sent: list[c.Command] = []
        self._told = len(story.log)
        self._names = 0

    @property
    def k(self) -> float:
        return float(self.look.k)

    @property
    def language(self) -> str:
        return str(self.look.language)

    def tr(self, key: str, language: str | None = None, **params: object) -> str:
        return str(self.look.tr(key, language, **params))

    def prefer(self, preferences: Preferences) -> None:
        """Let the selectors speak as the window does."""
        self.dispatch(PreferencesChanged(preferences))

    def dispatch(self, action: Any) -> None:
        self.store.dispatch(action)

    def new_id(self) -> str:
        self._names += 1
        return f"new{self._names}"

    def send(self, command: c.Command) -> None:
        """Give the command to the rules, and hear what came of it."""
        self.sent.append(command)
        waiting = Pending(f"r{len(self.sent)}", ROOM, command, self.store.state.now)
        self.dispatch(CommandSent(waiting))
        self.story.now += 1_000
        actor = Actor(self.person, f"may-{self.person}", secretary=self.person == SECRETARY)
        decision = decide(self.story.state, command, actor, self.story.now)
        if isinstance(decision, Refusal):
            self.dispatch(CommandRefused(waiting, decision))
            return
        self.story.happen(decision, self.person)
        self.dispatch(CommandAccepted(waiting, self.story.now))
        self.hear()

    def hear(self) -> None:
        """Take what the record has told this person's audience since the last time."""
        who = audience(self.story.state, self.person)
        new, self._told = self.story.log[self._told :], len(self.story.log)
        seen = (redact(entry, before, after, who) for entry, before, after in new)
        entries = tuple(one for one in seen if one is not None)
        view = self.store.state.rooms[ROOM]
        if entries:
            self.dispatch(f.Events(ROOM, view.epoch, view.position + 1, entries))
        self.dispatch(f.OnlyYours(ROOM, personal(self.story.state, self.person)))
        for poll in self.story.state.open_polls():
            self.dispatch(f.Progress(ROOM, poll.id, poll.received, tuple(poll.ballots)))
