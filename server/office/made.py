"""Files made for one device: it may fetch them by their hash, nobody else."""

import asyncio
import hashlib
import shutil
from pathlib import Path

from server.accounts.registry import new_id
from server.protocol.ids import DeviceId, Sha256
from server.protocol.office import Made


class MadeFiles:
    """Files in a folder of their own, which is emptied at every start: first PINs may be in it."""

    def __init__(self, folder: Path) -> None:
        """Begin with none. Raises OSError."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        self._folder = folder
        self._of: dict[DeviceId, set[Sha256]] = {}

    async def keep(self, device: DeviceId, data: bytes, name: str) -> Made:
        """Keep a file for that device. Raises OSError when the disk is full."""
        sha256 = hashlib.sha256(data).hexdigest()
        await asyncio.to_thread(self._write, sha256, data)
        self._of.setdefault(device, set()).add(sha256)
        return Made(sha256=sha256, size=len(data), name=name)

    def place(self) -> Path:
        """Return where a large file may be written that `take` is to keep."""
        return self._folder / f"{new_id()}.part"

    async def take(self, device: DeviceId, unfinished: Path, name: str) -> Made:
        """Keep the file at a `place` for that device. Raises OSError."""
        sha256, size = await asyncio.to_thread(self._settle, unfinished)
        self._of.setdefault(device, set()).add(sha256)
        return Made(sha256=sha256, size=size, name=name)

    def path(self, device: DeviceId, sha256: Sha256) -> Path | None:
        """Return the file when it was made for that device."""
        return self._folder / sha256 if sha256 in self._of.get(device, ()) else None

    def _write(self, sha256: Sha256, data: bytes) -> None:
        unfinished = self._folder / f"{sha256}.part"
        unfinished.write_bytes(data)
        unfinished.chmod(0o600)
        unfinished.replace(self._folder / sha256)

    def _settle(self, unfinished: Path) -> tuple[Sha256, int]:
        with unfinished.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        unfinished.chmod(0o600)
        unfinished.replace(self._folder / sha256)
        return sha256, (self._folder / sha256).stat().st_size
