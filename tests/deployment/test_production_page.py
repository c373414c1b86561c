"""docs/production.md: every command line in it is one that exists, and its tables say what the files say."""

import re
import shlex
from pathlib import Path

import pytest

from tests.deployment.command_lines import parses
from tests.deployment.compose_file import ROOT, is_ours, services
from tests.deployment.production_page import command_lines, page

# Verbs of compose, their options that take a value, and those that take none.
COMPOSE = {
    "up": ({"--profile"}, {"--build", "--detach"}),
    "run": ({"--entrypoint"}, {"--rm", "--no-deps", "--build"}),
    **{verb: (set(), set()) for verb in ("build", "stop", "restart", "logs", "ps", "pull")},
}
inline = [
    command
    for command in re.findall(r"`((?:docker compose|scripts/|churnwatch )[^`]*)`", page())
    if "{{" not in command and not command.endswith(".json")
]


def left_of(words: list[str], verb: str) -> tuple[list[str], dict[str, str]]:
    """What stands after the options of one verb of compose, and the options that have a value."""
    valued, flags = COMPOSE[verb]
    options = {}
    while words and words[0].startswith("-"):
        name = words.pop(0)
        assert name in valued | flags, name
        if name in valued:
            options[name] = words.pop(0)
    return words, options


def wrong(line: str) -> str | None:
    """What is wrong with a command line of the page; None when nothing is."""
    words = shlex.split(line)
    if words[:2] == ["docker", "compose"]:
        words = words[2:]
        if words[0] == "--profile":
            assert words[1] in {profile for service in services().values() for profile in service.get("profiles", ())}
            words = words[2:]
        rest, options = left_of(words[1:], words[0])
        if words[0] != "run":
            return next((f"no service {name}" for name in rest if name not in services()), None)
        if rest[0] not in services():
            return f"no service {rest[0]}"
        if options.get("--entrypoint", "churnwatch") != "churnwatch":
            return None
        assert is_ours(services()[rest[0]])
        return parses(rest[1:])
    if words[0] == "churnwatch":
        return parses(words[1:])
    if words[0].startswith("scripts/"):
        return None if (ROOT / words[0]).stat().st_mode & 0o111 else "cannot be run"
    if words[0] in {"cp", "cat"}:
        made = ("churnwatch.env", "sites/", "secrets/")
        return next((f"no {name}" for name in words[1:] if not name.startswith(made) and not (ROOT / name).exists()), None)
    return None if words[0] in {"git", "docker"} else f"what is {words[0]}"


@pytest.mark.parametrize("line", [*command_lines(), *inline])
def test_a_command_line_of_the_page_parses(line: str) -> None:
    assert wrong(line) is None


def test_a_command_line_that_does_not_parse_is_found() -> None:
    assert "retian" in str(wrong("docker compose run --rm crawler store retian"))
    assert wrong("docker compose restart schedular") == "no service schedular"
    assert "--aply" in str(wrong("docker compose run --rm --entrypoint churnwatch setup store retain --aply"))
    with pytest.raises(AssertionError, match="--detatch"):
        wrong("docker compose up --detatch")


def test_files_tests_and_services_that_the_page_names_are_there() -> None:
    for name in re.findall(r"`((?:tests|indexer|scripts|requirements)/[\w./-]+)`", page()):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"`(test_\w+\.py)`", page()):
        assert (Path(__file__).parent / name).exists(), name


def test_the_versions_of_the_page_are_those_of_the_files() -> None:
    pinned = dict(re.findall(r"^\| ([\w, ]+) \| ([\d.]+)", page(), re.MULTILINE))
    images = {name: service["image"] for name, service in services().items()}
    assert images["elasticsearch"].endswith(f":{pinned['Elasticsearch, Kibana']}")
    assert images["kibana"].endswith(f":{pinned['Elasticsearch, Kibana']}")
    assert images["redis"].endswith(f":{pinned['Redis']}-bookworm")
    assert images["mailpit"].endswith(f":v{pinned['Mailpit']}")
    assert f"FROM python:{pinned['Python']}-slim-bookworm AS build" in (ROOT / "Dockerfile").read_text("utf-8")
