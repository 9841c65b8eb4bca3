"""What a poll of any form says of itself: its answers, how they look, and its rule in words."""

from dataclasses import dataclass

from client.i18n import Translator
from client.selectors.ballot_names import Shape
from client.selectors.words import Words
from server.protocol.rules import Option, Rule, answers_each, names_people, options_of
from server.protocol.state import Poll

LOOKS = frozenset({"for", "against", "other", "abstain", "high", "medium", "low"})
"""Answers with a colour and an icon of their own; the others are numbered."""
ELECTIONS = frozenset({"election_surplus", "election"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its label, its look (see `client.widgets.ballot.CHOICES`), its number."""

    key: str
    text: str
    look: str
    mark: str
    opinion: bool

    @property
    def caps(self) -> str:
        """The label in capitals."""
        return self.text.upper()


def shape_of(rule: Rule) -> Shape:
    """Return what a ballot under this rule holds."""
    if names_people(rule):
        return "pick"
    return "each" if answers_each(rule) else "choice"


def answers(rule: Rule, words: Words) -> tuple[Answer, ...]:
    """Return the answers of a ballot, in order."""
    return tuple(
        Answer(
            one.id,
            option_text(rule, one, words),
            one.id if one.id in LOOKS else "plain",
            str(place),
            one.opinion,
        )
        for place, one in enumerate(options_of(rule), 1)
    )


def answer_text(rule: Rule, choice: str, words: Words) -> str:
    """Return the label of one answer; the key itself when the rule does not know it."""
    known = next((one for one in options_of(rule) if one.id == choice), Option(choice))
    return option_text(rule, known, words)


def option_text(rule: Rule, option: Option, words: Words) -> str:
    """Return the option's own text, or the word for its key in that form."""
    if option.text:
        return option.text
    keys = (f"opt.{rule.form}.{option.id}", f"opt.{option.id}", f"vote.{option.id}")
    known = (key for key in keys if Translator.load().knows(key, words.language))
    key = next(known, "")
    return words(key) if key else option.id


def base_count(poll: Poll) -> int:
    """Return the deciding base as it was when the poll opened."""
    frozen = poll.bases.get(poll.rule.base)
    if frozen is not None:
        return frozen
    return poll.present if poll.rule.base == "present" else poll.members


def rule_line(poll: Poll, words: Words) -> str:
    """Return what decides the poll, with markup round the rule."""
    count = base_count(poll)
    return f"{rule_words(poll.rule, count, poll.need, words)} {secrecy(poll.rule, words)}".strip()


def rule_words(rule: Rule, count: int, need: int, words: Words) -> str:
    """Return what decides, for a base of so many and a least number of ballots."""
    told = words.rule(rule.threshold, rule.base, count)
    if rule.decides == "none" or rule.form == "confidence_survey":
        key = "form.rule.survey" if rule.form == "confidence_survey" else "form.rule.none"
        return words(key, base=words.base(rule.base), n=count)
    if rule.decides == "plurality":
        return words("form.rule.plurality", n=max(1, rule.places))
    key = "vote.rule.short"
    if rule.form in ELECTIONS:
        key = "form.rule.elect"
    elif rule.form == "nomination":
        key = "form.rule.nominate"
    elif rule.form == "discipline":
        key = "form.rule.discipline"
    elif shape_of(rule) == "each":
        key = "form.rule.each"
    return words(key, rule=told, k=need, n=rule.places)


def secrecy(rule: Rule, words: Words) -> str:
    """Return whether anybody learns who chose what."""
    if rule.secrecy == "sealed":
        return words("vote.secrecy.secret")
    return words("vote.secrecy.paper" if rule.way == "paper" else "vote.secrecy.open")
