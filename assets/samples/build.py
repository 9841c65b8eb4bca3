"""Set the sample papers: ``python assets/samples/build.py``.

Reads ``text/*.md`` (and the tables beside them), writes the PDF files of ``meeting/``. The map and
the scan are drawn here. All people, places and numbers are invented. The typesetting is that of
the minutes (``server.record``), which reads every page back: no word can get lost.

A text begins with its head between ``+++`` lines (TOML), then:
    # heading           bold, flush left          > centred line, >> the same in bold
    !table SHARES ALIGN [size=12]                 the following lines ``a | b | c`` are its rows
    !csv FILE SHARES ALIGN [size=12]              a table from a file; its first line is the head
    !break                                        a new page
    !sign                                         who signs, when not at the very end
    anything else       a paragraph; **bold** and __italic__ inside
"""

# ruff: noqa: C901, INP001, PLR0917, RUF005 - a script that draws: points are added, not joined

from __future__ import annotations

import csv
import random
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

import pymupdf  # noqa: E402 - after the path to the project

from server.record import pdf  # noqa: E402
from server.record.pages import Setter  # noqa: E402
from server.record.typeset import (  # noqa: E402
    Align,
    Block,
    Break,
    Columns,
    Page,
    Para,
    Piece,
    Sheet,
    Stroke,
    Style,
    Table,
    runs,
)

PAGE_WORDS = 23
TEXT, OUT = HERE / "text", HERE / "meeting"
SHEET = Sheet(left=85.0, right=42.5)
ALIGN: dict[str, Align] = {"l": "left", "c": "center", "r": "right", "j": "justify"}
MOTTO = {
    "party": ("**ĐẢNG CỘNG SẢN VIỆT NAM**",),
    "state": ("**CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**", "**Độc lập - Tự do - Hạnh phúc**"),
}


def line(text: str, align: Align = "center", size: float = 14.0, **more: Any) -> Para:
    """One line of a head or signature."""
    return Para(runs(text), align, size, **{"after": 0.0, "leading": 1.25, **more})


# --- from text to blocks


def head(facts: dict[str, Any]) -> Iterator[Block]:
    """The two columns, the title and the addressee."""
    size = 13.5 if facts["form"] == "party" else 11.5
    left = [line(text, size=size) for text in facts["left"]]
    if facts["form"] == "party":
        left.append(line("*", size=size))
    left.append(line(facts["symbol"], size=13.5))
    motto = MOTTO[facts["form"]]
    right = [line(text, size=size, underline=text is motto[-1]) for text in motto]
    right.append(line(f"__{facts['date']}__", size=13.5, before=7.0))
    yield Columns((tuple(left), tuple(right)), (9, 11), after=14.0)
    if mark := facts.get("mark"):
        yield line(f"**{mark}**", "right", 13.0, after=8.0)
    yield line(f"**{facts['kind']}**", size=facts["size"] + 1, after=3.0, keep=True)
    for index, text in enumerate(facts["subject"]):
        last = index == len(facts["subject"]) - 1
        yield line(f"**{text}**", size=facts["size"], after=12.0 if last else 0.0, keep=True)
    if to := facts.get("to"):
        yield line(f"__Kính gửi:__ {to}", size=facts["size"], after=12.0, keep=True)


def foot(facts: dict[str, Any]) -> Iterator[Block]:
    """Who receives it, who signs."""
    if "sign" not in facts:
        return
    small = [line("**__Nơi nhận:__**", "left", 12.0)]
    small += [line(text, "left", 11.0) for text in facts["copies"]]
    *office, name = facts["sign"]
    signed = [line(f"**{text}**", size=14.0) for text in office]
    signed.append(line(f"**{name}**", size=14.0, before=62.0))
    yield Columns((tuple(small), tuple(signed)), (1, 1), before=14.0)


def cells(rows: list[list[str]], shares: str, align: str, size: float, leading: float) -> Table:
    """A table with a bold head, as open as the text around it."""
    pad = (leading - 1) * 12

    def cell(text: str, column: int, row: int) -> Para:
        where: Align = "center" if row == 0 else ALIGN[align[column]]
        return line(f"**{text}**" if row == 0 else text, where, size, leading=leading - 0.1)

    made = tuple(
        tuple(cell(text.strip(), column, row) for column, text in enumerate(texts))
        for row, texts in enumerate(rows)
    )
    return Table(tuple(float(part) for part in shares.split(":")), made, 1, pad, 10.0)


def body(text: str, facts: dict[str, Any], leading: float, after: float) -> Iterator[Block]:
    """The blocks of a text at a leading and a distance between paragraphs."""
    size = float(facts["size"])
    lines = iter(text.splitlines())
    for raw in lines:
        if not raw.strip():
            continue
        if raw.startswith(("!table", "!csv")):
            yield _table(raw, lines, leading)
        elif raw.startswith("!break"):
            yield Break()
        elif raw.startswith("!sign"):
            yield from foot(facts)
        elif raw.startswith("#"):
            words = raw.lstrip("# ").strip()
            yield Para(runs(f"**{words}**"), "left", size, after=after, leading=leading, keep=True)
        elif raw.startswith(">"):
            words = raw.lstrip("> ").strip()
            words = f"**{words}**" if raw.startswith(">>") else words
            yield Para(runs(words), "center", size, after=after, leading=leading, keep=True)
        else:
            yield Para(runs(raw.strip()), "justify", size, 26.0, after=after, leading=leading)


def _table(order: str, lines: Iterator[str], leading: float) -> Table:
    parts = order.split()
    size = float(parts[-1].removeprefix("size=")) if "size=" in parts[-1] else 12.0
    if parts[0] == "!csv":
        with (TEXT / parts[1]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        return cells(rows, parts[2], parts[3], size, leading)
    rows = []
    for raw in lines:
        if not raw.strip():
            break
        rows.append(raw.split("|"))
    return cells(rows, parts[1], parts[2], size, leading)


class WrongLengthError(Exception):
    """A text is too long or too short for the pages that its head names."""


# --- to the number of pages that the agenda names


def settings(facts: dict[str, Any]) -> list[tuple[float, float]]:
    """Leading and distance to try, the most usual first."""
    if "leading" in facts:
        return [(facts["leading"], facts["after"])]
    tries = [(lead / 100, gap) for lead in range(122, 170, 3) for gap in (3.0, 5.0, 7.0, 9.0, 12.0)]
    return sorted(tries, key=lambda pair: abs(pair[0] - 1.38) * 20 + abs(pair[1] - 6))


def fitted(text: str, facts: dict[str, Any], sheet: Sheet) -> list[Page]:
    """Set a text on exactly as many pages as its head says, the last one not nearly empty."""
    counts = set()
    for leading, after in settings(facts):
        blocks = [*head(facts), *body(text, facts, leading, after)]
        if "!sign" not in text:
            if isinstance(blocks[-1], Para):  # no signature alone on its page
                blocks[-1] = replace(blocks[-1], keep=True)
            blocks.extend(foot(facts))
        pages = Setter(sheet, pdf.face().width).set(blocks)
        counts.add(len(pages))
        written = min(len(page.pieces) for page in pages)
        if len(pages) == facts["pages"] and written > PAGE_WORDS:
            return pages
    raise WrongLengthError(f"{facts['file']}: {sorted(counts)} pages, {facts['pages']} wanted")


def paper(path: Path) -> list[tuple[str, int, int]]:
    """Set one text, in each of its versions; returns names, pages and bytes."""
    _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    facts = {"size": 14.0, "form": "party", **tomllib.loads(front)}
    made = []
    for version in facts.get("versions", [{}]):
        own = facts | version
        pages = fitted(_version(text, str(version.get("version", ""))), own, SHEET)
        data = pdf.write(pages, title=f"{own['kind']} {' '.join(own['subject'])}")
        (OUT / own["file"]).write_bytes(data)
        made.append((own["file"], len(pages), len(data)))
    return made


def _version(text: str, version: str) -> str:
    """Keep the lines of a version: ``@2 text`` belongs to version 2 only."""
    kept = []
    for raw in text.splitlines():
        if raw.startswith("@"):
            own, _, words = raw[1:].partition(" ")
            if own == version:
                kept.append(words)
        else:
            kept.append(raw)
    return "\n".join(kept)


# --- the map


def label(
    page: Page, text: str, x: float, y: float, size: float = 11, cut: Style = "regular"
) -> None:
    """Text on the map, centred at x."""
    width = sum(pdf.face().width(word + " ", cut, size) for word in text.split())
    x -= width / 2
    words = text.split()
    for index, word in enumerate(words):
        page.pieces.append(Piece(word, x, y, size, cut, glue=False))
        x += pdf.face().width(word + " ", cut, size)
        if index == len(words) - 1:
            break


ZONES = (
    ("Đất ở mới", "18,4 ha", (0.98, 0.85, 0.55), ((430, 250), (620, 240), (640, 400), (450, 420))),
    (
        "Công nghiệp sạch",
        "46,2 ha",
        (0.80, 0.72, 0.88),
        ((660, 238), (900, 250), (890, 470), (672, 452)),
    ),
    (
        "Dịch vụ, thương mại",
        "12,7 ha",
        (0.97, 0.70, 0.66),
        ((452, 440), (642, 420), (650, 540), (470, 560)),
    ),
    (
        "Cây xanh, mặt nước",
        "15,1 ha",
        (0.70, 0.87, 0.68),
        ((674, 474), (888, 492), (870, 640), (684, 620)),
    ),
    (
        "Trường học, y tế",
        "6,3 ha",
        (0.70, 0.82, 0.95),
        ((474, 580), (654, 560), (662, 660), (488, 690)),
    ),
    ("Tái định cư", "9,8 ha", (0.99, 0.93, 0.70), ((250, 300), (404, 270), (424, 430), (262, 452))),
    (
        "Hạ tầng kỹ thuật",
        "4,5 ha",
        (0.86, 0.86, 0.86),
        ((264, 474), (430, 452), (444, 570), (280, 590)),
    ),
)


def drawing(canvas: Any) -> None:
    """Lines and areas of the map, under its text."""
    shape = canvas.new_shape()
    for number in range(9):  # contours of the hill in the north-west
        size = 30 + number * 17
        box = pymupdf.Rect(150 - size * 1.3, 180 - size, 150 + size * 1.3, 180 + size * 0.8)
        shape.draw_oval(box)
        shape.finish(color=(0.80, 0.66, 0.50), width=0.9 if number % 5 == 0 else 0.45)
    river = [(10, 775), (230, 715), (330, 790), (560, 775), (760, 762), (860, 730), (980, 785)]
    for start in range(0, len(river) - 3, 3):
        shape.draw_bezier(*(pymupdf.Point(point) for point in river[start : start + 4]))
    shape.finish(color=(0.55, 0.75, 0.92), width=24, lineCap=1, closePath=False)
    for _, _, colour, corners in ZONES:
        shape.draw_polyline([pymupdf.Point(corner) for corner in corners])
        shape.finish(color=(0.25, 0.25, 0.25), fill=colour, width=0.8, closePath=True)
    chance = random.Random(27)  # noqa: S311 - a drawing, not a secret
    for _, _, _, corners in ZONES:  # plots
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
        for part in range(1, 9):
            share = part / 9 + chance.uniform(-0.01, 0.01)
            shape.draw_line(
                (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share),
                (x3 + (x2 - x3) * share, y3 + (y2 - y3) * share),
            )
        for part in range(1, 4):
            share = part / 4
            shape.draw_line(
                (x0 + (x3 - x0) * share, y0 + (y3 - y0) * share),
                (x1 + (x2 - x1) * share, y1 + (y2 - y1) * share),
            )
    shape.finish(color=(0.45, 0.45, 0.45), width=0.3)
    roads = (
        ((90, 505), (440, 440), (662, 408), (1010, 372)),
        ((650, 130), (655, 400), (668, 600), (690, 800)),
    )
    for width, colour in ((13, (0.55, 0.15, 0.12)), (10, (1, 0.93, 0.80))):
        for road in roads:
            shape.draw_bezier(*(pymupdf.Point(point) for point in road))
        shape.finish(color=colour, width=width, lineCap=1, closePath=False)
    shape.draw_polyline(
        [
            pymupdf.Point(p)
            for p in ((236, 262), (660, 214), (930, 236), (905, 668), (480, 712), (250, 610))
        ]
    )
    shape.finish(color=(0.75, 0.08, 0.10), width=2.4, dashes="[9 4 2 4] 0", closePath=True)
    for area in ((0, 0, 28, 842), (0, 814, 1191, 842), (0, 0, 1191, 28), (945, 0, 1191, 842)):
        shape.draw_rect(pymupdf.Rect(area))  # what runs out of the frame
    shape.finish(color=None, fill=(1, 1, 1))
    shape.draw_polyline(
        [pymupdf.Point(p) for p in ((1080, 120), (1092, 165), (1080, 155), (1068, 165))]
    )
    shape.finish(color=(0, 0, 0), fill=(0, 0, 0), closePath=True)
    for number in range(4):  # scale bar
        shape.draw_rect(pymupdf.Rect(960 + number * 45, 765, 1005 + number * 45, 773))
        shape.finish(color=(0, 0, 0), fill=(0, 0, 0) if number % 2 == 0 else (1, 1, 1), width=0.6)
    for number, (_, _, colour, _) in enumerate(ZONES):
        shape.draw_rect(pymupdf.Rect(962, 478 + number * 26, 994, 494 + number * 26))
        shape.finish(color=(0.25, 0.25, 0.25), fill=colour, width=0.6)
    shape.commit()


def area_map() -> tuple[str, int, int]:
    """The planning map of area Y: A3, vectors only."""
    sheet = Sheet(width=1191.0, height=842.0)
    page = Page(sheet)
    frame = ((28, 28, 1163, 28), (1163, 28, 1163, 814), (1163, 814, 28, 814), (28, 814, 28, 28))
    page.strokes.extend(Stroke(*edge, 1.6) for edge in frame)
    page.strokes.append(Stroke(945, 28, 945, 814, 0.8))
    label(page, "BẢN ĐỒ QUY HOẠCH SỬ DỤNG ĐẤT KHU Y", 490, 72, 20, "bold")
    label(page, "Phụ lục 1, kèm theo Tờ trình số 48-TTr/VPTU", 490, 94, 13, "italic")
    for name, size, _, corners in ZONES:
        x = sum(corner[0] for corner in corners) / 4
        y = sum(corner[1] for corner in corners) / 4
        label(page, name, x, y - 2, 11.5, "bold")
        label(page, size, x, y + 13, 11)
    for text, x, y, cut in (
        ("Quốc lộ 5X", 170, 476, "bold"),
        ("Đường tỉnh 8Y", 742, 170, "bold"),
        ("Sông Trà", 420, 776, "italic"),
        ("Xã Tân An", 130, 610, "bold"),
        ("Xã Hòa Bình", 800, 205, "bold"),
        ("Núi Voi", 150, 185, "italic"),
        ("B", 1080, 112, "bold"),
    ):
        label(page, text, x, y, 12, cut)  # type: ignore[arg-type]
    for number, text in enumerate(("TỈNH ỦY X", "VĂN PHÒNG", "*", "Tỷ lệ 1 : 5.000")):
        label(page, text, 1054, 220 + number * 20, 13, "bold" if number < 2 else "regular")  # noqa: PLR2004
    for number, text in enumerate(
        ("Tổng diện tích: 113,0 ha", "Số hộ tái định cư: 214", "Hệ tọa độ VN-2000")
    ):
        label(page, text, 1054, 320 + number * 22, 12.5)
    label(page, "CHÚ GIẢI", 1054, 455, 13, "bold")
    for number, (name, _, _, _) in enumerate(ZONES):
        width = pdf.face().width(name, "regular", 12)
        label(page, name, 1006 + width / 2, 491 + number * 26, 12)
    label(page, "Ranh giới lập quy hoạch", 1062, 682, 12)
    page.strokes.append(Stroke(962, 678, 986, 678, 2.2))
    for number in range(5):
        label(page, f"{number * 50}", 960 + number * 45, 760, 10)
    label(page, "mét", 1158 - 20, 790, 10)
    with pymupdf.open() as document:
        canvas = document.new_page(width=sheet.width, height=sheet.height)
        drawing(canvas)
        pdf.draw(canvas, page)
        document.set_metadata({"title": "Bản đồ quy hoạch sử dụng đất khu Y"})
        document.subset_fonts()
        data = document.tobytes(garbage=4, deflate=True, use_objstms=1)
    pdf.check(data, [page])
    (OUT / "ban-do-quy-hoach-a3.pdf").write_bytes(data)
    return "ban-do-quy-hoach-a3.pdf", 1, len(data)


# --- the scan


def scan(path: Path, dpi: int = 150) -> tuple[str, int, int]:
    """A letter as it comes from the scanner: picture only, a little crooked, grey, stamped."""
    _, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    facts = {"size": 14.0, "form": "party", **tomllib.loads(front)}
    pages = fitted(text, facts, SHEET)
    with pymupdf.open(stream=pdf.write(pages)) as clean, pymupdf.open() as document:
        for page in clean:
            _stamp(page, facts["sign"][-2])
            crooked = pymupdf.Matrix(dpi / 72, dpi / 72).prerotate(0.6)
            picture = page.get_pixmap(matrix=crooked, alpha=False)
            _dust(picture)
            sheet = document.new_page(width=595, height=842)
            sheet.insert_image(
                sheet.rect, stream=picture.tobytes("jpeg", 55), keep_proportion=False
            )
        document.set_metadata({"title": facts["title"]})
        data = document.tobytes(garbage=4, deflate=True)
    (OUT / facts["file"]).write_bytes(data)
    return facts["file"], len(pages), len(data)


def _stamp(page: Any, office: str) -> None:
    """A round red stamp over the place where one signs."""
    found = page.search_for(office)
    centre = (found[-1].tl + found[-1].br) / 2 + (-52, 48)
    shape = page.new_shape()
    for radius, width in ((52, 2.6), (46, 0.8), (27, 0.8)):
        shape.draw_circle(centre, radius)
        shape.finish(color=(0.80, 0.10, 0.12), width=width, stroke_opacity=0.75)
    for number in range(28):
        angle = number * 360 / 28
        turn = pymupdf.Matrix(angle)
        inner, outer = pymupdf.Point(0, -32) * turn, pymupdf.Point(0, -41) * turn
        shape.draw_line(centre + inner, centre + outer)
    shape.finish(color=(0.80, 0.10, 0.12), width=2.0, stroke_opacity=0.7)
    star = [
        pymupdf.Point(0, -18 if point % 2 == 0 else -7) * pymupdf.Matrix(point * 36)
        for point in range(10)
    ]
    shape.draw_polyline([centre + point for point in star])
    shape.finish(fill=(0.80, 0.10, 0.12), color=None, fill_opacity=0.7, closePath=True)
    for start in (0, 18, 38, 55):  # a signature
        a = centre + (30 + start, -6 + start / 6)
        shape.draw_bezier(a, a + (14, -34), a + (6, 30), a + (30, -8))
    shape.finish(color=(0.10, 0.16, 0.55), width=1.5, lineCap=1)
    shape.commit()


def _dust(picture: Any) -> None:
    """Specks and a grey veil. Fixed chance: the same scan every time."""
    chance = random.Random(18)  # noqa: S311 - dust
    picture.tint_with(0x2A2A30, 0xF4F2EC)
    for _ in range(2600):
        x, y = chance.randrange(picture.width - 2), chance.randrange(picture.height - 2)
        shade = chance.randrange(90, 235)
        size = 1 if chance.random() < 0.9 else 2  # noqa: PLR2004
        spot = pymupdf.IRect(x, y, x + size, y + size)
        picture.set_rect(spot, (shade, shade, shade))


def main() -> None:
    """Set everything and say what came out."""
    OUT.mkdir(exist_ok=True)
    made = [one for path in sorted(TEXT.glob("*.md")) for one in paper(path)]
    made += [scan(path) for path in sorted((TEXT / "scan").glob("*.md"))]
    made.append(area_map())
    for name, pages, size in made:
        print(f"{name:44} {pages:3} pages {size / 1024:7.1f} KiB")  # noqa: T201
    print(f"{sum(size for _, _, size in made) / 1024:.0f} KiB in all")  # noqa: T201


if __name__ == "__main__":
    main()
