"""A render process as seen from the app: started, listened to, killed. Never waits for it."""

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

import msgspec

from client.documents import messages

STOP_SECONDS = 2.0


def _work(pipe: Connection, ring: str, niceness: int) -> None:
    """Runs in the new process, the only one that loads the engine."""
    from client.documents import worker  # noqa: PLC0415

    worker.main(pipe, ring, niceness)


class Child:
    """One spawned render process. `on_answer` and `on_death` run in the loop that made it."""

    def __init__(
        self,
        ring: str,
        niceness: int,
        on_answer: Callable[["Child", messages.Answer], None],
        on_death: Callable[["Child"], None],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._loop = asyncio.get_running_loop()
        self._on_answer = on_answer
        self._on_death = on_death
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(theirs, ring, niceness), name="render", daemon=True
        )
        self._process.start()
        theirs.close()
        self._ears = threading.Thread(target=self._listen, name="render-ears", daemon=True)
        self._ears.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid or 0

    def send(self, order: messages.Order) -> None:
        """Give an order. That the process is dead is told by `on_death`, not here."""
        with suppress(OSError):
            self._pipe.send_bytes(messages.encode(order))

    def kill(self) -> None:
        """End the process at once; `on_death` follows."""
        self._process.kill()

    def _listen(self) -> None:
        """In a thread that only waits: all else happens in the loop."""
        with suppress(EOFError, OSError, RuntimeError, msgspec.MsgspecError):
            while True:
                answer = messages.decode_answer(self._pipe.recv_bytes())
                self._loop.call_soon_threadsafe(self._on_answer, self, answer)
        self._process.kill()
        self._process.join(STOP_SECONDS)
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._died)

    def _died(self) -> None:
        self._pipe.close()
        self._on_death(self)

    async def stop(self, *, gently: bool) -> None:
        """End the process and wait for it, at most a few seconds; `gently` lets it end itself."""
        if gently:
            self.send(messages.Quit())
            await asyncio.to_thread(self._ears.join, STOP_SECONDS)
        self.kill()
        await asyncio.to_thread(self._ears.join, STOP_SECONDS)
