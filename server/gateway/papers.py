"""The papers' line after signing in: files up and down, in chunks, with resume (SPEC 9)."""

import asyncio
from hashlib import sha256
from pathlib import Path

from server.accounts import Login
from server.database import NotRecorded
from server.gateway.caller import Caller
from server.gateway.line import POLICY, TRY_LATER, Ended, request_id
from server.gateway.ports import Commons
from server.papers import chunks
from server.papers.outcome import Accepted
from server.papers.store import Paper
from server.protocol.frames import Continue, Fetch, Refused, Sending, SignOut, Stored, Upload
from server.protocol.ids import OrganizationId
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File
from server.rooms import serves

OFFSET_BYTES = 8


class PapersLine:
    """One person's files. One at a time in each direction: a second line is cheap."""

    def __init__(self, commons: Commons, caller: Caller, login: Login) -> None:
        """Begin with nothing under way."""
        self._commons = commons
        self._caller = caller
        self._login = login
        self._line = caller.line

    async def run(self) -> None:
        """Serve until the line ends. Raises Ended or ConnectionClosed."""
        while True:
            frame = await self._line.frame()
            match frame:
                case Fetch():
                    await self._fetch(frame)
                case Upload():
                    await self._upload(frame)
                case SignOut():
                    raise Ended(POLICY, "sign out on the meeting line")
                case _:
                    self._line.refuse(Code.OUT_OF_TURN, request_id(frame))

    # ---- down ------------------------------------------------------------------------------------

    async def _fetch(self, frame: Fetch) -> None:
        if frame.part != "file":
            await self._fetch_part(frame)
            return
        paper = await self._open(frame)
        if paper is None:
            self._line.refuse(Code.PAPER_UNKNOWN, frame.id)
            return
        with paper:
            if frame.offset > len(paper):
                self._line.refuse(Code.OFFSET_WRONG, frame.id, offset=len(paper))
                return
            patch = await self._patch(frame)
            if patch is None:
                await self._give(frame, paper)
                return
        with patch:
            await self._give(frame, patch, frame.base)

    async def _give(self, frame: Fetch, paper: Paper, base: str = "") -> None:
        """Send an open file, or what stands for it."""
        self._line.send(Sending(frame.id, frame.sha256, frame.offset, len(paper), base))
        offset = frame.offset
        for piece in chunks.cut(paper, frame.offset):
            await self._send(offset, await asyncio.to_thread(bytes, piece))
            offset += len(piece)

    async def _patch(self, frame: Fetch) -> Paper | None:
        """Return the patch against the file that the tablet holds, if it helps."""
        if not frame.base or frame.offset or not await self._may_fetch(frame.base):
            return None
        path = await self._commons.shelf.derived.patch(frame.base, frame.sha256)
        return None if path is None else await asyncio.to_thread(_paper, path)

    async def _fetch_part(self, frame: Fetch) -> None:
        """Send what belongs to a file: its words, their map from those of another, one picture."""
        derived = self._commons.shelf.derived
        allowed = await self._may_fetch(frame.sha256)
        if frame.part == "map":
            allowed = allowed and bool(frame.base) and await self._may_fetch(frame.base)
        if not allowed:
            self._line.refuse(Code.PAPER_UNKNOWN, frame.id)
            return
        if frame.part == "scan":
            path = await self._commons.shelf.scans.words(frame.sha256)
        elif frame.part == "words":
            path = await derived.words(frame.sha256)
        elif frame.part == "picture":
            path = await derived.picture(frame.sha256, frame.page, frame.dots)
        else:
            path = await derived.word_map(frame.base, frame.sha256)
        part = None if path is None else await asyncio.to_thread(_paper, path)
        if part is None:
            self._line.refuse(Code.FILE_UNKNOWN, frame.id)
            return
        with part:
            if frame.offset > len(part):
                self._line.refuse(Code.OFFSET_WRONG, frame.id, offset=len(part))
                return
            await self._give(frame, part)

    async def _may_fetch(self, sha256: str) -> bool:
        return await self._commons.rooms.may_fetch(self._login, sha256)

    async def _open(self, frame: Fetch) -> Paper | None:
        """Return the file when this person may have it: a hash is not a permission."""
        made = self._commons.office.made(self._login.device, frame.sha256)
        if made is not None:
            return await asyncio.to_thread(_paper, made)
        if not await self._may_fetch(frame.sha256):
            return None
        paper = await asyncio.to_thread(self._commons.shelf.store.open, frame.sha256)
        return None if isinstance(paper, Refusal) else paper

    async def _send(self, offset: int, piece: bytes) -> None:
        message = offset.to_bytes(OFFSET_BYTES) + piece
        try:
            async with asyncio.timeout(self._commons.limits.chunk_seconds):
                await self._line.connection.send(message)
        except TimeoutError:
            self._line.connection.transport.abort()
            raise Ended(TRY_LATER, "a chunk was not taken") from None
        self._commons.metrics.add("paper_bytes_total", len(piece))

    # ---- up --------------------------------------------------------------------------------------

    async def _upload(self, frame: Upload) -> None:
        organization = self._organization(frame)
        if organization is None:
            self._line.refuse(Code.NOT_ALLOWED, frame.id)
            return
        known = self._commons.rooms.files.of_original(organization, frame.sha256)
        if known is not None:
            self._line.send(Stored(frame.id, _named(known, frame.name)))
            return
        limit = self._commons.shelf.limits.max_bytes
        if frame.size > limit:
            self._line.refuse(Code.PAPER_TOO_LARGE, frame.id, bytes=frame.size, limit=limit)
            return
        name = _upload_name(self._login, frame)
        if await self._receive(frame, name):
            await self._finish(frame, name, organization)

    def _organization(self, frame: Upload) -> OrganizationId | None:
        """Return whose paper it is to be: named, or the only one that the person serves."""
        if frame.organization:
            return frame.organization if serves(self._login, frame.organization) else None
        served = [one for one in self._login.organizations if serves(self._login, one)]
        return served[0] if len(served) == 1 else None

    async def _receive(self, frame: Upload, name: str) -> bool:
        """Take what is missing; False when it was refused and the upload may begin again."""
        shelf = self._commons.shelf
        have = await shelf.resume(name)
        self._line.send(Continue(frame.id, frame.upload, have))
        while have < frame.size:
            offset, piece = await self._piece()
            if offset + len(piece) > frame.size:
                self._line.refuse(Code.OFFSET_WRONG, frame.id, offset=have)
                return False
            taken = await shelf.receive(name, offset, piece)
            if isinstance(taken, Refusal):
                self._line.send(Refused(taken, frame.id))
                return False
            self._commons.metrics.add("upload_bytes_total", taken - have)
            have = taken
        return True

    async def _piece(self) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(self._commons.limits.upload_idle_seconds):
                message = await self._line.message()
        except TimeoutError:
            raise Ended(TRY_LATER, "the upload stands still") from None
        if isinstance(message, str) or len(message) <= OFFSET_BYTES:
            self._line.garbage("bytes of the upload were expected")
        return int.from_bytes(message[:OFFSET_BYTES]), message[OFFSET_BYTES:]

    async def _finish(self, frame: Upload, name: str, organization: OrganizationId) -> None:
        outcome = await self._commons.shelf.finish(name, frame.sha256, frame.size)
        if isinstance(outcome, Refusal):
            self._line.send(Refused(outcome, frame.id))
            return
        file = _file(outcome, frame.name)
        try:
            await self._commons.rooms.files.add(organization, file)
        except NotRecorded:
            self._line.refuse(Code.NOT_RECORDED, frame.id)
            return
        self._line.send(Stored(frame.id, file))


def _paper(path: Path) -> Paper | None:
    try:
        return Paper(path)
    except FileNotFoundError:
        return None


def _named(file: File, name: str) -> File:
    return File(file.view_sha256, file.original_sha256, file.pages, file.size, name)


def _file(taken: Accepted, name: str) -> File:
    return File(taken.view_sha256, taken.original_sha256, taken.pages, taken.view_bytes, name)


def _upload_name(login: Login, frame: Upload) -> str:
    """Return the name under which the bytes wait: no device can go on with another's upload."""
    return sha256(f"{login.device}|{frame.upload}|{frame.sha256}".encode()).hexdigest()
