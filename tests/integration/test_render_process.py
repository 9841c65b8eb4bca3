"""The render process among hostile papers: it may hang or die, the app may not."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from client.device.vault import Damaged
from client.documents import papers
from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import (
    Clip,
    FailureCode,
    Pieces,
    Preview,
    Rendered,
    RenderFailure,
    RenderJob,
    Tile,
)
from client.documents.shape import DocumentShape
from client.documents.text import PageText

BUDGET = 1.0


def paper(pages: int = 3) -> bytes:
    document = pymupdf.open()
    for number in range(pages):
        document.new_page(width=300, height=400).insert_text((50, 50), f"{number + 1}")
    return bytes(document.tobytes())


def endless(levels: int = 40) -> bytes:
    """One page of a few lines that draws 10 to the power of `levels` times."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R /Resources 5 0 R >>",
        b"<< /Length 5 >>\nstream\n/F Do\nendstream",
        b"<< /XObject << /F 6 0 R >> >>",
    ]
    for level in range(levels):
        calls = b"/F Do " * 10 if level < levels - 1 else b"0 0 1 1 re f"
        bodies.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 400] /Length %d"
            b" /Resources << /XObject << /F %d 0 R >> >> >>\nstream\n%s\nendstream"
            % (len(calls), level + 7, calls)
        )
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(bodies) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(out))
    )


@pytest.fixture
async def renderer() -> AsyncIterator[ProcessRenderer]:
    made = ProcessRenderer(budget=BUDGET)
    yield made
    await made.close()


async def draw(renderer: ProcessRenderer, *jobs: RenderJob) -> list[Rendered | RenderFailure]:
    """Want these jobs and wait for all of them; pixels are released at once."""
    results: list[Rendered | RenderFailure] = []
    done = asyncio.Event()

    def deliver(result: Rendered | RenderFailure) -> None:
        if isinstance(result, Rendered):
            result.release()
        results.append(result)
        if len(results) == len(jobs):
            done.set()

    renderer.want(done, jobs, deliver)
    async with asyncio.timeout(60):
        await done.wait()
    return results


def codes(results: list[Rendered | RenderFailure]) -> list[str]:
    return [result.code if isinstance(result, RenderFailure) else "drawn" for result in results]


async def longest_stall(stop: asyncio.Event) -> float:
    """The longest time, in seconds, for which this loop did not turn."""
    worst, last = 0.0, time.monotonic()
    while not stop.is_set():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        worst, last = max(worst, now - last), now
    return worst


async def test_a_hanging_page_ends_its_process_and_nothing_else(
    renderer: ProcessRenderer,
) -> None:
    await renderer.open("good", paper())
    assert await renderer.open("hang", endless()) == DocumentShape("hang", 1)
    pid, stop = renderer.pid, asyncio.Event()
    stall = asyncio.create_task(longest_stall(stop))
    started = time.monotonic()
    results = await draw(renderer, Preview("hang", 1), Preview("good", 1), Preview("good", 2))
    stop.set()
    assert sorted(codes(results)) == ["drawn", "drawn", FailureCode.PAGE_TIMEOUT]
    assert time.monotonic() - started < BUDGET + 10
    assert renderer.pid not in (0, pid)
    assert await stall < 0.5


async def test_a_page_that_hung_does_not_cost_another_process(renderer: ProcessRenderer) -> None:
    await renderer.open("hang", endless())
    assert codes(await draw(renderer, Preview("hang", 1))) == [FailureCode.PAGE_TIMEOUT]
    await renderer.open("good", paper())
    pid = renderer.pid
    tile = Tile("hang", 1, 1.0, Clip(0, 0, 10, 10))
    assert codes(await draw(renderer, tile)) == [FailureCode.PAGE_TIMEOUT]
    assert renderer.pid == pid


async def test_a_killed_process_is_replaced_and_its_papers_open_again(
    renderer: ProcessRenderer,
) -> None:
    await renderer.open("d", paper)
    for _ in range(3):
        os.kill(renderer.pid, signal.SIGKILL)
        assert codes(await draw(renderer, Preview("d", 1), Preview("d", 2))) == ["drawn", "drawn"]


async def test_a_page_under_which_the_process_dies_twice_is_given_up() -> None:
    slow = ProcessRenderer(budget=30)
    try:
        await slow.open("hang", endless())
        task = asyncio.create_task(draw(slow, Preview("hang", 1)))
        killed: list[int] = []
        async with asyncio.timeout(30):
            while not task.done():
                head = slow._running[0] if slow._ready and slow._running else None
                if head is not None and head.slot is not None and slow.pid not in killed:
                    killed.append(slow.pid)
                    os.kill(slow.pid, signal.SIGKILL)
                await asyncio.sleep(0.01)
        assert codes(await task) == [FailureCode.WORKER_CRASHED]
        assert len(killed) == 2
    finally:
        await slow.close()


async def test_a_process_that_cannot_start_is_reported_not_tried_for_ever(
    capfd: pytest.CaptureFixture[str],
) -> None:
    broken: Any = "not a number"
    renderer = ProcessRenderer(niceness=broken)
    try:
        async with asyncio.timeout(60):
            result = await renderer.open("d", paper())
        assert result == RenderFailure(FailureCode.WORKER_CRASHED, "d")
    finally:
        await renderer.close()
    assert "TypeError" in capfd.readouterr().err


async def test_a_document_whose_opening_hangs_is_tried_by_the_other_engine() -> None:
    renderer = ProcessRenderer(budget=2)
    try:
        assert isinstance(await renderer.open("warm", paper()), DocumentShape)
        os.kill(renderer.pid, signal.SIGSTOP)
        assert await renderer.open("d", paper()) == DocumentShape("d", 3)
    finally:
        await renderer.close()


async def test_a_page_that_the_first_engine_does_not_finish_is_drawn_by_the_second(
    renderer: ProcessRenderer,
) -> None:
    assert isinstance(await renderer.open("d", paper()), DocumentShape)
    os.kill(renderer.pid, signal.SIGSTOP)
    (result,) = await draw(renderer, Preview("d", 2))
    assert isinstance(result, Rendered)
    assert result.second
    text = await renderer.read("d", 2)
    assert isinstance(text, PageText)
    assert [word.text for word in text.words] == ["2"]


async def test_nothing_is_left_in_shared_memory() -> None:
    mine = ProcessRenderer()
    name = mine._ring.name
    await mine.open("d", paper())
    await draw(mine, Preview("d", 1))
    await mine.close()
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)


async def test_closing_while_a_page_is_drawn_does_not_wait_for_it() -> None:
    renderer = ProcessRenderer(budget=60)
    await renderer.open("hang", endless())
    opening = asyncio.create_task(renderer.open("later", paper()))
    renderer.want("reader", [Preview("hang", 1)], lambda _result: None)
    await asyncio.sleep(0)
    started = time.monotonic()
    await renderer.close()
    assert time.monotonic() - started < 5
    assert isinstance(await opening, RenderFailure | DocumentShape)


async def test_a_large_paper_opens_without_looking_at_its_pages(
    renderer: ProcessRenderer, corpus: Path
) -> None:
    await renderer.open("warm", paper())
    started = time.monotonic()
    shape = await renderer.open("large", corpus / "vn_2000_pages.pdf")
    assert shape == DocumentShape("large", 2000)
    assert time.monotonic() - started < 1.0


@pytest.mark.corpus
async def test_every_paper_of_the_corpus_is_shown_or_refused(corpus: Path) -> None:
    renderer = ProcessRenderer(budget=5)
    refused = set()
    try:
        for path in sorted(corpus.glob("*.pdf")):
            shape = await renderer.open(path.name, path)
            if isinstance(shape, RenderFailure):
                refused.add(path.name)
                continue
            pages = {1, shape.pages}
            results = await draw(renderer, *(Preview(path.name, page) for page in pages))
            if any(isinstance(result, RenderFailure) for result in results):
                refused.add(path.name)
            renderer.shut(path.name)
    finally:
        await renderer.close()
    assert {name.split("_")[0] for name in refused} <= {"bad", "enc", "slow"}
    assert {"bad_poppler-742-0-fuzzed.pdf", "enc_aes256_pw_matkhau.pdf"} <= refused


@pytest.mark.corpus
async def test_the_box_of_every_turned_and_cropped_page_is_the_files_own(corpus: Path) -> None:
    renderer = ProcessRenderer()
    shapes = []

    def deliver(result: Rendered | RenderFailure) -> None:
        assert isinstance(result, Rendered)
        shapes.append(result.shape)
        result.release()

    try:
        await renderer.open("d", corpus / "geo_boxes_rot_crop.pdf")
        renderer.want("test", [Preview("d", page) for page in range(1, 9)], deliver)
        async with asyncio.timeout(30):
            while len(shapes) < 8:
                await asyncio.sleep(0.01)
    finally:
        await renderer.close()
    assert [shape.rotation for shape in shapes if shape] == [0, 90, 180, 270] * 2
    assert {shape.box for shape in shapes[:4] if shape} == {(10.0, 20.0, 582.0, 752.0)}


SCRIPT = """
import asyncio, json, sys
sys.path.insert(0, {root!r})
{top}
from client.documents import messages
from client.documents.process_renderer import ProcessRenderer
from client.documents.renderer import Preview

async def main():
    import kivy
    heard = []
    answered = ProcessRenderer._answered
    def listen(self, child, answer):
        heard.append(answer)
        answered(self, child, answer)
    ProcessRenderer._answered = listen
    renderer = ProcessRenderer()
    await renderer.open("d", open({pdf!r}, "rb").read())
    ready = next(answer for answer in heard if isinstance(answer, messages.Ready))
    print(json.dumps({{"modules": ready.modules, "pymupdf": "pymupdf" in sys.modules,
                       "pid": renderer.pid}}), flush=True)
    {end}

if __name__ == "__main__":
    asyncio.run(main())
"""


def run(tmp_path: Path, end: str, top: str = "") -> "subprocess.Popen[str]":
    pdf, script = tmp_path / "d.pdf", tmp_path / "app.py"
    pdf.write_bytes(paper())
    root = str(Path(__file__).resolve().parents[2])
    script.write_text(SCRIPT.format(root=root, pdf=str(pdf), end=end, top=top))
    return subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)


def lives(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_the_app_never_loads_the_engine_nor_the_engine_kivy(tmp_path: Path) -> None:
    app = run(tmp_path, "await renderer.close()")
    out, _ = app.communicate(timeout=60)
    told = json.loads(out)
    assert told["pymupdf"] is False
    assert told["modules"] == []


def test_an_app_that_loads_kivy_at_its_top_brings_it_along_and_is_told(tmp_path: Path) -> None:
    app = run(tmp_path, "await renderer.close()", top="import kivy")
    out, _ = app.communicate(timeout=60)
    assert json.loads(out)["modules"] == ["kivy"]


def test_a_render_process_does_not_outlive_a_killed_app(tmp_path: Path) -> None:
    app = run(tmp_path, "await asyncio.Event().wait()")
    assert app.stdout is not None
    pid = json.loads(app.stdout.readline())["pid"]
    app.kill()
    app.wait(10)
    app.stdout.close()
    end = time.monotonic() + 20
    while lives(pid):
        assert time.monotonic() < end, "the render process lives on"
        time.sleep(0.05)


def memories(pid: int) -> list[str]:
    """The papers, and the ring, that a process has in shared memory."""
    lines = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    return [line.split()[5] for line in lines if "psm_" in line]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_paper_is_in_memory_once_and_no_longer_than_it_is_open(
    renderer: ProcessRenderer,
) -> None:
    whole = paper(4)
    pieces = Pieces(len(whole), iter((whole[:100], whole[100:])))
    assert await renderer.open("d", lambda: pieces) == DocumentShape("d", 4)
    [drawn] = await draw(renderer, Preview("d", 2))
    assert isinstance(drawn, Rendered)
    assert len(memories(os.getpid())) == 1, "the ring"
    assert len(memories(renderer.pid)) == 2
    renderer.shut("d")
    assert await renderer.open("e", paper()) == DocumentShape("e", 3)
    renderer.shut("e")
    async with asyncio.timeout(5):
        while len(memories(renderer.pid)) > 1:
            await asyncio.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(("limit", "most"), [("MOST_OPEN", 3000), ("MOST_PAPERS", 3)])
async def test_papers_used_long_ago_leave_the_memory_and_open_anew_when_wanted(
    renderer: ProcessRenderer, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(papers, limit, most)
    for name in "abcd":
        assert await renderer.open(name, paper) == DocumentShape(name, 3)
        await draw(renderer, Preview("a", 1))
    assert len(memories(renderer.pid)) < 1 + 4
    for name in "bcda":
        [drawn] = await draw(renderer, Preview(name, 2))
        assert isinstance(drawn, Rendered), drawn
    assert 1 + 2 <= len(memories(renderer.pid)) < 1 + 4


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_corpus_papers_that_are_closed_leave_nothing_in_the_engine(
    renderer: ProcessRenderer, corpus: Path
) -> None:
    taken = []
    for turn in range(4):
        for name in ("vn_scan_image_only.pdf", "vn_anle_432021.pdf"):
            paper = f"{name}-{turn}"
            assert isinstance(await renderer.open(paper, corpus / name), DocumentShape)
            for page in (1, 2):
                [drawn] = await draw(renderer, Tile(paper, page, 2.0, Clip(0, 0, 1100, 1600)))
                assert isinstance(drawn, Rendered), drawn
                drawn.release()
            renderer.shut(paper)
        await asyncio.sleep(1.2)  # it tidies up when nobody asks for anything
        taken.append(resident(renderer.pid))
    assert taken[-1] - taken[1] < 6, taken


def resident(pid: int) -> float:
    """Megabytes that a process has to itself."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /dev/shm")
async def test_a_paper_that_breaks_off_leaves_nothing_behind(renderer: ProcessRenderer) -> None:
    def broken() -> Iterator[bytes]:
        yield b"%PDF-1.7"
        raise Damaged("chunk 1")

    before = set(Path("/dev/shm").iterdir())
    found = await renderer.open("d", lambda: Pieces(5000, broken()))
    assert found == RenderFailure(FailureCode.PAPER_UNREADABLE, "d")
    assert len(memories(os.getpid())) == 1
    assert not [
        one for one in set(Path("/dev/shm").iterdir()) - before if one.stat().st_size == 5000
    ]
