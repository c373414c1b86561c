"""Judgements as kept: which verdicts there are, what was said on a thing, and which word stands."""

from collections.abc import Iterable, Iterator, Mapping

from indexer.network.judgements import VERDICTS
from indexer.store import Document, Store
from indexer.values import text, texts

# `true` and `false` are an analyst's verdicts; `seized` and `taken_down` are what became of it, and say that it was worth the look.
ON_ONE = ("true", "false", "seized", "taken_down")
ON_PAIRS = VERDICTS
WORTH_IT = frozenset({"true", "seized", "taken_down"})


def judgements_on(store: Store, keys: Iterable[str]) -> list[Document]:
    """Every verdict and outcome on one of these ids, storefront keys or pairs of them, oldest first."""
    wanted = sorted({*keys})
    found = {text(one, "id"): one for field in ("left", "right") for one in store.scan("judgement", {field: [*wanted]})} if wanted else {}
    named = [one for one in found.values() if text(one, "verdict") in (*ON_ONE, *ON_PAIRS)]
    return by_age(named)


def said_of_anything(store: Store) -> list[Document]:
    """Every verdict and outcome in the store, oldest first; holds and terms left out."""
    return by_age(store.scan("judgement", {"verdict": [*ON_ONE, *ON_PAIRS]}))


def standing_verdicts(store: Store) -> Mapping[str, Document]:
    """Id or storefront key → the judgement that stands on it alone: the newest; of one time, the last by id."""
    return {text(one, "left"): one for one in by_age(store.scan("judgement", {"verdict": [*ON_ONE]}))}


def with_verdicts(documents: Iterable[Document], verdicts: Mapping[str, Document], name: str) -> Iterator[Document]:
    """Each document with the verdict that stands on the thing its field `name` names."""
    for one in documents:
        judged = verdicts.get(text(one, name))
        yield one | {"verdict": judged["verdict"] if judged else None}


def judged_keys(document: Document) -> tuple[str, ...]:
    """Under which ids and keys something may have been said of a document: its own id, its storefront for a storefront, all of a lead's."""
    shops = (
        texts(document, "storefronts")
        if document.get("kind") == "lead"
        else texts(document, "storefront")
        if document.get("kind") == "storefront"
        else ()
    )
    return (text(document, "id"), *shops)


def judgement_rows(judgements: Iterable[Document]) -> list[Document]:
    """Judgements as a lead holds them."""
    return [{name: one.get(name) for name in ("left", "right", "verdict", "who", "why", "at")} for one in judgements]


def by_age(judgements: Iterable[Document]) -> list[Document]:
    """Oldest first; of one time by id."""
    return sorted(judgements, key=lambda one: (text(one, "at"), text(one, "id")))
