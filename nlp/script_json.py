"""JSON that pages carry inside scripts: JSON-LD blocks, bare JSON blocks (`__NEXT_DATA__` and kin) and `window.NAME = {…}` state.

What frameworks pack their own way is read by `framework_state.py`, what is broken or no JSON by `json_repair.py`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from nlp.framework_state import unflattened
from nlp.json_repair import literal, repaired

MAX_CHARS = 5_000_000
MAX_LEAVES = 20_000
MAX_DEPTH = 60
MAX_STATES = 20  # assignments tried in one script
MAX_LITERALS = 5  # JavaScript literals read in one script; they cost ten times JSON
LITERAL_REACH = 20_000  # characters within which a literal must speak of prices
PRICED = re.compile(r"price|цена|价|preis|prix|precio", re.IGNORECASE)
# Where a value is assigned or pushed, and what stands before it: looking for the sign first is six times as fast.
VALUE = re.compile(r"=\s*(?=[\[{])|\.push\(\s*(?=\{)")
NAMED = re.compile(
    r"(?:\b(?:window|self|globalThis)\s*(?:\.\s*[\w$]{1,60}|\[\s*[\"'][^\"']{1,60}[\"']\s*\])|\b(?:var|let|const)\s+[\w$]{1,60})\s*=\s*$"
    r"|\b(?:dataLayer|[dD]ata)\.push\(\s*$"
)
NAME_REACH = 160  # characters before the value in which its name stands
PARSE = re.compile(r"\bJSON\.parse\(\s*(?=[\"'])")


BRANCHES = (str, dict, list)
Steps = tuple[()] | tuple["Steps", str | int]  # the way to a value: the way to what holds it, and the last step


@dataclass(frozen=True, slots=True)
class InlineJson:
    """One JSON value of one script; kind is `ld` (JSON-LD), `block` (the script is JSON) or `state` (assigned in code)."""

    script: etree._Element
    kind: str
    value: object


def inline_json(script: etree._Element) -> Iterator[InlineJson]:
    """Every JSON object or array the script holds; broken JSON is repaired where that is safe, else skipped."""
    source = script.text or ""
    if len(source) > MAX_CHARS or not source.strip():
        return
    kind = (script.get("type") or "").split(";")[0].strip().lower()
    if kind.endswith("json") or (kind == "" and source.lstrip()[:1] in ("{", "[")):
        value = mended(source)
        if script.get("id") == "__NUXT_DATA__" and isinstance(value, list):
            value = unflattened(value)
        if isinstance(value, dict | list):
            yield InlineJson(script, "ld" if kind == "application/ld+json" else "block", value)
    elif kind in ("", "module", "text/javascript", "application/javascript", "text/x-magento-init"):
        for value in assigned(source):
            yield InlineJson(script, "state", value)


def assigned(source: str) -> Iterator[dict[str, object] | list[object]]:
    """Values assigned to names in code: JSON, and JavaScript literals (bare keys, single quotes) when they speak of prices."""
    decoder = json.JSONDecoder(strict=False)
    behind = literals = 0
    for tries, match in enumerate(states(source)):
        if tries == MAX_STATES:
            break
        if match.end() < behind:
            continue
        try:
            value, behind = decoder.raw_decode(source, match.end())
        except (ValueError, RecursionError):
            if literals == MAX_LITERALS or not PRICED.search(source, match.end(), match.end() + LITERAL_REACH):
                continue
            literals += 1
            value = literal(source, match.end())
        if isinstance(value, dict | list) and value:
            yield value
    for tries, match in enumerate(PARSE.finditer(source) if "JSON.parse(" in source else ()):
        if tries == MAX_STATES:
            return
        try:
            text, _ = decoder.raw_decode(source, match.end())
            value = json.loads(text, strict=False) if isinstance(text, str) else None
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict | list):
            yield value


def states(source: str) -> Iterator[re.Match[str]]:
    """Every place in code right before a value that gets a name of its own."""
    for match in VALUE.finditer(source):
        if NAMED.search(source, max(0, match.start() - NAME_REACH), match.end()):
            yield match


def mended(source: str) -> object:
    """The JSON value of a whole script, repaired when it is broken; None beyond repair."""
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return repaired(source)


def leaves(value: object) -> Iterator[tuple[str, str]]:
    """(JSON pointer, text) of every string in the value, in document order, bounded in number and depth."""
    return ((pointer_of(steps), text) for steps, text in strings(value))


def strings(value: object) -> Iterator[tuple[Steps, str]]:
    """(the way to it, text) of every string in the value, in document order, bounded in number and depth."""
    stack: list[tuple[Steps, object, int]] = [((), value, 0)]
    count = 0
    while stack and count < MAX_LEAVES:
        steps, here, depth = stack.pop()
        count += 1
        if isinstance(here, str):
            yield steps, here
        elif depth < MAX_DEPTH and isinstance(here, dict):
            stack += [((steps, key), part, depth + 1) for key, part in reversed(here.items()) if isinstance(part, BRANCHES)]
        elif depth < MAX_DEPTH and isinstance(here, list):
            stack += [
                ((steps, number), here[number], depth + 1) for number in reversed(range(len(here))) if isinstance(here[number], BRANCHES)
            ]


def pointer_of(steps: Steps) -> str:
    """The JSON pointer of a way."""
    written: list[str] = []
    while steps:
        steps, last = steps
        written.append(step(last) if isinstance(last, str) else str(last))
    return "".join(f"/{one}" for one in reversed(written))


def step(key: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
