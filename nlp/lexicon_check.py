"""The lexicons prove themselves: every entry's `match` examples must give its flag, its `miss` examples must not."""

from collections.abc import Iterator, Sequence

import yaml

from crawlers.errors import ConfigError
from nlp.lexicon import LANGUAGE_FILE, Lexicons
from nlp.match import find_flags


def problems(lexicons: Lexicons) -> Iterator[str]:
    """One sentence for every example that does not hold, with file and line."""
    return (str(fault) for fault in faults(lexicons))


def faults(lexicons: Lexicons) -> Iterator[ConfigError]:
    """A ConfigError for every example that does not hold."""
    for name, match, miss in _examples(lexicons):
        for text, expected in [*((text, True) for text in match), *((text, False) for text in miss)]:
            found = [flag.id for flag in find_flags(text, None, lexicons)]
            if (name in found) != expected:
                file, line = _place(lexicons, name, text)
                yield ConfigError(
                    f"{'must match' if expected else 'must not match'} {text!r}; found {found}", file=file, line=line, key=name
                )


def _examples(lexicons: Lexicons) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    yield from ((entry.id, entry.match, entry.miss) for entry in lexicons.entries.values())
    yield from ((claim.id, claim.match, claim.miss) for claim in lexicons.claims.claims)
    yield from ((pair.id, pair.match, pair.miss) for pair in lexicons.claims.pairs)
    yield from ((wrong.id, wrong.match, wrong.miss) for wrong in lexicons.wrong_numbers.values())


def _place(lexicons: Lexicons, name: str, example: str) -> tuple[str | None, int | None]:
    """File and line (from 1) of an entry's example; only a failing one is looked for."""
    for file in sorted(lexicons.folder.iterdir(), key=lambda one: one.name):
        if LANGUAGE_FILE.fullmatch(file.name) or file.name in ("substances.yml", "claims.yml"):
            for entry in _mappings(yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader)):
                keys = {key.value: value for key, value in entry.value}
                if "match" in keys and "id" in keys and keys["id"].value == name:
                    given = [one for kind in ("match", "miss") if kind in keys for one in keys[kind].value if one.value == example]
                    return file.name, (given or [entry])[0].start_mark.line + 1
    return None, None


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _mappings(one)
