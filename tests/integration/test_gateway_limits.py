"""Bad input, too much input, and listeners that do not listen: only whoever does it is harmed."""

import asyncio
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bench._peer import Device, Peer
from server.gateway import Limits
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code
from tests.house import BODY, WORD, House, open_house

TIGHT = Limits(
    connections=12,
    strangers=4,
    first_frame_seconds=0.3,
    open_seconds=1.0,
    burst=30,
    per_second=20,
    stranger_burst=5,
    stranger_per_second=1,
    patience=10,
    asks=1,
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
        assert opened.failures == []


@pytest.fixture
async def tight(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, limits=TIGHT) as opened:
        yield opened


async def gone(peer: Peer, code: int) -> None:
    await asyncio.wait_for(peer.closed.wait(), 10)
    assert peer.connection.close_code == code


GARBAGE = [
    "",
    "[]",
    "null",
    "{",
    '{"t":"Unknown"}',
    '{"t":"SignOut","more":1}',
    '{"t":"SignIn","person":"p1"}',
    '{"t":"SignIn","person":"p 1","pin":"123456"}',
    '{"t":"Hello","room":"m1","position":NaN}',
    '{"t":"Hello","room":"m1","position":true}',
    '{"t":"Hello","room":"m1","position":1.0}',
    "[" * 2000,
    '{"t":"Ready","room":"m1","ready":"yes"}',
    b"binary",
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda text: str(text)[:30])
async def test_garbage_closes_the_line_of_whoever_sends_it(
    house: House, garbage: str | bytes
) -> None:
    desk = await house.desk()
    stranger = await house.connect()
    await stranger.connection.send(garbage)
    assert (await stranger.hear_refused()).refusal.code is Code.BAD_FRAME
    await gone(stranger, 1008)
    assert isinstance(await desk.ask(o.ListOrganizations()), o.Organizations)


async def test_garbage_from_somebody_signed_in(house: House) -> None:
    desk = await house.desk()
    await desk.connection.send('{"t":"Request","id":"r1"}')
    assert (await desk.hear_refused()).refusal.code is Code.BAD_FRAME
    await gone(desk, 1008)


async def test_a_frame_beyond_the_limit_closes_with_1009(house: House) -> None:
    stranger = await house.connect()
    await stranger.connection.send("x" * (f.MAX_FRAME_BEFORE_SIGN_IN + 1))
    await gone(stranger, 1009)
    desk = await house.desk()
    await desk.ask(o.ListOrganizations())
    answer = await desk.ask(o.ImportPeople(BODY.id, "name\n" + "x" * 100_000))
    assert not isinstance(answer, o.Done)
    await desk.connection.send("x" * (f.MAX_FRAME + 1))
    await gone(desk, 1009)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (f.SignIn("p1", "123456"), Code.OUT_OF_TURN),
        (f.Hello("m1"), Code.OUT_OF_TURN),
        (f.Fetch("f1", "a" * 64), Code.OUT_OF_TURN),
        (f.Authenticate("nobody", "AAAA"), Code.DEVICE_UNKNOWN),
        (f.Authenticate("nobody", "AAAA", protocol=99), Code.PROTOCOL_VERSION),
        (f.Pair("Máy", "tablet", "AAAA", "AAAA", "AAAA"), Code.BAD_FRAME),
    ],
)
async def test_what_a_stranger_may_not_say(house: House, frame: f.ClientFrame, code: Code) -> None:
    stranger = await house.connect()
    await stranger.send(frame)
    assert (await stranger.hear_refused()).refusal.code is code


async def test_a_device_without_a_person_may_only_sign_in(house: House) -> None:
    await house.desk()
    peer = await house.connect(await house.device())
    await peer.authenticate()
    await peer.send(f.Request("r1", "m1", c.AskFloor()))
    refused = await peer.hear_refused()
    assert (refused.id, refused.refusal.code) == ("r1", Code.NOT_SIGNED_IN)
    await peer.send(f.SignIn("nobody", "123456"))
    assert (await peer.hear_refused()).refusal.code is Code.PERSON_UNKNOWN
    await peer.send(f.Resume("AAAA"))
    assert (await peer.hear_refused()).refusal.code is Code.TOKEN_WRONG


async def test_a_wrong_signature_ends_the_line(house: House) -> None:
    await house.desk()
    device = await house.device()
    impostor = await house.connect(Device(id=device.id))
    await impostor.send(f.Authenticate(device.id, "AAAA"))
    assert (await impostor.hear_refused()).refusal.code is Code.SIGNATURE_WRONG
    await gone(impostor, 1008)


async def test_the_printed_pin_must_be_changed_first(house: House) -> None:
    desk = await house.desk()
    person = o.Person("p1", "Nguyễn Văn An")
    given = await desk.ask(o.PutPerson(BODY.id, person))
    assert isinstance(given, o.FirstPins)
    first = given.pins[0].pin
    peer = await house.connect(await house.device())
    await peer.authenticate()
    assert (await peer.sign_in("p1", first)).must_change
    await peer.send(f.Hello("m1"))
    assert (await peer.hear_refused()).refusal.code is Code.MUST_CHANGE_PIN
    await peer.send(f.ChangePin(first, "1234"))
    assert (await peer.hear_refused()).refusal.code is Code.PIN_WEAK
    assert not (await peer.change_pin(first, "802461")).must_change
    assert (await peer.hear(f.Meetings)).meetings == ()
    assert not (await peer.change_pin("802461", "135792")).must_change
    await peer.send(f.ChangePin("802461", "135793"))
    assert (await peer.hear_refused()).refusal.code is Code.PIN_WRONG


async def test_signing_out_asks_who_is_next(house: House) -> None:
    await house.desk()
    people = await house.people(2)
    peer = await house.tablet(people[0])
    await peer.send(f.SignOut())
    seats = await peer.hear(f.Authenticated)
    assert {seat.person for seat in seats.seats} == set(people)
    await peer.sign_in(people[1], house.pins[people[1]])
    assert peer.person == people[1]


async def test_signing_out_before_the_pin_is_changed(house: House) -> None:
    desk = await house.desk()
    given = await desk.ask(o.PutPerson(BODY.id, o.Person("p1", "Nguyễn Văn An")))
    assert isinstance(given, o.FirstPins)
    peer = await house.connect(await house.device())
    await peer.authenticate()
    await peer.sign_in("p1", given.pins[0].pin)
    await peer.send(f.SignOut())
    assert "p1" in {seat.person for seat in (await peer.hear(f.Authenticated)).seats}


async def test_a_waiting_device_hears_when_it_is_approved(house: House) -> None:
    desk = await house.desk()
    code = await desk.ask(o.IssueCode("Máy 07"))
    assert isinstance(code, o.PairingCode)
    tablet = await house.connect()
    paired = await tablet.pair(code.code)
    assert not paired.approved
    with pytest.raises(Exception, match="device_waiting"):
        await tablet.authenticate()
    assert await desk.ask(o.ApproveDevice(paired.device)) == o.Done()
    await tablet.hear(f.Approved)
    assert (await tablet.authenticate()).name == "Máy 07"


async def test_a_wrong_code_may_be_typed_again(house: House) -> None:
    desk = await house.desk()
    code = await desk.ask(o.IssueCode())
    assert isinstance(code, o.PairingCode)
    tablet = await house.connect()
    with pytest.raises(Exception, match="code_wrong"):
        await tablet.pair("AAAABBBBCCCCDDDD")
    assert (await tablet.pair(code.code)).device


async def test_a_revoked_device_loses_its_line(house: House) -> None:
    desk = await house.desk()
    people = await house.people(1)
    tablet = await house.tablet(people[0])
    assert await desk.ask(o.RevokeDevice(tablet.device.id)) == o.Done()
    assert (await tablet.hear_refused()).refusal.code is Code.DEVICE_REVOKED
    await gone(tablet, 1008)
    with pytest.raises(Exception, match="device_revoked"):
        await (await house.connect(tablet.device)).authenticate()


async def test_rooms_of_others_do_not_exist(house: House) -> None:
    desk = await house.desk()
    people = await house.people(2)
    room = await house.meeting(desk, people[:1])
    outsider = await house.tablet(people[1])
    for name in (room, "nowhere"):
        await outsider.send(f.Hello(name))
        refused = await outsider.hear_refused()
        assert (refused.refusal.code, refused.refusal.params) == (Code.ROOM_UNKNOWN, {"room": name})
    for frame in (f.Request("r1", room, c.AskFloor()), f.Ready(room, ready=True)):
        await outsider.send(frame)
        assert (await outsider.hear_refused()).refusal.code is Code.NOT_JOINED
    await outsider.send(f.Leave(room))
    await outsider.send(f.Fetch("f1", "a" * 64))
    assert (await outsider.hear_refused()).refusal.code is Code.OUT_OF_TURN


async def test_leaving_the_roll_takes_the_meeting_away(house: House) -> None:
    desk = await house.desk()
    people = await house.people(2)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    member = await house.tablet(people[1])
    await member.hello(room)
    state = desk.places[room].state
    left = tuple(entry for entry in state.roll.values() if entry.person != people[1])
    assert isinstance(await desk.do(room, c.SetRoll(left)), f.Accepted)
    refused = await member.hear_refused()
    assert (refused.refusal.code, refused.refusal.params) == (Code.ROOM_UNKNOWN, {"room": room})
    await member.until(lambda one: one == f.Meetings(()))


async def test_a_failure_of_ours_shows_no_more_than_a_code(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    desk = await house.desk()
    house.office.broken = True
    answer = await desk.ask(o.ListOrganizations())
    assert getattr(answer, "code", None) is Code.INTERNAL
    assert "the press is on fire" in caplog.text
    house.office.broken = False
    assert isinstance(await desk.ask(o.ListOrganizations()), o.Organizations)


async def test_a_damaged_record_is_said_to_be_so(tmp_path: Path) -> None:
    async with open_house(tmp_path) as first:
        desk = await first.desk()
        room = await first.meeting(desk, await first.people(1))
    async with open_house(tmp_path) as second:
        await second.database.run(lambda db: db.execute("update records set bytes = x'00'"))
        again = await second.back(desk)
        await again.send(f.Hello(room))
        assert (await again.hear_refused()).refusal.code is Code.DATABASE_DAMAGED
        assert isinstance(await again.ask(o.ListOrganizations()), o.Organizations)


async def test_a_disk_that_refuses_lets_nobody_in_and_says_why(house: House) -> None:
    desk = await house.desk()
    await house.database.close()
    again = await house.connect(desk.device)
    await again.send(f.Authenticate(desk.device.id, "AAAA"))
    assert (await again.hear_refused()).refusal.code is Code.NOT_RECORDED


async def test_a_line_that_fails_ends_alone(house: House, caplog: pytest.LogCaptureFixture) -> None:
    desk = await house.desk()
    people = await house.people(1)
    room = await house.meeting(desk, people)
    tablet = await house.tablet(people[0])
    opened = house.rooms.opened[0]
    del opened.hub  # a fault of ours that no check foresees
    await tablet.send(f.Hello(room))
    assert (await tablet.hear_refused()).refusal.code is Code.INTERNAL
    await gone(tablet, 1011)
    assert "a line failed" in caplog.text
    assert isinstance(await desk.ask(o.ListOrganizations()), o.Organizations)


async def test_a_question_asked_again_is_answered_once(house: House) -> None:
    desk = await house.desk()
    before = house.office.asked
    ask = f.Ask("k1", o.IssueCode("Máy 07"))
    answers = []
    for _ in range(2):
        await desk.send(ask)
        answers.append(await desk.hear(f.Answer))
    assert answers[0] == answers[1]
    assert house.office.asked == before + 1


# ---- too much ------------------------------------------------------------------------------------


async def test_who_says_nothing_is_sent_away(tight: House) -> None:
    peer = await tight.connect()
    await gone(peer, 1008)


async def test_strangers_may_not_crowd_out_those_who_are_known(tight: House) -> None:
    desk = await tight.desk()
    crowd = [await tight.connect() for _ in range(TIGHT.strangers)]
    with pytest.raises(InvalidStatus) as turned_away:
        await tight.connect()
    response = turned_away.value.response
    assert response.status_code == 503
    assert json.loads(response.body)["refusal"]["code"] == Code.TOO_MANY_CONNECTIONS
    assert isinstance(await desk.ask(o.ListOrganizations()), o.Organizations)
    await gone(crowd[0], 1008)
    assert tight.commons.metrics["turned_away_total"] == 1


async def test_too_fast_is_refused_and_then_closed(tight: House) -> None:
    desk = await tight.desk()
    for number in range(60):
        try:
            await desk.send(f.Request(f"r{number}", "m1", c.AskFloor()))
        except ConnectionClosed:
            break
    slow_down = await desk.until(
        lambda one: isinstance(one, f.Refused) and one.refusal.code is Code.TOO_MANY_REQUESTS
    )
    assert isinstance(slow_down, f.Refused)
    assert slow_down.id
    await gone(desk, 1008)


async def test_too_many_questions_at_once(tight: House) -> None:
    desk = await tight.desk()
    for number in range(5):
        await desk.send(f.Ask(f"k{number}", o.IssueCode()))
    answers = [
        await desk.until(lambda one: getattr(one, "id", "").startswith("k")) for _ in range(5)
    ]
    kinds = {type(one) for one in answers}
    assert kinds == {f.Answer, f.Refused}


async def test_half_open_connections_do_no_harm(tight: House) -> None:
    """Slowloris: connections that never finish their handshake (R7)."""
    half = []
    for _ in range(30):
        reader, writer = await asyncio.open_connection("localhost", tight.port)
        writer.write(b"\x16\x03\x01")
        half.append((reader, writer))
    desk = await asyncio.wait_for(tight.desk(), 5)
    assert isinstance(await desk.ask(o.ListOrganizations()), o.Organizations)
    for reader, writer in half:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await asyncio.wait_for(reader.readexactly(4096), TIGHT.open_seconds + 3)
        writer.close()


async def test_a_browser_is_not_let_in(house: House) -> None:
    address = f"wss://localhost:{house.port}/meeting"
    with pytest.raises(InvalidStatus) as refused:
        await connect(address, ssl=house.trusted, proxy=None, origin="https://evil.example")  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


async def test_old_tls_is_not_spoken(house: House) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=house.commons.ca_pem.decode())
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await asyncio.open_connection("localhost", house.port, ssl=context)


async def test_a_listener_that_does_not_read_loses_its_line_and_nobody_waits(
    tmp_path: Path,
) -> None:
    plenty = Limits(outbox_bytes=20_000, burst=100_000, per_second=100_000)
    async with open_house(tmp_path, limits=plenty) as house:
        desk = await house.desk()
        people = await house.people(2)
        room = await house.meeting(desk, people)
        await desk.hello(room)
        slow, brisk = await house.tablet(people[0]), await house.tablet(people[1])
        for peer in (slow, brisk):
            await peer.hello(room)
        items = (c.Draft("c1", c.AddItem("i1", 0, "Nội dung", "ND")),)
        await desk.do(room, c.PublishChanges(items))
        await desk.do(room, c.StartMeeting())
        transport = slow.connection.transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        transport.pause_reading()
        for number in range(2000):
            if house.commons.metrics["slow_total"]:
                break
            await desk.do(room, c.ConcludeItem("i1", f"{number} " + "Kết luận " * 800))
        assert house.commons.metrics["slow_total"] == 1
        transport.abort()
        await asyncio.wait_for(slow.closed.wait(), 10)
        expected = desk.places[room].state.items
        await brisk.settle(lambda: brisk.places[room].state.items == expected)
        again = await house.back(slow)
        await again.hello(room)
        assert again.places[room].state.items == expected


# ---- the end -------------------------------------------------------------------------------------


async def test_closing_says_goodbye(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        desk = await house.desk()
        await house.gateway.close()
        assert (await desk.hear_refused()).refusal.code is Code.SERVER_CLOSING
        await gone(desk, 1001)


async def test_a_full_disk_refuses_and_recovers_by_itself(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    desk = await house.desk()
    room = await house.meeting(desk, await house.people(1))
    await desk.hello(room)
    caplog.set_level(logging.CRITICAL)
    pages = await house.database.run(lambda db: db.conn.execute("pragma page_count").fetchone()[0])

    async def limit(most: int) -> None:
        await house.database.run(
            lambda db: db.conn.execute(f"pragma max_page_count = {most}").fetchone()
        )

    await limit(pages)
    codes = set()
    for number in range(200):
        answer = await desk.do(room, c.SendNotice("đầy " * 60), f"r{number}")
        if isinstance(answer, f.Refused):
            codes.add(answer.refusal.code)
            if answer.refusal.code is Code.NOT_RECORDED:
                break
    assert Code.NOT_RECORDED in codes
    before = desk.places[room].state
    await limit(1_000_000)
    opened = house.rooms.opened[0]
    async with asyncio.timeout(10):
        while opened.read_only:
            await asyncio.sleep(0.01)
    answer = await desk.do(room, c.SendNotice("tiếp tục"), f"r{number}")
    while isinstance(answer, f.Refused) and answer.refusal.code is Code.TOO_MANY_REQUESTS:
        await asyncio.sleep(0.05)
        answer = await desk.do(room, c.SendNotice("tiếp tục"), f"r{number}")
    assert isinstance(answer, f.Accepted), answer
    assert len(desk.places[room].state.notices) == len(before.notices) + 1


@pytest.mark.parametrize("path", ["/health", "/metrics", "/ca", "/", "/nothing?x=1"])
async def test_the_pages_that_machines_read(house: House, path: str) -> None:
    await house.desk()
    reader, writer = await asyncio.open_connection("localhost", house.port, ssl=house.trusted)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    match path:
        case "/health":
            assert " 200 " in head
            assert json.loads(body)["status"] == "ok"
        case "/metrics":
            assert "text/plain; version=0.0.4" in head
            assert "\nphienhop_signed_in 1\n" in body
        case "/ca":
            assert body.encode() == house.commons.ca_pem
        case _:
            assert " 404 " in head
    assert WORD not in body
