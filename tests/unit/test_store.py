"""The client's state: what each action makes of it, where it leads, and who hears of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from client import actions as a
from client.changes.commenting import CommentDrafted
from client.state import (
    AppState,
    Download,
    Message,
    Pending,
    Place,
    Preferences,
    Progress,
    ReadingPlace,
    RoomView,
    Upload,
)
from client.store import Store, reduce
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.fold import apply
from server.protocol.refusals import Code, Refusal
from server.protocol.state import Ballot, MeetingState, Online, Personal, Rule, ShownPage
from tests.story import BODY, ME, ROOM, Story, app_state, card, counts, pdf

PAGE = ShownPage("p01", "i2", "i2-2", 3, 3)
PENDING = Pending("r1", ROOM, c.AskFloor(), 1)
BALLOT = Pending("r2", ROOM, c.CastBallot("q2", "b1", "for"), 1)
NO = Refusal(Code.NOT_ALLOWED, {"who": "An"})


def after(state: AppState, *actions: a.Action) -> AppState:
    for action in actions:
        state = reduce(state, action)
    return state


def stranger() -> AppState:
    """A paired tablet with nobody signed in."""
    return after(AppState(), a.DeviceKnown("tablet", "Máy 07", "Phòng họp"))


def member(story: Story | None = None) -> AppState:
    """Somebody in the lobby of a meeting that is going on."""
    return app_state(story or Story().open(), place=Place("lobby"))


def events(state: AppState, *news: e.Event) -> f.Events:
    view = state.rooms[ROOM]
    return f.Events(ROOM, view.epoch, view.position + 1, tuple(e.Entry(9, one) for one in news))


def opened(poll: str = "q2") -> e.PollOpened:
    return e.PollOpened(poll, "i2", "Đồng ý không?", Rule(), 13, 15, 8, (ME,))


# ---- the device ----------------------------------------------------------------------------------


def test_a_device_without_a_server_is_paired_first() -> None:
    state = after(AppState(), a.DeviceKnown("tablet", "Máy 07"))
    assert (state.line, state.place.screen) == ("unpaired", "pairing")


def test_a_paired_device_asks_who_is_there() -> None:
    assert stranger().place.screen == "sign_in"
    assert stranger().line == "connecting"


def test_pairing_waits_with_six_digits_until_the_desk_approves() -> None:
    state = after(AppState(), a.Asking())
    assert state.busy
    state = after(state, a.EnrolmentWaits("Phòng họp", "482913"))
    assert (state.place.screen, state.comparison, state.busy) == ("pairing", "482913", False)
    seats = (o.Seat("p1", "An"),)
    state = after(state, f.Authenticated("Máy 07", seats, "p1", card(Story())))
    assert (state.place.screen, state.comparison, state.own) == ("sign_in", "", "p1")
    assert state.line == "connected"


def test_a_refusal_of_pairing_or_pin_is_shown_until_the_next_try() -> None:
    state = after(stranger(), a.Asking(), a.EnrolmentRefused(NO))
    assert (state.sign_in_refusal, state.busy) == (NO, False)
    assert after(state, a.Asking()).sign_in_refusal is None


def test_a_challenge_tells_whether_the_server_is_empty() -> None:
    state = after(stranger(), f.Challenge("bm9uY2U", "Phòng họp", 1, "a" * 64, 77, empty=True))
    assert state.server_empty
    assert state.now == 77


def test_time_and_battery_are_taken_as_told() -> None:
    state = after(stranger(), a.Ticked(99), a.BatteryRead(78))
    assert (state.now, state.battery) == (99, 78)


def test_a_lost_line_leaves_everything_but_says_that_something_may_be_missing() -> None:
    state = replace(member(), now=500)
    lost = after(state, a.LineChanged("reconnecting"))
    assert (lost.line, lost.line_since) == ("reconnecting", 500)
    assert not lost.rooms[ROOM].joined
    assert lost.rooms[ROOM].state == state.rooms[ROOM].state
    again = after(replace(lost, now=900), a.LineChanged("reconnecting"))
    assert again.line_since == 500


def test_a_refused_line_says_why() -> None:
    impostor = Refusal(Code.SERVER_IMPOSTOR)
    state = after(stranger(), a.LineChanged("refused", impostor))
    assert (state.line, state.sign_in_refusal) == ("refused", impostor)


# ---- the person ----------------------------------------------------------------------------------


def test_signing_in_leads_to_the_lobby_and_a_first_pin_to_its_change() -> None:
    first = after(stranger(), f.SignedIn("t", ME, "Hạnh", must_change=True))
    assert first.place.screen == "change_pin"
    assert after(first, f.SignedIn("t", ME, "Hạnh")).place.screen == "lobby"


@pytest.mark.parametrize("kind", ["desk", "display"])
def test_desk_and_display_begin_with_the_meeting_that_is_on(kind: Any) -> None:
    story = Story().open()
    device = after(AppState(), a.DeviceKnown(kind, "Bàn", "Phòng họp"))
    signed = after(device, f.SignedIn("t", "tt", "Thảo"))
    assert signed.place == Place(screen=kind)
    told = after(signed, f.Meetings((card(story),)), f.Snapshot(ROOM, "e", 1, story.seen_by("tt")))
    assert told.place == Place(screen=kind, room=ROOM)


def test_signing_out_leaves_nothing_of_the_person_on_the_screen() -> None:
    state = after(member(), a.MessageShown("help.sent"), a.SignedOut(NO))
    assert state.place == Place(screen="sign_in")
    assert (state.login, state.rooms, state.meetings, state.pending) == (None, {}, (), ())
    assert state.sign_in_refusal == NO
    assert state.message is not None


def test_another_person_sees_nothing_of_the_one_before() -> None:
    state = after(member(), f.SignedIn("t", "p02", "Nguyệt"))
    assert state.rooms == {}
    assert state.login is not None
    assert state.login.person == "p02"


def test_the_same_person_resumed_keeps_their_place() -> None:
    state = after(member(), a.Went("meeting", ROOM))
    assert after(state, f.SignedIn("t", ME, "Hạnh")).place == state.place


def test_offline_the_disk_fills_the_lobby_and_the_server_corrects_it_later() -> None:
    story = Story().open()
    remembered = a.Remembered(
        meetings=(card(story),),
        rooms={ROOM: RoomView(story.seen_by(ME), "e", 4)},
        preferences=Preferences(language="en"),
        places={"i2-2": ReadingPlace(3)},
        seen_versions={"i2-2": 2},
        pending=(PENDING,),
    )
    state = after(stranger(), a.SignedInOffline(ME, "Hạnh"), remembered)
    assert state.login is not None
    assert state.login.offline
    assert state.place.screen == "lobby"
    assert (state.preferences.language, state.pending) == ("en", (PENDING,))
    online = after(state, f.SignedIn("t", ME, "Hạnh"), f.Meetings(()))
    assert not online.login.offline if online.login else False
    assert online.rooms == {}


def test_what_the_server_told_first_is_newer_than_the_disk() -> None:
    state = member()
    old = RoomView(Story().seen_by(ME), "old", 1)
    told = after(state, a.Remembered(rooms={ROOM: old}))
    assert told.rooms[ROOM] is state.rooms[ROOM]
    assert told.preferences is state.preferences


# ---- meetings ------------------------------------------------------------------------------------


def test_events_apply_as_one_change_and_only_where_they_fit() -> None:
    state = member()
    view = state.rooms[ROOM]
    news = events(state, e.MeetingPaused(), e.MeetingResumed())
    told = after(state, news).rooms[ROOM]
    assert told.position == view.position + 2
    assert told.state == apply(apply(view.state, news.entries[0]), news.entries[1])
    assert after(state, replace_frame(news, epoch="other")).rooms is state.rooms
    assert after(state, replace_frame(news, first=news.first + 1)).rooms is state.rooms
    again = after(state, news, news)
    assert again.rooms[ROOM].position == told.position
    assert after(state, replace_frame(news, room="elsewhere")) == state


def replace_frame(frame: f.Events, **values: Any) -> f.Events:
    fields = {"room": frame.room, "epoch": frame.epoch, "first": frame.first}
    return f.Events(**{**fields, **values}, entries=frame.entries)


def test_a_snapshot_replaces_all_that_was_held() -> None:
    state = after(member(), f.OnlyYours(ROOM, Personal(place=2)))
    fresh = MeetingState(ROOM, BODY, "Khác")
    view = after(state, f.Snapshot(ROOM, "e9", 77, fresh)).rooms[ROOM]
    assert (view.state, view.epoch, view.position) == (fresh, "e9", 77)
    assert view.personal == Personal()


def test_presence_is_the_last_value() -> None:
    state = after(
        member(),
        f.Present(ROOM, 12, (Online("p01", "d1", ready=True),)),
        f.Shown(ROOM, PAGE),
        f.Progress(ROOM, "q2", 5, ("p01",)),
        f.Drafts(ROOM, (c.Draft("d1", c.DropItem("i3")),)),
        f.Joined(ROOM, "e", 9, 1),
    )
    view = state.rooms[ROOM]
    assert (view.present, len(view.online), view.shown, view.joined) == (12, 1, PAGE, True)
    assert view.progress["q2"] == Progress(5, ("p01",))
    assert len(view.drafts) == 1
    assert after(state, f.Present("elsewhere", 1)) == state


def test_a_place_in_the_queue_is_said_once() -> None:
    state = after(member(), f.OnlyYours(ROOM, Personal(place=3)))
    assert state.message == Message("toast.speak", {"n": 3}, serial=1)
    moved = after(state, f.OnlyYours(ROOM, Personal(place=2)))
    assert moved.message is state.message


def test_a_meeting_that_is_no_longer_theirs_leaves_the_screen() -> None:
    inside = after(member(), a.Went("meeting", ROOM))
    assert inside.place.screen == "meeting"
    for gone in (a.RoomLost(ROOM), f.Meetings(())):
        state = after(inside, gone)
        assert (state.rooms, state.place) == ({}, Place(screen="lobby"))


# ---- going about ---------------------------------------------------------------------------------


def test_entering_opens_the_current_items_first_paper() -> None:
    state = after(member(), a.Went("meeting", ROOM))
    place = state.place
    assert (place.item, place.paper, place.version) == ("i2", "i2-1", 1)


def test_a_paper_leads_to_its_item_and_its_newest_version() -> None:
    state = after(member(), a.Went("meeting", ROOM, paper="i2-2"))
    assert (state.place.item, state.place.version) == ("i2", 3)
    assert after(state, a.Went("meeting", paper="i2-2", version=2)).place.version == 2
    lost = after(state, a.Went("meeting", paper="nothing"))
    assert (lost.place.item, lost.place.version) == ("i2", 0)


def test_an_item_leads_to_its_first_paper_or_to_none() -> None:
    state = after(member(), a.Went("meeting", ROOM, item="i6"))
    assert (state.place.item, state.place.paper) == ("i6", "")
    assert after(state, a.Went("meeting", item="nothing")).place.paper == ""


def test_leaving_and_returning_keeps_the_paper() -> None:
    state = after(member(), a.Went("meeting", ROOM, paper="i3-5"))
    home = after(state, a.Went("lobby"))
    assert home.place.screen == "lobby"
    back = after(home, a.Went("meeting", ROOM))
    assert back.place.paper == "i3-5"


def test_following_reading_and_seeing_are_remembered() -> None:
    state = after(
        member(),
        a.FollowChanged(following=True),
        a.PageTurned("i2-2", ReadingPlace(4, 0.5)),
        a.VersionSeen("i2-2", 3),
        a.BannerDismissed("offline"),
        a.PreferencesChanged(Preferences(theme="dark")),
        a.OrganizationChosen("btv"),
    )
    assert state.place.following
    assert state.places["i2-2"] == ReadingPlace(4, 0.5)
    assert state.seen_versions == {"i2-2": 3}
    assert after(state, a.VersionSeen("i2-2", 3)) is state
    assert "offline" in state.dismissed
    assert state.preferences.theme == "dark"
    assert state.office.organization == "btv"


# ---- polls ---------------------------------------------------------------------------------------


def test_an_opened_poll_comes_over_anything() -> None:
    reading = after(member(), a.Went("meeting", ROOM, paper="i2-2"))
    state = after(reading, events(reading, opened()))
    assert (state.place.screen, state.place.poll, state.place.paper) == ("poll", "q2", "i2-2")
    lobby = member()
    state = after(lobby, events(lobby, opened()))
    assert (state.place.screen, state.place.room) == ("poll", ROOM)


def test_a_poll_that_was_open_before_signing_in_comes_too() -> None:
    story = Story().open().ask()
    state = after(
        stranger(),
        f.SignedIn("t", ME, "Hạnh"),
        f.Meetings((card(story),)),
        f.Snapshot(ROOM, "e", 1, story.seen_by(ME)),
    )
    assert state.place.screen == "poll"


def test_a_ballot_put_aside_stays_aside_and_comes_back() -> None:
    state = member()
    state = after(state, events(state, opened()), a.ChoiceMade("for"))
    assert state.place.choice == "for"
    assert after(state, a.ChoiceMade(None)).place.choice == ""
    aside = after(state, a.BallotPutAside(aside=True))
    assert (aside.place.screen, aside.place.minimised) == ("meeting", True)
    assert aside.place.item == "i2"
    told = after(aside, events(aside, e.PollPaused("q2")), events(aside, e.PollResumed("q2")))
    assert told.place.minimised
    back = after(told, a.BallotPutAside(aside=False))
    assert (back.place.screen, back.place.minimised) == ("poll", False)


def test_the_published_result_comes_by_itself_and_the_close_does_not() -> None:
    story = Story().open().ask().cast("q2", counts(7, 3, 3))
    state = app_state(story)
    assert state.place.screen != "sign_in"
    voting = replace(state, place=replace(state.place, screen="poll", room=ROOM, poll="q2"))
    closed = after(voting, events(voting, e.PollClosed("q2")))
    assert closed.place.screen == "poll"
    story.do(c.ClosePoll("q2"))
    tally = story.state.polls["q2"].tally
    assert tally is not None
    published = after(closed, events(closed, e.PollPublished("q2", tally)))
    assert published.place.screen == "result"
    assert after(published, a.Ticked(5)).place.screen == "result"


def test_an_officer_sees_the_result_at_the_close() -> None:
    story = Story().open().ask().cast("q2", counts(7, 3, 3))
    state = app_state(story, "p01")
    voting = replace(state, place=replace(state.place, screen="poll", room=ROOM, poll="q2"))
    story.do(c.ClosePoll("q2"))
    tally = story.state.polls["q2"].tally
    closed = after(voting, events(voting, e.PollClosed("q2", tally)))
    assert closed.place.screen == "result"


def test_an_annulled_poll_takes_its_ballot_away_and_says_why() -> None:
    state = member()
    voting = after(state, events(state, opened()))
    annulled = after(voting, events(voting, e.PollAnnulled("q2", "Sai câu hỏi")))
    assert (annulled.place.screen, annulled.place.poll) == ("meeting", "")
    assert annulled.message is not None
    assert annulled.message.params == {"reason": "Sai câu hỏi"}
    aside = after(voting, a.Went("lobby"))
    assert after(aside, events(aside, e.PollAnnulled("q2", "x"))).place.screen == "lobby"


def test_a_desk_is_never_taken_away_from_its_work() -> None:
    state = app_state(Story().open(), "tt", kind="desk", place=Place("desk", ROOM))
    assert after(state, events(state, opened())).place.screen == "desk"


def test_a_ballot_too_late_is_unsent_until_the_person_knows() -> None:
    late = a.CommandRefused(BALLOT, Refusal(Code.POLL_CLOSED))
    state = after(member(), a.CommandSent(BALLOT), late)
    assert state.unsent == {"q2"}
    assert (state.pending, state.message) == ((), None)
    assert after(state, a.UnsentSeen("q2")).unsent == frozenset()
    assert after(state, a.CommandSent(BALLOT)).unsent == frozenset()


# ---- commands, questions, files ------------------------------------------------------------------


def test_a_command_waits_until_it_is_answered() -> None:
    state = after(member(), a.CommandSent(PENDING))
    assert state.pending == (PENDING,)
    assert after(state, a.CommandAccepted(PENDING, 5)).pending == ()
    refused = after(state, a.CommandRefused(PENDING, NO))
    assert refused.pending == ()
    assert refused.message == Message("refusal.not_allowed", {"who": "An"}, serial=1)
    assert after(state, a.CommandRefused(PENDING, NO, quiet=True)).message is None


def test_a_call_for_help_is_confirmed() -> None:
    call = Pending("r3", ROOM, c.CallHelp("tea"), 1)
    state = after(member(), a.CommandSent(call), a.CommandAccepted(call, 2))
    assert state.message is not None
    assert state.message.key == "help.sent"


def test_toasts_are_numbered_so_that_a_newer_one_stays() -> None:
    state = after(member(), a.MessageShown("one"), a.MessageShown("two", undo="floor"))
    assert state.message == Message("two", undo="floor", serial=2)
    assert after(state, a.MessageClosed(1)).message is not None
    assert after(state, a.MessageClosed(2)).message is None


REPLIES: list[tuple[o.Question, o.Reply, Callable[[AppState], object], object]] = [
    (o.ListOrganizations(), o.Organizations((BODY,)), lambda s: s.office.organization, "btv"),
    (
        o.ListPeople("btv"),
        o.People((o.Person("p1", "An"),)),
        lambda s: s.office.people[0].id,
        "p1",
    ),
    (
        o.ResetPin("btv", "p1"),
        o.FirstPins((o.FirstPin("p1", "An", "123456"),)),
        lambda s: len(s.office.first_pins),
        1,
    ),
    (
        o.IssueCode(),
        o.PairingCode("A", "B", 1),
        lambda s: s.office.code,
        o.PairingCode("A", "B", 1),
    ),
    (
        o.ListDevices(),
        o.Devices((o.Device("d1", "Máy", "waiting"),)),
        lambda s: s.office.devices[0].id,
        "d1",
    ),
    (o.MakeBackup(), o.BackupMade("/b", 1), lambda s: s.office.people, ()),
]


@pytest.mark.parametrize(("question", "reply", "look", "expected"), REPLIES)
def test_the_offices_replies_are_kept(
    question: o.Question, reply: o.Reply, look: Callable[[AppState], object], expected: object
) -> None:
    state = after(member(), a.QuestionAnswered(question, reply))
    assert look(state) == expected
    seen = after(state, a.SecretsSeen())
    assert (seen.office.code, seen.office.first_pins) == (None, ())


def test_the_chosen_body_stays_chosen_while_it_is_served() -> None:
    other = replace_body("khac")
    listed = a.QuestionAnswered(o.ListOrganizations(), o.Organizations((BODY, other)))
    state = after(member(), listed, a.OrganizationChosen("khac"), listed)
    assert state.office.organization == "khac"
    none = after(state, a.QuestionAnswered(o.ListOrganizations(), o.Organizations(())))
    assert none.office.organization == ""


def replace_body(name: str) -> Any:
    return type(BODY)(name, "Khác")


def test_files_on_their_way_are_shown() -> None:
    sha = pdf("i21").view_sha256
    state = after(
        member(),
        a.DownloadChanged(sha, Download(100, 40)),
        a.UploadChanged("u1", Upload("to-trinh.pdf")),
    )
    assert state.downloads[sha].received == 40
    assert state.uploads["u1"].name == "to-trinh.pdf"
    gone = after(state, a.DownloadsForgotten(frozenset({sha})), a.UploadEnded("u1"))
    assert sha not in gone.downloads
    assert gone.uploads == {}


def test_own_ballots_are_taken_whole() -> None:
    ballots = {"q2": Ballot("b1", "for", 5)}
    state = after(member(), f.OnlyYours(ROOM, Personal(ballots=ballots)))
    assert state.rooms[ROOM].personal.ballots == ballots


def test_an_answer_frame_that_the_session_keeps_to_itself_changes_nothing() -> None:
    state = member()
    assert after(state, f.Accepted("r1", 1)) is state


# ---- the store -----------------------------------------------------------------------------------


class Frames:
    """A clock's next frame, when a test says so."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def later(self, show: Callable[[], None]) -> None:
        self.due.append(show)

    def draw(self) -> None:
        due, self.due = self.due, []
        for show in due:
            show()


def test_watchers_hear_at_once_then_once_a_frame_and_only_of_changes() -> None:
    frames, seen = Frames(), list[object]()
    store = Store(AppState(), frames.later)
    store.watch(lambda state: state.battery, seen.append)
    assert seen == [None]
    for percent in (78, 77, 76):
        store.dispatch(a.BatteryRead(percent))
    assert len(frames.due) == 1
    frames.draw()
    assert seen == [None, 76]
    store.dispatch(a.Ticked(5))
    frames.draw()
    assert seen == [None, 76]


def test_what_does_not_change_the_state_costs_no_frame() -> None:
    frames = Frames()
    store = Store(AppState(), frames.later)
    store.dispatch(f.Accepted("r1", 1))
    assert frames.due == []


def test_a_watch_that_has_ended_hears_nothing_also_within_the_same_frame() -> None:
    frames, seen, ends = Frames(), list[object](), list[Callable[[], None]]()
    store = Store(AppState(), frames.later)

    def end(percent: int | None) -> None:
        if percent:
            ends[0]()

    store.watch(lambda state: state.battery, end)
    ends.append(store.watch(lambda state: state.battery, seen.append))
    store.dispatch(a.BatteryRead(50))
    frames.draw()
    assert seen == [None]
    ends[0]()


def test_one_watcher_that_fails_keeps_nothing_from_the_others() -> None:
    frames, seen = Frames(), list[object]()
    store = Store(AppState(), frames.later)

    def fail(percent: object) -> None:
        if percent:
            raise ValueError("broken")

    store.watch(lambda state: state.battery, fail)
    store.watch(lambda state: state.battery, seen.append)
    store.dispatch(a.BatteryRead(50))
    with pytest.raises(ValueError, match="broken"):
        frames.draw()
    assert seen == [None, 50]


def test_listeners_hear_every_action_with_before_and_after() -> None:
    store = Store(AppState(), Frames().later)
    heard: list[tuple[AppState, a.Action, AppState]] = []
    store.listen(lambda *told: heard.append(told))
    store.dispatch(a.BatteryRead(50))
    store.dispatch(f.Accepted("r1", 1))
    assert [(before.battery, now.battery) for before, _, now in heard] == [(None, 50), (50, 50)]


# ---- written comments ----------------------------------------------------------------------------


def comment(text: str = "Lời của tôi", item: str = "i2") -> Pending:
    return Pending("r9", ROOM, c.SendComment("g1", item, text), 5)


def test_a_comment_s_draft_is_done_when_it_is_sent_and_back_when_it_is_refused() -> None:
    drafted = after(member(), CommentDrafted("i2", "Lời của tôi"), CommentDrafted("i3", "Nữa"))
    sent = after(drafted, a.CommandSent(comment()))
    assert sent.comment_drafts == {"i3": "Nữa"}
    told = after(sent, a.CommandAccepted(comment(), 6))
    assert told.message is not None
    assert (told.message.key, told.pending) == ("comment.sent", ())
    newer = after(sent, CommentDrafted("i2", "viết thêm"))
    back = after(newer, a.CommandRefused(comment(), NO))
    assert back.comment_drafts == {"i2": "Lời của tôi\nviết thêm", "i3": "Nữa"}
    assert back.message is not None
    assert back.message.key == f"refusal.{NO.code}"


def test_a_comment_on_an_item_that_is_gone_comes_back_on_the_one_on_screen() -> None:
    state = after(member(), a.Went("meeting", ROOM, "i1"))
    sent = after(state, a.CommandSent(comment(item="gone")))
    back = after(sent, a.CommandRefused(comment(item="gone"), NO))
    assert back.comment_drafts == {"i1": "Lời của tôi"}
    lobby = after(member(), a.CommandRefused(comment(item="gone"), NO))
    assert lobby.comment_drafts == {"i2": "Lời của tôi"}
    emptied = after(back, CommentDrafted("i1", "  "))
    assert emptied.comment_drafts == {}


def test_drafts_of_comments_come_back_from_the_disk() -> None:
    state = after(member(), CommentDrafted("i1", "mới"))
    kept = a.Remembered(comment_drafts={"i1": "cũ", "i2": "trên đĩa"})
    assert after(state, kept).comment_drafts == {"i1": "mới", "i2": "trên đĩa"}
