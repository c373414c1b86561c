"""The lexicons prove themselves: every entry's `match` examples must give its flag, its `miss` examples must not."""

from collections.abc import Iterator, Sequence

from nlp.lexicon import Lexicons
from nlp.match import find_flags


def problems(lexicons: Lexicons) -> Iterator[str]:
    """One sentence for every example that does not hold."""
    for name, match, miss in _examples(lexicons):
        yield from _problems(name, match, miss, lexicons)


def _examples(lexicons: Lexicons) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    yield from ((entry.id, entry.match, entry.miss) for entry in lexicons.entries.values())
    yield from ((claim.id, claim.match, claim.miss) for claim in lexicons.claims.claims)
    yield from ((pair.id, pair.match, pair.miss) for pair in lexicons.claims.pairs)
    yield from ((wrong.id, wrong.match, wrong.miss) for wrong in lexicons.wrong_numbers.values())


def _problems(name: str, match: Sequence[str], miss: Sequence[str], lexicons: Lexicons) -> Iterator[str]:
    for text, expected in [*((text, True) for text in match), *((text, False) for text in miss)]:
        found = [flag.id for flag in find_flags(text, None, lexicons)]
        if (name in found) != expected:
            yield f"{name}: {'must match' if expected else 'must not match'} {text!r}; found {found}"
