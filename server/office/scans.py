"""How far the scans of a meeting's papers have been read."""

from server.accounts import Login
from server.office.rights import Handlers
from server.papers.ocr import Scans
from server.protocol import office as o
from server.protocol.refusals import Code, Refusal
from server.rooms import Rooms


class ScanPages:
    """Answers for the papers of the agenda's page."""

    def __init__(self, rooms: Rooms, scans: Scans) -> None:
        """Stand on the rooms and on what reads."""
        self._rooms = rooms
        self._scans = scans
        self.handlers: Handlers = {o.ListScans: self._list}

    async def _list(self, _login: Login, asked: o.ListScans) -> o.Reply | Refusal:
        """Tell of every current version; what nobody has looked at yet is looked at from now on."""
        room = await self._rooms.open(asked.room)
        if room is None:
            return Refusal(Code.ROOM_UNKNOWN, {"room": asked.room})
        found: list[o.Scan] = []
        papers = (paper for item in room.state.items for paper in item.papers)
        for sha256 in dict.fromkeys(one.file.view_sha256 for one in papers if one.file):
            known = self._scans.progress(sha256)
            if known is None:
                self._scans.want(sha256)
            else:
                found.append(o.Scan(sha256, known.state, known.pages, known.done))
        return o.Scans(tuple(found))
