"""Columns of Lens panels: what is counted, and by what it is split. Only operations that Elasticsearch's server core can answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.kibana.data_views import VIEWS, path_in
from indexer.kibana.saved_object import Json
from indexer.store import Value

_RECORDS = "___records___"  # Kibana's word for the documents themselves
_NUMERIC = ("average", "median", "min", "max", "sum", "percentile", "range")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `name` is a field of `indexer.fields`, None stands for the documents."""

    label: str
    operation: str
    name: str | None
    kind: str  # Kibana's dataType
    scale: str
    params: Json = field(default_factory=dict)
    where: str = ""  # KQL that only this column is held to

    @property
    def bucketed(self) -> bool:
        """Does it make groups, rather than a figure."""
        return self.operation in ("terms", "date_histogram", "range", "filters")

    def saved(self, view: str, metric: str) -> Json:
        """The column as Lens keeps it; `metric` is the id of the figure that groups are ordered by."""
        params = dict(self.params)
        if self.operation == "terms" and "orderBy" not in params:
            params["orderBy"] = {"type": "column", "columnId": metric}
        kept: Json = {
            "label": self.label,
            "customLabel": True,
            "dataType": self.kind,
            "isBucketed": self.bucketed,
            "operationType": self.operation,
            "scale": self.scale,
            "params": params,
        }
        if self.operation == "date_histogram":
            time = VIEWS[view].time
            if time is None:
                raise ValueError(f"the data view {view!r} has no time")
            kept["sourceField"] = path_in(view, time)
        elif self.name:
            kept["sourceField"] = path_in(view, self.name, number=self.operation in _NUMERIC)
        elif self.operation == "count":
            kept["sourceField"] = _RECORDS
        return kept | ({"filter": {"language": "kuery", "query": self.where}} if self.where else {})


def count(label: str, where: str = "") -> Column:
    """How many documents."""
    return Column(label, "count", None, "number", "ratio", {"emptyAsNull": False}, where)


def unique(label: str, name: str, where: str = "") -> Column:
    """How many different values of a field."""
    return Column(label, "unique_count", name, "number", "ratio", {"emptyAsNull": False}, where)


def figure(label: str, operation: str, name: str, *, decimals: int = 2, percentile: int | None = None) -> Column:
    """Average, median, min, max, sum or a percentile of a numeric field."""
    params: Json = {"emptyAsNull": True, "format": {"id": "number", "params": {"decimals": decimals}}}
    if percentile is not None:
        params["percentile"] = percentile
    return Column(label, operation, name, "number", "ratio", params)


def latest(label: str, name: str, operation: str = "max") -> Column:
    """The last (or with `min` the first) instant in a date field."""
    return Column(label, operation, name, "date", "ratio", {"emptyAsNull": True})


def terms(label: str, name: str, size: int = 10, *, other: bool = False, alphabetical: bool = False, kind: str = "string") -> Column:
    """Groups by the most frequent values of a field, or by all in the order of the alphabet."""
    params: Json = {
        "size": size,
        "orderDirection": "asc" if alphabetical else "desc",
        "otherBucket": other,
        "missingBucket": False,
        "parentFormat": {"id": "terms"},
        "include": [],
        "exclude": [],
        "includeIsRegex": False,
        "excludeIsRegex": False,
    }
    return Column(label, "terms", name, kind, "ordinal", params | ({"orderBy": {"type": "alphabetical"}} if alphabetical else {}))


def over_time(label: str = "Time") -> Column:
    """Groups by the time of the data view, as wide as the range asks for."""
    return Column(label, "date_histogram", None, "date", "interval", {"interval": "auto", "includeEmptyRows": True, "dropPartials": False})


def ranges(label: str, name: str, steps: tuple[tuple[int, int | None, str], ...]) -> Column:
    """Groups by ranges of a number: from (in), to (out, None for no end), label."""
    made: list[Value] = [{"from": start, "to": end, "label": said} for start, end, said in steps]
    params: Json = {"type": "range", "ranges": made, "maxBars": "auto", "includeEmptyRows": True}
    return Column(label, "range", name, "string", "ordinal", params)


def filters(label: str, groups: Mapping[str, str]) -> Column:
    """Groups by KQL queries under their labels."""
    made: list[Value] = [{"label": said, "input": {"language": "kuery", "query": query}} for said, query in groups.items()]
    return Column(label, "filters", None, "string", "ordinal", {"filters": made})
