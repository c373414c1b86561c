"""All saved objects of a store prefix, and the committed file that holds those of the default prefix."""

import importlib
import pkgutil
from functools import cache
from importlib.resources import files

from indexer.kibana import dashboards
from indexer.kibana.dashboard import Dashboard, Panel
from indexer.kibana.data_views import VIEWS
from indexer.kibana.saved_object import SavedObject, tag
from indexer.kibana.searches import ALONE

PREFIX = "churnwatch"  # of the committed file
FILE = "churnwatch.ndjson"


@cache
def all_dashboards() -> tuple[Dashboard, ...]:
    """Every dashboard: each module in `dashboards/` holds one as `DASHBOARD`."""
    names = sorted(found.name for found in pkgutil.iter_modules(dashboards.__path__))
    return tuple(importlib.import_module(f"{dashboards.__name__}.{name}").DASHBOARD for name in names)


def bundle(prefix: str) -> list[SavedObject]:
    """What Kibana imports for a store prefix: tag, data views, panels and saved searches, dashboards; what is referred to comes first."""
    panels: dict[tuple[str, str], Panel] = {}
    for panel in (*ALONE, *(panel for one in all_dashboards() for panel in one.panels)):
        key = (panel.kind, panel.name)
        if panels.setdefault(key, panel) != panel:
            raise ValueError(f"two panels of kind {panel.kind} are named {panel.name!r}")
    return [
        tag(prefix),
        *(view.saved(prefix) for view in VIEWS.values()),
        *(panels[key].saved(prefix) for key in sorted(panels)),
        *(one.saved(prefix) for one in all_dashboards()),
    ]


def ndjson(prefix: str) -> bytes:
    """The bundle as Kibana's import takes it: one object a line."""
    return b"".join(one.line() + b"\n" for one in bundle(prefix))


def committed() -> bytes:
    """The file in the repository, made with the default prefix."""
    return (files("indexer.kibana") / FILE).read_bytes()
