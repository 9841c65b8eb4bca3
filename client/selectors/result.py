"""The result of a poll of any form: the verdict, its denominator in words, and who is in it."""

from collections.abc import Iterable
from typing import Literal

from client.i18n import name_key
from client.selectors.forms import answer_text, answers
from client.selectors.poll import item_line
from client.selectors.result_lines import lines_of
from client.selectors.result_view import Fact, Line, Names, Part, Picture, ResultView
from client.selectors.words import Words
from client.state import AppState
from server.protocol.explain import explain, say
from server.protocol.ids import PersonId
from server.protocol.rules import Rule
from server.protocol.state import MeetingState, Poll, Tally

__all__ = ["Fact", "Line", "Names", "Part", "Picture", "ResultView", "consensus", "picture_of"]
__all__ += ["result", "result_of", "second_count"]


def result(state: AppState) -> ResultView | None:
    """Return the result that the person looks at, or None while it may not be seen."""
    room = state.room()
    poll = room.state.polls.get(state.place.poll) if room else None
    if room is None or poll is None:
        return None
    return result_of(room.state, poll, Words.of(state))


def result_of(meeting: MeetingState, poll: Poll, words: Words) -> ResultView | None:
    """Return the result of a counted poll, or None before it is counted."""
    tally = poll.tally
    if tally is None:
        return consensus(meeting, poll, words) if poll.consensus else None
    picture = picture_of(poll, tally)
    passed = tally.passed
    tone, icon = _look(picture, tally)
    met = "res.quorum" if tally.quorum_met else "res.noquorum"
    return ResultView(
        poll=poll.id,
        item_line=item_line(meeting, poll, words),
        question=poll.question,
        closed=words("res.closed", t=words.time(poll.closed_at)) if poll.closed_at else "",
        passed=passed,
        verdict=_verdict(poll, picture, tally, words),
        percent=words.hundredths(tally.percent),
        of=_of(poll, tally, words),
        need=_need(poll, tally, words),
        line_label=words("res.line", rule=words.fraction(poll.rule.threshold)),
        line_share=_line_share(poll, tally),
        base_count=tally.base_count,
        parts=_parts(poll, tally, words) if picture == "share" else (),
        second=_second(tally, words) if picture == "share" else "",
        quorum=words(met, a=tally.present, b=_quorum_of(poll, tally), k=tally.quorum_need),
        names=_names(meeting, poll, tally, words),
        published=poll.state == "published",
        picture=picture,
        tone=tone,
        icon=icon,
        lines=lines_of(poll, picture, tally, words),
        facts=_facts(poll, tally, words),
        sealed=poll.rule.secrecy == "sealed",
        how=words(f"form.how.{poll.rule.way}") if poll.rule.way != "tablet" else "",
        why=explained(poll, words),
    )


def explained(poll: Poll, words: Words) -> tuple[str, ...]:
    """Return why a counted poll came out as it did, a sentence each."""

    def share(hundredths: int) -> str:
        return words.hundredths(hundredths)

    def answer(rule: Rule, choice: str) -> str:
        return answer_text(rule, choice, words)

    return tuple(say(one, words, share, answer) for one in explain(poll))


def consensus(meeting: MeetingState, poll: Poll, words: Words) -> ResultView:
    """Return a poll that was agreed without a count: no number is invented."""
    return ResultView(
        poll=poll.id,
        item_line=item_line(meeting, poll, words),
        question=poll.question,
        closed=words("res.closed", t=words.time(poll.closed_at)) if poll.closed_at else "",
        passed=True,
        verdict=words("item.consensus").upper(),
        percent="",
        of=words("res.consensus"),
        need="",
        line_label="",
        line_share=0.0,
        base_count=0,
        parts=(),
        second="",
        quorum="",
        names=(),
        published=poll.state == "published",
        picture="consensus",
    )


def picture_of(poll: Poll, tally: Tally) -> Picture:
    """Return which picture shows a tally."""
    if poll.rule.form == "confidence_survey":
        return "survey"
    if tally.steps:
        return "steps"
    if tally.rows:
        return "people"
    return "options" if tally.decides != "share" else "share"


def _look(picture: Picture, tally: Tally) -> tuple[Literal["grn", "lac", "blu"], str]:
    if picture in {"survey", "options"}:
        return "blu", "checklist"
    if picture == "people" and any(row.tied for row in tally.rows) and not tally.elected:
        return "blu", "refresh"
    return ("grn", "check") if tally.passed or tally.elected else ("lac", "x")


def _verdict(poll: Poll, picture: Picture, tally: Tally, words: Words) -> str:
    if picture == "survey":
        return words("res.survey")
    if picture == "people":
        key = "res.nominated" if poll.rule.form == "nomination" else "res.elected"
        if poll.rule.form == "confidence":
            key = "res.trusted"
        return words(key, n=tally.elected, m=tally.places or len(tally.rows))
    if picture == "steps":
        if tally.outcome:
            return answer_text(poll.rule, tally.outcome, words).upper()
        return words("res.nomeasure")
    if picture == "options":
        return words("res.quick")
    return words("res.pass" if tally.passed else "res.fail")


def _of(poll: Poll, tally: Tally, words: Words) -> str:
    if tally.rows:
        return words("res.base", base=words.base(tally.base), n=tally.base_count)
    label = answer_text(poll.rule, _deciding(poll, tally), words).lower()
    count = tally.counts.get(_deciding(poll, tally), 0)
    count = next((one.total for one in tally.steps if one.choice == tally.outcome), count)
    return words(
        "res.share", a=count, b=tally.base_count, base=words.base(tally.base), choice=label
    )


def _deciding(poll: Poll, tally: Tally) -> str:
    """Return the answer whose share the percentage is."""
    if tally.outcome and (tally.steps or tally.decides != "share"):
        return tally.outcome
    offered = answers(poll.rule, Words("vi"))
    return offered[0].key if offered else "for"


def _line_share(poll: Poll, tally: Tally) -> float:
    if tally.decides != "share":
        return 0.0
    line = poll.rule.threshold
    return line.numerator / line.denominator


def _need(poll: Poll, tally: Tally, words: Words) -> str:
    if tally.decides != "share" or poll.rule.form == "confidence_survey":
        return words("rule.none").capitalize()
    rule = words.fraction(poll.rule.threshold)
    short = tally.need - tally.counts.get("for", 0)
    if tally.rows or tally.steps or short <= 0:
        key = "res.need.chair" if tally.by_chair else "res.need.met"
        return _sentence(words(key, rule=rule, k=tally.need))
    return _sentence(words("res.need", rule=rule, k=tally.need, d=short))


def _sentence(text: str) -> str:
    """With a capital, whatever word the language begins it with."""
    return text[:1].upper() + text[1:]


def _second(tally: Tally, words: Words) -> str:
    return words(
        "res.second",
        p=words.hundredths(tally.second_percent),
        other_base=words.base(tally.second_base),
        a=tally.counts.get("for", 0),
        b=second_count(tally),
        base=words.base(tally.base),
    )


def second_count(tally: Tally) -> int:
    """Return the base of the percentage for information."""
    if tally.second_count:
        return tally.second_count
    return tally.present if tally.base == "members_total" else tally.members


def _quorum_of(poll: Poll, tally: Tally) -> int:
    return tally.bases.get(poll.rule.quorum_base, tally.members)


def _parts(poll: Poll, tally: Tally, words: Words) -> tuple[Part, ...]:
    parts = [
        Part(one.look, one.text, tally.counts.get(one.key, 0))  # type: ignore[arg-type]
        for one in answers(poll.rule, words)
    ]
    if tally.invalid:
        parts.append(Part("blank", words("res.invalid"), tally.invalid))
    absent = tally.members - tally.present
    label = "res.absent" if tally.missing == absent else "res.unsent"
    return (*parts, Part("missing", words(label), tally.missing))


# ---- figures and names ---------------------------------------------------------------------------


def _facts(poll: Poll, tally: Tally, words: Words) -> tuple[Fact, ...]:
    """Return what a tally record says of the ballots; those that do not apply are left out."""
    if not tally.rows and poll.rule.secrecy == "open" and poll.rule.way == "tablet":
        return ()
    summoned = tally.bases.get("summoned", 0)
    pairs = [
        ("summoned", summoned),
        ("present", tally.present),
        ("printed", tally.printed),
        ("issued", tally.issued),
        ("returned", tally.returned),
        ("not_returned", tally.not_returned),
        ("spoiled", tally.spoiled),
        ("valid", tally.valid),
        ("invalid", tally.invalid),
        ("sent_in", tally.sent_in),
    ]
    always = {"present", "valid", "invalid"}
    return tuple(
        Fact(words(f"res.fact.{key}"), str(count)) for key, count in pairs if count or key in always
    )


def _names(meeting: MeetingState, poll: Poll, tally: Tally, words: Words) -> tuple[Names, ...]:
    groups = _by_choice(meeting, poll, words)
    silent, absent = set(tally.silent), set(tally.absent)
    if poll.ballots and not tally.silent and not tally.absent:
        known = {one.person for one in tally.excluded}
        absent = {
            person
            for person, entry in meeting.roll.items()
            if entry.ballots and person not in poll.ballots and person not in known
        }
    groups += _group(meeting, "missing", words("res.silent"), silent)
    groups += _group(meeting, "missing", words("res.absent"), absent)
    for one in tally.excluded:
        label = words(f"res.excluded.{one.kind}")
        reason = f"{_name(meeting, one.person)} ({one.reason})" if one.reason else ""
        names = (reason or _name(meeting, one.person),)
        groups.append(Names("missing", label, 1, names))
    return tuple(groups)


def _by_choice(meeting: MeetingState, poll: Poll, words: Words) -> list[Names]:
    groups: list[Names] = []
    if not poll.ballots or any(one.answers or one.names for one in poll.ballots.values()):
        return groups
    for one in answers(poll.rule, words):
        people = {person for person, cast in poll.ballots.items() if cast.choice == one.key}
        groups += _group(meeting, one.look, one.text, people)
    return groups


def _group(meeting: MeetingState, kind: str, label: str, people: Iterable[PersonId]) -> list[Names]:
    names = tuple(sorted((_name(meeting, one) for one in people), key=name_key))
    return [Names(kind, label, len(names), names)] if names else []  # type: ignore[arg-type]


def _name(meeting: MeetingState, person: PersonId) -> str:
    entry = meeting.roll.get(person)
    return entry.name if entry is not None else person
