"""What `crawl`, `run` and `schedule` share: sites by name, crawl options from settings and flags."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from churnwatch.anchors import authority_of, signer_of
from churnwatch.settings import Settings
from crawlers.errors import ConfigError
from crawlers.ids import parse_instant
from crawlers.records import Visit
from crawlers.site import Site, parse_site
from indexer.store import Document

if TYPE_CHECKING:
    from crawlers.pace import Pace
    from crawlers.profile import Profile
    from crawlers.run import CrawlOptions


def named_sites(names: Sequence[str], folder: Path) -> list[tuple[Site, str]]:
    """Each named site with its file's text; a name is a file stem in `folder` or a path ending in .yml. Raises ConfigError."""
    return [read_site(Path(name) if name.endswith((".yml", ".yaml")) else folder / f"{name}.yml") for name in names]


def read_site(path: Path) -> tuple[Site, str]:
    """One site file and its text, which goes into the evidence; raises ConfigError when it is missing or wrong."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise ConfigError("no such site file; name a file stem in --sites or a path ending in .yml", file=path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", file=path) from error
    site = parse_site(text, str(path))
    if site.name != path.stem:
        raise ConfigError(f"name is {site.name!r} but the file is called {path.name!r}", file=path, key="name")
    return site, text


def when(text: str | None, option: str) -> datetime | None:
    """The time an option names, or None; raises ConfigError for anything but ISO 8601 with a zone."""
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} is not an ISO 8601 time with a zone, like 2026-01-31T06:00:00Z", key=option) from error


def crawl_options(
    settings: Settings,
    *,
    evidence: Path | None = None,
    hosts: Path | None = None,
    planned_at: str | None = None,
    fresh: bool = False,
    now: str | None = None,
) -> "CrawlOptions":
    """Options of one crawl from settings and flags; raises ConfigError for a bad hosts file, time, key or authority."""
    from crawlers.canary import Canary
    from crawlers.hosts_file import parse_hosts
    from crawlers.run import CrawlOptions

    return CrawlOptions(
        evidence=evidence or settings.evidence,
        hosts=parse_hosts(hosts) if hosts else None,
        now=when(now, "--now"),
        planned_at=when(planned_at, "--planned-at"),
        fresh=fresh,
        canaries=tuple(Canary(canary.url, canary.phrase) for canary in settings.canaries),
        user_agent=settings.user_agent,
        egress=settings.egress,
        profiles=egress_profiles(settings),
        pace=shared_pace(settings) if now is None else None,
        signer=signer_of(settings),
        authority=authority_of(settings),
    )


def egress_profiles(settings: Settings) -> "dict[str, Profile]":
    """The egress profiles of the settings by name; raises ConfigError for a proxy that cannot be used, without showing its address."""
    from crawlers.profile import Profile, read_proxy

    return {
        name: Profile(
            name,
            one.user_agent,
            read_proxy(one.proxy.get_secret_value(), f"egress_profiles.{name}.proxy") if one.proxy is not None else None,
        )
        for name, one in settings.egress_profiles.items()
    }


def shared_pace(settings: Settings) -> "Pace":
    """The pace that all crawls share: through Redis when the settings name one, else in the state folder of this machine."""
    from crawlers.pace import FilePace

    if settings.redis is None:
        return FilePace(settings.state / "pace")
    from crawlers.pace_redis import RedisPace

    return RedisPace(settings.redis.get_secret_value())


def visit_row(visit: Visit) -> Document:
    """A visit as JSON for people's scripts: names of `indexer.fields`."""
    from indexer.observe import visit_document

    return visit_document(visit)
