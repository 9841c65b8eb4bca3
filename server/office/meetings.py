"""Questions about meetings: new ones, drafts, minutes, the record."""

from pathlib import Path

from msgspec.structs import replace

from server.accounts import Login, People
from server.core.roles import is_officer
from server.journal import Damaged, Opened
from server.office.made import MadeFiles
from server.office.rights import Handlers
from server.office.rolls import Rolls
from server.office.rulebook import Rulebooks
from server.press import Press
from server.protocol import office as o
from server.protocol.commands import CreateMeeting, Draft
from server.protocol.ids import MeetingId
from server.protocol.refusals import Code, Refusal
from server.record import dossier, export
from server.rooms import Rooms, actor, serves


class Meetings:
    """Answers for the pages of meetings."""

    def __init__(
        self,
        *,
        people: People,
        rooms: Rooms,
        rolls: Rolls,
        rulebooks: Rulebooks,
        made: MadeFiles,
        press: Press,
        papers: Path,
    ) -> None:
        """Stand on the rooms."""
        self._people = people
        self._rooms = rooms
        self._rolls = rolls
        self._rulebooks = rulebooks
        self._made = made
        self._press = press
        self._papers = papers
        self.handlers: Handlers = {
            o.MakeMeeting: self._make,
            o.PutDraft: self._put_draft,
            o.DropDraft: self._drop_draft,
            o.MakeMinutes: self._minutes,
            o.ExportRecord: self._export,
            o.MakeDossier: self._dossier,
            o.ProveBallots: self._prove,
            o.MeetingRules: self._rules,
        }

    async def _make(self, login: Login, asked: o.MakeMeeting) -> o.Reply | Refusal:
        known = await self._people.organizations()
        organization = next((one for one in known if one.id == asked.organization), None)
        if organization is None:
            return Refusal(Code.ORGANIZATION_UNKNOWN)
        book = await self._rulebooks.of(asked.organization)
        roll = await self._rolls.fill(asked.organization, asked.chair, asked.roll)
        if isinstance(roll, Refusal):
            return roll
        command = CreateMeeting(
            title=asked.title,
            ordinal=asked.ordinal,
            place=asked.place,
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            roll=roll,
        )
        who = actor(login, asked.organization)
        body = replace(organization, sealed=book.sealed)
        room = await self._rooms.create(asked.meeting, body, command, who)
        return room if isinstance(room, Refusal) else o.MeetingMade(asked.meeting)

    async def _put_draft(self, _login: Login, asked: o.PutDraft) -> o.Reply | Refusal:
        draft = Draft(asked.draft, asked.change)
        return await self._rooms.put_draft(asked.room, draft) or o.Done()

    async def _drop_draft(self, _login: Login, asked: o.DropDraft) -> o.Reply | Refusal:
        return await self._rooms.drop_draft(asked.room, asked.draft) or o.Done()

    async def _minutes(self, login: Login, asked: o.MakeMinutes) -> o.Reply | Refusal:
        kept = await self._kept(asked.room)
        if isinstance(kept, Refusal):
            return kept
        data = await self._press.make(export.print_minutes, kept.records, "", self._public)
        return await self._made.keep(login.device, data, f"bien-ban-{asked.room}.pdf")

    async def _export(self, login: Login, asked: o.ExportRecord) -> o.Reply | Refusal:
        kept = await self._kept(asked.room)
        if isinstance(kept, Refusal):
            return kept
        target = self._made.place()
        size = await self._press.make(
            export.write_zip, kept.records, target, self._papers, "", self._public
        )
        if isinstance(size, Refusal):
            return size
        return await self._made.take(login.device, target, f"ho-so-{asked.room}.zip")

    @property
    def _public(self) -> bytes:
        return self._rooms.key.public if self._rooms.key else b""

    async def _dossier(self, login: Login, asked: o.MakeDossier) -> o.Reply | Refusal:
        kept, key = await self._kept(asked.room), self._rooms.key
        if isinstance(kept, Refusal):
            return kept
        if key is None:
            return Refusal(Code.NOT_ALLOWED)
        target = self._made.place()
        members = asked.audience == "members"
        source = dossier.Source(
            kept.records, kept.checkpoints, key.secret, self._papers, members=members
        )
        size = await self._press.make(dossier.write, source, target)
        if isinstance(size, Refusal):
            return size
        whose = "dai-bieu" if members else "thu-ky"
        return await self._made.take(login.device, target, f"ho-so-{whose}-{asked.room}.zip")

    async def _prove(self, login: Login, asked: o.ProveBallots) -> o.Reply | Refusal:
        room = await self._rooms.open(asked.room)
        if room is None:
            return Refusal(Code.ROOM_UNKNOWN, {"room": asked.room})
        return await room.prove(login.person, asked.held)

    async def _rules(self, login: Login, asked: o.MeetingRules) -> o.Reply | Refusal:
        """Tell whoever runs the meeting what its body votes by; nobody else needs it."""
        room = await self._rooms.open(asked.room)
        if room is None:
            return Refusal(Code.ROOM_UNKNOWN, {"room": asked.room})
        body = room.state.organization.id
        if not (serves(login, body) or is_officer(room.state, login.person)):
            return Refusal(Code.NOT_ALLOWED)
        book = await self._rulebooks.of(body)
        return o.Rules(book.presets, book.sealed)

    async def _kept(self, room: MeetingId) -> Opened | Refusal:
        try:
            kept = await self._rooms.kept(room)
        except Damaged as fault:
            return Refusal(Code.DATABASE_DAMAGED, {"name": room, "reason": str(fault)})
        return kept or Refusal(Code.ROOM_UNKNOWN, {"room": room})
