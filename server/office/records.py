"""Questions about the records of polls: their files, and ballots of paper for printing."""

from server.accounts import Login
from server.journal import Damaged, Opened
from server.office.made import MadeFiles
from server.office.rights import Handlers
from server.press import Press
from server.protocol import office as o
from server.protocol.ids import MeetingId
from server.protocol.refusals import Code, Refusal
from server.record import poll_export
from server.rooms import Rooms


class Records:
    """Answers for what is printed and signed of a poll."""

    def __init__(self, *, rooms: Rooms, made: MadeFiles, press: Press) -> None:
        """Stand on the rooms."""
        self._rooms = rooms
        self._made = made
        self._press = press
        self.handlers: Handlers = {
            o.MakePollRecords: self._records,
            o.PrintBallots: self._ballots,
        }

    async def _records(self, login: Login, asked: o.MakePollRecords) -> o.Reply | Refusal:
        kept = await self._kept(asked.room)
        if isinstance(kept, Refusal):
            return kept
        public = self._rooms.key.public if self._rooms.key else b""
        data = await self._press.make(poll_export.zipped, kept.records, "", public)
        if isinstance(data, Refusal):
            return data
        return await self._made.keep(login.device, data, f"bien-ban-bieu-quyet-{asked.room}.zip")

    async def _ballots(self, login: Login, asked: o.PrintBallots) -> o.Reply | Refusal:
        kept = await self._kept(asked.room)
        if isinstance(kept, Refusal):
            return kept
        data = await self._press.make(poll_export.ballots, kept.records, asked.poll, asked.count)
        if isinstance(data, Refusal):
            return data
        return await self._made.keep(login.device, data, f"phieu-{asked.room}.pdf")

    async def _kept(self, room: MeetingId) -> Opened | Refusal:
        try:
            kept = await self._rooms.kept(room)
        except Damaged as fault:
            return Refusal(Code.DATABASE_DAMAGED, {"name": room, "reason": str(fault)})
        return kept or Refusal(Code.ROOM_UNKNOWN, {"room": room})
