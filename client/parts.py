"""What the pieces of one station share."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.device.credentials import DeviceKey
from client.device.keeper import Keeper
from client.device.memory import Memory
from client.device.pinlock import Cost, PinLock
from client.device.vault import Vault
from client.documents.library import Library
from client.state import Kind
from server.protocol.ids import RequestId

_log = logging.getLogger(__name__)

KEEP_SECONDS = 5.0
"""Stretching a PIN takes half a second on a slow tablet, and one waits for another."""


def new_id() -> RequestId:
    """Return an identifier that nobody has used."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Parts:
    """One device's folder, and what is in it."""

    kind: Kind
    folder: Path
    device_name: str
    clock: Callable[[], float]
    key: DeviceKey
    library: Library
    memory: Memory
    keeper: Keeper
    pinlock: PinLock
    vault: Vault

    @classmethod
    def at(
        cls,
        kind: Kind,
        folder: Path,
        device_name: str,
        clock: Callable[[], float],
        pin_cost: Cost | None,
    ) -> "Parts":
        """Open a device's folder, made the first time. Raises OSError, ValueError when damaged."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        vault = Vault.at(folder / "vault.key")
        memory = Memory(folder / "memory", vault)
        return cls(
            kind,
            folder,
            device_name,
            clock,
            DeviceKey.at(folder / "device.key"),
            Library(folder / "papers"),
            memory,
            Keeper(memory),
            PinLock(folder / "pins", vault, pin_cost),
            vault,
        )


class Beside:
    """Work beside the loop's main tasks; a failure is logged and ends nothing else."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Begin, and do not wait."""
        self._begin(work, self._tasks)

    def keep(self, work: Coroutine[Any, Any, object]) -> None:
        """Begin what writes down something that must outlive the app; `close` waits for it."""
        self._begin(work, self._kept)

    @staticmethod
    def _begin(work: Coroutine[Any, Any, object], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def close(self) -> None:
        """End whatever still runs, what is kept after `KEEP_SECONDS`."""
        if self._kept:
            await asyncio.wait(self._kept, timeout=KEEP_SECONDS)
        self._tasks |= self._kept
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _logged(work: Coroutine[Any, Any, object]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 - told to the log, which is all that can be done here
        _log.exception("work beside the loop failed")
