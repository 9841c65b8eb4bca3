"""One window until its first frame: ours (a folder is given) or the barest that Kivy opens.

Prints the moment of the first frame on the clock that the parent process reads too.
"""

import sys
import time
from pathlib import Path

from client.__main__ import prepare
from client.options import Options


def main(folder: Path, *, ours: bool) -> None:
    """Open the window, print when its first frame was shown, and end."""
    options = Options("tablet", folder, window=(1280, 800))
    prepare(options)
    if ours:
        from client.app import run  # noqa: PLC0415

        _tell_first_frame()
        run(options)
        return
    from kivy.app import App  # noqa: PLC0415
    from kivy.uix.widget import Widget  # noqa: PLC0415

    class Bare(App):  # type: ignore[misc]
        """Nothing but a window."""

        def build(self) -> Widget:
            """Return an empty widget."""
            return Widget()

    import kivy.core.window  # noqa: PLC0415, F401 - the window itself

    _tell_first_frame()
    Bare().run()


def _tell_first_frame() -> None:
    from kivy.app import App  # noqa: PLC0415
    from kivy.core.window import Window  # noqa: PLC0415

    def shown(*_args: object) -> None:
        if Window.children:
            Window.unbind(on_flip=shown)
            print(f"first frame {time.monotonic():.6f}", flush=True)
            App.get_running_app().stop()

    Window.bind(on_flip=shown)


if __name__ == "__main__":
    main(Path(sys.argv[2]), ours=sys.argv[1] == "ours")
