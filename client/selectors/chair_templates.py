"""What whoever presides may ask from a tablet: by the body's own rules, and by the usual ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec.structs import replace as change

from client.selectors.chair import ChairPoll, quorum, to_ask
from client.selectors.desk_rules import PEOPLE, plain
from client.selectors.words import Words
from client.state import AppState
from server.protocol.office import RulePreset
from server.protocol.rules import Rule, Threshold

USUAL: tuple[tuple[str, Rule], ...] = (
    ("pr.reso", Rule()),
    ("pr.proc", Rule(form="procedural", base="present")),
    ("pr.two", Rule(threshold=Threshold(2, 3, strict=False))),
    ("form.council.name", Rule(form="council")),
    ("form.how.hands", Rule(form="procedural", base="present", way="hands")),
    ("form.how.roll_call", Rule(way="roll_call")),
    ("form.discipline.name", Rule(form="discipline")),
    ("form.quick.name", Rule(form="quick", decides="none", quorum_blocks=False)),
)
"""Single questions that need no list of names."""


@dataclass(frozen=True, slots=True)
class Template:
    """A rule to ask the current item's question by; `line`: the rule in words."""

    name: str
    line: str
    poll: ChairPoll


def usual(state: AppState) -> tuple[Template, ...]:
    """Return the current item's poll under each usual rule; nothing where none may be asked."""
    words = Words.of(state)
    return _templates(state, [(words(key), rule) for key, rule in USUAL])


def of_body(state: AppState, presets: Sequence[RulePreset]) -> tuple[Template, ...]:
    """Return the current item's poll under each of the body's rules that needs no list of names.

    Sealed ones only where the meeting holds secret ballots on tablets.
    """
    room = state.room()
    sealed = room is not None and room.state.organization.sealed
    english = Words.of(state).language == "en"
    fit = (one for one in presets if one.rule.form not in PEOPLE)
    return _templates(
        state,
        [
            ((one.name_en if english else "") or one.name, one.rule)
            for one in fit
            if sealed or one.rule.secrecy != "sealed"
        ],
    )


def besides(known: Sequence[Template], others: Sequence[Template]) -> tuple[Template, ...]:
    """Return those of the others whose rule is none of the known; what it cites does not count."""
    rules = [_bare(one) for one in known]
    return tuple(one for one in others if _bare(one) not in rules)


def _bare(template: Template) -> Rule:
    return change(template.poll.rule_used or Rule(), citation="")


def _templates(state: AppState, rules: Sequence[tuple[str, Rule]]) -> tuple[Template, ...]:
    room = state.room()
    asked = to_ask(state, room) if room is not None else None
    if room is None or asked is None or asked.poll or asked.stage == "none":
        return ()
    words, (present, members, _) = Words.of(state), quorum(room)
    found = []
    for name, rule in rules:
        told = plain(rule, present if rule.base == "present" else members, words)
        poll = replace(asked, rule=name, ask=f"{name}. {told}", rule_used=rule)
        found.append(Template(name, told, poll))
    return tuple(found)
