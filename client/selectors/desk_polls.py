"""The desk's page of polls: which there are, the one that runs, the next one, and who has sent."""

from dataclasses import dataclass
from typing import Literal

from client.i18n import LANGUAGES
from client.selectors.chair import ChairPoll, with_sitting
from client.selectors.chair_sitting import act_of, place_of, sitting_with
from client.selectors.desk import ChipKind
from client.selectors.desk_counting import (
    BoardView,
    CallView,
    HandsView,
    board_view,
    call_view,
    hands_view,
)
from client.selectors.forms import answer_text, base_count, rule_words
from client.selectors.result import ResultView, result_of
from client.selectors.waiting import closing, limit, note, silent, tie, to_remind, trouble
from client.selectors.words import Words
from client.state import AppState, RoomView
from server.protocol.commands import PreparePoll
from server.protocol.state import AgendaItem, Poll, PollState

STEPS: dict[PollState, int] = {
    "prepared": 0,
    "open": 1,
    "paused": 1,
    "closed": 2,
    "published": 4,
    "annulled": 2,
}
"""The step that runs now; 4 is after the last."""
ONE_LINE = 34
"""The letters of a title that stand on one line of the list."""


@dataclass(frozen=True, slots=True)
class PollRow:
    """One line of the list: a poll, or an item to ask (`poll` empty), perhaps on paper."""

    key: str
    poll: str
    item: str
    title: str
    line: str
    chip: str
    chip_icon: str
    chip_kind: ChipKind
    live: bool
    place: Literal["top", "next"]
    """In which card it is shown."""


@dataclass(frozen=True, slots=True)
class RunningPoll:
    """The poll in the upper card: it takes ballots, is counted, or is annulled."""

    poll: str
    stage: PollState
    steps: tuple[str, ...]
    step: int
    subject: str
    rule: str
    received: int
    expected: int
    missing: tuple[str, ...]
    note: str
    opened_at: int
    result: ResultView | None
    base_line: str
    panel: ChairPoll
    act: str
    """What the button that closes, or publishes, says."""
    call: CallView | None = None
    hands: HandsView | None = None
    board: BoardView | None = None
    can_extend: bool = False
    on_paper: bool = False
    counting: bool = False
    """Closed, and its tally is still to come: from tellers, or from the openers."""
    again: str = ""
    """What the button that asks again says; empty where nothing may be asked again."""
    remind: int = 0
    """How many may be reminded now."""
    warning: str = ""
    """Why it cannot go on by itself."""
    waits: bool = False
    """Counted, and not to be published before the chair has settled a tie."""


def subject(question: str) -> str:
    """Return what is asked about, without the usual frame of the question in either language."""
    for language in LANGUAGES:
        words = Words(language)  # type: ignore[arg-type]
        before, _, after = words("vote.q", doc="\0").partition("\0")
        if question.startswith(before) and question.endswith(after) and len(question) > len(before):
            return words("vd.subject", doc=question[len(before) : len(question) - len(after)])
    return question


def poll_rows(state: AppState) -> tuple[PollRow, ...]:
    """Return the polls in the order of the agenda, with the items that are still to be asked."""
    room, words = state.room(), Words.of(state)
    if room is None:
        return ()
    polls = known_polls(state, room)
    rows: list[PollRow] = []
    for item in room.state.items:
        own = sorted((one for one in polls if one.item == item.id), key=_order)
        rows += [_row(room, one, item, words, alone=len(own) == 1) for one in own]
        asked = any(one.state != "annulled" for one in own)
        if item.form == "open" and not asked and item.status != "done":
            rows.append(_todo(item, words))
        elif item.form == "paper" and not asked and item.status != "done":
            rows.append(_on_paper(item, words))
    known = {item.id for item in room.state.items}
    rows += [_row(room, one, None, words, alone=False) for one in polls if one.item not in known]
    return tuple(rows)


def _order(poll: Poll) -> tuple[bool, int, int]:
    """Questions of a sitting follow one another, after what stands alone."""
    return bool(poll.place), poll.place, poll.prepared_at


def known_polls(state: AppState, room: RoomView) -> tuple[Poll, ...]:
    """Return the polls, as they will be once what is on its way has arrived."""
    polls = dict(room.state.polls)
    for pending in state.pending:
        command = pending.command
        if not isinstance(command, PreparePoll) or pending.room != room.state.id:
            continue
        known = polls.get(command.poll)
        if known is None or known.state == "prepared":
            at = known.prepared_at if known else pending.since
            polls[command.poll] = Poll(
                command.poll, command.item, command.question, command.rule, prepared_at=at
            )
    live = {"open", "paused"}
    return tuple(one for one in polls.values() if not one.rule.practice or one.state in live)


def _row(
    room: RoomView, poll: Poll, item: AgendaItem | None, words: Words, *, alone: bool
) -> PollRow:
    title = subject(poll.question)
    if alone and item is not None and title != poll.question:
        title = _title(item)
    icon, kind, chip = _chip(poll, words)
    return PollRow(
        poll.id,
        poll.id,
        poll.item,
        title,
        _line(room, poll, item, words),
        chip,
        icon,
        kind,
        poll.state in {"open", "paused"},
        "next" if poll.state == "prepared" else "top",
    )


def _title(item: AgendaItem) -> str:
    """Return what stands on one line: the title, or its short form where that is too long."""
    return item.title if len(item.title) <= ONE_LINE else item.short_title or item.title


def _todo(item: AgendaItem, words: Words) -> PollRow:
    title, number = _title(item), words("live.next.s", n=item.number)
    key = f"item:{item.id}"
    return PollRow(
        key, "", item.id, title, number, words("vs.prep"), "edit", "neutral", live=False,
        place="next",
    )  # fmt: skip


def _on_paper(item: AgendaItem, words: Words) -> PollRow:
    title, number = _title(item), words("live.next.s", n=item.number)
    line = f"{number} · {words('vd.paperline')}"
    return PollRow(
        f"item:{item.id}", "", item.id, title, line, words("vd.paperballot"), "file-off", "neutral",
        live=False, place="next",
    )  # fmt: skip


def _chip(poll: Poll, words: Words) -> tuple[str, ChipKind, str]:
    if poll.state == "published" and poll.tally is not None:
        if poll.tally.rows or poll.tally.decides != "share":
            return "circle-check", "neutral", words("vs.pub")
        passed = poll.tally.passed
        look: tuple[str, ChipKind] = ("circle-check", "grn") if passed else ("x", "lac")
        return *look, words("vd.passed" if passed else "vd.failed")
    looks: dict[PollState, tuple[str, ChipKind, str]] = {
        "prepared": ("edit", "neutral", "vs.prep"),
        "open": ("circle-dot", "solid", "vs.open"),
        "paused": ("player-pause", "amb", "vs.paused"),
        "closed": ("lock", "blu", "vs.closed"),
        "published": ("screen-share", "neutral", "vs.pub"),
        "annulled": ("trash", "outline", "vs.annulled"),
    }
    icon, kind, key = looks[poll.state]
    return icon, kind, words(key)


def _line(room: RoomView, poll: Poll, item: AgendaItem | None, words: Words) -> str:
    parts = [words("live.next.s", n=item.number) if item else "", place_of(room.state, poll, words)]
    if poll.state == "annulled":
        parts.append(poll.reason)
    elif poll.tally is not None and poll.tally.rows:
        parts.append(words("vd.elected", n=poll.tally.elected, m=poll.tally.places))
    elif poll.tally is not None and poll.tally.steps:
        parts.append(
            answer_text(poll.rule, poll.tally.outcome, words) if poll.tally.outcome else ""
        )
    elif poll.tally is not None:
        tally = poll.tally
        parts.append(f"{tally.counts.get('for', 0)}/{tally.base_count}")
        parts.append(f"{words.hundredths(tally.percent)}%")
    elif poll.place and poll.state in {"open", "paused"}:
        progress = room.progress.get(poll.id)
        parts.append(f"{progress.received if progress else 0}/{len(poll.electorate)}")
    elif poll.opened_at:
        parts.append(words("vd.openedat", t=words.time(poll.opened_at)))
    return " · ".join(part for part in parts if part)


def running(state: AppState, chosen: str = "") -> RunningPoll | None:
    """Return the chosen poll if it was ever open; else the open, the closed or the last one."""
    room, words = state.room(), Words.of(state)
    poll = at_top(room, chosen) if room else None
    if room is None or poll is None:
        return None
    progress = room.progress.get(poll.id)
    received = progress.received if progress else 0
    result = result_of(room.state, poll, words) if poll.state in {"closed", "published"} else None
    rule = words.rule(poll.rule.threshold, poll.rule.base, base_count(poll))
    if (poll.rule.form, poll.rule.decides) not in {("open", "share"), ("procedural", "share")}:
        locked = rule_words(poll.rule, base_count(poll), poll.need, words)
    else:
        locked = words("vd.locked", rule=rule, k=poll.need)
    unsent = silent(room, poll)
    stage: Literal["open", "paused"] = "paused" if poll.state == "paused" else "open"
    return RunningPoll(
        poll=poll.id,
        stage=poll.state,
        steps=tuple(words(f"vs.{key}") for key in _steps(poll)),
        step=STEPS[poll.state],
        subject=subject(poll.question),
        rule=locked,
        received=received,
        expected=len(poll.electorate) or poll.present,
        missing=unsent,
        note=note(poll, words),
        opened_at=poll.opened_at,
        result=result,
        base_line=closing(poll, f"{result.of}. {result.need}", words) if result else "",
        panel=with_sitting(
            ChairPoll(
                poll.id, stage, poll.question, rule, received, poll.present, unsent, "", poll.item
            ),
            room,
            poll,
            words,
        ),
        act=_act(room, poll, words),
        call=call_view(room, poll, words),
        hands=hands_view(room, poll, words),
        board=board_view(state, room, poll, words),
        can_extend=bool(poll.ends_at) and poll.state in {"open", "paused"},
        on_paper=poll.rule.way == "paper",
        counting=poll.state == "closed" and poll.tally is None,
        again=_again(room, poll, words),
        remind=to_remind(room, poll, state.now),
        warning=trouble(poll, state.now, words),
        waits=tie(poll, words) is not None,
    )


def _act(room: RoomView, poll: Poll, words: Words) -> str:
    """Return what closes or publishes a poll: alone, or with the others of its sitting."""
    sitting = sitting_with(room, poll, words)
    if poll.state not in {"open", "paused"}:
        told, does = act_of(sitting, words) if sitting is not None else ("", "wait")
        return told if does == "publish" else words("vd.publish")
    return act_of(sitting, words)[0] if sitting is not None else words("vd.close")


def _again(room: RoomView, poll: Poll, words: Words) -> str:
    """Return what may be asked again: an annulled poll, or the places for which there was a tie."""
    if any(one.repeats == poll.id for one in room.state.polls.values()):
        return ""
    if poll.state == "annulled":
        return words("vd.again")
    if poll.state == "published" and poll.tally is not None and poll.tally.tied:
        return words("vd.again.tied", n=len(poll.tally.tied))
    return ""


def _steps(poll: Poll) -> tuple[str, ...]:
    if poll.state == "annulled":
        return "prep", "open", "annulled"
    return "prep", "open", "closed", "pub"


def at_top(room: RoomView, chosen: str) -> Poll | None:
    """The poll of the upper card: an open one comes before whatever was chosen."""
    polls = room.state.polls
    if (poll := polls.get(chosen)) is not None and poll.state != "prepared":
        return poll
    if (poll := room.state.open_poll()) is not None:
        return poll
    begun = [
        one
        for one in polls.values()
        if one.state in {"closed", "published"} and not one.rule.practice
    ]
    begun.sort(key=lambda one: (one.state == "closed", one.opened_at))
    return begun[-1] if begun else None


def elapsed(state: AppState, chosen: str = "") -> str:
    """Return how long the poll of the upper card has been open, or was: 02:48."""
    room = state.room()
    poll = at_top(room, chosen) if room else None
    if poll is None or not poll.opened_at:
        return ""
    seconds = max(0, (poll.closed_at or state.now) - poll.opened_at) // 1000
    minutes, rest = divmod(seconds, 60)
    words = Words.of(state)
    parts = [words("vd.elapsed", t=f"{minutes:02d}:{rest:02d}"), limit(poll, state.now, words)]
    if poll.reminded_at and poll.state == "open":
        parts.append(words("vd.reminded", t=words.time(poll.reminded_at)))
    return " · ".join(part for part in parts if part)
