"""Saved searches: lists of documents with the columns that an analyst reads first."""

from dataclasses import dataclass

from indexer.kibana.data_views import path_in
from indexer.kibana.saved_object import Json, SavedObject, object_id, refer, search_source, tagged

_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
LIVES = "(appeared or returned or vanished or parked or seized or suspended or moved or blocked or unblocked)"


@dataclass(frozen=True, slots=True)
class Search:
    """A list over a data view: KQL, columns by their names in `indexer.fields`, and the column it is sorted by, downwards."""

    name: str
    title: str
    about: str
    view: str
    where: str
    columns: str
    sort: str

    kind = "search"

    def saved(self, prefix: str) -> SavedObject:
        """The saved object."""
        attributes: Json = {
            "title": self.title,
            "description": self.about,
            "columns": [path_in(self.view, name) for name in self.columns.split()],
            "sort": [[path_in(self.view, self.sort, number=True), "desc"]],
            "grid": {},
            "hideChart": False,
            "isTextBasedQuery": False,
            "timeRestore": False,
            "kibanaSavedObjectMeta": search_source(self.where, indexRefName=_INDEX),
        }
        references = (refer(prefix, _INDEX, "index-pattern", self.view), tagged(prefix))
        return SavedObject("search", object_id(prefix, "search", self.name), attributes, references)


NEW_HIGH_RISK = Search(
    "new-high-risk",
    "New high-risk storefronts",
    "Storefronts first seen in the time range whose risk is high.",
    "storefront by first sighting",
    "risk.calculated_level: high and marketplace.withdrawn: false",
    "storefront state score cluster listings language opened_at",
    "first_seen",
)
RESEARCH_GUARANTEE = Search(
    "research-guarantee",
    "Research chemical with a shipping guarantee",
    "Places where research wording stands beside a promise about delivery.",
    "finding",
    "nlp.finding.term_id: research_chemical_guarantee and marketplace.superseded: false",
    "storefront text category language capture_id",
    "planned_at",
)
CAS_MISMATCH = Search(
    "cas-mismatch",
    "Name and CAS number disagree",
    "A substance is named beside a CAS number that belongs to another one.",
    "finding",
    "nlp.finding.kind: mismatch and marketplace.superseded: false",
    "storefront text term substance weight capture_id",
    "planned_at",
)
NEW_WORDS = Search(
    "new-words",
    "New terms and codes",
    "Lexicon terms and product codes that nobody had used before.",
    "event",
    "event.action: (term_first_seen or code_first_seen) and marketplace.withdrawn: false",
    "event new storefront by",
    "by",
)
DEAD_LETTERS = Search(
    "dead-letters",
    "Dead letters",
    "Documents that the store refused: a fault of churnwatch or of its set-up, to be mended. Empty is good.",
    "deadletter",
    "",
    "family error at",
    "at",
)
LIFE_EVENTS = Search(
    "life-events",
    "Births, ends and returns",
    "What happened to storefronts, with the successor's evidence under the event's id.",
    "event",
    f"event.action: {LIVES} and marketplace.withdrawn: false",
    "event storefront after confirmed_at successor_of probability",
    "by",
)
OPEN_LEADS = Search(
    "open-leads",
    "Leads as they stand",
    "One line a lead. A lead is a finding to be checked, not a verdict.",
    "lead",
    "marketplace.withdrawn: false",
    "title band score status assignee tlp cluster storefronts first_seen last_seen",
    "score",
)
ALERTS = Search(
    "alerts",
    "Alerts and how they left",
    "The outbox: what was mailed, when, and what failed.",
    "alert",
    "",
    "status subject storefronts sent_at attempts error",
    "created_at",
)
PRICE_CHANGES = Search(
    "price-changes",
    "Price changes",
    "Old and new price of a listing, as printed on the page.",
    "event",
    "event.action: price_changed and marketplace.withdrawn: false",
    "storefront old new listing_id",
    "by",
)
ENDED_VISITS = Search(
    "ended-visits",
    "Visits that did not reach their end",
    "Stopped by the site, the network, the budget or a fault of our own.",
    "visit",
    "not marketplace.visit.stop: done",
    "site stop pages_planned pages_got canary egress started_at done_at",
    "planned_at",
)
SHARED = Search(
    "shared-identifiers",
    "Identifiers that link storefronts",
    "On at least two storefronts and no hub; the reason says how rare.",
    "identifier",
    "marketplace.size >= 2 and marketplace.hub: false and marketplace.withdrawn: false",
    "identifier value size storefronts first_seen last_seen",
    "size",
)
CLUSTERS = Search(
    "clusters",
    "Clusters of more than one storefront",
    "Storefronts that belong together, largest first.",
    "cluster",
    "marketplace.size >= 2 and marketplace.withdrawn: false",
    "id size members label first_seen last_seen",
    "size",
)
# What belongs to no dashboard is listed here, so that it is imported too.
ALONE = (NEW_HIGH_RISK, RESEARCH_GUARANTEE, CAS_MISMATCH, DEAD_LETTERS)
