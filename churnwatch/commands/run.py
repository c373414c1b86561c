"""`churnwatch run`: the main job, from site files to alerts."""

from typing import Annotated

import typer

from churnwatch.options import Evidence, Fresh, Hosts, Json, Now, PlannedAt, SiteNames, Sites, Store


def run(
    names: SiteNames,
    sites: Sites = None,
    evidence: Evidence = None,
    store: Store = None,
    hosts: Hosts = None,
    planned_at: PlannedAt = None,
    fresh: Fresh = False,
    due: Annotated[bool, typer.Option("--due", help="Leave out sites whose next visit is not due yet (schedule --plan).")] = False,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Crawl, analyse, link, follow churn, refresh leads and put out alerts.

    Example: churnwatch run green-door --sites sites --hosts hosts
    """
    from churnwatch.capture import crawl_options, named_sites, visit_row, when
    from churnwatch.pipeline import analyse_visits, judge, open_settings_store
    from churnwatch.schedule import due_now, next_visits
    from churnwatch.sending import send_or_say
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, say_calibration, table, waiting
    from crawlers.evidence import visit_path
    from crawlers.run import run_visits

    settings = load_settings()
    jobs = named_sites(names, sites or settings.sites)
    if due:
        with open_settings_store(settings, store) as opened:
            jobs = due_now(opened, jobs, when(now, "--now"))
    options = crawl_options(settings, evidence=evidence, hosts=hosts, planned_at=planned_at, fresh=fresh, now=now)
    with waiting(f"visiting {len(jobs)} site(s)"):
        visits = run_visits(jobs, options)  # before the store is opened: evidence is kept even when the store is away
    with waiting("analysing, linking, judging"), open_settings_store(settings, store) as opened:
        report = analyse_visits([visit_path(options.evidence, visit) for visit in visits], opened)
        judged = judge(opened, when(now, "--now"))
        sent = send_or_say(settings, opened, when(now, "--now"), quiet=as_json)
        following = next_visits(opened, jobs, when(now, "--now"))
    if as_json:
        rows = [visit_row(visit) for visit in visits]
        json_lines([{"visits": rows, "next": following, "analysis": report.as_json(), "leads": list(judged.leads), "alerts": sent}])
        return
    table("Visits", ("site", "ended", "pages"), ((visit.site, visit.stop, visit.pages_got) for visit in visits))
    table("Next visits", ("site", "next", "why"), ((row["site"], row["next"], row["why"]) for row in following))
    for warning in report.warnings():
        say(warning)
    table(
        "Leads",
        ("lead", "band", "score", "storefronts"),
        ((one["title"], one["band"], one["score"], one["storefronts"]) for one in judged.leads),
    )
    say_calibration(judged.leads)
