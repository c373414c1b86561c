"""docker-compose.yml as tests read it: merge keys resolved, one plain table a service."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
Service = dict[str, Any]


@cache
def compose() -> dict[str, Any]:
    """The whole file."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return read


def services() -> dict[str, Service]:
    """The services by name."""
    read: dict[str, Service] = compose()["services"]
    return read


def is_ours(service: Service) -> bool:
    """Does it run the image of our Dockerfile."""
    return "build" in service


def ends(service: Service) -> bool:
    """Is it a one-shot, or a tool for one command."""
    return service.get("restart") == "no"


def elasticsearch_settings() -> dict[str, str]:
    """What the container's environment says to the server: by its entry point, every lower-case name with a dot."""
    environment: dict[str, str] = services()["elasticsearch"]["environment"]
    return {name: value for name, value in environment.items() if "." in name and name.islower()}
