"""Rules that can be voted by: shares that can be reached, places that can be filled."""

from server.core.ruling import no
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import SETTLED, Rule, Threshold, names_people, options_of
from server.protocol.validity import same_name

LEAST_SEALED = 7
"""Fewer sealed ballots would tell too much about each."""
_ABOUT_PEOPLE = frozenset({"election", "election_surplus", "nomination", "confidence_survey"})


def check_rule(rule: Rule, *, sealed: bool) -> Refusal | None:
    """Return why a poll cannot be held by this rule, or None. `sealed`: the body allows it."""
    return (
        check_shares(rule)
        or _candidates(rule)
        or _places(rule)
        or _options(rule)
        or _ways(rule)
        or _secrecy(rule, sealed=sealed)
    )


def _is_share(threshold: Threshold, least: int) -> bool:
    """Say whether some number of a base can reach the threshold."""
    top = threshold.denominator - (1 if threshold.strict else 0)
    return threshold.denominator > 0 and least <= threshold.numerator <= top


def check_shares(rule: Rule) -> Refusal | None:
    """Return why its shares cannot be, or None.

    A quorum may be nothing (0 of 1); a threshold that nobody has to reach decides nothing.
    """
    own = (option.threshold for option in rule.options if option.threshold)
    fine = all(_is_share(one, 1) for one in (rule.threshold, *rule.flags, *own))
    return None if fine and _is_share(rule.quorum, 0) else no(Code.RULE_INVALID)


def _candidates(rule: Rule) -> Refusal | None:
    about_people = rule.form in _ABOUT_PEOPLE
    may_have = about_people or rule.form == "confidence"
    open_list = rule.form == "nomination" and rule.write_ins
    if (about_people and not rule.candidates and not open_list) or (
        rule.candidates and not may_have
    ):
        return no(Code.RULE_CANDIDATES)
    seen: set[str] = set()
    for one in rule.candidates:
        if not one.name.strip():
            return no(Code.NAME_EMPTY)
        if one.id in seen:
            return no(Code.RULE_CANDIDATE_TWICE, name=one.name)
        seen.add(one.id)
    return _same_names(rule)


def _same_names(rule: Rule) -> Refusal | None:
    """Names that a written one could mean must differ; otherwise a post tells two people apart."""
    seen: set[str] = set()
    for one in rule.candidates:
        key = same_name(one.name if rule.write_ins else f"{one.name} {one.post}")
        if key in seen:
            return no(Code.RULE_CANDIDATE_TWICE, name=one.name)
        seen.add(key)
    return None


def _places(rule: Rule) -> Refusal | None:
    """Elect 15 from 12 cannot be met."""
    if not names_people(rule) and rule.form != "election":
        return None
    places, candidates = rule.places, len(rule.candidates)
    if places == 0 or (places > candidates and not rule.write_ins):
        return no(Code.RULE_PLACES, places=places, candidates=candidates)
    surplus = rule.form == "election_surplus" and candidates <= places and not rule.write_ins
    if surplus or (rule.form == "election" and candidates != places):
        return no(Code.RULE_SURPLUS, places=places, candidates=candidates)
    return None


def _options(rule: Rule) -> Refusal | None:
    """Answers have names of their own; a share is one of those in favour."""
    ids = [option.id for option in options_of(rule)]
    twice = len(set(ids)) < len(ids) or "" in ids
    fixed = rule.form in _ABOUT_PEOPLE or rule.form == "confidence"
    wants_for = rule.decides == "share" and rule.form != "discipline"
    needs_for = wants_for and rule.form not in {"consensus", "confidence_survey"}
    missing = (needs_for and "for" not in ids) or (not ids and rule.form != "consensus")
    return no(Code.RULE_OPTIONS) if twice or missing or (fixed and rule.options) else None


def _ways(rule: Rule) -> Refusal | None:
    """Hands and names called answer one question; write-ins need a ballot with names."""
    about_people = rule.form in _ABOUT_PEOPLE or bool(rule.candidates)
    spoken = rule.way in {"hands", "roll_call"} and about_people
    if spoken or (rule.write_ins and not names_people(rule)):
        return no(Code.RULE_WAY, way=rule.way)
    by_name = rule.way in {"tablet", "roll_call"} and rule.secrecy == "open"
    elects = names_people(rule) or rule.form == "election"
    unfit = (rule.tie == "chair" and not by_name) or (rule.tie in SETTLED and not elects)
    return no(Code.RULE_TIE) if unfit else None


def _secrecy(rule: Rule, *, sealed: bool) -> Refusal | None:
    """Sealed ballots come from tablets, show nothing before the end and only where allowed.

    A practice has nothing to keep, and nothing to open.
    """
    if rule.secrecy != "sealed":
        return None
    shows = rule.show_running or rule.sent_in or rule.practice
    if rule.way != "tablet" or shows or rule.form == "consensus":
        return no(Code.RULE_SECRECY)
    return None if sealed else no(Code.SEALED_NOT_ALLOWED)
