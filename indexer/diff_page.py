"""Two captures side by side as one HTML file: asks nothing of the network, runs nothing, every address defanged and every word escaped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from crawlers.errors import ConfigError
from indexer.defang import defang, defang_parts
from indexer.templating import page
from nlp.compare import Comparison
from nlp.findings import Listing
from nlp.line_diff import line_diff
from nlp.report_json import decimal

MAX_ROWS = 4_000  # of the text; a browser still scrolls through that
NEAR = 3  # unchanged lines shown around a change


@dataclass(frozen=True, slots=True)
class Row:
    """One line of each side; `a` and `b` are parts (text, whether it differs), empty where the side has no such line."""

    kind: str  # same | changed | skipped
    a_at: int | None
    a: tuple[tuple[str, bool], ...]
    b_at: int | None
    b: tuple[tuple[str, bool], ...]


def write_diff(path: Path, found: Comparison, provenance: Mapping[str, Mapping[str, object]]) -> Path:
    """The path after writing the page whole or not at all. `provenance`: of `a` and `b`, what is shown above their columns."""
    rows = list(_rows(found))
    filled = page(
        "diff.html",
        found=found,
        groups=[name for name in found.added if found.added[name] or found.removed[name]],
        sides={name: {key: defang(str(value)) for key, value in one.items()} for name, one in provenance.items()},
        rows=rows[:MAX_ROWS],
        left_out=max(0, len(rows) - MAX_ROWS),
        added=[_offer(one) for one in found.listings_added],
        removed=[_offer(one) for one in found.listings_removed],
        defang=defang,
    )
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(filled, "utf-8", "replace")
        part.replace(path)
    except OSError as error:
        raise ConfigError(
            f"cannot write the page: {error.strerror}; name a file in a folder that exists", file=path, key="--out"
        ) from error
    return path


def _offer(listing: Listing) -> str:
    price = decimal(listing.price)
    return defang(" ".join(filter(None, (listing.title, f"({price} {listing.currency or ''})" if price else "", listing.sku))))


def _rows(found: Comparison) -> Iterator[Row]:
    for number, hunk in enumerate(found.text.hunks):
        a, b = found.a.lines[slice(*hunk.a)], found.b.lines[slice(*hunk.b)]
        if hunk.same:
            head = 0 if number == 0 else NEAR
            tail = 0 if number == len(found.text.hunks) - 1 else NEAR
            for at, line in enumerate(a):
                if head <= at < len(a) - tail:
                    if at == head:
                        yield Row("skipped", None, ((f"{len(a) - tail - head} unchanged line(s)", False),), None, ())
                    continue
                shown = ((defang(line), False),)
                yield Row("same", hunk.a[0] + at + 1, shown, hunk.b[0] + at + 1, shown)
            continue
        for at, (old, new) in enumerate(zip_longest(a, b)):
            left, right = _words(old or "", new or "")
            yield Row(
                "changed",
                hunk.a[0] + at + 1 if old is not None else None,
                left,
                hunk.b[0] + at + 1 if new is not None else None,
                right,
            )


def _words(old: str, new: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Both lines in parts, those words marked that the other line lacks."""
    a, b = old.split(" "), new.split(" ")
    hunks = line_diff(a, b).hunks
    return _parts(a, [(hunk.a, hunk.same) for hunk in hunks]), _parts(b, [(hunk.b, hunk.same) for hunk in hunks])


def _parts(words: list[str], spans: list[tuple[tuple[int, int], bool]]) -> tuple[tuple[str, bool], ...]:
    pieces = [(" ".join(words[start:end]) + (" " if end < len(words) else ""), not same) for (start, end), same in spans if start < end]
    texts = defang_parts(*(text for text, _ in pieces))
    return tuple((text, differs) for text, (_, differs) in zip(texts, pieces, strict=True) if text)
