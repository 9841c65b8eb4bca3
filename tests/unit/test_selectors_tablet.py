"""What a member's tablet shows, as values: no window, no store, only facts and selectors."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from client import actions as a
from client.selectors import lobby, meeting, pairing, reading, revision, shell, sign_in
from client.state import AppState, Download, Pending, Preferences
from client.store import reduce
from server.protocol import frames as f
from server.protocol.commands import AskFloor
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Notice, Personal, Poll, Rule, ShownPage, Speaking
from tests.ui import story
from tests.ui.story import CHAIR, HANH, ITEMS, ROOM, at


def state(*actions: Any, who: str = HANH, now: int = 0, **changes: Any) -> AppState:
    """A tablet in the meeting at 09:31, after some more facts."""
    facts = (
        a.Ticked(now or at(9, 31)),
        a.DeviceKnown("tablet", "07", "phonghop-a", story.seats(), HANH, story.card()),
        f.Authenticated("07", story.seats(), HANH, story.card()),
        f.SignedIn("dG9rZW4", who, "Vũ Thị Hồng Hạnh"),
        f.Meetings((story.card(),)),
        f.Snapshot(ROOM, "e", 1, story.meeting(**changes)),
        f.Joined(ROOM, "e", 1, now or at(9, 31)),
        a.Went("meeting", ROOM),
        *actions,
    )
    found = AppState()
    for fact in facts:
        found = reduce(found, fact)
    return found


def stored(*names: str) -> tuple[a.DownloadChanged, ...]:
    return tuple(a.DownloadChanged(story.sha(name), Download(1, 1, stored=True)) for name in names)


def shown(paper: str = "p2b", version: int = 3, page: int = 2) -> f.Shown:
    return f.Shown(ROOM, ShownPage(CHAIR, "i2", paper, version, page))


# ---- the agenda ----------------------------------------------------------------------------------


def test_each_item_says_the_most_telling_thing_about_itself() -> None:
    kinds = [row.status for row in meeting.rail(state()).rows]
    assert kinds == ["done", "done", "now", "changed", "paper", "new", "wait"]
    on_hold = (*ITEMS[:3], changed(ITEMS[3], status="hold"), *ITEMS[4:])
    assert meeting.rail(state(items=on_hold)).rows[3].status == "hold"
    looked = state(a.VersionSeen("p5", 1), a.VersionSeen("p3", 2))
    assert [row.status for row in meeting.rail(looked).rows][3:6] == ["wait", "paper", "wait"]


def test_outside_a_meeting_there_is_nothing() -> None:
    nowhere = AppState()
    assert meeting.rail(nowhere).rows == ()
    assert meeting.tabs(nowhere).tabs == ()
    assert meeting.corner(nowhere).speak.state == "absent"
    assert reading.reading(nowhere).kind == "none"
    assert reading.page_label(nowhere) == ""
    assert revision.revised(nowhere) is None
    assert shell.top_bar(nowhere) is None
    assert shell.banner(nowhere) is None
    assert shell.toast(nowhere) is None


def test_the_rail_keeps_the_persons_choice() -> None:
    assert meeting.rail(state()).mode == "open"
    slim = a.PreferencesChanged(Preferences(rail_open=False))
    assert meeting.rail(state(slim)).mode == "slim"


# ---- reading -------------------------------------------------------------------------------------


def test_a_file_is_on_its_way_then_shown() -> None:
    assert reading.reading(state()).kind == "loading"
    half = a.DownloadChanged(story.sha("p21"), Download(100, 64))
    view = reading.reading(state(half))
    assert (view.kind, view.percent) == ("loading", "64%")
    failed = a.DownloadChanged(story.sha("p21"), Download(100, 64, retry_at=at(9, 31) + 10_000))
    assert reading.reading(state(failed)).line == "Chưa tải được, sẽ tự thử lại sau 10 giây"
    here = reading.reading(state(*stored("p21")))
    assert (here.kind, here.sha256) == ("page", story.sha("p21"))


def test_paper_only_says_which_copy() -> None:
    view = reading.reading(state(a.Went("meeting", item="i4")))
    assert view.kind == "paper"
    assert view.line == "Phát bản giấy tại hội nghị, bản số 07"
    assert view.chip == "Độ mật: Mật"
    assert reading.page_label(state(a.Went("meeting", item="i4"))) == ""


def test_an_item_without_papers_says_so() -> None:
    view = reading.reading(state(a.Went("meeting", item="i6")))
    assert (view.kind, view.line) == ("none", "Nội dung này chưa có tài liệu")


def test_the_version_that_is_read_stays_until_the_new_one_is_asked_for() -> None:
    old = state(a.Went("meeting", "", "i2", "p2b", 2), *stored("p2b2"))
    assert reading.reading(old).sha256 == story.sha("p2b2")
    assert meeting.tabs(old).tabs[1].version == "bản 2"
    new = revision.revised(old)
    assert new is not None
    assert (new.base, new.version, new.ready) == (2, 3, False)
    assert new.title == "Bản 3 thay bản 2 lúc 07:40"
    ready = revision.revised(reduce(old, *stored("p2b3")))
    assert ready is not None
    assert ready.ready
    assert revision.revised(reduce(old, a.BannerDismissed(new.key))) is None
    newest = state(a.Went("meeting", "", "i2", "p2b", 3))
    assert revision.revised(newest) is None
    passed = reduce(reduce(newest, a.VersionSeen("p2b", 1)), a.VersionSeen("p2b", 3))
    since = revision.revised(passed)
    assert since is not None
    assert (since.base, since.reading, len(since.shas)) == (1, "new", 3)


def test_the_page_label() -> None:
    assert reading.page_label(state(*stored("p21"))) == "Trang 1/5"
    large = a.PreferencesChanged(Preferences(text_size="xlarge"))
    assert reading.page_label(state(*stored("p21"), large)) == "Tr. 1/5"


# ---- the presenter -------------------------------------------------------------------------------


def test_following() -> None:
    assert meeting.tabs(state()).follow.state == "none"
    there = state(shown())
    assert meeting.tabs(there).follow.state == "off"
    assert reading.followed(there) is None
    along = reduce(there, a.FollowChanged(following=True))
    assert meeting.tabs(along).follow.text == "Đang theo trang 3"
    target = reading.followed(along)
    assert target is not None
    assert (target.paper, target.version, target.page) == ("p2b", 3, 2)
    assert meeting.tabs(state(a.FollowChanged(following=True))).follow.state == "on"


def test_whoever_presents_follows_nobody() -> None:
    mine = state(shown(), who=CHAIR)
    assert reading.target(mine) is None
    assert meeting.tabs(mine).follow.text == ""
    assert meeting.corner(mine).sharing
    assert meeting.chairing(mine)


def test_a_page_of_a_paper_that_is_not_here_is_no_target() -> None:
    assert reading.target(state(shown("elsewhere"))) is None
    assert reading.target(state(shown("p2b", 9))) is None


def test_a_jump_is_asked_about() -> None:
    other = shell.banner(state(shown()))
    assert other is not None
    assert other.title == "Người trình bày đã sang tài liệu khác, trang 3"
    same = shell.banner(state(shown("p2", 1, 3)))
    assert same is not None
    assert (same.title, same.go) == ("Người trình bày đã sang trang 4", "Chuyển đến trang 4")
    here = shell.banner(state(shown("p2", 1, 0)))
    assert here is not None
    assert here.key == "agenda:2"


# ---- banners, the now bar, toasts ----------------------------------------------------------------


def test_a_paused_poll_comes_first() -> None:
    poll = Poll("q", "i2", "Tán thành?", Rule(), "paused")
    banner = shell.banner(state(shown(), polls={"q": poll}))
    assert banner is not None
    assert banner.key == "paused:q"


def test_a_changed_agenda_then_a_notice_then_the_line() -> None:
    changed_only = shell.banner(state(agenda_version=3))
    assert changed_only is not None
    assert changed_only.title == "Chương trình có bản 3"
    noticed = state(agenda_version=1, notices=(Notice("Mời dùng trà", at(9, 0)),))
    notice = shell.banner(noticed)
    assert notice is not None
    assert notice.title == "Mời dùng trà"
    gone = state(a.LineChanged("reconnecting"), a.Ticked(at(9, 32)), agenda_version=1)
    offline = shell.banner(gone)
    assert offline is not None
    assert offline.icon == "wifi-off"
    assert shell.banner(reduce(gone, a.BannerDismissed(offline.key))) is None


@pytest.mark.parametrize(
    ("facts", "changes", "kind"),
    [
        ((), {}, "now"),
        ((a.Went("meeting", item="i3"),), {}, "back"),
        ((), {"current": ""}, "none"),
    ],
)
def test_the_now_bar(facts: tuple[Any, ...], changes: dict[str, Any], kind: str) -> None:
    bar = shell.top_bar(state(*facts, **changes))
    assert bar is not None
    assert bar.now.kind == kind


def test_the_now_bar_tells_time_left_and_over() -> None:
    bar = shell.top_bar(state())
    assert bar is not None
    assert (bar.now.strong, bar.now.rest) == ("Đang bàn: Nội dung 2", "còn 18 phút")
    late = shell.top_bar(state(a.Ticked(at(9, 52))))
    assert late is not None
    assert late.now.rest == "quá 3 phút"


def test_a_toast_with_a_way_back() -> None:
    view = shell.toast(state(a.MessageShown("follow.stopped", undo="follow")))
    assert view is not None
    assert (view.kind, view.undo) == ("follow", "Hoàn tác")


# ---- the floor -----------------------------------------------------------------------------------


def test_the_floor_in_its_states() -> None:
    def speak(*facts: Any, **changes: Any) -> meeting.Speak:
        return meeting.corner(state(*facts, **changes)).speak

    assert speak().state == "ask"
    assert speak(f.OnlyYours(ROOM, Personal(place=3))).text == "Chờ thứ 3 · Rút"
    given = speak(speaking=Speaking(HANH, at(9, 30), 300))
    assert (given.state, given.text) == ("now", "Mời phát biểu · 04:00")
    pending = Pending("r1", ROOM, AskFloor(), at(9, 31))
    assert speak(a.CommandSent(pending)).busy
    assert meeting.corner(state(who=CHAIR)).speak.state == "absent"
    assert meeting.corner(state(who="stranger")).speak.state == "absent"


# ---- before a meeting ----------------------------------------------------------------------------


def test_names_by_seat_and_by_given_name() -> None:
    view = sign_in.names(state())
    assert [row.seat for row in view.near] == ["Ghế 07", "Ghế 01", "Ghế 02", "Ghế 03"]
    assert view.everyone[0].name == "Nguyễn Văn An"
    assert view.letters[:3] == ("A", "Â", "C")
    assert view.all_label == "Cả danh sách (15)"


def test_the_panel() -> None:
    view = sign_in.panel(reduce(state(), a.BatteryRead(92)))
    assert view.title == "Ban Thường vụ Tỉnh ủy\nHội nghị lần thứ 27"
    assert view.when == "Thứ Năm, 18/09/2025\n08:00 · Phòng họp A"
    assert view.device == "Máy số 07 · pin 92%"
    assert sign_in.panel(state()).device == "Máy số 07"
    assert sign_in.panel(AppState(kind="desk", device_name="Bàn 1")).device == "Bàn 1"
    unpaired = sign_in.panel(AppState(line="unpaired"))
    assert (unpaired.title, unpaired.line.text) == ("", "Chưa ghép máy chủ")
    waiting = sign_in.panel(AppState(line="reconnecting"))
    assert waiting.line.text == "Đang kết nối lại"


def test_a_lock_counts_down() -> None:
    wrong = Refusal(Code.PIN_WRONG, {"left": 4, "seconds": 0})
    assert sign_in.entry(state(a.EnrolmentRefused(wrong))).error == "Mã PIN chưa đúng, còn 4 lần"
    locked = state(a.EnrolmentRefused(Refusal(Code.PIN_LOCKED, {"seconds": 60})))
    assert sign_in.entry(locked).locked
    later = reduce(locked, a.Ticked(at(9, 33)))
    assert (sign_in.entry(later).locked, sign_in.entry(later).error) == (False, "")
    moved = state(a.EnrolmentRefused(Refusal(Code.PLACE_MOVED)))
    assert "sang máy khác" in sign_in.entry(moved).error
    assert sign_in.new_pin(locked).old_wrong


def test_pairing_says_what_to_do() -> None:
    lost = pairing.pairing(reduce(AppState(), a.EnrolmentRefused(Refusal(Code.SERVER_UNREACHABLE))))
    assert lost.steps.count("\n") == 2
    waiting = reduce(AppState(), a.EnrolmentWaits("phonghop-a", "481027"))
    told = reduce(waiting, a.LineChanged("waiting", Refusal(Code.DEVICE_WAITING)))
    view = pairing.pairing(told)
    assert (view.waiting, view.number, view.error) == (True, "481027", "")
    revoked = reduce(state(), a.LineChanged("refused", Refusal(Code.DEVICE_REVOKED)))
    assert pairing.must_pair_again(revoked)
    assert pairing.missing_letters("abcd-efgh ijkl") == 4
    assert pairing.missing_letters("PHIENHOP1.x.y") == 0


def test_the_lobby_counts_what_is_ready() -> None:
    files = {one: Download(1, 1, stored=True) for one in story.all_stored()}
    here = replace(state(a.BatteryRead(92)), downloads=files)
    view = lobby.ready(here)
    assert view.count == "4/5"
    assert lobby.ready(reduce(here, a.Practised())).count == "5/5"
    low = lobby.ready(reduce(here, a.BatteryRead(12)))
    assert not low.rows[4].done
    mains = lobby.ready(reduce(here, a.BatteryRead(None)))
    assert mains.rows[4].title == "Máy dùng nguồn điện"
    room = here.rooms[ROOM]
    early = replace(room, state=changed(room.state, agenda_version=0))
    unpublished = lobby.ready(replace(here, rooms={ROOM: early})).rows[2]
    assert (unpublished.done, unpublished.title) == (False, "Chương trình chưa phát hành")
    assert lobby.ready(AppState()).rows == ()
    assert lobby.today(AppState()) is None


def test_the_lobby_says_when() -> None:
    def chip(**card: Any) -> str:
        early = state(f.Meetings((story.card(**card),)), now=at(7, 48))
        view = lobby.today(early)
        assert view is not None
        return view.chip

    assert chip() == "Hôm nay · còn 12 phút nữa bắt đầu"
    assert chip(phase="open") == "Đang họp"
    assert chip(phase="paused") == "Tạm nghỉ"
    assert chip(starts_at=at(8, 0, 25)) == "Thứ Năm, 25/09/2025"


def test_later_meetings_say_how_much_is_here() -> None:
    later = story.card("m28", starts_at=at(8, 0, 25))
    none = lobby.coming(state(f.Meetings((story.card(), later))))
    assert [row.chip_kind for row in none] == ["none"]
    room = changed(story.meeting(items=ITEMS[:1]), id="m28")
    some = state(f.Meetings((story.card(), later)), f.Snapshot("m28", "e", 1, room))
    assert lobby.coming(some)[0].chip.text == "Đã tải 0/1"
    assert lobby.coming(reduce(some, *stored("p01")))[0].chip_kind == "done"
