"""The verifier accepts a dossier as it was made, and names what is wrong with an altered one."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.journal.port import Sealed
from server.papers.store import PaperStore
from server.protocol.refusals import Code, Refusal
from server.record import container as d
from server.record.dossier import Source, write
from server.record.findings import Fault, Finding, lines, sentence
from server.record.replay import _OLD_OPENING as FIRST_OPENING
from server.record.replay import _OLD_TALLY as FIRST_TALLY
from server.record.stamp import checkpoint, qr_text
from server.record.tables import NAMES as TABLES
from server.record.verify import verify
from server.signing import LogKey
from tests.forging import Forger, dossier, flipped
from tests.sitting import played, sealed
from tests.story import ROOM

SECRET = bytes(range(32))
KEY = LogKey(SECRET)
OTHER = LogKey(bytes(32))
LOG = sealed(played())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dossier(LOG, SECRET, ROOM, tmp_path_factory.mktemp("dossier") / "HO-SO.zip")


def test_an_untouched_dossier_is_whole(whole: Path) -> None:
    verdict = verify(whole)
    assert verdict.findings == []
    assert verdict.title == "Hội nghị Ban Thường vụ lần thứ 27"
    assert (verdict.entries, verdict.polls, verdict.ballots) == (len(LOG), 3, 26)
    assert verdict.short == checkpoint(LOG, KEY.public).short
    assert verdict.matched == 0


def test_the_code_of_the_minutes_fits_and_so_does_their_qr(whole: Path) -> None:
    point = checkpoint(LOG, KEY.public)
    for code in (point.short, point.short.lower().replace(" ", ""), qr_text(point)):
        verdict = verify(whole, code)
        assert verdict.findings == []
        assert verdict.matched == len(LOG)


def test_a_code_of_an_earlier_moment_still_fits(whole: Path) -> None:
    early = checkpoint(LOG[:31], KEY.public)
    assert verify(whole, early.short).matched == 31


# ---- thirty and more ways to alter one -----------------------------------------------------------

Alter = Callable[[Forger], None]
CASES: list[tuple[str, Alter, Fault, str]] = []
"""Name, what is done, the first finding, and a word that its sentence must have."""


def case(fault: Fault, word: str = "") -> Callable[[Alter], Alter]:
    def keep(alter: Alter) -> Alter:
        CASES.append((alter.__name__.strip("_"), alter, fault, word))
        return alter

    return keep


@case(Fault.ENTRY_CHANGED, "Bùi Anh Tuấn")
def _a_ballot_changed(f: Forger) -> None:
    f.event("BallotCast", person="p08", poll="q3")["choice"] = "for"
    f.write_record()


@case(Fault.TALLY_WRONG, "không tán thành")
def _a_ballot_changed_and_its_leaf(f: Forger) -> None:
    f.event("BallotCast", person="p08", poll="q3")["choice"] = "for"
    f.everything()


@case(Fault.CHECKPOINT_ROOT, "1")
def _a_ballot_and_the_tallies_changed_thoroughly(f: Forger) -> None:
    f.event("BallotCast", person="p13", poll="q2")["opinion"] = "ý kiến khác"
    f.event("PollPublished", poll="q2")["ballots"]["p13"]["opinion"] = "ý kiến khác"
    f.everything()


@case(Fault.ENTRY_ORDER, "")
def _a_ballot_dropped(f: Forger) -> None:
    f.take_out(f.find("BallotCast", poll="q3"))
    f.write_record()


@case(Fault.TALLY_WRONG, "khu Y")
def _a_ballot_dropped_and_the_rest_renumbered(f: Forger) -> None:
    f.take_out(f.find("BallotCast", poll="q3"))
    f.everything()


@case(Fault.BALLOT_TWICE, "Lê Quốc Hưng")
def _a_ballot_added_for_somebody_who_had_one(f: Forger) -> None:
    place = f.find("PollClosed", poll="q3")
    more = {"t": "BallotCast", "poll": "q3", "person": "p03", "ballot": "more", "choice": "for"}
    f.put_in(place, {**f.entries[place], "event": more, "by": "p03"}, "ab" * 16)
    f.everything()


@case(Fault.BALLOT_WITHOUT_RIGHT, "Hồ Sỹ Kiên")
def _a_ballot_added_for_somebody_absent(f: Forger) -> None:
    place = f.find("PollClosed", poll="q3")
    more = {"t": "BallotCast", "poll": "q3", "person": "p14", "ballot": "more", "choice": "for"}
    f.put_in(place, {**f.entries[place], "event": more, "by": "p14"}, "ab" * 16)
    f.everything()


@case(Fault.TALLY_WRONG, "khu Y")
def _a_ballot_moved_after_the_close(f: Forger) -> None:
    entry, salt = f.take_out(f.find("BallotCast", poll="q3"))
    f.put_in(f.find("PollClosed", poll="q3") + 1, entry, salt)
    f.everything()


@case(Fault.BALLOT_LATE, "Trần Thị Minh Nguyệt")
def _a_ballot_added_after_the_close(f: Forger) -> None:
    place = f.find("PollClosed", poll="q3") + 1
    more = {"t": "BallotCast", "poll": "q3", "person": "p02", "ballot": "more", "choice": "for"}
    f.put_in(place, {**f.entries[place], "event": more, "by": "p02"}, "ab" * 16)
    f.everything()


@case(Fault.BALLOT_LATE, "Hoàng Thị Lan Phương")
def _a_ballot_moved_to_another_poll(f: Forger) -> None:
    f.event("BallotCast", poll="q3", person="p05")["poll"] = "q2"
    f.everything()


@case(Fault.ENTRY_ORDER, "")
def _two_entries_swapped(f: Forger) -> None:
    place = f.find("BallotCast", poll="q3")
    f.put_in(place + 1, *f.take_out(place))
    f.write_record()
    f.write_leaves()


@case(Fault.CHECKPOINT_ROOT, "")
def _two_entries_swapped_and_renumbered(f: Forger) -> None:
    place = f.find("AttendanceMarked", n=1)
    f.put_in(place + 1, *f.take_out(place))
    f.everything()


@case(Fault.CHECKPOINT_FORGED, "00000025")
def _a_checkpoint_forged(f: Forger) -> None:
    name = d.point_name(25)
    f.members[name] = f.members[name].replace(b"\n25\n", b"\n24\n")


@case(Fault.CHECKPOINT_FORGED, "00000025")
def _a_checkpoint_of_another_root(f: Forger) -> None:
    name = d.point_name(25)
    first, size, root, *rest = f.members[name].split(b"\n")
    f.members[name] = b"\n".join((first, size, b"A" + root[1:], *rest))


@case(Fault.CHECKPOINT_FORGED, "")
def _two_signatures_swapped(f: Forger) -> None:
    one, two = d.point_name(25), d.point_name(50)
    (head1, sign1), (head2, sign2) = (f.members[n].split(b"\n\n") for n in (one, two))
    f.members[one], f.members[two] = head1 + b"\n\n" + sign2, head2 + b"\n\n" + sign1


@case(Fault.CHECKPOINT_FORGED, "did not sign it")
def _a_checkpoint_signed_by_another_key(f: Forger) -> None:
    point = OTHER.checkpoint(ROOM, 25, bytes(32))
    f.members[d.point_name(25)] = point.note.encode()


@case(Fault.CHECKPOINT_SIZE, "00000075")
def _a_checkpoint_under_another_number(f: Forger) -> None:
    f.members[d.point_name(75)] = f.members[d.point_name(50)]


@case(Fault.CHECKPOINT_SIZE, "99999")
def _a_checkpoint_of_more_than_there_is(f: Forger) -> None:
    f.members[d.point_name(99999)] = KEY.checkpoint(ROOM, 99999, bytes(32)).note.encode()


@case(Fault.CHECKPOINT_ROOT, "26")
def _a_signed_checkpoint_that_does_not_go_on_from_the_one_before(f: Forger) -> None:
    f.members[d.point_name(50)] = KEY.checkpoint(ROOM, 50, bytes(32)).note.encode()


@case(Fault.CHECKPOINT_MISSING, str(len(LOG)))
def _the_last_checkpoint_left_out(f: Forger) -> None:
    del f.members[d.point_name(len(LOG))]
    f.write_list()


@case(Fault.CHECKPOINT_MISSING, "")
def _the_end_of_the_record_cut_off(f: Forger) -> None:
    del f.members[d.point_name(len(LOG))]
    while len(f.entries) % 25 > 3 or len(f.entries) % 25 == 0:
        f.take_out(-1)
    f.everything()


@case(Fault.ENTRY_CHANGED, "mở biểu quyết")
def _a_threshold_edited(f: Forger) -> None:
    f.event("PollOpened", poll="q3")["rule"] = {"threshold": {"numerator": 1, "denominator": 3}}
    f.write_record()


@case(Fault.OPENING_WRONG, "ngưỡng thông qua")
def _a_threshold_edited_and_its_leaf(f: Forger) -> None:
    f.event("PollOpened", poll="q3")["rule"] = {"threshold": {"numerator": 1, "denominator": 3}}
    f.everything()


@case(Fault.OPENING_WRONG, "số phiếu cần đạt")
def _the_number_that_passes_edited(f: Forger) -> None:
    f.event("PollOpened", poll="q3")["need"] = 7
    f.everything()


@case(Fault.TABLE_WRONG, "rule.threshold")
def _a_threshold_edited_in_the_table(f: Forger) -> None:
    f.put_json("polls.json", lambda polls: polls[2]["rule"].update(threshold={"numerator": 2}))
    f.write_list()


@case(Fault.TALLY_WRONG, "tán thành")
def _a_tally_edited(f: Forger) -> None:
    for kind in ("PollClosed", "PollPublished"):
        f.event(kind, poll="q3")["tally"]["counts"]["for"] = 8
    f.everything()


@case(Fault.PUBLISHED_WRONG, "khu Y")
def _only_the_published_tally_edited(f: Forger) -> None:
    f.event("PollPublished", poll="q3")["tally"]["passed"] = True
    f.everything()


@case(Fault.TABLE_WRONG, "2.tally.passed")
def _a_result_edited_in_the_table(f: Forger) -> None:
    f.put_json("polls.json", lambda polls: polls[2]["tally"].update(passed=True))
    f.write_list()


@case(Fault.ENTRY_CHANGED, "tài liệu")
def _the_hash_of_a_paper_changed(f: Forger) -> None:
    f.event("PaperFiled")["paper"]["files"][0]["view_sha256"] = "0" * 64
    f.write_record()


@case(Fault.TABLE_WRONG, "papers.json")
def _the_hash_of_a_paper_changed_in_the_table(f: Forger) -> None:
    f.put_json("papers.json", lambda all_: all_[0]["versions"][0].update(original_sha256="0" * 64))
    f.write_list()


@case(Fault.PAPER_CHANGED, "papers/")
def _a_paper_put_in_under_a_wrong_hash(f: Forger) -> None:
    f.members["papers/" + "0" * 64] = b"%PDF-"


@case(Fault.ENTRY_CHANGED, "điểm danh")
def _a_salt_changed(f: Forger) -> None:
    place = f.find("AttendanceMarked")
    f.salts[place] = "ff" * 16
    f.write_record()


@case(Fault.TABLE_WRONG, "leaves.txt")
def _a_leaf_changed(f: Forger) -> None:
    f.members[d.LEAVES] = b"0" * 64 + f.members[d.LEAVES][64:]


@case(Fault.LISTS_UNEQUAL, "salts.txt")
def _a_salt_too_many(f: Forger) -> None:
    f.members[d.SALTS] += b"00" * 16 + b"\n"


@case(Fault.ENTRY_CHANGED, "danh sách triệu tập")
def _the_roll_changed(f: Forger) -> None:
    f.event("RollSet")["entries"][3]["name"] = "Người Khác"
    f.write_record()


@case(Fault.OPENING_WRONG, "tổng số ủy viên")
def _a_member_struck_off_the_roll(f: Forger) -> None:
    roll = f.event("RollSet")["entries"]
    del roll[14]
    f.everything()


@case(Fault.OPENING_WRONG, "số có mặt")
def _attendance_changed(f: Forger) -> None:
    f.event("AttendanceMarked", n=0)["marks"]["p12"] = "no_leave"
    f.everything()


@case(Fault.KEY_WRONG, "")
def _the_key_replaced(f: Forger) -> None:
    f.members[d.KEY] = OTHER.verifier(ROOM).encode() + b"\n"
    f.write_list()


@case(Fault.KEY_WRONG, "key")
def _the_key_damaged(f: Forger) -> None:
    f.members[d.KEY] = flipped(f.members[d.KEY], len(f.members[d.KEY]) - 9)


@case(Fault.ENTRY_TIME, "")
def _a_time_turned_back(f: Forger) -> None:
    f.entries[f.find("MeetingClosed")]["at"] -= 86_400_000
    f.write_record()
    f.write_leaves()


@case(Fault.ENTRY_UNREADABLE, "40")
def _an_entry_made_unreadable(f: Forger) -> None:
    rows = f.members[d.RECORD].split(b"\n")
    rows[39] = rows[39][:-1]
    f.members[d.RECORD] = b"\n".join(rows)


@case(Fault.ENTRY_BEGINNING, "")
def _the_beginning_cut_off(f: Forger) -> None:
    f.take_out(0)
    f.renumber()
    f.write_record()
    f.write_leaves()
    f.write_list()


@case(Fault.MEMBER_CHANGED, "minutes.pdf")
def _the_minutes_replaced(f: Forger) -> None:
    f.members[d.MINUTES] = b"%PDF-1.7"


@case(Fault.SEAL_WRONG, "danh mục đã bị sửa")
def _the_minutes_replaced_and_listed(f: Forger) -> None:
    f.members[d.MINUTES] = b"%PDF-1.7"
    f.write_list()


@case(Fault.SEAL_WRONG, "")
def _the_seal_of_another_key(f: Forger) -> None:
    text = d.seal_text(ROOM, f.members[d.MANIFEST])
    f.members[d.SEAL] = OTHER.sign(ROOM, text).encode()


@case(Fault.MANIFEST_WRONG, "title")
def _the_title_changed_in_the_list(f: Forger) -> None:
    f.put_json(d.MANIFEST, lambda manifest: manifest.update(title="Hội nghị khác"))


@case(Fault.MEMBER_MISSING, "salts.txt")
def _a_file_taken_out(f: Forger) -> None:
    del f.members[d.SALTS]


@case(Fault.MEMBER_EXTRA, "them.txt")
def _a_file_put_in(f: Forger) -> None:
    f.members["them.txt"] = b"?"


@case(Fault.FORMAT_UNKNOWN, "phienhop-dossier/9")
def _a_format_from_the_future(f: Forger) -> None:
    f.put_json(d.MANIFEST, lambda manifest: manifest.update(format="phienhop-dossier/9"))


@pytest.mark.parametrize(
    ("alter", "fault", "word"),
    [one[1:] for one in CASES],
    ids=[one[0] for one in CASES],
)
def test_every_alteration_is_rejected_and_named(
    whole: Path, tmp_path: Path, alter: Alter, fault: Fault, word: str
) -> None:
    forger = Forger.of(whole)
    alter(forger)
    verdict = verify(forger.pack(tmp_path / "altered.zip"))
    assert verdict.findings, "accepted"
    first = verdict.findings[0]
    assert first.fault is fault, verdict.findings
    told = lines(first)
    assert word in told
    assert "{" not in told


def test_there_are_thirty_and_more() -> None:
    assert len(CASES) >= 30


def test_a_dossier_signed_anew_by_another_key_does_not_fit_the_code(
    whole: Path, tmp_path: Path
) -> None:
    forger = Forger.of(whole)
    forger.event("BallotCast", poll="q2", person="p13")["opinion"] = "ý kiến khác"
    forger.event("PollPublished", poll="q2")["ballots"]["p13"]["opinion"] = "ý kiến khác"
    forger.sign_again(OTHER, ROOM)
    forged = forger.pack(tmp_path / "forged.zip")
    assert verify(forged).findings == [], "without the code nobody can know"
    code = checkpoint(LOG, KEY.public).short
    assert [one.fault for one in verify(forged, code).findings] == [Fault.CODE_WRONG]


def test_every_byte_of_the_zip_counts(whole: Path, tmp_path: Path) -> None:
    """Bytes in every part: names, dates, sizes, contents, the directory at the end."""
    data = whole.read_bytes()
    target = tmp_path / "flipped.zip"
    size = len(data)
    places = {*range(0, 46, 3), *range(46, size, size // 30), *range(size - 90, size, 3)}
    accepted = []
    for place in sorted(places):
        target.write_bytes(flipped(data, place))
        if not verify(target).findings:
            accepted.append(place)
    assert accepted == []


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"?" * 5000])
def test_what_is_no_dossier_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert [one.fault for one in verify(path).findings] == [Fault.UNREADABLE]


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    for fault in Fault:
        vi, en = sentence(Finding(fault))
        assert vi != en


def test_a_record_of_the_first_release_is_whole(whole: Path, tmp_path: Path) -> None:
    """It froze less at the opening and told less in a tally: only that much is compared."""
    forger = Forger.of(whole)
    for entry in forger.entries:
        event = entry["event"]
        if event["t"] == "PollOpened":
            entry["event"] = {key: event[key] for key in ("t", *FIRST_OPENING) if key in event}
        if event.get("tally"):
            event["tally"] = {key: event["tally"][key] for key in FIRST_TALLY}
    forger.sign_again(KEY, ROOM)
    assert verify(forger.pack(tmp_path / "first.zip")).findings == []


def mutated(value: Any, chance: random.Random) -> Any:
    """The value with something in it removed, doubled or replaced."""
    if isinstance(value, dict) and value:
        key = chance.choice(list(value))
        told = {name: one for name, one in value.items() if name != key}
        return told if chance.random() < 0.2 else {**told, key: mutated(value[key], chance)}
    if isinstance(value, list) and value:
        place = chance.randrange(len(value))
        more = [value[place]] if chance.random() < 0.2 else []
        return [*value[:place], *more, mutated(value[place], chance), *value[place + 1 :]]
    return chance.choice([None, 0, 1, -1, "", "for", "q2", True, 99_999_999_999, [], {}])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_altered_is_rejected_without_a_failure(
    whole: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(10):
        forger = Forger.of(whole)
        if chance.random() < 0.6:
            place = chance.randrange(len(forger.entries))
            before = json.dumps(forger.entries[place])
            forger.entries[place] = mutated(forger.entries[place], chance)
            changed = json.dumps(forger.entries[place]) != before
            forger.write_record()
        else:
            name = chance.choice([d.MANIFEST, *TABLES])
            before = json.dumps(forger.json(name))
            forger.members[name] = json.dumps(mutated(json.loads(before), chance)).encode()
            changed = True
        found = verify(forger.pack(tmp_path / "mutated.zip"), "ABCD").findings
        assert found or not changed


def test_papers_go_along_under_their_hash_and_are_checked(tmp_path: Path) -> None:
    store = PaperStore(tmp_path / "store")
    paper = store.put(b"%PDF-1.7 a paper of the meeting" * 50_000)
    assert isinstance(paper, str)
    forger = Forger.of(dossier(LOG, SECRET, ROOM, tmp_path / "before.zip"))
    known = forger.json("papers.json")[0]["versions"][0]["view_sha256"]
    log = [
        Sealed(one.seq, one.form, one.raw.replace(known.encode(), paper.encode()), one.salt)
        for one in LOG
    ]
    whole = dossier(log, SECRET, ROOM, tmp_path / "whole.zip", papers=store.root)
    assert verify(whole).findings == []
    data = whole.read_bytes()
    place = data.index(b"a paper of the meeting") + 1_000_000
    (tmp_path / "flipped.zip").write_bytes(flipped(data, place))
    found = verify(tmp_path / "flipped.zip").findings
    assert [one.fault for one in found] == [Fault.MEMBER_DAMAGED]
    assert found[0].params["name"] == f"papers/{paper}"
    forger = Forger.of(whole)
    forger.members[f"papers/{paper}"] = b"%PDF-1.7 another one"
    found = verify(forger.pack(tmp_path / "other.zip")).findings
    assert [one.fault for one in found] == [Fault.PAPER_CHANGED]


def test_a_place_that_takes_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ho-so.zip.part").mkdir()
    for target in (tmp_path / "ho-so.zip", tmp_path / "nowhere" / "ho-so.zip"):
        refused = write(Source(LOG, (), SECRET), target)
        assert isinstance(refused, Refusal)
        assert refused.code is Code.SETTINGS_INVALID
        assert not target.exists()
