"""Which meetings there are, who sees which, and who may have which file."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from server.accounts import Login
from server.core.roles import Actor
from server.database import NotRecorded
from server.journal import Batch
from server.journal.memory import MemoryJournal
from server.protocol import commands as c
from server.protocol.ids import MeetingId
from server.protocol.office import OfficeRole
from server.protocol.refusals import Code, Refusal
from server.protocol.state import File, Organization, RollEntry
from server.room import Room
from server.rooms import Rooms, actor
from server.summary import Summary
from tests.listening import Asker, Later

BODY, OTHER = Organization("o1", "Hội đồng nhân dân"), Organization("o2", "Ủy ban")
ROLL = (
    RollEntry("p-chair", "Chủ tọa", "chair"),
    RollEntry("p-one", "Đại biểu", "member", ballots=True),
    RollEntry("p-guest", "Khách", "guest"),
)
MAY = Actor("p-secretary", "d1", secretary=True)
FILE = File("a" * 64, "b" * 64, pages=3, size=10)


class FullDisk(MemoryJournal):
    async def create(self, room: MeetingId, epoch: str, batch: Batch) -> None:
        raise NotRecorded("full")


def login(person: str, **organizations: OfficeRole) -> Login:
    return Login("l1", "token", person, person, f"d-{person}", "tablet", False, organizations)


async def load(journal: MemoryJournal) -> Rooms:
    ticks, salts = count(1_758_157_200_000, 1000), count()
    failures: list[BaseException] = []
    return await Rooms.load(
        journal,
        now=lambda: next(ticks),
        fatal=failures.append,
        later=Later(),
        random=lambda size: next(salts).to_bytes(size),
    )


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


@pytest.fixture
async def rooms(journal: MemoryJournal) -> AsyncIterator[Rooms]:
    loaded = await load(journal)
    yield loaded
    await loaded.close()


async def make(rooms: Rooms, name: str = "m1", starts_at: int = 0) -> Room:
    command = c.CreateMeeting("Kỳ họp", starts_at=starts_at, roll=ROLL)
    made = await rooms.create(name, BODY, command, MAY)
    assert isinstance(made, Room), made
    return made


async def test_a_meeting_is_made_once_and_found_after_a_restart(
    rooms: Rooms, journal: MemoryJournal
) -> None:
    room = await make(rooms)
    assert await rooms.open("m1") is room
    again = await rooms.create("m1", BODY, c.CreateMeeting("Khác"), MAY)
    assert again == Refusal(Code.MEETING_EXISTS, {"meeting": "m1"})
    second = await load(journal)
    reopened = await second.open("m1")
    assert reopened is not None
    assert reopened.state == room.state
    assert reopened.hub.epoch == room.hub.epoch
    await second.close()


async def test_a_room_that_the_journal_knows_but_nobody_told_us_of(
    rooms: Rooms, journal: MemoryJournal
) -> None:
    second = await load(journal)
    await make(second)
    made = await rooms.create("m1", BODY, c.CreateMeeting("Khác"), MAY)
    assert made == Refusal(Code.MEETING_EXISTS, {"meeting": "m1"})
    await second.close()


async def test_who_may_not_make_one_and_what_is_wrong(rooms: Rooms) -> None:
    refused = await rooms.create("m1", BODY, c.CreateMeeting("Kỳ họp"), Actor("p-one"))
    assert refused == Refusal(Code.NOT_ALLOWED)
    assert await rooms.create("m1", BODY, c.CreateMeeting(" "), MAY) == Refusal(Code.TITLE_MISSING)
    assert await rooms.open("m1") is None


async def test_a_full_disk_makes_no_meeting() -> None:
    rooms = await load(FullDisk())
    made = await rooms.create("m1", BODY, c.CreateMeeting("Kỳ họp"), MAY)
    assert made == Refusal(Code.NOT_RECORDED)
    assert rooms.cards(login("p", o1="secretary")) == ()


async def test_everybody_sees_their_own_meetings_soonest_first(rooms: Rooms) -> None:
    await make(rooms, "later", 2000)
    await make(rooms, "sooner", 1000)
    cards = rooms.cards(login("p-one", o1="member"))
    assert [(card.room, card.role) for card in cards] == [("sooner", "member"), ("later", "member")]
    assert rooms.cards(login("p-chair"))[0].role == "chair"
    assert rooms.cards(login("p-office", o1="secretary"))[0].role == "secretary"
    assert rooms.cards(login("p-office", o2="secretary")) == ()
    assert rooms.cards(login("p-nobody", o1="member")) == ()


async def test_cards_follow_what_happens(rooms: Rooms) -> None:
    heard: list[Summary] = []
    rooms.on_changed = heard.append
    ask = Asker(await make(rooms))
    await ask("p-secretary", c.StartMeeting(), secretary=True)
    assert [one.phase for one in heard] == ["prepared", "open"]
    assert rooms.cards(login("p-one"))[0].phase == "open"
    await ask("p-secretary", c.NameActingChair("p-one"), secretary=True)
    assert rooms.cards(login("p-one"))[0].role == "chair"


async def test_a_tablet_announces_what_is_open_or_comes_next(rooms: Rooms) -> None:
    assert rooms.next_card("p-one") is None
    later = await make(rooms, "later", 2000)
    await make(rooms, "sooner", 1000)
    card = rooms.next_card("p-one")
    assert card is not None
    assert card.room == "sooner"
    ask = Asker(later)
    await ask("p-secretary", c.StartMeeting(), secretary=True)
    card = rooms.next_card("p-one")
    assert card is not None
    assert card.room == "later"
    await ask("p-secretary", c.CloseMeeting(), secretary=True)
    card = rooms.next_card("p-one")
    assert card is not None
    assert card.room == "sooner"


async def test_a_hash_is_no_permission(rooms: Rooms) -> None:
    room = await make(rooms)
    secretary, foreign = login("p-s", o1="secretary"), login("p-t", o2="secretary")
    member, guest = login("p-one", o1="member"), login("p-guest", o1="guest")
    await rooms.files.add("o1", FILE)
    view = FILE.view_sha256
    everybody = (secretary, foreign, member, guest)
    assert [await rooms.may_fetch(one, view) for one in everybody] == [True, False, False, False]
    add = c.Draft("c1", c.AddItem("i1", 0, "Nội dung", "ND", guests=("p-guest",)))
    filed = c.Draft("c2", c.FilePaper("i1", "pp1", "Tờ trình", audience="members", file=FILE))
    await Asker(room)("p-secretary", c.PublishChanges((add, filed)), secretary=True)
    assert [await rooms.may_fetch(one, view) for one in everybody] == [True, False, True, False]
    assert not await rooms.may_fetch(member, FILE.original_sha256)


async def test_drafts_of_a_meeting(rooms: Rooms) -> None:
    await make(rooms)
    draft = c.Draft("c1", c.DropItem("i1"))
    unknown = Refusal(Code.ROOM_UNKNOWN, {"room": "m9"})
    assert await rooms.put_draft("m1", draft) is None
    assert await rooms.drafts("m1") == (draft,)
    assert await rooms.drop_draft("m1", "c1") is None
    assert await rooms.drafts("m1") == ()
    assert await rooms.put_draft("m9", draft) == unknown
    assert await rooms.drop_draft("m9", "c1") == unknown
    assert await rooms.drafts("m9") == ()


async def test_files_are_known_by_all_that_matters(rooms: Rooms, journal: MemoryJournal) -> None:
    await rooms.files.add("o1", FILE)
    files = (await load(journal)).files
    assert files.holds("o1", File("a" * 64, "b" * 64, pages=3, size=10, name="khác.pdf"))
    assert not files.holds("o1", File("a" * 64, "b" * 64, pages=4, size=10))
    assert not files.holds("o2", FILE)
    assert files.of_original("o1", "b" * 64) == FILE
    assert files.of_original("o2", "b" * 64) is None


def test_the_right_of_a_secretary_is_that_of_the_organization() -> None:
    assert actor(login("p", o1="secretary"), "o1") == Actor("p", "d-p", secretary=True)
    assert actor(login("p", o1="member"), "o1") == Actor("p", "d-p", secretary=False)
    assert actor(login("p", o1="secretary"), "o2") == Actor("p", "d-p", secretary=False)
