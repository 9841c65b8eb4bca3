"""Hostile PDF files, made here so that no stranger's file is needed."""

from __future__ import annotations

import zlib
from pathlib import Path

import pymupdf


def raw(*objects: str | bytes, root: int = 1) -> bytes:
    """A PDF of the given objects, numbered from 1, with a correct cross-reference table."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        data = body.encode() if isinstance(body, str) else body
        out += b"%d 0 obj\n" % number + data + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        start,
    )
    return bytes(out)


def stream(data: bytes, extra: str = "") -> bytes:
    packed = zlib.compress(data)
    head = f"<</Length {len(packed)}/Filter/FlateDecode{extra}>>\nstream\n".encode()
    return head + packed + b"\nendstream"


CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"


def cycle() -> bytes:
    return raw(CATALOG, "<</Type/Pages/Count 2/Kids[3 0 R 2 0 R]>>", PAGE)


def two_step_cycle() -> bytes:
    return raw(
        CATALOG,
        "<</Type/Pages/Count 9/Kids[3 0 R]>>",
        "<</Type/Pages/Parent 2 0 R/Count 9/Kids[4 0 R]>>",
        "<</Type/Pages/Parent 3 0 R/Count 9/Kids[3 0 R]>>",
    )


def shared_branches() -> bytes:
    """Each level lists the next twice: 2^30 pages in 4 kB."""
    levels = [
        f"<</Type/Pages/Count {2 ** (30 - n)}/Kids[{n + 3} 0 R {n + 3} 0 R]>>" for n in range(30)
    ]
    return raw(CATALOG, *levels, "<</Type/Page/MediaBox[0 0 9 9]>>")


def deep_tree() -> bytes:
    levels = [f"<</Type/Pages/Count 1/Kids[{n + 3} 0 R]>>" for n in range(2000)]
    return raw(CATALOG, *levels, "<</Type/Page/MediaBox[0 0 9 9]>>")


def deep_nesting() -> bytes:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/X " + "[" * 300_000 + "]" * 300_000
    return raw(CATALOG, "<</Type/Pages/Count 1/Kids[3 0 R]>>", page + ">>")


def huge_page() -> bytes:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 14401 200]>>"
    return raw(CATALOG, "<</Type/Pages/Count 1/Kids[3 0 R]>>", page)


def many_pages(count: int) -> bytes:
    kids = " ".join(f"{n} 0 R" for n in range(3, count + 3))
    return raw(CATALOG, f"<</Type/Pages/Count {count}/Kids[{kids}]>>", *[PAGE] * count)


def claimed_pages() -> bytes:
    return raw(CATALOG, "<</Type/Pages/Count 900000/Kids[3 0 R]>>", PAGE)


def no_pages() -> bytes:
    return raw(CATALOG, "<</Type/Pages/Count 0/Kids[]>>")


def with_content(content: bytes, resources: str = "<<>>", *more: bytes | str) -> bytes:
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources {resources}>>"
    pages = "<</Type/Pages/Count 1/Kids[3 0 R]>>"
    return raw(CATALOG, pages, page, stream(content), *more)


def slow_page(paths: int) -> bytes:
    """Very many large curves on one page: honest syntax, hopeless cost."""
    one = b"".join(
        b"%d %d m %d 190 %d 10 %d %d c S\n" % (n % 200, n % 7, n % 190, n % 170, n % 150, n % 199)
        for n in range(1000)
    )
    return with_content(b"0.1 w [0.01 0.01] 0 d\n" + one * (paths // 1000))


def form_bomb() -> bytes:
    """Forms that draw the next ten times: 10^12 operators."""
    forms: list[bytes | str] = [
        stream(
            b"/F Do " * 10,
            f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F {n} 0 R>>>>",
        )
        for n in range(6, 18)
    ]
    last = stream(b"0 0 5 5 re f " * 50, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return with_content(b"/F Do", "<</XObject<</F 5 0 R>>>>", *forms, last)


def zip_bomb() -> bytes:
    return with_content(b" " * 300_000_000)


def active(path: Path) -> bytes:
    """Everything that acts: scripts, launch, URI, submit, attachments, XFA, rich media."""
    action = "<</S/JavaScript/JS(app.alert\\(1\\))>>"
    annots = [
        "<</Type/Annot/Subtype/Link/Rect[0 0 50 50]/A<</S/Launch/F(cmd.exe)>>>>",
        "<</Type/Annot/Subtype/Link/Rect[0 50 50 99]/A<</S/URI/URI(http://example.invalid)>>>>",
        "<</Type/Annot/Subtype/Link/Rect[50 0 99 50]/A<</S/SubmitForm/F(http://x.invalid)>>>>",
        "<</Type/Annot/Subtype/Link/Rect[50 50 99 99]/A<</S/GoToR/F(other.pdf)/D[0/Fit]>>>>",
        "<</Type/Annot/Subtype/Screen/Rect[0 0 9 9]/A<</S/Rendition/OP 0>>>>",
        "<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<<>>>>",
        "<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 6 0 R>>",
        f"<</Type/Annot/Subtype/Widget/FT/Btn/T(b)/Rect[9 9 99 30]/AA<</U {action}>>>>",
        "<</Type/Annot/Subtype/Link/Rect[0 100 50 150]/Dest[3 0 R/Fit]>>",
    ]
    data = raw(
        "<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/AA<</WC 5 0 R>>"
        "/Names<</JavaScript<</Names[(x) 5 0 R]>>/EmbeddedFiles<</Names[(e) 6 0 R]>>>>"
        "/AcroForm<</Fields[15 0 R]/XFA 4 0 R>>/AF[6 0 R]>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 7 0 R/AA<</O 5 0 R>>/AF[6 0 R]"
        f"/PieceInfo<</X<</Private 6 0 R>>>>/Resources<</XObject<</F 17 0 R>>>>"
        f"/Annots[{' '.join(f'{n} 0 R' for n in range(8, 17))}]>>",
        stream(b"<xdp/>"),
        action,
        "<</Type/Filespec/F(e.exe)/EF<</F 4 0 R>>>>",
        stream(b"0 0 1 rg 20 20 100 100 re f /F Do"),
        *annots,
        stream(b"", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/AF[6 0 R]/PieceInfo<</P 5 0 R>>"),
    )
    path.write_bytes(data)
    return data


def lawful(path: Path, pages: int = 3) -> None:
    """An honest document with an outline, a link inside and a title."""
    with pymupdf.open() as document:
        for number in range(pages):
            page = document.new_page()
            page.insert_text((72, 72), f"Page {number + 1}")
        document[0].insert_link(
            {"kind": pymupdf.LINK_GOTO, "from": pymupdf.Rect(70, 60, 120, 80), "page": pages - 1}
        )
        document.set_toc([[1, "One", 1], [2, "Two", pages]])
        document.set_metadata({"title": "Tờ trình"})
        document.save(path)
