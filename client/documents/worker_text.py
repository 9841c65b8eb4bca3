"""What is written on a page, in the render process. Kivy must never be imported here."""

from typing import Any

import pymupdf

from client.documents.shape import PageShape
from client.documents.text import Entry, Link, PageText
from server.protocol.words import FLAGS, words_of

ENGINE: Any = pymupdf  # it ships no types
MAX_ENTRIES = 5_000
MAX_LINKS = 2_000
MAX_TITLE = 200
NO_COPY = "phienhop:no-copy"
"""The keyword by which the server's view copy says that its original forbids copying."""


def may_copy(document: Any) -> bool:
    """Say whether the paper's author permits text to be copied."""
    forbidden = not document.permissions & ENGINE.PDF_PERM_COPY
    return not forbidden and NO_COPY not in str((document.metadata or {}).get("keywords") or "")


def read(document: Any, number: int, pages: Any, shape: PageShape) -> PageText:
    """Return what is on page `number`, from 1, by its display list: as it is seen, turned."""
    extracted = ENGINE.TextPage(pages.get_textpage(FLAGS)).extractRAWDICT()
    words = words_of(extracted)
    return PageText(shape, words, _links(document, document.load_page(number - 1)))


def _links(document: Any, page: Any) -> tuple[Link, ...]:
    """The links that stay within the paper; a broken one is none."""
    made: list[Link] = []
    for link in page.get_links()[:MAX_LINKS]:
        to_page = link.get("page", -1)
        inside = link["kind"] in {ENGINE.LINK_GOTO, ENGINE.LINK_NAMED}
        if inside and isinstance(to_page, int) and 0 <= to_page < document.page_count:
            area = tuple(round(float(edge), 2) for edge in ENGINE.Rect(link["from"]).normalize())
            y = _share(document, to_page, link.get("to"))
            made.append(Link((area[0], area[1], area[2], area[3]), to_page + 1, y))
    return tuple(made)


def _share(document: Any, to_page: int, spot: Any) -> float:
    """How far down its page a link leads, where it says so."""
    if not isinstance(spot, ENGINE.Point):
        return 0.0
    height = float(document.load_page(to_page).rect.height)
    return round(min(1.0, max(0.0, float(spot.y) / max(height, 1.0))), 4)


def outline(document: Any) -> tuple[Entry, ...]:
    """Return the table of contents, with levels that never skip one."""
    kept: list[Entry] = []
    for level, title, page in document.get_toc(simple=True)[:MAX_ENTRIES]:
        if 1 <= page <= document.page_count:
            deepest = kept[-1].level + 1 if kept else 1
            kept.append(Entry(min(level, deepest), " ".join(str(title).split())[:MAX_TITLE], page))
    return tuple(kept)
