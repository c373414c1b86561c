"""Closed shapes of the saved objects: an attribute that is not named here, or a string that is no JSON, is an error.

Keys follow what Kibana 8.19 exports, read off its exports and the packages of elastic/integrations (2026-11-24).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, JsonValue, ValidationError

from indexer.kibana.saved_object import VERSIONS
from indexer.kibana.saved_object import Json as Document


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Reference(_Closed):
    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    type: Literal["index-pattern", "search", "lens", "visualization", "tag"]


class _Query(_Closed):
    query: str
    language: Literal["kuery", "lucene"]


class _Source(_Closed):
    query: _Query
    filter: list[JsonValue]
    indexRefName: str | None = None


class _Meta(_Closed):
    searchSourceJSON: Json[_Source]


class _DataView(_Closed):
    title: str
    name: str
    timeFieldName: str | None = None
    allowHidden: bool
    fields: Json[list[JsonValue]]
    fieldAttrs: Json[dict[str, JsonValue]]
    fieldFormatMap: Json[dict[str, JsonValue]]
    runtimeFieldMap: Json[dict[str, JsonValue]]
    sourceFilters: Json[list[JsonValue]]


class _Search(_Closed):
    title: str = Field(min_length=1)
    description: str
    columns: list[str] = Field(min_length=1)
    sort: list[list[str]] = Field(min_length=1)
    grid: dict[str, JsonValue]
    hideChart: bool
    isTextBasedQuery: Literal[False]
    timeRestore: bool
    kibanaSavedObjectMeta: _Meta


class _LensColumn(_Closed):
    label: str = Field(min_length=1)
    customLabel: bool
    dataType: Literal["string", "number", "date", "boolean", "ip"]
    isBucketed: bool
    operationType: str
    scale: Literal["ordinal", "interval", "ratio"]
    params: dict[str, JsonValue]
    sourceField: str | None = None
    filter: _Query | None = None


class _LensLayer(_Closed):
    columnOrder: list[str] = Field(min_length=1)
    columns: dict[str, _LensColumn]
    incompleteColumns: dict[str, JsonValue] = Field(max_length=0)
    ignoreGlobalFilters: bool
    sampling: Literal[1]


class _FormBased(_Closed):
    layers: dict[str, _LensLayer] = Field(min_length=1)


class _TextBased(_Closed):
    layers: dict[str, JsonValue] = Field(max_length=0)


class _Sources(_Closed):
    formBased: _FormBased
    textBased: _TextBased


class _LensState(_Closed):
    adHocDataViews: dict[str, JsonValue]
    datasourceStates: _Sources
    filters: list[JsonValue]
    internalReferences: list[JsonValue]
    query: _Query
    visualization: dict[str, JsonValue]


class _Lens(_Closed):
    title: str = Field(min_length=1)
    description: str
    visualizationType: Literal["lnsXY", "lnsDatatable", "lnsMetric", "lnsPie", "lnsHeatmap"]
    state: _LensState


class _VegaParams(_Closed):
    spec: Json[dict[str, JsonValue]]


class _MarkdownParams(_Closed):
    fontSize: int
    markdown: str
    openLinksInNewTab: bool


class _VegaState(_Closed):
    title: str
    type: Literal["vega"]
    aggs: list[JsonValue] = Field(max_length=0)
    params: _VegaParams


class _MarkdownState(_Closed):
    title: str
    type: Literal["markdown"]
    aggs: list[JsonValue] = Field(max_length=0)
    params: _MarkdownParams


class _Visualization(_Closed):
    title: str = Field(min_length=1)
    description: str
    version: Literal[1]
    uiStateJSON: Json[dict[str, JsonValue]]
    visState: Json[_VegaState | _MarkdownState]
    kibanaSavedObjectMeta: _Meta


class _Grid(_Closed):
    x: int = Field(ge=0, lt=48)
    y: int = Field(ge=0)
    w: int = Field(ge=1, le=48)
    h: int = Field(ge=1)
    i: str


class _Panel(_Closed):
    type: Literal["lens", "search", "visualization"]
    panelIndex: str
    panelRefName: str
    gridData: _Grid
    embeddableConfig: dict[Literal["enhancements", "hidePanelTitles"], JsonValue]


class _Dashboard(_Closed):
    title: str = Field(min_length=1)
    description: str
    version: Literal[1]
    timeRestore: Literal[True]
    timeFrom: str
    timeTo: str
    refreshInterval: dict[Literal["pause", "value"], bool | int]
    kibanaSavedObjectMeta: _Meta
    optionsJSON: Json[dict[Literal["hidePanelTitles", "syncColors", "syncCursor", "syncTooltips", "useMargins"], bool]]
    panelsJSON: Json[Annotated[list[_Panel], Field(min_length=1)]]


class _Tag(_Closed):
    name: str
    description: str
    color: str = Field(pattern=r"^#[0-9A-Fa-f]{6}$")


class _Object(_Closed):
    attributes: dict[str, JsonValue]
    coreMigrationVersion: Literal["8.8.0"]
    id: str = Field(pattern=r"^[0-9a-f-]{36}$")
    managed: Literal[False]
    references: list[_Reference]
    type: str
    typeMigrationVersion: str


_ATTRIBUTES: dict[str, type[_Closed]] = {
    "index-pattern": _DataView,
    "search": _Search,
    "lens": _Lens,
    "visualization": _Visualization,
    "dashboard": _Dashboard,
    "tag": _Tag,
}


def shape_problems(one: Document) -> list[str]:
    """What in a saved object does not have the shape that Kibana takes, in words; empty when all has."""
    named = f"{one.get('type')} {one.get('id')}"
    kind = str(one.get("type"))
    if kind not in _ATTRIBUTES:
        return [f"{named}: this type is none of ours"]
    try:
        _Object.model_validate(one)
        _ATTRIBUTES[kind].model_validate(one["attributes"])
    except ValidationError as error:
        return [f"{named}: {'.'.join(str(step) for step in found['loc'])}: {found['msg']}" for found in error.errors()]
    version = str(one["typeMigrationVersion"])
    return [] if version == VERSIONS[kind] else [f"{named}: version {version}, which is not {VERSIONS[kind]}"]
