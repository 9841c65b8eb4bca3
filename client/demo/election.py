"""The by-election of story B: on paper, counted twice on two devices, at first not alike."""

from pathlib import Path

from client.demo import acts
from client.demo import people_b as who
from client.demo.company import QUICK
from client.demo.crowd import Crowd
from client.demo.processes import FIELD_BELOW, Window
from client.demo.stage import PASSPHRASE, Stage
from client.headless import Headless
from client.parts import new_id
from server.protocol import commands as c
from server.protocol.counts import PaperCount
from server.protocol.ids import ItemId, MeetingId
from server.protocol.rules import Candidate, Rule

QUESTION = "Bầu bổ sung 02 Ủy viên Ban Thường vụ Tỉnh ủy"
PRINTED, ISSUED, SPOILED = 56, 50, 1
WHY_INVALID = "đánh số thứ tự"


def counted(second: int) -> PaperCount:
    """What a teller found, with that many for the second candidate."""
    first_name, second_name = "c1", "c2"
    return PaperCount(
        returned=50,
        valid=49,
        invalid=1,
        reasons={WHY_INVALID: 1},
        rows={
            first_name: {"for": 47, "against": 1, "not_counted": 1},
            second_name: {"for": second, "against": 47 - second, "not_counted": 2},
        },
    )


class Election:
    """A second desk prepares and releases it, two tellers enter what they counted."""

    def __init__(self, stage: Stage, crowd: Crowd, room: MeetingId) -> None:
        self._stage = stage
        self._crowd = crowd
        self._room = room
        self.poll = new_id()
        self.desk: Headless
        self.ballots: Path

    async def arrive(self, code: str) -> None:
        """Pair the second desk and sign its secretary in."""
        stage = self._stage
        self.desk = Headless(
            stage.work / "second-desk", kind="desk", device_name="Bàn 2", pin_cost=QUICK
        )
        await stage.stack.enter_async_context(self.desk)
        await self.desk.pair(stage.server.address, code)
        await self.desk.sign_in(stage.ids[who.SECOND], stage.pins[who.SECOND], PASSPHRASE)
        await self.desk.joined(self._room)
        self.desk.enter(self._room)

    async def play(self, item: ItemId, desk: Window, member: Window) -> None:
        """From the list of candidates to the published result, which the windows see."""
        stage = self._stage
        await self._do(c.PreparePoll(self.poll, item, QUESTION, self._rule()))
        await desk.tap("Mở biểu quyết")
        await desk.sees(QUESTION)
        await desk.tap("Mở biểu quyết")
        await desk.tap("Biểu quyết")
        self.ballots = await self._print(desk)
        await acts.close_poll(desk)
        await self._count(desk)
        await self._enter(0, 26)
        await self._enter(1, 27)
        await self.desk.until(lambda _state: self._board_compared())
        await desk.sees("Các lượt kiểm chưa khớp")
        await stage.shot(desk, "b-desk-count")
        await self._enter(1, 26)
        await desk.tap("Chốt kết quả kiểm phiếu")
        await self._publish(desk)
        await member.sees("49,06%")
        await stage.shot(member, "b-election")
        await stage.shot(desk, "b-desk-election")

    async def _print(self, desk: Window) -> Path:
        """Print the ballots at the desk: one for everybody, and six to exchange."""
        await desk.tap("In phiếu")
        await self._number(desk, "Số phiếu cần in", PRINTED)
        await desk.tap("Tạo tệp PDF")
        await desk.sees("Đã lưu tệp phiếu")
        found = await desk.matches(r"^(.+/phieu-[^/]+\.pdf)$")
        await desk.tap("Đã rõ")
        await desk.gone("Đã lưu tệp phiếu")
        return self._stage.keep(Path(found), "ballots.pdf")

    async def _number(self, desk: Window, label: str, number: int) -> None:
        """Put a number in place of the one that a field proposes."""
        x, y = (await desk.sees(label))["at"]
        await desk.touch(x, y + FIELD_BELOW)
        for _ in str(ISSUED):
            await desk.order(key="backspace")
        await desk.keys(str(number))

    async def _count(self, desk: Window) -> None:
        """Begin to count at the desk: what was printed, given out and exchanged, and who counts."""
        await desk.tap("Bắt đầu kiểm phiếu")
        await desk.sees("Kiểm phiếu giấy")
        figures = {"Phiếu đã in": PRINTED, "Phiếu phát ra": ISSUED, "Phiếu hỏng đã đổi": SPOILED}
        for label, number in figures.items():
            await self._number(desk, label, number)
        for name in who.TELLERS:
            await desk.tap(name)
        await desk.tap("Bắt đầu kiểm phiếu")
        await desk.gone("Bắt đầu kiểm phiếu")

    async def _publish(self, desk: Window) -> None:
        await desk.tap("Công bố kết quả")
        await desk.sees("Công bố kết quả?")
        await desk.tap("Công bố kết quả")
        await desk.gone("Công bố kết quả?")

    def _rule(self) -> Rule:
        candidates = tuple(
            Candidate(f"c{n}", name, who.CANDIDATES[name], self._stage.ids[name])
            for n, name in enumerate(who.CANDIDATES, 1)
        )
        return Rule(
            form="election",
            way="paper",
            base="summoned_adjusted",
            second="present",
            candidates=candidates,
            places=2,
            citation="Quyết định 190-QĐ/TW (2024)",
        )

    def _tellers(self) -> tuple[str, ...]:
        return tuple(self._stage.ids[name] for name in who.TELLERS)

    async def _do(self, command: c.Command) -> None:
        await self.desk.do(command, self._room)

    async def _enter(self, teller: int, second: int) -> None:
        member = self._crowd.members[self._tellers()[teller]]
        await member.do(c.EnterPaperCount(self.poll, counted(second)), self._room)

    def _board_compared(self) -> bool:
        board = self.desk.state.rooms[self._room].state.polls[self.poll].board
        return board is not None and board.compared
