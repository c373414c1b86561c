"""Leads: what an investigator is handed. One for each cluster of at least two storefronts or single storefront with band `high`.

A lead's id comes from its cluster id or storefront key, so a refresh meets the same lead again and keeps what analysts wrote on it. When a
storefront with a lead of its own becomes part of a cluster, the cluster's lead takes over: the old lead is withdrawn and names the new one
(`evidence.superseded_by`), the new one lists the old (`evidence.supersedes`) and, when it is made, inherits notes, assignee, recipients and
the stricter TLP. Withdrawn leads stay in the store as they last stood, with the reason.
"""

from collections.abc import Iterable
from datetime import datetime

from crawlers.ids import content_id, instant
from indexer.lead_evidence import evidence, merged_reasons, span
from indexer.lead_ground import Ground, read_ground
from indexer.store import Document, Store, Value
from indexer.values import number, row, rows, standing, text, texts
from indexer.verdicts import ON_ONE, ON_PAIRS, by_age, judgement_rows
from indexer.wording import ENDS, joined

ANALYST = ("status", "assignee", "notes", "tlp", "sent_to", "feedback", "created_at")
DEFAULT_TLP = "AMBER"
TLP_ORDER = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


def refresh_leads(store: Store, at: datetime, sequence: int, previous: Iterable[Document] | None = None) -> list[Document]:
    """The standing leads after a refresh, ordered by id; also writes them, and withdraws those that lost their ground.

    `at` becomes `refreshed_at` of leads that changed, and `created_at` of new ones. `previous` are the leads read before a rebuild
    emptied the family; without it the store's own are taken. An analyst's writing with a higher sequence than `sequence` stands.
    """
    before = {text(lead, "id"): lead for lead in (store.scan("lead") if previous is None else previous)}
    grounds = _grounds(store)
    members = [storefront for _, storefronts in grounds.values() for storefront in storefronts]
    ground = read_ground(
        store, (text(one, "storefront") for one in members), (reason for one in members for reason in rows(one, "reasons"))
    )
    standing_now = {key: _lead(key, storefronts, cluster, ground, at, sequence) for key, (cluster, storefronts) in grounds.items()}
    decided = [one for one in store.scan("judgement") if text(one, "verdict") in (*ON_ONE, *ON_PAIRS)]
    gone = {key: _withdrawn(lead, standing_now, at, sequence) for key, lead in before.items() if key not in standing_now}
    for key, lead in standing_now.items():
        taken_over = sorted(old for old, one in gone.items() if row(one, "evidence").get("superseded_by") == key)
        lead["evidence"] = {**row(lead, "evidence"), "supersedes": [*taken_over]}
        _judged(lead, decided)
        kept = before.get(key) or _inherited([before[old] for old in taken_over if standing(before[old])])
        lead.update({name: kept[name] for name in ANALYST if kept.get(name) is not None})
    now = {key: _unless_equal(lead, before.get(key)) for key, lead in (standing_now | gone).items()}
    changed = [now[key] for key in sorted(now) if previous is not None or now[key] is not before.get(key)]
    store.put("lead", changed)
    return [now[key] for key in sorted(standing_now)]


def lead_id(*, cluster: str | None = None, storefront: str | None = None) -> str:
    """The id of the lead on a cluster, else on a single storefront."""
    return content_id("lea", "cluster", cluster) if cluster else content_id("lea", "storefront", storefront)


def _grounds(store: Store) -> dict[str, tuple[Document | None, list[Document]]]:
    """Lead id → its cluster (None for a single storefront) and storefront documents by key: whatever deserves a lead today."""
    storefronts = {text(one, "storefront"): one for one in store.scan("storefront") if standing(one)}
    found: dict[str, tuple[Document | None, list[Document]]] = {}
    covered: set[str] = set()
    for cluster in store.scan("cluster"):
        members = [storefronts[key] for key in sorted(texts(cluster, "members")) if key in storefronts]
        if standing(cluster) and len(members) > 1 and any(one.get("band") == "high" for one in members):
            found[lead_id(cluster=text(cluster, "id"))] = cluster, members
            covered.update(text(one, "storefront") for one in members)
    for key, one in storefronts.items():
        if one.get("band") == "high" and key not in covered:
            found[lead_id(storefront=key)] = None, [one]
    return found


def _lead(key: str, storefronts: list[Document], cluster: Document | None, ground: Ground, at: datetime, sequence: int) -> Document:
    first_seen, last_seen = span(storefronts)
    names: list[Value] = [text(one, "storefront") for one in storefronts]
    held = evidence(ground, storefronts, cluster)
    return {
        "id": key,
        "kind": "lead",
        "sequence": sequence,
        "withdrawn": False,
        "title": _title(storefronts, held),
        "storefront": None if cluster else names[0],
        "cluster": text(cluster, "id") if cluster else None,
        "storefronts": names,
        "status": "new",
        "assignee": None,
        "notes": None,
        "tlp": DEFAULT_TLP,
        "sent_to": [],
        "feedback": None,
        "score": max((number(one, "score") or 0.0 for one in storefronts), default=None),
        "band": "high",
        "reasons": merged_reasons(storefronts),
        "calibrated_on": text(max(storefronts, key=lambda one: number(one, "score") or 0.0), "calibrated_on") or None,
        "verdict": None,
        "evidence": held,
        "first_seen": first_seen or None,
        "last_seen": last_seen or None,
        "created_at": instant(at),
        "refreshed_at": instant(at),
        "simulated": any(bool(one.get("simulated")) for one in storefronts),
    }


def _judged(lead: Document, decided: Iterable[Document]) -> None:
    """Writes onto the lead what people said of it, of leads it took over, of its storefronts and of pairs of them, oldest first, and the
    verdict that stands on the lead itself."""
    names = {text(lead, "id"), *texts(row(lead, "evidence"), "supersedes")}
    shops = set(texts(lead, "storefronts"))
    on_lead = [one for one in decided if text(one, "left") in names]
    on_shops = [one for one in decided if text(one, "left") in shops and (not one.get("right") or text(one, "right") in shops)]
    said = by_age([*on_lead, *on_shops])
    lead["evidence"] = {**row(lead, "evidence"), "judgements": [*judgement_rows(said)]}
    lead["verdict"] = next((text(one, "verdict") for one in reversed(by_age(on_lead))), None)


def _title(storefronts: list[Document], evidence: Document) -> str:
    """`3 linked storefronts offer 4-piperidone and 1-boc-4-AP, 1 of them closed`: our own words, lexicon names, storefront keys."""
    substances = [*texts(evidence, "substances")]
    named = [*substances[:2], f"{len(substances) - 2} more"] if len(substances) > 3 else substances
    closed = sum(1 for one in storefronts if text(one, "state") in ENDS)
    single = len(storefronts) == 1
    who = text(storefronts[0], "storefront") if single else f"{len(storefronts)} linked storefronts"
    verb = "offer" if not single else "offered" if closed else "offers"
    # Without a named substance the strongest reason says what is wrong.
    said = next((text(reason, "says") for reason in rows(evidence, "reasons")), "rated high")
    what = f"{who} {verb} {joined(named)}" if named else f"{who}: {said}"
    if not closed:
        return what
    return f"{what}, now closed" if single else f"{what}, {closed} of them closed"


def _withdrawn(lead: Document, now: dict[str, Document], at: datetime, sequence: int) -> Document:
    """The lead as it last stood, withdrawn, with the lead that took over (the one with most of its storefronts) or the reason."""
    mine = set(texts(lead, "storefronts"))
    shared = {key: len(mine.intersection(texts(other, "storefronts"))) for key, other in now.items()}
    best = min((key for key, size in shared.items() if size), key=lambda key: (-shared[key], key), default=None)
    why = f"its storefronts are now part of lead {best}" if best else "none of its storefronts is rated high any more"
    return lead | {
        "sequence": sequence,
        "withdrawn": True,
        "evidence": {**row(lead, "evidence"), "superseded_by": best, "withdrawn_because": why},
        "refreshed_at": instant(at),
    }


def _unless_equal(lead: Document, before: Document | None) -> Document:
    """The lead, or the one before it when they say the same: what did not change keeps its `refreshed_at` and is not written again."""
    return before if before is not None and _said(lead) == _said(before) else lead


def _said(lead: Document) -> Document:
    return {name: value for name, value in lead.items() if name not in ("sequence", "refreshed_at") and value is not None}


def _inherited(leads: list[Document]) -> Document:
    """What a new lead takes over from the leads it replaces; nothing of it is decided anew: differing assignees are left to people."""
    if not leads:
        return {}
    notes = [f"{text(lead, 'id')}: {note}" for lead in leads for note in texts(lead, "notes")]
    assignees = {text(lead, "assignee") for lead in leads} - {""}
    levels = [level for lead in leads for level in texts(lead, "tlp") if level in TLP_ORDER]
    return {
        "notes": [*notes] or None,
        "assignee": assignees.pop() if len(assignees) == 1 else None,
        "tlp": max(levels, key=TLP_ORDER.index, default=DEFAULT_TLP),
        "sent_to": [*sorted({to for lead in leads for to in texts(lead, "sent_to")})],
    }
