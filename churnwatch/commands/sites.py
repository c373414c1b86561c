"""`churnwatch sites`: which storefronts might be watched too, and the site files of those that shall be."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Evidence, Hosts, Json, Now, Sites, Store

app = typer.Typer(help="Propose storefronts to watch, accept or reject them, write files.", no_args_is_help=True, rich_markup_mode=None)
Csv = list[Path] | None
Reason = Annotated[str, typer.Option("--reason", help="Why it is watched: case, order, legal ground; goes into the site file.")]
Closed = Annotated[bool, typer.Option("--even-if-closed", help="Write the file also when the look finds no storefront there.")]
Name = Annotated[str | None, typer.Option("--name", help="Name of the site; default from the host.")]


@app.command()
def propose(
    sites: Sites = None,
    store: Store = None,
    certificates: Annotated[Csv, typer.Option("--certificates", help="CSV: names[,sha256,spki_sha256]; may repeat.")] = None,
    passive_dns: Annotated[Csv, typer.Option("--passive-dns", help="CSV: name,type,value; may repeat.")] = None,
    registrations: Annotated[Csv, typer.Option("--registrations", help="CSV: domain[,email,phone,nameserver]; may repeat.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many to print; the file has all.")] = 20,
    as_json: Json = False,
) -> None:
    """Rank what links, redirects, certificates, identifiers and lists point to, into proposals.jsonl; fetches nothing.

    Example: churnwatch sites propose --top 10
    """
    from churnwatch.discovery import Lists
    from churnwatch.discovery import propose as rank
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, table
    from indexer.defang import defang

    settings = load_settings()
    lists = Lists(tuple(certificates or ()), tuple(passive_dns or ()), tuple(registrations or ()))
    with open_settings_store(settings, store) as opened:
        done = rank(settings, opened, sites or settings.sites, lists)
    shown = [one for one in sorted(done.proposals, key=lambda one: (-one.score, one.storefront)) if one.status == "proposed"][:top]
    if as_json:
        json_lines([*(one.as_json() for one in shown), done.summary()])
        return
    table(
        "Proposals",
        ("score", "storefront", "why"),
        [
            (
                one.score,
                defang(one.storefront),
                "; ".join(f"{w.kind} {defang(w.source)} {defang(w.value)} [{w.place}]" for w in one.reasons[:3]),
            )
            for one in shown
        ],
    )
    for line in done.imported.bad:
        say(f"left out: {line}")
    summary = done.summary()
    say(f"{summary['proposed']} proposed, {summary['accepted']} accepted, {summary['rejected']} rejected: {done.path}")
    say(f"never proposed: {', '.join(f'{count} x {why}' for why, count in sorted(done.left_out.items())) or 'nothing was mentioned'}")
    say("next: churnwatch sites accept STOREFRONT --reason TEXT, or reject STOREFRONT --why TEXT")


@app.command()
def accept(
    storefronts: Annotated[list[str], typer.Argument(help="Storefronts of proposals.jsonl.", metavar="STOREFRONT…")],
    reason: Reason,
    even_if_closed: Closed = False,
    sites: Sites = None,
    evidence: Evidence = None,
    hosts: Hosts = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Look once at proposed storefronts (GET only, robots obeyed, sealed) and write a site file for each that is open.

    Example: churnwatch sites accept blue-gate.example --reason "case 2026-017" --even-if-closed --hosts hosts
    """
    from churnwatch.adding import add_site
    from churnwatch.proposals import decided, read_proposals, write_proposals
    from churnwatch.settings import load_settings
    from crawlers.errors import ConfigError
    from crawlers.ids import instant

    settings = load_settings()
    folder = sites or settings.sites
    standing = read_proposals(folder)
    unknown = [name for name in storefronts if name not in standing]
    if unknown:
        raise ConfigError(f"no proposal names {unknown[0]!r}; see churnwatch sites propose", key="STOREFRONT")
    for name in storefronts:
        decided(standing[name], "accepted", at="", why=reason)
    failed = []
    for name in storefronts:
        found, path = add_site(
            settings, standing[name].url, reason, folder, name=None, evidence=evidence, hosts=hosts, now=now,
            even_if_closed=even_if_closed, as_json=as_json,
        )  # fmt: skip
        if path is None:
            failed.append(name)
            continue
        standing[name] = decided(standing[name], "accepted", at=instant(found.visit.started_at), why=reason, site=found.name)
        write_proposals(folder, standing.values())
    if failed:
        raise typer.Exit(1)


@app.command()
def reject(
    storefronts: Annotated[list[str], typer.Argument(help="Storefronts of proposals.jsonl.", metavar="STOREFRONT…")],
    why: Annotated[str, typer.Option("--why", help="Why it is not worth watching.")],
    sites: Sites = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Never propose these storefronts again.

    Example: churnwatch sites reject lone-hill.example --why "a tea shop"
    """
    from datetime import UTC, datetime

    from churnwatch.capture import when
    from churnwatch.proposals import decided, read_proposals, write_proposals
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from crawlers.errors import ConfigError
    from crawlers.ids import instant

    folder = sites or load_settings().sites
    standing = read_proposals(folder)
    if not why.strip():
        raise ConfigError("a rejection needs a reason; the next analyst will ask", key="--why")
    at = instant(when(now, "--now") or datetime.now(UTC))
    for name in storefronts:
        if name not in standing:
            raise ConfigError(f"no proposal names {name!r}; see churnwatch sites propose", key="STOREFRONT")
        standing[name] = decided(standing[name], "rejected", at=at, why=why)
    path = write_proposals(folder, standing.values())
    if as_json:
        json_lines(standing[name].as_json() for name in storefronts)
    else:
        say(f"{len(storefronts)} rejected in {path}")


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address of the storefront.", metavar="URL")],
    reason: Reason,
    name: Name = None,
    even_if_closed: Closed = False,
    sites: Sites = None,
    evidence: Evidence = None,
    hosts: Hosts = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Look once at an address (GET only, robots obeyed, sealed) and write its site file; never overwrites one.

    Example: churnwatch sites add https://new-gate.example/ --reason "case 2026-017" --even-if-closed --hosts hosts
    """
    from churnwatch.adding import add_site
    from churnwatch.settings import load_settings

    settings = load_settings()
    _, path = add_site(
        settings, url, reason, sites or settings.sites, name=name, evidence=evidence, hosts=hosts, now=now,
        even_if_closed=even_if_closed, as_json=as_json,
    )  # fmt: skip
    if path is None:
        raise typer.Exit(1)
