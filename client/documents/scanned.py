"""The words that the server found in a scan, as words of the page that the reader sees. Pure."""

from client.documents.shape import PageShape
from client.documents.text import PageText, Word
from server.protocol.paper_words import PaperWords


def page_text(read: PageText, paper: PaperWords, page: int) -> PageText:
    """Return a page, from 1, with the words found in it, where the page itself has none."""
    if read.words:
        return read
    words = tuple(_word(read.shape, paper, number) for number in paper.on_page(page - 1))
    return PageText(read.shape, words, read.links)


def page_words(paper: PaperWords, page: int) -> str:
    """Return the words found on a page, from 1, a space between two."""
    return " ".join(paper.texts[number] for number in paper.on_page(page - 1))


def _word(shape: PageShape, paper: PaperWords, number: int) -> Word:
    box = paper.boxes[number]
    corners = (shape.to_sheet(box.x0, box.y0), shape.to_sheet(box.x1, box.y1))
    across, down = sorted(one[0] for one in corners), sorted(one[1] for one in corners)
    return Word(
        paper.texts[number],
        (across[0], down[0], across[1], down[1]),
        block=0,
        line=paper.lines[number],
        size=round(down[1] - down[0], 1),
    )
