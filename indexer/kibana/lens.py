"""Lens panels: bars and lines, tables, single figures, rings, heat maps."""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.kibana.columns import Column
from indexer.kibana.saved_object import Json, SavedObject, object_id, refer, tagged
from indexer.store import Value


@dataclass(frozen=True, slots=True)
class Layer:
    """Columns over one data view, groups before figures."""

    view: str
    columns: Mapping[str, Column]

    def saved(self) -> Json:
        """The layer as Lens keeps it."""
        figure = next(key for key, column in self.columns.items() if not column.bucketed)
        return {
            "columnOrder": [*self.columns],
            "columns": {key: column.saved(self.view, figure) for key, column in self.columns.items()},
            "incompleteColumns": {},
            "ignoreGlobalFilters": False,
            "sampling": 1,
        }


@dataclass(frozen=True, slots=True)
class Chart:
    """One panel made with Lens; `where` is KQL that holds for all of it."""

    name: str
    title: str
    about: str
    type: str
    look: Json
    layers: Mapping[str, Layer]
    where: str = ""

    kind = "lens"

    def saved(self, prefix: str) -> SavedObject:
        """The saved object, with a reference to the data view of each layer."""
        state: Json = {
            "adHocDataViews": {},
            "datasourceStates": {
                "formBased": {"layers": {key: layer.saved() for key, layer in self.layers.items()}},
                "textBased": {"layers": {}},
            },
            "filters": [],
            "internalReferences": [],
            "query": {"language": "kuery", "query": self.where},
            "visualization": self.look,
        }
        attributes: Json = {"title": self.title, "description": self.about, "visualizationType": self.type, "state": state}
        views = (refer(prefix, f"indexpattern-datasource-layer-{key}", "index-pattern", one.view) for key, one in self.layers.items())
        return SavedObject("lens", object_id(prefix, "lens", self.name), attributes, (*views, tagged(prefix)))


@dataclass(frozen=True, slots=True)
class Series:
    """What one layer of an XY chart draws: `values` along `along`, split into colours by `split`."""

    view: str
    shape: str  # bar_stacked, bar_percentage_stacked, bar_horizontal, line, area …
    along: Column
    values: tuple[Column, ...]
    split: Column | None = None


def xy(name: str, title: str, about: str, *series: Series, where: str = "", legend: str = "right") -> Chart:
    """Bars, lines or areas."""
    layers, drawn = {}, []
    for number, one in enumerate(series):
        key = f"layer{number}"
        columns = {f"{key}-split": one.split} if one.split else {}
        columns[f"{key}-along"] = one.along
        values = {f"{key}-value{place}": column for place, column in enumerate(one.values)}
        layers[key] = Layer(one.view, {**columns, **values})
        layer: Json = {
            "layerId": key,
            "layerType": "data",
            "seriesType": one.shape,
            "xAccessor": f"{key}-along",
            "accessors": [*values],
            "position": "top",
            "showGridlines": False,
        }
        drawn.append(layer | ({"splitAccessor": f"{key}-split"} if one.split else {}))
    shown: Json = {"x": True, "yLeft": True, "yRight": True}
    named: Json = {"x": False, "yLeft": True, "yRight": True}
    look: Json = {
        "layers": [*drawn],
        "preferredSeriesType": series[0].shape,
        "legend": {"isVisible": True, "position": legend, "showSingleSeries": len(series) > 1},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": named,
        "tickLabelsVisibilitySettings": shown,
        "gridlinesVisibilitySettings": shown,
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
    }
    return Chart(name, title, about, "lnsXY", look, layers, where)


def table(name: str, title: str, about: str, view: str, groups: tuple[Column, ...], values: tuple[Column, ...], where: str = "") -> Chart:
    """A table with one row a group, sorted by the first figure, downwards."""
    columns = {f"group{place}": column for place, column in enumerate(groups)}
    columns |= {f"value{place}": column for place, column in enumerate(values)}
    shown: list[Value] = [{"columnId": key, "isTransposed": False} for key in columns]
    look: Json = {
        "layerId": "layer0",
        "layerType": "data",
        "columns": shown,
        "sorting": {"columnId": "value0", "direction": "desc"},
        "paging": {"enabled": True, "size": 20},
        "rowHeight": "auto",
    }
    return Chart(name, title, about, "lnsDatatable", look, {"layer0": Layer(view, columns)}, where)


def metric(name: str, title: str, about: str, view: str, value: Column, where: str = "") -> Chart:
    """One figure, large."""
    look: Json = {"layerId": "layer0", "layerType": "data", "metricAccessor": "value0", "showBar": False}
    return Chart(name, title, about, "lnsMetric", look, {"layer0": Layer(view, {"value0": value})}, where)


def ring(name: str, title: str, about: str, view: str, group: Column, value: Column, where: str = "") -> Chart:
    """A ring of shares."""
    layer: Json = {
        "layerId": "layer0",
        "layerType": "data",
        "primaryGroups": ["group0"],
        "metrics": ["value0"],
        "numberDisplay": "value",
        "categoryDisplay": "default",
        "legendDisplay": "show",
        "nestedLegend": False,
    }
    columns = {"group0": group, "value0": value}
    return Chart(name, title, about, "lnsPie", {"shape": "donut", "layers": [layer]}, {"layer0": Layer(view, columns)}, where)


def heat(name: str, title: str, about: str, view: str, along: Column, up: Column, value: Column, where: str = "") -> Chart:
    """A heat map with the figure in each cell."""
    grid: Json = {f"is{axis}AxisLabelVisible": True for axis in "XY"}
    grid |= {"type": "heatmap_grid", "isCellLabelVisible": True, "isXAxisTitleVisible": True, "isYAxisTitleVisible": False}
    look: Json = {
        "layerId": "layer0",
        "layerType": "data",
        "shape": "heatmap",
        "xAccessor": "along",
        "yAccessor": "up",
        "valueAccessor": "value0",
        "legend": {"isVisible": True, "position": "right", "type": "heatmap_legend"},
        "gridConfig": grid,
    }
    return Chart(name, title, about, "lnsHeatmap", look, {"layer0": Layer(view, {"along": along, "up": up, "value0": value})}, where)
