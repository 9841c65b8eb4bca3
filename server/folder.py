"""The data folder: what lies where, and that only one process at a time writes to it."""

import errno
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from server.protocol.refusals import Code, Refusal

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Folder(Struct, frozen=True):
    """Paths inside one data folder."""

    root: Path

    @property
    def database(self) -> Path:
        """Identity, meetings, drafts: everything but files."""
        return self.root / "phienhop.db"

    @property
    def notes(self) -> Path:
        """Private notes, sealed by their writers' tablets."""
        return self.root / "notes.db"

    @property
    def papers(self) -> Path:
        """Papers by the hash of their bytes."""
        return self.root / "papers"

    @property
    def tls(self) -> Path:
        """The certificate authority and the server's certificate, with their keys."""
        return self.root / "tls"

    @property
    def log_key(self) -> Path:
        """What signs the checkpoints of every meeting's record."""
        return self.root / "log.key"

    @property
    def openers(self) -> Path:
        """A folder for each opener of secret ballots, with the keys of polls; in no backup."""
        return self.root / "openers"

    @property
    def backups(self) -> Path:
        """Backups made from the desk."""
        return self.root / "backups"

    @property
    def lock(self) -> Path:
        """Locked by whoever writes to the folder."""
        return self.root / "server.lock"

    @property
    def log(self) -> Path:
        """What happened, one JSON object a line."""
        return self.root / "log" / "phienhop.log"

    @property
    def made(self) -> Path:
        """Minutes, records and sheets waiting to be fetched; emptied at every start."""
        return self.root / "made"


class Held:
    """The folder is ours until `release`, or the end of this process. Also a context."""

    def __init__(self, descriptor: int) -> None:
        """Use `hold`."""
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others have the folder. Twice does no harm."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def note(self, text: str) -> None:
        """Leave word for other commands of how the folder is being used; see `word`."""
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, text.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def word(folder: Folder) -> str:
    """Return what the holder of the folder, now or the last one, has left word of."""
    try:
        return folder.lock.read_text(encoding="utf-8")
    except OSError:
        return ""


def hold(folder: Folder) -> Held | Refusal:
    """Take the folder, making it where there is none; `server_running` when another has it.

    The lock is the kernel's: a killed process leaves nothing behind. Raises OSError.
    """
    folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return Refusal(Code.SERVER_RUNNING, {"folder": str(folder.root)})
    return Held(descriptor)


def unusable(fault: Exception, place: str) -> Refusal:
    """Return what a person is told when the data folder cannot be used."""
    if isinstance(fault, OSError) and fault.errno not in (errno.ENOSPC, errno.EDQUOT):
        return invalid("data", f"{fault.filename or place}: {fault.strerror}")
    return Refusal(Code.DISK_FULL, {"reason": str(fault)})


def invalid(place: str, reason: str) -> Refusal:
    """Return what a person is told of a setting or file that cannot be used."""
    return Refusal(Code.SETTINGS_INVALID, {"file": place, "line": 0, "reason": reason})
