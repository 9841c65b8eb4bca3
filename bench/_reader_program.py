"""The reader as a program of its own: `python -m bench._reader_program FILE`; arrows turn pages.

So that one stopwatch can time it as it times any other viewer.
"""

import asyncio
import sys
from pathlib import Path

from bench._window import tablet


def main(path: Path) -> None:
    """Show a file."""
    tablet(seen=True)
    from bench._reader_window import show  # noqa: PLC0415  opens the window

    asyncio.run(show(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
