"""Paragraphs as Party documents have them: text, headings, lines of a head or signature. Pure."""

from server.record.typeset import Align, Para, Run, Style

SIZE = 14.0
"""Points, as the form of Party documents asks."""


def text(*parts: str | Run, keep: bool = False) -> Para:
    """A paragraph; plain strings are literal: people wrote them."""
    made = tuple(part if isinstance(part, Run) else Run(part) for part in parts)
    return Para(made, "justify", SIZE, indent=28.0, after=5.0, leading=1.32, keep=keep)


def bold(words: str) -> Run:
    """A stretch in bold."""
    return Run(words, "bold")


def heading(words: str) -> Para:
    """A heading, on one page with what follows."""
    return Para((bold(words),), "left", SIZE, before=4.0, after=5.0, leading=1.32, keep=True)


def line(words: str, style: Style = "regular", align: Align = "center", **more: float) -> Para:
    """A line of a head or a signature."""
    size = more.pop("size", SIZE)
    settings = {"after": 0.0, "leading": 1.25, **more}
    return Para((Run(words, style),), align, size, **settings)  # type: ignore[arg-type]
