"""Choosing words on a page by real touches: the tap, the handles, the highlight, the copy."""

from collections.abc import Iterator
from typing import Any

import pytest

from client import actions as a
from tests.ui.reading import Papers, screen_of
from tests.ui.story import Tablet, sha

pytestmark = pytest.mark.ui
DOCUMENT = sha("p2b3")


class Chooser:
    """The reader with a real paper, and a finger that means words."""

    def __init__(self, stage: Any, corpus: Any) -> None:
        self.stage, self.tablet = stage, Tablet(stage)
        self.papers = Papers(self.tablet, corpus / "vn_rev1_60pp.pdf")
        self.tablet.in_meeting()
        self.tablet.dispatch(a.BannerDismissed("agenda:2"))
        self.tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
        self.screen = screen_of(stage, self.tablet)
        self.papers.sharp(stage, self.screen)
        self.place, self.page = self.screen.selecting, self.screen.area.page_view

    def text(self, page: int) -> Any:
        return self.tablet.loop.run_until_complete(self.tablet.renderer.read(DOCUMENT, page))

    def where(self, page: int, word: int) -> tuple[float, float]:
        """The middle of a word in the window."""
        quad = self.text(page).quads(word, word)[0]
        x, y = (quad.x1 + quad.x4) / 2, (quad.y1 + quad.y4) / 2
        across, up = self.page.viewport.to_screen(x, y)
        return self.page.x + across, self.page.y + up

    def tap(self, page: int, word: int) -> None:
        finger = self.stage.finger(*self.where(page, word)).down()
        finger.up()
        self.until(lambda: self.place.selection is not None)

    def until(self, condition: Any) -> None:
        def turned() -> bool:
            self.tablet.turn()
            return bool(condition())

        self.stage.until(turned, 20)
        self.stage.step(2)

    def drag(self, end: str, page: int, word: int) -> None:
        from kivy.metrics import dp

        handle = self.place.handles[end]
        x, y = self.where(page, word)
        finger = self.stage.finger(handle.center_x, handle.center_y).down()
        finger.move(x, y - dp(24))
        finger.up()

    @property
    def words(self) -> list[str]:
        selection = self.place.selection
        return selection.text().split() if selection else []

    def button(self, place: int) -> Any:
        return list(reversed(self.place.bar.children))[place]

    def close(self) -> None:
        self.stage.clear()
        self.papers.close()
        self.tablet.close()


@pytest.fixture
def chooser(stage: Any, corpus: Any) -> Iterator[Chooser]:
    made = Chooser(stage, corpus)
    yield made
    made.close()


def test_a_tap_chooses_handles_stretch_and_one_tap_highlights(
    stage: Any, chooser: Chooser, check_screen: Any
) -> None:
    words = [word.text for word in chooser.text(1).words]
    chooser.tap(1, 14)
    assert chooser.words == [words[14]]
    chooser.drag("last", 1, 30)
    assert chooser.words == words[14:31]
    chooser.drag("first", 1, 40)
    assert chooser.words == words[30:41]
    chooser.drag("first", 1, 12)
    assert chooser.words == words[12:41]
    stage.shot("select")
    check_screen(chooser.screen)
    chooser.until(lambda: chooser.place.bar.can_mark)
    stage.tap(chooser.button(0))
    (mark,) = chooser.tablet.notes.book("p2b").marks
    target = mark.targets[DOCUMENT]
    assert mark.kind == "highlight"
    assert len(target.quads_on(1)) >= 2
    assert target.quote is not None
    assert target.quote.exact.split() == words[12:41]
    assert chooser.place.selection is None


def test_words_are_chosen_across_pages_and_copied(
    stage: Any, chooser: Chooser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kivy.core.clipboard import Clipboard

    copied: list[str] = []
    monkeypatch.setattr(Clipboard, "copy", copied.append)
    chooser.tap(1, 14)
    chooser.page.go(3)
    chooser.until(lambda: chooser.page.seen and chooser.page.seen[1] == 3)
    chooser.tap(3, 20)
    chooser.until(lambda: chooser.place.selection.missing == ())
    total = sum(len(chooser.text(page).words) for page in (1, 2))
    assert len(chooser.words) == total - 14 + 21
    stage.tap(chooser.button(1))
    assert len(copied) == 1
    assert copied[0].split()[0] == chooser.text(1).words[14].text
    assert chooser.tablet.state.message is not None or chooser.place.selection is None


def test_a_tap_beside_the_text_chooses_nothing(stage: Any, chooser: Chooser) -> None:
    chooser.tap(1, 14)
    stage.tap(chooser.button(2))
    assert chooser.place.selection is None
    chooser.tap(1, 14)
    chooser.place.bar.may_copy = False
    stage.step(2)
    assert chooser.button(1).disabled
    chooser.tablet.dispatch(a.WritingChanged(writing=True))
    stage.step(2)
    assert chooser.place.selection is None
