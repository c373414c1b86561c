"""Names, mappings and templates of the production store, all generated from `indexer.fields`, and documents in their two shapes.

Only what Elasticsearch's server core has is used (no ingest pipeline, no script, no module's field type), so that the tests run the
same mappings on the minimal distribution.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import cast

import orjson

from indexer.documents import fields_of
from indexer.fields import FAMILIES, MONTHLY, searched
from indexer.filters import KEYWORD_MAX
from indexer.sqlite_schema import tokens_of
from indexer.store import Document, Value
from indexer.vectors import DIMENSIONS, unpack

Json = dict[str, "Value"]
SCHEMA_VERSION = 1
COUNTER = "counter"  # the one index beside the families: a document that hands out sequences
_KEPT: Json = {"type": "keyword", "index": False, "doc_values": False}  # in the document, not searched
_KEYWORD: Json = {"type": "keyword", "ignore_above": KEYWORD_MAX}
_TYPES: dict[str, Json] = {
    "keyword": _KEYWORD,
    "text": {"type": "text"},  # as written, for people in Kibana; the store itself searches the tokens
    "date": {"type": "date"},
    "integer": {"type": "long"},
    "double": {"type": "double"},
    "boolean": {"type": "boolean"},
    "ip": {"type": "ip"},
    "decimal": _KEYWORD | {"fields": {"number": {"type": "double"}}},  # exact as text, `price.number` for ranges and averages
    "json": {"type": "object", "enabled": False},
    "vector": _KEPT,
}
# SHA-256 of the document's own bytes as first written, so that a copy can be compared with its source without reading it field by field.
HASH = "event.hash"
_VECTOR: Json = {
    "type": "dense_vector",
    "dims": DIMENSIONS,
    "index": True,
    "similarity": "cosine",
    "index_options": {"type": "int8_hnsw", "m": 16, "ef_construction": 100},
}
VECTOR = "nlp.vector.values"
_TOKENS: Json = {"type": "text", "norms": False, "analyzer": "whitespace"}


def alias(prefix: str, family: str) -> str:
    """The name that all indices of a family answer to."""
    return f"{prefix}-{family.replace('_', '-')}"


def index_of(prefix: str, family: str, document: Document) -> str:
    """The index that a document belongs to: of its visit's month for append-only families, so that an id always falls into the same."""
    month = f"-{str(document['planned_at'])[:7].replace('-', '.')}" if family in MONTHLY else ""
    return f"{alias(prefix, family)}-v{SCHEMA_VERSION:04d}{month}"


def single_index(prefix: str, family: str) -> str:
    """The one index of a family that is not kept by month, or of the counter."""
    return f"{alias(prefix, family)}-v{SCHEMA_VERSION:04d}"


@cache
def mapping(family: str) -> Json:
    """The whole mapping of a family's indices, as the server says it back."""
    if family == COUNTER:
        return {"dynamic": "strict", "_meta": _meta(), "properties": {"value": {"type": "long"}}}
    tree: Json = {}
    for field in fields_of(family).values():
        _set(tree, field.path, _TYPES[field.type])
    for name in searched(family):
        _set(tree, tokens_path(name), _TOKENS)
    _set(tree, HASH, _KEPT)
    if "vector" in fields_of(family):
        _set(tree, VECTOR, _VECTOR)
    return {"dynamic": "strict", "_meta": _meta(), "properties": _properties(tree)}


def tokens_path(name: str) -> str:
    """Where the search text of a field lies."""
    return f"nlp.tokens.{name}"


@dataclass(frozen=True, slots=True)
class Template:
    """An index template, or a component template when it has no patterns."""

    name: str
    body: Json
    patterns: tuple[str, ...] = ()
    composed_of: tuple[str, ...] = ()

    @property
    def meta(self) -> Json:
        """`_meta` with a digest of the template: how `init` sees that the one there is still ours."""
        parts: list[Value] = [self.body, list(self.patterns), list(self.composed_of)]
        return _meta() | {"digest": hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()}


def components(prefix: str) -> list[Template]:
    """Settings of observations and of entities, and the fields that every document has."""
    common: Json = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "mapping.total_fields.limit": 200}
    core: Json = {}
    for name in ("id", "kind"):
        field = fields_of("visit")[name]
        _set(core, field.path, _TYPES[field.type])
    bodies: dict[str, Json] = {
        "monthly": {"settings": {"index": common | {"refresh_interval": "30s", "codec": "best_compression"}}},
        "entity": {"settings": {"index": common | {"refresh_interval": "5s"}}},
        "core": {"mappings": {"dynamic": "strict", "properties": _properties(core)}},
    }
    return [Template(f"{prefix}-component-{name}", body) for name, body in bodies.items()]


def templates(prefix: str, *, with_aliases: bool = True) -> list[Template]:
    """One index template a family and one for the counter."""
    made = []
    for family in (*FAMILIES, COUNTER):
        monthly = family in MONTHLY
        parts = [f"{prefix}-component-{'monthly' if monthly else 'entity'}"] + [f"{prefix}-component-core"] * (family != COUNTER)
        body: Json = {"mappings": mapping(family), "aliases": {alias(prefix, family): {}} if with_aliases else {}}
        name = single_index(prefix, family)
        made.append(Template(name, body, (name + "-*" * monthly,), tuple(parts)))
    return made


def difference(live: Value, ours: Value, path: str = "") -> str | None:
    """Where a live mapping differs from ours, in words, or None."""
    if isinstance(live, dict) and isinstance(ours, dict):
        for key in sorted(live.keys() | ours.keys()):
            place = f"{path}.{key}" if path else key
            if key not in live or key not in ours:
                return f"{place} is {'missing there' if key in ours else 'unknown here'}"
            found = difference(live[key], ours[key], place)
            if found:
                return found
        return None
    return None if live == ours else f"{path} is {live!r} there and {ours!r} here"


def missing_fields(live: Json, ours: Json) -> tuple[Json, str | None]:
    """The properties that a live mapping lacks, as `put_mapping` takes them, and what else differs, in words."""
    added = _missing(cast("Json", live.get("properties", {})), cast("Json", ours["properties"]))
    return added, difference(live | {"properties": _joined(cast("Json", live.get("properties", {})), added)}, ours)


def _missing(live: Json, ours: Json) -> Json:
    added: Json = {}
    for name, body in ours.items():
        there = live.get(name)
        if there is None:
            added[name] = body
        elif isinstance(body, dict) and isinstance(there, dict) and "properties" in body and "properties" in there:
            deeper = _missing(cast("Json", there["properties"]), cast("Json", body["properties"]))
            if deeper:
                added[name] = {"properties": deeper}
    return added


def _joined(one: Json, other: Json) -> Json:
    joined = dict(one)
    for name, value in other.items():
        there = joined.get(name)
        joined[name] = _joined(there, value) if isinstance(there, dict) and isinstance(value, dict) else value
    return joined


def to_source(family: str, document: Document) -> bytes:
    """The document under its paths, with its search text, its vector and the hash of its own bytes beside it; one pass of orjson.

    Raises TypeError for a text that is no UTF-8.
    """
    layout = _layout(family)
    tree: Json = {}
    branches: dict[str, Json] = {"": tree}
    for name, value in document.items():
        parent, last = layout[name]
        branch = branches.get(parent)
        if branch is None:
            branch = _branch(branches, parent)
        branch[last] = value
    for name in searched(family):
        tokens = tokens_of(document, name)
        if tokens:
            _set(tree, tokens_path(name), tokens)
    packed = document.get("vector")
    if packed is not None:
        numbers = unpack(str(packed))
        _set(tree, VECTOR, [*numbers, *[0.0] * (DIMENSIONS - len(numbers))])
    body = orjson.dumps(tree)
    return b'%b,"%b":"%b"}' % (body[:-1], HASH.encode(), hashlib.sha256(body).hexdigest().encode())


def from_source(family: str, source: Json) -> Document:
    """The document as it was put."""
    document: Document = {}
    for name, steps in _steps(family):
        branch: Value = source
        for step in steps[:-1]:
            branch = branch.get(step) if isinstance(branch, dict) else None
        if isinstance(branch, dict) and steps[-1] in branch:
            document[name] = branch[steps[-1]]
    return document


@cache
def _steps(family: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((field.name, tuple(field.path.split("."))) for field in fields_of(family).values())


@cache
def _layout(family: str) -> dict[str, tuple[str, str]]:
    return {name: (".".join(steps[:-1]), steps[-1]) for name, steps in _steps(family)}


def _branch(branches: dict[str, Json], path: str) -> Json:
    """The object at a path, made with those above it where missing; `branches` holds all of them by path."""
    if path not in branches:
        above, _, last = path.rpartition(".")
        branches[path] = {}
        _branch(branches, above)[last] = branches[path]
    return branches[path]


def _set(tree: Json, path: str, value: Value) -> None:
    *steps, last = path.split(".")
    for step in steps:
        branch = tree.setdefault(step, {})
        if not isinstance(branch, dict):
            raise TypeError(f"{path}: {step} is a field itself")
        tree = branch
    tree[last] = value


def _properties(tree: Json) -> Json:
    """A tree of paths as mapping properties: a node with a `type` that is a text is a field, any other an object."""
    return {
        name: branch if not isinstance(branch, dict) or isinstance(branch.get("type"), str) else {"properties": _properties(branch)}
        for name, branch in tree.items()
    }


def _meta() -> Json:
    return {"schema_version": SCHEMA_VERSION, "owner": "churnwatch"}
