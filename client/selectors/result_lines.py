"""The lines of a result: candidates with their ballots, levels of confidence, measures, answers."""

from typing import Literal

from client.selectors.forms import answer_text, answers
from client.selectors.result_view import Line, Picture
from client.selectors.words import Words
from server.protocol.counts import Row, Step
from server.protocol.rules import SETTLED
from server.protocol.state import Poll, Tally


def lines_of(poll: Poll, picture: Picture, tally: Tally, words: Words) -> tuple[Line, ...]:
    """Return a line for each candidate, measure or answer; none for a single question."""
    if picture == "people":
        return tuple(_person(poll, tally, row, words) for row in tally.rows)
    if picture == "survey":
        return tuple(_level(poll, tally, row, words) for row in tally.rows)
    if picture == "steps":
        return tuple(_measure(poll, tally, step, words) for step in tally.steps)
    if picture == "options":
        offered = answers(poll.rule, words)
        return tuple(_answer(poll, tally, one.key, one.text, words) for one in offered)
    return ()


def _person(poll: Poll, tally: Tally, row: Row, words: Words) -> Line:
    deciding = row.counts.get("for", 0)
    tone: Literal["grn", "lac", "amb", "neutral"] = "neutral"
    icon, key = "minus", _missed(poll)
    if row.elected:
        drawn = f"res.row.drawn.{poll.rule.tie}"
        tone, icon, key = "grn", "circle-check", drawn if row.drawn else _won(poll)
    elif tally.left_by(row):
        key = f"res.row.left.{poll.rule.tie}"
    elif row.tied:
        tone, icon, key = "amb", "refresh", _tied(poll)
    elif not row.over and tally.decides == "share":
        tone, icon = "lac", "x"
    parts = [(look, row.counts.get(look, 0)) for look in ("for", "against")]
    unclear = row.counts.get("not_counted", 0)
    told = [f"{one.text} {row.counts.get(one.key, 0)}" for one in answers(poll.rule, words)]
    note = " · ".join([*told, words("res.row.unclear", n=unclear)])
    single = "against" not in row.counts
    return Line(
        row.name,
        f"{deciding}/{tally.base_count}",
        f"{words.hundredths(row.percent)}%",
        (*parts, ("blank", unclear)),
        tally.base_count,
        tally.need if tally.decides == "share" else 0,
        words(key),
        tone,
        icon,
        "" if single else note,
    )


def _tied(poll: Poll) -> str:
    return f"res.row.tied.{poll.rule.tie}" if poll.rule.tie in SETTLED else "res.row.tied"


def _won(poll: Poll) -> str:
    keys = {"nomination": "res.row.nominated", "confidence": "res.row.trusted"}
    return keys.get(poll.rule.form, "res.row.elected")


def _missed(poll: Poll) -> str:
    keys = {"nomination": "res.row.not_nominated", "confidence": "res.row.not_trusted"}
    return keys.get(poll.rule.form, "res.row.not_elected")


def _level(poll: Poll, tally: Tally, row: Row, words: Words) -> Line:
    parts = tuple((one, row.counts.get(one, 0)) for one in ("high", "medium", "low", "blank"))
    flagged = row.flags > 0
    key = ""
    if flagged and row.flags <= len(poll.rule.flags):
        key = words("res.row.flag", rule=words.fraction(poll.rule.flags[row.flags - 1]))
    counts = dict(parts)
    return Line(
        row.name,
        words("res.row.levels", a=counts["high"], b=counts["medium"], c=counts["low"]),
        words("res.row.high", p=words.hundredths(row.percent)),
        parts,
        max(1, sum(counts.values())) if not tally.base_count else tally.base_count,
        0,
        key,
        "lac" if flagged else "neutral",
        "alert-triangle" if flagged else "",
        "",
    )


def _measure(poll: Poll, tally: Tally, step: Step, words: Words) -> Line:
    chosen = step.choice == tally.outcome
    added = step.total - step.count
    note = words("res.step.added", a=step.count, b=added) if added else ""
    parts = (("plain", step.count), ("added", added))
    enough = step.total >= step.need
    status = words("res.step.chosen") if chosen else "" if enough else words("res.step.short")
    return Line(
        answer_text(poll.rule, step.choice, words),
        f"{step.total}/{tally.base_count}",
        words("res.step.need", k=step.need),
        parts,
        tally.base_count,
        step.need,
        status,
        "lac" if chosen else "neutral",
        "gavel" if chosen else "" if enough else "minus",
        note,
    )


def _answer(poll: Poll, tally: Tally, key: str, text: str, words: Words) -> Line:
    count = tally.counts.get(key, 0)
    base = max(1, tally.base_count)
    share = (count * 20_000 + base) // (2 * base)
    won = tally.decides == "plurality" and key == tally.outcome
    return Line(
        text,
        f"{count}/{tally.base_count}",
        f"{words.hundredths(share)}%",
        ((_look_of(poll, key), count),),
        base,
        0,
        words("res.row.most") if won else "",
        "grn" if won else "neutral",
        "circle-check" if won else "",
    )


def _look_of(poll: Poll, key: str) -> str:
    looks = {one.key: one.look for one in answers(poll.rule, Words("vi"))}
    return looks.get(key, "plain")
