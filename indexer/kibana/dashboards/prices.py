"""Prices: what is asked for a kilogram, how prices move, what is in stock."""

from indexer.kibana.columns import count, figure, filters, over_time, terms, unique
from indexer.kibana.dashboard import Dashboard, Row, row
from indexer.kibana.lens import Series, metric, table, xy
from indexer.kibana.searches import PRICE_CHANGES
from indexer.kibana.visualization import Note

SEEN = "marketplace.superseded: false"
PRICED = f"{SEEN} and marketplace.listing.price_per_kg: *"
NOW = "marketplace.withdrawn: false and marketplace.listing.current: true"
CHANGED = "event.action: price_changed and marketplace.withdrawn: false"
REMOVED = "event.action: listing_removed and marketplace.withdrawn: false"

DASHBOARD = Dashboard(
    "prices",
    "Prices",
    "Prices per kilogram, their changes, and what is in stock.",
    (
        row(
            6,
            Note(
                "about-prices",
                "About this page",
                "**Prices.** Prices are as printed, in the shop's own currency; nothing is converted, so read one currency at a time. "
                "*Per kilogram* is there only where a quantity stands beside the price. Listings without a price are not counted. "
                "An empty panel means that no listing with such a price was seen in the range.",
            ),
        ),
        row(
            7,
            metric("listings-current", "Listings offered now", "", "listing", count("listings", NOW)),
            metric("listings-risky", "Of them with high risk", "", "listing", count("listings", f"{NOW} and risk.calculated_level: high")),
            metric("price-changes-count", "Price changes in the time range", "", "event", count("changes", CHANGED)),
            metric("listings-removed", "Listings removed in the time range", "", "event", count("removed", REMOVED)),
        ),
        Row(
            15,
            (
                (
                    xy(
                        "price-per-kg", "Median price per kilogram by currency", "All listings with a quantity.",
                        Series(
                            "listing_obs", "line", over_time("Seen at"), (figure("price per kg", "median", "price_per_kg"),),
                            terms("Currency", "currency", 6),
                        ),
                        where=PRICED,
                    ),
                    28,
                ),
                (
                    xy(
                        "price-changes-over-time", "Price changes over time", "",
                        Series("event", "bar_stacked", over_time("Seen at"), (count("changes"),)), where=CHANGED,
                    ),
                    20,
                ),
            ),
        ),
        row(
            18,
            table(
                "price-by-cas", "Price per kilogram by CAS number", "One line a CAS number or code and currency.", "listing_obs",
                (terms("CAS or code", "codes", 20), terms("Currency", "currency", 6)),
                (
                    unique("storefronts", "storefront"),
                    figure("lowest", "min", "price_per_kg"),
                    figure("median", "median", "price_per_kg"),
                    figure("highest", "max", "price_per_kg"),
                ),
                PRICED,
            ),
            xy(
                "price-spread", "Spread of prices by CAS number (US dollars)", "A tenth of the listings are cheaper than the first bar.",
                Series(
                    "listing_obs", "bar_horizontal", terms("CAS or code", "codes", 10),
                    (
                        figure("10 %", "percentile", "price_per_kg", percentile=10),
                        figure("90 %", "percentile", "price_per_kg", percentile=90),
                    ),
                ),
                where=f"{PRICED} and marketplace.listing.currency: USD",
            ),
        ),
        row(
            14,
            xy(
                "availability", "In stock or not", "",
                Series(
                    "listing_obs", "bar_percentage_stacked", over_time("Seen at"), (count("listings"),),
                    filters("Availability", {
                        "in stock": "marketplace.listing.availability: in_stock",
                        "out of stock": "marketplace.listing.availability: out_of_stock",
                    }),
                ),
                where=SEEN,
            ),
            xy(
                "new-listings", "Listings first seen, by risk", "",
                Series("listing by first sighting", "bar_stacked", over_time("First seen"), (count("listings"),), terms("Risk", "band", 4)),
                where="marketplace.withdrawn: false",
            ),
        ),
        row(15, PRICE_CHANGES),
    ),
)  # fmt: skip
