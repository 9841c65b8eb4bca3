"""SPEC.md is complete and true: it names everything of the protocol, and its examples decode."""

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import Struct

import server.protocol
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol import frames as f
from server.protocol import office as o
from server.protocol.refusals import Code
from server.protocol.state import MeetingState

SPEC = (Path(server.protocol.__file__).parent / "SPEC.md").read_text(encoding="utf-8")
KINDS: dict[str, Any] = {
    "client": f.ClientFrame,
    "server": f.ServerFrame,
    "command": c.Command,
    "change": c.Change,
    "event": e.Event,
    "question": o.Question,
    "reply": o.Reply,
}
EXAMPLES = re.findall(r"^```json (\w+)\n(.*?)\n```$", SPEC, re.MULTILINE | re.DOTALL)


def row_of(name: str) -> str:
    found = re.search(rf"^\| \*\*{name}\*\* \|.*$", SPEC, re.MULTILINE)
    assert found is not None, f"{name} has no row"
    return found.group(0)


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_every_example_is_a_message_as_the_codec_writes_it(kind: str, text: str) -> None:
    value = msgspec.json.decode(text, type=KINDS[kind])
    assert msgspec.json.encode(value).decode() == text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_type_has_an_example(kind: str) -> None:
    given = {msgspec.json.decode(text)["t"] for name, text in EXAMPLES if name == kind}
    assert given == {one.__name__ for one in get_args(KINDS[kind])}


def parts() -> list[type[Struct]]:
    """Every struct that can occur on the wire, found from the frames."""
    found: dict[str, type[Struct]] = {}
    waiting: list[Any] = [*get_args(f.ClientFrame), *get_args(f.ServerFrame), MeetingState]
    while waiting:
        info = msgspec.inspect.type_info(waiting.pop())
        if isinstance(info, msgspec.inspect.StructType) and info.cls.__name__ not in found:
            found[info.cls.__name__] = info.cls
            for field in info.fields:
                waiting += structs_in(field.type)
    return [found[name] for name in sorted(found)]


def structs_in(info: msgspec.inspect.Type) -> list[type]:
    match info:
        case msgspec.inspect.StructType():
            return [info.cls]
        case msgspec.inspect.UnionType():
            return [one for part in info.types for one in structs_in(part)]
        case msgspec.inspect.VarTupleType():
            return structs_in(info.item_type)
        case msgspec.inspect.DictType():
            return [*structs_in(info.key_type), *structs_in(info.value_type)]
        case _:
            return []


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.__name__)
def test_every_key_of_every_part_is_named_in_its_row(part: type[Struct]) -> None:
    row = row_of(part.__name__)
    for field in msgspec.structs.fields(part):
        assert f"`{field.encode_name}`" in row, f"{part.__name__}.{field.encode_name}"


@pytest.mark.parametrize("code", list(Code))
def test_every_refusal_is_explained(code: Code) -> None:
    assert re.search(rf"^\| `{code.value}` \| [^|]+ \| [^|]{{10,}} \|$", SPEC, re.MULTILINE)


def test_rules_are_numbered_in_order() -> None:
    numbers = [
        (int(one), int(two)) for one, two in re.findall(r"^(\d+)\.(\d+)\. ", SPEC, re.MULTILINE)
    ]
    assert numbers == sorted(set(numbers))
    sections = {section for section, _ in numbers}
    assert sections == set(range(16))


@pytest.mark.parametrize(
    "figure",
    [
        f"{f.MAX_FRAME_BEFORE_SIGN_IN:,} bytes",
        f"{f.MAX_FRAME:,}",
        f"{f.CHUNK_BYTES:,}",
        f"at most {f.RESUME_LIMIT} events",
        f"version {f.PROTOCOL}",
    ],
)
def test_its_figures_are_those_of_the_code(figure: str) -> None:
    assert figure in SPEC
