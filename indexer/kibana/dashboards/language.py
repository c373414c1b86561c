"""Language: which terms, claims and substances are in use, in which languages, and which are new."""

from indexer.kibana.columns import count, filters, over_time, terms, unique
from indexer.kibana.dashboard import Dashboard, row
from indexer.kibana.lens import Series, heat, metric, ring, xy
from indexer.kibana.searches import CAS_MISMATCH, NEW_WORDS, RESEARCH_GUARANTEE
from indexer.kibana.visualization import Note

FLAGS = "nlp.finding.group: flag and marketplace.superseded: false"
TERMS = f"{FLAGS} and nlp.finding.kind: term"
LOOKS = "marketplace.superseded: false and event.outcome: live"

DASHBOARD = Dashboard(
    "language",
    "Language",
    "Terms, claims, substances and languages on storefronts, and what is new.",
    (
        row(
            6,
            Note(
                "about-language",
                "About this page",
                "**Language.** Every panel follows the time range. Charts count *storefronts*, not mentions, unless they say so: "
                "a page that repeats a term a hundred times counts once. An empty panel means that no storefront was seen with such "
                "wording in the range.",
            ),
        ),
        row(
            7,
            metric("flagged-storefronts", "Storefronts with flagged wording", "", "finding", unique("storefronts", "storefront", FLAGS)),
            metric("terms-in-use", "Different terms in use", "", "finding", unique("terms", "term_id", TERMS)),
            metric(
                "substances-offered", "Different substances named", "", "finding", unique("substances", "substance", FLAGS)
            ),
            metric(
                "odd-writing",
                "Storefronts that write a term oddly",
                "Look-alike letters, torn words, hidden characters.",
                "finding",
                unique("storefronts", "storefront", f"{FLAGS} and nlp.finding.obfuscated: true"),
            ),
        ),
        row(
            15,
            xy(
                "wording-over-time",
                "Storefronts by kind of wording over time",
                "",
                Series("finding", "line", over_time("Seen at"), (unique("storefronts", "storefront"),), terms("Category", "category", 8)),
                where=FLAGS,
            ),
            xy(
                "claims-in-use",
                "Promises in use",
                "Claims and pairs of claim and product, by storefronts.",
                Series("finding", "bar_horizontal", terms("Promise", "term", 12), (unique("storefronts", "storefront"),)),
                where=f"{FLAGS} and nlp.finding.kind: (claim or pair)",
            ),
        ),
        row(
            18,
            xy(
                "terms-by-storefronts",
                "Terms in use",
                "",
                Series("finding", "bar_horizontal", terms("Term", "term", 15), (unique("storefronts", "storefront"),)),
                where=TERMS,
            ),
            heat(
                "substances-on-storefronts",
                "Substances by storefront",
                "How often a substance was named.",
                "finding",
                terms("Substance", "substance", 12),
                terms("Storefront", "storefront", 20),
                count("mentions"),
                FLAGS,
            ),
        ),
        row(
            13,
            ring(
                "languages", "Languages of live storefronts", "", "look",
                terms("Language", "language", 8), unique("storefronts", "storefront"), LOOKS
            ),
            ring(
                "writing", "Terms as written", "", "finding",
                filters("Writing", {"plain": "nlp.finding.obfuscated: false", "odd": "nlp.finding.obfuscated: true"}),
                count("mentions"), TERMS,
            ),
            xy(
                "new-words-over-time",
                "New terms and codes",
                "Used by nobody before.",
                Series("event", "bar_stacked", over_time("First seen"), (count("new"),), terms("Kind", "event", 2)),
                where="event.action: (term_first_seen or code_first_seen) and marketplace.withdrawn: false",
            ),
        ),
        row(14, NEW_WORDS, RESEARCH_GUARANTEE),
        row(12, CAS_MISMATCH),
    ),
)  # fmt: skip
