"""What has been asked about the words of open documents: questions that wait for the process."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from client.documents import messages
from client.documents.renderer import FailureCode, RenderFailure

ATTEMPTS = 2
OUTLINE = 0


@dataclass(slots=True, eq=False)
class Reading:
    """A page to be read, or with `page` 0 the outline; `second` by the second engine."""

    document: str
    page: int
    answer: "asyncio.Future[Any]"
    attempts: int = 0
    second: bool = False

    def order(self, ticket: int) -> messages.Order:
        """What the process is asked."""
        if self.page == OUTLINE:
            return messages.ReadOutline(ticket, self.document)
        return messages.Read(ticket, self.document, self.page, self.second)

    def take(self, answer: messages.Answer) -> None:
        """The process has answered."""
        if isinstance(answer, messages.PageRead):
            self._settle(answer.text)
        elif isinstance(answer, messages.OutlineRead):
            self._settle(answer.entries)
        else:
            self.fail(FailureCode.PAGE_FAILED)

    def fail(self, code: FailureCode) -> None:
        """There will be no answer."""
        self._settle(RenderFailure(code, self.document))

    def _settle(self, result: object) -> None:
        if not self.answer.done():
            self.answer.set_result(result)


@dataclass(slots=True)
class Readings:
    """The questions that wait, oldest first.

    Every other turn is theirs, so that neither drawing ahead nor a long search keeps the other
    waiting.
    """

    _waiting: deque[Reading] = field(default_factory=deque)
    _turn: bool = False

    def add(self, reading: Reading) -> None:
        """Ask."""
        self._waiting.append(reading)

    def next(self, *, drawing: bool) -> Reading | None:
        """Take the next question if it is its turn; `drawing`: there is something to draw."""
        while self._waiting and self._waiting[0].answer.done():
            self._waiting.popleft()
        self._turn = not self._turn
        if not self._waiting or (drawing and self._turn):
            return None
        return self._waiting.popleft()

    def put_back(self, reading: Reading, *, blamed: bool, overdue: bool) -> None:
        """The process died with this question; ask once more, by the other engine if it is why."""
        reading.attempts += blamed
        if reading.attempts >= ATTEMPTS:
            code = FailureCode.PAGE_TIMEOUT if overdue else FailureCode.WORKER_CRASHED
            reading.fail(code)
            return
        reading.second = reading.second or blamed
        self._waiting.appendleft(reading)

    def drop(self, document: str) -> None:
        """The document is no longer open."""
        self._fail([one for one in self._waiting if one.document == document])

    def fail_all(self) -> None:
        """No process will answer."""
        self._fail(list(self._waiting), FailureCode.WORKER_CRASHED)

    def _fail(
        self, readings: list[Reading], code: FailureCode = FailureCode.PAPER_UNREADABLE
    ) -> None:
        for reading in readings:
            self._waiting.remove(reading)
            reading.fail(code)
