"""The reader as a program of its own: `python -m bench._reader_program FILE`; arrows turn pages.

So that one stopwatch can time it as it times any other viewer.
"""

import asyncio
import os
import sys
from pathlib import Path


def main(path: Path) -> None:
    """Show a file."""
    for name, value in (
        ("KIVY_NO_ARGS", "1"),
        ("KIVY_LOG_MODE", "PYTHON"),
        ("KIVY_NO_FILELOG", "1"),
        ("KCFG_GRAPHICS_WIDTH", "1280"),
        ("KCFG_GRAPHICS_HEIGHT", "800"),
    ):
        os.environ.setdefault(name, value)
    from bench._reader_window import show  # noqa: PLC0415  opens the window

    asyncio.run(show(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
