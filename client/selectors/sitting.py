"""Several questions in one sitting: which one this is, what was sent of each, how each came out."""

from dataclasses import dataclass
from typing import Literal

from client.changes.sittings import may_answer, next_question, sent, sitting_of
from client.selectors.forms import answer_text, shape_of
from client.selectors.poll import item_line
from client.selectors.result import result_of
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.counts import Slip
from server.protocol.state import Poll

QuestionState = Literal["todo", "sent", "sending", "unsent", "watch", "over", "result"]
_LOOKS: dict[QuestionState, tuple[str, str]] = {
    "todo": ("circle", "amb"),
    "sent": ("circle-check", "grn"),
    "sending": ("loader-2", "ink2"),
    "unsent": ("alert-triangle", "lac"),
    "watch": ("eye", "ink2"),
    "over": ("lock", "ink2"),
    "result": ("screen-share", "blu"),
}


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question: what this person has sent of it, or how it came out."""

    poll: str
    number: str
    question: str
    state: QuestionState
    icon: str
    tone: str
    text: str
    detail: str
    current: bool


@dataclass(frozen=True, slots=True)
class SittingView:
    """Where the person is among the questions. `before`, `after`: polls to turn to, or empty.

    `following`: the question that waits for an answer; `overview`: the list is on screen.
    """

    label: str
    told: str
    rows: tuple[QuestionRow, ...]
    before: str
    after: str
    following: str
    overview: bool
    heading: str
    note: str
    read: str
    item_line: str
    live: str


def sitting(state: AppState) -> SittingView | None:
    """Return the sitting of the poll on screen, or None when that stands alone."""
    room = state.room()
    polls = sitting_of(room, state.place.poll)
    if room is None or not polls:
        return None
    words = Words.of(state)
    rows = tuple(_row(state, room, poll, words) for poll in polls)
    at = next((n for n, one in enumerate(polls) if one.id == state.place.poll), 0)
    here, overview = polls[at], state.place.overview
    turned = [one.id for one in polls]
    following = next_question(state, room, "" if overview else here.id)
    if overview and may_answer(state, here) and not sent(state, room, here.id):
        following = here.id
    return SittingView(
        label=words("sitting.at", n=here.place, m=here.of),
        told=_told(rows, here.of, words),
        rows=rows,
        before=turned[at - 1] if at and not overview else "",
        after=turned[at + 1] if at + 1 < len(turned) and not overview else "",
        following=following,
        overview=overview,
        heading=_heading(rows, here.of, words),
        note=_note(polls, rows, words),
        read=words("top.back" if all(one.state == "result" for one in rows) else "vote.read"),
        item_line=item_line(room.state, here, words),
        live=_live(polls, words),
    )


def _row(state: AppState, room: RoomView, poll: Poll, words: Words) -> QuestionRow:
    kind = _state(state, room, poll)
    icon, tone = _LOOKS[kind]
    text, detail = words(f"sitting.{kind}"), ""
    if kind in {"sent", "over"}:
        text, detail = _sent(room, poll, text, words)
    result = result_of(room.state, poll, words) if kind == "result" else None
    if result is not None:
        icon, tone, text = result.icon, result.tone, result.verdict
        detail = f"{result.percent}%" if result.percent and result.picture == "share" else ""
    return QuestionRow(
        poll.id,
        f"{poll.place}.",
        poll.question,
        kind,
        icon,
        tone,
        text,
        detail,
        poll.id == state.place.poll,
    )


def _state(state: AppState, room: RoomView, poll: Poll) -> QuestionState:
    if poll.tally is not None:
        return "result"
    if poll.id in state.unsent:
        return "unsent"
    if poll.state == "closed":
        return "over"
    if not may_answer(state, poll):
        return "watch"
    own = room.personal
    if poll.id in own.ballots or poll.id in own.cast:
        return "sent"
    return "sending" if sent(state, room, poll.id) else "todo"


def _sent(room: RoomView, poll: Poll, text: str, words: Words) -> tuple[str, str]:
    """Return when the own ballot came, and what it says where that is kept."""
    mine, sealed = room.personal.ballots.get(poll.id), room.personal.cast.get(poll.id)
    if mine is not None:
        return words("sitting.sent.at", t=words.time(mine.at)), _said(poll, mine.slip(), words)
    if sealed is not None:
        return words("sitting.sent.at", t=words.time(sealed.at)), words("sitting.sealed")
    return text, ""


def _said(poll: Poll, slip: Slip, words: Words) -> str:
    rule, shape = poll.rule, shape_of(poll.rule)
    if shape == "choice":
        return answer_text(rule, slip.choice, words)
    if shape == "pick":
        chosen = len(slip.names) + len(slip.write_ins)
        return words("form.picked.caps", n=chosen, m=rule.places).capitalize()
    done = sum(1 for answer in slip.answers.values() if answer)
    return words("form.answered.caps", n=done, m=len(rule.candidates)).capitalize()


def _told(rows: tuple[QuestionRow, ...], of: int, words: Words) -> str:
    if all(one.state == "result" for one in rows):
        return words("sitting.results")
    done = sum(1 for one in rows if one.state in {"sent", "sending"} or one.detail)
    return words("sitting.told", n=done, m=of)


def _heading(rows: tuple[QuestionRow, ...], of: int, words: Words) -> str:
    if all(one.state == "result" for one in rows):
        return words("sitting.results.head", m=of)
    left = sum(1 for one in rows if one.state == "todo")
    if left:
        return words("sitting.left", n=left)
    done = sum(1 for one in rows if one.state == "sending" or one.detail)
    asked = sum(1 for one in rows if one.state != "watch")
    return words("sitting.all", m=asked) if 0 < asked == done else words("sitting.list")


def _note(polls: tuple[Poll, ...], rows: tuple[QuestionRow, ...], words: Words) -> str:
    if all(one.state == "result" for one in rows):
        return words("sitting.results.note")
    taking = any(one.state in {"open", "paused"} for one in polls)
    return words("sitting.note" if taking else "vote.wait.result")


def _live(polls: tuple[Poll, ...], words: Words) -> str:
    if any(one.state == "paused" for one in polls):
        return words("vote.paused")
    if any(one.state == "open" for one in polls):
        return words("vote.open")
    shown = all(one.state == "published" for one in polls)
    return words("vs.pub" if shown else "disp.closing")
