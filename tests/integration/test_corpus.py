"""Real papers, the hardest of their kind: through intake and the render worker, none holds up.

A fixed part of the corpus, a few pages of each; `python -m bench corpus` takes all of it.
"""

import asyncio
from pathlib import Path

import pytest

from bench._papers import Outcome, outcomes, write_table

HARD = {
    "bad_Pages-tree-refs.pdf": "paper_hostile",
    "bad_REDHAT-1531897-0.pdf": "paper_unreadable",
    "bad_poppler-67295-0.pdf": "paper_unreadable",
    "bad_poppler-742-0-fuzzed.pdf": "paper_unreadable",
    "bad_truncated_half.pdf": "paper_unreadable",
    "enc_aes256_pw_matkhau.pdf": "paper_locked",
    "enc_issue7665.pdf": "accepted",
    "form_overlay_16pp.pdf": "accepted",
    "geo_3pt_to_14000pt.pdf": "accepted",
    "geo_boxes_rot_crop.pdf": "accepted",
    "misc_attachment.pdf": "accepted",
    "text_arabic_rotated.pdf": "accepted",
    "vn_nfd_nfc.pdf": "accepted",
    "vn_scan_ocrmypdf.pdf": "accepted",
    "vn_tcvn3_vntime.pdf": "accepted",
}
PAGES = 3


@pytest.fixture(scope="module")
def done(corpus: Path) -> dict[str, Outcome]:
    async def every() -> dict[str, Outcome]:
        files = (corpus / name for name in HARD)
        return {one.file: one async for one in outcomes(files, most_pages=PAGES)}

    return asyncio.run(every())


def test_corpus_files_are_taken_in_or_refused_with_the_reason(done: dict[str, Outcome]) -> None:
    assert {name: one.intake for name, one in done.items()} == HARD


def test_corpus_pages_that_were_taken_in_are_all_shown_in_time(done: dict[str, Outcome]) -> None:
    for one in done.values():
        assert not one.hung, one
        if one.intake == "accepted":
            assert one.shown == min(one.pages, PAGES), one
            assert not one.messages, one


def test_corpus_files_that_were_refused_still_open_or_say_why(done: dict[str, Outcome]) -> None:
    for one in done.values():
        assert one.shown or one.messages, one
    assert done["bad_poppler-67295-0.pdf"].second == 1


def test_corpus_words_are_read(done: dict[str, Outcome]) -> None:
    wordless = {name for name, one in done.items() if one.intake == "accepted" and not one.words}
    assert wordless <= {"geo_3pt_to_14000pt.pdf"}


def test_corpus_outcomes_make_a_table(done: dict[str, Outcome], tmp_path: Path) -> None:
    write_table(tmp_path / "corpus.tsv", done.values())
    lines = (tmp_path / "corpus.tsv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(HARD) + 1
    assert all(line.count("\t") == lines[0].count("\t") for line in lines)


async def test_corpus_papers_of_old_fonts_read_as_they_look(corpus: Path) -> None:
    from client.documents.index import TextIndex
    from client.documents.process_renderer import ProcessRenderer
    from client.documents.text import PageText

    renderer = ProcessRenderer(niceness=0)
    try:
        await renderer.open("old", corpus / "vn_tcvn3_vntime.pdf")
        text = await renderer.read("old", 1)
    finally:
        await renderer.close()
    assert isinstance(text, PageText)
    index = TextIndex()
    index.add("old", [" ".join(word.text for word in text.words)])
    hits = index.find("nghị quyết về việc thông qua kế hoạch", ["old"])
    assert hits
    assert text.quads(hits[0].first, hits[0].last)
