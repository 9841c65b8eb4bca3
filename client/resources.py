"""Where the client's own files and the packaged fonts and icons lie, and how Kivy learns of them.

Nothing at import time touches Kivy: the theme and the languages need only the paths.
"""

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kivy.graphics.texture import Texture

_HERE = Path(__file__).resolve().parent

FACES = {
    "regular": "Be Vietnam Pro",
    "medium": "Be Vietnam Pro Medium",
    "semibold": "Be Vietnam Pro SemiBold",
    "bold": "Be Vietnam Pro Bold",
}
"""Weight to the name under which the font is registered with Kivy; ``[b]`` is always Bold."""


def _assets() -> Path:
    """The folder of assets: inside the package when installed, beside it in a checkout."""
    installed = _HERE / "assets"
    return installed if installed.is_dir() else _HERE.parent / "assets"


ASSETS = _assets()
THEMES = ASSETS / "themes"
LOCALES = ASSETS / "locale"
IMAGES = ASSETS / "images"


def image(name: str) -> str:
    """The path of one of our own pictures (logo, rings, shadow1, shadow2) for an Image."""
    return str(IMAGES / f"{name}.png")


@cache
def _package_folder(package: str) -> Path:
    """Where an installed package lies, without running its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {package} is not installed")
    return Path(spec.origin).parent


def font_file(weight: str) -> Path:
    """The TrueType file of a weight of FACES."""
    style = FACES[weight].removeprefix("Be Vietnam Pro").strip() or "Regular"
    return _package_folder("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{style}.ttf"


def icon_file(name: str) -> Path:
    """The drawing of a Tabler icon; ``circle-check/filled`` names the filled variant.

    Raises FileNotFoundError for a name that Tabler does not have.
    """
    stem, _, variant = name.partition("/")
    path = _package_folder("pytablericons") / "icons" / (variant or "outline") / f"{stem}.svg"
    if not path.is_file():
        raise FileNotFoundError(f"no icon named {name!r}")
    return path


def icon_svg(name: str, pixels: int) -> str:
    """The icon as SVG text, white, drawn for a square of that many pixels."""
    text = icon_file(name).read_text(encoding="utf-8").replace("currentColor", "#ffffff")
    return text.replace('width="24"', f'width="{pixels}"').replace(
        'height="24"', f'height="{pixels}"'
    )


@cache
def register_fonts() -> None:
    """Make the four weights known to Kivy; repeats do nothing."""
    from kivy.core.text import LabelBase  # noqa: PLC0415

    bold = str(font_file("bold"))
    for weight, face in FACES.items():
        LabelBase.register(face, str(font_file(weight)), fn_bold=bold)


@cache
def icon_texture(name: str, pixels: int) -> "Texture":
    """A white texture of the icon, exactly that many pixels square; tint it with a Color.

    Drawn by the SDL2 image library that Kivy carries, on first use: 0.1 ms each, so there is no
    atlas to build, cache or load, and every icon is sharp at every density and text size.
    """
    from io import BytesIO  # noqa: PLC0415

    from kivy.core.image.img_sdl2 import ImageLoaderSDL2  # noqa: PLC0415
    from kivy.graphics.texture import Texture  # noqa: PLC0415

    svg = BytesIO(icon_svg(name, pixels).encode())
    drawn = ImageLoaderSDL2(f"{name}.svg", inline=True, nocache=True, rawdata=svg)._data[0]  # noqa: SLF001
    texture = Texture.create(size=(drawn.width, drawn.height), colorfmt="rgba")
    texture.blit_buffer(_whitened(drawn.data), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


def _whitened(pixels: bytes) -> bytes:
    """The same picture with every pixel white, so that soft edges carry no dark fringe."""
    white = bytearray(b"\xff" * len(pixels))
    white[3::4] = bytes(pixels)[3::4]
    return bytes(white)
