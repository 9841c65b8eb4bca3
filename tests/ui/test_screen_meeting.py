"""The meeting on a tablet: touches on a real window, commands in a real session's outbox."""

import gc
import weakref
from typing import Any

import pytest
from msgspec.structs import replace

from client import actions as a
from client.state import Download, Preferences
from server.protocol import frames as f
from server.protocol.commands import AskFloor, CallHelp, WithdrawFloor
from server.protocol.state import Personal, ShownPage, Speaking
from tests.ui.reading import Papers, open_pages, screen_of
from tests.ui.story import CHAIR, ITEMS, LOOKS, ROOM, Look, Tablet, meeting, paper, sha

pytestmark = pytest.mark.ui


def rows(screen: Any) -> list[Any]:
    return list(reversed(screen.agenda.ids.rows.children))


def paper_tabs(screen: Any) -> list[Any]:
    return list(reversed(screen.ids.tabs.ids.tabs.children))


def test_looks_like_its_picture(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any
) -> None:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 2)))
    tablet.dispatch(a.FollowChanged(following=True))
    screen = screen_of(stage, tablet)
    papers.sharp(stage, screen)
    assert [row.title for row in rows(screen)][2] == "Chuyển đổi số"
    assert rows(screen)[2].selected
    assert rows(screen)[2].live
    assert [tab.text for tab in paper_tabs(screen)][1] == "Dự thảo Nghị quyết"
    assert screen.area.page_view.size == [856, 548]
    assert screen.area.page_view.pos == [344, 100]
    stage.shot("meeting-reader")
    check_screen(screen)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_size_language_and_theme_fits(
    stage: Any, tablet: Tablet, check_screen: Any, look: Look
) -> None:
    tablet.in_meeting()
    tablet.dispatch(a.PreferencesChanged(look.preferences))
    screen = screen_of(stage, tablet)
    stage.shot(f"meeting-{look}")
    check_screen(screen)
    tablet.dispatch(a.Went("meeting", item="i4"))
    stage.step(3)
    stage.shot(f"meeting-paper-{look}")
    check_screen(screen)


def test_dark_and_large(stage: Any, tablet: Tablet, papers: Papers, check_screen: Any) -> None:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.Went("meeting", "", "i2", "p2b", 3))
    tablet.dispatch(a.PreferencesChanged(Preferences(theme="dark")))
    screen = screen_of(stage, tablet)
    papers.sharp(stage, screen)
    stage.shot("dark")
    tablet.dispatch(a.PreferencesChanged(Preferences(text_size="xlarge")))
    stage.step(5)
    papers.sharp(stage, screen)
    assert screen.rail_mode == "drawer"
    stage.shot("large")
    check_screen(screen)


def test_a_screen_that_is_gone_leaves_nothing_behind(stage: Any, tablet: Tablet) -> None:
    tablet.in_meeting()
    gone = weakref.ref(screen_of(stage, tablet))
    stage.clear()
    stage.step()
    gc.collect()
    assert gone() is None, "something that outlives it holds it: every look after it takes longer"


def test_a_tap_on_an_item_opens_its_first_paper(stage: Any, tablet: Tablet) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    stage.tap(rows(screen)[1])
    assert (tablet.state.place.item, tablet.state.place.paper) == ("i1", "p1")
    assert screen.bar.now_kind == "back"
    stage.step(3)
    stage.tap(paper_tabs(screen)[1])
    assert tablet.state.place.paper == "p1b"


def test_the_rail_folds_and_the_choice_is_kept(
    stage: Any, tablet: Tablet, check_screen: Any
) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    stage.tap(screen.agenda.ids.head.children[0])
    stage.step(3)
    assert not tablet.state.preferences.rail_open
    assert screen.agenda.width == 112
    stage.shot("meeting-slim")
    check_screen(screen)
    stage.tap(screen.agenda.ids.head.children[0])
    stage.step(3)
    assert screen.agenda.width == 264


def test_the_drawer_opens_picks_and_closes(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    from kivy.core.window import Window

    tablet.in_meeting()
    tablet.dispatch(a.PreferencesChanged(Preferences(text_size="xlarge")))
    screen = screen_of(stage, tablet)
    stage.tap(screen.bar.ids.lead.children[0])
    stage.step(20)
    drawer = Window.children[0]
    stage.shot("meeting-drawer")
    check_screen(drawer)
    stage.tap(list(reversed(drawer.agenda.ids.rows.children))[5])
    stage.step(2)
    assert drawer.parent is None
    assert tablet.state.place.item == "i5"


def test_pages_turn_and_the_place_is_kept(stage: Any, tablet: Tablet, papers: Papers) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    papers.sharp(stage, screen)
    forth = screen.area.ids.forth
    for _ in range(8):
        stage.tap(forth)
        papers.sharp(stage, screen)
    stage.step(30)
    place = tablet.state.places["p2"]
    assert place.page >= 2
    assert screen.ids.tray.page_label == f"Trang {place.page + 1}/5"
    stage.tap(paper_tabs(screen)[1])
    papers.sharp(stage, screen)
    stage.tap(paper_tabs(screen)[0])
    papers.sharp(stage, screen)
    assert tablet.state.places["p2"].page == place.page
    assert screen.area.page_view.page == place.page + 1


def test_zoom_whole_and_page_keys(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any
) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    papers.sharp(stage, screen)
    page, tools = screen.area.page_view, screen.ids.tray.tools
    keys = list(reversed(screen.area.ids.zoom.children))
    assert not screen.area.ids.zoom.shown
    stage.tap(tools.tool("whole"))
    papers.sharp(stage, screen)
    assert page.whole
    assert tools.tool("whole").on
    stage.shot("meeting-whole")
    check_screen(screen)
    stage.tap(keys[0])
    papers.sharp(stage, screen)
    assert not page.whole
    assert page.viewport.zoom == 1.25
    stage.tap(keys[1])
    stage.tap(keys[2])
    papers.sharp(stage, screen)
    assert page.fitted == "width"
    stage.shot("meeting-width")
    stage.tap(keys[2])
    papers.sharp(stage, screen)
    assert page.fitted == "cropped"
    assert not screen.area.ids.zoom.shown


def test_a_page_by_its_number_and_the_way_back(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any
) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    papers.sharp(stage, screen)
    sheet = open_pages(stage, screen)
    keys = {key.text: key for key in sheet.ids.pad.children if hasattr(key, "text")}
    stage.tap(keys["4"])
    stage.step(2)
    check_screen(sheet)
    sheet.go(sheet.typed_page)
    papers.sharp(stage, screen)
    assert screen.area.page_view.page == 4
    assert screen.area.back_text == "Về trang 1"
    stage.shot("meeting-way-back")
    check_screen(screen)
    assert screen.area.ids.return_key.right <= screen.area.page_view.x, "it covers no page"
    assert screen.area.ids.forget_key.right <= screen.area.page_view.x
    back = next(one for one in screen.area.walk() if getattr(one, "text", "") == "Về trang 1")
    stage.tap(back)
    papers.sharp(stage, screen)
    assert screen.area.page_view.page == 1
    assert screen.area.back_text == ""


@pytest.mark.parametrize("size", [(800, 600), (1280, 800)])
def test_the_sheet_of_pages_and_the_keys_of_zoom_fit_at_the_largest_text(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any, size: tuple[int, int]
) -> None:
    stage.resize(*size)
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.PreferencesChanged(Preferences(text_size="xlarge")))
    screen = screen_of(stage, tablet)
    papers.sharp(stage, screen)
    sheet = open_pages(stage, screen)
    stage.shot(f"page-sheet-xlarge-{size[0]}")
    check_screen(sheet)
    sheet.close()
    screen.area.page_view.whole_page(whole=True)
    papers.sharp(stage, screen)
    stage.shot(f"meeting-whole-xlarge-{size[0]}")
    check_screen(screen)
    assert screen.area.ids.zoom.top <= screen.area.top


def test_a_page_by_its_picture(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any
) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    papers.sharp(stage, screen)
    sheet = open_pages(stage, screen)
    grid = sheet.ids.place.children[0]

    def drawn() -> bool:
        tablet.turn()
        return len([cell for cell in grid._cells.values() if cell.texture]) >= 8

    stage.until(drawn, 20)
    stage.shot("page-sheet")
    check_screen(sheet)
    grid.move(1)
    stage.step(3)
    grid.move(-1)
    stage.step(3)
    stage.tap(grid._cells[7])
    papers.sharp(stage, screen)
    assert screen.area.page_view.page == 7
    assert sheet.parent is None


def test_opening_marks_the_version_once(stage: Any, tablet: Tablet, papers: Papers) -> None:
    tablet.in_meeting()
    screen = screen_of(stage, tablet)
    stage.tap(rows(screen)[3])
    papers.sharp(stage, screen)
    assert tablet.state.seen_versions["p3"] == 2
    stage.step(3)
    assert rows(screen)[3].status == "wait"


def test_a_new_version_never_takes_the_page_away(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any
) -> None:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    screen = screen_of(stage, tablet)
    papers.sharp(stage, screen)
    before = screen.area.view.sha256
    item = ITEMS[2]
    newer = paper("p2", "Tờ trình", 5, 2)
    items = (*ITEMS[:2], replace(item, papers=(newer, *item.papers[1:])), *ITEMS[3:])
    tablet.dispatch(f.Snapshot(ROOM, "e", 3, meeting(items=items)))
    stage.step(3)
    assert screen.area.view.sha256 == before
    band = screen.revising.band
    assert band.title == "Bản 2 thay bản 1 lúc 07:40"
    assert [one.value for one in band.choice.children] == ["old"]
    tablet.dispatch(a.DownloadChanged(sha("p22"), Download(1, 1, stored=True)))
    stage.step(5)
    check_screen(screen)
    stage.tap(next(one for one in band.choice.children if one.value == "new"))
    papers.sharp(stage, screen)
    assert screen.area.view.sha256 == sha("p22")


def test_following_and_turning_by_hand(stage: Any, tablet: Tablet, papers: Papers) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    papers.sharp(stage, screen)
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2", 1, 3)))
    stage.step(3)
    assert screen.area.page_view.page == 1
    assert screen.banners.children[0].title == "Người trình bày đã sang trang 4"
    stage.shot("meeting-jump")
    stage.tap(screen.ids.tabs.ids.follow)
    papers.sharp(stage, screen)
    assert screen.area.page_view.page == 4
    assert screen.banners.children == []
    stage.tap(screen.area.ids.forth)
    stage.step(3)
    assert not tablet.state.place.following
    toast = screen.toasts.current
    assert toast.text == "Đã dừng theo người trình bày"
    stage.shot("meeting-follow-stopped")
    toast.dispatch("on_action")
    stage.step(3)
    assert tablet.state.place.following
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2b", 3, 1)))
    papers.sharp(stage, screen)
    assert tablet.state.place.paper == "p2b"
    assert screen.area.page_view.page == 2


def test_the_floor_in_three_states(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    from kivy.core.window import Window

    screen = screen_of(stage, tablet.in_meeting())
    button = screen.ids.tray.ids.corner.children[0]
    stage.tap(button)
    assert tablet.commands == [AskFloor()]
    stage.step(2)
    assert button.busy
    pending = tablet.state.pending[0]
    tablet.dispatch(a.CommandAccepted(pending, 1))
    tablet.dispatch(f.OnlyYours(ROOM, Personal(place=3)))
    stage.step(3)
    assert button.text == "Chờ thứ 3 · Rút"
    assert screen.toasts.current.text == "Đã đăng ký phát biểu, thứ 3 trong danh sách"
    stage.shot("speak-wait")
    check_screen(screen)
    stage.tap(button)
    assert tablet.commands == [WithdrawFloor()]
    stage.step(2)
    assert screen.toasts.current.action == "Hoàn tác"
    tablet.dispatch(a.CommandAccepted(tablet.state.pending[0], 1))
    tablet.dispatch(f.OnlyYours(ROOM, Personal()))
    screen.toasts.current.dispatch("on_action")
    assert tablet.commands == [AskFloor()]
    speaking = meeting(speaking=Speaking("p07", tablet.state.now, 300))
    tablet.dispatch(a.CommandAccepted(tablet.state.pending[0], 1))
    tablet.dispatch(f.Snapshot(ROOM, "e", 4, speaking))
    stage.step(3)
    assert button.text == "Mời phát biểu · 05:00"
    stage.shot("speak-now")
    stage.tap(button)
    stage.step(20)
    Window.children[0].answer("on_act")
    assert tablet.commands == [WithdrawFloor()]


def test_help_is_two_taps_away(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    from kivy.core.window import Window

    screen = screen_of(stage, tablet.in_meeting())
    screen.bar.ask_help()
    stage.step(20)
    sheet = Window.children[0]
    stage.shot("help")
    check_screen(sheet)
    sheet.call("tea")
    assert tablet.commands == [CallHelp("tea")]


def test_a_paper_on_its_way_and_one_that_failed(
    stage: Any, tablet: Tablet, check_screen: Any
) -> None:
    tablet.in_meeting()
    tablet.dispatch(a.DownloadChanged(sha("p21"), Download(100, 64)))
    screen = screen_of(stage, tablet)
    stage.shot("meeting-loading")
    check_screen(screen)
    tablet.dispatch(
        a.DownloadChanged(sha("p21"), Download(100, 64, retry_at=tablet.state.now + 10_000))
    )
    stage.step(3)
    assert "10 giây" in screen.area.view.line
    stage.shot("meeting-failed")
    screen.area.retry()
    assert tablet.asked[-1] == ("reconnect",)


@pytest.mark.parametrize("size", [(800, 600), (1280, 800)])
def test_what_failed_is_read_above_the_buttons(
    stage: Any, tablet: Tablet, size: tuple[int, int]
) -> None:
    stage.resize(*size)
    screen = screen_of(stage, tablet.in_meeting())
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    area = screen.area
    area.page_view.fail("paper_unreadable")
    stage.step(3)
    stage.shot(f"meeting-failed-page-{size[0]}")
    [again] = [one for one in area.walk() if getattr(one, "icon", "") == "refresh"]
    words = [one for one in area.page_view.children if getattr(one, "text", "") and one.opacity]
    assert words
    assert all(low_edge(one) >= top_edge(again) or one.top <= again.y for one in words)
    found = Download(100, 64, retry_at=tablet.state.now + 10_000)
    tablet.dispatch(a.DownloadChanged(sha("p21"), found))
    stage.step(3)
    stage.shot(f"meeting-failed-{size[0]}")
    box = area.ids.placeholder.children[0]
    words = [one for one in box.children if getattr(one, "text", "")]
    assert all(low_edge(one) >= top_edge(again) for one in words)
    assert all(top_edge(one) <= area.top for one in words)


def low_edge(widget: Any) -> float:
    return float(widget.to_window(*widget.pos)[1])


def top_edge(widget: Any) -> float:
    return low_edge(widget) + float(widget.height)


def test_the_line_goes(stage: Any, tablet: Tablet, check_screen: Any) -> None:
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    screen = screen_of(stage, tablet)
    tablet.dispatch(a.LineChanged("reconnecting"))
    tablet.dispatch(a.Ticked(tablet.state.now + 4_000))
    stage.step(3)
    assert screen.banners.children[0].title == "Mất kết nối, đang kết nối lại"
    stage.shot("meeting-offline")
    check_screen(screen)
    stage.tap(screen.banners.children[0].ids.buttons.children[0])
    assert screen.banners.children == []


def test_a_member_who_presides_shows_the_page(stage: Any, tablet: Tablet, papers: Papers) -> None:
    screen = screen_of(stage, tablet.in_meeting(CHAIR))
    papers.sharp(stage, screen)
    assert screen.rail_mode == "drawer"
    stage.shot("chair-reader")
    stage.tap(screen.ids.tray.ids.corner.children[0])
    asked, shown = tablet.asked[-1]
    assert (asked, shown.paper, shown.version, shown.page) == ("show_page", "p2", 1, 0)
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2", 1, 0)))
    stage.step(3)
    screen.area.go(2)
    papers.sharp(stage, screen)
    stage.until(lambda: tablet.asked[-1][0] == "show_page" and tablet.asked[-1][1].page == 2)
    stage.tap(screen.ids.tray.ids.corner.children[0])
    assert tablet.asked[-1] == ("show_page", None)


def test_a_clock_tick_rebuilds_nothing(stage: Any, tablet: Tablet) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    held = [*rows(screen), *paper_tabs(screen), *screen.banners.children]
    tablet.dispatch(a.Ticked(tablet.state.now + 61_000))
    stage.step(2)
    assert screen.bar.clock == "09:32"
    assert [*rows(screen), *paper_tabs(screen), *screen.banners.children] == held


def test_the_presenter_points_and_a_follower_sees_it(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any
) -> None:
    screen = screen_of(stage, tablet.in_meeting(CHAIR))
    papers.sharp(stage, screen)
    tablet.dispatch(f.Shown(ROOM, ShownPage(CHAIR, "i2", "p2", 1, 0)))
    stage.step(3)
    stage.tap(screen.ids.tray.tools.tool("point"))
    stage.step(2)
    finger = stage.finger(400, 300).down().move(500, 280).move(600, 260)
    stage.until(lambda: len(tablet.asked) > 1 and tablet.asked[-1][1].pointer is not None)
    finger.up()
    stage.until(lambda: tablet.asked[-1][1].spot is not None)
    shown = tablet.asked[-1][1]
    assert shown.pointer is None
    left, top, right, bottom = shown.spot
    assert 0 < left < right < 1
    assert 0 < top < bottom < 1
    tablet.dispatch(f.Shown(ROOM, shown))
    stage.step(3)
    stage.shot("chair-points")
    check_screen(screen)
    assert screen.pointed.shown
    stage.tap(screen.ids.tray.tools.tool("point"))
    stage.until(lambda: tablet.asked[-1][1].spot is None)


def test_pointing_moves_nobody_and_is_seen_only_by_those_who_follow(
    stage: Any, tablet: Tablet, papers: Papers
) -> None:
    screen = screen_of(stage, tablet.in_meeting())
    papers.sharp(stage, screen)
    page = ShownPage(CHAIR, "i2", "p2", 1, 0, 0.0, (0.5, 0.2), (0.2, 0.1, 0.8, 0.3))
    tablet.dispatch(f.Shown(ROOM, page))
    stage.step(3)
    assert not screen.pointed.shown
    tablet.dispatch(a.FollowChanged(following=True))
    papers.sharp(stage, screen)
    before = screen.area.page_view.viewport
    tablet.dispatch(f.Shown(ROOM, replace(page, pointer=(0.6, 0.25))))
    stage.step(3)
    assert screen.pointed.shown
    assert screen.area.page_view.viewport == before
    stage.shot("meeting-pointed")


@pytest.mark.parametrize(
    ("size", "writing"),
    [((800, 600), True), ((1024, 768), False), ((800, 1280), False), ((1920, 1080), True)],
)
def test_other_windows_fit_too(
    stage: Any, tablet: Tablet, check_screen: Any, size: tuple[int, int], writing: bool
) -> None:
    stage.resize(*size)
    tablet.in_meeting()
    screen = screen_of(stage, tablet)
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    tablet.dispatch(a.WritingChanged(writing=writing))
    stage.step(6)
    stage.shot(f"meeting-{size[0]}x{size[1]}{'-write' if writing else ''}")
    assert screen.rail_mode == ("open" if size[0] >= 1180 else "drawer")
    assert screen.ids.tray.two_rows == (size[0] < 1000 < size[1])
    tools = screen.ids.tray.tools
    assert tools.right <= size[0]
    assert tools.x >= 0
    check_screen(screen)


def test_two_papers_side_by_side_where_there_is_room(
    stage: Any, tablet: Tablet, papers: Papers, check_screen: Any
) -> None:
    stage.resize(1920, 1080)
    tablet.in_meeting()
    tablet.dispatch(a.BannerDismissed("agenda:2"))
    screen = screen_of(stage, tablet)
    papers.sharp(stage, screen)
    button = screen.ids.tabs.ids.beside
    stage.tap(button)
    second = screen.beside.area.page_view
    papers.until(stage, lambda: second.sharp and screen.area.page_view.sharp)
    assert screen.beside.paper == "p2b"
    stage.shot("meeting-two-papers")
    check_screen(screen)
    stage.tap(screen.beside.area.ids.forth)
    papers.until(stage, lambda: second.sharp)
    assert screen.area.page_view.page == 1
    stage.tap(button)
    stage.step(3)
    assert not screen.beside.is_open
    assert screen.beside_width == 0
    stage.tap(button)
    stage.step(3)
    stage.tap(rows(screen)[3])
    stage.step(3)
    assert tablet.state.place.item == "i3"
    assert not screen.beside.is_open
