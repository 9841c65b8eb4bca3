"""Loading the rules of a widget: once, by the module that owns them, before its class is used."""

from pathlib import Path

from kivy.lang import Builder

from client.resources import register_fonts


def load_kv(module_file: str, *more: str) -> None:
    """Load ``NAME.kv`` that lies beside ``NAME/__init__.py``; call it with ``__file__``.

    ``more`` names further files of that folder, for a screen of many rules. A second call for the
    same file does nothing, so that rules never apply twice.
    """
    register_fonts()
    folder = Path(module_file).resolve().parent
    for name in (folder.name, *more):
        path = str(folder / f"{name}.kv")
        if path not in Builder.files:
            Builder.load_file(path, encoding="utf-8")
