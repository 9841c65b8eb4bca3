"""Logs: one JSON object a line, and no secret in it, whoever passed it."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.log import SECRET, configure

log = logging.getLogger("phienhop.test")


@pytest.fixture
def restored() -> Iterator[list[logging.Handler]]:
    """Whatever a test configures is gone afterwards."""
    root = logging.getLogger()
    named = [root, logging.getLogger("phienhop"), logging.getLogger("phienhop.websockets")]
    levels = [one.level for one in named]
    made: list[logging.Handler] = []
    yield made
    for handler in made:
        root.removeHandler(handler)
        handler.close()
    for one, level in zip(named, levels, strict=True):
        one.setLevel(level)


def test_a_line_is_an_object(restored: list[logging.Handler]) -> None:
    stream = io.StringIO()
    restored.append(configure("info", stream=stream))
    log.info("phiên họp %s", "mở", extra={"room": "m1", "people": 15, "path": Path("x")})
    log.debug("nothing")
    line = json.loads(stream.getvalue())
    assert line["said"] == "phiên họp mở"
    assert (line["level"], line["from"], line["room"]) == ("info", "phienhop.test", "m1")
    assert (line["people"], line["path"]) == (15, "x")
    assert "T" in line["at"]


@pytest.mark.parametrize("name", sorted(SECRET))
def test_what_is_secret_is_dropped(restored: list[logging.Handler], name: str) -> None:
    stream = io.StringIO()
    restored.append(configure(stream=stream))
    log.warning("careless", extra={name: "135790"})
    assert "135790" not in stream.getvalue()
    assert "careless" in stream.getvalue()


def test_a_failure_is_one_line_too(restored: list[logging.Handler]) -> None:
    stream = io.StringIO()
    restored.append(configure(stream=stream))
    try:
        int("why")
    except ValueError:
        log.exception("failed")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert "ValueError: invalid literal" in json.loads(lines[0])["failure"]


def test_into_a_file(restored: list[logging.Handler], tmp_path: Path) -> None:
    path = tmp_path / "logs" / "server.log"
    restored.append(configure("warning", path=path))
    log.info("quiet")
    log.error("loud")
    assert [json.loads(line)["said"] for line in path.read_text().splitlines()] == ["loud"]
