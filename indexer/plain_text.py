"""Page text made safe to show people: one line, nothing invisible, nothing clickable, in times and numbers they read."""

import unicodedata

from indexer.defang import defang, defang_parts

LINE_MAX = 300


def shown(words: str, most: int = LINE_MAX) -> str:
    """The words on one line of at most `most` characters, hidden characters spelled out (`[U+200B]`), links defanged."""
    line = " ".join(visible(words).split())
    return defang(line if len(line) <= most else line[: most - 1] + "…")


def shown_quote(before: str, quote: str, after: str) -> tuple[str, str, str]:
    """A quote with its surroundings, each as `shown` would but with the spaces at the seams kept."""
    before, quote, after = defang_parts(*(visible(part[:LINE_MAX]) for part in (before, quote, after)))
    return before, quote, after


def visible(words: str) -> str:
    """The words without line breaks and control characters; what a reader could not see (zero width, direction marks) is spelled out."""
    return "".join(letter if letter.isprintable() else _spelled(letter) for letter in words)


def look_alikes(words: str) -> str:
    """The Greek and Cyrillic letters in words that also have Latin letters or digits, with their code points; "" when there are none.

    They look like Latin ones, so a reader would not see why `4-piperidone` counts as disguised.
    """
    if not any(letter.isascii() and letter.isalnum() for letter in words):
        return ""
    strange = dict.fromkeys(letter for letter in words if unicodedata.name(letter, "").startswith(("CYRILLIC ", "GREEK ")))
    return ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in strange)


def shown_time(time: str) -> str:
    """`2026-03-01T12:00:00Z` as `2026-03-01 12:00 UTC`, "not known" for ""."""
    return f"{time[:10]} {time[11:16]} UTC" if len(time) >= 16 else time or "not known"


def shown_price(price: str, currency: str) -> str:
    """`1200.50` and `USD` as `1200.50 USD`, "no price" for ""."""
    return f"{price} {currency}".strip() if price else "no price"


def likely(probability: float | None) -> str:
    """A probability in words with its figure: `very likely (0.97)`."""
    if probability is None:
        return "not judged"
    words = "very likely" if probability >= 0.95 else "likely" if probability >= 0.9 else "possible" if probability >= 0.5 else "unlikely"
    return f"{words} ({share(probability)})"


def share(part: float | None) -> str:
    """A part of 1 with two decimals; what rounds to 1.00 without being 1 reads `above 0.99`, since nothing here is certain. "" for None."""
    if part is None:
        return ""
    return "above 0.99" if 0.995 <= part < 1 else f"{part:.2f}"


def _spelled(letter: str) -> str:
    if letter.isspace():
        return " "
    kind = unicodedata.category(letter)
    return f"[U+{ord(letter):04X}]" if kind in ("Cf", "Cs", "Co", "Cn") else "�"
