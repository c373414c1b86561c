"""Values that are nearly equal count as one: sketches of pages and texts, perceptual hashes of pictures, one number under several apps.

Linking compares opaque values, so near ones are first given one name: the smallest value of their group. A value joins the nearest
group whose first value it resembles; groups never chain. The result depends on the set of values alone, not on its order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from indexer.network.identifiers import Identifier

HEXADECIMAL = re.compile("[0-9a-f]+")
# Apps whose contact may be a telephone number: one number under two of them is one identity.
DIALLED = ("phone", "whatsapp", "signal", "telegram", "wechat")
BUCKET_MAX = 400  # first values of groups compared through one band; a fuller band says nothing


@dataclass(frozen=True, slots=True)
class Nearness:
    """How values of a type compare: their hexadecimal digits, digits of one unit, units of one band, and the share that counts as near.

    `bits` compares bit by bit (perceptual hashes) instead of unit by unit (MinHash). A value of another length is opaque.
    """

    digits: int
    unit: int
    band: int
    share: float
    bits: bool = False


# Shares chosen on the pages of tests/benchmarks/fingerprints.py, 2026-11-24: with every fifth class name of a template renamed, or every
# fifth word of a text replaced, sketches of 128 numbers of 16 bits keep at least these; unrelated shops stay below.
NEAR = {
    "dom_sketch": Nearness(512, 4, 2, 0.35),
    "text_sketch": Nearness(512, 4, 2, 0.25),
    "image_phash": Nearness(64, 2, 1, 1 - 31 / 256, bits=True),  # reference/linkage.md section 3: 31 of 256 bits
    "favicon_phash": Nearness(16, 2, 1, 1 - 6 / 64, bits=True),
}


def same_values(identifiers: Iterable[Identifier]) -> list[Identifier]:
    """The rows with near values renamed to the first of their group, and equal numbers of several apps under the type `phone`."""
    rows = list(identifiers)
    names = {kind: groups(sorted({row.value for row in rows if row.type == kind}), near) for kind, near in NEAR.items()}
    apps: dict[str, set[str]] = {}
    for row in rows:
        if row.type in DIALLED and number_of(row.type, row.value):
            apps.setdefault(number_of(row.type, row.value), set()).add(row.type)
    return [_renamed(row, names, apps) for row in rows]


def number_of(kind: str, value: str) -> str:
    """The number in E.164 that a contact of this type is, empty when it is a name; a bare mainland mobile number of WeChat is +86."""
    if value.startswith("+") and value[1:].isdigit():
        return value
    return f"+86{value}" if kind == "wechat" and len(value) == 11 and value.isdigit() else ""


def groups(values: list[str], near: Nearness) -> dict[str, str]:
    """Value → first value of its group, for values that are not their own first; `values` sorted."""
    sound = [value for value in values if len(value) == near.digits and HEXADECIMAL.fullmatch(value)]
    bands: dict[tuple[int, bytes], list[str]] = {}
    parts: dict[str, np.ndarray] = {}
    found: dict[str, str] = {}
    for value, mine, keys in _met(sound, near):
        candidates = {first for key in keys for first in bands.get(key, ())[:BUCKET_MAX]}
        best = max(((_share(value, mine, first, parts[first], near), first) for first in sorted(candidates)), default=(0.0, ""))
        if best[0] >= near.share:
            found[value] = best[1]
            continue
        parts[value] = mine
        for key in keys:
            bands.setdefault(key, []).append(value)
    return found


def _met(values: list[str], near: Nearness) -> Iterator[tuple[str, np.ndarray, list[tuple[int, bytes]]]]:
    """(value, its units, its bands) for the values that share a band with another, each with those bands alone: the rest meet nobody."""
    if not values:
        return
    width = near.unit // 2
    rows = np.frombuffer(bytes.fromhex("".join(values)), dtype=np.uint8).reshape(len(values), near.digits // 2)
    units = np.ascontiguousarray(rows).view(f"V{width}") if width > 1 else rows
    held = np.ascontiguousarray(rows).view(f">u{width * near.band}")
    met = np.zeros(held.shape, dtype=bool)
    for column in range(held.shape[1]):
        order = np.argsort(held[:, column], kind="stable")
        equal = np.diff(held[order, column].astype(np.int64)) == 0
        met[order[1:][equal], column] = met[order[:-1][equal], column] = True
    for row in np.flatnonzero(met.any(axis=1)):
        yield values[row], units[row], [(int(column), held[row, column].tobytes()) for column in np.flatnonzero(met[row])]


def _renamed(row: Identifier, names: Mapping[str, Mapping[str, str]], apps: Mapping[str, set[str]]) -> Identifier:
    if row.type in NEAR:
        return replace(row, value=names[row.type].get(row.value, row.value))
    number = number_of(row.type, row.value) if row.type in DIALLED else ""
    return replace(row, type="phone", value=number) if number and len(apps[number]) > 1 else row


def _share(value: str, mine: np.ndarray, other: str, theirs: np.ndarray, near: Nearness) -> float:
    if near.bits:
        return 1 - (int(value, 16) ^ int(other, 16)).bit_count() / (4 * len(value))
    return float((mine == theirs).mean())


def pairs(rows: Iterable[Identifier], named: Iterable[Identifier]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """((type, value) as seen, (type, value) as linking knows it) of every row that was renamed."""
    for seen, known in zip(rows, named, strict=True):
        if (seen.type, seen.value) != (known.type, known.value):
            yield (seen.type, seen.value), (known.type, known.value)
