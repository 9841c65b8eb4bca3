"""The server's pictures of pages on this device: fetched once, sealed beside their paper."""

import asyncio
import logging
from contextlib import suppress

from client.device.vault import Damaged
from client.documents.library import Library, NotHere
from client.documents.pictured import Ask
from server.protocol.ids import Sha256

_log = logging.getLogger(__name__)


class PagePictures:
    """Takes pictures from `library` and, where it has none, from `ask`."""

    def __init__(self, library: Library, ask: Ask) -> None:
        self._library = library
        self._ask = ask

    async def get(self, sha256: Sha256, page: int, dots: int) -> bytes | None:
        """See `pictured.Ask`."""
        with suppress(NotHere, Damaged, OSError):
            return await asyncio.to_thread(self._library.picture, sha256, page, dots)
        raw = await self._ask(sha256, page, dots)
        if raw is not None:
            try:
                await asyncio.to_thread(self._library.keep_picture, sha256, page, dots, raw)
            except (NotHere, Damaged, OSError) as fault:
                _log.warning("a picture of a page is not kept: %s", type(fault).__name__)
        return raw
