"""What a search hands out beside the documents: likeness, and where the words stand."""

from indexer.highlight import highlights, snippet
from indexer.search_text import phrases
from indexer.store import Document, Store, Value
from indexer.wordings import worded_like


def answer(store: Store, kind: str, text: str, where: dict[str, Value], limit: int, like: str | None) -> list[Document]:
    """The documents of a search; with `like`, a listing's id, the listings worded like it with their `likeness`, nearest first."""
    if like is None:
        return store.search(kind, text, where, limit)
    return [one.document | {"likeness": one.score} for one in worded_like(store, like, where, limit)]


def with_highlights(kind: str, document: Document, text: str) -> Document:
    """The document with `highlights` (spans by field, half-open, in code points) and `found`, the first of them among its neighbours."""
    marked = highlights(kind, document, phrases(text))
    found = next((snippet(str(document[name]), spans) for name, spans in marked.items()), None)
    spans: dict[str, Value] = {name: [[*span] for span in places] for name, places in marked.items()}
    return document | {"highlights": spans, "found": found}
