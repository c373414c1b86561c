"""Crawl health: how much of what was planned was seen, what stood in the way, how long it took."""

from indexer.kibana.columns import count, figure, filters, over_time, terms, unique
from indexer.kibana.dashboard import Dashboard, row
from indexer.kibana.lens import Series, metric, table, xy
from indexer.kibana.searches import DEAD_LETTERS, ENDED_VISITS
from indexer.kibana.visualization import Note, Vega

LOOKS = "marketplace.superseded: false"
BARRED = f"{LOOKS} and event.outcome: (blocked or captcha or login or robots_denied)"

DASHBOARD = Dashboard(
    "crawl-health",
    "Crawl health",
    "Coverage, outcomes, blocks and latency of the crawl.",
    (
        row(
            6,
            Note(
                "about-health",
                "About this page",
                "**Crawl health.** Every panel follows the time range. *Coverage* is the share of planned visits whose look at the "
                "storefront reached a verdict; blocked, timed-out and not-run visits have none, nor has a run whose canaries did not "
                "answer. A blocked site is reported, never worked around. Dead letters should be none.",
            ),
        ),
        row(
            7,
            metric("visits-planned", "Visits planned", "", "plan", count("visits")),
            metric("visits-made", "Visits made", "", "visit", count("visits")),
            metric("looks-barred", "Looks that were barred", "Blocked, captcha, login, robots.", "look", count("looks", BARRED)),
            metric(
                "canaries-silent", "Visits while our own line was down", "Canaries did not answer.", "visit",
                count("visits", "marketplace.visit.canary: false"),
            ),
        ),
        row(
            16,
            Vega("coverage", "Coverage: planned visits that reached a verdict, by day", "Light: planned. Dark: reached a verdict."),
            xy(
                "outcomes-over-time", "Outcomes of looks", "Shares by time.",
                Series("look", "bar_percentage_stacked", over_time("Planned for"), (count("looks"),), terms("Outcome", "outcome", 10)),
                where=LOOKS,
            ),
        ),
        row(
            15,
            xy(
                "visit-seconds", "Seconds a visit takes", "Median and 95th percentile.",
                Series(
                    "visit", "line", over_time("Planned for"),
                    (figure("median", "median", "took_s", decimals=1), figure("95 %", "percentile", "took_s", decimals=1, percentile=95)),
                ),
            ),
            xy(
                "status-codes", "HTTP answers by status", "All captures: pages, robots.txt, icons, sitemaps.",
                Series(
                    "capture", "bar_stacked", over_time("Planned for"), (count("answers"),),
                    filters("Status", {
                        "2xx": "http.response.status_code >= 200 and http.response.status_code < 300",
                        "3xx": "http.response.status_code >= 300 and http.response.status_code < 400",
                        "4xx": "http.response.status_code >= 400 and http.response.status_code < 500",
                        "5xx": "http.response.status_code >= 500",
                    }),
                ),
            ),
        ),
        row(
            15,
            table(
                "barred-sites", "Sites that bar us", "", "look", (terms("Site", "site", 50), terms("Outcome", "outcome", 4)),
                (count("looks"), unique("storefronts", "storefront")), BARRED,
            ),
            table(
                "hosts-failing", "Hosts without an answer", "", "hostfacts", (terms("Host", "host", 50), terms("Failure", "failure", 4)),
                (count("visits"),), "marketplace.host.failure: *",
            ),
            xy(
                "stops", "How visits ended", "",
                Series("visit", "bar_horizontal", terms("Stop", "stop", 12), (count("visits"),)),
            ),
        ),
        row(15, ENDED_VISITS, DEAD_LETTERS),
    ),
)  # fmt: skip
