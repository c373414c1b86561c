"""Settings: secrets from files, and what is said when they cannot be had."""

from pathlib import Path

import pytest

from churnwatch.settings import load_settings
from crawlers.errors import ConfigError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_secret_comes_from_the_file_that_a_variable_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "key").write_text("a key==\n")
    (folder / "redis").write_text("redis://:word@redis:6379/0\n")
    (folder / "churnwatch.toml").write_text('es_api_key = "of the file"\nstore = "sqlite:///x.db"\n')
    monkeypatch.setenv("CHURNWATCH_ES_API_KEY_FILE", str(folder / "key"))
    monkeypatch.setenv("CHURNWATCH_REDIS_FILE", str(folder / "redis"))
    read = load_settings()
    assert read.es_api_key and read.es_api_key.get_secret_value() == "a key=="
    assert read.redis and read.redis.get_secret_value() == "redis://:word@redis:6379/0"
    assert read.store == "sqlite:///x.db"
    assert "a key" not in repr(read)


def test_an_empty_file_sets_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "password").write_text("\n")
    monkeypatch.setenv("CHURNWATCH_SMTP_PASSWORD_FILE", str(folder / "password"))
    assert load_settings().smtp_password is None


def test_what_is_no_secret_is_not_read_from_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "store").write_text("sqlite:///other.db")
    monkeypatch.setenv("CHURNWATCH_STORE_FILE", str(folder / "store"))
    assert load_settings().store == "sqlite:///churnwatch.db"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CHURNWATCH_ES_PASSWORD_FILE": "missing"}, "CHURNWATCH_ES_PASSWORD_FILE cannot be read: .*No such file"),
        ({"CHURNWATCH_ES_PASSWORD_FILE": "."}, "CHURNWATCH_ES_PASSWORD_FILE cannot be read: .*directory"),
        ({"CHURNWATCH_ES_PASSWORD_FILE": "bytes"}, "CHURNWATCH_ES_PASSWORD_FILE cannot be read"),
        ({"CHURNWATCH_ES_PASSWORD_FILE": "key", "CHURNWATCH_ES_PASSWORD": "x"}, "are both set; use one"),
    ],
)
def test_what_cannot_be_read_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str) -> None:
    (folder / "bytes").write_bytes(b"\xff\xfe\x00")
    (folder / "key").write_text("k")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=said):
        load_settings()
