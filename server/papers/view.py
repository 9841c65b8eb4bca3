"""The view copy: what tablets get to see of a paper. Runs in the cage only.

``bake()`` then ``insert_pdf`` into a new document left active content in none of 113 hostile
files, where scrubbing in place left it in 98; a sweep over every object makes sure.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pymupdf

from server.papers import pagetree

THUMB_POINTS = 200.0
A4_LONG_SIDE = 842.0
MAX_LINKS = 20_000
MAX_OUTLINE = 5_000
MAX_TITLE = 200
NO_COPY = "phienhop:no-copy"
"""Tells tablets that the paper's author does not permit its text to be copied."""
RASTER_SCALE = 200 / 72
# A name ends where the syntax says so; escapes (#4a#53) are already resolved in what we scan.
_END = r"(?=[\s/<>\[\]()%]|$)"
ACTIVE = re.compile(
    r"/(?:JavaScript|OpenAction|EmbeddedFiles?|Filespec|XFA|RichMedia\w*|AcroForm"
    r"|S\s*/(?:Launch|URI|SubmitForm|ImportData|GoToR|GoToE|Rendition|Movie|Sound|Hide|Thread"
    r"|Trans|GoTo3DView|SetOCGState|ResetForm|Named)"
    r"|Subtype\s*/(?:Screen|Movie|Sound|FileAttachment|3D|Widget))" + _END
)
_DOOMED_KEYS = frozenset({"AA", "AF", "PieceInfo", "OPI", "OpenAction"})
_DOOMED_TYPES = frozenset({"/Filespec", "/F", "/EmbeddedFile", "/Action", "/Annot"})


class RefusedError(Exception):
    """The file is refused; carries the code and facts of the answer."""

    def __init__(self, code: str, reason: str = "", **facts: int) -> None:
        super().__init__(code)
        self.answer = {"refused": {"code": code, "reason": reason, "facts": facts}}


def make(source: Path, target: Path, kind: str, limits: dict[str, float]) -> dict[str, Any]:
    """Write the view copy of ``source`` to ``target``; returns what the parent needs to know."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        document = _image(source, limits) if kind == "image" else _open(source, limits)
        return _make(document, target, limits)
    except RefusedError as refused:
        return refused.answer
    except MemoryError:
        return RefusedError("paper_engine_crashed", "out of memory").answer
    except Exception as error:  # noqa: BLE001 - the engine raises anything; this is the boundary
        code = "paper_engine_crashed" if "malloc" in str(error) else "paper_unreadable"
        return RefusedError(code, type(error).__name__).answer


def _open(source: Path, limits: dict[str, float]) -> Any:
    document = pymupdf.open(str(source), filetype="pdf")
    if document.needs_pass:
        raise RefusedError("paper_locked")
    if not document.is_pdf:
        raise RefusedError("paper_not_pdf")
    try:
        pagetree.check(document, int(limits["max_pages"]), int(limits["max_depth"]))
    except pagetree.HostileError as hostile:
        raise RefusedError("paper_hostile", str(hostile)) from None
    except pagetree.TooManyError as many:
        raise _too_many(many.pages, limits) from None
    return document


def _too_many(pages: int, limits: dict[str, float]) -> RefusedError:
    return RefusedError("paper_too_many_pages", "", pages=pages, limit=int(limits["max_pages"]))


def _image(source: Path, limits: dict[str, float]) -> Any:
    """Put a picture on a page of its own shape, as long as A4; a TIFF gives one page a frame."""
    data = source.read_bytes()
    shape = pymupdf.mupdf.fz_new_image_from_file(str(source))  # its header: no pixel is decoded
    width, height = shape.w(), shape.h()
    if width * height > limits["image_pixels"]:
        raise RefusedError("paper_hostile", "image too large")
    with pymupdf.open(stream=data) as picture:
        if picture.page_count > 1:
            return pymupdf.open("pdf", picture.convert_to_pdf())
    scale = A4_LONG_SIDE / max(width, height)
    document = pymupdf.open()
    page = document.new_page(width=width * scale, height=height * scale)
    page.insert_image(page.rect, stream=data)
    return document


def _make(document: Any, target: Path, limits: dict[str, float]) -> dict[str, Any]:
    pages = document.page_count
    if pages < 1:
        raise RefusedError("paper_unreadable", "no pages")
    if pages > limits["max_pages"]:
        raise _too_many(pages, limits)
    _check_boxes(document, limits)
    removed = _present(document)
    outline, links = _outline(document), _links(document)
    document.bake()
    slow = _probe(document, limits)
    copy = _copy(document, slow, limits)
    _relink(copy, links)
    if outline:
        copy.set_toc(outline)
    title = _title(document)
    metadata = {"title": title} if title else {}
    if not document.permissions & pymupdf.PDF_PERM_COPY:
        metadata["keywords"] = NO_COPY
    copy.set_metadata(metadata)
    _sweep(copy)
    copy.save(str(target), garbage=3, deflate=True, use_objstms=1)
    sizes = [[round(page.rect.width, 2), round(page.rect.height, 2)] for page in copy]
    return {
        "pages": len(sizes),
        "page_sizes": sizes,
        "title": title,
        "removed": removed,
        "rasterised": [number + 1 for number in slow],
    }


def _check_boxes(document: Any, limits: dict[str, float]) -> None:
    most = limits["max_points"]
    for page in document:
        box = page.mediabox
        if max(abs(value) for value in (box.width, box.height)) > most:
            raise RefusedError(
                "paper_page_too_large", "", page=page.number + 1, points=int(max(box[2:]))
            )


def _present(document: Any) -> list[str]:
    """Name what the original holds and the view copy will not."""
    found = set()
    if document.embfile_count():
        found.add("embedded_files")
    if document.get_sigflags() > 0:
        found.add("signatures_flattened")
    marks = (
        ("JavaScript", "javascript"),
        ("JS", "javascript"),
        ("XFA", "xfa"),
        ("RichMedia", "rich_media"),
        ("EmbeddedFile", "embedded_files"),
        ("Launch", "actions"),
        ("ImportData", "actions"),
        ("SubmitForm", "actions"),
    )
    patterns = [(re.compile("/" + mark + _END), name) for mark, name in marks]
    for number in range(1, document.xref_length()):
        try:
            text = document.xref_object(number, compressed=True)
        except (RuntimeError, ValueError):
            continue
        found.update(name for pattern, name in patterns if pattern.search(text))
    return sorted(found)


def _outline(document: Any) -> list[list[Any]]:
    """The table of contents with sane levels: it leads nowhere but to pages of this paper."""
    try:
        entries = document.get_toc(simple=True)[:MAX_OUTLINE]
    except (RuntimeError, ValueError, KeyError, TypeError, IndexError):
        return []
    kept: list[list[Any]] = []
    for level, title, page in entries:
        if 1 <= page <= document.page_count:
            deepest = kept[-1][0] + 1 if kept else 1
            kept.append([min(level, deepest), str(title)[:MAX_TITLE], page])
    return kept


def _links(document: Any) -> list[tuple[int, Any, int, Any]]:
    """Links to pages of this paper: the only kind that a view copy keeps."""
    kept: list[tuple[int, Any, int, Any]] = []
    for page in document:
        if len(kept) >= MAX_LINKS:
            break
        try:
            links = page.get_links()
        except (RuntimeError, ValueError, KeyError, TypeError, IndexError):
            continue
        for link in links:
            to_page = link.get("page", -1)
            inside = link["kind"] in (pymupdf.LINK_GOTO, pymupdf.LINK_NAMED)
            if inside and isinstance(to_page, int) and 0 <= to_page < document.page_count:
                spot = link.get("to")
                point = spot if isinstance(spot, pymupdf.Point) else pymupdf.Point(0, 0)
                kept.append((page.number, link["from"], to_page, point))
    return kept[:MAX_LINKS]


def _probe(document: Any, limits: dict[str, float]) -> list[int]:
    """Render every page small and name those that cost too much.

    It stops when its own budget is spent; a page that never ends is ended by the process limits.
    """
    slow: list[int] = []
    started = time.process_time()
    for page in document:
        before = time.process_time()
        if before - started > limits["probe_seconds"]:
            break
        longest = max(page.rect.width, page.rect.height, 1.0)
        scale = min(1.0, THUMB_POINTS / longest)
        page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)
        if time.process_time() - before > limits["page_seconds"]:
            slow.append(page.number)
    return slow


def _copy(document: Any, slow: list[int], limits: dict[str, float]) -> Any:
    """A new document with the same pages, the slow ones as pictures."""
    copy = pymupdf.open()
    first = 0
    for number in [*slow, document.page_count]:
        if number > first:
            copy.insert_pdf(
                document,
                from_page=first,
                to_page=number - 1,
                links=False,
                annots=False,
                widgets=False,
            )
        if number < document.page_count:
            _insert_raster(copy, document[number], int(limits["raster_pixels"]))
        first = number + 1
    return copy


def _insert_raster(copy: Any, page: Any, most_pixels: int) -> None:
    area = max(page.rect.width * page.rect.height, 1.0)
    scale = min(RASTER_SCALE, (most_pixels / area) ** 0.5)
    picture = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False)
    fresh = copy.new_page(width=page.rect.width, height=page.rect.height)
    fresh.insert_image(fresh.rect, stream=picture.tobytes("jpeg", jpg_quality=85))


def _relink(copy: Any, links: list[tuple[int, Any, int, Any]]) -> None:
    for number, where, to_page, point in links:
        area = pymupdf.Rect(where) & copy[number].rect
        if area.is_empty or area.is_infinite:
            continue
        copy[number].insert_link(
            {"kind": pymupdf.LINK_GOTO, "from": area, "page": to_page, "to": point}
        )


def _title(document: Any) -> str | None:
    title = str((document.metadata or {}).get("title") or "").strip()
    return title[:MAX_TITLE] or None


def _sweep(copy: Any) -> None:
    """Remove what grafting may have dragged along and refuse what cannot be removed."""
    for number in range(1, copy.xref_length()):
        keys = set(copy.xref_get_keys(number))
        if keys & {"Type", "Subtype"}:  # without either it may be a font list with such names
            for key in keys & _DOOMED_KEYS:
                copy.xref_set_key(number, key, "null")
        if not ACTIVE.search(copy.xref_object(number, compressed=True)):
            continue
        if not keys & {"Type", "Subtype"} or _type(copy, number) in _DOOMED_TYPES:
            copy.update_object(number, "null")
        elif ACTIVE.search(copy.xref_object(number, compressed=True)):
            raise RefusedError("paper_hostile", "active content remains")


def _type(copy: Any, number: int) -> str:
    return str(copy.xref_get_key(number, "Type")[1])
