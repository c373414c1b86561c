"""A hosts file pins names to addresses; a wrong line is named."""

from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from crawlers.hosts_file import is_pinned_to_loopback, parse_hosts


def test_names_are_pinned_to_addresses(tmp_path: Path) -> None:
    file = tmp_path / "hosts"
    file.write_text(
        "# demo\n127.0.0.9 Green-Door.Example www.green-door.example # both\n\n::1\tsix.test\n127.0.0.9 green-door.example\n", "utf-8"
    )
    assert parse_hosts(file) == {"green-door.example": "127.0.0.9", "www.green-door.example": "127.0.0.9", "six.test": "::1"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("127.0.0.1 a.example\n127.0.0.2\n", 2, "without a name"),
        ("a.example 127.0.0.1\n", 1, "not an IP address"),
        ("127.1 a.example\n", 1, "not an IP address"),
        ("127.0.0.1 a b!c\n", 1, "not a host name"),
        ("127.0.0.1 a.example\n\n127.0.0.2 a.example\n", 3, "keep one"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = tmp_path / "hosts"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=said) as raised:
        parse_hosts(file)
    assert raised.value.line == line


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        parse_hosts(tmp_path / "nothing")


def test_only_loopback_pins_count_as_loopback() -> None:
    pinned = {"a.example": "127.0.0.9", "b.example": "10.0.0.1", "c.example": "::1"}
    said = [
        is_pinned_to_loopback(host, pinned)
        for host in ("a.example", "c.example", "127.0.0.9", "b.example", "10.0.0.1", "127.0.0.1", "x.example")
    ]
    assert said == [True, True, True, False, False, False, False]
