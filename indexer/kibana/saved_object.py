"""One Kibana saved object as a line of NDJSON: ids made from names, sorted keys, versions that Kibana 8.19 and every 9.x take."""

import json
import uuid
from dataclasses import dataclass

from indexer.store import Value

Json = dict[str, "Value"]
CORE_VERSION = "8.8.0"
# Last migration or model version of each type at the level of Kibana 8.19: newer Kibanas upgrade from there and refuse what is newer
# than themselves; without these values all old migrations would run on a new shape.
VERSIONS = {"index-pattern": "8.0.0", "search": "10.5.0", "lens": "8.9.0", "visualization": "8.5.0", "dashboard": "10.3.0", "tag": "8.0.0"}
_NAMES = uuid.UUID("5b1d7c0e-6a53-5f0e-9d0c-6f2f8f0c5a10")  # a namespace of our own: the same name gives the same id for ever
TAG = "churnwatch"


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A named pointer from one saved object to another."""

    name: str
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class SavedObject:
    """What Kibana imports."""

    type: str
    id: str
    attributes: Json
    references: tuple[Reference, ...] = ()

    def line(self) -> bytes:
        """The object as one line, without the line's end."""
        return text(self.as_json()).encode()

    def as_json(self) -> Json:
        """The object as Kibana writes it, without times and users."""
        return {
            "attributes": self.attributes,
            "coreMigrationVersion": CORE_VERSION,
            "id": self.id,
            "managed": False,
            "references": [{"id": one.id, "name": one.name, "type": one.type} for one in sorted(self.references)],
            "type": self.type,
            "typeMigrationVersion": VERSIONS[self.type],
        }


def object_id(prefix: str, kind: str, name: str) -> str:
    """The id of the object of a type and name among those of one store prefix."""
    return str(uuid.uuid5(_NAMES, f"{prefix}/{kind}/{name}"))


def refer(prefix: str, name: str, kind: str, target: str) -> Reference:
    """A reference called `name` to the object of a type that is named `target`."""
    return Reference(name, kind, object_id(prefix, kind, target))


def tagged(prefix: str) -> Reference:
    """The reference to our tag, under which a person finds all of this in Kibana."""
    tag = object_id(prefix, "tag", TAG)
    return Reference(f"tag-ref-{tag}", "tag", tag)


def tag(prefix: str) -> SavedObject:
    """The tag itself."""
    attributes: Json = {"name": prefix, "description": f"Made by churnwatch for the store prefix {prefix}", "color": "#0B64DD"}
    return SavedObject("tag", object_id(prefix, "tag", TAG), attributes)


def text(value: Value) -> str:
    """JSON as text, the same for the same value: what Kibana keeps as a string inside an attribute is written so too."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def search_source(query: str = "", **more: Value) -> Json:
    """A KQL query the way visualizations, searches and dashboards keep it."""
    return {"searchSourceJSON": text({"query": {"language": "kuery", "query": query}, "filter": [], **more})}
