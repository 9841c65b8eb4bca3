"""What others share, on the page: seen as theirs, read, hidden, and gone when it is taken back."""

from typing import Any

import pytest

from client import actions as a
from client.ink.marks import Mark, Quad, Spot, Stroke, on_page
from client.ink.packing import Point, pack
from client.state import NotesState
from tests.ui.reading import Papers, screen_of
from tests.ui.story import CHAIR, HANH, LOOKS, ROOM, Tablet, person, sha

pytestmark = pytest.mark.ui
DOCUMENT = sha("p2b3")
NGUYET = person(2)
PAPER = (ROOM, "p2b")


def ink(number: int, by: str, *places: tuple[float, float]) -> Mark:
    points = [Point(x, y, 200, at * 10) for at, (x, y) in enumerate(places)]
    stroke = Stroke(f"{number + 500:032x}", pack(points))
    return Mark(
        f"{number:032x}", "ink", by, number, targets={DOCUMENT: on_page(1)},
        strokes={stroke.id: stroke},
    )  # fmt: skip


def highlight(number: int, by: str) -> Mark:
    quads = Quad(120, 672, 380, 672, 120, 656, 380, 656), Quad(90, 652, 300, 652, 90, 636, 300, 636)
    return Mark(
        f"{number:032x}", "highlight", by, number, colour="highlight1",
        targets={DOCUMENT: on_page(1, *quads)},
    )  # fmt: skip


def note(number: int, by: str) -> Mark:
    return Mark(
        f"{number:032x}", "note", by, number, body="Đề nghị làm rõ nguồn vốn năm 2026",
        targets={DOCUMENT: on_page(1, spot=Spot(330, 660))},
    )  # fmt: skip


SHARED = (
    (NGUYET, ink(1, NGUYET, (140, 690), (200, 694), (260, 688), (300, 692))),
    (NGUYET, highlight(2, NGUYET)),
    (CHAIR, note(3, CHAIR)),
)


@pytest.fixture
def screen(stage: Any, tablet: Tablet, papers: Papers) -> Any:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
    told(tablet, *SHARED)
    found = screen_of(stage, tablet)
    papers.sharp(stage, found)
    return found


def told(tablet: Tablet, *shared: tuple[str, Mark]) -> None:
    """The server has brought, or taken back, what others share."""
    tablet.notes.shown[PAPER] = shared
    news = tablet.state.notes.shared_news + 1
    tablet.dispatch(a.NotesChanged(NotesState(HANH, shared=len(shared), shared_news=news)))


def card_of(screen: Any) -> Any:
    card = screen.writing.others._card
    return card[1] if card is not None else None


def tags(screen: Any) -> dict[str, Any]:
    return {tag.letters: tag for tag in screen.writing.others._tags.values() if tag.opacity}


def blue_dashes(stage: Any, screen: Any, mark: Mark) -> int:
    """Pixels of the outline's colour along the upper edge of a mark."""
    from client.widgets.ink_layer.outline import bounds_on

    view = screen.area.page_view
    box = bounds_on(mark, DOCUMENT, 1)[0]
    x0, y1 = view.viewport.to_screen(box.x0, box.y1)
    x1, _ = view.viewport.to_screen(box.x1, box.y1)
    picture = stage.picture()
    row = [800 - round(view.y + y1) + at for at in (-1, 0, 1)]
    seen = [
        picture.getpixel((x, y)) for y in row for x in range(int(view.x + x0), int(view.x + x1))
    ]
    return sum(red < 90 and blue > 100 for red, _green, blue in seen)


def test_every_size_language_and_theme_fits(
    stage: Any, tablet: Tablet, screen: Any, check_screen: Any
) -> None:
    for look in LOOKS:
        tablet.dispatch(a.PreferencesChanged(look.preferences))
        stage.step(5)
        stage.tap(tags(screen)["NA"])
        stage.step(3)
        stage.shot(f"shared-{look}")
        check_screen(screen)


def test_marks_of_others_are_dashed_and_named(stage: Any, tablet: Tablet, screen: Any) -> None:
    assert set(tags(screen)) == {"TN", "NA"}
    assert blue_dashes(stage, screen, SHARED[0][1]) > 40
    stage.shot("meeting-shared")
    told(tablet)
    stage.step(3)
    assert tags(screen) == {}
    assert blue_dashes(stage, screen, SHARED[0][1]) == 0


def test_own_marks_have_no_dashes(stage: Any, tablet: Tablet, screen: Any) -> None:
    told(tablet)
    own = ink(9, HANH, (140, 690), (300, 692))
    tablet.notes.book("p2b").add(own)
    stage.step(3)
    assert blue_dashes(stage, screen, own) == 0


def test_a_card_is_read_and_goes_when_its_mark_is_taken_back(
    stage: Any, tablet: Tablet, screen: Any
) -> None:
    stage.tap(tags(screen)["NA"])
    stage.step(3)
    card = card_of(screen)
    assert card.who == "Nguyễn Văn An"
    assert card.words == "Đề nghị làm rõ nguồn vốn năm 2026"
    told(tablet, *SHARED[:2])
    stage.step(2)
    assert card.parent is None
    stage.tap(tags(screen)["TN"])
    stage.step(3)
    assert card_of(screen).words == "Nét bút\nTô sáng"
    assert tablet.notes.book("p2b").marks == ()


def test_they_are_hidden_and_brought_back_by_the_toast_and_by_the_list(
    stage: Any, tablet: Tablet, screen: Any, check_screen: Any
) -> None:
    from kivy.core.window import Window

    stage.tap(tags(screen)["NA"])
    stage.step(3)
    card_of(screen).dispatch("on_hide")
    tablet.flush()
    stage.step(3)
    assert tags(screen) == {}
    assert blue_dashes(stage, screen, SHARED[0][1]) == 0
    assert screen.toasts.current.text == "Đã ẩn ghi chú được chia sẻ"
    stage.tap(screen.ids.tray.tools.tool("notes"))
    stage.step(20)
    drawer = Window.children[0]
    stage.shot("shared-list")
    check_screen(drawer)
    [row] = [one for one in drawer.walk() if type(one).__name__ == "CheckRow"]
    assert (row.text, row.on) == ("Hiện ghi chú được chia sẻ (3)", False)
    stage.tap(row)
    tablet.flush()
    stage.step(3)
    assert row.on
    listed = [one for one in drawer.walk() if type(one).__name__ == "GoalRow"]
    [from_chair] = [one for one in listed if one.line == "Của Nguyễn Văn An"]
    stage.tap(from_chair)
    stage.step(3)
    assert card_of(screen).who == "Nguyễn Văn An"
    card_of(screen).dispatch("on_hide")
    tablet.flush()
    stage.step(3)
    screen.toasts.current.dispatch("on_action")
    tablet.flush()
    assert set(tags(screen)) == {"TN", "NA"}


def test_another_page_has_none_of_them(
    stage: Any, tablet: Tablet, papers: Papers, screen: Any
) -> None:
    screen.area.go(2)
    papers.sharp(stage, screen)
    assert tags(screen) == {}
