"""A replaced paper on a tablet: it comes as a patch, and with what carries the marks over."""

from hashlib import sha256

from client.documents.revisions import Revision, Revisions
from client.headless import Headless
from client.ink.anchor_place import areas_of
from client.ink.anchoring import Anchoring
from client.ink.marks import Mark, Target
from server.protocol import commands as c
from server.protocol.frames import Fetch
from server.protocol.state import File
from tests.hall import Hall
from tests.house import BODY
from tests.revised import TEXT, pdf_of, revised, scan_of

WORDS = range(400, 412)


async def stored(hall: Hall, name: str, data: bytes) -> File:
    path = hall.folder / f"{name}.pdf"
    path.write_bytes(data)
    file = await hall.desk.station.upload(path, BODY.id)
    assert isinstance(file, File), file
    return file


def sent(hall: Hall) -> int:
    """Bytes of papers that the server has put on sockets."""
    return hall.house.commons.metrics["paper_bytes_total"]


async def arrived(tablet: Headless, file: File) -> None:
    await tablet.until(
        lambda state: (known := state.downloads.get(file.view_sha256)) and known.stored
    )


async def replaced(hall: Hall, tablet: Headless, *versions: bytes) -> list[File]:
    files = []
    for number, data in enumerate(versions):
        file = await stored(hall, f"v{number}", data)
        filed = c.FilePaper("i1", "pp1", "Tờ trình", file=file)
        await hall.publish(c.ReplacePaper("pp1", file) if number else filed)
        await arrived(tablet, file)
        files.append(file)
    return files


async def test_a_replaced_paper_comes_as_a_patch_and_is_the_same_bytes(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        (old,) = await replaced(hall, tablet, scan_of(100))
        before = sent(hall)
        new = await stored(hall, "new", scan_of(100, changed=30))
        await hall.publish(c.ReplacePaper("pp1", new))
        await arrived(tablet, new)
        assert 0 < sent(hall) - before <= 0.03 * new.size
        clear = tablet.station.library.read(new.view_sha256)
        assert sha256(clear).hexdigest() == new.view_sha256
        assert old.view_sha256 != new.view_sha256


async def test_a_patch_that_is_wrong_is_followed_by_the_whole_file(hall: Hall) -> None:
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        (old,) = await replaced(hall, tablet, pdf_of(TEXT))
        new = await stored(hall, "new", pdf_of(revised(TEXT)))
        derived = hall.house.commons.shelf.derived
        patch = await derived.patch(old.view_sha256, new.view_sha256)
        assert patch is not None
        patch.write_bytes(patch.read_bytes()[:-9] + b"forged   ")
        await hall.publish(c.ReplacePaper("pp1", new))
        await arrived(tablet, new)
        assert await tablet.verified() == {old.view_sha256: True, new.view_sha256: True}


async def test_marks_are_carried_over_three_versions_without_a_line(hall: Hall) -> None:
    texts = [TEXT, revised(TEXT), revised(revised(TEXT))]
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        files = await replaced(hall, tablet, *(pdf_of(text) for text in texts))
        first, last = files[0].view_sha256, files[2].view_sha256
        revisions = tablet.station.revisions
        await revisions.fetch([first, files[1].view_sha256], last)
        alone = without_a_line(hall, tablet)
        check_carried(await alone.between(first, last), first, last)
        assert await alone.between("ab" * 32, last) is None
        shelf = hall.folder / "p1" / "revisions"
        assert all(b"pages" not in path.read_bytes() for path in shelf.iterdir())
        revisions.forget_all_but(frozenset({last}))
        assert [path.name for path in shelf.iterdir()] == [f"{last}.words"]


def without_a_line(hall: Hall, tablet: Headless) -> Revisions:
    """What the tablet can do with what is on its disk alone."""

    async def ask(_asked: Fetch, _most: int) -> bytes | None:
        return None

    folder = hall.folder / "p1" / "revisions"
    return Revisions(folder, tablet.station.library.vault, ask, lambda: "r1")


def check_carried(found: Revision | None, first: str, last: str) -> None:
    assert found is not None
    held = [found.old.body[place] for place in WORDS]
    mark = Mark("0" * 32, "highlight", "p1", 1, targets={first: Target(areas_of(found.old, held))})
    carried = Anchoring(found.old, found.new, found.word_map).carry([mark], first, last)
    assert (carried.carried, carried.suggested, carried.orphan) == (1, 0, 0)
    target = carried.targets[mark.id]
    assert target.quote is not None
    assert target.quote.exact == found.old.quote(held)


async def test_maps_from_one_version_to_the_next_will_do(hall: Hall) -> None:
    texts = [TEXT, revised(TEXT), revised(revised(TEXT))]
    async with hall.tablet("p1") as tablet:
        await hall.enrol(tablet, "p1")
        files = await replaced(hall, tablet, *(pdf_of(text) for text in texts))
        first, middle, last = (file.view_sha256 for file in files)
        revisions = tablet.station.revisions
        await revisions.fetch([middle], last)
        await revisions.fetch([first], middle)
        alone = without_a_line(hall, tablet)
        (hall.folder / "p1" / "revisions" / f"{first}-{last}.map").unlink(missing_ok=True)
        assert await alone.between(first, last) is None
        check_carried(await alone.between(first, middle, last), first, last)
