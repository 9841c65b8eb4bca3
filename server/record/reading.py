"""Reading a dossier's record entry by entry: its number, its leaf, and what the rules say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from server.protocol.checkpoint import Checkpoint
from server.protocol.codec import Malformed
from server.protocol.events import MeetingCreated, Record
from server.protocol.ledger import SALT_BYTES, leaf
from server.protocol.merkle import Frontier
from server.protocol.upcast import FORMAT, upcast
from server.record import container as d
from server.record.findings import Fault, Finding
from server.record.kinds import described
from server.record.replay import Replay
from server.record.unpack import Contents

_NO_LEAF = bytes(32)
_NOWHERE = 1 << 40


@dataclass
class Reading:
    """The record as a dossier has it, with what is computed on the way.

    `roots`: of the tree after each entry; `altered`: entries that do not fit their leaves, apart
    from the other `findings`; `withheld`: how many entries are left out. Reading ends at an entry
    that cannot be in its place.
    """

    records: list[Record] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)
    altered: list[Finding] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    replay: Replay = field(default_factory=Replay)
    at: int = 0
    withheld: int = 0

    @classmethod
    def of(cls, contents: Contents) -> "Reading":
        """Read everything that can be read."""
        read = cls()
        raws = contents.members[d.RECORD].split(b"\n")[:-1]
        salts, leaves = contents.lines(d.SALTS), contents.lines(d.LEAVES)
        read.replay.partial = contents.manifest.get("audience") == d.MEMBERS
        read._grow(raws, salts, leaves)
        forms = contents.manifest.get("forms")
        for place, raw in enumerate(raws):
            if read._is_withheld(raw, salts, place):
                read.withheld += 1
                continue
            said = leaves[place] if place < len(leaves) else ""
            if not read._take(place, _record(_form(forms, place), raw), said):
                break
        else:
            read.findings += _unequal(len(raws), {d.SALTS: len(salts), d.LEAVES: len(leaves)})
        if not raws:
            read.findings.append(Finding(Fault.ENTRY_BEGINNING))
        return read

    @property
    def room(self) -> str:
        """The meeting that the record is of; empty when it does not begin with one."""
        return self.replay.state.id if self.replay.state else ""

    def point(self, name: str, size: int) -> Checkpoint:
        """Return the checkpoint of the first `size` entries as they stand here."""
        return Checkpoint(name, size, self.roots[size - 1])

    def sorted(self, *, whole_signed: bool) -> list[Finding]:
        """Return what is wrong with the entries, in their order.

        When the entries as they stand lead to the signed root (`whole_signed`), it is the list of
        leaves that was altered, not the entry or its salt.
        """
        if self.altered and whole_signed:
            place = self.altered[0].params["seq"]
            return [*self.findings, Finding(Fault.TABLE_WRONG, {"name": d.LEAVES, "place": place})]
        return sorted([*self.altered, *self.findings], key=_place)

    def _is_withheld(self, raw: bytes, salts: Sequence[str], place: int) -> bool:
        """Only a dossier for members may leave an entry out."""
        marked = place < len(salts) and salts[place] == d.WITHHELD
        return self.replay.partial and marked and not raw

    def _grow(self, raws: Sequence[bytes], salts: Sequence[str], leaves: Sequence[str]) -> None:
        frontier = Frontier()
        for place, raw in enumerate(raws):
            salt = _bytes(salts, place)
            fresh = leaf(salt, raw) if len(salt) == SALT_BYTES else _NO_LEAF
            if self._is_withheld(raw, salts, place):
                said = _bytes(leaves, place)
                fresh = said if len(said) == len(_NO_LEAF) else _NO_LEAF
            frontier.add(fresh)
            self.leaves.append(fresh)
            self.roots.append(frontier.root())

    def _take(self, place: int, record: Record | None, said: str) -> bool:
        """Take an entry; False when nothing after it can be read."""
        seq = place + 1
        if record is None:
            self.findings.append(Finding(Fault.ENTRY_UNREADABLE, {"seq": seq}))
            return False
        if record.seq != seq:
            self.findings.append(Finding(Fault.ENTRY_ORDER, {"seq": seq, "found": record.seq}))
            return False
        if place == 0 and not isinstance(record.event, MeetingCreated):
            self.findings.append(Finding(Fault.ENTRY_BEGINNING))
            return False
        self.records.append(record)
        if self.leaves[place].hex() != said:
            what = described(self.replay.state, record.event)
            self.altered.append(Finding(Fault.ENTRY_CHANGED, {"seq": seq, **what}))
        if record.at < self.at:
            self.findings.append(Finding(Fault.ENTRY_TIME, {"seq": seq}))
        self.at = max(self.at, record.at)
        wrong = self.replay.take(record)
        if wrong is not None:
            self.findings.append(wrong)
        return True


def _place(finding: Finding) -> int:
    seq = finding.params.get("seq", _NOWHERE)
    return seq if isinstance(seq, int) else _NOWHERE


def _unequal(entries: int, counts: dict[str, int]) -> Iterator[Finding]:
    for name, count in counts.items():
        if count != entries:
            params: dict[str, str | int] = {"entries": entries, "name": name, "count": count}
            yield Finding(Fault.LISTS_UNEQUAL, params)


def _bytes(lines: Sequence[str], place: int) -> bytes:
    try:
        return bytes.fromhex(lines[place])
    except (IndexError, ValueError):
        return b""


def _form(forms: object, place: int) -> int:
    if isinstance(forms, list) and place < len(forms) and isinstance(forms[place], int):
        return int(forms[place])
    return FORMAT


def _record(form: int, raw: bytes) -> Record | None:
    try:
        return upcast(form, raw)
    except (Malformed, ValueError):
        return None
