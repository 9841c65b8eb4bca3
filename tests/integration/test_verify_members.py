"""A dossier for members: it leaves out what they may not see, and is verified all the same."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from server.protocol import events as e
from server.record import container as d
from server.record.findings import Fault
from server.record.report import report
from server.record.stamp import checkpoint
from server.record.verify import verify
from server.record.withholding import for_members
from server.signing import LogKey
from tests.forging import Forger, dossier
from tests.sitting import entries, played, sealed
from tests.story import ROOM

SECRET = bytes(range(32))
Members = dict[str, bytes]
STORY = played()
LOG = sealed(STORY)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("members") / "HO-SO.zip"
    return dossier(LOG, SECRET, ROOM, target, members=True)


def test_it_is_whole_under_the_same_code(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = checkpoint(LOG, LogKey(SECRET).public).short
    verdict = verify(whole, code)
    assert verdict.findings == []
    assert (verdict.short, verdict.matched, verdict.entries) == (code, len(LOG), len(LOG))
    assert verdict.withheld == for_members(entries(STORY)).count(False) > 0
    assert report(whole, code) == 0
    assert "dành cho đại biểu" in capsys.readouterr().out


def test_it_holds_no_reason_of_absence_and_no_ballot_of_an_annulled_poll(whole: Path) -> None:
    forger = Forger.unpacked(whole)
    everything = b"".join(forger.values())
    assert "Công tác nước ngoài".encode() not in everything
    assert "Đi học".encode() not in everything
    assert d.MINUTES not in forger
    shown = for_members(entries(STORY))
    hidden = {type(one.event) for one, seen in zip(entries(STORY), shown, strict=True) if not seen}
    assert e.AttendanceMarked in hidden
    assert e.BallotCast not in hidden, "both polls with ballots were published by name"


def rows(forger: Members, change: Callable[[list[bytes]], None]) -> None:
    lines = forger[d.RECORD].split(b"\n")
    change(lines)
    forger[d.RECORD] = b"\n".join(lines)


def place_of(forger: Members, kind: str) -> int:
    lines = forger[d.RECORD].split(b"\n")
    return next(i for i, one in enumerate(lines) if f'"t":"{kind}"'.encode() in one)


def a_ballot(forger: Members) -> None:
    place = place_of(forger, "BallotCast")
    rows(forger, lambda lines: lines.__setitem__(place, lines[place].replace(b'"for"', b'"other"')))


def a_published_ballot_and_its_leaf(forger: Members) -> None:
    place = place_of(forger, "PollPublished")
    record = json.loads(forger[d.RECORD].split(b"\n")[place])
    record["event"]["ballots"]["p02"]["choice"] = "against"
    raw = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    rows(forger, lambda lines: lines.__setitem__(place, raw))


def a_withheld_leaf(forger: Members) -> None:
    salts = forger[d.SALTS].split(b"\n")
    place = salts.index(b"-")
    leaves = forger[d.LEAVES].split(b"\n")
    leaves[place] = b"0" * 64
    forger[d.LEAVES] = b"\n".join(leaves)


def another_entry_withheld(forger: Members) -> None:
    place = place_of(forger, "BallotCast")
    rows(forger, lambda lines: lines.__setitem__(place, b""))
    salts = forger[d.SALTS].split(b"\n")
    salts[place] = b"-"
    forger[d.SALTS] = b"\n".join(salts)


def for_officers_after_all(forger: Members) -> None:
    manifest = json.loads(forger[d.MANIFEST])
    forger[d.MANIFEST] = json.dumps({**manifest, "audience": "officers"}).encode()


@pytest.mark.parametrize(
    ("alter", "fault"),
    [
        (a_ballot, Fault.ENTRY_CHANGED),
        (a_published_ballot_and_its_leaf, Fault.ENTRY_CHANGED),
        (a_withheld_leaf, Fault.CHECKPOINT_ROOT),
        (another_entry_withheld, Fault.TALLY_WRONG),
        (for_officers_after_all, Fault.ENTRY_UNREADABLE),
    ],
)
def test_what_is_altered_in_it_is_found(
    whole: Path, tmp_path: Path, alter: Callable[[Members], None], fault: Fault
) -> None:
    members = Forger.unpacked(whole)
    alter(members)
    altered = tmp_path / "altered.zip"
    with altered.open("wb") as file:
        d.pack(file, members)
    findings = verify(altered).findings
    assert findings, "accepted"
    assert findings[0].fault is fault, findings
