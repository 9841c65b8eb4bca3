"""What a ballot may say under a rule. Pure and shared: the tablet warns by what the server checks.

A ballot is *broken* when it says what cannot be said (an unknown candidate): it is never taken.
It is *spoilt* when it says what may be said but does not count (too many names): it is taken, as
invalid, from somebody who was told so.
"""

import unicodedata
from collections.abc import Iterator, Mapping

from server.protocol.counts import Slip
from server.protocol.refusals import Code, Refusal
from server.protocol.rules import Rule, answers_each, names_people, options_of


def same_name(name: str) -> str:
    """Return a name as written ones are compared: NFC, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def broken(rule: Rule, slip: Slip) -> Refusal | None:
    """Return what a ballot says that cannot be said under the rule, or None."""
    if names_people(rule):
        odd = bool(slip.choice or slip.answers)
        return _unknown(slip.choice) if odd else _broken_names(rule, slip) or _no_opinion(slip)
    if slip.names or slip.write_ins:
        return Refusal(Code.BALLOT_WRITE_IN)
    if answers_each(rule):
        odd = bool(slip.choice)
        return _unknown(slip.choice) if odd else _broken_answers(rule, slip) or _no_opinion(slip)
    return _unknown(next(iter(slip.answers))) if slip.answers else _broken_choice(rule, slip)


def spoils(rule: Rule, slip: Slip) -> Refusal | None:
    """Return why a ballot that is not broken is invalid, or None when it counts."""
    if names_people(rule):
        named = len(slip.names) + len(slip.write_ins)
        if named > rule.places:
            return Refusal(Code.BALLOT_TOO_MANY_NAMES, {"named": named, "places": rule.places})
        blank = not named and not rule.blank_valid
    elif answers_each(rule):
        answered = sum(1 for choice in slip.answers.values() if choice)
        strict = rule.form != "confidence_survey" and len(rule.candidates) == 1
        blank = not answered and (strict or not rule.blank_valid)
    else:
        blank = not slip.choice
    return Refusal(Code.BALLOT_BLANK) if blank else None


def named(rule: Rule, slip: Slip) -> Iterator[tuple[str, str]]:
    """Yield (candidate, written name) of everybody whom a ballot names; one of the two is empty.

    A written name that is a candidate's is that candidate.
    """
    yield from ((one, "") for one in slip.names)
    known = {same_name(one.name): one.id for one in rule.candidates}
    for written in slip.write_ins:
        candidate = known.get(same_name(written), "")
        yield candidate, "" if candidate else written


def _unknown(choice: str) -> Refusal:
    return Refusal(Code.BALLOT_CHOICE_UNKNOWN, {"choice": choice})


def _no_opinion(slip: Slip) -> Refusal | None:
    return Refusal(Code.BALLOT_OPINION) if slip.opinion else None


def _broken_names(rule: Rule, slip: Slip) -> Refusal | None:
    if slip.write_ins and not rule.write_ins:
        return Refusal(Code.BALLOT_WRITE_IN)
    if any(not name.strip() for name in slip.write_ins):
        return Refusal(Code.NAME_EMPTY)
    names = {one.id: one.name for one in rule.candidates}
    seen: set[str] = set()
    for candidate, written in named(rule, slip):
        if candidate and candidate not in names:
            return Refusal(Code.BALLOT_CANDIDATE_UNKNOWN, {"candidate": candidate})
        key = f"id {candidate}" if candidate else same_name(written)
        if key in seen:
            return Refusal(Code.BALLOT_NAME_TWICE, {"name": written or names[candidate]})
        seen.add(key)
    return None


def _broken_answers(rule: Rule, slip: Slip) -> Refusal | None:
    known = {one.id for one in rule.candidates}
    choices = {"", *(option.id for option in options_of(rule))}
    for candidate, choice in slip.answers.items():
        if candidate not in known:
            return Refusal(Code.BALLOT_CANDIDATE_UNKNOWN, {"candidate": candidate})
        if choice not in choices:
            return _unknown(choice)
    return None


def _broken_choice(rule: Rule, slip: Slip) -> Refusal | None:
    options: Mapping[str, bool] = {one.id: one.opinion for one in options_of(rule)}
    if slip.choice and slip.choice not in options:
        return _unknown(slip.choice)
    # An opinion beside an answer that takes none is old practice in open votes: it changes nothing.
    return None if rule.secrecy == "open" else _no_opinion_of(options, slip)


def _no_opinion_of(options: Mapping[str, bool], slip: Slip) -> Refusal | None:
    return None if options.get(slip.choice, False) else _no_opinion(slip)
