"""New English terms from 21 formal names: precision at 20 and 50, judged by human spans; each witness alone, then together.

The trained pipeline learned from the same comments, so it is left out here; with it the figure would flatter.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from nlp import discover as discovery
from nlp.candidates import candidates, read_corpus, term_of
from nlp.discover import Text, discover
from nlp.encode import open_encoder

COMMENTS = Path(__file__).parents[3] / "shared" / "data" / "ner_drugs_train.jsonl"
SEEDS = [
    *("heroin", "oxycodone", "morphine", "methadone", "codeine", "fentanyl", "hydrocodone", "oxymorphone", "hydromorphone", "tramadol"),
    *("buprenorphine", "cocaine", "methamphetamine", "amphetamine", "alprazolam", "diazepam", "naloxone", "marijuana", "ketamine"),
    *("loperamide", "gabapentin"),
]
GATE = {20: 0.75, 50: 0.60}
AIM = {20: 0.85, 50: 0.70}


def measure() -> Iterator[str]:
    """One line a choice of witnesses."""
    if not COMMENTS.exists():
        yield "the tuning data is not here: nothing can be measured"
        return
    rows = [json.loads(line) for line in COMMENTS.read_text("utf-8").splitlines()]
    texts = [Text(str(at), row["text"], str(at)) for at, row in enumerate(rows)]
    gold = {" ".join(row["text"][span["start"] : span["end"]].casefold().split()) for row in rows for span in row.get("spans", [])}
    encoder = open_encoder()
    everything = [term_of(term) for term in candidates(read_corpus(texts))]
    share = sum(term in gold for term in everything) / len(everything)
    yield f"{len(texts)} comments, {len(everything)} candidates, {share:.3f} of them terms (random)"
    kept = dict(discovery.WEIGHTS)
    for chosen in (("meaning",), ("context",), ("meaning", "context")):
        discovery.WEIGHTS.update({name: kept[name] if name in chosen else 0.0 for name in kept})
        found = [one.term in gold for one in discover(texts, SEEDS, encoder=encoder)]
        at = {k: sum(found[:k]) / k for k in (10, 20, 50, 100)}
        verdict = "aim met" if all(at[k] >= AIM[k] for k in AIM) else "gate met" if all(at[k] >= GATE[k] for k in GATE) else "MISSED"
        yield f"{' + '.join(chosen):20} P@10 {at[10]:.2f} P@20 {at[20]:.2f} P@50 {at[50]:.2f} P@100 {at[100]:.2f} ({verdict})"
    discovery.WEIGHTS.update(kept)
