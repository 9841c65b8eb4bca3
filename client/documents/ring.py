"""The shared memory that pixels travel through, in slots of one tile each."""

from collections.abc import Callable
from multiprocessing.shared_memory import SharedMemory

from client.documents.renderer import TILE_PIXELS

SLOT_BYTES = TILE_PIXELS * 4


def buffer_of(memory: SharedMemory) -> memoryview:
    """Its bytes; raises ValueError once it is closed."""
    if memory.buf is None:
        raise ValueError(memory.name)
    return memory.buf


class Ring:
    """A few slots; the lowest free one is taken, so that few pages of memory are ever touched."""

    def __init__(self, slots: int) -> None:
        self._memory = SharedMemory(create=True, size=slots * SLOT_BYTES)
        self._free = set(range(slots))
        self._lent: dict[int, memoryview] = {}

    @property
    def name(self) -> str:
        """How the render process finds it."""
        return self._memory.name

    def take(self) -> int | None:
        """A free slot, or None."""
        if not self._free:
            return None
        slot = min(self._free)
        self._free.remove(slot)
        return slot

    def give_back(self, slot: int) -> None:
        """The slot is free again."""
        view = self._lent.pop(slot, None)
        if view is not None:
            view.release()
        self._free.add(slot)

    def lend(self, slot: int, size: int) -> tuple[memoryview, Callable[[], None]]:
        """The first `size` bytes of a slot, and what gives it back (once; more does no harm)."""
        view = buffer_of(self._memory)[slot * SLOT_BYTES : slot * SLOT_BYTES + size]
        self._lent[slot] = view

        def release() -> None:
            if self._lent.get(slot) is view:
                self.give_back(slot)

        return view, release

    def close(self) -> None:
        """Give the memory back to the system."""
        for slot in list(self._lent):
            self.give_back(slot)
        self._memory.close()
        self._memory.unlink()
