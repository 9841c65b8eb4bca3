"""One agenda change to 200 connected tablets, through the whole path, until the last has it.

TLS, authentication, redaction, durable journal, then the frame; the peer is websockets' own
broadcast of the same frame to the same clients' second connections, over the same TLS.
"""

import asyncio
import datetime as dt
import statistics
import tempfile
import time
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve

from bench import Report
from bench._crowd import Crowd, outline
from server.certificates import Certificates
from server.protocol import commands as c
from server.protocol import frames as f
from server.protocol.codec import encode
from server.protocol.events import AgendaPublished, Entry, ItemEdited
from server.protocol.state import AgendaItem
from tests.house import House, open_house

TABLETS, ROUNDS, WARM = 200, 31, 3
TARGET = {"n200_last_ms": 40.0, "ratio": 4.0}
TITLE = "Dự thảo Nghị quyết về chuyển đổi số trong các cơ quan đảng, lần {n}"


def run() -> Report:
    """Measure ours and the peer in turn."""
    try:
        import uvloop  # noqa: PLC0415 - absent on some systems; the server does the same
    except ImportError:
        return asyncio.run(_run())
    return uvloop.run(_run())


async def _run() -> Report:
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Path(folder)) as house:
            return await _measure(house)


async def _measure(house: House) -> Report:
    desk = await house.desk()
    people = await house.people(TABLETS)
    room = await house.meeting(desk, people)
    await desk.hello(room)
    first = c.AddItem("i1", 0, TITLE.format(n=0), "Chuyển đổi số", 40)
    await desk.do(room, c.PublishChanges((c.Draft("d0", first),)))
    tablets = [await house.tablet(person) for person in people]
    who = outline(tablets)
    for one in tablets:
        await one.close()
    certificates = Certificates.open(house.folder / "tls", dt.datetime.now(dt.UTC))
    tls = certificates.server_context(["localhost"], dt.datetime.now(dt.UTC))
    plain: set[ServerConnection] = set()

    async def hold(connection: ServerConnection) -> None:
        plain.add(connection)
        await connection.wait_closed()

    async with serve(hold, "localhost", 0, ssl=tls, compression=None) as server:
        crowd = await Crowd.gather(house.port, certificates.ca_pem, room, who)
        await crowd.ask(plain=server.sockets[0].getsockname()[1])
        ours: list[float] = []
        theirs: list[float] = []
        for n in range(1, ROUNDS + WARM + 1):
            change = c.EditItem("i1", title=TITLE.format(n=n))
            begun = time.monotonic()
            asked = asyncio.create_task(
                desk.do(room, c.PublishChanges((c.Draft(f"d{n}", change),)))
            )
            last = (await crowd.ask(who="ours", heard=n))["last"]
            ours.append((last - begun) * 1000)
            await asked
            frame = _frame(room, n)
            begun = time.monotonic()
            broadcast(plain, frame)
            last = (await crowd.ask(who="peer", heard=n))["last"]
            theirs.append((last - begun) * 1000)
        await crowd.leave()
    mine, other = statistics.median(ours[WARM:]), statistics.median(theirs[WARM:])
    ratio = mine / other
    return Report(
        figures={"n200_last_ms": mine, "n200_p95_ms": statistics.quantiles(ours[WARM:], n=20)[-1]},
        peer={"name": "websockets broadcast, same frame, clients and TLS", "n200_last_ms": other},
        ratio=ratio,
        target=TARGET,
        holds=mine <= TARGET["n200_last_ms"] and ratio <= TARGET["ratio"],
    )


def _frame(room: str, n: int) -> str:
    """Return the frame that a tablet receives for this change."""
    item = AgendaItem("i1", 0, TITLE.format(n=n), "Chuyển đổi số", 40, changed_in=n + 1)
    entries = (Entry(n, ItemEdited(item)), Entry(n, AgendaPublished(n + 1, (f"d{n}",))))
    return encode(f.Events(room, "0" * 16, n * 2, entries)).decode()
