"""Panels that are no Lens: a Vega drawing from `vega/<name>.json`, and a note in Markdown."""

import json
from dataclasses import dataclass
from importlib.resources import files

from indexer.kibana.saved_object import Json, SavedObject, object_id, search_source, tagged, text


@dataclass(frozen=True, slots=True)
class Vega:
    """A drawing; the spec asks Elasticsearch itself, with `{prefix}` in the names of its indices."""

    name: str
    title: str
    about: str

    kind = "visualization"

    def spec(self, prefix: str) -> Json:
        """The spec for the aliases of a prefix."""
        written = (files("indexer.kibana") / "vega" / f"{self.name}.json").read_text("utf-8")
        read: Json = json.loads(written.replace("{prefix}", prefix))
        return read

    def saved(self, prefix: str) -> SavedObject:
        """The saved object; the spec is kept as indented JSON, so that a person can read it in Kibana's editor."""
        return _saved(
            prefix, self.name, self.title, self.about, "vega", {"spec": json.dumps(self.spec(prefix), ensure_ascii=False, indent=2)}
        )


@dataclass(frozen=True, slots=True)
class Note:
    """What a dashboard shows, and what an empty panel means, in Markdown."""

    name: str
    title: str
    words: str

    kind = "visualization"

    def saved(self, prefix: str) -> SavedObject:
        """The saved object."""
        return _saved(prefix, self.name, self.title, "", "markdown", {"fontSize": 12, "markdown": self.words, "openLinksInNewTab": False})


def _saved(prefix: str, name: str, title: str, about: str, kind: str, params: Json) -> SavedObject:
    attributes: Json = {
        "title": title,
        "description": about,
        "version": 1,
        "uiStateJSON": "{}",
        "visState": text({"title": title, "type": kind, "aggs": [], "params": params}),
        "kibanaSavedObjectMeta": search_source(),
    }
    return SavedObject("visualization", object_id(prefix, "visualization", name), attributes, (tagged(prefix),))
