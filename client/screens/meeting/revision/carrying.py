"""Carrying marks to the new version, from whichever earlier one each was made on."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from client.documents.revisions import Revision
from client.ink.anchor_pages import PageMatch, match_pages
from client.ink.anchoring import Anchoring, Carried
from client.ink.marks import Mark, MarkId, Target
from client.ink.notebook import Notebook
from client.ink.shown import ShownMarks
from client.notes.notes import NotOpen
from client.screens.meeting.revision.thumbnails import thumbnails
from client.selectors.revision import Revised


async def carry(app: Any, view: Revised) -> Notebook | None:
    """Give every mark of the paper its place in the new version, once; None while notes are shut.

    Marks whose version cannot be compared now keep waiting, and are carried the next time.
    """
    try:
        notebook: Notebook = await app.notes.notebook(app.store.state.place.room, view.paper)
    except NotOpen:
        return None
    targets = await _carried(app, view, notebook.marks)
    placed = {mark.id for mark in notebook.marks if view.document in mark.targets}  # meanwhile
    notebook.retarget(
        view.document, {name: target for name, target in targets.items() if name not in placed}
    )
    return notebook


async def carry_shown(app: Any, view: Revised, shown: ShownMarks) -> None:
    """Show what others share in the new version too, where its place is certain.

    A guess is theirs to decide, not this reader's: such a mark stays on its own version.
    """
    before = {mark.id: mark for mark in shown.marks}
    targets = await _carried(app, view, before.values())
    same = {name for name, mark in before.items() if shown.get(name) == mark}  # not moved meanwhile
    sure = {name: target for name, target in targets.items() if target.state == "ok"}
    shown.carry(view.document, {name: sure[name] for name in same & sure.keys()})


async def _carried(app: Any, view: Revised, marks: Iterable[Mark]) -> dict[MarkId, Target]:
    found: dict[MarkId, Target] = {}
    for base, waiting in _waiting(marks, view).items():
        revision = await app.revisions.between(*view.shas[view.shas.index(base) :])
        if revision is None:
            continue
        pages = await _pages(app, revision, waiting)
        carried: Carried = await asyncio.to_thread(_carry, revision, pages, waiting)
        found |= carried.targets
    return found


def _waiting(marks: Iterable[Mark], view: Revised) -> dict[str, list[Mark]]:
    """Return the marks without a place in the new version, by the latest one that has them."""
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if view.document in mark.targets:
            continue
        held = [sha for sha in view.shas[:-1] if sha in mark.targets]
        sure = [sha for sha in held if mark.targets[sha].state == "ok"]
        if held:
            found[(sure or held)[-1]].append(mark)
    return found


def _carry(revision: Revision, pages: dict[int, PageMatch], marks: list[Mark]) -> Carried:
    anchoring = Anchoring(revision.old, revision.new, revision.word_map, pages)
    return anchoring.carry(marks, revision.base, revision.document)


async def _pages(app: Any, revision: Revision, marks: list[Mark]) -> dict[int, PageMatch]:
    """Match the pages without words that somebody marked, by their pictures."""
    bare = {mark.targets[revision.base].page - 1 for mark in marks}
    bare = {page for page in bare if not revision.old.on_page(page)}
    if not bare or app.renderer is None:
        return {}
    every = range(revision.new.pages)
    blank = [page for page in every if not revision.new.on_page(page)]
    old = await thumbnails(app, revision.base, sorted(bare))
    new = await thumbnails(app, revision.document, blank)
    before = [old.get(page, b"") for page in range(revision.old.pages)]
    after = [new.get(page, b"") for page in every]
    return await asyncio.to_thread(match_pages, before, after)
