"""Which of one's own marks say what was typed."""

from client.documents.text import Quad
from client.ink.marks import Area, Mark, Quote, Spot, Target
from client.ink.marks import Quad as InkQuad
from client.selectors.search import Searched
from client.selectors.search_notes import note_hits

SHA = "a" * 64
PAPER = Searched(SHA, "m1", "i1", 1, "Tờ trình", "p1", 1, "Tờ trình", latest=True)
QUAD = InkQuad(0, 10, 20, 10, 0, 0, 20, 0)


def mark(name: str, target: Target, body: str = "", sha256: str = SHA) -> Mark:
    return Mark(name, "note", "p7", 1, body=body, targets={sha256: target})


def test_notes_and_highlights_are_found_by_their_words_in_the_order_of_pages() -> None:
    note = mark("1", Target((Area(5),), spot=Spot(100, 200)), "Xem lại dự toán, dự toán cũ")
    lined = mark("2", Target((Area(2, (QUAD,)),), quote=Quote("DỰ TOÁN\nngân sách")))
    found = note_hits("du toan", PAPER, [note, lined])
    assert [(hit.page, hit.text) for hit in found] == [(2, "DỰ TOÁN"), (5, "dự toán,")]
    assert found[0].quads == (Quad(*QUAD),)
    assert found[1].quads == (Quad(100, 200, 124, 200, 100, 176, 124, 176),)


def test_marks_of_other_versions_orphans_and_plain_ink_are_not() -> None:
    lost = Target((Area(1),), spot=Spot(0, 0), state="orphan")
    marks = [
        mark("1", lost, "dự toán"),
        mark("2", Target((Area(1),)), "dự toán", "b" * 64),
        mark("3", Target((Area(1),))),
    ]
    assert note_hits("du toan", PAPER, marks) == ()
    here = mark("4", Target((Area(1),)), "dự toán")
    assert note_hits(" ", PAPER, [here]) == ()
    assert note_hits("du", PAPER, [here])[0].quads == ()
