"""The promises of the project's own files: it installs, starts, and records no addresses."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

import server.__main__
from bench import Report
from bench.__main__ import line
from bench.__main__ import main as bench_main

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
LOCKS = {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pdm.lock"}


def tracked() -> list[str]:
    listing = subprocess.run(  # the paths that a clone would get
        ["git", "ls-files", "-z"],  # noqa: S607  # git is wherever the machine keeps it
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for path in listing.stdout.split("\0") if path]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = [text for text in CONSTRAINTS.splitlines() if text and not text.startswith("#")]
    matched = [re.fullmatch(r"([A-Za-z0-9._-]+)==([^ ;]+)( ; .+)?", text) for text in lines]
    assert all(matched), [text for text, match in zip(lines, matched, strict=True) if not match]
    return {normal(match[1]): match[2] for match in matched if match}


def imported_by(module: str) -> set[str]:
    code = f"import sys, {module}; print('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(run.stdout.split())


def test_the_installed_command_is_the_composition_root() -> None:
    (script,) = distribution("phienhop").entry_points.select(
        group="console_scripts", name="phienhop"
    )
    assert script.load() is server.__main__.main


def test_the_installed_command_starts_in_any_folder(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("phienhop")
    run = subprocess.run(
        [command, "--version"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert run.stdout == f"phienhop {distribution('phienhop').version}\n"
    assert run.stderr == ""


def test_starting_the_command_line_loads_neither_the_windows_nor_the_rules() -> None:
    loaded = imported_by("server.__main__")
    assert "server" in loaded
    heavy = ("kivy", "pymupdf", "sqlite_utils", "client", "server.core", "server.journal")
    assert not [name for name in loaded if name.startswith(heavy)]


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    groups = project["dependency-groups"]
    asked = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(name for extra in extras.values() for name in extra),
        *(name for group in groups.values() for name in group if isinstance(name, str)),
    ]
    named = {normal(re.split(r"[<>=!~;\[ ]", name)[0]) for name in asked}
    assert named - pins().keys() == set()


@pytest.mark.parametrize("name", ["constraints.txt", "Makefile", ".ci/run", ".ci/setup"])
def test_what_installs_the_project_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text
    assert re.findall(r"[a-z+]+://|index-url=|find-links=", text) == []


def test_no_lock_file_is_tracked() -> None:
    paths = tracked()
    assert "pyproject.toml" in paths
    assert [path for path in paths if Path(path).name in LOCKS] == []


def test_the_top_level_holds_nothing_but_what_is_agreed() -> None:
    agreed = {
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "assets",
        "bench",
        "client",
        "constraints.txt",
        "docs",
        "pyproject.toml",
        "server",
        "tests",
    }
    top = {Path(path).parts[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} <= agreed


def test_a_bench_ends_with_one_json_object_of_six_keys() -> None:
    report = Report(
        figures={"n200_last_ms": 31.5},
        peer={"name": "thiết bị", "n200_last_ms": 12.5},
        ratio=2.52,
        target={"n200_last_ms": 40, "ratio": 4},
        holds=True,
    )
    text = line("fanout", report)
    assert "\n" not in text
    assert json.loads(text) == {
        "bench": "fanout",
        "figures": {"n200_last_ms": 31.5},
        "peer": {"name": "thiết bị", "n200_last_ms": 12.5},
        "ratio": 2.52,
        "target": {"n200_last_ms": 40, "ratio": 4},
        "holds": True,
    }


def test_an_unknown_bench_is_refused_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_main(["nosuch"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no bench named 'nosuch'" in printed.err
