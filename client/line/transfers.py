"""Files that a desk sends to the server, and files that the server has made for it."""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from client.actions import Action, UploadChanged, UploadEnded
from client.device.vault import settle
from client.documents.revisions import MAX_WORDS
from client.line import LineFailed
from client.line.exchange import Outgoing, PapersLine, Refused
from client.state import Upload
from server.protocol.frames import Fetch
from server.protocol.ids import OrganizationId, RequestId, Sha256
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File

MAX_PICTURE = 32 * 2**20
"""Bytes of a picture that are taken from a server."""
PAUSE = 2.0
"""Seconds before a lost transfer goes on."""


class Transfers:
    """Carries single files when a person asks for it, over a line of its own each time."""

    def __init__(
        self,
        open_line: Callable[[], Awaitable[PapersLine | None]],
        dispatch: Callable[[Action], None],
        new_id: Callable[[], RequestId],
    ) -> None:
        self._open_line = open_line
        self._dispatch = dispatch
        self._new_id = new_id

    async def upload(self, path: Path, organization: OrganizationId) -> File | Refusal:
        """Send a file; its progress, and a refusal until the person closes it, are state."""
        upload, shown = self._new_id(), Upload(path.name)
        self._dispatch(UploadChanged(upload, shown))
        try:
            size, sha256 = await asyncio.to_thread(_measure, path)
        except OSError:
            return self._refused(upload, shown, Refusal(Code.FILE_NOT_FOUND, {"name": path.name}))
        shown = replace(shown, size=size)
        outgoing = Outgoing(upload, organization, path, size, sha256)
        try:
            file = await self._send(outgoing, shown)
        except Refused as fault:
            return self._refused(upload, shown, fault.refusal)
        except OSError:
            return self._refused(upload, shown, Refusal(Code.FILE_NOT_FOUND, {"name": path.name}))
        self._dispatch(UploadEnded(upload))
        return file

    async def _send(self, file: Outgoing, shown: Upload) -> File:
        def sent(offset: int) -> None:
            checking = offset >= file.size
            self._dispatch(
                UploadChanged(file.upload, replace(shown, sent=offset, checking=checking))
            )

        while True:
            with suppress(LineFailed):
                line = await self._open_line()
                if line is not None:
                    async with line:
                        return await line.upload(self._new_id(), file, sent)
            await asyncio.sleep(PAUSE)

    def _refused(self, upload: str, shown: Upload, refusal: Refusal) -> Refusal:
        self._dispatch(UploadChanged(upload, replace(shown, refusal=refusal)))
        return refusal

    async def save(self, sha256: Sha256, path: Path) -> Refusal | None:
        """Put a file that the server has made at `path`, whole or not at all."""
        draft = path.with_name(f".{path.name}.part")
        try:
            line = await self._open_line()
            if line is None:
                return Refusal(Code.SERVER_UNREACHABLE)
            async with line:
                await self._write(line, sha256, draft)
            await asyncio.to_thread(_put, draft, path)
        except (Refused, LineFailed) as fault:
            return fault.refusal
        except OSError:
            return Refusal(Code.DISK_FULL)
        finally:
            draft.unlink(missing_ok=True)
        return None

    async def part(self, asked: Fetch, most: int) -> bytes | None:
        """Return the words or the map of a paper; None when there is no line or no such thing."""
        try:
            line = await self._open_line()
            if line is None:
                return None
            async with line:
                return await line.part(asked, most)
        except (Refused, LineFailed):
            return None

    async def scan_words(self, sha256: Sha256) -> bytes | None:
        """Return what the server found in a paper's scans; None while that is nothing."""
        return await self.part(Fetch(self._new_id(), sha256, part="scan"), MAX_WORDS)

    async def picture(self, sha256: Sha256, page: int, dots: int) -> bytes | None:
        """Return a page, from 1, as the server has drawn it; None when it could not be had."""
        asked = Fetch(self._new_id(), sha256, part="picture", page=page, dots=dots)
        return await self.part(asked, MAX_PICTURE)

    async def _write(self, line: PapersLine, sha256: Sha256, draft: Path) -> None:
        digest = hashlib.sha256()
        with draft.open("wb") as file:

            async def take(_size: int, part: bytes) -> None:
                digest.update(part)
                await asyncio.to_thread(file.write, part)

            await line.fetch(self._new_id(), sha256, 0, take)
        if digest.hexdigest() != sha256:
            raise Refused(Refusal(Code.HASH_MISMATCH))


def _measure(path: Path) -> tuple[int, Sha256]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return os.fstat(file.fileno()).st_size, digest.hexdigest()


def _put(draft: Path, path: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    settle(path.parent)
