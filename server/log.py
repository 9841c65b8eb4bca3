"""Structured logs: one JSON object a line. Never a ballot, a choice, a note, a PIN or a token.

Code logs through the standard library under `phienhop.`: a short English message, and facts in
`extra`. A fact whose name says that it is secret is dropped here, whoever passed it.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "websocket"}
SECRET = frozenset(
    {
        "answer", "ballot", "ballots", "choice", "code", "command_bytes", "frame", "message_bytes",
        "note", "opinion", "passphrase", "pin", "proof", "raw", "reply", "signature", "token",
    }
)  # fmt: skip
MEGABYTES = 10
KEPT_FILES = 5


class JsonLines(logging.Formatter):
    """Writes `at`, `level`, `from`, `said`, the facts, and the traceback of a failure."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON without a line break."""
        facts = {
            name: value if isinstance(value, int | float | bool) else str(value)
            for name, value in vars(record).items()
            if name not in _OWN and name not in SECRET
        }
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": record.getMessage(),
            **facts,
        }
        if record.exc_info:
            line["failure"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(
    level: str = "INFO", path: Path | None = None, stream: TextIO | None = None
) -> logging.Handler:
    """Send all logs to a file, or to `stream` (standard error); returns the handler, to remove it.

    A file is turned over at 10 MB and five old ones are kept. Raises OSError when it cannot be
    opened. Other libraries are heard from `warning` on.
    """
    handler: logging.Handler
    if path is None:
        handler = logging.StreamHandler(stream or sys.stderr)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=MEGABYTES * 2**20, backupCount=KEPT_FILES, encoding="utf-8"
        )
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("phienhop").setLevel(level.upper())
    # A stranger who hangs up in the middle of a handshake is no news.
    logging.getLogger("phienhop.websockets").setLevel(logging.CRITICAL)
    return handler
