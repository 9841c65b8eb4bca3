"""Searching one's own notes: their words, and the words that were highlighted. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from client.documents.index import Hit, Query, hits_in
from client.documents.text import Quad
from client.ink.marks import Mark, Target
from client.selectors.search import Searched

TAG = 24.0
"""Points across of the square that stands for a note's tag on the page."""


def note_hits(typed: str, paper: Searched, marks: Iterable[Mark]) -> tuple[Hit, ...]:
    """Return the marks on this version of a paper that say so, in the order of its pages."""
    query = Query.of(typed)
    if not query.folded:
        return ()
    found = (hit for mark in marks for hit in _of(query, paper, mark))
    return tuple(sorted(found, key=lambda hit: hit.page))


def _of(query: Query, paper: Searched, mark: Mark) -> Iterator[Hit]:
    """Yield a mark once, at the first place where its words match."""
    target = mark.targets.get(paper.sha256)
    if target is None or target.state == "orphan":
        return
    quoted = target.quote.exact if target.quote is not None else ""
    words = " ".join(f"{mark.body} {quoted}".split())
    if not words:
        return
    for hit in hits_in(query, paper.sha256, words, target.page):
        yield replace(hit, quads=_quads(target))
        return


def _quads(target: Target) -> tuple[Quad, ...]:
    quads = tuple(Quad(*quad) for quad in target.quads_on(target.page))
    if quads or target.spot is None:
        return quads
    x, y = target.spot
    return (Quad(x, y, x + TAG, y, x, y - TAG, x + TAG, y - TAG),)
