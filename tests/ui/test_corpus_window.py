"""Sixty hard pages of the corpus in the reader: each shown, or a sentence in its place."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.ui

PAGES = {
    "ann_issue14438_many_kinds.pdf": [1],
    "ann_rotated_ink.pdf": [1],
    "ann_tracemonkey.pdf": [1, 7, 14],
    "bad_Pages-tree-refs.pdf": [1, 2],
    "bad_poppler-67295-0.pdf": [1],
    "bad_qpdf_issue-1688a.pdf": [1],
    "bad_truncated_half.pdf": [1, 31, 62],
    "enc_aes256_pw_matkhau.pdf": [1],
    "enc_form_bug1815476.pdf": [1],
    "enc_issue7665.pdf": [1],
    "form_manual_appearances.pdf": [1, 3, 5],
    "form_overlay_16pp.pdf": [1, 6, 11, 16],
    "form_prefilled_f1040.pdf": [1],
    "geo_3pt_to_14000pt.pdf": [1, 2, 3],
    "geo_boxes_rot_crop.pdf": [1, 2, 3, 4, 5, 6, 7, 8],
    "geo_fxo-blue.pdf": [1, 6, 11],
    "geo_issue14497_big.pdf": [1],
    "geo_test-2812_rot.pdf": [1, 2, 3, 4],
    "img_ccitt.pdf": [1],
    "long_freeculture_352pp.pdf": [1, 352],
    "long_geotopo_117pp.pdf": [20, 60],
    "text_arabic_rotated.pdf": [1, 3],
    "text_multicolumn.pdf": [2],
    "vn_2000_pages.pdf": [1, 2000],
    "vn_annotated_rot_crop.pdf": [1, 2, 3, 4],
    "vn_congvan_signed.pdf": [1],
    "vn_danhmuc_38pp_tables.pdf": [2],
    "vn_libreoffice_tofu.pdf": [1],
    "vn_nfd_nfc.pdf": [1],
    "vn_real_scan_decision.pdf": [1],
    "vn_scan_image_only.pdf": [1],
    "vn_tcvn3_vntime.pdf": [1],
}
SENTENCES = {
    ("bad_Pages-tree-refs.pdf", 2): "page_failed",
    ("enc_aes256_pw_matkhau.pdf", 1): "paper_unreadable",
}
SECONDS = 20
SHEET = (5, 4)


class Window:
    """The reader's view alone, with a real render process."""

    def __init__(self, stage: Any) -> None:
        from client.documents.process_renderer import ProcessRenderer
        from client.widgets.page_view import PageView

        async def make() -> Any:
            return ProcessRenderer(niceness=0)

        self.stage = stage
        self.loop = asyncio.new_event_loop()
        self.renderer = self.loop.run_until_complete(make())
        self.view = stage.show(PageView())
        self.view.renderer = self.renderer
        self.slowest_frame = 0.0

    def show(self, path: Path, page: int) -> str:
        """Show a page; return the code of what is said in its place, empty if it is shown."""
        from client.documents.renderer import RenderFailure

        found = self.loop.run_until_complete(self.renderer.open(path.name, path))
        if isinstance(found, RenderFailure):
            self.view.fail(str(found.code))
            self.stage.step(1)
            return str(self.view.failure)
        self.view.show(found, page)
        end = time.monotonic() + SECONDS
        while not (self.view.sharp or self.view.failure or self.view.partly):
            assert time.monotonic() < end, f"{path.name} {page} hangs"
            self.loop.run_until_complete(asyncio.sleep(0.001))
            begun = time.monotonic()
            self.stage.step(1)
            self.slowest_frame = max(self.slowest_frame, time.monotonic() - begun)
        return str(self.view.failure or self.view.partly)

    def close(self) -> None:
        self.view.close()
        self.loop.run_until_complete(self.renderer.close())
        self.loop.close()


def test_corpus_pages_are_shown_in_the_window_or_say_why(stage: Any, corpus: Path) -> None:
    assert sum(len(pages) for pages in PAGES.values()) >= 60
    stage.resize(640, 800)
    window, said, pictures = Window(stage), {}, []
    try:
        for name, pages in PAGES.items():
            for page in pages:
                code = window.show(corpus / name, page)
                if code:
                    said[name, page] = code
                if stage.pictured:
                    stage.step(2)
                    pictures.append(stage.picture().resize((320, 400)))
            window.renderer.shut(name)
    finally:
        window.close()
    assert said == SENTENCES
    assert window.slowest_frame < 1.0
    _contact_sheets(stage, pictures)


def _contact_sheets(stage: Any, pictures: list[Any]) -> None:
    """Put the pictures together, twenty a sheet, where somebody wants to look at them."""
    from PIL import Image

    across, down = SHEET
    for first in range(0, len(pictures), across * down):
        sheet = Image.new("RGB", (320 * across, 400 * down), "white")
        for place, picture in enumerate(pictures[first : first + across * down]):
            sheet.paste(picture, (320 * (place % across), 400 * (place // across)))
        stage.keep(sheet, f"corpus-{first // (across * down)}")
