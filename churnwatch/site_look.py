"""A site file from one look: the look is a sealed visit of one page, and what it shows is written into the file as comment and defaults."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.canonical import canonical, host_and_port
from crawlers.errors import ConfigError, EvidenceError
from crawlers.evidence import visit_path
from crawlers.hosts_file import is_pinned_to_loopback
from crawlers.ids import instant
from crawlers.records import Visit
from crawlers.site import parse_site, registrable_domain
from nlp.findings import Analysis

if TYPE_CHECKING:
    from crawlers.run import CrawlOptions

EVERY = {"high": "12h-1d", "medium": "12h-4d"}
OTHERWISE = "12h-7d"


@dataclass(frozen=True, slots=True)
class SiteLook:
    """What one look at an address gave; `outcome` is the look's word, `title` the page's, `band` the risk of what was read."""

    name: str
    url: str
    visit: Visit
    archive: Path
    outcome: str
    detail: str
    title: str
    band: str
    kind: str
    moved_to: str | None

    @property
    def is_open(self) -> bool:
        """Whether the address shows a storefront."""
        return self.outcome in ("live", "empty")

    @property
    def is_guarded(self) -> bool:
        """Whether our own address guard refused the address: then nothing may ever be asked there."""
        return "address guard" in self.detail


def site_name(url: str, folder: Path) -> str:
    """A name for the site that no file in the folder has: the domain without its ending, else the whole host."""
    host = host_and_port(url)[0]
    whole = _slug(host)
    short = _slug(registrable_domain(host).partition(".")[0])
    for name in (short, whole):
        if name and not name.isdigit() and not (folder / f"{name}.yml").exists():
            return name
    raise ConfigError(f"{folder / whole}.yml is there already; give another --name", key="--name")


def look(url: str, reason: str, name: str, options: "CrawlOptions") -> SiteLook:
    """Makes the look: GET only, robots obeyed, sealed under the site's name. Raises ConfigError for an address or reason that is none."""
    from churnwatch.pipeline import replay
    from crawlers.page_state import load_rules
    from crawlers.run import run_visits
    from nlp.lexicon import load_lexicons

    address = canonical(url)
    if address is None:
        raise ConfigError(f"{url!r} is not an http or https address without a user name", key="URL")
    if not reason.strip():
        raise ConfigError("a site needs a reason; write the case or the legal ground", key="--reason")
    text = _text(name, address, reason, pages=1, pinned=_is_pinned(address, options))
    (visit,) = run_visits([(parse_site(text, f"{name}.yml"), text)], replace(options, fresh=True))
    archive = visit_path(options.evidence, visit)
    done = replay(archive, load_lexicons(), load_rules())
    if done.read is None:
        raise EvidenceError("; ".join(done.faults))
    evidence, analysis = done.read
    seen = analysis.looks[0]
    return SiteLook(
        name,
        address,
        visit,
        archive,
        seen.outcome,
        next((facts.detail for facts in evidence.hosts if facts.failure), seen.reason),
        next((page.title for page in analysis.pages if page.title), ""),
        seen.risk.band,
        _kind(analysis),
        seen.moved_to,
    )


def write_site(folder: Path, found: SiteLook, reason: str, options: "CrawlOptions") -> Path:
    """Writes the site file; raises ConfigError when one of that name is there."""
    shown = " ".join(found.title.split())[:120]
    head = (
        f"# Looked at {instant(found.visit.started_at)}: {found.outcome}{', ' + json.dumps(shown, ensure_ascii=False) if shown else ''};"
        f" visit {found.visit.visit_id}\n"
    )
    text = head + _text(
        found.name, found.url, reason, pinned=_is_pinned(found.url, options), kind=found.kind, every=EVERY.get(found.band, OTHERWISE)
    )
    path = folder / f"{found.name}.yml"
    parse_site(text, str(path))  # what a hostile title may have done to the file is found out before it is written
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ConfigError("is there already and is not overwritten; give another --name", file=path, key="--name") from error
    return path


def _text(name: str, url: str, reason: str, *, pinned: bool, pages: int = 500, kind: str = "storefront", every: str = OTHERWISE) -> str:
    lines = [
        f"name: {name}",
        f"seeds: [{json.dumps(url)}]",
        f"kind: {kind}",
        f"legal_reason: {json.dumps(' '.join(reason.split()), ensure_ascii=False)}",
        "robots: obey",
        "render: auto",
        f"delay_s: {0 if pinned else 2}",
        f"budget: {{pages: {pages}, minutes: {10 if pages == 1 else 30}}}",
        f"every: {every}",
    ]
    return "\n".join(lines) + "\n"


def _is_pinned(url: str, options: "CrawlOptions") -> bool:
    return is_pinned_to_loopback(host_and_port(url)[0], dict(options.hosts or {}))


def _kind(analysis: Analysis) -> str:
    """A marketplace when its page shows offers of two sellers or more."""
    return "marketplace" if len({one.seller for one in analysis.listings if one.seller}) > 1 else "storefront"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")
