"""The rule of a poll that the desk prepares: templates, candidates typed or pasted, options."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from client.selectors.forms import rule_words
from client.selectors.words import Words
from server.protocol.counts import Excuse
from server.protocol.office import RulePreset
from server.protocol.rules import SETTLED, Base, Candidate, Rule, Threshold, Tie, Way
from server.protocol.shares import need
from server.protocol.state import MeetingState, Poll

PEOPLE = frozenset({"election_surplus", "election", "nomination", "confidence_survey"})
"""Forms that need candidates."""
MAY_HAVE_PEOPLE = PEOPLE | {"confidence"}
WITH_PLACES = frozenset({"election_surplus", "election", "nomination"})
THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(),
    Threshold(1, 2, strict=False),
    Threshold(2, 3, strict=False),
    Threshold(2, 3),
    Threshold(3, 4, strict=False),
)
BASES: tuple[Base, ...] = (
    "members_total",
    "members_counted",
    "summoned",
    "summoned_adjusted",
    "present",
    "valid",
)
WAYS: tuple[Way, ...] = ("tablet", "paper", "hands", "roll_call")
TIES: Mapping[Tie, str] = {
    "again": "vd.tie.again",
    "lot": "vd.tie.lot.s",
    "senior": "vd.tie.senior.s",
}
"""What may follow a tie for the last place, and the word for it."""
LIMITS = (0, 60, 120, 300, 600)
"""Seconds that a poll may take; 0 is no limit."""
_NUMBERING = re.compile(r"^\s*\d+\s*[.)]\s*")
_PARTING = re.compile(r"\t+|\s*[;,]\s*|\s+[–—-]\s+")


@dataclass(frozen=True, slots=True)
class PresetRow:
    """A template, with its rule in words."""

    id: str
    title: str
    line: str
    rule: Rule


def preset_rows(
    presets: Sequence[RulePreset], members: int, words: Words, *, sealed: bool
) -> tuple[PresetRow, ...]:
    """Return the body's templates; those for sealed ballots only where the body allows them."""
    return tuple(
        PresetRow(
            one.id,
            (one.name_en if words.language == "en" else "") or one.name,
            " · ".join(part for part in (plain(one.rule, members, words), one.note) if part),
            one.rule,
        )
        for one in presets
        if sealed or one.rule.secrecy != "sealed"
    )


def plain(rule: Rule, members: int, words: Words) -> str:
    """Return what decides and how answers come in, without markup."""
    if rule.form == "consensus":
        return words("res.consensus")
    told = rule_words(rule, members, need(rule.threshold, members), words)
    told = told.replace("[b]", "").replace("[/b]", "")
    return f"{told} {words('form.how.' + rule.way)}."


def applied(chosen: Rule, before: Rule) -> Rule:
    """Return a template's rule; people who were named stay where the form votes on people."""
    if chosen.form not in MAY_HAVE_PEOPLE or not before.candidates:
        return chosen
    places = chosen.places or before.places
    return with_people(replace(chosen, places=places), before.candidates, places)


def with_people(rule: Rule, candidates: tuple[Candidate, ...], places: int) -> Rule:
    """Return the rule with these people; without a surplus everybody named has a place."""
    if rule.form not in WITH_PLACES:
        return replace(rule, candidates=candidates)
    if rule.form == "nomination":
        return replace(rule, candidates=candidates, places=places)
    form = "election_surplus" if len(candidates) > places else "election"
    return replace(rule, form=form, candidates=candidates, places=places)


def candidates_text(candidates: Sequence[Candidate]) -> str:
    """Return the people as they are typed: one a line, a post after a comma."""
    return "\n".join(f"{one.name}, {one.post}" if one.post else one.name for one in candidates)


def candidates_from(text: str, before: Sequence[Candidate] = ()) -> tuple[Candidate, ...]:
    """Return the people of a typed or pasted list: one a line, numbers dropped, post after a comma.

    Who was there before keeps the identifier.
    """
    known = {one.name: one for one in before}
    taken = {one.id for one in before}
    found: list[Candidate] = []
    for line in text.splitlines():
        name, _, post = _parts(line)
        if not name:
            continue
        old = known.pop(name, None)
        found.append(
            Candidate(old.id if old else _fresh(taken), name, post, old.person if old else "")
        )
    return tuple(found)


def _parts(line: str) -> tuple[str, str, str]:
    parts = _PARTING.split(_NUMBERING.sub("", line).strip(), maxsplit=1)
    name = " ".join(parts[0].split())
    return name, "", " ".join(parts[1].split()) if len(parts) > 1 else ""


def _fresh(taken: set[str]) -> str:
    number = 1
    while f"u{number}" in taken:
        number += 1
    taken.add(f"u{number}")
    return f"u{number}"


def details(rule: Rule, words: Words) -> str:
    """Return what else is to know of a rule, on one line."""
    parts = [words(f"form.{rule.form}.name"), words(f"form.how.{rule.way}")]
    if rule.secrecy == "sealed":
        parts.append(words("vote.sealed"))
    if rule.candidates:
        key = "vd.people.of" if rule.places else "vd.people"
        parts.append(words(key, n=len(rule.candidates), m=rule.places))
    if rule.seconds:
        parts.append(words("vd.limit", n=rule.seconds // 60))
    if rule.tie in SETTLED:
        parts.append(f"{words('vd.tie')}: {words(TIES[rule.tie]).lower()}")
    if rule.citation:
        parts.append(rule.citation)
    return " · ".join(parts)


def lacking(rule: Rule, words: Words) -> str:
    """Return what the rule still needs before the poll can be opened, or nothing."""
    open_list = rule.form == "nomination" and rule.write_ins
    if rule.form in PEOPLE and not rule.candidates and not open_list:
        return words("vd.needs.people")
    if rule.form in WITH_PLACES and not rule.places:
        return words("vd.needs.places")
    if rule.form in {"election", "election_surplus"} and rule.places > len(rule.candidates):
        return words("vd.needs.more", n=rule.places, m=len(rule.candidates))
    return ""


def surplus(rule: Rule, words: Words) -> str:
    """Warn of more surplus candidates than 30 percent of the places (voting.md: never a block)."""
    if rule.form != "election_surplus" or not rule.places:
        return ""
    extra = len(rule.candidates) - rule.places
    return words("vd.surplus", n=extra) if extra * 10 > rule.places * 3 else ""


@dataclass(frozen=True, slots=True)
class ExcuseRow:
    """A member who may be taken out of a poll."""

    person: str
    name: str
    excused: bool
    line: str


def excuse_rows(meeting: MeetingState, poll: Poll | None, words: Words) -> tuple[ExcuseRow, ...]:
    """Return the members, with who is taken out of the poll and why."""
    excused = poll.excused if poll is not None else {}
    return tuple(
        ExcuseRow(person, entry.name, person in excused, _reason(excused.get(person), words))
        for person, entry in meeting.roll.items()
        if entry.ballots
    )


def _reason(excuse: Excuse | None, words: Words) -> str:
    if excuse is None:
        return ""
    label = words(f"res.excluded.{excuse.kind}")
    return f"{label}: {excuse.reason}" if excuse.reason else label
