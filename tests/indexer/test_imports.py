"""Lists of others: what they say of watched storefronts, and rows that cannot be read."""

from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from indexer.imports import Imported, read_certificates, read_passive_dns, read_registrations
from indexer.mentions import Known

KEY, OTHER = "ab" * 32, "cd" * 32
KNOWN = Known(
    watched=frozenset({"old-gate.example"}),
    bands={"old-gate.example": "high"},
    owners={},
    holders={
        ("tls_spki", KEY): {"old-gate.example": "cap_1"},
        ("ip", "93.184.216.34"): {"old-gate.example": "cap_1"},
        ("ns", "a.desk.example"): {"old-gate.example": "cap_1"},
        ("email", "desk@box.example"): {"old-gate.example": "cap_2"},
    },
)


def told(found: Imported) -> list[tuple[str, str, str, str]]:
    """(target, kind, source, value) of every mention."""
    return [(one.target, one.kind, one.source, one.value) for one in found.mentions]


def test_certificates_tell_of_names_beside_a_watched_one_or_under_its_key(tmp_path: Path) -> None:
    path = tmp_path / "ct.csv"
    path.write_text(
        "id,names,spki_sha256\n"
        '1,"old-gate.example, *.new-gate.example",\n'
        f"2,next-gate.example,{KEY}\n"
        f"3,stranger.example,{OTHER}\n"
        f"4,{' '.join(f'shop{n}.example' for n in range(10))} old-gate.example,\n"
        f"5,bad.example,123\n"
        "6,two words?,\n"
        "7\n"
    )
    found = Imported()
    read_certificates(path, KNOWN, found)
    assert told(found) == [
        ("new-gate.example", "certificate", "old-gate.example", "tls_san old-gate.example"),
        ("next-gate.example", "certificate", "old-gate.example", f"tls_spki {KEY}"),
    ]
    assert found.mentions[0].place == f"{path}:2"
    assert [line.partition(": ")[0] for line in found.bad] == [f"{path}:6", f"{path}:7", f"{path}:8"]
    assert (found.rows, found.silent) == (7, 2)  # the stranger, and a certificate of eleven domains


def test_passive_dns_tells_of_names_at_a_watched_address_or_its_servers(tmp_path: Path) -> None:
    path = tmp_path / "dns.csv"
    path.write_text(
        "name,type,value,first_seen\n"
        "www.new-gate.example,a,93.184.216.34,2026-01-01\n"
        "next-gate.example,NS,A.desk.example.,\n"
        "old-gate.example,A,93.184.216.34,\n"
        "far.example,A,198.51.100.1,\n"
        "far.example,TXT,hello,\n"
    )
    found = Imported()
    read_passive_dns(path, KNOWN, found)
    assert told(found) == [
        ("new-gate.example", "passive_dns", "old-gate.example", "ip 93.184.216.34"),
        ("next-gate.example", "passive_dns", "old-gate.example", "ns a.desk.example"),
    ]
    assert len(found.bad) == 1
    assert found.bad[0].startswith(f"{path}:6: type is none of A, AAAA, NS, MX")


def test_registrations_tell_of_domains_with_a_watched_contact_or_registrant(tmp_path: Path) -> None:
    path = tmp_path / "reg.csv"
    path.write_text(
        "domain,email,phone\n"
        "new-gate.example,Desk@box.example,\n"
        "far.example,far@box.example,+12025550101\n"
        "old-gate.example,owner@box.example,+12025550199\n"
        "next-gate.example,,+12025550199\n"
        "odd.example,not a mailbox,\n"
    )
    found = Imported()
    read_registrations(path, KNOWN, found)
    assert told(found) == [
        ("new-gate.example", "registration", "old-gate.example", "email desk@box.example"),
        ("next-gate.example", "registration", "old-gate.example", "phone +12025550199"),
    ]
    assert found.bad == [f"{path}:6: email is none: 'not a mailbox'"]


def test_rows_that_are_no_text_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dns.csv"
    path.write_bytes(b"name,type,value\nb\xff\xfed.example,A,93.184.216.34\nnew-gate.example,A,93.184.216.34\n")
    found = Imported()
    read_passive_dns(path, KNOWN, found)
    assert [one.target for one in found.mentions] == ["new-gate.example"]
    assert [line.partition(": ")[0] for line in found.bad] == [f"{path}:2"]


@pytest.mark.parametrize("text", ["", "host,type,value\n", "name,type,value,name\n"])
def test_a_list_without_its_columns_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dns.csv"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"dns\.csv:1 \(name\)"):
        read_passive_dns(path, KNOWN, Imported())
    with pytest.raises(ConfigError, match="cannot be read"):
        read_passive_dns(tmp_path / "none.csv", KNOWN, Imported())
