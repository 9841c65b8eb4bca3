"""The client's start: arguments first, Kivy after, so that neither reads the other's."""

import gc
import logging
import logging.handlers
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from client.options import Options, read_options
from client.state import Kind

LOG_BYTES = 1_000_000


def main(kind: Kind, argv: Sequence[str]) -> int:
    """Open a tablet, a desk or a display; return its exit status when it is closed."""
    options = read_options(kind, argv)
    try:
        _log_to(options.folder / "log")
    except OSError as fault:
        print(
            f"phienhop {kind}: cannot write to {options.folder}: {fault.strerror}", file=sys.stderr
        )
        return 2
    prepare(options)
    gc.disable()  # the app turns it on again when the first screen is there
    from client.opening import show_opening

    show_opening(options.folder)
    from client.app import run

    return run(options)


def prepare(options: Options) -> None:
    """Tell Kivy what it reads only once, at its import, before there is a window."""
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    os.environ.setdefault("KIVY_HOME", str(options.folder / "kivy"))
    settings = {
        "KIVY_EXIT_ON_ESCAPE": "0",
        "KIVY_LOG_LEVEL": "warning",
        "INPUT_MOUSE": "mouse,disable_multitouch",
        "GRAPHICS_ALLOW_SCREENSAVER": "0",
        "GRAPHICS_MULTISAMPLES": "0",  # edges are smooth of themselves; frames take a third
        "GRAPHICS_MINIMUM_WIDTH": "800",
        "GRAPHICS_MINIMUM_HEIGHT": "600",
        "GRAPHICS_SHOW_CURSOR": "0" if options.kind == "display" else "1",
    }
    if options.window is None:
        settings["GRAPHICS_FULLSCREEN"] = "auto"
    else:
        width, height = options.window
        settings["GRAPHICS_WIDTH"], settings["GRAPHICS_HEIGHT"] = str(width), str(height)
    for name, value in settings.items():
        os.environ[f"KCFG_{name}"] = value


def _log_to(folder: Path) -> None:
    """Write what goes wrong where a technician finds it; never on the person's screen."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = logging.handlers.RotatingFileHandler(
        folder / "client.log", maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
    )
    handler.addFilter(lambda record: "MTDev" not in record.getMessage())  # a library we do without
    form = "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(level=logging.WARNING, format=form, handlers=[handler], force=True)


if __name__ == "__main__":
    asked: Kind = "desk" if "desk" in sys.argv[1:2] else "tablet"
    if "display" in sys.argv[1:2]:
        asked = "display"
    raise SystemExit(main(asked, sys.argv[2:]))
