"""The two openers as processes of their own, started when the first sealed poll needs them."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from pathlib import Path
from typing import ParamSpec, TypeVar

from server.protocol.ids import Key, MeetingId, PollId
from server.sealed import opener

P = ParamSpec("P")
T = TypeVar("T")
COUNT = 2


class _Process:
    """One opener's process, which is started again when it has died."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()

    async def do(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Return `work(folder, *args)`, done in the process; a process that dies is tried anew."""
        if named:
            raise TypeError("only positional arguments travel to the other process")
        async with self._turn:
            for tries in (1, 0):
                try:
                    return await asyncio.get_running_loop().run_in_executor(
                        self._running(), work, *args
                    )
                except BrokenProcessPool:
                    await self.close()
                    if not tries:
                        raise
        raise AssertionError  # the loop above returns or raises

    def pids(self) -> list[int]:
        """Return the process's id, when it runs."""
        return list(self._pool._processes or ()) if self._pool else []  # noqa: SLF001 - tests kill it

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_begin)
        return self._pool

    async def close(self) -> None:
        """End the process, if there is one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)


class Openers:
    """What the server asks of its openers. Their folders lie outside database and backups."""

    def __init__(self, root: Path) -> None:
        """Start nothing yet. `root` holds a folder for each opener."""
        self._processes = [_Process(root / str(number)) for number in range(1, COUNT + 1)]

    async def keys(self, room: MeetingId, poll: PollId) -> tuple[Key, ...]:
        """Return the keys that ballots of a poll are sealed for, the same each time.

        Raises OSError when they cannot be kept.
        """
        asked = (one.do(opener.offer, one.folder, room, poll) for one in self._processes)
        return tuple(await asyncio.gather(*asked))

    async def hold(self, room: MeetingId, poll: PollId, keys: Sequence[Key]) -> bool:
        """Say whether every opener still has its half of the poll's keys. Raises OSError."""
        pairs = zip(self._processes, keys, strict=True)
        asked = (one.do(opener.holds, one.folder, room, poll, key) for one, key in pairs)
        return all(await asyncio.gather(*asked))

    async def open(
        self, room: MeetingId, poll: PollId, sealed: Sequence[bytes]
    ) -> tuple[bytes, ...]:
        """Return what the envelopes hold, sorted. Raises KeyGone, OSError.

        The batch is sorted before the first opener sees it, and after each.
        """
        batch = tuple(sorted(sealed))
        for layer, one in enumerate(self._processes, start=1):
            batch = await one.do(opener.open_layer, one.folder, room, poll, layer, batch)
        return batch

    async def destroy(self, room: MeetingId, poll: PollId) -> None:
        """Destroy the keys of a poll. Raises OSError."""
        for one in self._processes:
            await asyncio.to_thread(opener.destroy, one.folder, room, poll)

    async def held(self) -> frozenset[tuple[MeetingId, PollId]]:
        """Return the polls whose keys exist."""
        found = [await asyncio.to_thread(opener.held, one.folder) for one in self._processes]
        return frozenset(pair for pairs in found for pair in pairs)

    def pids(self) -> list[int]:
        """Return the ids of the processes that run."""
        return [pid for one in self._processes for pid in one.pids()]

    async def close(self) -> None:
        """End the processes; the keys stay."""
        for one in self._processes:
            await one.close()


def _begin() -> None:
    """In the process: leave Ctrl-C to the server, and end when the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(0)
