"""KQL as our panels use it, turned into the query that Kibana makes of it.

Known: `field: value`, `field: "value"`, `field: (a or b)`, `field: *`, `>=`, `<` and the like, `and`, `or`, `not`, parentheses.
Shapes follow Kibana's own: a value is a `match`, a quoted one a `match_phrase`, each inside `bool.should`.
"""

import re
from collections.abc import Callable

from indexer.kibana.saved_object import Json
from indexer.store import Value

_TOKEN = re.compile(r'\s*(?:(?P<sign>>=|<=|[():<>])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s():<>"]+))')
_RANGE = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_WORDS = frozenset({"and", "or", "not"})


class KqlError(ValueError):
    """A query that this reader does not know; says where."""


def to_query(text: str) -> Json:
    """The Elasticsearch query of a KQL text; an empty text finds everything. Raises KqlError."""
    if not text.strip():
        return {"match_all": {}}
    reader = _Reader(text)
    query = reader.either(reader.clause)
    if reader.tokens:
        raise KqlError(f"{text!r}: cannot go on at {reader.tokens[0][1]!r}")
    return query


def fields_of_query(query: Value) -> set[str]:
    """Names of the fields that a query made here asks."""
    if isinstance(query, list):
        return {name for one in query for name in fields_of_query(one)}
    found: set[str] = set()
    for kind, body in query.items() if isinstance(query, dict) else ():
        if kind == "bool" and isinstance(body, dict):
            found |= {name for key, part in body.items() if key != "minimum_should_match" for name in fields_of_query(part)}
        elif kind == "exists" and isinstance(body, dict):
            found.add(str(body["field"]))
        elif isinstance(body, dict):
            found |= set(body)
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []  # kind, text
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise KqlError(f"{text!r}: cannot read at {place}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def either(self, part: Callable[[], Json]) -> Json:
        """Parts joined by `or`, which binds less than `and`."""
        parts = [self._all(part)]
        while self._take("word", "or"):
            parts.append(self._all(part))
        return parts[0] if len(parts) == 1 else {"bool": {"should": [*parts], "minimum_should_match": 1}}

    def clause(self) -> Json:
        """One comparison, one negated clause, or a group in parentheses."""
        if self._take("word", "not"):
            return {"bool": {"must_not": self.clause()}}
        if self._take("sign", "("):
            inside = self.either(self.clause)
            self._need("sign", ")")
            return inside
        field = self._value()[1]
        for sign, name in _RANGE.items():
            if self._take("sign", sign):
                return _should({"range": {field: {name: self._value()[1]}}})
        self._need("sign", ":")
        if self._take("sign", "("):
            inside = self.either(lambda: self._match(field))
            self._need("sign", ")")
            return inside
        return self._match(field)

    def _all(self, part: Callable[[], Json]) -> Json:
        parts = [part()]
        while self._take("word", "and"):
            parts.append(part())
        return parts[0] if len(parts) == 1 else {"bool": {"filter": [*parts]}}

    def _match(self, field: str) -> Json:
        kind, value = self._value()
        if kind == "word" and value == "*":
            return _should({"exists": {"field": field}})
        if kind == "word" and "*" in value:
            raise KqlError(f"{self.text!r}: {value!r} holds a wildcard, which is not used here")
        return _should({"match_phrase" if kind == "quoted" else "match": {field: value}})

    def _value(self) -> tuple[str, str]:
        if not self.tokens or self.tokens[0][0] == "sign" or (self.tokens[0][0] == "word" and self.tokens[0][1].lower() in _WORDS):
            raise KqlError(f"{self.text!r}: a field or value is missing before {self.tokens[0][1] if self.tokens else 'the end'!r}")
        kind, value = self.tokens.pop(0)
        return kind, re.sub(r"\\(.)", r"\1", value) if kind == "quoted" else value

    def _take(self, kind: str, text: str) -> bool:
        if self.tokens and self.tokens[0][0] == kind and self.tokens[0][1].lower() == text:
            self.tokens.pop(0)
            return True
        return False

    def _need(self, kind: str, text: str) -> None:
        if not self._take(kind, text):
            raise KqlError(f"{self.text!r}: {text!r} is missing before {self.tokens[0][1] if self.tokens else 'the end'!r}")


def _should(query: Json) -> Json:
    return {"bool": {"should": [query], "minimum_should_match": 1}}
