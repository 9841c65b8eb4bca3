"""What a dossier says in plain tables: a function of the record alone, which anyone recomputes.

Everything is JSON with sorted keys; times are milliseconds since 1970, UTC.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from server.protocol import events as e
from server.protocol.fold import apply, begin
from server.protocol.state import AgendaItem, MeetingState, Poll

AGENDA, ROLL, ATTENDANCE = "agenda.json", "roll.json", "attendance.json"
POLLS, PAPERS = "polls.json", "papers.json"
COMMENTS = "comments.json"
"""Only where somebody has sent one: dossiers of before are as they were."""
NAMES = (AGENDA, ROLL, ATTENDANCE, POLLS, PAPERS, COMMENTS)


def to_json(value: object) -> bytes:
    """Return the one way in which a dossier writes a value."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def tables(entries: Iterable[e.Entry]) -> dict[str, bytes]:
    """Return every table by its name. Raises ValueError without a meeting at the beginning."""
    state: MeetingState | None = None
    versions: list[dict[str, Any]] = []
    for entry in entries:
        if state is None:
            if not isinstance(entry.event, e.MeetingCreated):
                raise ValueError("a meeting begins with MeetingCreated")
            state = begin(entry.event)
            continue
        state = apply(state, entry)
        if isinstance(entry.event, e.AgendaPublished):
            versions.append(_version(state, entry.event, entry.at))
    if state is None:
        raise ValueError("a meeting begins with MeetingCreated")
    made: dict[str, object] = {
        AGENDA: versions,
        ROLL: [msgspec.to_builtins(entry) for entry in state.roll.values()],
        ATTENDANCE: msgspec.to_builtins(state.attendance),
        POLLS: [_poll(state, poll) for poll in state.polls.values()],
        PAPERS: _papers(state.items),
    }
    if state.comments:
        made[COMMENTS] = [msgspec.to_builtins(one) for one in state.comments.values()]
    return {name: to_json(value) for name, value in made.items()}


def _version(state: MeetingState, event: e.AgendaPublished, at: int) -> dict[str, Any]:
    """An agenda as it was published, each paper by the hashes of its newest version."""
    return {
        "version": event.version,
        "at": at,
        "items": [
            {
                "id": item.id,
                "number": item.number,
                "title": item.title,
                "status": item.status,
                "papers": [
                    {"id": paper.id, "title": paper.title, **_hashes(paper.file)}
                    for paper in item.papers
                ],
            }
            for item in state.items
        ],
    }


def _hashes(file: Any) -> dict[str, str]:
    if file is None:
        return {}
    return {"original_sha256": file.original_sha256, "view_sha256": file.view_sha256}


def _poll(state: MeetingState, poll: Poll) -> dict[str, Any]:
    """A poll with its rule and tally; ballots by name only where they are published."""
    told: dict[str, Any] = msgspec.to_builtins(poll)
    if poll.state != "published":
        told.pop("ballots", None)
    item = state.item(poll.item)
    return {**told, "item_number": item.number if item else 0, "keys": list(poll.keys)}


def _papers(items: Sequence[AgendaItem]) -> list[dict[str, Any]]:
    return [
        {
            "item": item.id,
            "id": paper.id,
            "title": paper.title,
            "symbol": paper.symbol,
            "classification": paper.classification,
            "versions": [msgspec.to_builtins(file) for file in paper.files],
        }
        for item in items
        for paper in item.papers
    ]


def first_difference(said: bytes, true: bytes) -> str:
    """Name the place at which a table differs from what the record says; empty when it is equal.

    The place is a path of keys and numbers from 0, such as `0.rule.threshold.numerator`.
    """
    if said == true:
        return ""
    try:
        one = json.loads(said)
    except ValueError:
        return "?"
    return _differs(one, json.loads(true), ()) or "?"


def _differs(one: Any, two: Any, path: tuple[str, ...]) -> str:
    if isinstance(one, dict) and isinstance(two, dict):
        keys = sorted(one.keys() | two.keys())
        steps = ((key, one.get(key), two.get(key)) for key in keys)
    elif isinstance(one, list) and isinstance(two, list):
        longest = range(max(len(one), len(two)))
        pad = [None] * len(longest)
        steps = ((str(i), [*one, *pad][i], [*two, *pad][i]) for i in longest)
    else:
        return "" if one == two and type(one) is type(two) else ".".join(path)
    found = (_differs(mine, theirs, (*path, key)) for key, mine, theirs in steps)
    return next((place for place in found if place), "")
