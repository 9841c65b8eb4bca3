"""The page as running text: any size, turned like the page, with the same marks."""

from collections.abc import Iterator
from typing import Any

import pytest

from client import actions as a
from tests.ui.story import LOOKS, Look
from tests.ui.test_selecting import DOCUMENT, Chooser

pytestmark = pytest.mark.ui


@pytest.fixture
def chooser(stage: Any, corpus: Any) -> Iterator[Chooser]:
    made = Chooser(stage, corpus)
    made.until(lambda: made.tablet.notes.book("p2b") is not None)
    yield made
    made.close()


def opened(stage: Any, chooser: Chooser) -> Any:
    """Cả trang, then Chữ to."""
    chooser.page.whole_page(whole=True)
    chooser.papers.sharp(stage, chooser.screen)
    keys = chooser.screen.area.ids.zoom.children
    stage.tap(keys[0])
    view = chooser.screen.text
    chooser.until(lambda: view.shown and len(view.sheet.ids.flow.children) > 3)
    stage.step(4)
    return view


def flow_of(view: Any, word: int) -> Any:
    return next(
        flow
        for flow in view.sheet.ids.flow.children
        if flow.paragraph.first <= word <= flow.paragraph.last
    )


def touch(stage: Any, view: Any, word: int) -> None:
    flow = flow_of(view, word)
    x0, y0, x1, y1 = flow.refs[str(word)][0]
    x, y = flow.x + (x0 + x1) / 2, flow.center_y + flow.texture_size[1] / 2 - (y0 + y1) / 2
    finger = stage.finger(*flow.to_window(x, y)).down()
    finger.up()
    stage.step(3)


def test_the_type_grows_with_the_text_size_while_it_is_read(stage: Any, chooser: Chooser) -> None:
    view = opened(stage, chooser)
    sizes = [flow.font_size for flow in view.sheet.ids.flow.children]
    chooser.tablet.dispatch(a.PreferencesChanged(LOOKS[2].preferences))
    stage.step(4)
    grown = [flow.font_size for flow in view.sheet.ids.flow.children]
    assert grown == pytest.approx([size * 1.15 for size in sizes])
    view.close()
    assert view.sheet.ids.flow.children == []


def test_marks_made_in_the_text_are_on_the_page_and_the_other_way_round(
    stage: Any, chooser: Chooser, check_screen: Any
) -> None:
    view = opened(stage, chooser)
    touch(stage, view, 3)
    touch(stage, view, 8)
    assert chooser.words == [word.text for word in chooser.text(1).words[3:9]]
    stage.tap(chooser.button(0))
    stage.step(3)
    (mark,) = chooser.tablet.notes.book("p2b").marks
    assert mark.targets[DOCUMENT].quads_on(1)
    assert set(flow_of(view, 5).colours) == set(range(3, 9))
    stage.shot("text-view")
    check_screen(chooser.screen)
    stage.tap(view.sheet.children[-1].children[0])
    assert not view.shown
    assert chooser.page.page == 1


def test_sizes_steps_and_pages(stage: Any, chooser: Chooser) -> None:
    view = opened(stage, chooser)
    before = flow_of(view, 20).font_size
    stage.tap(view.sheet.children[-1].children[2])
    stage.step(4)
    assert flow_of(view, 20).font_size > before
    area = chooser.screen.area
    for _ in range(20):
        stage.tap(area.ids.forth)
        chooser.tablet.turn()
        if chooser.page.page == 2:
            break
    assert chooser.page.page == 2
    chooser.until(lambda: view._here == (DOCUMENT, 2) and view._text is not None)
    assert view.sheet.ids.scroll.scroll_y == 1


@pytest.mark.parametrize("look", LOOKS[1::4], ids=str)
def test_sizes_languages_and_themes_fit(
    stage: Any, chooser: Chooser, check_screen: Any, look: Look
) -> None:
    chooser.tablet.dispatch(a.PreferencesChanged(look.preferences))
    stage.step(5)
    opened(stage, chooser)
    stage.shot(f"text-view-{look}")
    check_screen(chooser.screen)
