"""Everything of a client but its window: store, session, wire, papers, and what is kept on disk.

The app shows it, `headless` plays it without a window. Use it inside one asyncio loop.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from client import actions as a
from client.device.admission import Admission
from client.device.enrolment import FirstDesk
from client.device.memory import named_by
from client.device.pinlock import Cost
from client.documents.library import Library
from client.documents.revisions import Revisions
from client.line import trust_only
from client.line.downloads import Downloads, wanted
from client.line.exchange import PapersLine, Way
from client.line.receipts import Receipts
from client.line.transfers import Transfers
from client.notes.keys import SLOW
from client.notes.line import NotesWay
from client.notes.notes import Notes
from client.notes.notes import Place as NotesPlace
from client.parts import Beside, Parts, new_id
from client.proof import Proving
from client.sealing import as_sent
from client.state import AppState, Download, Kind, NotesState
from client.store import Store
from client.wire import Wire
from server.protocol import frames as f
from server.protocol.commands import Command
from server.protocol.ids import OrganizationId, PersonId, RequestId, Sha256
from server.protocol.office import Question, Reply
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File, ShownPage

Answered = Callable[[Refusal | None], None]
"""Told that a command is done, or why not."""
Replied = Callable[[Reply | Refusal], None]
"""Told what the office said."""


class Station:
    """One device. `later` runs a callable when watchers may be shown; `clock` counts seconds."""

    def __init__(
        self,
        kind: Kind,
        folder: Path,
        later: Callable[[Callable[[], None]], object],
        *,
        device_name: str = "",
        clock: Callable[[], float] = time.time,
        pin_cost: Cost | None = None,
    ) -> None:
        self._parts = Parts.at(kind, folder, device_name, clock, pin_cost)
        self._offset = 0
        kept = self._parts.memory.device()
        self.store = Store(AppState(kind, self.now(), preferences=kept.preferences), later)
        self._beside = Beside()
        self._door = Admission(self._parts, self.store, self._beside, self._flush)
        self._door.proved = self._proved
        self._door.unlocked = self._unlocked
        self.notes = Notes(
            NotesPlace(
                folder / "notes",
                self._parts.vault,
                clock,
                pin_cost or Cost(),
                pin_cost or SLOW,
            ),
            self._tell_notes,
            self._notes_way,
        )
        """The private notes of the person who is here."""
        self._receipts, self._proving = Receipts(), Proving()
        self._downloads = Downloads(
            self.library, self._papers_line, self._downloaded, self.now, new_id
        )
        self._transfers = Transfers(self._papers_line, self.store.dispatch, new_id)
        self.scan_words, self.picture = self._transfers.scan_words, self._transfers.picture
        vault, ask = self.library.vault, self._transfers.part
        self.revisions = Revisions(folder / "revisions", vault, ask, new_id)
        """What became of the words of papers in their later versions."""
        self._wire: Wire | None = None
        self._then: dict[RequestId, Answered] = {}
        self._asked: list[tuple[Question, Replied]] = []
        self._stored: frozenset[Sha256] = frozenset()
        self._named: frozenset[Sha256] = frozenset()
        self.store.listen(self._react)
        self._door.begin()

    @property
    def library(self) -> Library:
        """The papers on this device."""
        return self._parts.library

    def now(self) -> int:
        """Return the server's time in milliseconds, as well as it is known here."""
        return int(self._parts.clock() * 1000) + self._offset

    async def run(self) -> None:
        """Hold the line, fetch papers and tell the time, until cancelled."""
        try:
            self._stored = await asyncio.to_thread(self.library.stored)
            self._want(self.store.state)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._lines())
                tasks.create_task(self._downloads.run())
                tasks.create_task(self._tick())
        finally:
            await self._beside.close()
            await self.notes.close()
            await self._parts.keeper.close()

    async def _lines(self) -> None:
        """Hold the line to whatever server this device belongs to at the time."""
        while True:
            self._door.changed.clear()
            tasks = [
                asyncio.create_task(self._door.changed.wait()),
                asyncio.create_task(self._line()),
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._wire = None

    async def _line(self) -> bool:
        known, session = self._door.enrolment, self._door.session
        if known is None or session is None:
            return await asyncio.Event().wait()
        context = await asyncio.to_thread(trust_only, known.ca_pem)
        self._wire = Wire(session, known.address, context, self.store.dispatch)
        await self._wire.run()
        return True

    async def _tick(self) -> None:
        while True:
            self.store.dispatch(a.Ticked(self.now()))
            if self._door.session is not None:
                self._door.session.retry()
                self._flush()
            await asyncio.sleep(1 - self.now() % 1000 / 1000)

    # ---- the device and its person ---------------------------------------------------------------

    def pair(self, address: str, code: str, first: FirstDesk | None = None) -> None:
        """Pair with the server at host:port by a code; with `first`, as an empty server's desk."""
        self._door.pair(address, code, first)

    def unpair(self) -> None:
        """Forget the server, so that the device can be paired anew; papers and requests stay."""
        self._door.unpair()

    def sign_in(self, person: PersonId, secret: str) -> None:
        """Sign in with a PIN or passphrase; without a line by what the device holds."""
        self._door.sign_in(person, secret)

    def sign_out(self) -> None:
        """Nobody is signed in any more."""
        self._door.sign_out()

    def change_pin(self, old: str, new: str) -> None:
        """Change the person's own PIN."""
        self._door.change_pin(old, new)

    def reconnect(self) -> None:
        """Try the line again now."""
        if self._wire is not None:
            self._wire.reconnect()
        self._downloads.hurry()

    def cut(self) -> None:
        """Drop the line as a lost network does; it comes back by itself."""
        if self._wire is not None:
            self._wire.cut()

    # ---- the meeting -----------------------------------------------------------------------------

    def send(self, command: Command, room: str = "", then: Answered | None = None) -> RequestId:
        """Ask a meeting (the one on screen) for a command, once, whatever the line does."""
        state, session = self.store.state, self._door.session
        if session is None or state.login is None:
            return ""
        room = room or state.place.room
        pending = session.request(room, as_sent(state, room, command), self.now())
        if then is not None:
            self._then[pending.id] = then
        self.store.dispatch(a.CommandSent(pending))
        self._flush()
        return pending.id

    def ask(self, question: Question, then: Replied | None = None) -> None:
        """Ask the office; the answer comes as state, and to `then`."""
        if self._door.session is None:
            return
        if then is not None:
            self._asked.append((question, then))
        self._door.session.ask(question)
        self._flush()

    def show_page(self, page: ShownPage | None) -> None:
        """Show this page to everyone who follows; None ends it."""
        if self._door.session is not None:
            self._door.session.show(self.store.state.place.room, page)
            self._flush()

    async def upload(self, path: Path, organization: OrganizationId) -> File | Refusal:
        """Send a file for a paper; see `Transfers.upload`."""
        return await self._transfers.upload(path, organization)

    async def save(self, sha256: Sha256, path: Path) -> Refusal | None:
        """Put a file that the server has made at `path`; see `Transfers.save`."""
        return await self._transfers.save(sha256, path)

    # ---- reactions -------------------------------------------------------------------------------

    def _react(self, before: AppState, action: a.Action, after: AppState) -> None:
        """Do what follows from an action outside the state."""
        reaction = _REACTIONS.get(type(action))
        if reaction is not None:
            reaction(self, before, action)
        if after is before:
            return
        if before.login is not None and after.login is None:
            self._beside.start(self.notes.close())
        self._parts.keeper.note(before, after)
        if before.rooms is not after.rooms:
            self._want(after)
        told = (before.rooms, before.downloads, before.seen_versions)
        if any(old is not new for old, new in zip(told, _told(after), strict=True)):
            self._confirm(after)
        if before.place is not after.place:
            self._tell_readiness(before, after)

    def _heard_time(self, _before: AppState, frame: f.Challenge | f.Joined) -> None:
        self._offset = frame.now - int(self._parts.clock() * 1000)

    def _signed_in(self, before: AppState, frame: f.SignedIn) -> None:
        self._door.signed_in(frame, before=before.login.person if before.login else "")
        self._downloads.hurry()

    def _signed_in_offline(self, _before: AppState, action: a.SignedInOffline) -> None:
        self._door.remember(action.person)

    def _line_changed(self, _before: AppState, action: a.LineChanged) -> None:
        if action.line == "waiting":
            self._door.waiting()
        elif action.refusal is not None and action.refusal.code is Code.DEVICE_REVOKED:
            self._door.wipe()

    def _accepted(self, _before: AppState, action: a.CommandAccepted) -> None:
        self._answered(action.pending.id, None)

    def _refused(self, _before: AppState, action: a.CommandRefused) -> None:
        self._answered(action.pending.id, action.refusal)

    def _answered(self, request: RequestId, refusal: Refusal | None) -> None:
        then = self._then.pop(request, None)
        if then is not None:
            then(refusal)

    def _replied(self, _before: AppState, action: a.QuestionAnswered) -> None:
        self._tell_reply(action.question, action.reply)

    def _not_replied(self, _before: AppState, action: a.QuestionRefused) -> None:
        refusal = action.refusal
        if not self._tell_reply(action.question, refusal):
            said = a.MessageShown(f"refusal.{refusal.code}", refusal.params)
            self.store.dispatch(said)

    def _tell_reply(self, question: Question, reply: Reply | Refusal) -> bool:
        """Tell whoever waits for the answer, to be said in its place; False when nobody does."""
        for waiting in self._asked:
            if waiting[0] is question:
                self._asked.remove(waiting)
                waiting[1](reply)
                return True
        return False

    def _confirm(self, state: AppState) -> None:
        """Acknowledge by ourselves what has arrived and what has been opened."""
        session = self._door.session
        if session is None:
            return
        for room, command in self._receipts.due(state):
            session.request(room, command, self.now(), quiet=True)
        for question in self._proving.due(state):
            session.ask(question)
        self._flush()

    def _tell_readiness(self, before: AppState, after: AppState) -> None:
        """Tell officers whether the ballot is on this screen."""
        on_ballot = after.place.screen == "poll"
        if self._door.session is not None and on_ballot != (before.place.screen == "poll"):
            room = after.place.room if on_ballot else before.place.room
            self._door.session.ready(room, ready=on_ballot)
            self._flush()

    def _flush(self) -> None:
        if self._wire is not None:
            self._wire.flush()

    # ---- private notes ---------------------------------------------------------------------------

    def _proved(self, person: PersonId, secret: str) -> None:
        if self._parts.kind != "display":
            self._beside.start(self.notes.open(person, secret))

    def _tell_notes(self, notes: NotesState) -> None:
        self.store.dispatch(a.NotesChanged(notes))

    async def _notes_way(self) -> NotesWay | None:
        """How to reach the notes' line; None while this device belongs to no server."""
        known = self._door.enrolment
        if known is None:
            return None
        context = await asyncio.to_thread(trust_only, known.ca_pem)
        return NotesWay(known.address, context, known.identity(self._parts.key), self._login_token)

    def _login_token(self) -> str:
        session = self._door.session
        return session.token if session is not None and session.phase == "signed" else ""

    # ---- papers ----------------------------------------------------------------------------------

    def _want(self, state: AppState) -> None:
        self._downloads.want(wanted(state), self._stored)
        views = state.rooms.values()
        named = frozenset(sha256 for view in views for sha256 in named_by(view.state))
        gone, self._named = self._named - named, named
        if gone and state.login is not None and all(view.joined for view in views):
            self._parts.keeper.flush()
            self._beside.start(self._forget(named))

    def _unlocked(self, gone: frozenset[Sha256]) -> None:
        """Papers can be read and fetched now; some may have been sealed with another key."""
        self._stored -= gone
        if gone:
            self.store.dispatch(a.DownloadsForgotten(gone))
            self._want(self.store.state)
        self._downloads.hurry()

    async def _forget(self, named: frozenset[Sha256]) -> None:
        """Delete what no meeting of anybody on this device names any more."""
        elsewhere = await self._parts.keeper.run(self._parts.memory.named)
        gone = await asyncio.to_thread(self.library.forget_all_but, named | elsewhere)
        await asyncio.to_thread(self.revisions.forget_all_but, named | elsewhere)
        self._stored -= gone
        if gone:
            self.store.dispatch(a.DownloadsForgotten(gone))

    def _downloaded(self, sha256: Sha256, download: Download) -> None:
        if download.stored and sha256 not in self._stored:
            self._stored |= {sha256}
            self._beside.start(self.revisions.fetch(self._held_before(sha256), sha256))
        self.store.dispatch(a.DownloadChanged(sha256, download))

    def _held_before(self, sha256: Sha256) -> tuple[Sha256, ...]:
        """Return the earlier versions of a paper that are on this device."""
        bases = (file.bases for file in wanted(self.store.state) if file.sha256 == sha256)
        return tuple(base for base in next(bases, ()) if base in self._stored)

    async def _papers_line(self) -> PapersLine | None:
        """Open a papers' line for the person who is here; None while there is no way."""
        known, session = self._door.enrolment, self._door.session
        if known is None or session is None or session.phase != "signed":
            return None
        context = await asyncio.to_thread(trust_only, known.ca_pem)
        identity = known.identity(self._parts.key)
        return await Way(known.address, context, identity, session.token).open()


def _told(state: AppState) -> tuple[object, object, object]:
    return state.rooms, state.downloads, state.seen_versions


_REACTIONS: dict[type, Callable[[Station, AppState, Any], None]] = {
    f.Challenge: Station._heard_time,  # noqa: SLF001
    f.Joined: Station._heard_time,  # noqa: SLF001
    f.SignedIn: Station._signed_in,  # noqa: SLF001
    a.SignedInOffline: Station._signed_in_offline,  # noqa: SLF001
    a.LineChanged: Station._line_changed,  # noqa: SLF001
    a.CommandAccepted: Station._accepted,  # noqa: SLF001
    a.CommandRefused: Station._refused,  # noqa: SLF001
    a.QuestionAnswered: Station._replied,  # noqa: SLF001
    a.QuestionRefused: Station._not_replied,  # noqa: SLF001
}
