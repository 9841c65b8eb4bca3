"""The server put together in this process: what cannot be seen from its command line."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL
from pathlib import Path

import pytest
from zeroconf import ServiceInfo

from server import addresses
from server.addresses import Reach
from server.folder import unusable
from server.press import Press
from server.protocol.refusals import Code, Refusal
from server.running import announcement
from server.serving import Server
from server.settings import Settings


def settings(folder: Path, **more: object) -> Settings:
    chosen: dict[str, object] = {
        "data": folder, "host": "127.0.0.1", "port": 0, "pin_memory_kib": 64, "pin_passes": 1,
    }  # fmt: skip
    return Settings(**{**chosen, **more})  # type: ignore[arg-type]


async def started(folder: Path, **more: object) -> Server:
    server = await Server.start(settings(folder, **more))
    assert isinstance(server, Server), server
    return server


async def test_what_is_announced(tmp_path: Path) -> None:
    server = await started(tmp_path)
    try:
        told = json.loads(announcement(server, settings(tmp_path), as_json=True))
        assert told["port"] == server.reach.port
        assert told["code"] == server.accounts.desk_code
        text = announcement(server, settings(tmp_path), as_json=False)
        assert f"phienhop desk --server 127.0.0.1:{server.reach.port}" in text
        server.accounts.registry.desk_code = None
        assert "phienhop desk" not in announcement(server, settings(tmp_path), as_json=False)
    finally:
        await server.close()


async def test_it_hears_when_it_must_stop(tmp_path: Path) -> None:
    server = await started(tmp_path)
    try:
        server._fatal(OSError("the disk is gone"))
        server._fatal(OSError("and again"))
        assert str(await server.failed) == "the disk is gone"
    finally:
        await server.close()


async def test_a_second_server_on_the_port_is_refused_and_leaves_nothing_open(
    tmp_path: Path,
) -> None:
    server = await started(tmp_path / "a")
    try:
        port = server.reach.port
        outcome = await Server.start(settings(tmp_path / "b", port=port))
        assert outcome == Refusal(Code.PORT_IN_USE, {"port": port})
        assert not (tmp_path / "b" / "phienhop.db-wal").exists()
    finally:
        await server.close()


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "papers").write_bytes(b"")
    outcome = await Server.start(settings(tmp_path))
    assert isinstance(outcome, Refusal)
    assert outcome.code == Code.SETTINGS_INVALID


def test_no_room_on_the_disk_is_told_as_that() -> None:
    full = OSError(28, "No space left on device")
    assert unusable(full, "x").code == Code.DISK_FULL
    assert unusable(OSError(13, "Permission denied"), "/x") == Refusal(
        Code.SETTINGS_INVALID, {"file": "data", "line": 0, "reason": "/x: Permission denied"}
    )


async def test_the_network_is_told_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []

    class Network:
        """Stands for the multicast network, which a test may not have."""

        def __init__(self, **_how: object) -> None:
            heard.append("open")

        async def async_register_service(self, service: object, **_how: object) -> None:
            heard.append(service)

        async def async_unregister_service(self, service: object) -> None:
            heard.append("goodbye")

        async def async_close(self) -> None:
            heard.append("close")

    monkeypatch.setattr(addresses, "AsyncZeroconf", Network)
    reach = Reach(("10.0.0.5", "hop.example"), 8443, bytes(32))
    announced = await addresses.announce(reach, "Phòng A")
    service = heard[1]
    assert isinstance(service, ServiceInfo)
    assert (service.port, service.parsed_addresses()) == (8443, ["10.0.0.5"])
    assert service.name == f"Phòng A 00000000.{addresses.SERVICE}"
    await announced.close()
    assert heard[2:] == ["goodbye", "close"]


async def test_a_network_that_takes_no_announcement_is_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(**_how: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(addresses, "AsyncZeroconf", no_network)
    server = await started(tmp_path)
    try:
        await server._announce(settings(tmp_path, host="10.0.0.5"))
    finally:
        await server.close()


async def test_the_press_works_elsewhere_one_thing_at_a_time() -> None:
    press = Press()
    try:
        made = await asyncio.gather(*(press.make(sorted, [3, number]) for number in (1, 2)))
        assert made == [[1, 3], [2, 3]]
        with pytest.raises(TypeError, match="positional"):
            await press.make(sorted, [1], reverse=True)
    finally:
        await press.close()
    await press.close()


async def test_the_press_ends_when_a_killed_server_leaves_it_alone() -> None:
    script = (
        "import asyncio, os\nfrom server.press import Press\n"
        "async def main():\n"
        "    print(await Press().make(os.getpid), flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "if __name__ == '__main__':\n    asyncio.run(main())\n"
    )
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script), stdout=asyncio.subprocess.PIPE, stderr=DEVNULL
    )
    assert server.stdout is not None
    assert int(await asyncio.wait_for(server.stdout.readline(), 60)) != server.pid
    server.kill()
    await server.wait()
    # The press holds the other end of this pipe: it reads as ended once the press is gone too.
    assert await asyncio.wait_for(server.stdout.read(), 60) == b""
