"""Private notes as the app uses them: open a person's notes, their notebooks, keys and shares."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from client.device.credentials import to_text
from client.device.pinlock import Cost
from client.device.vault import Damaged, Vault
from client.ink.marks import Mark, MarkId
from client.ink.notebook import Notebook
from client.notes import keys
from client.notes.drawer import Drawer
from client.notes.line import NotesLine, NotesWay
from client.notes.pages import SharedMarks, write_shared
from client.notes.ring import Ring, open_old, open_ring, ring_path
from client.notes.shelf import Shelf
from client.parts import new_id
from client.state import KeyRequest, NotesState
from server.protocol import frames as f
from server.protocol import notes as n
from server.protocol.ids import DeviceId, PersonId
from server.protocol.refusals import Code, Refusal

_log = logging.getLogger(__name__)
CLOSED = NotesState()


class NotOpen(Exception):  # noqa: N818 - it names the state of the notes
    """Nobody's notes are open on this device."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how notes are kept on this device."""

    folder: Path
    vault: Vault
    clock: Callable[[], float]
    """Seconds since 1970, as this device believes."""
    pin_cost: Cost
    slow_cost: Cost = keys.SLOW


class Notes:
    """One person's notes at a time. `tell` gets every new state; `way` says how to the server."""

    def __init__(
        self,
        place: Place,
        tell: Callable[[NotesState], None],
        way: Callable[[], Awaitable[NotesWay | None]],
    ) -> None:
        self._place, self._tell_state, self._way = place, tell, way
        self._drawer: Drawer | None = None
        self._line: NotesLine | None = None
        self._carrying: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._state = CLOSED

    # ---- opening and closing ---------------------------------------------------------------------

    async def open(self, person: PersonId, secret: str) -> None:
        """Open the notes of a person whose PIN or passphrase has just proved right.

        Open already, they go under this secret from now on (the PIN was changed). Raises OSError.
        """
        async with self._turn:
            drawer = self._drawer
            if drawer is not None and drawer.person == person:
                ring = drawer.ring
                await drawer.run(lambda: self._secure(ring, secret))
                return
            await self._close()
            ring, _new = await asyncio.to_thread(
                open_ring,
                self._place.folder,
                self._place.vault,
                person,
                secret,
                self._place.pin_cost,
            )
            path = ring_path(self._place.folder, person).with_suffix(".db")
            shelf = await asyncio.to_thread(Shelf, path)
            drawer = Drawer(
                person, ring, shelf, lambda: int(self._place.clock() * 1000), self._changed
            )
            self._drawer = drawer
            await drawer.begin()
            self._carrying = asyncio.create_task(self._carry(drawer))
            self._changed()

    def _secure(self, ring: Ring, secret: str) -> None:
        ring.put_under(secret, self._place.pin_cost)
        ring.keep()

    async def close(self) -> None:
        """Nobody's notes are open any more; everything written is on the disk."""
        async with self._turn:
            await self._close()

    async def _close(self) -> None:
        if self._carrying is not None:
            self._carrying.cancel()
            await asyncio.gather(self._carrying, return_exceptions=True)
            self._carrying = self._line = None
        drawer, self._drawer = self._drawer, None
        if drawer is not None:
            self._ending = asyncio.create_task(drawer.close())
        if self._ending is not None:
            await asyncio.shield(self._ending)
            self._ending = None
        self._changed()

    async def _carry(self, drawer: Drawer) -> None:
        """Hold the line to the server, once it is known how to reach it."""
        while True:
            way = await self._way()
            if way is not None:
                self._line = NotesLine(drawer, way, self._changed)
                await self._line.run()
            await asyncio.sleep(1)

    # ---- what is shown ---------------------------------------------------------------------------

    @property
    def state(self) -> NotesState:
        """What the top bar and the settings show."""
        return self._state

    def _changed(self) -> None:
        state = self._seen()
        if state != self._state:
            self._state = state
            self._tell_state(state)

    def _seen(self) -> NotesState:
        drawer, line = self._drawer, self._line
        if drawer is None:
            return CLOSED
        wrapped = line.wrapped if line is not None else ()
        locked = line is not None and line.locked
        own = line.device if line is not None else ""
        requests = tuple(
            KeyRequest(one.device, keys.digits(one.sealed, one.device))
            for one in wrapped
            if one.kind == "request" and one.device != own and not locked
        )
        return NotesState(
            person=drawer.person,
            saving=drawer.saving,
            fault=drawer.fault,
            unsent=drawer.unsent,
            online=line is not None and line.open,
            locked=locked,
            passphrase=any(one.kind == "passphrase" for one in wrapped),
            code=any(one.kind == "code" for one in wrapped),
            digits=keys.digits(drawer.ring.public, own) if locked else "",
            requests=requests,
            shared=len(drawer.shared),
            shared_news=drawer.shared_news,
        )

    # ---- notebooks -------------------------------------------------------------------------------

    async def notebook(self, room: str, paper: str) -> Notebook:
        """Return the open person's notebook for a paper, in all its revisions. Raises NotOpen."""
        return await self._open_drawer().notebook((room, paper))

    def shared_with_me(self, room: str, paper: str) -> tuple[tuple[PersonId, Mark], ...]:
        """Return the marks that others show to this person on a paper, and who does."""
        drawer = self._drawer
        if drawer is None:
            return ()
        return tuple(
            (sender, mark)
            for (sender, _), shared in drawer.shared.items()
            if (shared.room, shared.paper) == (room, paper)
            for mark in shared.marks
        )

    def _open_drawer(self) -> Drawer:
        if self._drawer is None:
            raise NotOpen
        return self._drawer

    # ---- keys ------------------------------------------------------------------------------------

    async def unlock(self, secret: str) -> Refusal | None:
        """Open the person's notes here by passphrase, recovery code or the PIN of before."""
        drawer, line = self._open_drawer(), self._line
        if line is None or not line.key:
            return Refusal(Code.SERVER_UNREACHABLE)
        person, cost = drawer.person, self._place.slow_cost
        for one in line.wrapped:
            typed = _typed(one.kind, secret)
            if typed:
                try:
                    key = await asyncio.to_thread(keys.unwrap_under, one, person, typed, cost)
                except (Damaged, ValueError):
                    continue
                if key.name == line.key:
                    await drawer.adopt(key)
                    return None
        place = self._place
        old = await asyncio.to_thread(
            open_old, place.folder, place.vault, person, secret, place.pin_cost
        )
        for key in old.keys if old is not None else ():
            if key.name == line.key:
                await drawer.adopt(key)
                return None
        return Refusal(Code.PIN_WRONG, {"left": 5, "seconds": 0})

    async def make_code(self) -> str | Refusal:
        """Return a new recovery code, to be printed or written down; one before it is void."""
        code = keys.new_code()
        refusal = await self._wrap("code", keys.read_code(code))
        return refusal or code

    async def set_passphrase(self, passphrase: str) -> Refusal | None:
        """Let the person's notes be opened elsewhere by this passphrase (10 characters or more)."""
        if len(passphrase) < 10:  # noqa: PLR2004 - as for the desk's (SPEC 4.4)
            return Refusal(Code.PIN_WEAK, {"least": 10})
        return await self._wrap("passphrase", passphrase)

    async def _wrap(self, kind: str, secret: str) -> Refusal | None:
        drawer, line = self._open_drawer(), self._line
        if line is None or not line.open:
            return Refusal(Code.SERVER_UNREACHABLE)
        if line.locked:
            return Refusal(Code.NOTES_KEY_OTHER)
        wrapped = await asyncio.to_thread(
            keys.wrap_under,
            drawer.ring.key,
            drawer.person,
            "code" if kind == "code" else "passphrase",
            secret,
            self._place.slow_cost,
        )
        return _refusal(await line.request(n.PutNoteKey(new_id(), wrapped)))

    async def ask_other_device(self) -> Refusal | None:
        """Ask the person's other device for the key; `NotesState.digits` are to be compared."""
        drawer, line = self._open_drawer(), self._line
        if line is None or not line.open:
            return Refusal(Code.SERVER_UNREACHABLE)
        request = n.WrappedKey("request", line.key, drawer.ring.public, device=line.device)
        return _refusal(await line.request(n.PutNoteKey(new_id(), request)))

    async def give_key(self, device: DeviceId) -> Refusal | None:
        """Give the key to a device that asks, after the person has compared the digits."""
        drawer, line = self._open_drawer(), self._line
        if line is None or not line.open:
            return Refusal(Code.SERVER_UNREACHABLE)
        asking = [one for one in line.wrapped if one.kind == "request" and one.device == device]
        if not asking:
            return Refusal(Code.DEVICE_UNKNOWN)
        wrapped = keys.wrap_for(drawer.ring.key, drawer.person, asking[0])
        return _refusal(await line.request(n.PutNoteKey(new_id(), wrapped)))

    async def begin_anew(self) -> Refusal | None:
        """Give up the notes that nobody has a key for any more, and go on with those here.

        Another device that still has them keeps them, and sends them again when it gets the key.
        """
        self._open_drawer()
        line = self._line
        if line is None:
            return Refusal(Code.SERVER_UNREACHABLE)
        return await line.begin_anew()

    # ---- sharing ---------------------------------------------------------------------------------

    async def share(
        self, room: str, paper: str, marks: tuple[MarkId, ...], readers: tuple[PersonId, ...]
    ) -> Refusal | None:
        """Show marks, as they are now, to these people and nobody else, on purpose.

        Refuses `reader_unknown` (parameter `people`) before anything is shown, when somebody has
        never opened their notes.
        """
        drawer, line = self._open_drawer(), self._line
        if line is None:
            return Refusal(Code.SERVER_UNREACHABLE)
        found = await line.request(n.FindReaders(new_id(), readers))
        if not isinstance(found, n.Readers):
            return _refusal(found)
        unknown = [person for person in readers if person not in found.keys]
        if unknown:
            return Refusal(Code.READER_UNKNOWN, {"people": ", ".join(unknown)})
        notebook = await drawer.notebook((room, paper))
        for name in marks:
            mark = notebook.get(name)
            if mark is None:
                continue
            clear = write_shared(SharedMarks(room, paper, (mark,)))
            share = drawer.ring.key.share(name)
            copies = tuple(
                n.NoteCopy(reader, _copy(found.keys[reader], drawer.person, share, reader, clear))
                for reader in readers
            )
            refusal = _refusal(await line.request(n.ShareNotes(new_id(), share, copies)))
            if refusal is not None:
                return refusal
            await drawer.run(partial(drawer.shelf.taken_back, share))
            notebook.change(name, shared=readers)
        return None

    async def unshare(self, room: str, paper: str, marks: tuple[MarkId, ...]) -> Refusal | None:
        """Take shared marks back; they vanish from the readers' tablets when those are on line."""
        drawer, line = self._open_drawer(), self._line
        if line is None:
            return Refusal(Code.SERVER_UNREACHABLE)
        notebook = await drawer.notebook((room, paper))
        for name in marks:
            share = drawer.ring.key.share(name)
            refusal = _refusal(await line.request(n.UnshareNotes(new_id(), share)))
            if refusal is not None:
                return refusal
            notebook.change(name, shared=())
        return None


def _copy(
    public: n.Public, sender: PersonId, share: n.ShareId, reader: PersonId, clear: bytes
) -> n.Sealed:
    return to_text(keys.seal_to(public, keys.about_share(sender, share, reader), clear))


def _typed(kind: str, secret: str) -> str:
    """Return a typed secret as it would be for that kind of wrapping; empty: it is none."""
    if kind == "passphrase":
        return secret
    if kind == "code":
        try:
            return keys.read_code(secret)
        except ValueError:
            return ""
    return ""


def _refusal(answer: f.ServerFrame | Refusal) -> Refusal | None:
    return answer if isinstance(answer, Refusal) else None
