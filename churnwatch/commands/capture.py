"""`churnwatch capture`: one sealed look at one address, with the reason for it."""

from typing import Annotated

import typer

from churnwatch.options import Evidence, Hosts, Json, Now


def capture(
    url: Annotated[str, typer.Argument(help="Address of the page.", metavar="URL")],
    reason: Annotated[str, typer.Option("--reason", help="Why it is captured: case, order, legal ground; goes into the evidence.")],
    robots: Annotated[
        str, typer.Option("--robots", help="obey: a page that robots forbids is not asked for; record: it is, on record.")
    ] = "obey",
    render: Annotated[str, typer.Option("--render", help="auto, http or browser.")] = "auto",
    images: Annotated[bool, typer.Option("--images", help="Keep the page's pictures too.")] = False,
    evidence: Evidence = None,
    hosts: Hosts = None,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Capture one page as sealed evidence: GET only, with its robots file, icons, sitemap, certificates and DNS answers.

    Example: churnwatch capture https://green-door.example/ --reason "case 2026-017" --hosts hosts
    """
    from churnwatch.adhoc import adhoc_site, sealed_capture
    from churnwatch.capture import crawl_options, visit_row
    from churnwatch.settings import load_settings
    from churnwatch.show import fields, json_lines, say, table
    from crawlers.run import run_visits
    from indexer.defang import defang

    options = crawl_options(load_settings(), evidence=evidence, hosts=hosts, fresh=True, now=now)
    (visit,) = run_visits([adhoc_site(url, reason, robots=robots, render=render, images=images, hosts=options.hosts)], options)
    sealed = sealed_capture(options.evidence, visit)
    if as_json:
        json_lines([visit_row(visit) | sealed.as_json()])
        return
    table(
        "Captures",
        ("role", "status", "bytes", "capture", "address"),
        ((one.role, one.status, one.body_bytes, one.capture_id, defang(one.url)) for one in sealed.captures),
    )
    fields({"visit": visit.visit_id, "ended": visit.stop, "archive": sealed.archive, "seal": sealed.seal, "signed by": sealed.key})
    if not sealed.has_page:
        say(f"no page was captured: {sealed.why or visit.stop}; the look itself is sealed")
    say(f"next: churnwatch verify {options.evidence}")
