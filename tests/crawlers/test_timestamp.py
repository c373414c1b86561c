"""Time stamps on the ledger's head, from an authority of our own, checked by us and by OpenSSL alone."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.errors import ConfigError, EvidenceError
from crawlers.evidence import verify
from crawlers.timestamp import load_authority, stamp_head
from crawlers.verify_ledger import Trust


def rows(folder: Path) -> list[bytes]:
    return (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def test_the_head_is_stamped_once_and_the_stamp_is_sealed(authority, seal_visits: Callable[..., Path]) -> None:
    folder, asked = seal_visits(2), load_authority(authority.url, authority.chain, authority.certificate)
    assert (stamp_head(folder, asked), stamp_head(folder, asked)) == (2, None)
    line = json.loads(rows(folder)[-1])
    assert (line["n"], line["kind"], line["manifest"]) == (3, "stamp", "stamps/00000002.tsr")
    assert line["seal"] == hashlib.sha256((folder / "stamps" / "00000002.tsr").read_bytes()).hexdigest()
    assert verify(folder) == verify(folder, Trust(chain=authority.chain.read_bytes())) == []
    seal_visits(4)
    assert verify(folder) == [
        "ledger.jsonl: lines 4 to 5: unanchored: no time stamp covers them yet (" + ", ".join(visits(folder)[2:]) + ")"
    ]
    assert stamp_head(folder, asked) == 5 and verify(folder) == []


def visits(folder: Path) -> list[str]:
    return [line["visit_id"] for line in map(json.loads, rows(folder)) if line["visit_id"]]


def test_stock_openssl_checks_what_was_stamped(authority, tmp_path: Path, seal_visits: Callable[..., Path]) -> None:
    folder = seal_visits(2)
    stamp_head(folder, load_authority(authority.url, authority.chain))
    (chain,) = (folder / "stamps").glob("*.pem")
    assert chain.read_bytes() == authority.chain.read_bytes()
    head = tmp_path / "head"

    def check(row: bytes) -> subprocess.CompletedProcess[str]:
        head.write_bytes(row)
        words = ["openssl", "ts", "-verify", "-data", head, "-in", folder / "stamps" / "00000002.tsr", "-CAfile", chain]
        return subprocess.run(words, capture_output=True, text=True, timeout=30)

    assert check(rows(folder)[1]).stdout.strip() == "Verification: OK"
    assert check(rows(folder)[0]).returncode != 0


def test_an_authority_that_is_away_leaves_the_tail_and_is_asked_again(authority, seal_visits: Callable[..., Path]) -> None:
    folder, asked = seal_visits(1), load_authority(authority.url, authority.chain)
    stamp_head(folder, asked)
    seal_visits(2)
    before = rows(folder)
    authority.away = True
    try:
        with pytest.raises(EvidenceError, match=r"status 503.*next run asks again"):
            stamp_head(folder, asked)
    finally:
        authority.away = False
    with pytest.raises(EvidenceError, match=r"ConnectionRefusedError.*next run asks again"):
        stamp_head(folder, replace(asked, url="http://127.0.0.1:9/tsa"))
    assert rows(folder) == before and "unanchored" in verify(folder)[0]
    assert stamp_head(folder, asked) == 3 and verify(folder) == []


def test_an_answer_that_is_no_stamp_of_ours_is_not_taken(authority, other_authority, seal_visits: Callable[..., Path]) -> None:
    folder = seal_visits(1)
    asked = load_authority(authority.url, authority.chain)
    stamp_head(folder, asked)
    old = (folder / "stamps" / "00000001.tsr").read_bytes()
    seal_visits(2)
    wrong = {
        "nonce": old,  # a replayed answer
        "error|parse|Malformed|invalid": b"<html>captive portal</html>",
        "verif": other_authority.reply((authority.folder / "q").read_bytes()),
    }
    for says, answer in wrong.items():
        authority.replay = answer
        try:
            with pytest.raises(EvidenceError, match=f"(?i){says}"):
                stamp_head(folder, asked)
        finally:
            authority.replay = b""
    with pytest.raises(EvidenceError, match="does not match the one"):
        stamp_head(folder, load_authority(authority.url, authority.chain, other_authority.certificate))
    assert len(rows(folder)) == 3


def test_a_stamp_that_a_crash_left_without_its_line_is_taken_in(authority, seal_visits: Callable[..., Path]) -> None:
    folder, asked = seal_visits(1), load_authority(authority.url, authority.chain)
    stamp_head(folder, asked)
    whole, times = (folder / "ledger.jsonl").read_bytes(), authority.asked
    (folder / "ledger.jsonl").write_bytes(rows(folder)[0])  # killed between the stamp's file and its line
    (folder / "stamps" / ".lock").write_text("00000001.tsr")
    assert "stamps/00000001.tsr: not anchored: the ledger has no line for this stamp" in verify(folder)
    assert stamp_head(folder, asked) is None
    assert (folder / "ledger.jsonl").read_bytes() == whole and authority.asked == times and verify(folder) == []
    (folder / "stamps" / ".lock").write_text("00000001.tsr")  # killed after the line
    seal_visits(2)
    assert stamp_head(folder, asked) == 3 and len(rows(folder)) == 4 and verify(folder) == []


@pytest.mark.parametrize("named", ["00000009.tsr", "00000001.tsr", "../ledger.jsonl", "\0\0"])
def test_a_stamp_that_never_came_to_stand_is_asked_for_again(authority, seal_visits: Callable[..., Path], named: str) -> None:
    folder = seal_visits(1)
    (folder / "stamps").mkdir()
    (folder / "stamps" / ".lock").write_text(named)
    assert stamp_head(folder, load_authority(authority.url, authority.chain)) == 1 and verify(folder) == []


def test_visits_that_come_one_by_one_do_not_tire_the_authority(authority, seal_visits: Callable[..., Path]) -> None:
    folder, asked = seal_visits(1), load_authority(authority.url, authority.chain)
    assert stamp_head(folder, asked, pause_s=600) == 1
    seal_visits(2)
    times = authority.asked
    assert stamp_head(folder, asked, pause_s=600) is None and authority.asked == times
    os.utime(folder / "stamps" / ".lock", (0, 0))
    assert stamp_head(folder, asked, pause_s=600) == 3


def test_an_empty_ledger_asks_nobody(authority, tmp_path: Path) -> None:
    times = authority.asked
    assert stamp_head(tmp_path, load_authority(authority.url, authority.chain)) is None
    assert authority.asked == times and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["ftp://tsa.example/", "tsa.example", "http:///x", ""])
def test_a_url_that_is_none_is_refused(authority, url: str) -> None:
    with pytest.raises(ConfigError, match="not an http"):
        load_authority(url, authority.chain)
    with pytest.raises(ConfigError, match="no readable PEM"):
        load_authority(authority.url, authority.folder / "t.cnf")
