"""What `sites add` and `sites accept` share: may it be watched, one look, the file, and what people are told."""

from pathlib import Path

from churnwatch.capture import crawl_options
from churnwatch.discovery import check_may_watch
from churnwatch.settings import Settings
from churnwatch.show import json_lines, say
from churnwatch.site_look import SiteLook, look, site_name, write_site
from crawlers.canonical import canonical
from crawlers.errors import ConfigError
from indexer.defang import defang


def add_site(
    settings: Settings,
    url: str,
    reason: str,
    folder: Path,
    *,
    name: str | None,
    evidence: Path | None,
    hosts: Path | None,
    now: str | None,
    even_if_closed: bool,
    as_json: bool,
) -> tuple[SiteLook, Path | None]:
    """The look and the file written, None when the look found no storefront. Raises ConfigError for what is never watched."""
    options = crawl_options(settings, evidence=evidence, hosts=hosts, now=now)
    check_may_watch(url, settings, folder, dict(options.hosts or {}))
    address = canonical(url) or url
    chosen = name or site_name(address, folder)
    if (folder / f"{chosen}.yml").exists():
        raise ConfigError("is there already and is not overwritten; give another --name", file=folder / f"{chosen}.yml", key="--name")
    found = look(url, reason, chosen, options)
    if found.is_guarded:
        raise ConfigError(f"{defang(url)} is never watched: {found.detail}", key="URL")
    path = write_site(folder, found, reason, options) if found.is_open or (even_if_closed and not found.moved_to) else None
    if as_json:
        json_lines([_row(found, path)])
    else:
        _tell(found, path)
    return found, path


def _row(found: SiteLook, path: Path | None) -> dict[str, object]:
    return {
        "site": found.name,
        "url": found.url,
        "outcome": found.outcome,
        "detail": found.detail,
        "title": found.title,
        "band": found.band,
        "visit_id": found.visit.visit_id,
        "archive": str(found.archive),
        "moved_to": found.moved_to,
        "file": str(path) if path else None,
    }


def _tell(found: SiteLook, path: Path | None) -> None:
    say(f"{defang(found.url)}: {found.outcome}{f' ({found.detail})' if found.detail else ''}, risk {found.band}; sealed in {found.archive}")
    if path is not None:
        say(f"written: {path}")
        say(f"next: churnwatch run {found.name}")
    elif found.moved_to:
        say(f"no file: it leads to {defang(found.moved_to)}; add that address if it is what you mean")
    else:
        say("no file: no storefront is open there; --even-if-closed writes one all the same")
