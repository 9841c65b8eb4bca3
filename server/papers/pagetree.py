"""A walk over the page tree before the engine trusts it. Runs in the cage only.

Cyclic and shared branches make engines loop or multiply pages for ever: a 642-byte file is enough.
"""

from __future__ import annotations

import re
from typing import Any

_REFERENCE = re.compile(r"(\d+) \d+ R")


class HostileError(Exception):
    """The tree is not a tree, or deeper than any honest one."""


class TooManyError(Exception):
    """More leaves than allowed."""

    def __init__(self, pages: int) -> None:
        super().__init__(str(pages))
        self.pages = pages


def check(document: Any, max_pages: int, max_depth: int) -> int:
    """Count the leaves under the catalog's ``Pages``.

    Raises :class:`HostileError` for a branch met twice or deeper than ``max_depth``, and
    :class:`TooManyError` above ``max_pages``. A file without a usable tree counts as 0: the engine
    may still repair it, and its own page count is checked afterwards.
    """
    root = _references(document.xref_get_key(document.pdf_catalog(), "Pages"))
    stack = [(number, 0) for number in root]
    branches: set[int] = set()
    leaves = 0
    while stack:
        number, depth = stack.pop()
        if not 0 < number < document.xref_length():
            continue
        kids = document.xref_get_key(number, "Kids")
        if kids[0] == "null":
            leaves += 1
            if leaves > max_pages:
                raise TooManyError(max(leaves, _claimed(document)))
            continue
        if number in branches:
            message = "page tree cycle"
            raise HostileError(message)
        if depth > max_depth:
            message = "page tree too deep"
            raise HostileError(message)
        branches.add(number)
        stack.extend((kid, depth + 1) for kid in reversed(_references(kids)))
    return leaves


def _references(value: tuple[str, str]) -> list[int]:
    kind, text = value
    return [int(found) for found in _REFERENCE.findall(text)] if kind in ("xref", "array") else []


def _claimed(document: Any) -> int:
    root = _references(document.xref_get_key(document.pdf_catalog(), "Pages"))
    kind, text = document.xref_get_key(root[0], "Count") if root else ("null", "0")
    return int(text) if kind == "int" and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004
