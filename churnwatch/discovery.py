"""`sites propose`: from store and lists to the proposals file. Nothing is fetched."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from churnwatch.proposals import Proposal, read_proposals, refreshed, tried, write_proposals
from churnwatch.settings import Settings
from crawlers.errors import ConfigError
from crawlers.site import load_site, scope_key
from indexer.defang import defang
from indexer.imports import Imported, read_certificates, read_passive_dns, read_registrations
from indexer.mentions import mentions, read_known
from indexer.network.discovery import START, Mention, rank
from indexer.network.platforms import why_never
from indexer.store import Store, Value
from nlp.outlinks import target_key


@dataclass(frozen=True, slots=True)
class Lists:
    """CSV files to read besides the store."""

    certificates: tuple[Path, ...] = ()
    passive_dns: tuple[Path, ...] = ()
    registrations: tuple[Path, ...] = ()


@dataclass(slots=True)
class Proposed:
    """What one run of `sites propose` gave; `left_out` counts mentions by why they are never proposed."""

    path: Path
    proposals: list[Proposal] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    imported: Imported = field(default_factory=Imported)

    def summary(self) -> dict[str, Value]:
        """Counts for people and JSON."""
        statuses = Counter(one.status for one in self.proposals)
        return {
            "file": str(self.path),
            **{name: statuses[name] for name in ("proposed", "accepted", "rejected")},
            "left_out": dict(sorted(self.left_out.items())),
            "rows": self.imported.rows,
            "rows_about_nothing_watched": self.imported.silent,
            "bad_rows": [*self.imported.bad],
        }


def watched_storefronts(folder: Path) -> dict[str, str]:
    """Storefront key → name of the site file that watches it; a site file that is wrong raises ConfigError, for it may watch anything."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        site = load_site(path)
        found |= dict.fromkeys((scope_key(site, seed) for seed in site.seeds), site.name)
    return found


def propose(settings: Settings, store: Store, folder: Path, lists: Lists) -> Proposed:
    """Ranks everything that store and lists mention, and writes the proposals file. Earlier proposals keep their reasons of other lists."""
    watched = watched_storefronts(folder)
    standing = read_proposals(folder)
    known = read_known(store, watched.keys())
    done = Proposed(folder)
    for paths, read in (
        (lists.certificates, read_certificates),
        (lists.passive_dns, read_passive_dns),
        (lists.registrations, read_registrations),
    ):
        for path in paths:
            read(path, known, done.imported)
    canaries = {target_key(canary.url) for canary in settings.canaries}
    earlier = [reason for one in standing.values() if one.status == "proposed" for reason in one.reasons if reason.kind in START]
    found: set[Mention] = set()
    watching: list[Mention] = []
    for one in [*mentions(store, known), *done.imported.mentions, *earlier]:
        why = why_left_out(one.target, watched, canaries)
        if one.target in watched and one.target != one.source:
            watching.append(one)
        if why is None:
            found.add(one)
        else:
            done.left_out[why] += 1
    ranked = rank(found, known.bands, known.owners, tried(standing.values(), watching, known.bands))
    still = {key: one for key, one in standing.items() if one.status != "proposed" or why_left_out(key, watched, canaries) is None}
    done.proposals = refreshed(still, ranked)
    done.path = write_proposals(folder, done.proposals)
    return done


def told(one: Mention) -> str:
    """A mention in people's words, addresses defanged."""
    return f"{one.kind.replace('_', ' ')} {defang(one.source)}: {defang(one.value)} [{one.place}]"


def why_left_out(key: str, watched: Mapping[str, str], canaries: set[str]) -> str | None:
    """Why a storefront is not proposed, None when it may be."""
    if key in watched:
        return "watched already"
    return "a canary" if key in canaries else why_never(key)


def check_may_watch(url: str, settings: Settings, folder: Path, pinned: Mapping[str, str]) -> str:
    """The storefront key of an address that may be given a site file; raises ConfigError for one that may not and says why.

    `pinned`: the hosts file, by which alone loopback is reached.
    """
    try:
        key = target_key(url)
    except ValueError as error:
        raise ConfigError(f"{url!r} is not an http or https address without a user name", key="URL") from error
    watched = watched_storefronts(folder)
    if key in watched:
        raise ConfigError(f"{key} is watched already by {watched[key]}.yml", key="URL")
    why = why_left_out(key, {}, {target_key(canary.url) for canary in settings.canaries})
    if why is not None and key.rpartition(":")[0] not in pinned.values():
        raise ConfigError(f"{key} is never watched: {why}", key="URL")
    return key
