"""YAML as operators write it: read safely, no key twice, and every wrong key has a line."""

from collections.abc import Sequence

import yaml

from crawlers.errors import ConfigError

MAX_DEPTH = 20


def read_yaml(text: str, file: str) -> object:
    """The plain value of one YAML document; raises ConfigError with the line for broken YAML, aliases and a key written twice."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            raise ConfigError("the file is empty", file=file, line=1)
        _check(node, file, 0, set())
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(f"not YAML: {error.problem or error.context}", file=file, line=mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"not YAML: {error}", file=file) from error
    except (RecursionError, ValueError) as error:
        raise ConfigError(f"not a value that can be read: {error}", file=file) from error


def place_of(text: str, path: Sequence[str | int]) -> tuple[int, str]:
    """The line (from 1) and the dotted name of a key or list element; of its nearest parent when it is not in the text."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line, named = 1, []
    for step in path:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        named.append(str(step))
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line, ".".join(named)


def _check(node: yaml.Node, file: str, depth: int, seen: set[int]) -> None:
    """No key twice (YAML keeps the last one silently), no alias (they can unfold without bound), no endless depth."""
    line = node.start_mark.line + 1
    if depth > MAX_DEPTH:
        raise ConfigError(f"nested deeper than {MAX_DEPTH} levels", file=file, line=line)
    if id(node) in seen:
        raise ConfigError("an alias (*name); write the value out", file=file, line=line)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in names:
                raise ConfigError("written twice; keep one", file=file, line=key.start_mark.line + 1, key=name)
            names.add(name)
            _check(value, file, depth + 1, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _check(value, file, depth + 1, seen)
