"""`--where field=value`: filters typed by hand, read against the table of stored fields."""

from collections.abc import Sequence

from crawlers.errors import ConfigError
from indexer.fields import FAMILIES
from indexer.store import Value


def parse_where(family: str, clauses: Sequence[str]) -> dict[str, Value]:
    """Filter of a search; several values of one field mean any of them. Raises ConfigError for an unknown field or an unreadable value."""
    fields = {field.name: field for field in FAMILIES[family]}
    chosen: dict[str, list[Value]] = {}
    for clause in clauses:
        name, equals, text = clause.partition("=")
        if not equals or name not in fields:
            raise ConfigError(f"{clause!r}: use field=value with a field of {family}: {', '.join(sorted(fields))}", key="--where")
        chosen.setdefault(name, []).append(_value(text, fields[name].type, clause))
    return {name: values[0] if len(values) == 1 else values for name, values in chosen.items()}


def _value(text: str, kind: str, clause: str) -> Value:
    if text == "null":
        return None
    try:
        match kind:
            case "boolean":
                return {"true": True, "false": False, "yes": True, "no": False}[text.lower()]
            case "integer":
                return int(text)
            case "double":
                return float(text)
            case "json":
                raise ConfigError(f"{clause!r}: this field is kept whole and cannot be filtered", key="--where")
            case _:
                return text
    except (KeyError, ValueError) as error:
        raise ConfigError(f"{clause!r}: {text!r} is no {kind}", key="--where") from error
