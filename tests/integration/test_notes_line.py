"""Private notes over real sockets and a real server: another tablet has them, and nobody reads."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from client.device.credentials import DeviceKey, Identity
from client.device.pinlock import Cost
from client.device.vault import Vault
from client.ink import tools
from client.ink.marks import Quote, Spot, on_page
from client.ink.packing import Point
from client.line import Address
from client.notes.copies import Copy, Form, write_copy
from client.notes.line import NotesWay
from client.notes.notes import Notes, NotOpen, Place
from client.resources import font_file
from client.state import NotesState
from server.protocol import frames as f
from server.protocol import notes as n
from server.protocol.refusals import Code, Refusal
from tests.house import House, open_house

CHEAP = Cost(passes=1, lanes=1, kibibytes=64)
DOCUMENT = "ab" * 32
ROOM, PAPER = "m1", "t1"
LINE = tuple(Point(100 + step, 700 - step / 3, 0.4, step * 8) for step in range(40))


@dataclass
class Tablet:
    """A person's notes on one paired device; the network can be there or not."""

    folder: Path
    house: House
    identity: Identity
    token: str = ""
    states: list[NotesState] = field(default_factory=list)
    connected: bool = True
    skew: float = 0.0
    notes: Notes = field(init=False)

    def __post_init__(self) -> None:
        place = Place(
            self.folder, Vault(b"v" * 32), lambda: 1_758_157_200 + self.skew, CHEAP, CHEAP
        )
        self.notes = Notes(place, self._tell, self._way)

    def _tell(self, state: NotesState) -> None:
        self.states.append(state)

    async def _way(self) -> NotesWay | None:
        if not self.connected:
            return None
        address = Address(("localhost",), self.house.port)
        return NotesWay(address, self.house.trusted, self.identity, lambda: self.token)

    async def until(self, wanted: Callable[[NotesState], bool]) -> None:
        async with asyncio.timeout(20):
            while not wanted(self.notes.state):
                await asyncio.sleep(0.01)


@asynccontextmanager
async def tablets(
    house: House, folder: Path, person: str, count: int
) -> AsyncIterator[list[Tablet]]:
    """Tablets of one person, each given its token while the person was signed in on it."""
    made: list[Tablet] = []
    try:
        for number in range(count):
            peer = await house.tablet(person)
            key = DeviceKey(peer.device.key.private_bytes_raw())
            identity = Identity(peer.device.id, key, house.commons.ca_sha256)
            tablet = Tablet(folder / f"{person}-{number}", house, identity, peer.token)
            made.append(tablet)
            await tablet.notes.open(person, house.pins[person])
            await tablet.until(lambda state: state.online)
        yield made
    finally:
        for tablet in made:
            await tablet.notes.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "server") as opened:
        await opened.desk()
        yield opened


async def give(first: Tablet, second: Tablet) -> None:
    """The person compares the digits and lets the second tablet have the key."""
    assert second.notes.state.locked
    assert await second.notes.ask_other_device() is None
    await first.until(lambda state: bool(state.requests))
    asked = first.notes.state.requests[0]
    assert asked.digits == second.notes.state.digits
    assert await first.notes.give_key(asked.device) is None
    await second.until(lambda state: not state.locked)


async def settled(*all_tablets: Tablet) -> None:
    for tablet in all_tablets:
        await tablet.until(lambda state: not state.saving and state.unsent == 0)


async def test_another_tablet_shows_the_marks_within_a_second(house: House, tmp_path: Path) -> None:
    [person] = await house.people(1)
    async with tablets(house, tmp_path, person, 2) as (first, second):
        await give(first, second)
        one = await first.notes.notebook(ROOM, PAPER)
        other = await second.notes.notebook(ROOM, PAPER)
        seen = asyncio.Event()
        other.listen(lambda _change: seen.set())
        one.write(DOCUMENT, 1, LINE, tools.BLUE)
        async with asyncio.timeout(1):
            await seen.wait()
        assert other.marks == one.marks
        other.change(other.marks[0].id, colour="pen2")
        await settled(second)
        async with asyncio.timeout(1):
            while one.marks[0].colour != "pen2":
                await asyncio.sleep(0.01)


async def test_what_was_written_before_the_key_came_is_neither_lost_nor_sent_unreadable(
    house: House, tmp_path: Path
) -> None:
    [person] = await house.people(1)
    async with tablets(house, tmp_path, person, 2) as (first, second):
        one = await first.notes.notebook(ROOM, PAPER)
        one.write(DOCUMENT, 1, LINE, tools.BLUE)
        other = await second.notes.notebook(ROOM, PAPER)
        other.write(DOCUMENT, 2, LINE, tools.RED)
        await first.until(lambda state: state.unsent == 0 and not state.saving)
        await second.until(lambda state: state.unsent == 1)
        await give(first, second)
        await settled(first, second)
        async with asyncio.timeout(5):
            while not (len(one.marks) == len(other.marks) == 2):
                await asyncio.sleep(0.01)
        assert one.marks == other.marks


async def test_a_code_and_a_passphrase_open_the_notes_on_a_new_tablet(
    house: House, tmp_path: Path
) -> None:
    [person] = await house.people(1)
    async with tablets(house, tmp_path, person, 1) as (first,):
        (await first.notes.notebook(ROOM, PAPER)).write(DOCUMENT, 1, LINE, tools.BLUE)
        code = await first.notes.make_code()
        assert isinstance(code, str)
        assert await first.notes.set_passphrase("ngắn") == Refusal(Code.PIN_WEAK, {"least": 10})
        assert await first.notes.set_passphrase("một câu đủ dài") is None
        await first.until(lambda state: state.code and state.passphrase)
        await settled(first)
    for secret in (code.lower().replace("-", " "), "một câu đủ dài"):
        async with tablets(house, tmp_path / secret[:3], person, 1) as (other,):
            await other.until(lambda state: state.locked)
            wrong = await other.notes.unlock("AAAA-AAAA")
            assert isinstance(wrong, Refusal)
            assert await other.notes.unlock(secret) is None
            notebook = await other.notes.notebook(ROOM, PAPER)
            async with asyncio.timeout(5):
                while not notebook.marks:
                    await asyncio.sleep(0.01)
            assert notebook.marks[0].kind == "ink"


async def test_the_next_person_on_a_pooled_tablet_opens_nothing(
    house: House, tmp_path: Path
) -> None:
    one, other = await house.people(2)
    async with tablets(house, tmp_path, one, 1) as (tablet,):
        (await tablet.notes.notebook(ROOM, PAPER)).write(DOCUMENT, 1, LINE, tools.BLUE)
        await settled(tablet)
        await tablet.notes.open(other, house.pins[other])
        assert (await tablet.notes.notebook(ROOM, PAPER)).marks == ()
        await tablet.notes.open(one, house.pins[one])
        assert len((await tablet.notes.notebook(ROOM, PAPER)).marks) == 1
        await tablet.notes.open(one, "another pin")  # changed while open
        await tablet.notes.close()
        with pytest.raises(NotOpen):
            await tablet.notes.notebook(ROOM, PAPER)
        await tablet.notes.open(one, "another pin")
        assert len((await tablet.notes.notebook(ROOM, PAPER)).marks) == 1
        await tablet.notes.close()
        await tablet.notes.open(one, "reset by the office")
        assert (await tablet.notes.notebook(ROOM, PAPER)).marks == ()
        await tablet.until(lambda state: state.locked)
        assert await tablet.notes.unlock("another pin") is None
        assert len((await tablet.notes.notebook(ROOM, PAPER)).marks) == 1


async def kept_bytes(house: House) -> int:
    """What the server counts of everybody's entries, and has to be what it holds."""

    def count(db: Any) -> tuple[int, int]:
        held = next(db.query("select sum(length(sealed)) n from entries"))["n"]
        return held, next(db.query("select sum(bytes) n from owners"))["n"]

    held, counted = await house.commons.notes._database.run(count)
    assert held == counted
    return int(held)


async def test_what_counts_no_more_is_shed_and_a_tablet_long_away_changes_the_same_marks(
    house: House, tmp_path: Path
) -> None:
    [person] = await house.people(1)
    async with tablets(house, tmp_path, person, 2) as (first, away):
        await give(first, away)
        one = await first.notes.notebook(ROOM, PAPER)
        note = one.make("note", {DOCUMENT: on_page(1, spot=Spot(5, 5))})
        one.add(note)
        one.write(DOCUMENT, 1, LINE, tools.BLUE)
        await settled(first)
        other = await away.notes.notebook(ROOM, PAPER)
        async with asyncio.timeout(5):
            while other.marks != one.marks:
                await asyncio.sleep(0.01)
        await away.notes.close()
        for length in range(60):
            one.change(note.id, body="chữ " * (200 - length))
            one.write(DOCUMENT, 1, [point._replace(y=point.y + 9) for point in LINE], tools.BLUE)
            one.erase(DOCUMENT, 1, [(101, 690), (101, 720)], 4, part=True)
        one.erase(DOCUMENT, 1, [(90, 710), (150, 690)], 12)
        marks = one.marks
        await settled(first)
        before = await kept_bytes(house)
        await first.notes.close()
        await first.notes.open(person, house.pins[person])
        again = await first.notes.notebook(ROOM, PAPER)
        assert again.marks == marks
        await first.until(lambda state: state.online)
        again.add(again.make("bookmark", {DOCUMENT: on_page(2, spot=Spot(0, 0))}))
        async with asyncio.timeout(20):
            while (size := await kept_bytes(house)) >= before / 2 or first.notes.state.unsent:
                await asyncio.sleep(0.05)
        assert size > 0
        await away.notes.open(person, house.pins[person])
        other = await away.notes.notebook(ROOM, PAPER)
        other.change(note.id, colour="pen2")
        await settled(away)
        async with asyncio.timeout(5):
            while other.marks != again.marks:
                await asyncio.sleep(0.01)
        code = await first.notes.make_code()
        assert isinstance(code, str)
    async with tablets(house, tmp_path / "new", person, 1) as (new,):
        await new.until(lambda state: state.locked)
        assert await new.notes.unlock(code) is None
        late = await new.notes.notebook(ROOM, PAPER)
        async with asyncio.timeout(5):
            while late.marks != again.marks:
                await asyncio.sleep(0.01)


async def test_who_has_lost_every_key_begins_anew_and_old_tablets_bring_back_what_they_hold(
    house: House, tmp_path: Path
) -> None:
    [person] = await house.people(1)
    async with tablets(house, tmp_path, person, 2) as (lost, new):
        (await lost.notes.notebook(ROOM, PAPER)).write(DOCUMENT, 1, LINE, tools.BLUE)
        await settled(lost)
        book = await new.notes.notebook(ROOM, PAPER)
        book.write(DOCUMENT, 2, LINE, tools.RED)
        await new.until(lambda state: state.locked)
        assert await new.notes.begin_anew() is None
        await settled(new)
        assert not new.notes.state.locked
        await lost.until(lambda state: state.locked)  # it is found again
        await give(new, lost)
        await settled(lost, new)
        async with asyncio.timeout(10):
            while len(book.marks) < 2:
                await asyncio.sleep(0.01)
        assert {mark.colour for mark in book.marks} == {"pen1", "pen2"}
        assert (await lost.notes.notebook(ROOM, PAPER)).marks == book.marks


async def test_a_mark_is_shared_with_named_people_and_taken_back(
    house: House, tmp_path: Path
) -> None:
    writer, reader = await house.people(2)
    async with (
        tablets(house, tmp_path, writer, 1) as (mine,),
        tablets(house, tmp_path, reader, 1) as (theirs,),
    ):
        notebook = await mine.notes.notebook(ROOM, PAPER)
        notebook.write(DOCUMENT, 1, LINE, tools.BLUE)
        note = notebook.make("note", {DOCUMENT: on_page(1, spot=Spot(5, 5))}, body="Hỏi lại số này")
        notebook.add(note)
        await settled(mine)
        assert theirs.notes.shared_with_me(ROOM, PAPER) == ()
        unknown = await mine.notes.share(ROOM, PAPER, (note.id,), (reader, "nobody"))
        assert unknown == Refusal(Code.READER_UNKNOWN, {"people": "nobody"})
        assert await mine.notes.share(ROOM, PAPER, (note.id,), (reader,)) is None
        await theirs.until(lambda state: state.shared == 1)
        assert theirs.notes.shared_with_me(ROOM, PAPER) == ((writer, note),)
        shared = notebook.get(note.id)
        assert shared is not None
        assert shared.shared == (reader,)
        await theirs.notes.close()
        await theirs.notes.open(reader, house.pins[reader])
        assert theirs.notes.shared_with_me(ROOM, PAPER) == ((writer, note),), "without the line"
        await theirs.until(lambda state: state.online)
        assert await mine.notes.unshare(ROOM, PAPER, (note.id,)) is None
        await theirs.until(lambda state: state.shared == 0)
        assert theirs.notes.shared_with_me(ROOM, PAPER) == ()


async def test_deleting_a_shared_mark_off_line_takes_it_back_later(
    house: House, tmp_path: Path
) -> None:
    writer, reader = await house.people(2)
    async with (
        tablets(house, tmp_path, writer, 1) as (mine,),
        tablets(house, tmp_path, reader, 1) as (theirs,),
    ):
        notebook = await mine.notes.notebook(ROOM, PAPER)
        note = notebook.make("note", {DOCUMENT: on_page(1)}, body="Hỏi lại")
        notebook.add(note)
        assert await mine.notes.share(ROOM, PAPER, (note.id,), (reader,)) is None
        await theirs.until(lambda state: state.shared == 1)
        await mine.notes.close()
        mine.connected = False
        await mine.notes.open(writer, house.pins[writer])
        assert await mine.notes.share(ROOM, PAPER, (note.id,), ()) == Refusal(
            Code.SERVER_UNREACHABLE
        )
        notebook = await mine.notes.notebook(ROOM, PAPER)
        notebook.delete(note.id)
        await mine.until(lambda state: not state.saving)
        assert theirs.notes.state.shared == 1
        mine.connected = True
        await theirs.until(lambda state: state.shared == 0)
        notebook.undo()
        assert [mark.shared for mark in notebook.marks] == [()], "private again"


async def test_the_notes_line_outlives_the_login_and_wants_its_own_token(
    house: House, tmp_path: Path
) -> None:
    [person] = await house.people(1)
    async with tablets(house, tmp_path, person, 1) as (tablet,):
        await house.tablet(person)  # signed in elsewhere: the login here ends
        (await tablet.notes.notebook(ROOM, PAPER)).write(DOCUMENT, 1, LINE, tools.BLUE)
        await settled(tablet)
    stranger = await house.connect(await house.device(), "/notes")
    await stranger.authenticate()
    await stranger.send(n.PutNotes("x", (n.NoteEntry("0" * 32, "0" * 16, 1, "AAAA"),)))
    refused = await stranger.hear(f.Refused)
    assert refused == f.Refused(Refusal(Code.NOT_SIGNED_IN), "x")
    await stranger.send(n.OpenNotes("bm90LWEtdG9rZW4", "0" * 32, "A" * 43))
    assert await stranger.hear(f.Refused) == f.Refused(Refusal(Code.TOKEN_WRONG))


async def test_the_servers_files_hold_no_text_stroke_or_key_in_clear(
    house: House, tmp_path: Path
) -> None:
    writer, reader = await house.people(2)
    async with (
        tablets(house, tmp_path / "c", writer, 1) as (mine,),
        tablets(house, tmp_path / "c", reader, 1) as (theirs,),
    ):
        notebook = await mine.notes.notebook(ROOM, PAPER)
        body, quote = "Không đồng ý điểm này", "chuyển đổi số"
        target = on_page(1, spot=Spot(5, 5))
        note = notebook.make("note", {DOCUMENT: target}, body=body)
        notebook.add(note)
        notebook.write(DOCUMENT, 1, LINE, tools.BLUE)
        quoted = on_page(2)
        notebook.add(
            notebook.make(
                "highlight",
                {DOCUMENT: type(quoted)(quoted.areas, quote=Quote(quote))},
                colour="highlight1",
            )
        )
        await mine.notes.make_code()
        await mine.notes.share(ROOM, PAPER, (note.id,), (reader,))
        await settled(mine, theirs)
        drawer = mine.notes._open_drawer()
        strokes = [one.packed for mark in notebook.marks for one in mark.strokes.values()]
        secrets = [
            body.encode(),
            body.encode("utf-16-le"),
            quote.encode(),
            *strokes,
            *(stroke[8:40] for stroke in strokes),
            drawer.ring.key.raw,
            drawer.ring.key.raw.hex().encode(),
            drawer.ring.half.raw,
            note.id.encode(),
            DOCUMENT.encode(),
        ]
        files = [path for path in (tmp_path / "server").rglob("*") if path.is_file()]
        assert any(path.name == "notes.db" and path.stat().st_size for path in files)
        for path in files:
            held = path.read_bytes()
            for secret in secrets:
                assert secret not in held, path.name
        for path in (tmp_path / "c").rglob("*"):
            if path.is_file():
                held = path.read_bytes()
                assert not any(secret in held for secret in secrets), path.name


async def test_only_the_writer_makes_a_marked_copy(house: House, tmp_path: Path) -> None:
    one, other = await house.people(2)
    document: Any = pymupdf.open()
    document.new_page().insert_text((100, 100), "Tờ trình")
    papers = {DOCUMENT: bytes(document.tobytes())}
    font = font_file("regular")
    async with tablets(house, tmp_path, one, 1) as (tablet,):
        notebook = await tablet.notes.notebook(ROOM, PAPER)
        notebook.write(DOCUMENT, 1, LINE, tools.BLUE)
        note = notebook.make("note", {DOCUMENT: on_page(1, spot=Spot(5, 5))}, body="Hỏi lại")
        notebook.add(note)
        forms: dict[Form, tuple[int, int]] = {
            "marked": (1, 2),
            "print": (2, 2),
            "print_clean": (1, 0),
        }
        for form, figures in forms.items():
            copy = Copy(ROOM, PAPER, DOCUMENT, "Bình", "tt.pdf", tmp_path / f"{form}.pdf", form)
            done = await write_copy(tablet.notes, papers.__getitem__, font, "Trang {page}", copy)
            assert done is None
            made: Any = pymupdf.open(copy.target)
            assert (made.page_count, len(list(made[0].annots()))) == figures
        xfdf = Copy(ROOM, PAPER, DOCUMENT, "Bình", "tt.pdf", tmp_path / "a.xfdf", "xfdf")
        assert await write_copy(tablet.notes, papers.__getitem__, font, "", xfdf) is None
        assert "Hỏi lại" in xfdf.target.read_text("utf-8")
        nowhere = replace(xfdf, target=tmp_path / "a.xfdf" / "b")
        refused = await write_copy(tablet.notes, papers.__getitem__, font, "", nowhere)
        assert refused == Refusal(Code.DISK_FULL)
        await tablet.notes.open(other, house.pins[other])
        assert await write_copy(tablet.notes, papers.__getitem__, font, "", xfdf) is None
        assert "Hỏi lại" not in xfdf.target.read_text("utf-8")
        await tablet.notes.close()
        refused = await write_copy(tablet.notes, papers.__getitem__, font, "", xfdf)
        assert refused == Refusal(Code.NOT_SIGNED_IN)
