"""Making PDF files in a process of its own.

The engine holds Python's lock while it works, and a meeting must not wait for somebody's minutes.
"""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Press:
    """One thing at a time; the process begins with the first and ends with the server."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._pool: ProcessPoolExecutor | None = None
        self._turn = asyncio.Lock()

    async def make(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Return `work(*args)`, done in the other process. `work` is a module's function."""
        if named:
            raise TypeError("only positional arguments travel to the other process")
        async with self._turn:
            if self._pool is None:
                spawn = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(max_workers=1, mp_context=spawn)
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)

    async def close(self) -> None:
        """End the process, if there is one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown)
