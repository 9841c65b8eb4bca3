"""What every tablet screen shares: line and clock, the now bar, one banner, one toast, help."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from client.changes.owing import owes
from client.selectors.reading import target
from client.selectors.words import Words, minutes_until
from client.state import AppState, ReadingPlace, RoomView, current_item, to_count
from server.protocol.commands import SendComment

Tone = Literal["grn", "amb", "lac", "blu", "ink2"]
OFFLINE_BANNER_MS = 3_000


@dataclass(frozen=True, slots=True)
class Status:
    """An icon and words in one colour."""

    icon: str
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class NowBar:
    """`back`: the person is elsewhere, one tap leads back. `ballot`: a ballot waits put aside."""

    kind: Literal["none", "now", "back", "ballot"] = "none"
    strong: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class TopBar:
    """The bar at the top of each screen of a meeting."""

    body: str
    session: str
    now: NowBar
    line: Status
    saved: Status
    clock: str


@dataclass(frozen=True, slots=True)
class Banner:
    """One sentence with at most two buttons; `go` and `stay` name what they do."""

    key: str
    tone: Tone
    icon: str
    title: str
    body: str = ""
    go: str = ""
    stay: str = ""
    item: str = ""
    paper: str = ""
    version: int = 0
    page: int = -1
    wait: bool = False
    """What `go` leads to is not on this device yet."""
    comment: str = ""
    """The item on which the person may write what could not be said."""
    ballot: bool = False
    """`go` leads back to the ballot that was put aside."""


@dataclass(frozen=True, slots=True)
class Toast:
    """A passing sentence; a new `serial` shows it again."""

    key: str
    text: str
    undo: str
    kind: str
    """What `undo` takes back."""
    serial: int


def line_status(state: AppState) -> Status:
    """Return the state of the line, in an icon and words."""
    words = Words.of(state)
    if state.line == "connected":
        return Status("wifi", words("net.ok"), "grn")
    if state.line in {"connecting", "reconnecting"}:
        return Status("loader-2", words("net.re"), "amb")
    return Status("wifi-off", words("net.off"), "amb")


def saved_status(state: AppState) -> Status:
    """Return whether all that was made here is on the device; commands wait in its store."""
    words = Words.of(state)
    short = "" if state.preferences.text_size == "normal" else ".s"
    if state.notes.fault:
        return Status("alert-triangle", words("net.notsaved"), "lac")
    if state.notes.saving:
        return Status("loader-2", words("net.unsaved"), "ink2")
    return Status("cloud-check", words(f"net.saved{short}"), "ink2")


def now_bar(state: AppState, room: RoomView) -> NowBar:
    """Return the now bar: what is being discussed, or the way back to it."""
    words = Words.of(state)
    asked = {poll.id for poll in room.state.open_polls()}
    asked |= {to_count(state).get(room.state.id, "")} - {""}
    if state.place.minimised and state.place.poll in asked:
        return NowBar("ballot", words("vote.return"))
    item = room.state.item(room.state.current)
    if item is None:
        return NowBar()
    if state.place.screen != "meeting" or state.place.item != item.id:
        return NowBar("back", words("top.back"))
    rest = ""
    if item.minutes and item.taken_up_at:
        left = minutes_until(item.taken_up_at + item.minutes * 60_000, state.now)
        rest = words("top.left", n=left) if left >= 0 else words("top.over", n=-left)
    return NowBar("now", words("top.now", n=item.number), rest)


def top_bar(state: AppState) -> TopBar | None:
    """Return the top bar of the meeting on screen, or None outside one."""
    room = state.room()
    if room is None:
        return None
    meeting = room.state
    return TopBar(
        body=meeting.organization.short_name or meeting.organization.name,
        session=meeting.ordinal or meeting.title,
        now=now_bar(state, room),
        line=line_status(state),
        saved=saved_status(state),
        clock=Words.of(state).time(state.now),
    )


def banner(state: AppState) -> Banner | None:
    """Return the most important banner that the person has not closed, or None.

    Order: poll paused, ballot not sent, presenter's jump, agenda changed, not called to speak,
    notice, offline (ui.md 2). A paper that was replaced has a band of its own
    (`selectors.revision`).
    """
    room = state.room()
    if room is None:
        return None
    found = (
        _paused(state, room),
        _owed(state, room),
        _jump(state),
        _agenda(state, room),
        *_unheard(state, room),
        _notice(state, room),
        _offline(state),
    )
    return next((one for one in found if one and one.key not in state.dismissed), None)


def _paused(state: AppState, room: RoomView) -> Banner | None:
    poll = room.state.open_poll()
    if poll is None or poll.state != "paused":
        return None
    title = Words.of(state)("vote.paused")
    return Banner(f"paused:{poll.id}", "amb", "player-pause", title)


def _owed(state: AppState, room: RoomView) -> Banner | None:
    poll = next((one for one in room.state.open_polls() if owes(state, room, one)), None)
    if poll is None:
        return None
    words = Words.of(state)
    return Banner(
        f"reminded:{poll.id}:{poll.reminded_at}",
        "amb",
        "bell",
        words("vote.reminded", t=words.time(poll.reminded_at)),
        go=words("vote.return"),
        stay=words("bn.seen"),
        ballot=True,
    )


def _jump(state: AppState) -> Banner | None:
    shown = target(state)
    if shown is None or state.place.following or state.place.screen != "meeting":
        return None
    here = state.places.get(shown.paper, ReadingPlace())
    same = shown.paper == state.place.paper
    if same and here.page == shown.page:
        return None
    words, n = Words.of(state), shown.page + 1
    return Banner(
        f"jump:{shown.paper}:{shown.page}",
        "blu",
        "presentation",
        words("bn.jump" if same else "bn.jump.paper", n=n),
        go=words("bn.go", n=n) if same else words("bn.view"),
        stay=words("bn.stay"),
        item=shown.item,
        paper=shown.paper,
        version=shown.version,
        page=shown.page,
    )


def _agenda(state: AppState, room: RoomView) -> Banner | None:
    version = room.state.agenda_version
    if version <= 1:
        return None
    words = Words.of(state)
    added = [item for item in room.state.items if item.added_in == version]
    if added:
        title = words("bn.agenda", n=version, m=", ".join(str(item.number) for item in added))
    else:
        title = words("bn.agenda.changed", n=version)
    return Banner(
        f"agenda:{version}",
        "amb",
        "refresh",
        title,
        go=words("bn.view"),
        stay=words("bn.seen"),
        item=added[0].id if added else current_item(room),
    )


def _unheard(state: AppState, room: RoomView) -> Iterator[Banner]:
    """Offer those who asked for the floor in vain to send their words; what waits is sent."""
    words = Words.of(state)
    waiting = (one.command for one in state.pending)
    said = {one.item for one in waiting if isinstance(one, SendComment) and one.instead}
    for item in room.state.items:
        if item.id in room.personal.unheard and item.id not in said:
            written = state.comment_drafts.get(item.id, "").strip()
            yield Banner(
                f"unheard:{item.id}",
                "blu",
                "message-2",
                words("comment.unheard", n=item.number),
                words("comment.unheard.s"),
                go=words("comment.unheard.send" if written else "comment.unheard.go"),
                stay=words("comment.unheard.stay"),
                comment=item.id,
            )


def _notice(state: AppState, room: RoomView) -> Banner | None:
    if not room.state.notices:
        return None
    notice = room.state.notices[-1]
    stay = Words.of(state)("bn.seen")
    return Banner(f"notice:{notice.at}", "blu", "speakerphone", notice.text, stay=stay)


def _offline(state: AppState) -> Banner | None:
    if state.line == "connected" or state.now - state.line_since < OFFLINE_BANNER_MS:
        return None
    words = Words.of(state)
    return Banner(
        f"offline:{state.line_since}",
        "amb",
        "wifi-off",
        words("bn.off"),
        words("bn.off.s"),
        stay=words("bn.seen"),
    )


def toast(state: AppState) -> Toast | None:
    """Return the toast that is due, or None."""
    message = state.message
    if message is None:
        return None
    words = Words.of(state)
    undo = words("pen.undo") if message.undo else ""
    text = words(message.key, **dict(message.params))
    return Toast(message.key, text, undo, message.undo, message.serial)
