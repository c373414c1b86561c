"""YAML written by people, checked against a pydantic model; every complaint names file, line and key."""

from collections.abc import Iterator
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from crawlers.errors import ConfigError

Key = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # same language, ten times as fast where libyaml came with the package
DEPTH_MAX = 20


def read_yaml(text: str, file: str, model: type[M]) -> M:
    """The model that the YAML text fills; raises ConfigError (file, line from 1, dotted key) for the first fault."""
    try:
        _check_shape(text, file)
        loader = LOADER(text)
        node = loader.get_single_node()
        content = loader.construct_document(node) if node else None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(f"not YAML: {getattr(error, 'problem', error)}", file=file, line=mark.line + 1 if mark else None) from error
    lines = dict(_lines(node, (), file)) if node else {}
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        fault = error.errors()[0]
        key = tuple(part for part in fault["loc"] if isinstance(part, str | int))
        raise ConfigError(fault["msg"], file=file, line=_line(lines, key), key=".".join(map(str, key)) or None) from error


def line_of(text: str, key: Key) -> int | None:
    """The line (from 1) on which the key stands in a YAML text known to be well-formed; of its nearest parent when it is missing."""
    node = LOADER(text).get_single_node()
    return _line(dict(_lines(node, (), "")), key) if node else None


def _check_shape(text: str, file: str) -> None:
    """Refuses what no person writes here: aliases (a small file that grows without end) and deep nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise ConfigError("aliases (*name) are not allowed, write it out", file=file, line=_start(event))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise ConfigError(f"nested more than {DEPTH_MAX} deep", file=file, line=_start(event))


def _start(event: yaml.Event) -> int | None:
    return event.start_mark.line + 1 if event.start_mark else None


def _line(lines: dict[Key, int], key: Key) -> int | None:
    return next((lines[key[:cut]] for cut in range(len(key), -1, -1) if key[:cut] in lines), None)


def _lines(node: yaml.Node, at: Key, file: str) -> Iterator[tuple[Key, int]]:
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if name.value in seen:
                raise ConfigError(
                    "the key stands twice", file=file, line=name.start_mark.line + 1, key=".".join(map(str, (*at, name.value)))
                )
            seen.add(name.value)
            yield from _lines(value, (*at, name.value), file)
            yield (*at, name.value), name.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*at, index), file)
