"""A result in words: which rule, how it went, what else it would be, and who is not accounted for.

Pure, and without a language: sentences are keys of the catalogue (`why.…`) with their values. A
value may be a sentence itself (the rule within a sentence), a share or the name of an answer; `say`
puts them together with the words of one language.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from server.protocol.counts import Row, Tally
from server.protocol.rules import SETTLED, Base, Choice, Rule, Threshold, options_of
from server.protocol.shares import least_votes
from server.protocol.state import Poll


@dataclass(frozen=True)
class Share:
    """A percentage in hundredths: 7333 is 73,33 % or 73.33 %."""

    hundredths: int


@dataclass(frozen=True)
class Answer:
    """An answer of a rule, by its own text or the catalogue's word for it."""

    rule: Rule
    choice: Choice


@dataclass(frozen=True)
class Sentence:
    """A key of the catalogue and what its places hold."""

    key: str
    params: Mapping[str, "str | int | Share | Answer | Sentence"] = field(default_factory=dict)


Translate = Callable[..., str]
"""Key and values to text: `tr(key, **values)`."""


def explain(poll: Poll) -> tuple[Sentence, ...]:
    """Return why a counted poll came out as it did, in order; nothing before it is counted."""
    if poll.consensus:
        return (Sentence("why.consensus"),)
    tally = poll.tally
    if tally is None:
        return ()
    told = (
        _rule(poll.rule, tally),
        *_verdict(poll.rule, tally),
        *_second(tally),
        *_left_out(tally),
        *_missing(tally),
        _quorum(poll.rule, tally),
    )
    return tuple(told)


def say(
    sentence: Sentence,
    tr: Translate,
    share: Callable[[int], str],
    answer: Callable[[Rule, Choice], str],
) -> str:
    """Return the sentence in one language: `share` writes hundredths, `answer` names an answer."""
    values: dict[str, object] = {}
    for name, value in sentence.params.items():
        match value:
            case Share():
                values[name] = share(value.hundredths)
            case Answer():
                values[name] = answer(value.rule, value.choice)
            case Sentence():
                values[name] = say(value, tr, share, answer)
            case _:
                values[name] = value
    return tr(sentence.key, **values)


def fraction(threshold: Threshold) -> Sentence:
    """Return a threshold without its base: more than 1/2, at least 2/3."""
    key = "rule.more_than" if threshold.strict else "rule.at_least"
    return Sentence(key, {"f": f"{threshold.numerator}/{threshold.denominator}"})


def threshold_of(threshold: Threshold, base: Base, count: int) -> Sentence:
    """Return a rule in words: more than 1/2 of all 15 members."""
    return Sentence(f"rule.{base}", {"f": fraction(threshold), "n": count})


def _base(base: Base) -> Sentence:
    return Sentence(f"base.{base}")


def _rule(rule: Rule, tally: Tally) -> Sentence:
    words = threshold_of(rule.threshold, tally.base, tally.base_count)
    if tally.decides == "none":
        return Sentence("why.rule.none", {"base": _base(tally.base), "n": tally.base_count})
    if tally.decides == "plurality":
        return Sentence("why.rule.plurality", {"n": max(1, tally.places)})
    least = least_votes(rule.threshold, tally.base_count)
    if tally.rows and tally.places:
        return Sentence("why.rule.elect", {"rule": words, "k": least, "n": tally.places})
    key = "why.rule.each" if tally.rows else "why.rule.share"
    return Sentence("why.rule.measure" if tally.steps else key, {"rule": words, "k": least})


def _verdict(rule: Rule, tally: Tally) -> Iterator[Sentence]:
    if tally.rows:
        yield from (_row(rule, tally, row) for row in tally.rows)
        if rule.form != "confidence_survey" and tally.places:
            yield Sentence("why.elected", {"a": tally.elected, "n": tally.places})
        if tally.settled:
            yield Sentence(f"why.settled.{rule.tie}", {"words": tally.settled})
    elif tally.steps:
        yield from _steps(rule, tally)
    elif tally.decides in {"none", "plurality"}:
        yield from _answers(rule, tally)
    else:
        yield from _share(tally)


def _share(tally: Tally) -> Iterator[Sentence]:
    favour = tally.counts.get("for", 0)
    yield Sentence(
        "why.passed" if tally.passed else "why.failed",
        {"a": favour, "b": tally.base_count, "base": _base(tally.base), "p": Share(tally.percent)},
    )
    if tally.by_chair:
        yield Sentence("why.chair")
    elif favour < tally.need:
        yield Sentence("why.short", {"d": tally.need - favour, "k": tally.need})


def _answers(rule: Rule, tally: Tally) -> Iterator[Sentence]:
    for option in options_of(rule):
        count = tally.counts.get(option.id, 0)
        yield Sentence("why.answer", {"answer": Answer(rule, option.id), "a": count})
    if tally.outcome:
        yield Sentence("why.most", {"answer": Answer(rule, tally.outcome)})
    elif tally.decides == "plurality":
        yield Sentence("why.tie")


def _steps(rule: Rule, tally: Tally) -> Iterator[Sentence]:
    for step in tally.steps:
        key = "why.step.reached" if step.reached else "why.step"
        told = {"own": step.count, "total": step.total, "k": step.need}
        yield Sentence(key, {"answer": Answer(rule, step.choice), **told})
    if tally.outcome:
        yield Sentence("why.measure", {"answer": Answer(rule, tally.outcome)})
    else:
        yield Sentence("why.measure.none")


def _row(rule: Rule, tally: Tally, row: Row) -> Sentence:
    """Say how a person came out, and against what."""
    if rule.form == "confidence_survey":
        low = row.counts.get("low", 0)
        told = {key: row.counts.get(key, 0) for key in ("high", "medium", "low", "blank")}
        key = f"why.survey.{min(row.flags, 2)}"
        return Sentence(key, {"name": row.name, **told, "p": Share(row.percent), "d": low})
    if row.tied:
        key = f"why.row.tied.{rule.tie}" if rule.tie in SETTLED else "why.row.tied"
    elif row.drawn:
        key = f"why.row.drawn.{rule.tie}"
    elif tally.left_by(row):
        key = f"why.row.left.{rule.tie}"
    elif row.elected:
        key = "why.row.elected" if tally.places else "why.row.passed"
    elif row.over:
        key = "why.row.lower"
    else:
        key = f"why.row.{tally.decides}"
    told = {"a": row.counts.get("for", 0), "b": tally.base_count, "k": tally.need}
    return Sentence(
        key,
        {"name": row.name, **told, "base": _base(tally.base), "p": Share(row.percent)},
    )


def _second(tally: Tally) -> Iterator[Sentence]:
    """Give the other percentage where one choice is held against a threshold."""
    if tally.decides != "share" or tally.rows or tally.steps:
        return
    told = {"a": tally.counts.get("for", 0), "b": tally.second_count}
    base = _base(tally.second_base)
    yield Sentence("why.second", {"p": Share(tally.second_percent), "base": base, **told})


_LEAVES: Mapping[Base, frozenset[str]] = {
    "members_counted": frozenset({"interest", "absence", "rule"}),
    "present": frozenset({"interest", "absence", "rule"}),
    "summoned_adjusted": frozenset({"absence"}),
}
"""Which excuses take a person out of which base; out of the others none does."""


def _left_out(tally: Tally) -> Iterator[Sentence]:
    """Say how many were taken out of the poll, and whether they still count in its base."""
    leaves = _LEAVES.get(tally.base, frozenset())
    for kind in ("interest", "absence", "rule"):
        number = sum(1 for one in tally.excluded if one.kind == kind)
        if number:
            counted = "out" if kind in leaves else "in"
            yield Sentence(f"why.excluded.{kind}.{counted}", {"n": number})


def _missing(tally: Tally) -> Iterator[Sentence]:
    """Say of everybody in the base who is not in the result where they are."""
    silent = "why.unanswered" if tally.form == "written" else "why.silent"
    figures = (
        (silent, len(tally.silent)),
        ("why.absent", len(tally.absent)),
        ("why.not_returned", tally.not_returned if not tally.silent else 0),
        ("why.invalid", tally.invalid),
        ("why.sent_in", tally.sent_in),
    )
    yield from (Sentence(key, {"n": number}) for key, number in figures if number)


def _quorum(rule: Rule, tally: Tally) -> Sentence:
    key = "why.quorum" if tally.quorum_met else "why.noquorum"
    base = tally.bases.get(rule.quorum_base, tally.members)
    return Sentence(key, {"a": tally.present, "b": base, "k": tally.quorum_need})
