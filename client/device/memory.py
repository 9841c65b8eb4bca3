"""What the device remembers from one start to the next, beside the papers: sealed, one file each.

Per person: meetings as last held, preferences, reading places, and requests not yet answered. Of
the device: who may sign in. A file that cannot be opened any more counts as not there: everything
here can be had from the server again, except requests, which are kept until they are answered.
Everything waits for the disk: call it in a thread, one at a time, so that order is kept.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from client.device.vault import Damaged, Vault, write_durably
from client.state import Pending, Preferences, ReadingPlace
from server.protocol.ids import (
    ItemId,
    MaybeId,
    MeetingId,
    PaperId,
    Part,
    PersonId,
    RequestId,
    Sha256,
)
from server.protocol.office import MeetingCard, Seat
from server.protocol.state import MeetingState, Personal

T = TypeVar("T")
_log = logging.getLogger(__name__)


class KeptRoom(Part, frozen=True):
    """A meeting as it was held, with where its stream stood."""

    card: MeetingCard
    state: MeetingState
    epoch: str
    position: int
    personal: Personal


class KeptPerson(Part, frozen=True):
    """How a person likes the screen, and where they were."""

    name: str = ""
    preferences: Preferences = Preferences()
    places: Mapping[PaperId, ReadingPlace] = {}
    seen_versions: Mapping[PaperId, int] = {}
    read_before: Mapping[PaperId, int] = {}
    comment_drafts: Mapping[ItemId, str] = {}


class KeptDevice(Part, frozen=True):
    """Who may sign in here, as the server said last; and whose screen it was."""

    name: str = ""
    seats: tuple[Seat, ...] = ()
    own: MaybeId = ""
    card: MeetingCard | None = None
    preferences: Preferences = Preferences()


class _Letter(Part, frozen=True):
    order: int
    pending: Pending


class Memory:
    """The remembered things of one device, in one folder."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault
        self._order = 0
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    # ---- the device ------------------------------------------------------------------------------

    def device(self) -> KeptDevice:
        """Return what is known of the device."""
        return self._read(self._folder / "device", KeptDevice) or KeptDevice()

    def keep_device(self, device: KeptDevice) -> None:
        """Remember it instead."""
        self._write(self._folder / "device", device)

    # ---- people ----------------------------------------------------------------------------------

    def person(self, person: PersonId) -> KeptPerson | None:
        """Return what is known of a person, if anything."""
        return self._read(self._of(person) / "self", KeptPerson)

    def keep_person(self, person: PersonId, kept: KeptPerson) -> None:
        """Remember it instead."""
        self._write(self._of(person) / "self", kept)

    def rooms(self, person: PersonId) -> tuple[KeptRoom, ...]:
        """Return the meetings that this person held here."""
        found = (self._read(path, KeptRoom) for path in _files(self._of(person) / "rooms"))
        return tuple(room for room in found if room is not None)

    def keep_room(self, person: PersonId, room: KeptRoom) -> None:
        """Remember a meeting of the person, and which files it names."""
        self._write(self._of(person) / "rooms" / room.state.id, room)
        files = sorted(named_by(room.state))
        self._write(self._of(person) / "files" / room.state.id, files)

    def forget_room(self, person: PersonId, room: MeetingId) -> None:
        """The meeting is no longer theirs."""
        for kind in ("rooms", "files"):
            (self._of(person) / kind / room).unlink(missing_ok=True)

    def named(self) -> frozenset[Sha256]:
        """Return every file that any meeting of anybody on this device names."""
        paths = self._folder.glob("people/*/files/*")
        found = (self._read(path, list[str]) for path in paths if path.suffix != ".new")
        return frozenset(sha256 for files in found if files for sha256 in files)

    def wipe(self) -> None:
        """Forget everybody: the device is taken out of use."""
        shutil.rmtree(self._folder / "people", ignore_errors=True)

    # ---- requests --------------------------------------------------------------------------------

    def letters(self, person: PersonId) -> tuple[Pending, ...]:
        """Return the person's requests that were never answered, oldest first."""
        found = (self._read(path, _Letter) for path in _files(self._of(person) / "outbox"))
        letters = sorted((one for one in found if one is not None), key=lambda one: one.order)
        self._order = max([self._order, *(one.order for one in letters)])
        return tuple(one.pending for one in letters)

    def keep_letter(self, person: PersonId, pending: Pending) -> None:
        """Remember a request until `drop_letter`."""
        self._order += 1
        path = self._of(person) / "outbox" / pending.id
        self._write(path, _Letter(self._order, pending))

    def drop_letter(self, request: RequestId) -> None:
        """The request was answered."""
        for path in self._folder.glob(f"people/*/outbox/{request}"):
            path.unlink(missing_ok=True)

    # ---- sealed files ----------------------------------------------------------------------------

    def _of(self, person: PersonId) -> Path:
        return self._folder / "people" / hashlib.sha256(person.encode()).hexdigest()[:32]

    def _about(self, path: Path) -> bytes:
        return path.relative_to(self._folder).as_posix().encode()

    def _write(self, path: Path, value: object) -> None:
        write_durably(path, self._vault.seal(msgspec.json.encode(value), self._about(path)))

    def _read(self, path: Path, kind: type[T]) -> T | None:
        try:
            raw = self._vault.open(path.read_bytes(), self._about(path))
            return msgspec.json.decode(raw, type=kind)
        except FileNotFoundError:
            return None
        except (Damaged, OSError, msgspec.MsgspecError, json.JSONDecodeError) as fault:
            _log.warning("kept file %s cannot be used: %s", path.name, type(fault).__name__)
            return None


def _files(folder: Path) -> Iterator[Path]:
    """Yield the whole files of a folder; a draft that a crash left behind is none."""
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if path.suffix != ".new")


def named_by(state: MeetingState) -> frozenset[Sha256]:
    """Return every version's file that a meeting names."""
    papers = (paper for item in state.items for paper in item.papers)
    return frozenset(file.view_sha256 for paper in papers for file in paper.files)
