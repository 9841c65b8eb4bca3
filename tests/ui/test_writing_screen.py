"""Viết on the tablet: pens, the pop-up, notes, bookmarks and lists, by touches on a real window."""

from pathlib import Path
from typing import Any

import pymupdf
import pytest

from client import actions as a
from client.ink.marks import Spot, on_page
from client.state import Preferences
from server.protocol import frames as f
from server.protocol.state import ShownPage
from tests.ui.reading import Papers, open_pages, screen_of
from tests.ui.story import CHAIR, LOOKS, ROOM, Look, Tablet, sha

pytestmark = pytest.mark.ui


@pytest.fixture
def screen(stage: Any, tablet: Tablet, papers: Papers) -> Any:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
    found = screen_of(stage, tablet)
    papers.sharp(stage, found)
    return found


def write(stage: Any, screen: Any) -> Any:
    """Tap Viết; the tools."""
    modes = {one.value: one for one in screen.ids.tray.ids.modes.children}
    stage.tap(modes["write"])
    stage.step(5)
    return screen.ids.tray.tools


def stroke(stage: Any, *places: tuple[float, float]) -> None:
    finger = stage.finger(*places[0]).down()
    for place in places[1:]:
        finger.move(*place)
    finger.up()


def book_of(tablet: Tablet) -> Any:
    return tablet.notes.book("p2b")


def test_writing_looks_like_its_picture(
    stage: Any, tablet: Tablet, papers: Papers, screen: Any, check_screen: Any
) -> None:
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 2)))
    tablet.dispatch(a.FollowChanged(following=True))
    papers.sharp(stage, screen)
    before = screen.area.page_view.viewport
    tools = write(stage, screen)
    assert screen.area.page_view.viewport == before
    assert tablet.state.place.writing
    assert screen.ids.tabs.ids.follow.text == "Tạm dừng theo khi viết"
    stroke(stage, (380, 330), (480, 328), (600, 331), (700, 329))
    stage.tap(tools.tool("pen1"))
    stage.step(3)
    stage.shot("meeting-write")
    check_screen(screen)
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 4)))
    stage.step(3)
    assert screen.area.page_view.page == 3
    assert screen.area.page_view.viewport == before
    tablet.dispatch(a.WritingChanged(writing=False))
    papers.sharp(stage, screen)
    assert screen.area.page_view.page == 5


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_language_and_theme_fits(
    stage: Any, tablet: Tablet, screen: Any, check_screen: Any, look: Look
) -> None:
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    stage.step(5)
    tools = write(stage, screen)
    stage.tap(tools.tool("pen1"))
    stage.step(3)
    stage.shot(f"meeting-write-{look}")
    check_screen(screen)


def test_a_thicker_pen_of_another_colour(stage: Any, tablet: Tablet, screen: Any) -> None:
    tools = write(stage, screen)
    stage.tap(tools.tool("pen2"))
    stage.step(2)
    assert tools.tool("pen2").on
    stage.tap(tools.tool("pen2"))
    stage.step(3)
    popup = screen.writing._popup
    bold = popup.ids.choices.children[0]
    stage.tap(bold)
    assert bold.on
    stroke(stage, (400, 300), (500, 300), (600, 300))
    assert screen.writing._popup is None
    (mark,) = book_of(tablet).marks
    assert (mark.colour, mark.width, mark.kind) == ("pen2", 3.85, "ink")
    stage.tap(tools.tool("undo"))
    assert book_of(tablet).marks == ()
    stage.step(3)
    stage.tap(tools.tool("redo"))
    assert len(book_of(tablet).marks) == 1


def test_the_eraser_and_its_part(stage: Any, tablet: Tablet, screen: Any) -> None:
    tools = write(stage, screen)
    stroke(stage, *((x, 300) for x in range(400, 700, 20)))
    stage.tap(tools.tool("eraser"))
    stage.tap(tools.tool("eraser"))
    stage.step(3)
    stage.shot("meeting-write-eraser")
    stage.tap(screen.writing._popup.ids.choices.children[0])
    stroke(stage, (550, 330), (550, 290))
    (mark,) = book_of(tablet).marks
    assert len(mark.strokes) == 2


def test_the_tool_in_use_is_in_the_bar_of_a_small_window_too(
    stage: Any, tablet: Tablet, screen: Any, check_screen: Any
) -> None:
    stage.resize(800, 600)
    tools = write(stage, screen)
    assert tools.tool("eraser").parent is None
    tools.dispatch("on_tool", "eraser")
    stage.step(3)
    assert tools.tool("eraser").parent is tools
    tools.dispatch("on_tool", "eraser")
    stage.step(3)
    assert screen.writing._popup is not None
    stage.shot("meeting-write-small")
    check_screen(screen)


def test_a_note_is_put_down_written_and_found_again(
    stage: Any, tablet: Tablet, screen: Any, check_screen: Any
) -> None:
    from kivy.core.window import Window

    tools = write(stage, screen)
    stage.tap(tools.tool("note"))
    stage.tap_at = stage.finger(500, 500).down().up()
    stage.step(5)
    card = screen.writing.notes._card
    assert card.editing
    assert card.ids.pad.height == pytest.approx(card.ids.pad.width * 220 / 362)
    x, y = card.ids.pad.to_window(*card.ids.pad.center)
    stroke(stage, (x - 80, y), (x, y + 20), (x + 80, y))
    stage.step(3)
    stage.shot("note-card")
    check_screen(card)
    (note,) = book_of(tablet).marks
    assert (note.kind, len(note.strokes)) == ("note", 1)
    card.type()
    card.ids.field.ids.typing.insert_text("Hỏi Sở Tài chính")
    stage.shot("note-typing")
    screen.writing.notes.close_card()
    assert book_of(tablet).marks[0].body == "Hỏi Sở Tài chính"
    tablet.dispatch(a.WritingChanged(writing=False))
    stage.step(3)
    assert screen.ids.tray.tools.tool("notes").text == "Ghi chú (1)"
    stage.tap(screen.ids.tray.tools.tool("notes"))
    stage.step(20)
    drawer = Window.children[0]
    stage.shot("note-list")
    check_screen(drawer)
    rows = [one for one in drawer.walk() if type(one).__name__ == "GoalRow"]
    stage.tap(rows[0])
    stage.step(3)
    assert drawer.parent is None
    assert screen.writing.notes._card is not None
    stage.shot("note-open")
    check_screen(screen)
    screen.writing.notes._card.dispatch("on_delete")
    stage.step(3)
    assert book_of(tablet).marks == ()
    screen.toasts.current.dispatch("on_action")
    assert len(book_of(tablet).marks) == 1


def test_an_empty_note_is_none(stage: Any, tablet: Tablet, screen: Any) -> None:
    tools = write(stage, screen)
    stage.tap(tools.tool("note"))
    stage.finger(500, 500).down().up()
    stage.step(3)
    assert len(book_of(tablet).marks) == 1
    screen.writing.notes.close_card()
    assert book_of(tablet).marks == ()
    assert screen.writing.box.held == "pen1"


def test_a_bookmark_is_kept_and_leads_back(
    stage: Any, tablet: Tablet, papers: Papers, screen: Any, check_screen: Any
) -> None:
    from kivy.core.window import Window

    tools = screen.ids.tray.tools
    stage.tap(tools.tool("bookmark"))
    stage.step(3)
    assert tools.tool("bookmark").on
    screen.going.to_page(4)
    papers.sharp(stage, screen)
    stage.step(3)
    assert not tools.tool("bookmark").on
    stage.tap(tools.tool("pages"))
    stage.step(20)
    sheet = Window.children[0]
    tabs = {one.value: one for one in sheet.ids.tabs.children}
    stage.tap(tabs["bookmarks"])
    stage.step(5)
    stage.shot("page-sheet-bookmarks")
    check_screen(sheet)
    row = next(one for one in sheet.walk() if type(one).__name__ == "GoalRow")
    stage.tap(row)
    papers.sharp(stage, screen)
    assert screen.area.page_view.page == 1
    stage.tap(tools.tool("bookmark"))
    assert book_of(tablet).marks == ()


def test_a_note_is_shown_to_the_chair_and_taken_back(
    stage: Any, tablet: Tablet, screen: Any, check_screen: Any
) -> None:
    from kivy.core.window import Window

    book = book_of(tablet)
    target = {sha("p2b3"): on_page(1, spot=Spot(200, 600))}
    note = book.make("note", target, body="Cần làm rõ nguồn vốn")
    book.add(note)
    stage.step(3)
    screen.writing.notes.open(note.id)
    screen.writing.notes._card.edit()
    stage.step(3)
    screen.writing.notes._card.dispatch("on_share")
    stage.step(20)
    sheet = Window.children[0]
    stage.shot("note-share")
    check_screen(sheet)
    rows = list(reversed(sheet.ids.people.children))
    assert rows[0].text == "Nguyễn Văn An · Chủ trì"
    stage.tap(rows[0])
    stage.step(2)
    sheet.share()
    tablet.turn()
    assert ("share", "p2b", (note.id,), (CHAIR,)) in tablet.notes.asked
    stage.step(3)
    assert screen.toasts.current.text == "Đã chia sẻ với 1 người"
    screen.writing.notes.share((note.id,))
    stage.step(20)
    Window.children[0].take_back()
    tablet.turn()
    assert book.get(note.id).shared == ()


def test_ink_by_night(stage: Any, tablet: Tablet, screen: Any) -> None:
    tools = write(stage, screen)
    stroke(stage, *((x, 300) for x in range(400, 700, 20)))
    stage.tap(tools.tool("highlight"))
    stroke(stage, *((x, 360) for x in range(400, 700, 20)))
    tablet.dispatch(a.PreferencesChanged(Preferences(theme="dark")))
    stage.step(6)
    stage.shot("meeting-write-dark")
    assert {mark.tool for mark in book_of(tablet).marks} == {"pen", "highlighter"}


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """Three pages, a link on the first to the third, and a table of contents."""
    document = pymupdf.open()
    for number in range(1, 4):
        document.new_page().insert_text((72, 120), f"Trang {number}: Nghi quyet")
    link = {"kind": pymupdf.LINK_GOTO, "from": pymupdf.Rect(72, 100, 300, 130), "page": 2}
    document[0].insert_link({**link, "to": pymupdf.Point(0, 0)})
    document.set_toc([[1, "Mở đầu", 1], [2, "Kết luận", 3]])
    document.save(tmp_path / "linked.pdf")
    return tmp_path / "linked.pdf"


def test_a_link_leads_on_and_the_contents_are_listed(
    stage: Any, tablet: Tablet, linked: Path
) -> None:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    papers = Papers(tablet, linked)
    screen = screen_of(stage, tablet)
    papers.sharp(stage, screen)
    page = screen.area.page_view
    x, y = page.viewport.to_screen(100, 842 - 116)
    stage.finger(page.x + x, page.y + y).down().up()
    papers.until(stage, lambda: page.page == 3)
    assert screen.area.back_text == "Về trang 1"
    sheet = open_pages(stage, screen)
    papers.until(stage, lambda: len(sheet._goals.get("outline", ())) == 2)
    sheet.close()
    papers.close()
