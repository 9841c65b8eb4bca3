"""A line that is told to end ends, whatever it hears at that moment."""

import asyncio
import socket
import ssl

import pytest

from client.actions import Action
from client.device.credentials import DeviceKey, Identity
from client.line import Address
from client.session import Session
from client.state import Pending
from client.wire import Wire


class NoOutbox:
    def keep(self, person: str, pending: Pending) -> None:
        raise AssertionError(person, pending)

    def drop(self, request: str) -> None:
        raise AssertionError(request)


def nobody() -> Address:
    """An address that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return Address(("127.0.0.1",), one.getsockname()[1])


async def test_a_line_that_is_cancelled_as_it_is_told_to_try_again_ends() -> None:
    failed = asyncio.Event()

    def heard(_action: Action) -> None:
        failed.set()

    session = Session(Identity("d1", DeviceKey(bytes(32)), b"c" * 32), NoOutbox(), lambda: "r1")
    wire = Wire(session, nobody(), ssl.create_default_context(), heard)
    running = asyncio.create_task(wire.run())
    async with asyncio.timeout(10):
        await failed.wait()
    wire.reconnect()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(1):
            await asyncio.shield(running)
    assert running.cancelled()
