"""Broken JSON and plain JavaScript literals as values: what shops write by hand or by template where JSON was meant."""

import html
import json
import re
from collections.abc import Callable, Iterator

MAX_REPAIR = 400_000  # characters; repairing reads a text up to 40 times
MAX_REPAIRS = 40
MAX_TOKENS = 200_000
MAX_DEPTH = 60
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
WRAPPING = re.compile(r"^\s*(?://[^\n]*|<!--|-->|/\*\s*<!\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|<!\[CDATA\[|\]\]>)\s*$", re.MULTILINE)
TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*.*?\*/"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)"
    r"|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w$])"
    r"|(?P<word>!0|!1|void 0|[A-Za-z_$\u4e00-\u9fff][\w$]*)|(?P<sign>[{}\[\]:,])",
    re.DOTALL,
)
MEMBER = re.compile(r"\s*(?:\"[^\"\n]{1,60}\"\s*:|[{\[])")
STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\n)|(.))", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
WORDS: dict[str, object] = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
    "NaN": None,
    "!0": True,
    "!1": False,
    "void 0": None,
}


def repaired(source: str) -> object:
    """The value of a text that was meant to be one JSON value, or None when it is beyond repair.

    Forgiven: comments and CDATA marks around it, HTML entities, raw control characters, trailing commas, missing values, wrong
    escapes, quotes inside strings, bare keys and single quotes, text behind the value.
    """
    text = WRAPPING.sub("", source).strip().rstrip(";")
    if len(text) > MAX_REPAIR:
        text = TRAILING_COMMA.sub(r"\1", text)
        return attempt(lambda: json.loads(text, strict=False))
    if "&quot;" in text and text.count('"') < 2:
        text = html.unescape(text)
    value = attempt(lambda: mended(TRAILING_COMMA.sub(r"\1", text)))
    return value if value is not None else literal(text)


def attempt(read: Callable[[], object]) -> object:
    """What `read` gives, None when it is no JSON after all."""
    try:
        return read()
    except (ValueError, RecursionError):
        return None


def mended(text: str) -> object:
    """The first JSON value of the text after at most 40 small repairs where the parser stopped; ValueError when that is not enough."""
    decoder = json.JSONDecoder(strict=False)
    for _ in range(MAX_REPAIRS):
        try:
            return decoder.raw_decode(text)[0]
        except json.JSONDecodeError as error:
            text = mend_at(text, error)
    raise ValueError("too many faults")


def mend_at(text: str, error: json.JSONDecodeError) -> str:
    """The text with the fault at the parser's place repaired; the error again when no repair is known."""
    at = error.pos
    if error.msg.startswith("Invalid \\escape"):
        return text[:at] + "\\" + text[at:]
    if error.msg.startswith("Expecting value") and text[at : at + 1] in (",", "}", "]") and text[:at].rstrip()[-1:] == ":":
        return text[:at] + "null" + text[at:]
    if not text[at:].strip() and not error.msg.startswith("Unterminated"):
        return text + closers(text)  # the text ends early
    if error.msg.startswith("Expecting property name"):
        quote = text.rfind('"', 0, at)
        if quote > 0 and text[quote + 1 : at].strip() == ",":
            return f'{text[:quote]}\\"{text[quote + 1 :]}'  # a quote and a comma inside a string
    if error.msg.startswith(("Expecting ',' delimiter", "Expecting ':' delimiter")):
        before = text[:at].rstrip()
        parted = "\n" in text[len(before) : at] or text[at : at + 1] in ("{", "[")
        if parted and before[-1:] in ("}", "]", '"') and MEMBER.match(text, at):
            return f"{before},{text[at:]}"  # two members without a comma between them
        quote = text.rfind('"', 0, at)
        if quote > 0 and not text[quote + 1 : at].strip():
            return f'{text[:quote]}\\"{text[quote + 1 :]}'  # a quote inside a string
    raise error


def closers(text: str) -> str:
    """The brackets that are still open at the end of the text; ValueError when none is."""
    waiting: list[str] = []
    for sign in re.findall(r"[{}\[\]]", STRING.sub("", text)):
        if sign in "{[":
            waiting.append("}" if sign == "{" else "]")
        elif waiting:
            waiting.pop()
    if not waiting:
        raise ValueError("nothing is open")
    return "".join(reversed(waiting))


def literal(text: str, start: int = 0) -> object:
    """The JavaScript literal that begins at `start` (bare keys, single quotes, `undefined`, `!0`), or None: no calls, names or sums."""
    tokens = scan(text, start)
    try:
        return value_of(next(tokens), tokens, 0)
    except (ValueError, StopIteration):
        return None


def scan(text: str, at: int) -> Iterator[tuple[str, object]]:
    """(kind, value) of every token from `at` on; ValueError at anything that is no part of a literal."""
    for _ in range(MAX_TOKENS):
        match = TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no literal at {at}")
        at = match.end()
        kind = match.lastgroup
        if kind == "string":
            yield "value", unescape(match[0][1:-1])
        elif kind == "number":
            yield "value", float(match[0]) if re.search(r"[.eE]", match[0]) else int(match[0])
        elif kind:
            yield kind, match[0]
    raise ValueError("too long")


def value_of(token: tuple[str, object], tokens: Iterator[tuple[str, object]], depth: int) -> object:
    """The value that begins with this token."""
    kind, value = token
    if kind == "value":
        return value
    if kind == "word" and value in WORDS:
        return WORDS[str(value)]
    if depth > MAX_DEPTH or value not in ("{", "["):
        raise ValueError("no literal")
    return object_of(tokens, depth + 1) if value == "{" else list_of(tokens, depth + 1)


def object_of(tokens: Iterator[tuple[str, object]], depth: int) -> dict[str, object]:
    """The members up to the closing brace."""
    found: dict[str, object] = {}
    for kind, name in tokens:
        if (kind, name) == ("sign", "}"):
            return found
        if (kind, name) == ("sign", ","):
            continue
        if kind == "sign" or next(tokens) != ("sign", ":"):
            break
        found[str(name)] = value_of(next(tokens), tokens, depth)
    raise ValueError("no object")


def list_of(tokens: Iterator[tuple[str, object]], depth: int) -> list[object]:
    """The members up to the closing bracket."""
    found: list[object] = []
    for token in tokens:
        if token == ("sign", "]"):
            return found
        if token != ("sign", ","):
            found.append(value_of(token, tokens, depth))
    raise ValueError("no list")


def unescape(text: str) -> str:
    """The characters a JavaScript string's escapes stand for."""
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else "" if m[3] else ESCAPES.get(m[4], m[4]), text)
