"""Bringing the saved objects into a Kibana, and reading them back."""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from indexer.kibana.client import Kibana, KibanaError
from indexer.kibana.saved_object import Json, SavedObject

OLDEST = (8, 19)  # the versions in the objects are of this level: an older Kibana refuses them, a newer one brings them up


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went: Kibana's version, how many objects it took, how many there were already."""

    version: str
    taken: int
    replaced: int


def version_of(kibana: Kibana) -> str:
    """The version of a Kibana that can take our objects; raises KibanaError for one that is too old or does not say."""
    status = kibana.json("GET", "/api/status")
    number = cast("Json", status.get("version") or {}).get("number")
    found = re.match(r"(\d+)\.(\d+)\.", str(number))
    if not found:
        raise KibanaError(f"{kibana.access.url}: it does not say its version; is this Kibana, and may these credentials see its status?")
    if (int(found[1]), int(found[2])) < OLDEST:
        raise KibanaError(
            f"{kibana.access.url}: this is Kibana {number}, and the assets are for {OLDEST[0]}.{OLDEST[1]} and newer; upgrade Kibana first"
        )
    return str(number)


def import_objects(kibana: Kibana, objects: Sequence[SavedObject], *, overwrite: bool) -> Imported:
    """Imports all objects in one request; raises KibanaError that names every object that Kibana did not take."""
    version = version_of(kibana)
    kind, body = _form(b"".join(one.line() + b"\n" for one in objects))
    path = f"/api/saved_objects/_import?overwrite={'true' if overwrite else 'false'}"
    raw = kibana.call("POST", path, body, {"Content-Type": kind})
    try:
        answer = cast("Json", json.loads(raw))
        errors, taken = cast("list[Json]", answer.get("errors") or []), int(str(answer["successCount"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KibanaError(f"{kibana.access.address(path)}: the answer is not that of an import; is this Kibana?") from None
    if errors or not answer.get("success") or taken != len(objects):
        raise KibanaError(f"{kibana.access.url}: took {taken} of {len(objects)} objects{_in_words(errors)}")
    results = cast("list[Json]", answer.get("successResults") or [])
    return Imported(version, taken, sum(bool(one.get("overwrite")) for one in results))


def read_back(kibana: Kibana, dashboards: Sequence[SavedObject]) -> dict[tuple[str, str], Json]:
    """Dashboards and all that they refer to, as Kibana holds them now; raises KibanaError when a reference leads to nothing."""
    wanted: Json = {
        "objects": [{"type": one.type, "id": one.id} for one in dashboards],
        "includeReferencesDeep": True,
        "excludeExportDetails": False,
    }
    raw = kibana.call("POST", "/api/saved_objects/_export", json.dumps(wanted).encode(), {"Content-Type": "application/json"})
    try:
        lines = [cast("Json", json.loads(line)) for line in raw.splitlines() if line.strip()]
    except ValueError:
        raise KibanaError(f"{kibana.access.url}: the export is no NDJSON; is this Kibana?") from None
    summary = next((line for line in lines if "exportedCount" in line), {})
    if summary.get("missingRefCount") != 0:
        missing = [f"{one['type']} {one['id']}" for one in cast("list[Json]", summary.get("missingReferences") or [])]
        raise KibanaError(f"{kibana.access.url}: references lead to nothing: {', '.join(missing) or 'it does not say which'}; import again")
    return {(str(line["type"]), str(line["id"])): line for line in lines if "type" in line}


def _form(content: bytes) -> tuple[str, bytes]:
    """The content type and body of a form with one file."""
    mark = uuid.uuid4().hex
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="churnwatch.ndjson"\r\nContent-Type: application/ndjson\r\n\r\n'
    )
    return f"multipart/form-data; boundary={mark}", head.encode() + content + f"\r\n--{mark}--\r\n".encode()


_REASONS = {
    "conflict": "is there already; import with --overwrite",
    "ambiguous_conflict": "is there under another id, more than once",
    "unsupported_type": "is of a type that this Kibana does not know",
}


def _in_words(errors: Sequence[Json]) -> str:
    """Every refused object and why, one a line."""
    lines = []
    for one in errors:
        error = cast("Json", one.get("error") or {})
        kind = str(error.get("type"))
        why = _REASONS.get(kind) or str(error.get("message") or kind)
        if kind == "missing_references":
            lost = cast("list[Json]", error.get("references") or [])
            why = "refers to what is not there: " + ", ".join(f"{each.get('type')} {each.get('id')}" for each in lost)
        title = one.get("title") or cast("Json", one.get("meta") or {}).get("title") or one.get("id")
        lines.append(f"\n  {one.get('type')} {title}: {why}")
    return "; not taken:" + "".join(lines) if lines else "; it does not say why"
