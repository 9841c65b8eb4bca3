"""Somebody who alters a dossier: naively, or making good everything that needs no key."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.journal.port import Sealed
from server.protocol.checkpoint import Checkpoint
from server.protocol.codec import decode_record
from server.protocol.ledger import leaf
from server.protocol.merkle import Frontier
from server.record import container as d
from server.record.dossier import Source, write
from server.record.tables import tables, to_json
from server.signing import LogKey

Json = dict[str, Any]


@dataclass
class Forger:
    """A dossier taken apart."""

    members: dict[str, bytes]
    entries: list[Json] = field(init=False)
    salts: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = [json.loads(line) for line in self.members[d.RECORD].splitlines()]
        self.salts = self.members[d.SALTS].decode().split()

    @classmethod
    def of(cls, path: Path) -> "Forger":
        return cls(cls.unpacked(path))

    @staticmethod
    def unpacked(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    # ---- looking -----------------------------------------------------------------------------

    def find(self, kind: str, n: int = 0, **wanted: object) -> int:
        """The place of the n-th entry of that kind with these values."""
        found = [
            place
            for place, entry in enumerate(self.entries)
            if entry["event"]["t"] == kind
            and all(entry["event"].get(key) == value for key, value in wanted.items())
        ]
        return found[n]

    def event(self, kind: str, n: int = 0, **wanted: object) -> Json:
        event: Json = self.entries[self.find(kind, n, **wanted)]["event"]
        return event

    def json(self, name: str) -> Any:
        return json.loads(self.members[name])

    # ---- altering ----------------------------------------------------------------------------

    def put_json(self, name: str, change: Callable[[Any], None]) -> None:
        value = self.json(name)
        change(value)
        self.members[name] = to_json(value)

    def take_out(self, place: int) -> tuple[Json, str]:
        return self.entries.pop(place), self.salts.pop(place)

    def put_in(self, place: int, entry: Json, salt: str) -> None:
        self.entries.insert(place, entry)
        self.salts.insert(place, salt)

    def renumber(self) -> None:
        """Give every entry the number of its place and times that do not go back."""
        at = 0
        for place, entry in enumerate(self.entries):
            entry["seq"] = place + 1
            at = entry["at"] = max(at, entry["at"])

    # ---- making good -------------------------------------------------------------------------

    def write_record(self) -> None:
        """The entries and salts as they are now; the leaves stay."""
        raws = [_raw(entry) for entry in self.entries]
        self.members[d.RECORD] = b"".join(raw + b"\n" for raw in raws)
        self.members[d.SALTS] = "".join(f"{salt}\n" for salt in self.salts).encode()

    def write_leaves(self) -> None:
        self.members[d.LEAVES] = "".join(f"{one.hex()}\n" for one in self._leaves()).encode()

    def _leaves(self) -> list[bytes]:
        raws = self.members[d.RECORD].splitlines()
        return [leaf(bytes.fromhex(salt), raw) for salt, raw in zip(self.salts, raws, strict=True)]

    def write_tables(self) -> None:
        raws = self.members[d.RECORD].splitlines()
        self.members |= tables(decode_record(raw).entry() for raw in raws)

    def write_list(self) -> None:
        """The hashes in the list, and how many entries there are."""

        def change(manifest: Json) -> None:
            named = self.members.keys() - {d.MANIFEST, d.SEAL}
            sums = {name: hashlib.sha256(self.members[name]).hexdigest() for name in named}
            manifest["files"] = dict(sorted(sums.items()))
            count = len(self.members[d.RECORD].splitlines())
            manifest["entries"], manifest["forms"] = count, [1] * count

        self.put_json(d.MANIFEST, change)

    def everything(self) -> None:
        """All that can be made good without the key."""
        self.renumber()
        self.write_record()
        self.write_leaves()
        self.write_tables()
        self.write_list()

    def sign_again(self, key: LogKey, room: str) -> None:
        """With a key: everything, as if it had always been so."""
        self.everything()
        for name in [one for one in self.members if one.startswith(d.CHECKPOINTS)]:
            del self.members[name]
        frontier = Frontier(self._leaves())
        point = key.checkpoint(room, frontier.size, frontier.root())
        self.members[d.point_name(point.size)] = point.note.encode()
        self.members[d.KEY] = key.verifier(room).encode() + b"\n"
        self.write_list()
        whole = Checkpoint(key.origin(room), frontier.size, frontier.root())

        def change(manifest: Json) -> None:
            manifest["origin"], manifest["checkpoint"] = whole.origin, whole.short

        self.put_json(d.MANIFEST, change)
        text = d.seal_text(room, self.members[d.MANIFEST])
        self.members[d.SEAL] = key.sign(room, text).encode()

    def pack(self, path: Path) -> Path:
        with path.open("wb") as file:
            d.pack(file, self.members)
        return path


def _raw(entry: Json) -> bytes:
    """The bytes as the codec writes them: a decoded record, encoded."""
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def dossier(
    sealed: list[Sealed],
    secret: bytes,
    room: str,
    target: Path,
    *,
    members: bool = False,
    papers: Path | None = None,
) -> Path:
    """A dossier with a checkpoint after every 25 entries."""
    key, frontier, points = LogKey(secret), Frontier(), []
    for one in sealed:
        frontier.add(one.leaf)
        if frontier.size % 25 == 0:
            points.append(key.checkpoint(room, frontier.size, frontier.root()))
    made = write(Source(sealed, points, secret, papers, members=members), target)
    assert made == target.stat().st_size
    return target


def flipped(data: bytes, place: int) -> bytes:
    """The bytes with one of them changed."""
    out = io.BytesIO(data)
    out.seek(place)
    out.write(bytes([data[place] ^ 1]))
    return out.getvalue()
