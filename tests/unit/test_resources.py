"""Fonts, icons and pictures are where the client looks for them."""

from pathlib import Path

import pytest

from client import resources

USED = Path(resources.__file__).parent


def test_pictures_and_themes_lie_in_the_assets() -> None:
    for name in ("logo", "rings", "shadow1", "shadow2"):
        assert Path(resources.image(name)).is_file()
    assert (resources.THEMES / "light.toml").is_file()
    assert (resources.LOCALES / "vi").is_dir()


@pytest.mark.parametrize("weight", list(resources.FACES))
def test_every_weight_has_its_font(weight: str) -> None:
    assert resources.font_file(weight).is_file()


def test_an_icon_is_drawn_white_at_the_size_asked_for() -> None:
    svg = resources.icon_svg("hand-stop", 56)
    assert 'width="56"' in svg
    assert 'height="56"' in svg
    assert "currentColor" not in svg


def test_the_filled_variant_is_another_drawing() -> None:
    assert resources.icon_file("circle-check/filled") != resources.icon_file("circle-check")


def test_an_unknown_icon_is_refused_by_name() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        resources.icon_file("no-such-icon")


def test_an_absent_package_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package"):
        resources._package_folder("no_such_package")


def test_every_icon_named_in_the_client_exists() -> None:
    import re

    named = re.compile(r"""\bicon(?:=|: )["']([a-z0-9/-]+)["']""")
    found = {
        name
        for suffix in ("*.py", "*.kv")
        for path in USED.rglob(suffix)
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    assert found
    for name in found:
        assert resources.icon_file(name).is_file()


def test_assets_of_an_installed_package_lie_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "client" / "assets").mkdir(parents=True)
    monkeypatch.setattr(resources, "_HERE", tmp_path / "client")
    assert resources._assets() == tmp_path / "client" / "assets"
    monkeypatch.setattr(resources, "_HERE", tmp_path / "elsewhere")
    assert resources._assets() == tmp_path / "assets"
