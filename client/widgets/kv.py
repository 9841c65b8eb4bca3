"""Loading the rules of a widget: once, by the module that owns them, before its class is used."""

from pathlib import Path

from kivy.lang import Builder

from client.resources import register_fonts


def load_kv(module_file: str) -> None:
    """Load ``NAME.kv`` that lies beside ``NAME/__init__.py``; call it with ``__file__``.

    A second call for the same file does nothing, so that rules never apply twice.
    """
    register_fonts()
    folder = Path(module_file).resolve().parent
    path = str(folder / f"{folder.name}.kv")
    if path not in Builder.files:
        Builder.load_file(path, encoding="utf-8")
