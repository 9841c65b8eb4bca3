"""A member who has written on a draft, when its second version takes the first one's place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from client.demo.processes import Window
from client.demo.stage import Stage

PAGE = 595.0, 842.0
"""The sheet of the draft in points."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn on a page, in points from its upper left corner."""

    left: float
    right: float
    y: float


STROKES: Sequence[Sequence[Stroke]] = (
    (Stroke(100, 300, 357), Stroke(100, 360, 445), Stroke(540, 560, 156), Stroke(120, 420, 602)),
    (Stroke(100, 250, 484), Stroke(100, 400, 572), Stroke(254, 283, 661), Stroke(331, 401, 661)),
    (Stroke(100, 330, 76), Stroke(110, 300, 213), Stroke(100, 250, 309)),
)
"""On pages 1 to 3: under sentences that stay, and under words that the second version changes."""
REVIEW_KEYS = "Giữ ở trang này", "Đúng chỗ này"
MAYBE = "Có thể ở trang"


class Marking:
    """Writes before the revision, and reads what the tablet says of it after."""

    def __init__(self, stage: Stage, member: Window, item: str) -> None:
        self._stage = stage
        self._member = member
        self._item = item

    async def write(self) -> None:
        """Open the draft, whole pages, and draw on three of them."""
        member = self._member
        await member.tap(self._item)
        await member.sees("Trang 1/4")
        if await member.shows("Ở lại"):  # the presenter is still elsewhere
            await member.tap("Ở lại")
        await member.tap("Cả trang")
        if not await member.shows("Vừa bề ngang", 3.0):  # the page had not come yet
            await member.tap("Cả trang")
        await member.sees("Vừa bề ngang")
        await member.tap("Viết")
        await member.sees("Bút đỏ")
        for number, strokes in enumerate(STROKES, 1):
            if number > 1:
                await member.tap("Tiếp")
            await self._draw(strokes)
        await self._stage.shot(member, "b-marks-before")
        await member.tap("Đọc")

    async def _draw(self, strokes: Sequence[Stroke]) -> None:
        view = await self._member.sees("PageView")
        (x, y), (width, height) = view["at"], view["size"]
        scale = min(width / PAGE[0], height / PAGE[1])
        left, top = x - scale * PAGE[0] / 2, y - scale * PAGE[1] / 2
        for one in strokes:
            level = top + scale * one.y
            ends = (left + scale * one.left, left + scale * one.right)
            middle = sum(ends) / 2
            await self._member.order(drag=[[at, level] for at in (ends[0], middle, ends[1])])

    async def carried(self) -> dict[str, int]:
        """Go to the new version, and return what became of the marks, as the window says it."""
        member = self._member
        told = await member.matches(r"(\d+ ghi chú (?:đã chuyển sang|cần xem lại).*)")
        await member.tap("Bản mới")
        await member.sees(REVIEW_KEYS[0])
        await self._stage.shot(member, "b-marks-after")
        suggested, tray = await self._review(_count(told, r"(\d+) ghi chú cần xem lại"))
        return {
            "before": sum(len(one) for one in STROKES),
            "carried": _count(told, r"(\d+) ghi chú đã chuyển sang"),
            "suggested": suggested,
            "tray": tray,
        }

    async def _review(self, marks: int) -> tuple[int, int]:
        """Say of each mark in the tray where it belongs; return how many had a suggestion."""
        member, suggested = self._member, 0
        for left in range(marks, 0, -1):
            await member.sees(f"{left} ghi chú cần xem lại")
            texts = (await member.order(texts=True))["texts"]
            first = next(filter(_where, texts))
            maybe = first.startswith(MAYBE)
            suggested += maybe
            await member.tap(REVIEW_KEYS[1] if maybe else REVIEW_KEYS[0])
        await member.gone("ghi chú cần xem lại")
        return suggested, marks - suggested


def _where(text: str) -> bool:
    """Whether a line heads a mark in the tray."""
    return text.startswith(MAYBE) or "(đã bỏ)" in text


def _count(told: str, pattern: str) -> int:
    found = re.search(pattern, told)
    return int(found[1]) if found else 0
