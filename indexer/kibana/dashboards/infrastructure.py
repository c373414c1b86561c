"""Infrastructure reuse: identifiers by rarity and breadth, hubs, clusters, and when sharing began."""

from indexer.kibana.columns import count, figure, latest, over_time, ranges, terms
from indexer.kibana.dashboard import Dashboard, row
from indexer.kibana.lens import Series, heat, metric, table, xy
from indexer.kibana.searches import CLUSTERS, SHARED
from indexer.kibana.visualization import Note, Vega

STANDING = "marketplace.withdrawn: false"
LINKING = f"{STANDING} and marketplace.hub: false and marketplace.size >= 2"
LINKED = f"{STANDING} and marketplace.link.linked: true"
HUBS = f"{STANDING} and marketplace.hub: true"
BREADTH = ranges(
    "Storefronts that have it",
    "size",
    ((1, 2, "1"), (2, 3, "2"), (3, 5, "3–4"), (5, 10, "5–9"), (10, 50, "10–49"), (50, None, "50 and more")),
)

DASHBOARD = Dashboard(
    "infrastructure",
    "Infrastructure reuse",
    "Which identifiers are shared, how rare and how broad they are, which are hubs, and the clusters they make.",
    (
        row(
            6,
            Note(
                "about-infrastructure",
                "About this page",
                "**Infrastructure reuse.** All panels but the timeline show how things stand *now*. A *hub* is an identifier that many "
                "unrelated storefronts have (a shared server, a template's key): it proves nothing and links nobody. "
                "The rarer a shared identifier, the more it says. No clusters means that no two storefronts share enough yet.",
            ),
        ),
        row(
            7,
            metric("identifiers-linking", "Identifiers that link", "On 2 or more, no hub.", "identifier", count("links", LINKING)),
            metric("identifiers-hubs", "Hubs", "Shared too widely to prove anything.", "identifier", count("hubs", HUBS)),
            metric("clusters-many", "Clusters of 2 and more", "", "cluster", count("clusters", f"{STANDING} and marketplace.size >= 2")),
            metric("links-standing", "Links between storefronts", "", "link", count("links", LINKED)),
        ),
        row(
            26,
            Vega(
                "cluster_network",
                "The twelve largest clusters: storefronts and the links between them",
                "A dot is a storefront, a line a link; the thicker the line, the more certain.",
            ),
        ),
        row(
            18,
            heat(
                "rarity-and-breadth",
                "Identifiers by type and breadth",
                "How many identifiers of a type are on how many storefronts. Left is rare.",
                "identifier",
                BREADTH,
                terms("Type", "identifier", 20),
                count("identifiers"),
                STANDING,
            ),
            xy(
                "sharing-begins",
                "When identifiers that link were first seen",
                "",
                Series(
                    "identifier by first sighting", "bar_stacked", over_time("First seen"), (count("identifiers"),),
                    terms("Type", "identifier", 8),
                ),
                where=LINKING,
            ),
        ),
        row(
            16,
            table(
                "hubs",
                "Hubs: too common to prove anything",
                "",
                "identifier",
                (terms("Type", "identifier", 20), terms("Value", "value", 5), terms("Why", "reason", 1)),
                (figure("storefronts", "max", "size", decimals=0), latest("last seen", "last_seen")),
                HUBS,
            ),
            table(
                "links-by-certainty",
                "Links by storefront",
                "",
                "link",
                (terms("Storefront", "a", 30), terms("Linked with", "b", 10)),
                (figure("probability", "max", "probability", decimals=3), figure("bits of evidence", "max", "bits", decimals=1)),
                LINKED,
            ),
        ),
        row(15, SHARED, CLUSTERS),
    ),
)  # fmt: skip
