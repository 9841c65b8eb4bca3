"""One person's open notes on this device: notebooks in memory, entries on the disk, what is due.

Lives in the event loop; all disk work and all sealing run in one thread, in order.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from client.device.vault import Damaged
from client.ink.marks import MarkId
from client.ink.notebook import Change, Maker, Notebook
from client.ink.operations import BadOperation, Operation
from client.ink.shedding import shed
from client.notes.keys import EntryName, PersonKey, about_share
from client.notes.pages import PaperKey, SharedMarks, read_leaf, read_shared, write_leaf
from client.notes.ring import Ring
from client.notes.shelf import Row, Share, Shelf
from server.protocol.ids import PersonId
from server.protocol.notes import KeyId, LogId, ShareId

T = TypeVar("T")
RETRY_SECONDS = 1.0
WORTH_IT = 16 * 1024
"""Bytes that a log must lose for its entries to be sent again."""
_log = logging.getLogger(__name__)


class Drawer:
    """Opened by `open`, closed by `close`; `tell` is called when something about it changed."""

    def __init__(
        self,
        person: PersonId,
        ring: Ring,
        shelf: Shelf,
        now: Callable[[], int],
        tell: Callable[[], None],
    ) -> None:
        self.person, self.ring, self.shelf = person, ring, shelf
        self.writer = os.urandom(8).hex()
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="notes")
        self.flush: Callable[[], None] = lambda: None
        """Called when there is something for the server."""
        self.fault = False
        """The disk refuses; what is written is in memory only, and tried again."""
        self.unsent = 0
        self.shared: dict[tuple[PersonId, ShareId], SharedMarks] = {}
        """What others share with this person, and can be read."""
        self.shared_news = 0
        """Grows whenever that may have changed."""
        self._now, self._tell = now, tell
        self._notebooks: dict[PaperKey, Notebook] = {}
        self._opening: dict[PaperKey, asyncio.Future[Notebook]] = {}
        self._due: list[tuple[PaperKey, Operation]] = []
        self._lightened: set[PaperKey] = set()
        self._gone: list[MarkId] = []
        """Shared marks that were deleted: their readers lose them too."""
        self._writing: asyncio.Task[None] | None = None

    @property
    def saving(self) -> bool:
        """Something written is not on the disk yet."""
        return bool(self._due) or self._writing is not None

    async def run(self, work: Callable[[], T]) -> T:
        """Return what disk work gives, done after everything handed over before."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    async def begin(self) -> None:
        """Read what is shared with the person, and how much is unsent."""
        self.unsent = await self.run(self.shelf.unsent_count)
        self._show_shares(await self.run(self.shelf.shares))

    async def close(self) -> None:
        """Write what is due and let go of the file."""
        while self._writing is not None and not self.fault:
            await asyncio.wait([self._writing])
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        await self.run(self.shelf.close)
        self.thread.shutdown()

    # ---- notebooks -------------------------------------------------------------------------------

    async def notebook(self, paper: PaperKey) -> Notebook:
        """Return the person's notebook for a paper; the same one each time."""
        known = self._notebooks.get(paper)
        if known is not None:
            return known
        opening = self._opening.get(paper)
        if opening is None:
            opening = asyncio.ensure_future(self._open(paper))
            self._opening[paper] = opening
        return await asyncio.shield(opening)

    async def _open(self, paper: PaperKey) -> Notebook:
        try:
            maker = Maker(self.person, self.writer, self._now)
            operations, stamp = await self.run(lambda: (self._read(paper), len(self.ring.keys)))
            notebook = await self.run(lambda: Notebook(maker, operations))
            self._notebooks[paper] = notebook
            if stamp != len(self.ring.keys):
                notebook.take(await self.run(lambda: self._read(paper)))
            notebook.listen(lambda change: self._written(paper, change))
            return notebook
        finally:
            del self._opening[paper]

    def _read(self, paper: PaperKey) -> list[Operation]:
        found = []
        for key in self.ring.keys:
            rows = self.shelf.of(key.log(*paper))
            found += [one for _, one in self._opened(rows, paper)]
        return found

    def _opened(
        self, rows: Iterable[Row], wanted: PaperKey | None = None
    ) -> list[tuple[PaperKey, Operation]]:
        """Open entries; what cannot be opened or read is left out and stays sealed."""
        found = []
        for row in rows:
            try:
                key = self._key(row.key)
                clear = key.open(self.person, _name(row), row.sealed)
                paper, operation = read_leaf(clear)
            except (Damaged, BadOperation) as fault:
                _log.warning("an entry of the notes cannot be read: %s", type(fault).__name__)
                continue
            honest = (operation.device, operation.number) == (row.writer, row.number)
            if honest and key.log(*paper) == row.log and wanted in {None, paper}:
                found.append((paper, operation))
            else:
                _log.warning("an entry of the notes is not what it is called")
        return found

    def _key(self, name: KeyId) -> PersonKey:
        for key in self.ring.keys:
            if key.name == name:
                return key
        raise Damaged(name)

    # ---- from the pen to the disk ----------------------------------------------------------------

    def _written(self, paper: PaperKey, change: Change) -> None:
        if change.operations:
            self._gone += [mark.id for mark in change.gone if mark.shared]
            self._due += [(paper, one) for one in change.operations]
            if self._writing is None:
                self._writing = asyncio.get_running_loop().create_task(self._write())
            self._tell()

    async def _write(self) -> None:
        while self._due:
            due, self._due = self._due, []
            gone, self._gone = self._gone, []
            try:
                self.unsent = await self.run(partial(self._append, due, gone))
            except sqlite3.Error:
                if not self.fault:
                    _log.exception("notes cannot be written")
                self.fault, self._due, self._gone = True, due + self._due, gone + self._gone
                self._tell()
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.fault = False
                self.flush()
        self._writing = None
        self._tell()

    def _append(self, due: Iterable[tuple[PaperKey, Operation]], gone: list[MarkId]) -> int:
        """Keep operations; return how many entries are unsent then, as the disk has it."""
        self.shelf.append(self._sealed(due))
        if gone:
            self.shelf.take_back(self.ring.key.share(mark) for mark in gone)
        return self.shelf.unsent_count()

    def _sealed(self, due: Iterable[tuple[PaperKey, Operation]]) -> list[Row]:
        return [self._row(self.ring.key, paper, operation) for paper, operation in due]

    def _row(self, key: PersonKey, paper: PaperKey, operation: Operation) -> Row:
        name = EntryName(key.log(*paper), operation.device, operation.number)
        sealed = key.seal(self.person, name, write_leaf(paper, operation))
        return Row(name.log, name.writer, name.number, key.name, sealed)

    # ---- from the server -------------------------------------------------------------------------

    async def arrived(self, rows: tuple[Row, ...], epoch: str, position: int) -> None:
        """Keep entries of other devices and merge them into the notebooks that are open.

        What is on the disk is also shown, though the line ends in between.
        """
        await asyncio.shield(self._arrived(rows, epoch, position))

    async def _arrived(self, rows: tuple[Row, ...], epoch: str, position: int) -> None:

        def keep() -> list[tuple[PaperKey, Operation]]:
            fresh = self.shelf.arrived(rows, epoch, position)
            return self._opened([row for row in fresh if row.log in self._open_logs()])

        self._merge(await self.run(keep))

    def _open_logs(self) -> set[LogId]:
        papers = (*self._notebooks, *self._opening)
        return {key.log(*paper) for paper in papers for key in self.ring.keys}

    def _merge(self, operations: Iterable[tuple[PaperKey, Operation]]) -> None:
        by_paper: dict[PaperKey, list[Operation]] = {}
        for paper, operation in operations:
            by_paper.setdefault(paper, []).append(operation)
        for paper, listed in by_paper.items():
            notebook = self._notebooks.get(paper)
            if notebook is not None:
                notebook.take(listed)

    async def sent(self, rows: tuple[Row, ...], epoch: str, position: int) -> None:
        """The server has these entries."""
        await asyncio.shield(self._sent(rows, epoch, position))

    async def _sent(self, rows: tuple[Row, ...], epoch: str, position: int) -> None:

        def keep() -> int:
            self.shelf.sent(rows, epoch, position)
            return self.shelf.unsent_count()

        self.unsent = await self.run(keep)
        self._tell()

    async def begin_epoch(self, epoch: str) -> None:
        """The server has lost what it knew: send everything again."""
        await self.run(lambda: self.shelf.begin(epoch))
        self.unsent = await self.run(self.shelf.unsent_count)

    async def begin_anew(self) -> None:
        """The server began the person's notes anew: it gets everything that can be read here."""
        await self.run(lambda: self.shelf.begin_anew(self.ring.key.name))
        self.unsent = await self.run(self.shelf.unsent_count)
        self.flush()

    # ---- growth ----------------------------------------------------------------------------------

    async def shed(self) -> bool:
        """Make the entries of open notebooks lighter, once each, if that is worth it.

        True when some are to be sent again. Only what the server has confirmed is looked at, so
        that what makes something superfluous is there before it goes.
        """
        for paper in [paper for paper in self._notebooks if paper not in self._lightened]:
            self._lightened.add(paper)
            if await self.run(partial(self._shed, paper)):
                self.unsent = await self.run(self.shelf.unsent_count)
                return True
        return False

    def _shed(self, paper: PaperKey) -> bool:
        key = self.ring.key
        rows = self.shelf.of(key.log(*paper), sent=True)
        held = {(row.writer, row.number): row for row in rows if row.key == key.name}
        known = [operation for _, operation in self._opened(held.values(), paper)]
        fresh = [self._row(key, paper, operation) for operation in shed(known)]
        old = [held[row.writer, row.number] for row in fresh]
        spared = sum(len(row.sealed) for row in old) - sum(len(row.sealed) for row in fresh)
        if spared < WORTH_IT:
            return False
        self.shelf.replace(old, fresh)
        return True

    # ---- keys ------------------------------------------------------------------------------------

    async def adopt(self, key: PersonKey) -> None:
        """Take the person's key: what was sealed here meanwhile is sealed with it anew."""

        def reseal() -> None:
            self.ring.adopt(key)
            for other in self.ring.keys[1:]:
                for row in self.shelf.under(other.name):
                    fresh = [self._row(key, *leaf) for leaf in self._opened((row,))]
                    if fresh:
                        self.shelf.replace((row,), fresh)

        await self.run(reseal)
        for paper, notebook in tuple(self._notebooks.items()):
            notebook.take(await self.run(lambda paper=paper: self._read(paper)))  # type: ignore[misc]
        self._show_shares(await self.run(self.shelf.shares))
        self.unsent = await self.run(self.shelf.unsent_count)
        self.flush()
        self._tell()

    # ---- shares ----------------------------------------------------------------------------------

    async def take_shares(self, shares: tuple[Share, ...], *, first: bool) -> None:
        """Keep what others share."""
        await self.run(lambda: self.shelf.shared(shares, first=first))
        if first:
            self.shared.clear()
        self._show_shares(shares)

    async def drop_share(self, sender: PersonId, share: ShareId) -> None:
        """Forget what was taken back."""
        await self.run(lambda: self.shelf.unshared(sender, share))
        self.shared.pop((sender, share), None)
        self.shared_news += 1
        self._tell()

    def _show_shares(self, shares: Iterable[Share]) -> None:
        for one in shares:
            about = about_share(one.sender, one.share, self.person)
            try:
                clear = self.ring.key.open_share(about, one.sealed)
                self.shared[one.sender, one.share] = read_shared(clear, one.sender)
            except (Damaged, BadOperation):
                _log.warning("a share cannot be read")
        self.shared_news += 1
        self._tell()


def _name(row: Row) -> EntryName:
    return EntryName(row.log, row.writer, row.number)
