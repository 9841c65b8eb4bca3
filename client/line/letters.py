"""What has been asked and not yet answered: commands and questions, until each has its answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from client import actions as a
from client.state import Pending
from server.protocol import frames as f
from server.protocol.commands import CastBallot, Command, SealBallot, SendComment
from server.protocol.ids import MeetingId, PersonId, RequestId, Time
from server.protocol.office import Question
from server.protocol.refusals import Code, Refusal

AGAIN = frozenset(
    {
        Code.NOT_JOINED,
        Code.TOO_MANY_REQUESTS,
        Code.SERVER_CLOSING,
        Code.NOT_SIGNED_IN,
        Code.MUST_CHANGE_PIN,
        Code.TOKEN_WRONG,
    }
)
"""Refusals that speak of the moment and not of the command: it is sent again later (SPEC 6.4).

So are a ballot and a comment that could not be recorded; other commands then are not, since minutes
later they may no longer be meant.
"""


class Outbox(Protocol):
    """Where requests outlive the process. Neither call waits for the disk."""

    def keep(self, person: PersonId, pending: Pending) -> None:
        """Hold a request until it is dropped."""

    def drop(self, request: RequestId) -> None:
        """Let go of an answered request."""


@dataclass(slots=True)
class Letter:
    """One request. A quiet one is the device's own: not kept, and nobody hears its refusal."""

    pending: Pending
    quiet: bool = False
    sent: bool = False

    @property
    def frame(self) -> f.Request:
        """What asks for it."""
        return f.Request(self.pending.id, self.pending.room, self.pending.command)

    def waits(self, refusal: Refusal) -> bool:
        """Say whether it is to be sent again after this refusal."""
        kept = isinstance(self.pending.command, CastBallot | SealBallot | SendComment)
        patient = self.quiet or kept
        return refusal.code in AGAIN or (patient and refusal.code is Code.NOT_RECORDED)


class Letters:
    """The unanswered requests and questions of one person at one device, oldest first."""

    def __init__(self, outbox: Outbox, new_id: Callable[[], RequestId]) -> None:
        self._outbox = outbox
        self._new_id = new_id
        self._letters: dict[RequestId, Letter] = {}
        self._questions: dict[RequestId, Question] = {}

    def write(
        self, person: PersonId, room: MeetingId, command: Command, at: Time, *, quiet: bool
    ) -> Pending:
        """Take a new request."""
        pending = Pending(self._new_id(), room, command, at)
        self._letters[pending.id] = Letter(pending, quiet)
        if not quiet:
            self._outbox.keep(person, pending)
        return pending

    def restore(self, kept: tuple[Pending, ...]) -> None:
        """Take up requests from the disk, older than any made since."""
        newer, self._letters = self._letters, {one.id: Letter(one) for one in kept}
        self._letters.update(newer)

    def ask(self, question: Question) -> f.Ask:
        """Take a new question and return what asks it."""
        frame = f.Ask(self._new_id(), question)
        self._questions[frame.id] = question
        return frame

    def questions(self) -> Iterator[f.Ask]:
        """Yield what asks every unanswered question again."""
        for request, question in self._questions.items():
            yield f.Ask(request, question)

    def due(self, joined: Callable[[MeetingId], bool]) -> Iterator[f.Request]:
        """Yield the requests to send now; they count as sent from then on."""
        for letter in self._letters.values():
            if not letter.sent and joined(letter.pending.room):
                letter.sent = True
                yield letter.frame

    def unsend(self) -> None:
        """The line is gone: whatever was sent may not have arrived."""
        for letter in self._letters.values():
            letter.sent = False

    def accepted(self, frame: f.Accepted) -> list[a.Action]:
        """Close an accepted request; an answer to nothing means nothing."""
        letter = self._letters.pop(frame.id, None)
        if letter is None:
            return []
        self._outbox.drop(frame.id)
        return [a.CommandAccepted(letter.pending, frame.at)]

    def answered(self, frame: f.Answer) -> list[a.Action]:
        """Close an answered question."""
        question = self._questions.pop(frame.id, None)
        return [a.QuestionAnswered(question, frame.reply)] if question else []

    def refused(self, frame: f.Refused) -> tuple[list[a.Action], Letter | None]:
        """Close what was refused, or let it wait: then the letter comes back too."""
        question = self._questions.pop(frame.id, None)
        if question is not None:
            return [a.QuestionRefused(question, frame.refusal)], None
        letter = self._letters.get(frame.id)
        if letter is not None and letter.waits(frame.refusal):
            letter.sent = False
            return [], letter
        return (self._close(letter, frame.refusal) if letter is not None else []), None

    def without_room(self, theirs: set[MeetingId]) -> list[a.Action]:
        """Close what waits for a meeting that is none of theirs."""
        gone = [one for one in self._letters.values() if one.pending.room not in theirs]
        return [did for one in gone for did in self._close(one, Refusal(Code.ROOM_UNKNOWN))]

    def clear(self) -> None:
        """Forget everything here; the outbox keeps what is in it."""
        self._letters.clear()
        self._questions.clear()

    def _close(self, letter: Letter, refusal: Refusal) -> list[a.Action]:
        del self._letters[letter.pending.id]
        self._outbox.drop(letter.pending.id)
        return [a.CommandRefused(letter.pending, refusal, quiet=letter.quiet)]
