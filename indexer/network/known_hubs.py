"""Known hubs: values that the world shares, kept as data in `lexicons/hubs.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from crawlers.errors import ConfigError
from indexer.network.identifiers import TYPES

KEYS = frozenset({"type", "value", "suffix", "why", "source"})


@dataclass(frozen=True, slots=True)
class KnownHubs:
    """Exact values and, for names, endings; both by identifier type."""

    values: Mapping[tuple[str, str], str]
    suffixes: Mapping[str, tuple[tuple[str, str], ...]]

    def why(self, kind: str, value: str) -> str | None:
        """Why this value is a known hub, None when it is not listed."""
        exact = self.values.get((kind, value))
        if exact is not None:
            return exact
        host = "." + value.rstrip(".").lower()
        return next((why for suffix, why in self.suffixes.get(kind, ()) if host.endswith("." + suffix)), None)


@cache
def load_known_hubs() -> KnownHubs:
    """The list that ships with the package."""
    return parse_known_hubs(files("lexicons").joinpath("hubs.yml").read_text(encoding="utf-8"), "lexicons/hubs.yml")


def parse_known_hubs(text: str, file: str) -> KnownHubs:
    """The hubs of a YAML list; raises ConfigError for an entry that is not exactly a type, a value or suffix, a why and a source."""
    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        raise ConfigError(f"is not YAML: {getattr(error, 'problem', error)}", file=file, line=None if line is None else line + 1) from error
    if not isinstance(entries, list):
        raise ConfigError("must be a list of known hubs", file=file)
    values: dict[tuple[str, str], str] = {}
    suffixes: dict[str, list[tuple[str, str]]] = {}
    for number, entry in enumerate(entries, start=1):
        kind, value, suffix, why = _entry(entry, file, f"entry {number}")
        if suffix:
            suffixes.setdefault(kind, []).append((suffix.lower(), why))
        else:
            values[kind, value] = why
    return KnownHubs(values, {kind: tuple(sorted(pairs)) for kind, pairs in suffixes.items()})


def _entry(entry: object, file: str, place: str) -> tuple[str, str, str, str]:
    if not isinstance(entry, dict) or not all(isinstance(part, str) for pair in entry.items() for part in pair):
        raise ConfigError("must be a mapping of words to words (quote numbers)", file=file, key=place)
    unknown = sorted(set(entry) - KEYS)
    if unknown:
        raise ConfigError(f"unknown key {unknown[0]!r}", file=file, key=place)
    missing = [key for key in ("type", "why", "source") if not entry.get(key)]
    if missing or bool(entry.get("value")) == bool(entry.get("suffix")):
        raise ConfigError(f"needs {missing[0] if missing else 'either value or suffix'}", file=file, key=place)
    if entry["type"] not in TYPES:
        raise ConfigError(f"unknown identifier type {entry['type']!r}", file=file, key=place)
    return entry["type"], entry.get("value", ""), entry.get("suffix", ""), entry["why"]
