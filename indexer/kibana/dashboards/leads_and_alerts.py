"""Leads and alerts: what waits for a person, and how alerts left."""

from indexer.kibana.columns import count, figure, over_time, terms, unique
from indexer.kibana.dashboard import Dashboard, row
from indexer.kibana.lens import Series, metric, ring, table, xy
from indexer.kibana.searches import ALERTS, OPEN_LEADS
from indexer.kibana.visualization import Note

STANDING = "marketplace.withdrawn: false"

DASHBOARD = Dashboard(
    "leads-and-alerts",
    "Leads and alerts",
    "Leads as they stand and the alerts that were sent.",
    (
        row(
            6,
            Note(
                "about-leads",
                "About this page",
                "**Leads and alerts.** Leads are shown as they stand *now*; alerts follow the time range. A lead is a finding to be "
                "checked, not a verdict: `churnwatch explain` says on what it rests. Alerts that stay *pending* mean that no mail settings "
                "are there, or that nothing runs `churnwatch alert`.",
            ),
        ),
        row(
            7,
            metric("leads-standing", "Leads standing", "", "lead", count("leads", STANDING)),
            metric("leads-new", "Not yet looked at", "", "lead", count("leads", f"{STANDING} and marketplace.status: new")),
            metric("leads-storefronts", "Storefronts in leads", "", "lead", unique("storefronts", "storefronts", STANDING)),
            metric("alerts-sent", "Alerts sent in the time range", "", "alert", count("alerts", "marketplace.status: sent")),
        ),
        row(
            14,
            xy(
                "alerts-over-time",
                "Alerts by how they stand",
                "",
                Series("alert", "bar_stacked", over_time("Made at"), (count("alerts"),), terms("Status", "status", 5)),
            ),
            ring("leads-by-status", "Leads by status", "", "lead", terms("Status", "status", 8), count("leads"), STANDING),
            table(
                "storefronts-in-leads",
                "Storefronts in leads",
                "",
                "lead",
                (terms("Storefront", "storefronts", 50),),
                (figure("highest score", "max", "score"), count("leads")),
                STANDING,
            ),
        ),
        row(18, OPEN_LEADS),
        row(16, ALERTS),
    ),
)
