"""Data views: one for each family's read alias, and a second one where a family is looked at by another time.

A view with a time is cut to the dashboard's time range; one without shows how things stand now, whatever the range.
"""

from dataclasses import dataclass

from indexer.documents import fields_of
from indexer.elastic_mapping import alias
from indexer.fields import FAMILIES, MONTHLY
from indexer.kibana.saved_object import Json, SavedObject, object_id, tagged


@dataclass(frozen=True, slots=True)
class DataView:
    """A family's alias, and the field (its name in `indexer.fields`) that is its time, if any."""

    name: str
    family: str
    time: str | None = None

    def saved(self, prefix: str) -> SavedObject:
        """The saved object of type index-pattern."""
        attributes: Json = {
            "title": alias(prefix, self.family),
            "name": f"{prefix}: {self.name}",
            "allowHidden": False,
            "fields": "[]",
            "fieldAttrs": "{}",
            "fieldFormatMap": "{}",
            "runtimeFieldMap": "{}",
            "sourceFilters": "[]",
        }
        if self.time:
            attributes["timeFieldName"] = fields_of(self.family)[self.time].path
        return SavedObject("index-pattern", object_id(prefix, "index-pattern", self.name), attributes, (tagged(prefix),))


# Families whose documents are of one moment, beside the monthly ones, which are all looked at by their visit's planned_at.
_MOMENT = {"event": "by", "alert": "created_at", "deadletter": "at", "judgement": "at", "intervention": "at", "assignment": "at"}
_BY_ANOTHER_TIME = (
    DataView("storefront by first sighting", "storefront", "first_seen"),
    DataView("identifier by first sighting", "identifier", "first_seen"),
    DataView("listing by first sighting", "listing", "first_seen"),
)
VIEWS = {
    view.name: view
    for view in (
        *(DataView(family, family, "planned_at" if family in MONTHLY else _MOMENT.get(family)) for family in FAMILIES),
        *_BY_ANOTHER_TIME,
    )
}


def path_in(view: str, name: str, *, number: bool = False) -> str:
    """Where a field of a view's family lies; `number` asks for the part of a decimal that can be counted with.

    Raises KeyError for a view or a field that is not there.
    """
    field = fields_of(VIEWS[view].family)[name]
    return f"{field.path}.number" if number and field.type == "decimal" else field.path
