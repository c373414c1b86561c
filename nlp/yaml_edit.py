"""Edits of YAML that people wrote: values replaced and entries added in place, every comment, order and layout elsewhere kept."""

from collections.abc import Iterator, Mapping

import yaml

from crawlers.errors import ConfigError
from nlp.read_yaml import Key


def with_values(text: str, values: Mapping[Key, str], file: str) -> str:
    """The text with each named scalar written anew (as YAML, quoted by the caller). Raises ConfigError for a key that is not there."""
    places = dict(_nodes(_root(text, file), ()))
    edits = []
    for key, written in values.items():
        node = places.get(key)
        if not isinstance(node, yaml.ScalarNode):
            raise ConfigError("has no such value to replace", file=file, key=".".join(map(str, key)))
        edits.append((node.start_mark.index, node.end_mark.index, written))
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def with_entry(text: str, name: str, entry: str, file: str) -> str:
    """The text with a block entry put behind the last one of the list under the top-level key `name`; the list is made when missing.

    `entry` is a block of lines that begins with `- `, without indentation.
    """
    root = _root(text, file) if text.strip() else None
    node = next((value for key, value in root.value if key.value == name), None) if isinstance(root, yaml.MappingNode) else None
    if node is None:
        return f"{text.rstrip()}\n{name}:\n{_indented(entry, 2)}".lstrip("\n")
    if not isinstance(node, yaml.SequenceNode) or (node.flow_style and node.value):
        raise ConfigError("must be a list with one entry a line for an entry to be added", file=file, key=name)
    if not node.value:
        return f"{text[: node.start_mark.index].rstrip()}\n{_indented(entry, 2)}{text[node.end_mark.index :].lstrip(chr(10))}"
    text = text if text.endswith("\n") else f"{text}\n"
    end = _end_of(text, node.value[-1])
    return f"{text[:end]}{_indented(entry, node.start_mark.column)}{text[end:]}"


def quoted(words: str) -> str:
    """The words as a double-quoted YAML scalar on one line."""
    return str(yaml.safe_dump(words, default_style='"', allow_unicode=True, width=1 << 30)).strip()


def _root(text: str, file: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)  # the pure reader: its marks count code points
    except yaml.YAMLError as error:
        raise ConfigError(f"not YAML: {error}", file=file) from error


def _nodes(node: yaml.Node | None, at: Key) -> Iterator[tuple[Key, yaml.Node]]:
    if node is None:
        return
    yield at, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes(value, (*at, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _nodes(value, (*at, number))


def _end_of(text: str, node: yaml.Node) -> int:
    """Behind the line on which the last leaf of a node ends: a block's own end mark lies behind the comments that follow it."""
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    at = text.find("\n", len(text[: node.end_mark.index].rstrip()))  # a folded text's end mark lies at what follows it
    return len(text) if at < 0 else at + 1


def _indented(entry: str, columns: int) -> str:
    return "".join(f"{' ' * columns}{line}\n" for line in entry.rstrip("\n").split("\n"))
