"""One window until its first frame: ours (a folder is given) or the barest that Kivy opens.

Prints the moment of the first frame on the clock that the parent process reads too.
"""

import sys
import time
from pathlib import Path

from client.__main__ import prepare
from client.options import Options


def main(folder: Path, *, ours: bool) -> None:
    """Open the window, tell its first frame and its first screen, and end."""
    options = Options("tablet", folder, window=(1280, 800))
    prepare(options)
    if ours:
        _tell(shown_at_once=True)
        from client.opening import show_opening  # noqa: PLC0415

        show_opening(folder)
        from client.app import run  # noqa: PLC0415

        run(options)
        return
    from kivy.app import App  # noqa: PLC0415
    from kivy.uix.widget import Widget  # noqa: PLC0415

    class Bare(App):  # type: ignore[misc]
        """Nothing but a window."""

        def build(self) -> Widget:
            """Return an empty widget."""
            return Widget()

    _tell(shown_at_once=False)
    Bare().run()


def _tell(*, shown_at_once: bool) -> None:
    """Say when the first frame is on the glass, and the first with widgets in it."""
    from kivy.core.window import Window  # noqa: PLC0415

    first = [shown_at_once]

    def flipped(*_args: object) -> None:
        now = time.monotonic()
        if first and (first[0] or Window.children):
            first.clear()
            print(f"first frame {now:.6f}", flush=True)
        if Window.children:
            from kivy.app import App  # noqa: PLC0415

            Window.unbind(on_flip=flipped)
            print(f"ready {now:.6f}", flush=True)
            App.get_running_app().stop()

    Window.bind(on_flip=flipped)


if __name__ == "__main__":
    main(Path(sys.argv[2]), ours=sys.argv[1] == "ours")
