"""Written comments over the real server: who receives them, what waits, what the record holds."""

import json
import zipfile

from client.selectors.comments import comment_lines
from server.protocol import commands as c
from server.protocol import office as o
from server.record.verify import verify
from tests.hall import ROOM, Hall, reopened


async def test_a_comment_written_without_a_line_outlives_the_tablet_and_arrives_once(
    hall: Hall,
) -> None:
    async with hall.tablet("p1") as writer:
        await hall.enrol(writer, "p1")
        writer.enter(ROOM)
        port = hall.house.port
        await hall.house.gateway.close()
        await writer.until(lambda state: state.line != "connected")
        writer.station.send(c.SendComment("g1", "i1", "Viết khi mất mạng"), ROOM)
        (waiting,) = comment_lines(writer.state).lines[1:]
        assert (waiting.text, waiting.tone) == ("Viết khi mất mạng", "amb")
    await reopened(hall, port)
    async with hall.tablet("p1") as writer, hall.tablet("p0") as chair, hall.tablet("p2") as other:
        await hall.enrol(chair, "p0")
        await hall.enrol(other, "p2")
        await writer.sign_in("p1", hall.house.pins["p1"])
        await writer.until(lambda state: state.rooms and state.rooms[ROOM].personal.comments)
        await writer.until(lambda state: state.pending == ())
        writer.enter(ROOM)
        await writer.do(c.SendComment("g2", "i1", "Cho mọi người", readers="members"), ROOM)
        for officer in (chair, hall.desk):
            await officer.until(lambda state: len(state.rooms[ROOM].state.comments) == 2)
        await hall.desk.do(c.TakeComment("g1"), ROOM)
        taken = await writer.until(lambda state: state.rooms[ROOM].personal.comments["g1"].taken_at)
        assert [one.tone for one in comment_lines(taken).lines[1:]] == ["grn", "ink2"]
        seen = await other.until(lambda state: state.rooms[ROOM].state.comments)
        assert list(seen.rooms[ROOM].state.comments) == ["g2"]
        assert comment_lines(hall.desk.state).open_ == 1
        await _dossier(hall)


async def _dossier(hall: Hall) -> None:
    made = await hall.desk.ask(o.MakeDossier(ROOM))
    assert isinstance(made, o.Made)
    target = hall.folder / "dossier.zip"
    assert await hall.desk.station.save(made.sha256, target) is None
    assert verify(target, hall.desk.state.rooms[ROOM].code).findings == []
    with zipfile.ZipFile(target) as dossier:
        told = json.loads(dossier.read("comments.json"))
    assert [(one["id"], "taken_at" in one) for one in told] == [("g1", True), ("g2", False)]


async def test_who_was_not_called_is_offered_to_write_and_asked_no_more(hall: Hall) -> None:
    async with hall.tablet("p1") as member:
        await hall.enrol(member, "p1")
        await hall.desk.do(c.StartMeeting(), ROOM)
        await hall.desk.do(c.TakeUpItem("i1"), ROOM)
        await member.do(c.AskFloor(), ROOM)
        await hall.publish(c.AddItem("i9", 1, "Kết thúc", "Kết thúc"))
        await hall.desk.do(c.TakeUpItem("i9"), ROOM)
        state = await member.until(lambda state: state.rooms[ROOM].personal.unheard)
        assert state.rooms[ROOM].personal.unheard == ("i1",)
        await member.do(c.SendComment("g1", "i1", "Lời định nói", instead=True), ROOM)
        after = await member.until(lambda state: not state.rooms[ROOM].personal.unheard)
        assert after.rooms[ROOM].personal.comments["g1"].instead
