"""The exported copy: marks are where they were drawn, in MuPDF, PDFium and Poppler alike."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from client.documents.annotations import Sheet, annotations, sheets
from client.documents.export import export
from client.documents.export_order import ExportFailed, ExportOrder
from client.documents.shape import Box, PageShape
from client.documents.xfdf import NAMESPACE, write_xfdf
from client.ink import tools
from client.ink.marks import Mark, Quad, Spot, on_page
from client.ink.notebook import Maker, Notebook
from client.ink.packing import Point
from client.resources import font_file

ENGINE: Any = pymupdf
DOCUMENT = "aa" * 32
FONT = str(font_file("regular"))
PIXELS = 400
"""The longer side of the pictures that are compared."""


def corpus() -> Path:
    named = os.environ.get("PHIENHOP_CORPUS")
    folder = Path(named) if named else Path(__file__).parents[2].parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("the corpus of public PDFs is not on this machine")
    return folder


def notebook() -> Notebook:
    ticks = iter(range(1_758_157_200_000, 1_758_158_200_000, 10))
    return Notebook(Maker("p1", "0" * 16, lambda: next(ticks)))


def dot(book: Notebook, page: int, x: float, y: float, size: float) -> None:
    book.write(DOCUMENT, page, [Point(x, y, 0.5, 0)], tools.Pen("pen2", size))


async def copy_of(paper: bytes, book: Notebook) -> bytes:
    return await export(
        ExportOrder(paper, annotations(book.marks, DOCUMENT, "Lê Văn Bình"), font=FONT)
    )


# ---- three engines -------------------------------------------------------------------------------


def by_mupdf(copy: bytes, page: int, scale: float) -> Image.Image:
    pixels = ENGINE.open(stream=copy, filetype="pdf")[page - 1].get_pixmap(
        matrix=ENGINE.Matrix(scale, scale)
    )
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def by_pdfium(copy: bytes, page: int, scale: float) -> Image.Image:
    document = pypdfium2.PdfDocument(copy)
    try:
        drawn: Image.Image = document[page - 1].render(scale=scale).to_pil()
        return drawn.convert("RGB")
    finally:
        document.close()


def by_poppler(copy: bytes, page: int, scale: float) -> Image.Image:
    dpi = str(72 * scale)
    order = ["pdftoppm", "-cropbox", "-r", dpi, "-f", str(page), "-l", str(page), "-"]
    drawn = subprocess.run(order, input=copy, capture_output=True, check=True).stdout
    return Image.open(BytesIO(drawn)).convert("RGB")


ENGINES = {"MuPDF": by_mupdf, "PDFium": by_pdfium, "Poppler": by_poppler}


def shape_of(paper: bytes, page: int) -> PageShape:
    """From the dictionaries of the file, as the PDF reference defines them."""
    document = ENGINE.open(stream=paper, filetype="pdf")
    loaded = document[page - 1]
    media, crop = loaded.mediabox, loaded.cropbox
    kind, value = document.xref_get_key(loaded.xref, "UserUnit")
    unit = float(value) if kind in {"int", "real", "float"} else 1.0
    box = Box(crop.x0, media.y1 - crop.y1, crop.x1, media.y1 - crop.y0)
    return PageShape(box, loaded.rotation % 360, unit)


def drawn_at(before: Image.Image, after: Image.Image) -> tuple[float, float] | None:
    """The middle of what differs, in pixels from the upper left corner."""
    different = ImageChops.difference(before, after).convert("L").point(lambda v: 255 * (v > 24))
    box = different.getbbox()
    return None if box is None else ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def marked_places(paper: bytes) -> Iterator[tuple[int, PageShape, float, float]]:
    document = ENGINE.open(stream=paper, filetype="pdf")
    for page in range(1, document.page_count + 1):
        shape = shape_of(paper, page)
        yield (
            page,
            shape,
            shape.box.x0 + shape.box.width * 0.3,
            shape.box.y0 + shape.box.height * 0.2,
        )


async def check(paper: bytes) -> int:
    """Draw a dot on every page and look for it in each engine's picture; how many were found."""
    book, places = notebook(), list(marked_places(paper))
    for page, shape, x, y in places:
        dot(book, page, x, y, min(shape.box.width, shape.box.height) / 12)
    copy, found = await copy_of(paper, book), 0
    for page, shape, x, y in places:
        scale = PIXELS / max(shape.width, shape.height)
        right, down = shape.to_sheet(x, y)
        for name, engine in ENGINES.items():
            if name == "Poppler" and not shutil.which("pdftoppm"):
                continue
            unit = 1.0 if name == "MuPDF" else shape.unit  # the others know no /UserUnit
            wanted = right * scale / unit, down * scale / unit
            at = drawn_at(engine(paper, page, scale), engine(copy, page, scale))
            assert at is not None, (name, page)
            off = max(abs(at[0] - wanted[0]), abs(at[1] - wanted[1]))
            assert off <= 1.0, (name, page, at, wanted)
            found += 1
    return found


def turned_and_cropped() -> bytes:
    document = ENGINE.open()
    for rotation in (0, 90, 180, 270):
        for crop in (None, (60, 80, 400, 700)):
            page = document.new_page(width=500, height=800)
            page.insert_text((200, 300), f"page turned by {rotation}")
            if crop is not None:
                page.set_cropbox(ENGINE.Rect(*crop))
            page.set_rotation(rotation)
    return bytes(document.tobytes())


async def test_marks_stay_where_they_were_drawn_on_turned_and_cropped_pages() -> None:
    assert await check(turned_and_cropped()) >= 16


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "geo_3pt_to_14000pt",
        "geo_boxes_rot_crop",
        "geo_fxo-blue",
        "geo_issue14497_big",
        "geo_test-2812_rot",
    ],
)
async def test_marks_stay_where_they_were_drawn_in_the_corpus(name: str) -> None:
    assert await check((corpus() / f"{name}.pdf").read_bytes()) > 0


# ---- what is in the copy -------------------------------------------------------------------------


def paper() -> bytes:
    document = ENGINE.open()
    page = document.new_page(width=595, height=842)
    page.insert_text((100, 300), "Dự thảo", fontname="bvp", fontfile=FONT, fontsize=30)
    return bytes(document.tobytes())


def every_kind() -> tuple[Notebook, dict[str, Mark]]:
    book = notebook()
    quad = Quad(100, 570, 220, 570, 100, 530, 220, 530)
    made = {
        "highlight": book.make("highlight", {DOCUMENT: on_page(1, quad)}, colour="highlight1"),
        "underline": book.make("underline", {DOCUMENT: on_page(1, quad)}, colour="pen2"),
        "strikeout": book.make("strikeout", {DOCUMENT: on_page(1, quad)}, colour="pen2"),
        "note": book.make(
            "note",
            {DOCUMENT: on_page(1, spot=Spot(300, 300))},
            colour="note",
            body="Hỏi lại số liệu",
        ),
        "text": book.make(
            "text", {DOCUMENT: on_page(1, spot=Spot(300, 200))}, body="Đồng ý, nhưng sửa khoản 2"
        ),
        "bookmark": book.make("bookmark", {DOCUMENT: on_page(1)}),
    }
    book.add(*made.values())
    book.write_note(made["note"].id, [Point(20 + t, 100, t / 40, t * 8) for t in range(40)])
    growing = [Point(100 + 2 * t, 450, t / 100, t * 8) for t in range(101)]
    [ink] = book.write(DOCUMENT, 1, growing, tools.Pen("pen1", 8.0)).marks
    made["ink"] = next(mark for mark in book.marks if mark.id == ink)
    return book, made


async def test_the_copy_holds_real_annotations_that_other_readers_know() -> None:
    book, made = every_kind()
    copy = ENGINE.open(stream=await copy_of(paper(), book), filetype="pdf")
    assert copy.page_count == 1
    page = copy[0]
    found = {annot.info["id"]: annot for annot in page.annots()}
    assert found.keys() == {mark.id for kind, mark in made.items() if kind != "bookmark"}
    kinds = {annot.type[1] for annot in found.values()}
    assert kinds == {"Highlight", "Underline", "StrikeOut", "Ink", "Text", "FreeText"}
    assert found[made["note"].id].info["content"] == "Hỏi lại số liệu"
    assert found[made["text"].id].info["content"] == "Đồng ý, nhưng sửa khoản 2"
    assert all(annot.info["title"] == "Lê Văn Bình" for annot in found.values())
    assert "Dự thảo" in page.get_text()


async def test_pressure_shows_and_highlighted_text_stays_black_in_every_engine() -> None:
    book, _ = every_kind()
    clean = paper()
    copy = await export(ExportOrder(clean, annotations(book.marks, DOCUMENT, "x"), font=FONT))
    for name, engine in ENGINES.items():
        if name == "Poppler" and not shutil.which("pdftoppm"):
            continue
        before, after = engine(clean, 1, 2.0), engine(copy, 1, 2.0)
        thin, thick = thickness(before, after, 130), thickness(before, after, 280)
        assert thick > 1.8 * thin > 0, name
        darkest = min(after.crop((200, 550, 440, 600)).convert("L").tobytes())
        assert darkest < 60, name
        tinted = after.getpixel((430, 556))
        assert isinstance(tinted, tuple)
        assert tinted[2] < 200 < tinted[0], name
        written = ImageChops.difference(
            before.crop((600, 1284, 1040, 1404)), after.crop((600, 1284, 1040, 1404))
        )
        assert written.getbbox() is not None, f"{name} shows the typed words"


def thickness(before: Image.Image, after: Image.Image, x: float) -> int:
    column = (int(x * 2), 2 * (842 - 470), int(x * 2) + 1, 2 * (842 - 430))
    box = ImageChops.difference(before.crop(column), after.crop(column)).getbbox()
    return 0 if box is None else box[3] - box[1]


async def test_the_printed_pack_has_the_sheets_of_notes_behind_the_paper() -> None:
    book, _ = every_kind()
    order = ExportOrder(
        paper(),
        annotations(book.marks, DOCUMENT, "x"),
        sheets(book.marks, DOCUMENT, typed=True),
        "Ghi chú ở trang {page}",
        FONT,
    )
    copy = ENGINE.open(stream=await export(order), filetype="pdf")
    assert copy.page_count == 2
    text = copy[1].get_text()
    assert "Ghi chú ở trang 1" in text
    assert "Hỏi lại số liệu" in text
    assert copy[1].get_drawings()
    assert sheets(book.marks, "bb" * 32, typed=True) == ()


async def test_files_that_forbid_it_or_cannot_be_read_are_left_alone() -> None:
    book, _ = every_kind()
    document = ENGINE.open(stream=paper(), filetype="pdf")
    allowed = ENGINE.PDF_PERM_PRINT
    for secret, code in (("", "export_forbidden"), ("secret", "paper_locked")):
        locked = document.tobytes(
            encryption=ENGINE.PDF_ENCRYPT_AES_256,
            owner_pw="owner",
            user_pw=secret,
            permissions=allowed,
        )
        with pytest.raises(ExportFailed, match=code):
            await copy_of(bytes(locked), book)
    with pytest.raises(ExportFailed, match="paper_unreadable"):
        await copy_of(b"no paper", book)


def test_the_xfdf_names_the_same_marks() -> None:
    book, made = every_kind()
    listed = annotations(book.marks, DOCUMENT, "Lê Văn Bình")
    root = ET.fromstring(write_xfdf(listed, "to-trinh.pdf"))  # noqa: S314 - written here
    spaced = {"x": NAMESPACE}
    found = root.findall("x:annots/*", spaced)
    assert {one.get("name") for one in found} == {one.id for one in listed}
    note = root.find("x:annots/x:text", spaced)
    assert note is not None
    assert note.findtext("x:contents", None, spaced) == "Hỏi lại số liệu"
    ink = root.find("x:annots/x:ink/x:inklist/x:gesture", spaced)
    assert ink is not None
    assert (ink.text or "").startswith("100.00,450.00;")
    assert made["bookmark"].id not in {one.id for one in listed}
    assert root.find("x:f", spaced) is not None


def test_marks_of_another_revision_and_unaccepted_places_stay_out() -> None:
    book, made = every_kind()
    target = made["note"].targets[DOCUMENT]
    assert annotations(book.marks, "bb" * 32, "x") == ()
    book.retarget(DOCUMENT, {made["note"].id: type(target)(target.areas, state="suggested")})
    listed = annotations(book.marks, DOCUMENT, "x")
    assert made["note"].id not in {one.id for one in listed}
    two = on_page(1, Quad(0, 9, 9, 9, 0, 0, 9, 0))
    more = on_page(2, Quad(0, 9, 9, 9, 0, 0, 9, 0))
    across = book.make("highlight", {DOCUMENT: type(two)((*two.areas, *more.areas))})
    assert [(one.id, one.page) for one in annotations([across], DOCUMENT, "x")] == [
        (across.id, 1),
        (f"{across.id}-2", 2),
    ]


async def test_a_copy_that_the_engine_cannot_make_tells_the_log_where_not_what(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sheet = Sheet(1, "lời riêng tư", (0, 0, 0))
    order = ExportOrder(paper(), (), (sheet,), "{page}", "/there/is/no/font")
    with pytest.raises(ExportFailed, match="export_failed"):
        await export(order)
    assert "a marked copy cannot be made: " in caplog.text
    assert "riêng tư" not in caplog.text
