"""Events are for ever: what any release has written still decodes and folds to the same state.

`events_1.jsonl` holds one recorded example, at least, of every event in form 1; lines are only ever
appended. `state_1.json` is what they fold to.
"""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from server.protocol import events as e
from server.protocol.codec import Malformed, encode
from server.protocol.fold import fold
from server.protocol.state import MeetingState
from server.protocol.upcast import FORMAT, upcast

HERE = Path(__file__).parent
FORMS = range(1, FORMAT + 1)


def lines(form: int) -> list[bytes]:
    return (HERE / f"events_{form}.jsonl").read_bytes().splitlines()


@pytest.mark.parametrize("form", FORMS)
def test_every_recorded_event_decodes_and_folds(form: int) -> None:
    records = [upcast(form, line) for line in lines(form)]
    assert {type(record.event) for record in records} >= set(get_args(e.Event))
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    state = fold(record.entry() for record in records)
    expected = msgspec.json.decode((HERE / f"state_{form}.json").read_bytes(), type=MeetingState)
    assert state == expected


def test_this_release_writes_the_newest_form_byte_for_byte() -> None:
    for line in lines(FORMAT):
        assert encode(upcast(FORMAT, line)) == line


def test_a_record_from_a_newer_release_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="form 2 is newer than 1"):
        upcast(FORMAT + 1, lines(FORMAT)[0])


def test_a_damaged_record_says_so() -> None:
    with pytest.raises(Malformed):
        upcast(FORMAT, lines(FORMAT)[0][:-1])
