"""Intake in its cage: honest papers in, hostile ones out, and the server unharmed."""

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from server.papers import cage, office, view
from server.papers.intake import take_in
from server.papers.limits import Limits
from server.papers.outcome import Accepted
from server.papers.shelf import Shelf
from server.protocol.refusals import Code, Refusal
from tests.integration import bombs

SMALL = Limits(cpu_seconds=4, wall_seconds=12.0)


def active_content(path: Path) -> set[str]:
    """Names of whatever acts, found by reading every object of a file afresh."""
    found = set()
    with pymupdf.open(path) as document:
        for number in range(1, document.xref_length()):
            found.update(view.ACTIVE.findall(document.xref_object(number, compressed=True)))
            for key in ("AA", "AF", "EF", "JS", "OpenAction"):
                if document.xref_get_key(number, key)[0] != "null":
                    found.add(key)
        found.update(name for name in document.embfile_names())
        for page in document:
            found.update(annot.type[1] for annot in page.annots())
            found.update(widget.field_name for widget in page.widgets())
            kinds = {link["kind"] for link in page.get_links()}
            found.update(f"link {kind}" for kind in kinds if kind != pymupdf.LINK_GOTO)
    return found


def refused(outcome: object) -> Refusal:
    assert isinstance(outcome, Refusal)
    return outcome


def accepted(outcome: object) -> Accepted:
    assert isinstance(outcome, Accepted)
    return outcome


async def take(tmp_path: Path, data: bytes, limits: Limits = SMALL) -> Accepted | Refusal:
    source = tmp_path / "in.pdf"
    source.write_bytes(data)
    outcome = await take_in(source, tmp_path / "view.pdf", limits=limits)
    assert source.read_bytes() == data, "the original is only read"
    assert (tmp_path / "view.pdf").exists() is isinstance(outcome, Accepted)
    return outcome


async def test_an_honest_paper_is_accepted_with_its_facts(tmp_path: Path) -> None:
    source, target = tmp_path / "a.pdf", tmp_path / "view.pdf"
    bombs.lawful(source)
    outcome = await take_in(source, target)
    assert isinstance(outcome, Accepted)
    assert outcome.pages == 3
    assert outcome.page_sizes == ((595.0, 842.0),) * 3
    assert outcome.title == "Tờ trình"
    assert outcome.removed == ()
    assert outcome.rasterised == ()
    assert outcome.original_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert outcome.view_sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    assert outcome.view_bytes == target.stat().st_size
    with pymupdf.open(target) as copy:
        assert [page.get_text().strip() for page in copy] == ["Page 1", "Page 2", "Page 3"]
        assert copy.get_toc() == [[1, "One", 1], [2, "Two", 3]]
        assert [link["page"] for link in copy[0].get_links()] == [2]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (bombs.cycle, Code.PAPER_HOSTILE),
        (bombs.two_step_cycle, Code.PAPER_HOSTILE),
        (bombs.shared_branches, Code.PAPER_HOSTILE),
        (bombs.deep_tree, Code.PAPER_HOSTILE),
        (bombs.huge_page, Code.PAPER_PAGE_TOO_LARGE),
        (lambda: bombs.many_pages(2001), Code.PAPER_TOO_MANY_PAGES),
        (bombs.no_pages, Code.PAPER_UNREADABLE),
        (lambda: b"", Code.PAPER_UNREADABLE),
        (lambda: b"%PDF-1.7\nnothing at all", Code.PAPER_UNREADABLE),
        (lambda: b"MZ\x90\x00 a program", Code.PAPER_NOT_PDF),
        (lambda: b"PK\x03\x04 an archive", Code.PAPER_NOT_PDF),
    ],
)
async def test_a_bad_file_is_refused_with_its_code(
    tmp_path: Path, make: Callable[[], bytes], code: Code
) -> None:
    outcome = await take(tmp_path, make())
    assert refused(outcome).code is code


async def test_the_number_of_pages_allowed_is_exact(tmp_path: Path) -> None:
    too_many = refused(await take(tmp_path, bombs.many_pages(2001)))
    assert too_many.params == {"pages": 2001, "limit": 2000}
    taken = accepted(await take(tmp_path, bombs.many_pages(2000), Limits()))
    assert taken.pages == 2000


@pytest.mark.parametrize(
    "make", [bombs.deep_nesting, bombs.claimed_pages, bombs.form_bomb, bombs.zip_bomb]
)
async def test_a_bomb_ends_within_its_budget_and_never_in_the_server(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    started = time.monotonic()
    outcome = await take(tmp_path, make())
    assert time.monotonic() - started < SMALL.wall_seconds + 5
    if isinstance(outcome, Accepted):
        assert outcome.pages == 1
        assert active_content(tmp_path / "view.pdf") == set()
    else:
        assert outcome.code in {
            Code.PAPER_TIMED_OUT,
            Code.PAPER_ENGINE_CRASHED,
            Code.PAPER_UNREADABLE,
            Code.PAPER_TOO_MANY_PAGES,
            Code.PAPER_HOSTILE,
        }


async def test_nothing_active_is_left_in_the_view_copy(tmp_path: Path) -> None:
    data = bombs.active(tmp_path / "active.pdf")
    outcome = await take(tmp_path, data)
    assert isinstance(outcome, Accepted)
    assert {"javascript", "embedded_files", "xfa", "actions", "rich_media"} <= set(outcome.removed)
    assert active_content(tmp_path / "view.pdf") == set()
    with pymupdf.open(tmp_path / "view.pdf") as copy:
        assert [link["kind"] for link in copy[0].get_links()] == [pymupdf.LINK_GOTO]
        assert copy[0].get_pixmap().pixel(60, 110) == (0, 0, 255), "what is seen stays"


async def test_a_locked_paper_is_refused(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page()
        data = document.tobytes(
            encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="matkhau", owner_pw="chu"
        )
    assert await take(tmp_path, data) == Refusal(Code.PAPER_LOCKED)


async def test_a_file_over_the_size_limit_is_not_even_opened(tmp_path: Path) -> None:
    outcome = await take(tmp_path, b"%PDF-1.7" + b" " * 100, Limits(max_bytes=50))
    assert outcome == Refusal(Code.PAPER_TOO_LARGE, params={"bytes": 108, "limit": 50})


async def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    outcome = await take_in(tmp_path / "none.pdf", tmp_path / "view.pdf")
    assert refused(outcome).code is Code.PAPER_UNREADABLE


async def test_a_slow_page_becomes_its_picture(tmp_path: Path) -> None:
    with pymupdf.open(stream=bombs.slow_page(3000)) as slow, pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "before")
        document.insert_pdf(slow)
        document.new_page().insert_text((72, 72), "after")
        data = document.tobytes()
    outcome = await take(tmp_path, data, Limits(page_seconds=0.02))
    assert isinstance(outcome, Accepted)
    assert outcome.rasterised == (2,)
    assert outcome.page_sizes[1] == (200.0, 200.0)
    with pymupdf.open(tmp_path / "view.pdf") as copy:
        assert len(copy[1].get_images()) == 1
        assert "before" in copy[0].get_text()
        assert "after" in copy[2].get_text()


async def test_the_child_is_killed_when_its_time_is_up(tmp_path: Path) -> None:
    source = tmp_path / "slow.pdf"
    source.write_bytes(bombs.form_bomb())
    started = time.monotonic()
    limits = Limits(wall_seconds=1.0)
    outcome = await take_in(source, tmp_path / "view.pdf", limits=limits)
    assert outcome == Refusal(Code.PAPER_TIMED_OUT)
    assert time.monotonic() - started < 4


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
async def test_the_processor_limit_ends_a_child_by_itself(tmp_path: Path) -> None:
    source = tmp_path / "slow.pdf"
    source.write_bytes(bombs.form_bomb())
    limits = Limits(cpu_seconds=1, wall_seconds=20.0)
    assert await take_in(source, tmp_path / "view.pdf", limits=limits) == Refusal(
        Code.PAPER_TIMED_OUT
    )


async def test_a_cancelled_intake_leaves_no_process_behind(tmp_path: Path) -> None:
    source = tmp_path / "slow.pdf"
    source.write_bytes(bombs.form_bomb())
    job = {"source": str(source), "target": str(tmp_path / "v"), "kind": "pdf"}
    task = asyncio.create_task(cage.run({**job, "limits": Limits().as_dict()}, wall_seconds=20.0))
    async with asyncio.timeout(10):
        while not (mine := children_of(os.getpid())):
            await asyncio.to_thread(os.sched_yield)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not set(mine) & set(children_of(os.getpid()))


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


async def test_a_child_that_is_not_even_given_a_job_counts_as_crashed() -> None:
    ended = await cage.run({}, wall_seconds=10)
    assert ended.answer is None
    assert not ended.timed_out


async def test_an_image_becomes_a_page_of_its_shape(tmp_path: Path) -> None:
    picture = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 200, 100), False)
    picture.clear_with(90)
    source = tmp_path / "scan.png"
    picture.save(source)
    outcome = await take_in(source, tmp_path / "view.pdf")
    assert isinstance(outcome, Accepted)
    assert outcome.page_sizes == ((842.0, 421.0),)


async def test_an_image_too_large_to_hold_is_refused(tmp_path: Path) -> None:
    picture = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 200, 100), False)
    picture.clear_with(90)
    source = tmp_path / "scan.png"
    picture.save(source)
    outcome = await take_in(source, tmp_path / "view.pdf", limits=Limits(image_pixels=100))
    assert refused(outcome).code is Code.PAPER_HOSTILE


async def test_a_broken_image_is_refused(tmp_path: Path) -> None:
    outcome = await take(tmp_path, b"\x89PNG\r\n\x1a\nnothing")
    assert refused(outcome).code is Code.PAPER_UNREADABLE


async def test_an_office_file_needs_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = await take(tmp_path, b"PK\x03\x04....[Content_Types].xml....")
    assert refused(outcome).code is Code.PAPER_NEEDS_CONVERSION


def converter(tmp_path: Path, body: str) -> Path:
    program = tmp_path / "soffice"
    program.write_text(f"#!{sys.executable}\nimport sys, time, shutil, pathlib\n{body}\n")
    program.chmod(0o755)
    return program


async def test_an_office_file_goes_through_the_converter_and_the_cage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bombs.lawful(tmp_path / "made.pdf", pages=2)
    body = (
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\n"
        f"shutil.copy({str(tmp_path / 'made.pdf')!r}, out / 'paper.pdf')"
    )
    converter(tmp_path, body)
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = await take(tmp_path, b"PK\x03\x04....word/document.xml....")
    assert isinstance(outcome, Accepted)
    assert outcome.pages == 2
    assert outcome.original_bytes == 29
    assert sorted(path.suffix for path in tmp_path.glob("office-*")) == []


async def test_a_converter_that_hangs_or_gives_nothing_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.docx"
    source.write_bytes(b"PK\x03\x04word/")
    hangs = str(converter(tmp_path, "time.sleep(60)"))
    hung = await office.convert(source, tmp_path, Limits(wall_seconds=0.5), program=hangs)
    assert hung == Refusal(Code.PAPER_TIMED_OUT, {"reason": "conversion"})
    quits = str(converter(tmp_path, "sys.exit(1)"))
    nothing = await office.convert(source, tmp_path, Limits(), program=quits)
    assert refused(nothing).code is Code.PAPER_UNREADABLE


# --- the shelf: uploads, intake and store together


async def test_an_upload_in_chunks_becomes_a_paper(tmp_path: Path) -> None:
    bombs.lawful(tmp_path / "a.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    sha = hashlib.sha256(data).hexdigest()
    shelf = Shelf(tmp_path / "papers")
    assert await shelf.resume("u1") == 0
    half = len(data) // 2
    assert await shelf.receive("u1", 0, data[:half]) == half
    assert isinstance(await shelf.finish("u1", sha, len(data)), Refusal)
    assert await shelf.resume("u1") == half
    assert await shelf.receive("u1", half, data[half:]) == len(data)
    outcome = await shelf.finish("u1", sha, len(data))
    assert isinstance(outcome, Accepted)
    assert shelf.store.verify(outcome.original_sha256)
    assert shelf.store.verify(outcome.view_sha256)
    assert await shelf.resume("u1") == 0
    got = b"".join([bytes(piece) async for piece in shelf.send(outcome.view_sha256, 7)])
    assert got == shelf.store.path(outcome.view_sha256).read_bytes()[7:]
    assert await shelf.read(outcome.original_sha256, 0, 5) == b"%PDF-"


async def test_a_refused_upload_is_forgotten(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "papers", limits=Limits(max_bytes=100))
    data = b"not a paper"
    await shelf.receive("u1", 0, data)
    outcome = await shelf.finish("u1", hashlib.sha256(data).hexdigest(), len(data))
    assert outcome == Refusal(Code.PAPER_NOT_PDF)
    assert await shelf.resume("u1") == 0
    assert refused(await shelf.receive("u1", 0, b"x" * 101)).code is Code.PAPER_TOO_LARGE
    await shelf.receive("u1", 0, b"x")
    await shelf.discard("u1")
    assert await shelf.resume("u1") == 0
    assert list(shelf.store.hashes()) == []


async def test_an_unknown_paper_cannot_be_sent(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "papers")
    assert await shelf.read("0" * 64, 0, 5) == Refusal(Code.FILE_UNKNOWN)
    with pytest.raises(LookupError):
        await anext(shelf.send("0" * 64))


# --- the same code in this process, where its branches can be seen


def test_the_view_is_made_alike_in_process(tmp_path: Path) -> None:
    limits = Limits().as_dict()
    bombs.lawful(tmp_path / "a.pdf")
    made = view.make(tmp_path / "a.pdf", tmp_path / "v.pdf", "pdf", limits)
    assert made["pages"] == 3
    for make, code in ((bombs.cycle, "paper_hostile"), (bombs.huge_page, "paper_page_too_large")):
        (tmp_path / "b.pdf").write_bytes(make())
        answer = view.make(tmp_path / "b.pdf", tmp_path / "v.pdf", "pdf", limits)
        assert answer["refused"]["code"] == code


# --- the corpus


@pytest.mark.corpus
async def test_the_whole_corpus_is_read_or_refused_without_harm(
    tmp_path: Path, corpus: Path
) -> None:
    outcomes = {}
    for path in sorted(corpus.glob("*.pdf")):
        target = tmp_path / path.name
        outcome = outcomes[path.name] = await take_in(path, target)
        if isinstance(outcome, Accepted):
            assert active_content(target) == set(), path.name
            with pymupdf.open(path) as original:
                sizes = [(round(p.rect.width, 2), round(p.rect.height, 2)) for p in original]
            assert list(outcome.page_sizes) == sizes, path.name
        else:
            assert outcome.code not in {Code.PAPER_TIMED_OUT, Code.PAPER_ENGINE_CRASHED}, path.name
            assert path.name.startswith(("bad_", "enc_")), path.name
    taken = sum(isinstance(outcome, Accepted) for outcome in outcomes.values())
    assert taken >= 0.8 * len(outcomes)
    locked = {name for name, o in outcomes.items() if getattr(o, "code", None) is Code.PAPER_LOCKED}
    assert all(name.startswith("enc_") for name in locked)
