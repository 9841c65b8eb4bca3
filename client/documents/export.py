"""Makes a marked copy of a paper in a process of its own: a hostile file costs that process.

Only the person whose marks they are can make one: marks are open on their device alone.
"""

import asyncio
import logging
import multiprocessing
import os
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

import msgspec

from client.documents.export_order import Exported, ExportFailed, ExportOrder

_log = logging.getLogger(__name__)

SECONDS = 120.0
STOP_SECONDS = 2.0
MEMORY_LIMIT = 3 << 30
_encode = msgspec.msgpack.Encoder().encode
_order = msgspec.msgpack.Decoder(ExportOrder).decode
_exported = msgspec.msgpack.Decoder(Exported).decode


async def export(order: ExportOrder) -> bytes:
    """Return the marked copy as PDF. Raises ExportFailed."""
    return await asyncio.to_thread(_export, order)


def _export(order: ExportOrder) -> bytes:
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), name="export", daemon=True)
    process.start()
    theirs.close()
    try:
        pipe.send_bytes(_encode(order))
        if not pipe.poll(SECONDS):
            raise ExportFailed("paper_timed_out")
        answer = _exported(pipe.recv_bytes())
        process.join(STOP_SECONDS)  # it has nothing more to do, and ends by itself
    except (EOFError, OSError, msgspec.MsgspecError) as fault:
        raise ExportFailed("export_failed") from fault
    finally:
        process.kill()
        process.join()
        pipe.close()
    if answer.fault:
        _log.warning("a marked copy cannot be made: %s", answer.fault)
    if answer.code:
        raise ExportFailed(answer.code)
    return answer.copy


def _work(pipe: Connection) -> None:
    """Runs in the new process, the only one that loads the engine."""
    from client.documents import worker_export  # noqa: PLC0415

    if hasattr(os, "nice"):
        os.nice(10)
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        order = _order(pipe.recv_bytes())
        pipe.send_bytes(_encode(_answer(worker_export.export, order)))


def _answer(work: Callable[[ExportOrder], bytes], order: ExportOrder) -> Exported:
    try:
        return Exported(work(order))
    except ExportFailed as failed:
        return Exported(code=failed.code)
    except Exception as fault:  # noqa: BLE001 - the engine raises anything on a broken file
        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{type(fault).__name__} in {last.name}, line {last.lineno}"
        return Exported(code="export_failed", fault=where)
