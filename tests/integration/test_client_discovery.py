"""A server that announces itself on loopback is found by a device that looks around."""

import asyncio
import contextlib
import socket

from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from client.device.discovery import SERVICE, look_around
from server.addresses import SERVICE as ANNOUNCED

LOOPBACK = ["127.0.0.1"]


async def test_a_server_on_this_network_is_told_as_host_and_port() -> None:
    assert SERVICE == ANNOUNCED
    told: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()
    async with AsyncZeroconf(interfaces=LOOPBACK) as network:
        info = AsyncServiceInfo(
            SERVICE,
            f"Phòng họp.{SERVICE}",
            addresses=[socket.inet_aton("127.0.0.1")],
            port=8443,
            server="phienhop-test.local.",
        )
        await (await network.async_register_service(info))
        search = asyncio.create_task(look_around(told.put_nowait, LOOPBACK))
        async with asyncio.timeout(20):  # other servers of this network may be told of first
            while "127.0.0.1:8443" not in await told.get():
                pass
        search.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await search
