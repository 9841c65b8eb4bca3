"""What can be set, read once at start: file, then environment, then flags; later ones win.

The file is TOML with these names at its top level. In the environment they carry the prefix
`PHIENHOP_` and capitals (`PHIENHOP_PORT=9000`); a list is written with commas.
"""

import os
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from server.protocol.refusals import Code, Refusal

FILE = "phienhop.toml"
"""The file's name in the data folder, when no other is named."""
PREFIX = "PHIENHOP_"


def default_data() -> Path:
    """Return where the server keeps its files when nobody says otherwise."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "phienhop" / "server"
    share = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(share) / "phienhop" / "server"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """One server. Every field can be set by its name.

    `host`: the address to listen on. `names`: further names and addresses under which tablets
    reach this server, for its certificate and the pairing code. `title`: what devices show.
    `discovery`: announce the address in the local network; never on a loopback address.
    `pin_*`: the cost of Argon2id. `sheet_days`: how long the codes of a printed sheet are valid.
    """

    data: Path = msgspec.field(default_factory=default_data)
    host: str = "0.0.0.0"  # noqa: S104 - tablets come from the whole local network
    port: int = 8443
    names: tuple[str, ...] = ()
    title: str = "Phiên họp"
    discovery: bool = True
    log_level: str = "info"
    max_connections: int = 4000
    pin_passes: int = 3
    pin_memory_kib: int = 64 * 1024
    pin_lanes: int = 4
    sheet_days: int = 14


_LEAST: Mapping[str, int] = {
    "max_connections": 1,
    "pin_passes": 1,
    "pin_memory_kib": 64,
    "pin_lanes": 1,
    "sheet_days": 1,
}
_LEVELS = ("debug", "info", "warning", "error")
_MAX_PORT = 65535


def read(
    flags: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None
) -> Settings | Refusal:
    """Return the settings, or `settings_invalid` naming the place and the reason.

    `file` must exist when named; otherwise `phienhop.toml` in the data folder is read when there
    is one. Flags that are None were not given.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    named = _from_environment(environment)
    if isinstance(named, Refusal):
        return named
    above = {**named, **given}
    path = file or Path(above.get("data", default_data())) / FILE
    if file is None and not path.is_file():
        return _settings(above, lambda name: _named(name, given))
    below = _from_file(path)
    if isinstance(below, Refusal):
        return below
    values, text = below
    unknown = sorted(values.keys() - _known())
    if unknown:
        return _invalid(str(path), f"unknown: {unknown[0]}", _line(text, unknown[0]))
    of_file = _settings(values, lambda _name: str(path), text)
    if isinstance(of_file, Refusal):
        return of_file
    return _settings({**values, **above}, lambda name: _named(name, given))


def _known() -> frozenset[str]:
    return frozenset(one.name for one in fields(Settings))


def _named(name: str, given: Mapping[str, Any]) -> str:
    return "--" + name.replace("_", "-") if name in given else PREFIX + name.upper()


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any] | Refusal:
    found: dict[str, Any] = {}
    for one in fields(Settings):
        text = environment.get(PREFIX + one.name.upper())
        if text is not None:
            found[one.name] = (
                [part.strip() for part in text.split(",") if part.strip()]
                if (one.name == "names")
                else text
            )
    return found


def _from_file(path: Path) -> tuple[dict[str, Any], str] | Refusal:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"at line (\d+)", str(fault))
        return _invalid(str(path), str(fault), int(place[1]) if place else 0)
    except (OSError, UnicodeDecodeError) as fault:
        return _invalid(str(path), str(fault), 0)


def _settings(
    values: Mapping[str, Any], place: Callable[[str], str], text: str = ""
) -> Settings | Refusal:
    """Convert one value after the other, so that the first wrong one can be named."""
    clean: dict[str, Any] = {}
    for one in fields(Settings):
        if one.name not in values:
            continue
        try:
            # Text from flags and the environment may spell a number; a file's own types are kept.
            value, strict = values[one.name], bool(text)
            clean[one.name] = msgspec.convert(value, one.type, strict=strict, dec_hook=_path)
        except msgspec.ValidationError as fault:
            return _invalid(place(one.name), f"{one.name}: {fault}", _line(text, one.name))
        wrong = _out_of_range(one.name, clean[one.name])
        if wrong:
            return _invalid(place(one.name), f"{one.name}: {wrong}", _line(text, one.name))
    return Settings(**clean)


def _path(_kind: type, value: Any) -> Path:
    if not isinstance(value, str | Path):
        raise ValueError("a path is a text")  # noqa: TRY004 - msgspec turns only this one
    return Path(value).expanduser()


def _out_of_range(name: str, value: Any) -> str:
    if name == "port" and not 0 <= value <= _MAX_PORT:
        return f"0 … {_MAX_PORT}"
    if name == "log_level" and value not in _LEVELS:
        return ", ".join(_LEVELS)
    if value.__class__ is int and value < _LEAST.get(name, 0):
        return f">= {_LEAST[name]}"
    return ""


def _line(text: str, name: str) -> int:
    """Return the line on which a name is set, from 1; 0 when there is none."""
    pattern = re.compile(rf'^\s*\[*\s*"?{re.escape(name)}\b')
    lines = (number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line))
    return next(lines, 0)


def _invalid(place: str, reason: str, line: int) -> Refusal:
    return Refusal(Code.SETTINGS_INVALID, {"file": place, "line": line, "reason": reason})
