"""A dashboard: rows of panels on Kibana's 48 columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.kibana.lens import Chart
from indexer.kibana.saved_object import Json, Reference, SavedObject, object_id, refer, search_source, tagged, text
from indexer.kibana.searches import Search
from indexer.kibana.visualization import Note, Vega
from indexer.store import Value

WIDTH = 48  # columns of Kibana's grid
Panel = Chart | Search | Vega | Note


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side, left to right, each with its width; `height` in grid rows of about 20 pixels."""

    height: int
    panels: tuple[tuple[Panel, int], ...]


def row(height: int, *panels: Panel) -> Row:
    """A row of panels of equal width."""
    return Row(height, tuple((panel, WIDTH // len(panels)) for panel in panels))


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of Kibana."""

    name: str
    title: str
    about: str
    rows: tuple[Row, ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, top to bottom."""
        return tuple(panel for one in self.rows for panel, _ in one.panels)

    def saved(self, prefix: str) -> SavedObject:
        """The saved object; panels are referred to, so that each can be opened and changed by itself."""
        placed = list(self._placed(prefix))
        attributes: Json = {
            "title": f"{prefix}: {self.title}",
            "description": self.about,
            "version": 1,
            "timeRestore": True,
            "timeFrom": "now-30d",
            "timeTo": "now",
            "refreshInterval": {"pause": True, "value": 60000},
            "kibanaSavedObjectMeta": search_source(),
            "optionsJSON": text(
                {"hidePanelTitles": False, "syncColors": True, "syncCursor": True, "syncTooltips": False, "useMargins": True}
            ),
            "panelsJSON": text([panel for panel, _ in placed]),
        }
        return SavedObject(
            "dashboard", object_id(prefix, "dashboard", self.name), attributes, (*(one for _, one in placed), tagged(prefix))
        )

    def _placed(self, prefix: str) -> Iterator[tuple[Json, Reference]]:
        down = 0
        for one in self.rows:
            across = 0
            for panel, width in one.panels:
                index = object_id(prefix, "panel", f"{self.name}/{panel.kind}/{panel.name}")
                grid: Json = {"x": across, "y": down, "w": width, "h": one.height, "i": index}
                settings: dict[str, Value] = {"hidePanelTitles": True} if isinstance(panel, Note) else {}
                placed: Json = {
                    "type": panel.kind,
                    "panelIndex": index,
                    "panelRefName": f"panel_{index}",
                    "gridData": grid,
                    "embeddableConfig": {"enhancements": {}, **settings},
                }
                yield placed, refer(prefix, f"{index}:panel_{index}", panel.kind, panel.name)
                across += width
            down += one.height
