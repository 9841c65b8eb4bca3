"""A secret poll on a real server that is killed twice: counted right, and nobody's choice found."""

from pathlib import Path

from bench._sealed import everything, pairs, play
from server.record.verify import verify


async def test_a_secret_poll_survives_crashes_and_leaves_no_pair(
    tmp_path: Path,
) -> None:
    played = await play(tmp_path / "data")
    assert sorted(played.slips) == sorted(voter.written for voter in played.voters)
    assert list(played.slips) == sorted(played.slips), "the order of casting shows"
    assert len(played.keys) == 2
    assert pairs(played) == []
    names = {name for name, data in everything(played) if played.slips[0].encode() in data}
    assert "dossier/record.jsonl" in names, "the search looks where the choices are"
    verdict = verify(played.dossier)
    assert verdict.findings == []
    assert verdict.ballots == len(played.voters) + 3
