"""Settings: which source wins, and what is said of a wrong one."""

from pathlib import Path

import pytest

from server.protocol.refusals import Code, Refusal
from server.settings import Settings, default_data, read


def write(folder: Path, text: str) -> Path:
    path = folder / "phienhop.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_set_gives_the_defaults(tmp_path: Path) -> None:
    assert read({"data": str(tmp_path)}, {}) == Settings(data=tmp_path)


def test_flags_win_over_the_environment_which_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, 'port = 1\nhost = "file"\ntitle = "file"\n')
    environment = {"PHIENHOP_PORT": "2", "PHIENHOP_HOST": "environment", "OTHER": "x"}
    settings = read({"data": str(tmp_path), "port": 3, "host": None}, environment)
    assert isinstance(settings, Settings)
    assert (settings.port, settings.host, settings.title) == (3, "environment", "file")


def test_lists_and_switches_in_the_environment(tmp_path: Path) -> None:
    environment = {
        "PHIENHOP_NAMES": "hop.example, 10.0.0.5",
        "PHIENHOP_DISCOVERY": "false",
        "PHIENHOP_DATA": str(tmp_path),
    }
    settings = read({}, environment)
    assert isinstance(settings, Settings)
    assert settings.names == ("hop.example", "10.0.0.5")
    assert settings.discovery is False
    assert settings.data == tmp_path


def test_a_named_file_is_read_from_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path, "port = 9000\n")
    settings = read({"data": str(tmp_path / "elsewhere")}, {}, path)
    assert isinstance(settings, Settings)
    assert settings.port == 9000


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('host = "a"\nport = = 1\n', 2, "Invalid value"),
        ('host = "a"\nprot = 1\n', 2, "unknown: prot"),
        ("\n[limits]\nport = 1\n", 2, "unknown: limits"),
        ('\n\nport = "eighty"\n', 3, "port: "),
        ('port = "8443"\n', 1, "port: "),
        ("port = 99999\n", 1, "port: 0 … 65535"),
        ("data = 7\n", 1, "data: a path is a text"),
        ("port = true\n", 1, "port: "),
        ('log_level = "loud"\n', 1, "log_level: debug"),
        ("sheet_days = 0\n", 1, "sheet_days: >= 1"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    path = write(tmp_path, text)
    outcome = read({"data": str(tmp_path)}, {})
    assert isinstance(outcome, Refusal)
    assert outcome.code == Code.SETTINGS_INVALID
    assert (outcome.params["file"], outcome.params["line"]) == (str(path), line)
    assert str(outcome.params["reason"]).startswith(reason)


def test_a_wrong_flag_and_a_wrong_variable_are_named(tmp_path: Path) -> None:
    flag = read({"data": str(tmp_path), "port": "x"}, {})
    assert isinstance(flag, Refusal)
    assert flag.params["file"] == "--port"
    variable = read({"data": str(tmp_path)}, {"PHIENHOP_PIN_PASSES": "0"})
    assert isinstance(variable, Refusal)
    assert variable.params["file"] == "PHIENHOP_PIN_PASSES"


def test_a_named_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    gone = read({}, {}, tmp_path / "gone.toml")
    assert isinstance(gone, Refusal)
    assert gone.params["file"] == str(tmp_path / "gone.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes(b'title = "Phi\xean"\n')
    assert isinstance(read({}, {}, path), Refusal)


def test_where_files_lie_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data() == tmp_path / "phienhop" / "server"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_data() == tmp_path / ".local" / "share" / "phienhop" / "server"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert default_data() == tmp_path / "Local" / "phienhop" / "server"
