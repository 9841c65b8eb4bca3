"""Several questions in one sitting, as whoever presides and the desk see them."""

from dataclasses import dataclass
from typing import Literal

from client.selectors.words import Words
from client.state import RoomView
from server.protocol.state import MeetingState, Poll, PollState

Does = Literal["close", "next", "wait", "tie", "publish"]
LISTED, LONG = 6, 80
"""How many questions a dialog lists, and how many letters of each."""
TOGETHER = frozenset({"tablet", "paper"})
"""Ways in which several questions may be answered at once."""


@dataclass(frozen=True, slots=True)
class SittingQuestion:
    """One question: how many ballots it has, and who has sent none."""

    poll: str
    place: int
    question: str
    state: PollState
    line: str
    """What is known of it: 12/13, prepared, counted."""
    received: int
    expected: int
    missing: tuple[str, ...]
    counting: bool
    can_extend: bool


@dataclass(frozen=True, slots=True)
class ChairSitting:
    """A sitting that can be opened, is open, or waits to be published."""

    series: str
    of: int
    questions: tuple[SittingQuestion, ...]
    together: bool
    """All may be opened at once: none is by hands or by names called."""

    def those(self, *states: PollState) -> tuple[SittingQuestion, ...]:
        """Return the questions in these states."""
        return tuple(one for one in self.questions if one.state in states)

    @property
    def running(self) -> tuple[SittingQuestion, ...]:
        """The questions that take ballots, or are on hold."""
        return self.those("open", "paused")

    @property
    def following(self) -> SittingQuestion | None:
        """The question that is opened next."""
        return next(iter(self.those("prepared")), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Whoever has not sent a ballot of every open question."""
        names = (name for one in self.running for name in one.missing)
        return tuple(dict.fromkeys(names))


def sitting_with(room: RoomView, poll: Poll, words: Words) -> ChairSitting | None:
    """Return the sitting that a poll is a question of, or None when it stands alone."""
    if not poll.place:
        return None
    questions = room.state.questions(poll.series)
    return ChairSitting(
        poll.series,
        how_many(room.state, poll),
        tuple(_question(room, one, words) for one in questions),
        all(one.rule.way in TOGETHER for one in questions if one.state == "prepared"),
    )


def how_many(state: MeetingState, poll: Poll) -> int:
    """Return how many questions the sitting of a poll has; 0 for a poll that stands alone."""
    if not poll.place:
        return 0
    return max(one.place for one in state.polls.values() if one.series == poll.series)


def place_of(state: MeetingState, poll: Poll, words: Words) -> str:
    """Return which question of its sitting a poll is: Câu 2/4; empty when it stands alone."""
    of = how_many(state, poll)
    return words("sitting.at", n=poll.place, m=of) if of else ""


def _question(room: RoomView, poll: Poll, words: Words) -> SittingQuestion:
    progress = room.progress.get(poll.id)
    received, sent = (progress.received, progress.people) if progress else (0, ())
    roll = room.state.roll
    missing = tuple(roll[one].name for one in poll.electorate if one not in sent and one in roll)
    expected = len(poll.electorate) or poll.present
    running = poll.state in {"open", "paused"}
    counting = poll.state == "closed" and poll.tally is None
    line = words("chair.counting") if counting else words(f"sitting.stage.{poll.state}")
    return SittingQuestion(
        poll.id,
        poll.place,
        poll.question,
        poll.state,
        f"{received}/{expected}" if running else line,
        received,
        expected,
        missing if running else (),
        counting,
        running and bool(poll.ends_at),
    )


def act_of(sitting: ChairSitting, words: Words) -> tuple[str, Does]:
    """Return what the chair does next with a sitting that was opened, and what that is called."""
    running, following, shut = sitting.running, sitting.following, sitting.those("closed")
    if len(running) > 1:
        return words("sitting.close.all", n=len(running)), "close"
    if running and following is not None:
        return words("sitting.close.next", n=following.place, m=sitting.of), "close"
    if running:
        return words("vd.close"), "close"
    if following is not None:
        return words("sitting.open.next", n=following.place, m=sitting.of), "next"
    if any(one.counting for one in shut):
        return words("chair.counting"), "wait"
    many = len(shut) > 1
    return words("sitting.publish.all", n=len(shut)) if many else words("vd.publish"), "publish"


def caption_of(sitting: ChairSitting, words: Words) -> str:
    """Return which questions are on: Câu 2/4, or 4 câu hỏi."""
    running = sitting.running
    if len(running) == 1:
        return words("sitting.at", n=running[0].place, m=sitting.of)
    return words("sitting.count", n=len(running) or len(sitting.questions))


def asked_of(sitting: ChairSitting, ready: str, words: Words) -> str:
    """Return what the dialog says before a sitting is opened: its questions, and who is there."""
    waiting = sitting.those("prepared")
    lines = [f"{one.place}. {_short(one.question)}" for one in waiting[:LISTED]]
    if len(waiting) > LISTED:
        lines.append(words("sitting.more", n=len(waiting) - LISTED))
    if not sitting.together:
        lines.append(words("sitting.onebyone"))
    return "\n".join((*lines, ready))


def _short(text: str) -> str:
    return text if len(text) <= LONG else text[: LONG - 1].rstrip() + "…"
