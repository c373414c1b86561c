"""Page-state rules as data: `lexicons/page_states.yml`, one rule an entry with its reason and its own examples."""

import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawlers.errors import ConfigError
from crawlers.page_cues import Cues, load_cues
from crawlers.page_pattern import compiled_pattern
from crawlers.page_traits import RICH, Traits
from crawlers.parking import PARKING_FILE

RULES_FILE = "page_states.yml"
_BARRIERS = frozenset({"blocked", "captcha"})  # pages without a menu
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Example(BaseModel):
    """A response as an example: `html` alone is a page with status 200 (or the rule's first status)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    html: str = ""
    status: int | None = None
    headers: dict[str, str] = {}


class RuleEntry(BaseModel):
    """One rule as written. Every condition that is given must hold; `title`, `heading`, `text`, … are regular expressions."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{2,60}$")]
    outcome: Literal["blocked", "captcha", "login", "parked", "seized", "suspended", "not_found", "soft_404", "server_error", "empty"]
    language: Literal["en", "zh", "es", "ru", "any"]
    why: Annotated[str, Field(min_length=10)]
    status: tuple[int, ...] = ()
    header: dict[str, str] = {}
    title: str | None = None
    heading: str | None = None
    text: str | None = None
    code: str | None = None
    addresses: str | None = None
    signs: tuple[str, ...] = ()
    at_least: int = 2
    max_text: Annotated[int, Field(ge=0, le=20_000)] = 1_500
    max_links: int = 30
    max_fields: int = 100
    min_fields: int = 0  # passwords count
    passwords: bool | None = None
    in_shop: bool = False
    in_article: bool = False
    match: Annotated[tuple[str | Example, ...], Field(min_length=1)]
    miss: Annotated[tuple[str | Example, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule."""

    entry: RuleEntry
    title: re.Pattern[str] | None
    heading: re.Pattern[str] | None
    text: re.Pattern[str] | None
    code: re.Pattern[str] | None
    addresses: re.Pattern[str] | None
    header: tuple[tuple[str, re.Pattern[str]], ...]
    signs: tuple[re.Pattern[str], ...]

    def fits(self, page: Traits) -> str | None:
        """What the rule saw, in people's words; None when it does not fit. Cheap conditions come first."""
        entry = self.entry
        if (
            (entry.status and page.status not in entry.status)
            or page.size > entry.max_text
            or page.links > entry.max_links
            or page.fields > entry.max_fields
            or page.fields + page.passwords < entry.min_fields
            or (page.trades and not entry.in_shop)
            or (page.tells and not entry.in_article)
            or (page.navigates and entry.outcome in _BARRIERS and not (entry.header or entry.addresses or entry.code))
            or (entry.code and page.app_root and ".js" in page.addresses)  # an application's own beginning, not a challenge
            or (entry.passwords is not None and entry.passwords != bool(page.passwords))
        ):
            return None
        return self._seen(page)

    def _seen(self, page: Traits) -> str | None:
        seen = [f"status {page.status}"] if self.entry.status else []
        for name, pattern in self.header:
            if not any(key == name and pattern.search(value.lower()) for key, value in page.headers):
                return None
            seen.append(f"header {name}")
        for where, wanted, given in (
            ("title", self.title, page.title),
            ("heading", self.heading, "\n".join(page.headings)),
            ("text", self.text, page.text),
            ("script", self.code, page.code),
            ("address", self.addresses, page.addresses),
        ):
            if wanted is not None:
                found = wanted.search(given)
                if found is None:
                    return None
                seen.append(f"{where} {found[0][:60]!r}")
        if self.signs:
            signs = [found[0][:40] for found in (sign.search(page.text) for sign in self.signs) if found]
            if len(signs) < self.entry.at_least:
                return None
            seen.append(f"words {', '.join(map(repr, signs))}")
        return "; ".join(seen) or "size"


@dataclass(frozen=True)
class Rules:
    """All rules in file order, the cues for what they do not know, and the SHA-256 over the files they come from."""

    rules: tuple[Rule, ...]
    digest: str
    cues: Cues = field(default_factory=Cues)

    @functools.cached_property
    def for_rich_pages(self) -> tuple[Rule, ...]:
        """The rules that a page of many words or links can fit at all, in file order."""
        return tuple(rule for rule in self.rules if rule.entry.max_text >= RICH and rule.entry.in_shop)


@functools.cache
def load_rules(path: Path | None = None) -> Rules:
    """The rules of a file without cues, by default those shipped in `lexicons` with them; raises ConfigError with file, line and key."""
    source = path or files("lexicons") / RULES_FILE
    try:
        content = source.read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read ({error})", file=str(source)) from error
    rules = tuple(_rules(text, path or RULES_FILE))
    if path is not None:
        return Rules(rules, hashlib.sha256(content).hexdigest())
    cues, written = load_cues()
    parked = (files("lexicons") / PARKING_FILE).read_bytes()
    return Rules(rules, hashlib.sha256(b"\0".join((content, written, parked))).hexdigest(), cues)


def _rules(text: str, file: Path | str) -> Iterator[Rule]:
    loader = _LOADER(text)
    try:
        top = loader.get_single_node()
        if not isinstance(top, yaml.SequenceNode):
            raise ConfigError("a list of rules is expected", file=file, line=1)
        ids: set[str] = set()
        for node in top.value:
            line = node.start_mark.line + 1
            rule = _rule(node, loader.construct_document(node), file, line)
            if rule.entry.id in ids:
                raise ConfigError(f"rule {rule.entry.id!r} stands there twice", file=file, line=line, key="id")
            ids.add(rule.entry.id)
            yield rule
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(f"not valid YAML: {getattr(error, 'problem', error)}", file=file, line=mark.line + 1 if mark else None) from error
    finally:
        loader.dispose()


def _rule(node: yaml.Node, values: object, file: Path | str, line: int) -> Rule:
    keys = {key.value: key.start_mark.line + 1 for key, _ in node.value} if isinstance(node, yaml.MappingNode) else {}
    try:
        entry = RuleEntry.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else None
        raise ConfigError(first["msg"], file=file, line=keys.get(key or "", line), key=key) from error
    unknown = [name for name in entry.header if name != name.lower()]
    if unknown:
        raise ConfigError(f"header names are written in lower case: {unknown[0]!r}", file=file, line=keys["header"], key="header")

    def compiled(key: str, pattern: str | None) -> re.Pattern[str] | None:
        return None if pattern is None else compiled_pattern(pattern, file, keys.get(key, line), key)

    return Rule(
        entry,
        compiled("title", entry.title),
        compiled("heading", entry.heading),
        compiled("text", entry.text),
        compiled("code", entry.code),
        compiled("addresses", entry.addresses),
        tuple((name, compiled_pattern(pattern, file, keys["header"], "header")) for name, pattern in entry.header.items()),
        tuple(compiled_pattern(pattern, file, keys["signs"], "signs") for pattern in entry.signs),
    )
