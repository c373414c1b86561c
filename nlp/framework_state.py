"""State that frameworks pack their own way: Next.js server components (`__next_f` pushes) and Nuxt 3 (`__NUXT_DATA__`).

Sources: React Flight wire format as Next.js 13 to 15 write it; `devalue` 5 (flattened: every value is an index into one list).
"""

import json
import re
from collections.abc import Iterable, Iterator

PUSH = re.compile(r"__next_f\.push\(\s*\[\s*1\s*,\s*(?=\")")
ROW = re.compile(r"(?:^|\n|(?<=[\]}\"]))[0-9a-f]{1,4}:(?=[\[{])")
MAX_FLIGHT = 4_000_000  # characters over all scripts of a page
MAX_ROWS = 400
MAX_VALUES = 50_000
MAX_DEPTH = 40
WRAPPERS = frozenset({"Reactive", "ShallowReactive", "Ref", "ShallowRef", "EmptyRef", "EmptyShallowRef", "NuxtError"})


def flight(sources: Iterable[str]) -> Iterator[dict[str, object] | list[object]]:
    """The JSON rows of a Next.js server-component stream: the pushed strings are one text, cut anywhere."""
    decoder = json.JSONDecoder(strict=False)
    pieces: list[str] = []
    for source in sources:
        for match in PUSH.finditer(source):
            try:
                piece, _ = decoder.raw_decode(source, match.end())
            except ValueError:
                continue
            pieces.append(piece)
    stream = "".join(pieces)[:MAX_FLIGHT]
    behind = 0
    for number, row in enumerate(ROW.finditer(stream)):
        if number == MAX_ROWS:
            return
        if row.end() < behind:
            continue
        try:
            value, behind = decoder.raw_decode(stream, row.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict | list) and value:
            yield value


def unflattened(values: list[object]) -> object:
    """What a flattened Nuxt state stands for: numbers inside objects and lists are places in the list; the first value is the root.

    Shared parts come out once each; a part inside itself and anything beyond 50,000 values comes out as None.
    """
    return Unflattener(values).read(0, 0)


class Unflattener:
    """One flattened list and how many of its values were read."""

    def __init__(self, values: list[object]) -> None:
        self.values, self.count = values, 0
        self.known: dict[int, object] = {}

    def read(self, index: object, depth: int) -> object:
        """The value at that place of the list; None for the negative places of undefined, NaN and holes."""
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < len(self.values):
            return None
        if index in self.known:
            return self.known[index]
        self.count += 1
        if self.count > MAX_VALUES or depth > MAX_DEPTH:
            return None
        self.known[index] = None
        here = self.values[index]
        if isinstance(here, dict):
            here = {name: self.read(place, depth + 1) for name, place in here.items()}
        elif isinstance(here, list) and here and isinstance(here[0], str):
            here = self.read(here[1], depth + 1) if here[0] in WRAPPERS and len(here) > 1 else None
        elif isinstance(here, list):
            here = [self.read(place, depth + 1) for place in here]
        self.known[index] = here
        return here
