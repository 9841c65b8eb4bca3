"""`phienhop serve`: hold the folder, start, say how to go on, and stop when told to."""

import asyncio
import json
import logging
import signal
import sys

from server import log as logs
from server.accounts import pairing
from server.folder import Folder, Held, hold, unusable
from server.protocol.refusals import Refusal
from server.serving import Server
from server.settings import Settings

log = logging.getLogger("phienhop.server")
_FIRST, _AGAIN = ("Máy chủ mới", "New server"), ("Ghép với máy chủ", "Join a server")
"""What the first desk chooses: whether there is a body already, for example by an import."""
MUST_STOP = 70
"""Exit status (EX_SOFTWARE) when disk and memory may have parted; start it again."""


def run(settings: Settings, *, as_json: bool) -> Refusal | int:
    """Serve until SIGTERM or SIGINT; returns the exit status, or why it could not start."""
    folder = Folder(settings.data)
    try:
        held = hold(folder)
        if isinstance(held, Refusal):
            return held
        with held:
            handler = logs.configure(settings.log_level, folder.log)
            try:
                return _loop(settings, held, as_json=as_json)
            finally:
                logging.getLogger().removeHandler(handler)
                handler.close()
    except OSError as fault:
        return unusable(fault, str(folder.root))


def _loop(settings: Settings, held: Held, *, as_json: bool) -> Refusal | int:
    try:
        import uvloop  # noqa: PLC0415 - not everywhere
    except ImportError:
        return asyncio.run(_serve(settings, held, as_json=as_json))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, held, as_json=as_json))


async def _serve(settings: Settings, held: Held, *, as_json: bool) -> Refusal | int:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(one, lambda *_: loop.call_soon_threadsafe(asked.set))
        else:
            loop.add_signal_handler(one, asked.set)
    server = await Server.start(settings)
    if isinstance(server, Refusal):
        return server
    held.note(announcement(server, settings, as_json=True, secret=False))
    sys.stdout.write(announcement(server, settings, as_json=as_json) + "\n")
    sys.stdout.flush()
    server.failed.add_done_callback(lambda _failed: asked.set())
    await asked.wait()
    await server.close()
    if server.failed.done():
        log.critical("stopped: %s", server.failed.result())
        return MUST_STOP
    return 0


def announcement(server: Server, settings: Settings, *, as_json: bool, secret: bool = True) -> str:
    """Return what is printed once the server listens: where, and the first desk's code."""
    code = server.accounts.desk_code
    where = [f"{host}:{server.reach.port}" for host in server.reach.hosts]
    if as_json:
        told = {
            "hosts": list(server.reach.hosts),
            "port": server.reach.port,
            "ca_sha256": server.reach.ca_sha256.hex(),
            "code": (code or "") if secret else "",
            "empty": server.accounts.empty,
        }
        return json.dumps(told)
    lines = [
        f"Phiên họp đang chạy / is running: {', '.join(where)}",
        f"Dữ liệu / Data: {settings.data}",
    ]
    if code is not None:
        vi, en = _FIRST if server.accounts.empty else _AGAIN
        lines += [
            "",
            "Chưa có bàn thư ký. Trên máy của thư ký, chạy lệnh dưới đây,",
            f"chọn “{vi}” rồi nhập mã dùng một lần.",
            "There is no desk yet. On the secretary's computer run this,",
            f"choose “{en}” and enter the code, once.",
            "",
            f"    phienhop desk --server {where[0]}",
            f"    {pairing.grouped(code)}",
            "",
        ]
    return "\n".join(lines)
