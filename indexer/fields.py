"""The one table of stored fields: name in JSON and SQLite, path in Elasticsearch, type. Both stores and the mappings derive from it.

A type is `keyword`, `text` (searched through `indexer.search_text`), `date`, `integer`, `double`, `boolean`, `ip`,
`decimal` (kept as an exact string, with a double beside it in Elasticsearch for ranges), `json` (kept whole, not searched) or
`vector` (see `indexer.vectors`).
Paths follow ECS where ECS has the idea; all else lies under `marketplace.*` and `nlp.*`. A keyword may hold a list.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One stored field."""

    name: str
    path: str
    type: str


def _table(rows: str) -> dict[str, Field]:
    fields = {}
    for row in rows.split():
        name, path, kind = row.split("|")
        fields[name] = Field(name, path, kind)
    return fields


FIELDS = _table("""
id|event.id|keyword kind|event.dataset|keyword sequence|marketplace.sequence|integer withdrawn|marketplace.withdrawn|boolean
superseded|marketplace.superseded|boolean
site|marketplace.site|keyword storefront|marketplace.storefront|keyword visit_id|marketplace.visit_id|keyword
analysis_id|marketplace.analysis_id|keyword
capture_id|marketplace.capture.id|keyword capture_ids|marketplace.capture.ids|keyword listing_id|marketplace.listing.id|keyword
planned_at|@timestamp|date at|event.created|date started_at|event.start|date done_at|event.end|date
stop|marketplace.visit.stop|keyword pages_planned|marketplace.visit.pages_planned|integer pages_got|marketplace.visit.pages_got|integer
canary|marketplace.visit.canary|boolean took_s|marketplace.visit.took_s|double egress|marketplace.visit.egress|keyword
clock|marketplace.visit.clock|keyword
budget_minutes|marketplace.visit.budget_minutes|double unchanged|marketplace.visit.unchanged|keyword
barred|marketplace.visit.barred|double
warc_sha256|file.hash.sha256|keyword warc_file|file.name|keyword warc_offset|marketplace.capture.offset|integer
role|marketplace.capture.role|keyword render|marketplace.capture.render|keyword url|url.full|keyword asked_url|url.original|keyword
hop|marketplace.capture.hop|integer
outlinks|marketplace.capture.outlinks|keyword
attempt|marketplace.capture.attempt|integer status_code|http.response.status_code|integer headers|marketplace.capture.headers|keyword
body_sha256|marketplace.capture.body_sha256|keyword body_bytes|http.response.body.bytes|integer
fetched_at|marketplace.capture.fetched_at|date ip|server.ip|ip
protocol|network.protocol|keyword seen_as|marketplace.capture.seen_as|keyword
host|url.domain|keyword port|url.port|integer seen_at|marketplace.seen_at|date dns|dns.resolved|keyword
certificates|tls.server.chain_sha256|keyword
spki|tls.server.spki_sha256|keyword sans|tls.server.sans|keyword issuer|tls.server.issuer|keyword not_before|tls.server.not_before|date
not_after|tls.server.not_after|date
robots|marketplace.host.robots|keyword robots_capture_id|marketplace.host.robots_capture_id|keyword failure|marketplace.host.failure|keyword
detail|event.reason|keyword
outcome|event.outcome|keyword score|event.risk_score|double band|risk.calculated_level|keyword reasons|marketplace.reasons|json
language|nlp.language|keyword calibrated_on|nlp.calibrated_on|keyword
reason|marketplace.look.reason|keyword moved_to|marketplace.look.moved_to|keyword content|marketplace.look.content|keyword
lexicon|nlp.lexicon|keyword code|nlp.code|keyword layout_changed|nlp.layout_changed|keyword
group|nlp.finding.group|keyword finding_kind|nlp.finding.kind|keyword value|nlp.finding.value|keyword
identifier|nlp.finding.identifier|keyword pivot|nlp.finding.pivot|boolean
term|nlp.finding.term|keyword term_id|nlp.finding.term_id|keyword category|nlp.finding.category|keyword
substance|nlp.finding.substance|keyword weight|nlp.finding.weight|double
obfuscated|nlp.finding.obfuscated|boolean networks|nlp.finding.networks|keyword where|nlp.finding.where|json text|nlp.text|text
title|marketplace.listing.title|text description|marketplace.listing.description|text price|marketplace.listing.price|decimal
currency|marketplace.listing.currency|keyword
price_was|marketplace.listing.price_was|decimal price_max|marketplace.listing.price_max|decimal
quantity|marketplace.listing.quantity|decimal unit|marketplace.listing.unit|keyword
pack_prices|marketplace.listing.pack_prices|json price_per_kg|marketplace.listing.price_per_kg|decimal
disagreed|marketplace.listing.disagreed|json
min_order|marketplace.listing.min_order|keyword sku|marketplace.listing.sku|keyword availability|marketplace.listing.availability|keyword
seller|marketplace.listing.seller|keyword
ships_from|marketplace.listing.ships_from|keyword ships_to|marketplace.listing.ships_to|keyword codes|marketplace.listing.codes|keyword
images|marketplace.listing.images|keyword
source|marketplace.listing.source|keyword current|marketplace.listing.current|boolean first_seen|marketplace.first_seen|date
last_seen|marketplace.last_seen|date
removed_at|marketplace.listing.removed_at|date state|marketplace.state|keyword cluster|marketplace.cluster|keyword
listings|marketplace.listings|integer
opened_at|marketplace.opened_at|date ended_at|marketplace.ended_at|date a|marketplace.link.a|keyword b|marketplace.link.b|keyword
probability|marketplace.probability|double
linked|marketplace.link.linked|boolean bits|marketplace.link.bits|double evidence|marketplace.evidence|json
members|marketplace.members|keyword size|marketplace.size|integer
label|marketplace.label|keyword hub|marketplace.hub|boolean event|event.action|keyword after|marketplace.event.after|date
by|marketplace.event.by|date confirmed_at|marketplace.event.confirmed_at|date
looks|marketplace.event.looks|keyword successor_of|marketplace.event.successor_of|keyword old|marketplace.event.old|keyword
new|marketplace.event.new|keyword
status|marketplace.status|keyword assignee|marketplace.lead.assignee|keyword notes|marketplace.lead.notes|keyword
tlp|marketplace.lead.tlp|keyword storefronts|marketplace.storefronts|keyword
sent_to|marketplace.lead.sent_to|keyword feedback|marketplace.lead.feedback|keyword lead_id|marketplace.lead.id|keyword
created_at|marketplace.created_at|date
refreshed_at|marketplace.refreshed_at|date claimed_by|marketplace.alert.claimed_by|keyword claimed_at|marketplace.alert.claimed_at|date
sent_at|marketplace.alert.sent_at|date
attempts|marketplace.alert.attempts|integer error|error.message|keyword subject|marketplace.alert.subject|keyword
verdict|marketplace.judgement.verdict|keyword left|marketplace.judgement.left|keyword right|marketplace.judgement.right|keyword
who|user.name|keyword why|marketplace.why|keyword
document|marketplace.document|json family|marketplace.family|keyword previous|marketplace.previous|keyword
simulated|marketplace.simulated|boolean vector|nlp.vector.packed|vector vector_model|nlp.vector.model|keyword
""")

_ANALYSED = "id kind analysis_id visit_id site planned_at superseded storefront"
_DERIVED = "id kind sequence withdrawn"
# Names of each family's fields; `kind` is always the family's name.
FAMILIES: dict[str, tuple[Field, ...]] = {
    family: tuple(FIELDS[name] for name in names.split())
    for family, names in {
        "plan": "id kind visit_id site planned_at budget_minutes",
        "visit": (
            "id kind site planned_at started_at done_at stop pages_planned pages_got canary took_s egress clock warc_sha256 warc_file "
            "unchanged"
        ),
        "capture": (
            "id kind visit_id site storefront planned_at role render url asked_url hop attempt status_code headers body_sha256 body_bytes "
            "fetched_at ip protocol warc_file warc_offset seen_as outlinks title text"
        ),
        "hostfacts": (
            "id kind visit_id site planned_at host port seen_at dns certificates spki sans issuer not_before not_after robots "
            "robots_capture_id failure detail"
        ),
        "look": f"{_ANALYSED} outcome at capture_ids score band reasons calibrated_on language reason moved_to content canary",
        "analysis": f"{_ANALYSED} lexicon code layout_changed barred at",
        "finding": (
            f"{_ANALYSED} capture_id seen_at group finding_kind value identifier pivot term term_id category substance weight obfuscated "
            "language networks where text"
        ),
        "listing_obs": (
            f"{_ANALYSED} capture_id seen_at listing_id url title description price currency price_was price_max quantity unit min_order "
            "sku pack_prices price_per_kg disagreed availability seller ships_from ships_to codes images source score band reasons "
            "calibrated_on where"
        ),
        "storefront": (
            f"{_DERIVED} storefront site state score band reasons calibrated_on verdict cluster first_seen last_seen opened_at ended_at "
            "listings language simulated"
        ),
        "listing": (
            f"{_DERIVED} listing_id storefront url title description price currency price_was price_max quantity unit min_order sku "
            "pack_prices price_per_kg disagreed availability seller ships_from ships_to codes images source capture_id current "
            "first_seen last_seen removed_at score band reasons calibrated_on verdict vector vector_model"
        ),
        "identifier": f"{_DERIVED} identifier value storefronts size hub reason first_seen last_seen",
        "cluster": f"{_DERIVED} members size label first_seen last_seen",
        "link": f"{_DERIVED} a b probability linked bits evidence",
        "event": f"{_DERIVED} storefront event after by confirmed_at looks evidence successor_of probability listing_id old new",
        "succession": f"{_DERIVED} storefront successor_of probability evidence",
        "lead": (
            f"{_DERIVED} title storefront cluster storefronts status assignee notes tlp sent_to feedback score band reasons evidence "
            "calibrated_on verdict first_seen last_seen created_at refreshed_at simulated"
        ),
        "assignment": "id kind cluster members at previous",
        "judgement": "id kind verdict left right who why at score band",
        "intervention": "id kind storefront at event who why",
        "alert": "id kind lead_id storefront storefronts title subject text status created_at claimed_by claimed_at sent_at attempts error",
        "deadletter": "id kind family error document at",
    }.items()
}
# Append-only families lie in monthly indices named from `planned_at`; the rest in one index each.
MONTHLY = ("plan", "visit", "capture", "hostfacts", "look", "analysis", "finding", "listing_obs")
# Append-only: the first writing of an id stands, whoever writes again.
FIRST_STANDS = (*MONTHLY, "assignment", "judgement", "intervention")
# Recomputed whole by the projector with the projection sequence as their version.
DERIVED = ("storefront", "listing", "identifier", "cluster", "link", "event", "succession", "lead")
# What `Store.rebuild` empties: leads stay, since they hold what analysts wrote; refreshing withdraws those without ground.
REBUILT = tuple(family for family in DERIVED if family != "lead")
# What `search` without an explicit field looks through, in this order.
SEARCHED = ("title", "description", "text")
# What it looks through in families that have none of those.
NAMED = (
    "site",
    "host",
    "storefront",
    "storefronts",
    "event",
    "successor_of",
    "members",
    "label",
    "value",
    "a",
    "b",
    "left",
    "right",
    "why",
    "error",
)


def searched(family: str) -> tuple[str, ...]:
    """Names of the fields whose words `search` finds, in the order of the tables above."""
    names = {field.name for field in FAMILIES[family]}
    return tuple(name for name in SEARCHED if name in names) or tuple(name for name in NAMED if name in names)
