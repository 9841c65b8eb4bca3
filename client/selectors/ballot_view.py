"""What the ballot screen shows, and what the ballot in it says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from client.selectors.ballot_names import TICKED, WRITTEN, Marked, NameMark, Shape
from client.selectors.desk_counting import Sheet
from client.selectors.forms import Answer
from client.selectors.shell import Status
from client.selectors.words import Words
from server.protocol.counts import Slip

Step = Literal["choose", "confirm", "sending", "queued", "sent", "unsent", "watch", "over"]


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One answer. `chosen`: the answer that counts now; `mark` is its number."""

    choice: str
    text: str
    caps: str
    hint: str
    chosen: bool
    look: str = "for"
    mark: str = ""
    opinion: bool = False

    @property
    def key(self) -> str:
        """As the protocol calls it."""
        return self.choice


@dataclass(frozen=True, slots=True)
class BallotView:
    """The ballot of the open poll, for the person at this device.

    `shape` says which picture it is. `problem` is why the ballot would be invalid as it is marked,
    `caution` what else to know; `marked` is the whole ballot to look over. `secret` labels a
    sealed poll, and is empty for an open one.
    """

    poll: str
    step: Step
    item_line: str
    question: str
    rule: str
    choices: tuple[ChoiceRow, ...]
    choice: str | None
    heading: str
    note: str
    paused: bool
    may_change: bool
    received: int
    expected: int
    line: Status
    has_draft: bool
    replaces: str
    shape: Shape = "choice"
    names: tuple[NameMark, ...] = ()
    marked: tuple[Marked, ...] = ()
    caps: str = ""
    counted: str = ""
    counted_of: str = ""
    over: bool = False
    problem: str = ""
    caution: str = ""
    hint: str = ""
    can_write: bool = False
    written: tuple[str, ...] = ()
    opinion: str = ""
    secret: str = ""
    own: Slip | None = None
    sealed: bool = False
    sheet: Sheet | None = None
    """What this person enters as a teller of paper ballots; None for everybody else."""


def marks_of(slip: Slip) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return what a ballot says, as marks beside names and names that were written."""
    marks = dict(slip.answers) or dict.fromkeys(slip.names, TICKED)
    return marks, slip.write_ins


def slip_of(view: BallotView, opinion: str = "") -> Slip:
    """Return what the person is about to send."""
    if view.shape == "choice":
        return Slip(view.choice or "", opinion)
    asked = [one for one in view.names if not one.id.startswith(WRITTEN)]
    invalid = bool(view.problem)
    if view.shape == "pick":
        names = tuple(one.id for one in asked if one.value)
        return Slip(names=names, write_ins=view.written, invalid=invalid)
    answered = {one.id: one.value for one in asked if one.value}
    return Slip(answers=answered, invalid=invalid)


def marked(
    shape: Shape, names: tuple[NameMark, ...], offered: tuple[Answer, ...], words: Words
) -> tuple[Marked, ...]:
    """Return the names by what is marked beside them; those without an answer last."""
    if shape == "pick":
        chosen = tuple(one.name for one in names if one.value)
        return (Marked("for", words("form.chosen"), chosen),) if chosen else ()
    if shape == "choice":
        return ()
    groups = [
        Marked(one.look, one.text, tuple(n.name for n in names if n.value == one.key))
        for one in offered
    ]
    groups.append(
        Marked("plain", words("form.unanswered"), tuple(n.name for n in names if not n.value))
    )
    return tuple(one for one in groups if one.names)
