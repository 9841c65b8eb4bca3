"""Where files for the person are put, and a name there that nothing has."""

import itertools
from pathlib import Path

FOLDERS = ("Documents", "Tài liệu", "Desktop")


def folder_for_files() -> Path:
    """Return the person's folder for documents, or the home folder where there is none."""
    home = Path.home()
    return next((home / name for name in FOLDERS if (home / name).is_dir()), home)


def free_name(folder: Path, name: str) -> Path:
    """Return a path in the folder that does not exist yet: NAME, NAME (2), NAME (3) …."""
    clean = Path(name).name or "phienhop"
    first = folder / clean
    if not first.exists():
        return first
    names = (first.with_stem(f"{first.stem} ({n})") for n in itertools.count(2))
    return next(path for path in names if not path.exists())
