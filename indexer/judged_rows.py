"""Judged storefronts and listings as rows to fit the risk weights to: what each was judged, what its rules gave, whose it is."""

from crawlers.errors import ConfigError
from indexer.store import Document, Store
from indexer.values import number, rows, standing, text, texts
from indexer.verdicts import WORTH_IT, by_age, standing_verdicts
from nlp.calibrate import Row

LEAD, LISTING = "lea_", "lst_"


def judged_rows(store: Store, calibrated_on: str) -> list[Row]:
    """One row a judged storefront or listing, ordered by key. A verdict on a lead counts once over all its storefronts, and a storefront's
    own verdict stands before it. What was judged without a score, and findings, give none.

    Raises ConfigError when some were scored under other weights than those that say `calibrated_on`: their points cannot be compared.
    """
    shops = {text(one, "storefront"): one for one in store.scan("storefront") if standing(one)}
    chosen: dict[str, tuple[Document, bool, float]] = {}
    verdicts = by_age(standing_verdicts(store).values())
    for judgement in sorted(verdicts, key=lambda one: not text(one, "left").startswith(LEAD)):
        worth = text(judgement, "verdict") in WORTH_IT
        covered = _covered(store, shops, text(judgement, "left"))
        for key, document in covered.items():
            chosen[key] = document, worth, 1 / len(covered)
    other = sorted(key for key, (document, *_) in chosen.items() if text(document, "calibrated_on") != calibrated_on)
    if other:
        said = f"{len(other)} of the judged were scored under other weights, {other[0]} among them"
        raise ConfigError(f"{said}: run `churnwatch rescore --apply` first")
    return [_row(key, *chosen[key], shops) for key in sorted(chosen)]


def are_invented(store: Store, judged: list[Row]) -> bool:
    """Does one of the rows come from a simulated clock?"""
    groups = {row.group for row in judged}
    return any(one.get("simulated") is True for one in store.scan("storefront") if _group(one) in groups)


def _covered(store: Store, shops: dict[str, Document], key: str) -> dict[str, Document]:
    """The scored documents that a verdict on this id or key speaks of."""
    if key.startswith(LISTING):
        found = {key: store.get("listing", key) or {}}
    elif key.startswith(LEAD):
        lead = store.get("lead", key) or {}
        found = {shop: shops[shop] for shop in texts(lead, "storefronts") if shop in shops}
    else:
        found = {key: shops[key]} if key in shops else {}
    return {name: one for name, one in found.items() if one.get("score") is not None}


def _row(key: str, document: Document, worth: bool, weight: float, shops: dict[str, Document]) -> Row:
    shop = shops.get(text(document, "storefront"), document)
    points = {text(reason, "id"): number(reason, "points") or 0.0 for reason in rows(document, "reasons")}
    return Row(key, _group(shop), worth, points, weight)


def _group(shop: Document) -> str:
    return text(shop, "cluster") or text(shop, "storefront")
