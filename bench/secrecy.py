"""Secret ballots (scoreboard R13): no pair in any file, and an order that says nothing of casting.

First a whole sealed poll is played on a real server with three crashes, and every file and member
of the dossier is searched for a person next to a choice. Then the openers open 1,000 polls of nine
ballots that all differ, cast in orders by chance: whether the place of an opened ballot depends on
when it was cast is tested by chi-square, after the last opener and between the two. The peer keeps
ballots in the order in which they came, as a plain table would; the same test must catch it.
"""

import asyncio
import random
import secrets
import tempfile
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import Report
from bench._sealed import RULE, everything, pairs, play
from bench._served import POLL, ROOM
from client.sealing import seal
from server.protocol.counts import Slip
from server.protocol.sealing import from_plain
from server.protocol.state import Poll
from server.sealed import opener

RUNS, BALLOTS = 1000, 9
LIMIT = 112.3
"""The 99.98th percentile of chi-square with (9 - 1)² degrees of freedom."""

Order = Sequence[int]
"""When each opened ballot was cast, from 0, in the order of opening."""


def orders(folder: Path) -> tuple[Order, Order]:
    """Open one poll; return the order after the first opener and the one after the second."""
    keys = tuple(opener.offer(folder / str(one), ROOM, POLL) for one in (1, 2))
    poll = Poll(POLL, "i1", "Ai?", RULE, keys=keys)
    written = [secrets.token_hex(8) for _ in range(BALLOTS)]
    random.shuffle(written)
    envelopes = [_raw(seal(Slip(write_ins=(one,)), poll, ROOM)) for one in written]
    inner = opener.open_layer(folder / "1", ROOM, POLL, 1, envelopes)
    alone = [opener.open_layer(folder / "2", ROOM, POLL, 2, [one])[0] for one in inner]
    plain = opener.open_layer(folder / "2", ROOM, POLL, 2, inner)
    return [_place(one, written) for one in alone], [_place(one, written) for one in plain]


def _raw(envelope: str) -> bytes:
    return urlsafe_b64decode(envelope + "=" * (-len(envelope) % 4))


def _place(plain: bytes, written: Sequence[str]) -> int:
    return written.index(from_plain(plain).write_ins[0])


def chi_square(runs: Sequence[Order]) -> float:
    """Return how far the table of (place when opened, place when cast) is from an even one."""
    seen = Counter(pair for order in runs for pair in enumerate(order))
    even = len(runs) / BALLOTS
    places = ((place, cast) for place in range(BALLOTS) for cast in range(BALLOTS))
    return sum((seen[pair] - even) ** 2 / even for pair in places)


def same_for_any_order(folder: Path, shuffle: Callable[[list[bytes]], None]) -> bool:
    """Say whether one set of envelopes opens to the same bytes whatever order it comes in."""
    keys = tuple(opener.offer(folder / str(one), ROOM, POLL) for one in (1, 2))
    poll = Poll(POLL, "i1", "Ai?", RULE, keys=keys)
    envelopes = [_raw(seal(Slip(write_ins=(str(n),)), poll, ROOM)) for n in range(BALLOTS)]
    results = set()
    for _ in range(20):
        shuffle(envelopes)
        inner = opener.open_layer(folder / "1", ROOM, POLL, 1, envelopes)
        results.add((inner, opener.open_layer(folder / "2", ROOM, POLL, 2, inner)))
    return len(results) == 1


def measure(runs: int = RUNS) -> Report:
    """Search one poll, and open so many."""
    with tempfile.TemporaryDirectory() as place:
        played = asyncio.run(play(Path(place) / "data", people=12))
        found, files = pairs(played), sum(1 for _ in everything(played))
        right = sorted(played.slips) == sorted(voter.written for voter in played.voters)
    print(f"{files} files and members searched: {len(found)} pairs", flush=True)
    for one in found:
        print(one, flush=True)
    with tempfile.TemporaryDirectory() as place:
        opened = [orders(Path(place)) for _ in range(runs)]
        same = same_for_any_order(Path(place), random.shuffle)
    between, after = chi_square([one for one, _ in opened]), chi_square([two for _, two in opened])
    table = chi_square([range(BALLOTS)] * runs)
    figures = {
        "runs": runs,
        "files_searched": files,
        "pairs_found": len(found),
        "counted_right": int(right),
        "same_for_any_order": int(same),
        "chi2_after_first": between,
        "chi2_after_second": after,
    }
    target = {"pairs_found": 0, "chi2_after_first": LIMIT, "chi2_after_second": LIMIT}
    holds = right and same and not found and max(between, after) <= LIMIT < table
    peer: dict[str, float | str] = {"name": "a table in the order of casting", "chi2": table}
    return Report(figures, peer, after / table, target, holds)


def run() -> Report:
    """Measure as the scoreboard asks."""
    return measure()
