"""A bench opens its window as the app opens a tablet's: same settings, 1280 by 800 pixels."""

import os
import tempfile
from pathlib import Path

from client.__main__ import prepare
from client.options import Options


def tablet(*, seen: bool = False) -> None:
    """Tell Kivy, before it is imported; off screen unless it is to be `seen`."""
    if not seen:
        os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    home = Path(tempfile.gettempdir()) / "phienhop-bench"
    home.mkdir(exist_ok=True)
    prepare(Options(kind="tablet", folder=home, window=(1280, 800)))
