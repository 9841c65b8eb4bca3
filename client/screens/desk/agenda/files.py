"""The window in which a file is chosen: the system's own, in a process of its own.

The system's window blocks whoever opens it, so it never runs in ours. Where there is none, the
path is typed.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from client.screens.desk.form import FormDialog
from client.widgets.field import TextField

_ASK = """
import sys, tkinter
from tkinter import filedialog
root = tkinter.Tk()
root.withdraw()
root.attributes("-topmost", True)
kinds = [("PDF, Office", "*.pdf *.docx *.xlsx *.pptx *.doc *.png *.jpg *.jpeg *.tif *.tiff"),
         ("*", "*")]
name = filedialog.askopenfilename(title=sys.argv[1], filetypes=kinds)
sys.stdout.buffer.write((name if isinstance(name, str) else "").encode("utf-8"))
"""


def choose_file(app: Any, use: Callable[[str], None]) -> None:
    """Let the person choose a file; `use` gets its path, and nothing when none was chosen."""

    async def ask() -> None:
        chosen = await system_window(app.tr("drop.choose"))
        if chosen is None:
            ask_path(app, use)
        elif chosen:
            use(chosen)

    app.start(ask())


async def system_window(title: str) -> str | None:
    """Return the chosen path, empty when none was; None when there is no such window here."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _ASK,
            title,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        out, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    return out.decode("utf-8").strip() if process.returncode == 0 else None


class PathDialog(FormDialog):
    """Takes the path of a file that is there."""

    def __init__(self, app: Any, use: Callable[[str], None], **kwargs: Any) -> None:
        self.app, self._use = app, use
        super().__init__(
            title=app.tr("drop.choose"),
            body=app.tr("file.path.body"),
            icon="file-upload",
            tone="blu",
            safe_text=app.tr("act.dismiss"),
            act_text=app.tr("file.use"),
            **kwargs,
        )
        self.field = TextField(label=app.tr("file.path"), desk=True)
        self.field.bind(on_text_validate=lambda *_: self.answer("on_act"))
        self.add_widget(self.field)

    def path(self) -> Path:
        """Return the path as it was typed, without quotation marks round it."""
        return Path(self.field.text.strip().strip("\"'")).expanduser()

    def complete(self) -> bool:
        """See `FormDialog.complete`."""
        there = bool(self.field.text.strip()) and self.path().is_file()
        self.field.error = "" if there else self.app.tr("file.path.wrong")
        return there

    def on_act(self) -> None:
        """Use it."""
        self._use(str(self.path()))


def ask_path(app: Any, use: Callable[[str], None]) -> PathDialog:
    """Ask for a path."""
    dialog = PathDialog(app, use)
    dialog.open()
    return dialog
