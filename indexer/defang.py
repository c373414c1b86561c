"""Links that people read but cannot click: `hxxps://shop[.]example/`, `name[@]shop[.]example`.

Mail readers, spreadsheets and PDF printers turn anything that looks like an address into a link, with or without a scheme.
One mistaken click tells a seller who is looking. So every dot that could belong to a host is bracketed, a few others too (`item.html`).
"""

import re

# Bounded repeats keep both patterns linear on text an adversary wrote.
SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30}):(?=//)", re.IGNORECASE | re.ASCII)
AUTHORITY = re.compile(r"(?<=//)[^\s/?#\\]{1,1024}")
NAME_DOT = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2}|xn--)")
IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]?\d)", re.ASCII)
MAIL = re.compile(r"(?<=[\w.+%-])@(?=[\w-])[\w.-]{1,255}")
BROKEN = frozenset({"hxxp", "hxxps"})


def defang(text: str) -> str:
    """`text` with every address made unclickable; a second pass changes nothing."""
    return "".join(_letters(text))


def defang_parts(*parts: str) -> tuple[str, ...]:
    """The parts of one running text, each defanged as it reads in the whole: a host cut in two by a highlight is broken all the same."""
    letters = _letters("".join(parts))
    cut, out = 0, []
    for part in parts:
        out.append("".join(letters[cut : cut + len(part)]))
        cut += len(part)
    return tuple(out)


def _letters(text: str) -> list[str]:
    """One string per character of `text`: itself or what stands for it."""
    letters = list(text)
    dots = {match.start() for match in NAME_DOT.finditer(text)}
    for pattern in (AUTHORITY, IPV4, MAIL):
        for match in pattern.finditer(text):
            dots.update(place for place in range(match.start(), match.end()) if text[place] == "." and not _bracketed(text, place))
    for match in MAIL.finditer(text):
        letters[match.start()] = "[@]"
    for place in dots:
        letters[place] = "[.]"
    for match in SCHEME.finditer(text):
        name = match[1].lower()
        start = match.start(1)
        if name in ("http", "https"):
            letters[start + 1 : start + 3] = ("x" if letter == "t" else "X" for letter in match[1][1:3])
        elif name not in BROKEN:
            letters[match.end(1)] = "[:]"
    return letters


def _bracketed(text: str, place: int) -> bool:
    return text[place - 1 : place + 2] == "[.]"
