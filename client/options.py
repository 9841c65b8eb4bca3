"""The client's command line: read before anything of Kivy is loaded."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from client.state import Kind


@dataclass(frozen=True, slots=True)
class Options:
    """What a client is started with. `window`: its size in pixels; None fills the screen."""

    kind: Kind
    folder: Path
    server: str = ""
    code: str = ""
    device_name: str = ""
    window: tuple[int, int] | None = None
    drive: Path | None = None


def default_folder(kind: Kind) -> Path:
    """Return where this system keeps what a program stores for a person."""
    home = Path.home()
    if sys.platform == "win32":
        base = home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = home / ".local" / "share"
    return base / "phienhop" / kind


def read_options(kind: Kind, argv: Sequence[str]) -> Options:
    """Return the options; ends the program with a sentence when they make no sense."""
    parser = argparse.ArgumentParser(prog=f"phienhop {kind}")
    parser.add_argument("--server", default="", metavar="HOST:PORT", help="pair with this server")
    parser.add_argument("--code", default="", help="by this code, without asking for it")
    parser.add_argument(
        "--data",
        type=Path,
        default=default_folder(kind),
        metavar="DIR",
        help="where papers and keys are kept",
    )
    parser.add_argument(
        "--window", type=_size, metavar="WxH", help="in a window; otherwise the screen is filled"
    )
    parser.add_argument("--device-name", default="", help="what the desk calls this device")
    parser.add_argument("--drive", type=Path, metavar="PATH", help=argparse.SUPPRESS)
    asked = parser.parse_args(argv)
    window = asked.window or ((1600, 900) if kind == "desk" else None)
    return Options(
        kind, asked.data, asked.server, asked.code, asked.device_name, window, asked.drive
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT, such as 1280x800")
    return int(width), int(height)
