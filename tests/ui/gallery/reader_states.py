"""Every state of the reader in every look: three text sizes, both themes, both languages.

Not part of the daily tests, which hold the same rules on fewer pictures. To draw all and see what
breaks a rule:

    PHIENHOP_SHOTS=DIR python -m pytest -o faulthandler_timeout=0 tests/ui/gallery/reader_states.py
"""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from client import actions as a
from client.ink.marks import Quad, Quote, Spot, Target, on_page
from client.ink.packing import Point
from client.ink.tools import BLUE, HIGHLIGHTER, RED
from client.state import Download, Language, TextSize, ThemeName
from server.protocol import frames as f
from server.protocol.state import ShownPage
from tests.ui.conftest import crowded, violations
from tests.ui.reading import Papers, open_pages, screen_of
from tests.ui.story import CHAIR, ROOM, Look, Tablet, paper, sha
from tests.ui.test_revision import (
    SKILLS,
    Versions,
    compared,
    lines,
    mark,
    resolution,
    segment,
    until,
)
from tests.ui.test_revision import screen_of as revised_screen
from tests.ui.test_screen_search import Searches, texts
from tests.ui.test_selecting import Chooser
from tests.ui.test_shared_marks import SHARED, tags, told

__all__ = ["texts"]

pytestmark = pytest.mark.ui
SIZES: tuple[TextSize, ...] = ("normal", "large", "xlarge")
LANGUAGES: tuple[Language, ...] = ("vi", "en")
THEMES: tuple[ThemeName, ...] = ("light", "dark")
EVERY = tuple(Look(*look) for look in itertools.product(SIZES, LANGUAGES, THEMES))
DOCUMENT = sha("p2b3")
Show = Callable[[], Any]
"""Brings a state up and gives its root; the second call of a pair takes it away."""


class Gallery:
    """Takes a state through every look, and remembers what broke a rule."""

    def __init__(self, stage: Any, tablet: Tablet) -> None:
        self.stage, self.tablet = stage, tablet
        self.found: list[str] = []
        stage.app.calm = True

    def every(self, name: str, show: Show, hide: Callable[[], Any] | None = None) -> None:
        """Draw a state in every look."""
        for look in EVERY:
            self.tablet.dispatch(a.PreferencesChanged(look.preferences))
            self.stage.step(4)
            root = show()
            self.stage.settle()
            self.stage.step(3)
            self.stage.shot(f"{name}-{look}")
            broken = [*violations(root), *crowded(root)]
            self.found += [f"{name}-{look}: {fault}" for fault in broken]
            if hide is not None:
                hide()
                self.stage.step(3)

    def close(self) -> None:
        assert not self.found, "\n".join(self.found)


@pytest.fixture
def gallery(stage: Any, tablet: Tablet) -> Gallery:
    return Gallery(stage, tablet)


@pytest.fixture
def screen(stage: Any, tablet: Tablet, papers: Papers) -> Any:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 0)))
    found = screen_of(stage, tablet)
    papers.sharp(stage, found)
    return found


def written(tablet: Tablet) -> Any:
    """A notebook with one of everything."""
    book = tablet.notes.book("p2b")
    line = [Point(100 + 10 * at, 700 - (at % 3) * 2, 200, at * 12) for at in range(24)]
    book.write(DOCUMENT, 1, line, BLUE)
    book.write(DOCUMENT, 1, [Point(p.x, p.y - 30, 200, p.ms) for p in line], RED)
    book.write(DOCUMENT, 1, [Point(p.x, p.y - 60, 200, p.ms) for p in line], HIGHLIGHTER)
    quad = Quad(120, 622, 380, 622, 120, 606, 380, 606)
    target = Target(on_page(1, quad).areas, quote=Quote("phối hợp với Sở Xây dựng"))
    book.add(book.make("highlight", {DOCUMENT: target}, colour="highlight2"))
    typed = book.make("note", {DOCUMENT: on_page(1, spot=Spot(420, 700))}, body="Hỏi nguồn vốn")
    hand = book.make("note", {DOCUMENT: on_page(2, spot=Spot(300, 640))})
    book.add(typed, hand, book.make("bookmark", {DOCUMENT: on_page(3)}))
    book.write_note(
        hand.id, [Point(40 + 9 * at, 120 + (at % 4) * 9, 200, at * 9) for at in range(25)]
    )
    return typed, hand


def top_layer() -> Any:
    from kivy.core.window import Window

    return Window.children[0]


def close_layers() -> None:
    from kivy.core.window import Window

    from client.widgets.dialog import Layer

    for layer in [one for one in Window.children if isinstance(one, Layer)]:
        layer.close()


def test_reading(stage: Any, tablet: Tablet, papers: Papers, screen: Any, gallery: Gallery) -> None:
    def sharp() -> Any:
        papers.sharp(stage, screen)
        return screen

    gallery.every("reader", sharp)
    tablet.dispatch(a.FollowChanged(following=True))
    gallery.every("reader-following", sharp)
    tablet.dispatch(a.FollowChanged(following=False))
    screen.area.page_view.whole_page(whole=True)
    gallery.every("reader-whole", sharp)
    screen.area.page_view.whole_page(whole=False)
    screen.going.to_page(12)
    gallery.every("reader-jumped", sharp)
    screen.area.dispatch("on_back")
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 3)))
    gallery.every("reader-presenter-moved", sharp)
    gallery.close()


def test_spotlight_and_detour(
    stage: Any, tablet: Tablet, papers: Papers, screen: Any, gallery: Gallery
) -> None:
    def sharp() -> Any:
        papers.sharp(stage, screen)
        return screen

    tablet.dispatch(a.FollowChanged(following=True))
    page = ShownPage(CHAIR, "i2", "p2b", 3, 0, 0.0, (0.5, 0.2), (0.2, 0.15, 0.8, 0.3))
    tablet.dispatch(f.Shown(ROOM, page))
    gallery.every("reader-spotlight", sharp)

    def turn_by_hand() -> Any:
        stage.tap(screen.area.ids.forth)
        papers.sharp(stage, screen)
        return screen

    def follow_again() -> None:
        tablet.dispatch(a.FollowChanged(following=True))
        papers.sharp(stage, screen)

    gallery.every("reader-detour", turn_by_hand, follow_again)
    gallery.close()


def test_sheets(stage: Any, tablet: Tablet, papers: Papers, screen: Any, gallery: Gallery) -> None:
    written(tablet)

    def tab(name: str) -> Show:
        def show() -> Any:
            sheet = open_pages(stage, screen)
            sheet.tab = name
            if name == "pages":
                grid = sheet.ids.place.children[0]
                papers.until(stage, lambda: sum(bool(c.texture) for c in grid._cells.values()) > 7)
            if name == "outline":
                from client.screens.meeting.page_sheet import Goal

                sheet.goals(
                    "outline",
                    [
                        Goal(1, "Điều 1. Phân công trách nhiệm"),
                        Goal(2, "Khoản 2", depth=1),
                        Goal(9, "Điều 2. Hiệu lực"),
                    ],
                )
            return sheet

        return show

    for name in ("pages", "outline", "bookmarks", "marks"):
        gallery.every(f"sheet-{name}", tab(name), close_layers)

    def copying() -> Any:
        from client.screens.meeting.copying import CopySheet

        CopySheet(tablet, paper("p2", "Tờ trình", 5), sha("p21")).open()
        return top_layer()

    gallery.every("sheet-copy", copying, close_layers)
    gallery.close()


def test_writing(stage: Any, tablet: Tablet, papers: Papers, screen: Any, gallery: Gallery) -> None:
    typed, hand = written(tablet)
    writing = screen.writing
    tablet.dispatch(a.WritingChanged(writing=True))

    def tool(name: str) -> Show:
        def show() -> Any:
            papers.sharp(stage, screen)
            writing.close_popup()
            writing.box.held = name
            writing.tool(name)
            return screen

        return show

    for name in ("pen1", "pen2", "pen3", "highlight", "eraser", "note"):
        gallery.every(f"write-{name}", tool(name), writing.close_popup)
    writing.tool("pen1")
    writing.close_popup()

    def note(name: str) -> Show:
        def show() -> Any:
            papers.sharp(stage, screen)
            writing.notes.open(name, editing=True)
            return screen

        return show

    gallery.every("write-note", note(typed.id), writing.notes.close_card)
    screen.area.go(1)
    gallery.every("write-note-hand", note(hand.id), writing.notes.close_card)
    tablet.dispatch(a.WritingChanged(writing=False))

    def listed() -> Any:
        writing.notes.open_list()
        return top_layer()

    def shared() -> Any:
        writing.notes.share((typed.id,))
        return top_layer()

    gallery.every("notes-list", listed, close_layers)
    gallery.every("notes-share", shared, close_layers)
    gallery.close()


def test_shared(stage: Any, tablet: Tablet, papers: Papers, screen: Any, gallery: Gallery) -> None:
    told(tablet, *SHARED)

    def card() -> Any:
        papers.sharp(stage, screen)
        stage.tap(tags(screen)["NA"])
        return screen

    gallery.every("shared", card, screen.writing.others.close_card)
    gallery.close()


def test_two_papers(
    stage: Any, tablet: Tablet, papers: Papers, screen: Any, gallery: Gallery
) -> None:
    stage.resize(1920, 1080)

    def show() -> Any:
        if not screen.beside.is_open and screen.ids.tabs.wide:
            screen.beside.toggle()
        second = screen.beside.area
        views = [screen.area.page_view, *([second.page_view] if screen.beside.is_open else [])]
        papers.until(stage, lambda: all(view.sharp for view in views))
        return screen

    gallery.every("two-papers", show)
    gallery.close()


@pytest.mark.parametrize("size", [(1280, 800), (800, 600)])
def test_failures(stage: Any, tablet: Tablet, gallery: Gallery, size: tuple[int, int]) -> None:
    stage.resize(*size)
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    screen = screen_of(stage, tablet)

    def failed() -> Any:
        screen.area.page_view.fail("paper_unreadable")
        return screen

    gallery.every(f"failed-page-{size[0]}", failed)
    tablet.dispatch(a.DownloadChanged(sha("p21"), Download(100, 64)))
    gallery.every(f"loading-{size[0]}", lambda: screen)
    retry = Download(100, 64, retry_at=tablet.state.now + 10_000)
    tablet.dispatch(a.DownloadChanged(sha("p21"), retry))
    gallery.every(f"failed-paper-{size[0]}", lambda: screen)
    gallery.close()


def test_narrow(stage: Any, tablet: Tablet, papers: Papers, gallery: Gallery) -> None:
    stage.resize(800, 600)
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    screen = screen_of(stage, tablet)

    def sharp() -> Any:
        papers.sharp(stage, screen)
        return screen

    gallery.every("narrow", sharp)
    tablet.dispatch(a.WritingChanged(writing=True))
    gallery.every("narrow-write", sharp)
    gallery.close()


@pytest.mark.parametrize("mode", ["old", "new", "compare"])
def test_revised(stage: Any, tablet: Tablet, tmp_path: Path, gallery: Gallery, mode: str) -> None:
    versions = Versions(tablet, tmp_path, resolution(new=False), resolution(new=True))
    mark(tablet, versions, SKILLS, "Ai là cán bộ nòng cốt?")
    mark(tablet, versions, "80%")
    screen = revised_screen(stage, tablet)
    revising = compared(stage, tablet, screen)
    if mode != "old":
        stage.tap(segment(revising, mode))
        stage.step(4)
    if mode == "compare":
        stage.tap(lines(revising.tray)[0])

    def show() -> Any:
        if mode != "compare":
            until(stage, tablet, lambda: screen.area.page_view.sharp)
        return screen

    gallery.every(f"revised-{mode}", show)
    versions.close()
    gallery.close()


def test_search(stage: Any, corpus: Any, texts: Any, tmp_path: Path) -> None:
    searches = Searches(stage, corpus, texts, tmp_path)
    gallery = Gallery(stage, searches.tablet)
    searches.type("nghi quyet")

    def hits() -> Any:
        searches.settle(searches.screen._soon)
        searches.sharp()
        return searches.screen

    gallery.every("search-hits", hits)
    stage.app.soft_keyboard = searches.tablet.soft_keyboard = True

    def keyboard() -> Any:
        hits()
        searches.screen.touched_field()
        return searches.screen

    def no_keyboard() -> None:
        searches.screen.ids.typing.focus = False

    gallery.every("search-keyboard", keyboard, no_keyboard)
    stage.app.soft_keyboard = searches.tablet.soft_keyboard = False
    searches.settle(lambda: setattr(searches.screen, "scope", "everywhere"))
    gallery.every("search-everywhere", hits)
    searches.type("khongcotunay")

    def none() -> Any:
        searches.settle(searches.screen._soon)
        return searches.screen

    gallery.every("search-none", none)
    searches.close()
    gallery.close()


def test_selecting_and_text(stage: Any, corpus: Any) -> None:
    chooser = Chooser(stage, corpus)
    gallery = Gallery(stage, chooser.tablet)

    def chosen() -> Any:
        chooser.papers.sharp(stage, chooser.screen)
        chooser.tap(1, 8)
        return chooser.screen

    gallery.every("selecting", chosen, chooser.place.end)

    def text() -> Any:
        view = chooser.screen.text
        view.open()
        chooser.until(lambda: view.shown and len(view.sheet.ids.flow.children) > 3)
        return chooser.screen

    gallery.every("text", text, chooser.screen.text.close)
    chooser.close()
    gallery.close()
