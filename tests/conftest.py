"""What every test stands on: windows that need no screen, and the corpus of public PDFs."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.workermanage import NodeManager

# Before anything imports Kivy: it reads these once. A real screen is used only when asked for.
os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
# One of its own for each test process: two that start at once would write the same settings file.
os.environ["KIVY_HOME"] = tempfile.mkdtemp(prefix="phienhop-kivy-")
atexit.register(shutil.rmtree, os.environ["KIVY_HOME"], ignore_errors=True)

# Time limits of single examples say more about a shared machine than about the code.
settings.register_profile("phienhop", deadline=None, print_blob=True)
settings.load_profile("phienhop")

# A worker writes what it covered as it ends; killed after the usual 10 s it leaves half a file.
NodeManager.EXIT_TIMEOUT = 120

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of public PDFs, or a skip that says where it was looked for."""
    named = os.environ.get("PHIENHOP_CORPUS")
    folder = Path(named) if named else ROOT.parent / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip(f"no corpus of PDFs at {folder}; name one in PHIENHOP_CORPUS")
    return folder
