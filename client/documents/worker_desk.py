"""The documents that the render process has open, in either engine. No Kivy here."""

import ctypes
from collections import OrderedDict
from contextlib import suppress
from multiprocessing.shared_memory import SharedMemory
from typing import Any, cast

import pymupdf

from client.documents import messages, worker_measure, worker_text
from client.documents.ring import buffer_of
from client.documents.shape import Box, PageShape
from client.documents.text import Entry, PageText

ENGINE: Any = pymupdf  # it ships no types
LISTS_KEPT = 20


class Desk:
    """The open documents, and the display lists of the pages drawn last."""

    def __init__(self) -> None:
        self.untidy = False
        """The engine keeps fonts and pictures of documents that are closed, up to 256 MB."""
        self._sources: dict[str, str | memoryview] = {}
        self._memories: dict[str, SharedMemory] = {}
        self._documents: dict[str, Any] = {}
        self._seconds: dict[str, Any] = {}
        self._lists: OrderedDict[tuple[str, int], tuple[Any, PageShape]] = OrderedDict()
        self._settled: dict[tuple[str, int], PageShape] = {}
        self._light: dict[tuple[str, int], bool] = {}

    def open(self, order: messages.Open) -> messages.Opened:
        """Open a document once. Raises whatever the engines raise when neither can."""
        name = order.document
        if name not in self._sources:
            self._sources[name] = self._source(order)
            try:
                if order.second:
                    self.second(name)
                else:
                    self._open(name)
            except BaseException:
                self.shut(name)
                raise
        document = self._documents.get(name)
        if document is None:
            return messages.Opened(order.ticket, self._seconds[name].pages)
        return messages.Opened(
            order.ticket, int(document.page_count), worker_text.may_copy(document)
        )

    def _open(self, name: str) -> None:
        try:
            document = _load(self._sources[name])
            readable = bool(document.is_pdf and document.page_count > 0)
        except Exception:  # noqa: BLE001  the engine raises anything on a broken file
            document, readable = None, False
        if document is not None and document.needs_pass:
            raise ValueError(name)
        if readable:
            self._documents[name] = document
        else:
            self.second(name)

    def second(self, name: str) -> Any:
        """The document in the second engine, loaded when it is first needed."""
        if name not in self._seconds:
            from client.documents.worker_second import SecondDocument  # noqa: PLC0415

            self._seconds[name] = SecondDocument(self._sources[name])
        return self._seconds[name]

    def shut(self, name: str) -> None:
        """Close a document, if it is open."""
        for pages in (self._lists, self._settled, self._light):
            for key in [key for key in pages if key[0] == name]:
                del pages[key]
        for kept in (self._documents, self._seconds):
            document = kept.pop(name, None)
            if document is not None:
                document.close()
                self.untidy = True
        source, memory = self._sources.pop(name, None), self._memories.pop(name, None)
        if isinstance(source, memoryview) and memory is not None:
            with suppress(BufferError):  # an engine that holds on to it costs memory, not more
                source.release()
                memory.close()

    def tidy(self) -> None:
        """Let go of what the engine keeps; what is needed of open documents it makes again."""
        ENGINE.mupdf.fz_empty_store()
        _give_back()
        self.untidy = False

    def close(self) -> None:
        """Close every document."""
        for name in tuple(self._sources):
            self.shut(name)

    def _source(self, order: messages.Open) -> str | memoryview:
        """Return the file's name, or its bytes where they are: the engines read them there."""
        if order.path:
            return order.path
        memory = self._memories[order.document] = SharedMemory(order.memory)
        return buffer_of(memory)[: order.size]

    def page(self, name: str, number: int) -> tuple[Any, PageShape]:
        """The display list and geometry of page `number`, from 1."""
        found = self._lists.get((name, number))
        if found is None:
            page = self._documents[name].load_page(number - 1)
            found = page.get_displaylist(), _shape(page)
            self._lists[name, number] = found
            self._light[name, number] = worker_measure.light(page)
            if len(self._lists) > LISTS_KEPT:
                self._lists.popitem(last=False)
        self._lists.move_to_end((name, number))
        return found

    def measured(self, name: str, number: int) -> PageShape | None:
        """The geometry of a page, all of it; None until its pixels have told what they must."""
        found = self._settled.get((name, number))
        if found is None:
            pages, shape = self.page(name, number)
            box = worker_measure.bounds(pages, shape)
            if box is not None and not self.pictures(name, number):
                return self.settle(name, number, box, ())
        return found

    def settle(
        self, name: str, number: int, box: Box | None, photographs: tuple[Box, ...]
    ) -> PageShape:
        """Keep what has been found out about a page: it is the same from now on."""
        _, shape = self.page(name, number)
        found = PageShape(shape.box, shape.rotation, shape.unit, box, photographs)
        self._settled[name, number] = found
        return found

    def light(self, name: str, number: int) -> bool:
        """Whether this page, whose display list has been asked for, is drawn in a moment."""
        return self._light.get((name, number), False)

    def shape(self, name: str, number: int) -> PageShape:
        """The geometry of page `number` by whichever engine can tell."""
        with suppress(Exception):
            return _shape(self._documents[name].load_page(number - 1))
        return cast("PageShape", self.second(name).shape(number))

    def read(self, name: str, number: int) -> PageText:
        """The words of page `number`."""
        pages, shape = self.page(name, number)
        return worker_text.read(self._documents[name], number, pages, shape)

    def pictures(self, name: str, number: int) -> tuple[Box, ...]:
        """Where pictures lie on page `number`, in sheet points; empty where that is not known."""
        with suppress(Exception):
            page = self._documents[name].load_page(number - 1)
            if page.get_images():
                return tuple(Box(*one["bbox"]) for one in page.get_image_info())
        return ()

    def outline(self, name: str) -> tuple[Entry, ...]:
        """The table of contents."""
        document = self._documents.get(name)
        return worker_text.outline(document) if document is not None else ()


def _give_back() -> None:
    """Return freed memory to the system: glibc keeps what lies between pieces that are in use."""
    with suppress(OSError, AttributeError, TypeError):  # only glibc has this call
        ctypes.CDLL(None).malloc_trim(0)


def _load(source: str | memoryview) -> Any:
    if isinstance(source, str):
        return ENGINE.open(source, filetype="pdf")
    return ENGINE.open(stream=source, filetype="pdf")


def _shape(page: Any) -> PageShape:
    """From the numbers of the file itself: the engine's page matrices ignore rotation and crop."""
    box, matrix = ENGINE.mupdf.FzRect(), ENGINE.mupdf.FzMatrix()
    ENGINE.mupdf.pdf_page_transform(ENGINE.mupdf.pdf_page_from_fz_page(page.this), box, matrix)
    unit = abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
    return PageShape(Box(box.x0, box.y0, box.x1, box.y1), page.rotation % 360, unit or 1.0)
