"""Storefront churn: births, ends, returns, states, and how fast operators come back."""

from indexer.kibana.columns import count, filters, over_time, terms
from indexer.kibana.dashboard import Dashboard, Row, row
from indexer.kibana.lens import Series, metric, ring, xy
from indexer.kibana.searches import LIFE_EVENTS, NEW_HIGH_RISK
from indexer.kibana.visualization import Note, Vega

STANDING = "marketplace.withdrawn: false"
ENDS = "event.action: (vanished or parked or seized or suspended or moved)"

DASHBOARD = Dashboard(
    "storefront-churn",
    "Storefront churn",
    "Births, ends and returns of storefronts, their states now, and the time operators need to come back.",
    (
        row(
            6,
            Note(
                "about-churn",
                "About this page",
                "**Storefront churn.** The figures and rings in the upper rows show how things stand *now*, whatever the time range. "
                "Charts over time and the lists follow the range. An event is counted at the first look that saw the new state. "
                "No births in a range means that no new storefront was found in it, or that no site file led to one.",
            ),
        ),
        row(
            7,
            metric("storefronts-known", "Storefronts known", "", "storefront", count("storefronts", STANDING)),
            metric("storefronts-live", "Live now", "", "storefront", count("live", f"{STANDING} and marketplace.state: live")),
            metric(
                "storefronts-ended",
                "Ended",
                "Vanished, parked, seized, suspended or moved.",
                "storefront",
                count("ended", f"{STANDING} and marketplace.state: (vanished or parked or seized or suspended or moved)"),
            ),
            metric("storefronts-high", "High risk", "", "storefront", count("high risk", f"{STANDING} and risk.calculated_level: high")),
        ),
        Row(
            15,
            (
                (
                    xy(
                        "births-ends-returns",
                        "Births, ends and returns of storefronts",
                        "Events by the first look that saw the new state.",
                        Series(
                            "event",
                            "bar_stacked",
                            over_time("Seen at"),
                            (count("events"),),
                            filters(
                                "What happened",
                                {"births": "event.action: appeared", "ends": ENDS, "returns": "event.action: returned"},
                            ),
                        ),
                        where=STANDING,
                    ),
                    32,
                ),
                (
                    ring("states-now", "States now", "", "storefront", terms("State", "state", 8), count("storefronts"), STANDING),
                    16,
                ),
            ),
        ),
        row(
            20,
            Vega(
                "storefront_lives",
                "Storefronts: latest opening to end or last look",
                "The storefronts that opened last, as many as fit; colour says the state they are in.",
            ),
            Vega(
                "reconstitution",
                "Time to reconstitution: from a storefront's end to its operator's next one",
                "One line a succession, between the looks that saw the end and the opening: each may be a visit off. Left of zero: "
                "the new storefront stood before the old one ended.",
            ),
        ),
        row(
            15,
            xy(
                "ends-by-kind",
                "Ends by kind",
                "How storefronts ended.",
                Series("event", "bar_horizontal", terms("End", "event", 8), (count("ends"),)),
                where=f"{STANDING} and {ENDS}",
            ),
            NEW_HIGH_RISK,
        ),
        row(16, LIFE_EVENTS),
    ),
)
