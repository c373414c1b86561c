"""Cues: ideas and traits that a notice page shows, added up per outcome (`lexicons/page_cues.yml`), for wordings that no rule knows."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawlers.errors import ConfigError
from crawlers.page_pattern import compiled_pattern
from crawlers.page_traits import Traits
from crawlers.parking import host_of, is_parking_host

CUES_FILE = "page_cues.yml"
LANGUAGES = ("en", "zh", "es", "ru", "west")
MAX_TEXT = 1_500  # visible code points; the longest notice of 160 written by hand has 900, real shop pages begin at 1,000 (2026-11-24)
MAX_LINKS = 25
_READ = 2_500  # code points of title, text and aside that patterns see
_HEAD, _AGAIN = 1.5, 4 / 3  # title or heading says it; said in two ways
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRICT = ConfigDict(extra="forbid", frozen=True)
_TRAITS = frozenset({
    "refusing_status", "challenge_script", "widget", "code_picture", "small_form", "password", "brief", "long", "few_links", "many_links",
    "named_after_host", "leaves", "outside_link", "seizure_picture", "parking_service", "priced", "failing_status", "navigates",
    "names_new_host", "host_offered", "bare",
})  # fmt: skip
_REFUSING = frozenset({401, 403, 405, 406, 418, 429, 451})
_WIDGET = re.compile(
    r"captcha|turnstile|challenges\.|geetest|arkose|px-|perimeterx|human-?challenge|datadome|friendlychallenge|altcha|anubis"
)
_CODE_PICTURE = re.compile(
    r"(?:code|captcha|yzm|verify|vcode|seccode|kaptcha|securimage|checkcode|authimg)[^\n]{0,40}|/c\.(?:png|gif|jpe?g)"
)
_CHALLENGE = re.compile(
    r"document(?:\.|\[['\"]?)cookie[\s\S]{0,1500}(?:reload|location)|_0x[0-9a-f]{4,6}[\s\S]{0,1500}(?:cookie|reload|location)"
    r"|(?:eval|function)\(p,a,c,k,e|__jsl_|acw_sc|cf_chl|webdriver|proof.?of.?work|sha256\([\s\S]{0,300}nonce"
)
_SEIZURE = re.compile(r"seiz(?:ed|ure)|beschlagnahm|incautad|confiscad")
_HOST_NAME = re.compile(r"(?:^|[\s«\"'(:])(?:[a-z0-9-]{2,60}\.){1,3}[a-z]{2,12}(?:$|[\s!?.,:»\"')–-])")
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}")  # of the open web, where shops move to
_LOCATION = re.compile(r"location(?:\.href|\.replace|\.assign)?\s{0,3}(?:=|\()\s{0,3}['\"](https?://[^'\"\s]{4,300})")
_REFRESH = re.compile(r"url\s{0,3}=\s{0,3}['\"]?(https?://[^'\"\s]{4,300})")


class Concept(BaseModel):
    """One idea as written: a pattern for each language that has words for it, with examples beside near misses."""

    model_config = _STRICT
    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{2,30}$")]
    why: Annotated[str, Field(min_length=10)]
    en: str
    zh: str | None = None
    es: str | None = None
    ru: str | None = None
    west: str | None = None  # other Latin ones together: German, French, Portuguese, Italian, Turkish, Dutch, Polish
    match: Mapping[str, tuple[str, ...]]
    miss: Mapping[str, tuple[str, ...]]


class Tally(BaseModel):
    """One outcome as written: what counts how much for it, and from how many points on it is believed."""

    model_config = _STRICT
    outcome: Literal["blocked", "captcha", "login", "parked", "seized", "suspended", "soft_404", "server_error", "moved"]
    at: Annotated[float, Field(ge=3, le=10)]
    needs: tuple[str, ...]  # one of them must show
    points: Mapping[str, float]
    match: Mapping[str, tuple[str, ...]]
    miss: Mapping[str, tuple[str, ...]]


class _File(BaseModel):
    model_config = _STRICT
    concepts: tuple[Concept, ...]
    outcomes: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled file."""

    patterns: Mapping[str, Mapping[str, re.Pattern[str]]] = field(default_factory=dict)  # concept → language → pattern
    concepts: tuple[Concept, ...] = ()
    tallies: tuple[Tally, ...] = ()

    def judge(self, page: Traits, own_host: str) -> tuple[str, str] | None:
        """Outcome and reason of a thin page whose cues are believed, else None; equal margins go to the outcome that stands first."""
        if page.size > MAX_TEXT or page.links > MAX_LINKS or page.tells or (page.trades and page.links > 4):
            return None
        ideas = dict(self._concepts(page))
        shown = ideas | dict.fromkeys(_shown_traits(page, own_host), (1.0, ""))
        if "named_after_host" in shown and "offered" in shown:
            shown["host_offered"] = (1.0, "")
        best: tuple[float, str, str] | None = None
        for tally in self.tallies:
            # A price may stand beside the name it is for; other notices have none beside words of trade.
            if not shown.keys() & set(tally.needs) or (
                page.trades and not (tally.outcome == "parked" and shown.keys() & {"name", "host_offered"} and page.prices <= 2)
            ):
                continue
            total = sum(points * (shown[name][0] if points > 0 else 1.0) for name, points in tally.points.items() if name in shown)
            if "bare" in shown and sum(points > 0 for name, points in tally.points.items() if name in shown and name in ideas) < 2:
                total -= tally.points.get("bare", 0.0)
            if total >= tally.at and (best is None or total - tally.at > best[0]):
                seen = sorted(
                    (name for name, points in tally.points.items() if name in shown and points > 0), key=lambda n: -tally.points[n]
                )
                words = ", ".join(f"{name} {shown[name][1]!r}" if shown[name][1] else name for name in seen[:5])
                best = (total - tally.at, tally.outcome, f"cues {total:.1f} of {tally.at:g}: {words}")
        return None if best is None else best[1:]

    def _concepts(self, page: Traits) -> Iterator[tuple[str, tuple[float, str]]]:
        text = page.text[:_READ]
        head = "\n".join((page.title, *page.headings))[:600]
        languages = languages_of(text)
        for concept, patterns in self.patterns.items():
            found = [hit[0] for language in languages if language in patterns for hit in _first_two(patterns[language], text)]
            if found:
                in_head = any(patterns[language].search(head) for language in languages if language in patterns)
                yield concept, ((_HEAD if in_head else 1.0) * (_AGAIN if len(set(found)) > 1 else 1.0), found[0][:40])


def load_cues() -> tuple[Cues, bytes]:
    """The cues shipped in `lexicons`, and the file's bytes; raises ConfigError with file and key."""
    content = (files("lexicons") / CUES_FILE).read_bytes()
    return read_cues(content.decode("utf-8"), CUES_FILE), content


def read_cues(text: str, file: str) -> Cues:
    """The cues in a text; `file` is what errors name."""
    try:
        written = _File.model_validate(yaml.load(text, Loader=_LOADER))  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ConfigError(f"not valid YAML: {getattr(error, 'problem', error)}", file=file) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(first["msg"], file=file, key=".".join(map(str, first["loc"]))) from error
    patterns = {
        concept.id: {
            language: compiled_pattern(pattern, file, None, f"{concept.id}.{language}")
            for language in LANGUAGES
            if (pattern := getattr(concept, language)) is not None
        }
        for concept in written.concepts
    }
    for tally in written.outcomes:
        unknown = sorted({*tally.points, *tally.needs} - set(patterns) - _TRAITS)
        if unknown:
            raise ConfigError(f"no concept or trait {unknown[0]!r}", file=file, key=f"outcomes.{tally.outcome}.points")
    return Cues(patterns, written.concepts, written.outcomes)


@functools.lru_cache(maxsize=64)
def languages_of(text: str) -> tuple[str, ...]:
    """Whose patterns a text may meet: Latin words are tried as English, Spanish and the rest, others by their script and as English."""
    cyrillic = sum("а" <= character <= "я" for character in text)
    han = sum("一" <= character <= "鿿" for character in text)
    if cyrillic >= 5 or han >= 2:
        return ("en", "ru") if cyrillic > han else ("en", "zh")
    return ("en", "es", "west")


def _first_two(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The first match and the first that reads otherwise."""
    found: list[re.Match[str]] = []
    for hit in pattern.finditer(text):
        if not found or hit[0] != found[0][0]:
            found.append(hit)
        if len(found) == 2:
            break
    return found


def _shown_traits(page: Traits, own_host: str) -> Iterator[str]:
    lean = page.size <= 350
    fields = page.fields + page.passwords
    # A script that could go elsewhere goes there on its own only where there is nothing to click on.
    jump = _LOCATION.search(page.code) if page.size <= 80 and page.links <= 2 else None
    leads_to = [host_of(hit[1]) for hit in (_REFRESH.search(page.refresh.lower()), jump) if hit]
    away = [host for host in leads_to if _NAME.fullmatch(host) and not _same_owner(host, own_host)]
    outside = [host for host in page.link_hosts if host and not _same_owner(host, own_host)]
    marks = {
        "refusing_status": page.status in _REFUSING,
        "challenge_script": page.size <= 80 and page.links <= 2 and not away and not page.app_root and bool(_CHALLENGE.search(page.code)),
        "widget": page.size <= 600 and bool(_WIDGET.search(page.addresses) or _WIDGET.search(page.marks)),
        "code_picture": page.images > 0 and 1 <= page.fields <= 2 and bool(_CODE_PICTURE.search(page.addresses)),
        "small_form": 1 <= fields <= 2,
        "password": page.passwords > 0,
        "brief": lean,
        "bare": page.size <= 200 and page.links <= 1 and page.images <= 1 and not (page.prices or page.passwords or page.app_root),
        "long": page.size > 900,
        "few_links": page.links <= 4,
        "many_links": page.links > 10,
        "named_after_host": any(_HOST_NAME.search(line) for line in (page.title, *page.headings, page.text if lean else "")),
        "leaves": bool(away) and page.links <= 4,
        "navigates": page.navigates,
        "names_new_host": any(host in outside for host in page.named_hosts),
        "outside_link": bool(outside) and len(outside) >= page.links - 1 and page.links <= 3,
        "failing_status": page.status >= 500,
        "priced": page.prices > 0,
        "seizure_picture": bool(_SEIZURE.search(page.addresses)),
        "parking_service": any(map(is_parking_host, (*leads_to, *map(host_of, page.addresses.split("\n"))))),
    }
    return (name for name, shows in marks.items() if shows)


def _same_owner(host: str, own: str) -> bool:
    """Roughly the same registrable domain: one name ends in the other. Good enough for a trait, and needs no suffix list."""
    return bool(own) and (host == own or host.endswith(f".{own.removeprefix('www.')}") or own.endswith(f".{host.removeprefix('www.')}"))
