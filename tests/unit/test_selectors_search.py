"""Which papers are searched, and how the answer is told."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from client import actions as a
from client.documents.index import Hit
from client.selectors import search
from client.state import AppState, Finds, FoundPlace
from client.store import reduce
from server.protocol import frames as f
from tests.ui import story
from tests.unit.test_selectors_tablet import state, stored

HERE = stored("p21", "p2b1", "p2b3", "p31", "p32", "p11")


def hit(name: str, page: int = 1, *, whole: bool = True) -> Hit:
    return Hit(story.sha(name), page, 3, 4, whole, "theo", "Nghị quyết", "này")


def papers(scope: search.Scope, now: AppState) -> list[tuple[int, str, int]]:
    return [(one.number, one.title, one.version) for one in search.searched(now, scope)]


def test_a_meeting_is_searched_in_the_order_of_its_agenda() -> None:
    now = state(*HERE)
    assert papers("meeting", now) == [
        (1, "Báo cáo 112-BC", 1),
        (2, "Tờ trình", 1),
        (2, "Dự thảo Nghị quyết", 3),
        (3, "Tờ trình", 2),
    ]
    reading = state(*HERE, a.Went("meeting", "", "i2", "p2b", 1))
    assert papers("paper", reading) == [(2, "Dự thảo Nghị quyết", 1)]
    assert search.wanted(now)[0] == story.sha("p11")


def test_outside_a_meeting_everything_on_the_device_is_searched() -> None:
    now = replace(state(*HERE), place=replace(state().place, room=""))
    assert search.searched(now, "meeting") == ()
    assert len(search.searched(now, "everywhere")) == 4
    other = story.meeting(title="Hội nghị khác", ordinal="")
    second = f.Snapshot("m28", "e", 1, changed(other, id="m28"))
    both = reduce(state(*HERE), second)
    found = search.searched(both, "everywhere")
    assert len(found) == 8
    assert {one.meeting for one in found} == {"Hội nghị lần thứ 27", "Hội nghị khác"}


def test_hits_stand_under_their_items_and_scans_last() -> None:
    now = state(*HERE)
    searched = search.searched(now, "meeting")
    hits = (hit("p21"), hit("p2b3", 2), hit("p32"))

    def blank(sha256: str) -> tuple[int, ...]:
        return (1, 2) if sha256 == story.sha("p11") else ()

    told = search.found(now, searched, hits, blank)
    assert told.summary == "3 chỗ trong 3 tài liệu"
    assert [row.kind for row in told.rows] == [
        "group", "hit", "hit", "group", "hit", "group", "blank",
    ]  # fmt: skip
    assert (told.rows[0].number, told.rows[0].right) == ("2", "2 chỗ")
    assert told.rows[2].title == "Dự thảo Nghị quyết · bản 3"
    assert told.rows[2].right == "Trang 2"
    assert told.rows[-1].right == "2 trang"
    assert search.preview_title(now, told.rows[2]) == "Dự thảo Nghị quyết · trang 2"
    assert search.preview_title(now, told.rows[0]) == ""
    assert search.found(now, searched, (), lambda _sha: ()).rows == ()


@pytest.mark.parametrize("at", [0, 1])
def test_what_was_found_is_remembered_until_it_is_ended(at: int) -> None:
    place = FoundPlace("m27", "i2", "p2", 1, story.sha("p21"), 1, 3, 4)
    finds = Finds("nghi quyet", (place, place), at)
    now = state(*HERE, a.FindsChanged(finds))
    assert now.finds == finds
    assert reduce(now, a.FindsChanged(None)).finds is None
