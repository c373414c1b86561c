"""`churnwatch crawl`: captures and writes evidence, nothing else."""

from churnwatch.options import Evidence, Fresh, Hosts, Json, Now, PlannedAt, SiteNames, Sites


def crawl(
    names: SiteNames,
    sites: Sites = None,
    evidence: Evidence = None,
    hosts: Hosts = None,
    planned_at: PlannedAt = None,
    fresh: Fresh = False,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Capture sites and write sealed evidence; no store is touched.

    Example: churnwatch crawl green-door --sites sites --hosts hosts
    """
    from churnwatch.capture import crawl_options, named_sites, visit_row
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, table, waiting
    from crawlers.run import run_visits

    settings = load_settings()
    jobs = named_sites(names, sites or settings.sites)
    options = crawl_options(settings, evidence=evidence, hosts=hosts, planned_at=planned_at, fresh=fresh, now=now)
    with waiting(f"visiting {len(jobs)} site(s)"):
        visits = run_visits(jobs, options)
    if as_json:
        json_lines(visit_row(visit) for visit in visits)
        return
    table(
        "Visits",
        ("site", "ended", "pages", "planned at", "visit"),
        ((v.site, v.stop, v.pages_got, v.planned_at, v.visit_id) for v in visits),
    )
    say(f"evidence sealed in {options.evidence}; next: churnwatch analyse --evidence {options.evidence}")
