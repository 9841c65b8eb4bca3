"""Search on a real window, over real papers read by a real render process."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from client import actions as a
from client.device.vault import Vault
from client.documents.library import Library
from client.state import Download
from tests.ui.story import LOOKS, Look, Tablet, sha

pytestmark = pytest.mark.ui

PAPERS = {"p21": "vn_rev1_60pp.pdf", "p2b3": "vn_rev2_60pp.pdf", "p32": "vn_scan_image_only.pdf"}


@pytest.fixture(scope="module")
def texts(corpus: Any) -> dict[str, tuple[str, ...]]:
    """The words of the papers, read once for all tests here."""
    from client.documents.process_renderer import ProcessRenderer

    async def read() -> dict[str, tuple[str, ...]]:
        renderer = ProcessRenderer(niceness=0)
        found = {}
        for name, file in PAPERS.items():
            await renderer.open(name, corpus / file)
            pages = []
            for number in range(1, 4):
                page: Any = await renderer.read(name, number)
                pages.append(" ".join(word.text for word in page.words))
            found[name] = tuple(pages)
        await renderer.close()
        return found

    return asyncio.run(read())


def unused() -> Any:
    raise AssertionError("every paper has been read already")


class Searches:
    """A tablet at its search screen, with papers of the corpus under names of the story."""

    def __init__(
        self, stage: Any, corpus: Any, texts: dict[str, tuple[str, ...]], tmp_path: Path
    ) -> None:
        from client.documents.process_renderer import ProcessRenderer
        from client.documents.searching import Searching
        from client.screens.search import SearchScreen

        self.stage = stage
        self.tablet = tablet = Tablet(stage)
        files = {sha(name): corpus / file for name, file in PAPERS.items()}

        async def make() -> Any:
            tablet.renderer = ProcessRenderer(niceness=0)
            tablet.searching = Searching(Library(tmp_path, Vault(bytes(32))), unused)

        async def opening(sha256: str) -> Any:
            return await tablet.renderer.open(sha256, files[sha256])

        tablet.loop.run_until_complete(make())
        tablet.opening = opening  # type: ignore[method-assign]
        for name, pages in texts.items():
            tablet.searching._index.add(sha(name), pages)
        tablet.in_meeting()
        for other in [one for one in tablet.state.downloads if one not in files]:
            tablet.dispatch(a.DownloadChanged(other, Download(1, 0)))
        for name in PAPERS:
            tablet.dispatch(a.DownloadChanged(sha(name), Download(1, 1, stored=True)))
        tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
        tablet.dispatch(a.Went("search"))
        self.screen = stage.show(SearchScreen(tablet))
        stage.step(3)

    def type(self, text: str) -> None:
        self.settle(lambda: setattr(self.screen.ids.typing, "text", text))

    def until(self, condition: Any, seconds: float = 20) -> None:
        def turned() -> bool:
            self.tablet.turn()
            return bool(condition())

        self.stage.until(turned, seconds)

    def settle(self, act: Callable[[], object]) -> None:
        """Do something that searches anew, and wait until the answer is on the screen."""
        before = self.screen._asked
        act()
        self.until(lambda: self.screen._asked > before)
        self.until(lambda: self.screen.answered == self.screen._asked)
        self.stage.step(2)

    def sharp(self) -> None:
        self.until(lambda: self.screen.ids.page.sharp and self.screen.ids.marks.quads)
        self.stage.step(3)

    def line(self, place: int) -> Any:
        shown = self.screen.ids.list.children[0].children
        return next(line for line in shown if line.place == place)

    def close(self) -> None:
        self.stage.clear()
        self.tablet.loop.run_until_complete(self.tablet.renderer.close())
        self.tablet.close()


@pytest.fixture
def searches(
    stage: Any, corpus: Any, texts: dict[str, tuple[str, ...]], tmp_path: Path
) -> Iterator[Searches]:
    made = Searches(stage, corpus, texts, tmp_path)
    yield made
    made.close()


def test_what_is_typed_without_marks_is_found_and_shown(
    stage: Any, searches: Searches, check_screen: Any
) -> None:
    screen = searches.screen
    searches.type("nghi quyet")
    assert screen.summary.endswith("trong 2 tài liệu")
    kinds = [line["kind"] for line in screen.lines]
    assert kinds[0] == "group"
    assert kinds[-2:] == ["group", "blank"]
    assert screen.chosen == 1
    searches.sharp()
    assert screen.ids.marks.framed >= 1
    stage.shot("search")
    check_screen(screen)


@pytest.mark.parametrize("look", LOOKS[3::2], ids=str)
def test_every_size_language_and_theme_fits(
    stage: Any, searches: Searches, check_screen: Any, look: Look
) -> None:
    searches.tablet.dispatch(a.PreferencesChanged(look.preferences))
    searches.type("nghi quyet")
    searches.sharp()
    stage.shot(f"search-{look}")
    check_screen(searches.screen)


def test_three_rows_are_seen_above_the_keyboard(
    stage: Any, searches: Searches, check_screen: Any
) -> None:
    from client.widgets.keyboard import KeyboardDock

    screen = searches.screen
    searches.type("nghi quyet")
    stage.app.soft_keyboard = searches.tablet.soft_keyboard = True
    try:
        for look in LOOKS[:5:2]:
            searches.tablet.dispatch(a.PreferencesChanged(look.preferences))
            screen.touched_field()
            searches.sharp()
            stage.shot(f"search-keyboard-{look}")
            seen = screen.ids.list
            rows = [row for row in seen.children[0].children if row.kind != "blank"]
            whole = [row for row in rows if seen.to_local(0, seen.y)[1] <= row.y]
            assert len(whole) >= 3, str(look)
            check_screen(screen)
            dock = KeyboardDock.current
            assert dock is not None
            dock.done()
            stage.step(3)
            assert KeyboardDock.current is None
            assert not screen.dense
    finally:
        stage.app.soft_keyboard = False


def test_hits_are_cut_anew_for_larger_letters(stage: Any, searches: Searches) -> None:
    screen = searches.screen
    searches.type("nghi quyet")
    before = [line["after"] for line in screen.lines]
    searches.tablet.dispatch(a.PreferencesChanged(Look("xlarge", "vi", "light").preferences))
    stage.step(3)
    after = [line["after"] for line in screen.lines]
    assert all(len(short) <= len(long) for short, long in zip(after, before, strict=True))
    assert after != before


def test_a_tap_on_a_hit_shows_it_and_opening_it_reads_on_there(
    stage: Any, searches: Searches
) -> None:
    screen = searches.screen
    searches.type("nghi quyet")
    stage.tap(searches.line(2))
    assert screen.chosen == 2
    searches.sharp()
    stage.tap(screen.ids.go)
    state = searches.tablet.state
    hit = screen._rows[2].hit
    assert state.place.screen == "meeting"
    assert state.place.paper == screen._rows[2].paper.paper
    assert state.places[state.place.paper].page == hit.page - 1
    assert state.finds is not None
    assert state.finds.typed == "nghi quyet"
    assert state.finds.places[state.finds.at].first == hit.first


def test_scope_clearing_and_the_way_back(stage: Any, searches: Searches) -> None:
    screen = searches.screen
    searches.type("nghi quyet")
    segments = list(reversed(screen.ids.scopes.children))
    searches.settle(lambda: stage.tap(segments[1]))
    assert screen.summary.endswith("trong 1 tài liệu")
    searches.settle(lambda: stage.tap(segments[2]))
    assert screen.scope == "everywhere"
    assert screen.summary.endswith("trong 2 tài liệu")
    searches.settle(lambda: stage.tap(screen.ids.wipe))
    assert screen.typed == ""
    assert screen.lines == []
    assert screen.title == ""
    stage.tap(screen.ids.asking.children[-1])
    assert searches.tablet.state.place.screen == "meeting"
    assert searches.tablet.state.place.paper == "p2b"


def test_nothing_found_says_so(searches: Searches) -> None:
    searches.type("khongcotunay")
    assert searches.screen.summary == "Không tìm thấy chỗ nào"
    assert [line["kind"] for line in searches.screen.lines] == ["group", "blank"]
    assert not searches.screen.can_open


def test_hits_are_marked_while_reading_and_one_leads_to_the_next(
    stage: Any, searches: Searches, check_screen: Any
) -> None:
    from client.screens.meeting import MeetingScreen

    tablet = searches.tablet
    searches.type("nghi quyet")
    searches.screen.open()
    reader = stage.show(MeetingScreen(tablet))
    searches.until(lambda: reader.finds.marks.quads and reader.area.page_view.sharp)
    stage.step(3)
    assert reader.finds.marks.framed == 1
    stage.shot("search-reading")
    check_screen(reader)
    prev, following, end = list(reversed(reader.finds.bar.children))[1:]
    assert prev.disabled
    assert tablet.state.finds is not None
    places = tablet.state.finds.places
    other = next(n for n, one in enumerate(places) if one.sha256 != places[0].sha256)
    for _ in range(other):
        stage.tap(following)
        tablet.turn()
    searches.until(lambda: reader.area.view.sha256 == places[other].sha256)
    searches.until(lambda: reader.finds.marks.quads and reader.finds.marks.framed)
    now = tablet.state.finds
    assert now is not None
    assert now.at == other
    assert reader.finds.marks.place == (places[other].sha256, places[other].page)
    stage.tap(end)
    assert tablet.state.finds is None
    assert reader.finds.marks.quads == []
    stage.tap(
        next(tool for tool in reader.ids.tray.walk() if getattr(tool, "icon", "") == "search")
    )
    assert tablet.state.place.screen == "search"


def test_ones_own_notes_are_searched_too(stage: Any, searches: Searches, check_screen: Any) -> None:
    from client.ink.marks import Area, Quad, Quote, Spot, Target

    book, screen = searches.tablet.notes.book("p2b"), searches.screen
    here = sha("p2b3")
    note = Target((Area(2),), spot=Spot(300.0, 400.0))
    book.add(book.make("note", {here: note}, body="Hỏi lại về nghị quyết này"))
    quads = (Quad(72, 700, 200, 700, 72, 685, 200, 685),)
    marked = Target((Area(1, quads),), quote=Quote("thông qua kế hoạch"))
    book.add(book.make("highlight", {here: marked}))
    searches.type("nghi quyet")
    segments = list(reversed(screen.ids.scopes.children))
    searches.settle(lambda: stage.tap(segments[3]))
    assert screen.summary == "1 chỗ trong 1 tài liệu"
    assert screen.lines[1]["found"] == "nghị quyết"
    searches.sharp()
    stage.shot("search-notes")
    check_screen(screen)
    searches.type("ke hoach")
    assert screen._rows[1].hit.page == 1
    stage.tap(screen.ids.go)
    state = searches.tablet.state
    assert (state.place.screen, state.place.paper) == ("meeting", "p2b")
    assert state.finds is None
