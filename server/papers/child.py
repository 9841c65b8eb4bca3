"""The inside of the cage: started as a script, one file, one answer on standard output.

Runs in isolated mode (no environment, no user site). It takes its limits before it imports the
engine, so that even a hostile import-time allocation is bounded.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

_FORBIDDEN = ("subprocess.", "os.fork", "os.exec", "os.posix_spawn", "os.system", "socket.")


def _refuse_escape(event: str, _args: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        message = f"not in the cage: {event}"
        raise PermissionError(message)


def confine(limits: dict[str, float]) -> None:
    """Take the limits for this process, for good. Where the system has none, the watchdog stands.

    ``RLIMIT_NPROC`` does not bind root, hence the audit hook as well.
    """
    sys.addaudithook(_refuse_escape)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    cpu = int(limits["cpu_seconds"])
    memory = int(limits["memory_bytes"])
    view = int(limits["view_bytes"])
    for what, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, view, view),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a container may already hold less
            resource.setrlimit(what, (soft, hard))


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do the job's task, by default reading a file for its view copy; returns the answer to print.

    The imports come after the limits, so that even they are bounded.
    """
    target = Path(job["target"])
    match job.get("task", "view"):
        case "words":
            from server.papers import words  # noqa: PLC0415

            return words.write(Path(job["source"]), target)
        case "map":
            from server.papers import wordmap  # noqa: PLC0415

            return wordmap.write(Path(job["old"]), Path(job["new"]), target)
        case "patch":
            from server.papers import delta  # noqa: PLC0415

            return delta.write(Path(job["old"]), Path(job["new"]), target)
        case "picture":
            from server.papers import picture  # noqa: PLC0415

            asked = job["page"], job["dots"], job["engine"]
            return picture.write(Path(job["source"]), target, *asked)
        case _:
            from server.papers import view  # noqa: PLC0415

            return view.make(Path(job["source"]), target, job["kind"], job["limits"])


def main() -> int:
    """Answer one job. Anything that escapes is a crash for the parent to see."""
    job = json.loads(sys.argv[1])
    confine(job["limits"])
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    answer_to = os.dup(1)  # the engine may print: its chatter must not spoil the answer
    os.dup2(2, 1)
    answer = run(job)
    os.write(answer_to, json.dumps(answer).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
