"""pdf.js in headless Chromium: from asking for the file to its first page drawn.

PHIENHOP_PDFJS names a folder with `build/pdf.mjs` and `build/pdf.worker.mjs` (npm's `pdfjs-dist`).
The browser is started once and driven by its own protocol; its start is not counted.
"""

import functools
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import connect

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60
PAGE = """<!doctype html><canvas id=c></canvas><script type=module>
import * as pdfjs from '/build/pdf.mjs';
pdfjs.GlobalWorkerOptions.workerSrc = '/build/pdf.worker.mjs';
window.measure = async (name) => {
  const begun = performance.now();
  const task = pdfjs.getDocument({url: '/papers/' + name});
  const page = await (await task.promise).getPage(1);
  const view = page.getViewport({scale: 1136 / page.getViewport({scale: 1}).width});
  const canvas = document.getElementById('c');
  canvas.width = view.width; canvas.height = view.height;
  await page.render({canvasContext: canvas.getContext('2d'), viewport: view, canvas}).promise;
  await new Promise(requestAnimationFrame);
  const spent = performance.now() - begun;
  await task.destroy();
  return spent;
};
window.ready = true;
</script>"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class PdfJs:
    """The browser, open for as long as the `with` lasts; `there` is false where it cannot be."""

    def __init__(self, papers: list[Path]) -> None:
        self._papers = papers
        self._open = ExitStack()
        self._line: Any = None

    @property
    def there(self) -> bool:
        """Whether it can be measured."""
        return self._line is not None

    def __enter__(self) -> Self:
        """Start it, and say what is missing."""
        browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
        built = Path(os.environ.get("PHIENHOP_PDFJS", "")) / "build"
        if browser is None or not (built / "pdf.mjs").is_file():
            lacking = "no Chromium" if browser is None else "PHIENHOP_PDFJS names no pdfjs-dist"
            print(f"pdf.js was not measured: {lacking}")
            return self
        root = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        (root / "papers").mkdir()
        (root / "build").symlink_to(built.resolve())
        (root / "index.html").write_text(PAGE)
        for path in self._papers:
            (root / "papers" / path.name).symlink_to(path.resolve())
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root))
        )
        self._open.callback(server.server_close)
        self._open.callback(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._line = self._connected(browser, f"http://127.0.0.1:{server.server_port}/", root)
        if self._line is not None:
            self.first(self._papers[0])  # what it loads once is not counted
        return self

    def __exit__(self, *_args: object) -> None:
        """End it."""
        self._open.close()

    def first(self, path: Path) -> float:
        """Milliseconds to the first page of one of the papers."""
        return float(_ask(self._line, f"window.measure({json.dumps(path.name)})"))

    def _connected(self, browser: str, address: str, root: Path) -> Any:
        program = subprocess.Popen(
            [
                *(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
                *("--remote-debugging-port=0", f"--user-data-dir={root / 'profile'}", address),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._open.callback(program.wait)
        self._open.callback(program.terminate)
        told = root / "profile" / "DevToolsActivePort"
        end = time.monotonic() + PATIENCE
        while not told.is_file() or not told.read_text().strip():
            if time.monotonic() > end:
                print("pdf.js was not measured: the browser did not start")
                return None
            time.sleep(0.05)
        port = told.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = json.load(answer)
        socket = next(one["webSocketDebuggerUrl"] for one in pages if one["type"] == "page")
        line = self._open.enter_context(
            connect(socket, max_size=None, open_timeout=PATIENCE, proxy=None)
        )
        while not _ask(line, "window.ready === true"):
            if time.monotonic() > end:
                print("pdf.js was not measured: it did not load in the browser")
                return None
            time.sleep(0.05)
        return line


def _ask(line: Any, expression: str) -> Any:
    order = {
        "id": 1,
        "method": "Runtime.evaluate",
        "params": {"expression": expression, "awaitPromise": True, "returnByValue": True},
    }
    line.send(json.dumps(order))
    while True:
        answer = json.loads(line.recv(timeout=PATIENCE))
        if answer.get("id") == 1:
            return answer["result"]["result"].get("value")
