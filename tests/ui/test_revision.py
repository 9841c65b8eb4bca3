"""A replaced paper under the reader: real PDFs, real maps, real touches."""

import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bench._revisions import PLAIN, Writer, read, set_pdf
from client import actions as a
from client.documents.revisions import Revision
from client.ink.anchor_place import areas_of
from client.ink.marks import Mark, Quote, Spot, Target, on_page
from client.selectors.revision import revised
from client.state import Download, NotesState
from server.papers.wordmap import word_map
from server.protocol.paper_words import PaperWords
from tests.revised import scan_of
from tests.ui.story import CHAIR, HANH, LOOKS, ROOM, Look, Tablet, sha

pytestmark = pytest.mark.ui

GOALS = "2. Mục tiêu cụ thể đến hết năm 2027"
SIGNED = (
    "a) 100% văn bản đi, đến (trừ văn bản mật) được ký số và gửi, nhận trên mạng thông tin diện"
    " rộng của Đảng; hồ sơ công việc được lập trên môi trường điện tử."
)
PAPERLESS = (
    "b) 100% hội nghị của cấp ủy cấp tỉnh và ít nhất {p} hội nghị của cấp ủy cấp xã được tổ chức"
    " theo hình thức không giấy tờ, phù hợp điều kiện từng nơi; kinh phí do ngân sách tỉnh bảo"
    " đảm{m}."
)
SKILLS = (
    "c) 100% cán bộ, công chức các cơ quan đảng được bồi dưỡng kỹ năng số cơ bản; mỗi cơ quan có ít"
    " nhất 01 cán bộ nòng cốt về chuyển đổi số."
)
TASKS = "III. NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU"
LEAD = (
    "1. Nâng cao trách nhiệm của người đứng đầu cấp ủy trong lãnh đạo, chỉ đạo chuyển đổi số; đưa"
    " kết quả thực hiện vào tiêu chí đánh giá hằng năm."
)
MORE = " trong dự toán năm 2026 theo phân cấp"
OLD, NEW = "p2b2", "p2b3"


class Versions:
    """Two versions of one paper on the tablet, shown by a real render process."""

    def __init__(self, tablet: Tablet, folder: Path, old: bytes, new: bytes) -> None:
        from client.documents.process_renderer import ProcessRenderer

        async def make() -> Any:
            return ProcessRenderer(niceness=0)

        self.tablet = tablet
        self.files = {sha(OLD): folder / "old.pdf", sha(NEW): folder / "new.pdf"}
        for path, raw in zip(self.files.values(), (old, new), strict=True):
            path.write_bytes(raw)
        self.old, self.new = words_in(old), words_in(new)
        made = word_map(self.old, self.new)
        known = Revision(sha(OLD), sha(NEW), self.old, self.new, made)
        tablet.revisions.known[sha(OLD), sha(NEW)] = known
        tablet.renderer = tablet.loop.run_until_complete(make())
        tablet.opening = self._open  # type: ignore[method-assign]

    async def _open(self, sha256: str) -> Any:
        return await self.tablet.renderer.open(sha256, self.files[sha256])

    def close(self) -> None:
        self.tablet.loop.run_until_complete(self.tablet.renderer.close())


@cache
def words_in(raw: bytes) -> PaperWords:
    return read(raw)


@cache
def resolution(*, new: bool) -> bytes:
    writer = Writer(random.Random(8))  # noqa: S311 - the same paper every time
    before = writer.paper(26)
    changed = PAPERLESS.format(p="90%" if new else "80%", m=MORE if new else "")
    goals = [GOALS, SIGNED, changed, *([] if new else [SKILLS]), TASKS, LEAD]
    after = writer.paper(6)
    return set_pdf([*before, *(writer.tokens(one) for one in goals), *after], PLAIN)


@pytest.fixture
def versions(tablet: Tablet, tmp_path: Path) -> Iterator[Versions]:
    made = Versions(tablet, tmp_path, resolution(new=False), resolution(new=True))
    yield made
    made.close()


def words_of(words: PaperWords, text: str) -> list[int]:
    """The numbers of the words of a text that occurs once."""
    wanted = text.split()
    texts = [words.texts[word] for word in words.body]
    found = [at for at in range(len(texts)) if texts[at : at + len(wanted)] == wanted]
    assert len(found) == 1
    return [words.body[place] for place in range(found[0], found[0] + len(wanted))]


def mark(tablet: Tablet, versions: Versions, text: str, body: str = "") -> str:
    """Highlight a text of the old version; with `body`, put a note beside it."""
    book = tablet.notes.book("p2b")
    held = words_of(versions.old, text)
    box = versions.old.boxes[held[0]]
    page = versions.old.page_of(held[0]) + 1
    target = Target(areas_of(versions.old, held), quote=Quote(text))
    if body:
        target = on_page(page, spot=Spot(box.x0 - 10, box.y1))
    made = book.make("note" if body else "highlight", {sha(OLD): target}, body=body)
    book.add(made)
    return made.id


def screen_of(stage: Any, tablet: Tablet, *, ready: bool = True) -> Any:
    from client.screens.meeting import MeetingScreen

    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.DownloadChanged(sha(OLD), Download(1, 1, stored=True)))
    tablet.dispatch(a.DownloadChanged(sha(NEW), Download(1, int(ready), stored=ready)))
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 2))
    screen = stage.show(MeetingScreen(tablet))
    tablet.turn()
    stage.step(5)
    return screen


def until(stage: Any, tablet: Tablet, condition: Callable[[], object]) -> None:
    def turned() -> bool:
        tablet.turn()
        return bool(condition())

    stage.until(turned, 12)
    stage.step(4)


def compared(stage: Any, tablet: Tablet, screen: Any) -> Any:
    """The revision, once it is known what changed and the marks are carried."""
    until(stage, tablet, lambda: screen.revising.notebook is not None)
    return screen.revising


def segment(revising: Any, value: str) -> Any:
    return next(one for one in revising.band.choice.children if one.value == value)


def test_the_page_stays_and_the_band_counts(
    stage: Any, tablet: Tablet, versions: Versions, check_screen: Any
) -> None:
    mark(tablet, versions, "ký số và gửi, nhận trên mạng thông tin diện rộng của Đảng;")
    mark(tablet, versions, SKILLS, "Ai là cán bộ nòng cốt?")
    screen = screen_of(stage, tablet)
    revising = compared(stage, tablet, screen)
    until(stage, tablet, lambda: screen.area.page_view.sharp)
    assert screen.area.view.sha256 == sha(OLD)
    assert revising.band.title == "Bản 3 thay bản 2 lúc 07:40"
    assert revising.band.body == (
        "3 chỗ thay đổi · 1 ghi chú đã chuyển sang · 1 ghi chú cần xem lại"
    )
    assert revising.mode == "old"
    assert revising.tray.parent is None
    check_screen(screen)
    stage.tap(revising.band.close)
    stage.step(3)
    assert revising.band.parent is None
    assert screen.area.view.sha256 == sha(OLD)


def test_a_version_that_is_not_here_offers_nothing_that_cannot_be(
    stage: Any, tablet: Tablet, versions: Versions
) -> None:
    screen = screen_of(stage, tablet, ready=False)
    band = screen.revising.band
    assert band.body == "Bản mới đang tải, mở được ngay khi tải xong"
    assert [one.value for one in band.choice.children] == ["old"]
    tablet.dispatch(a.DownloadChanged(sha(NEW), Download(1, 1, stored=True)))
    compared(stage, tablet, screen)
    assert len(band.choice.children) == 3


def test_the_new_version_opens_where_the_words_are(
    stage: Any, tablet: Tablet, versions: Versions, check_screen: Any
) -> None:
    mark(tablet, versions, SKILLS, "Ai là cán bộ nòng cốt?")
    screen = screen_of(stage, tablet)
    revising = compared(stage, tablet, screen)
    until(stage, tablet, lambda: screen.area.page_view.sharp)
    page = screen.area.page_view.page
    stage.tap(segment(revising, "new"))
    until(stage, tablet, lambda: screen.area.page_view.sharp and revising.mode == "new")
    assert screen.area.view.sha256 == sha(NEW)
    assert screen.area.page_view.page == page
    assert revising.tray.parent is not None
    stage.shot("revision-new")
    check_screen(screen)
    stage.tap(segment(revising, "old"))
    until(stage, tablet, lambda: revising.mode == "old")
    assert screen.area.view.sha256 == sha(OLD)


def test_what_others_share_goes_along_where_that_is_certain(
    stage: Any, tablet: Tablet, versions: Versions
) -> None:
    def shares(*texts: str) -> None:
        found = []
        for number, text in enumerate(texts, 1):
            target = Target(areas_of(versions.old, words_of(versions.old, text)), quote=Quote(text))
            made = Mark(
                f"{number:032x}", "highlight", CHAIR, number, colour="highlight1",
                targets={sha(OLD): target},
            )  # fmt: skip
            found.append((CHAIR, made))
        tablet.notes.shown[ROOM, "p2b"] = tuple(found)
        news = tablet.state.notes.shared_news + 1
        tablet.dispatch(a.NotesChanged(NotesState(HANH, shared=len(found), shared_news=news)))

    signed = "ký số và gửi, nhận trên mạng thông tin diện rộng của Đảng;"
    screen = screen_of(stage, tablet)
    shares(signed, SKILLS)
    revising = compared(stage, tablet, screen)
    shown = screen.writing.others.marks
    number = versions.new.page_of(words_of(versions.new, GOALS)[0]) + 1
    until(stage, tablet, lambda: shown.on_page(sha(NEW), number))
    stage.tap(segment(revising, "new"))
    until(stage, tablet, lambda: screen.area.page_view.sharp and revising.mode == "new")
    screen.area.page_view.go(number)
    until(stage, tablet, lambda: screen.area.page_view.sharp)
    (found,) = shown.on_page(sha(NEW), number)
    expected = areas_of(versions.new, words_of(versions.new, signed))
    assert found.targets[sha(NEW)].areas == expected
    assert len(screen.writing.others._tags) == 1
    stage.shot("revision-shared")
    shares(signed, LEAD)
    until(stage, tablet, lambda: len(shown.on_page(sha(NEW), number)) == 2)
    shares()
    stage.step(3)
    assert shown.on_page(sha(NEW), number) == ()
    assert screen.writing.others._tags == {}


def test_what_was_decided_while_marks_were_being_carried_stays(
    tablet: Tablet, versions: Versions
) -> None:
    from client.ink.shown import ShownMarks
    from client.screens.meeting.revision.carrying import carry, carry_shown

    tablet.in_meeting()
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 2))
    view, book = revised(tablet.state), tablet.notes.book("p2b")
    assert view is not None
    own = mark(tablet, versions, "ký số và gửi, nhận trên mạng thông tin diện rộng của Đảng;")
    (here,) = book.marks
    chosen = Target(on_page(1).areas, how="manual")
    shown, known = ShownMarks(), tablet.revisions.between
    shown.show([(CHAIR, here)])

    async def meanwhile(*between: str) -> Any:
        book.retarget(sha(NEW), {own: chosen})
        shown.show([(CHAIR, replace(here, targets={sha(OLD): on_page(1)}))])
        return await known(*between)

    tablet.revisions.between = meanwhile  # type: ignore[method-assign]
    tablet.loop.run_until_complete(carry(tablet, view))
    assert [one.targets[sha(NEW)] for one in book.marks] == [chosen]
    shown.show([(CHAIR, here)])
    tablet.loop.run_until_complete(carry_shown(tablet, view, shown))
    assert [sha(NEW) in one.targets for one in shown.marks] == [False]


def test_compare_shows_what_changed_and_each_note_is_decided_by_a_tap(
    stage: Any, tablet: Tablet, versions: Versions, check_screen: Any
) -> None:
    mark(tablet, versions, "ký số và gửi, nhận trên mạng thông tin diện rộng của Đảng;")
    first = mark(tablet, versions, SKILLS, "Ai là cán bộ nòng cốt?")
    second = mark(tablet, versions, "mỗi cơ quan có ít nhất 01 cán bộ nòng cốt")
    book = tablet.notes.book("p2b")
    screen = screen_of(stage, tablet)
    revising = compared(stage, tablet, screen)
    stage.tap(segment(revising, "compare"))
    stage.step(4)
    tray = revising.tray
    told = [(row["word"], row["text"]) for row in tray.changes]
    number = versions.new.page_of(words_of(versions.new, GOALS)[0]) + 1
    assert told == [
        ("Sửa", f"Trang {number}: 80% thành 90%"),
        ("Thêm", f"Trang {number}: trong dự toán năm 2026 theo"),
        ("Bỏ", f"Trang {number}: c) 100% cán bộ, công chức"),
    ]
    stage.tap(lines(tray)[0])
    stage.step(5)
    assert revising.page.page == number - 1
    stage.shot("paper-revised")
    check_screen(screen)
    assert tray.review == "2 ghi chú cần xem lại"
    stage.tap(button(tray, "Còn 1 ghi chú"))
    stage.step(3)
    stage.tap(button(card(tray, first), "Giữ ở trang này"))
    stage.step(3)
    kept = book.get(first)
    assert kept is not None
    assert (kept.targets[sha(NEW)].state, kept.targets[sha(NEW)].how) == ("ok", "manual")
    screen.toasts.hide()
    stage.step(3)
    stage.tap(button(card(tray, second), "Bỏ"))
    until(stage, tablet, lambda: tray.review == "")
    assert screen.toasts.current.text == "Đã bỏ ghi chú khỏi bản mới"
    revising.undo()
    stage.step(3)
    assert tray.review == "1 ghi chú cần xem lại"


def test_a_suggestion_is_accepted_by_one_tap(
    stage: Any, tablet: Tablet, versions: Versions, check_screen: Any
) -> None:
    name = mark(tablet, versions, "80%")
    book = tablet.notes.book("p2b")
    screen = screen_of(stage, tablet)
    revising = compared(stage, tablet, screen)
    found = book.get(name)
    assert found is not None
    assert found.targets[sha(NEW)].state == "suggested"
    stage.tap(segment(revising, "compare"))
    stage.step(4)
    check_screen(screen)
    stage.tap(button(card(revising.tray, name), "Đúng chỗ này"))
    stage.step(3)
    accepted = book.get(name)
    assert accepted is not None
    target = accepted.targets[sha(NEW)]
    assert (target.state, target.quads_on(target.page)) != ("suggested", ())
    assert revising.tray.review == ""


def test_changes_of_figures_alone_can_be_hidden(
    stage: Any, tablet: Tablet, versions: Versions
) -> None:
    screen = screen_of(stage, tablet)
    revising = compared(stage, tablet, screen)
    stage.tap(segment(revising, "compare"))
    stage.step(4)
    count = len(revising.tray.changes)
    stage.tap(button(revising.tray, "Ẩn số"))
    stage.step(3)
    assert len(revising.tray.changes) == count - 1
    assert all("80%" not in row["text"] for row in revising.tray.changes)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_language_and_theme_fits(
    stage: Any, tablet: Tablet, versions: Versions, check_screen: Any, look: Look
) -> None:
    mark(tablet, versions, SKILLS, "Ai là cán bộ nòng cốt?")
    mark(tablet, versions, "80%")
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    screen = screen_of(stage, tablet)
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    revising = compared(stage, tablet, screen)
    stage.tap(segment(revising, "compare"))
    stage.step(4)
    stage.tap(lines(revising.tray)[0])
    stage.step(4)
    stage.shot(f"paper-revised-{look}")
    check_screen(screen)


def test_pages_without_words_are_compared_as_pictures(
    stage: Any, tablet: Tablet, tmp_path: Path, check_screen: Any
) -> None:
    made = Versions(tablet, tmp_path, scan_of(3), scan_of(3, changed=1))
    book = tablet.notes.book("p2b")
    quad = areas_of(made.old, [])
    assert quad == ()
    same = book.make("bookmark", {sha(OLD): on_page(1, spot=Spot(100, 700))})
    other = book.make("bookmark", {sha(OLD): on_page(2, spot=Spot(100, 700))})
    book.add(same, other)
    screen = screen_of(stage, tablet)
    revising = compared(stage, tablet, screen)
    states = [book.get(one.id) for one in (same, other)]
    assert [one.targets[sha(NEW)].state for one in states if one] == ["ok", "orphan"]
    stage.tap(segment(revising, "compare"))
    pictures = revising.pictures
    until(stage, tablet, lambda: pictures.ids.new.sharp and pictures.ids.old.sharp)
    until(stage, tablet, lambda: pictures.same)
    stage.tap(pictures.ids.forth)
    until(stage, tablet, lambda: pictures.page == 2 and not pictures.same)
    until(stage, tablet, lambda: pictures.ids.new.sharp and pictures.ids.old.sharp)
    stage.shot("revision-pictures")
    check_screen(screen)
    made.close()


def lines(tray: Any) -> list[Any]:
    made = tray.ids.list.layout_manager.children
    return sorted(made, key=lambda line: -line.y)


def card(tray: Any, name: str) -> Any:
    return next(one for one in tray.ids.notes.children if one.mark == name)


def button(root: Any, text: str) -> Any:
    return next(one for one in root.walk() if getattr(one, "text", "") == text and one.height > 40)
