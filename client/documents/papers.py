"""The documents that a renderer knows, and how their bytes reach the render process."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from client.documents import messages
from client.documents.renderer import FailureCode, Pieces, RenderFailure, Source
from client.documents.ring import buffer_of
from client.documents.shape import DocumentShape

MOST_OPEN = 256 * 2**20
"""Bytes of papers that a render process has in memory at a time."""
MOST_PAPERS = 8
"""However small they are: each that is open keeps its fonts and what was read of it."""


class Stage(Enum):
    """How far a document is on its way to the present render process."""

    AWAY = "away"
    COMING = "coming"
    THERE = "there"


@dataclass(slots=True)
class Paper:
    """What the app knows of a document; outlives the process that has it open."""

    document: str
    source: Source
    pages: int = 0
    size: int = 0
    """Bytes that it takes in memory while the render process has it open."""
    used: int = 0
    """The later it was drawn from, the higher."""
    may_copy: bool = True
    second: bool = False
    """Opened by the second engine: the first did not come to an end with it."""
    failure: FailureCode | None = None
    stage: Stage = Stage.AWAY
    waiters: list[asyncio.Future[DocumentShape | RenderFailure]] = field(default_factory=list)

    def result(self) -> DocumentShape | RenderFailure:
        """What opening it gave."""
        if self.failure is not None:
            return RenderFailure(self.failure, self.document)
        return DocumentShape(self.document, self.pages, self.may_copy)

    def settle(self, failure: FailureCode | None) -> None:
        """It is open, or will not be: answer those who wait."""
        self.failure = failure
        waiters, self.waiters = self.waiters, []
        for future in waiters:
            if not future.done():
                future.set_result(self.result())


@dataclass(slots=True, eq=False)
class Opening:
    """A document's bytes, ready for the render process to open."""

    paper: Paper
    path: str = ""
    size: int = 0
    memory: SharedMemory | None = None
    attempts: int = 0

    def order(self, ticket: int) -> messages.Open:
        """Say where the bytes are."""
        name = self.memory.name if self.memory else ""
        return messages.Open(
            ticket, self.paper.document, self.path, name, self.size, second=self.paper.second
        )

    def fill(self, pieces: Iterable[bytes]) -> None:
        """Put the bytes where the render process reads them: their one copy in the clear."""
        if self.memory is not None:
            target, at = buffer_of(self.memory), 0
            for piece in pieces:
                target[at : at + len(piece)] = piece
                at += len(piece)

    def free(self) -> None:
        """The bytes are not needed any more."""
        if self.memory is not None:
            self.memory.close()
            self.memory.unlink()
            self.memory = None


def rest(papers: Iterable[Paper], send: Callable[[messages.Shut], None]) -> None:
    """Have papers closed that were used longest ago; they open again when they are wanted.

    That is beyond `MOST_OPEN` in all, or `MOST_PAPERS`; the two used last stay, whatever they take.
    """
    there = [paper for paper in papers if paper.stage is Stage.THERE]
    there.sort(key=lambda paper: paper.used, reverse=True)
    room = MOST_OPEN - sum(paper.size for paper in there[:2])
    for place, paper in enumerate(there[2:], 2):
        room -= paper.size
        if room < 0 or place >= MOST_PAPERS:
            paper.stage = Stage.AWAY
            send(messages.Shut(paper.document))


def bring(paper: Paper) -> Opening:
    """Fetch the bytes. Takes as long as the disk does, so call it in a thread.

    Raises whatever the source raises.
    """
    source = paper.source() if callable(paper.source) else paper.source
    if isinstance(source, Path):
        return Opening(paper, path=str(source))
    size, pieces = source if isinstance(source, Pieces) else (len(source), iter((source,)))
    if not size:
        raise ValueError(paper.document)
    paper.size = size
    opening = Opening(paper, size=size, memory=SharedMemory(create=True, size=size))
    try:
        opening.fill(pieces)
    except BaseException:
        opening.free()
        raise
    return opening
