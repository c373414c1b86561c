"""Drug terms in free English text: the shipped pipeline's figures, its false alarms on shop pages, its speed.

Strict F on unseen comments is measured by `scripts/train-spans COMMENTS VECTORS --folds` (docs/span-model.md). Here stand what the shipped
pipeline says of the comments it learned from (an upper bound, to see a broken pipeline) and of pages and paragraphs it never saw.
"""

import gzip
import json
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from nlp.language import detect_language
from nlp.parse import ParsedPage
from nlp.spans import drug_spans, model_name, reads_like_a_forum

SHARED = Path(__file__).parents[3] / "shared" / "data"
LIMIT_MB = 8.0
BARE_MAX = 5_000  # code points of a page read when the forum gate is taken away


def measure() -> Iterator[str]:
    """Size, agreement with the comments, false alarms, comments a second."""
    folder = Path(str(files("lexicons").joinpath("models", "drug_terms")))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    yield f"{model_name()}: {size:.2f} MB of {LIMIT_MB} allowed ({'met' if size <= LIMIT_MB else 'MISSED'})"
    if not (SHARED / "ner_drugs_train.jsonl").exists():
        yield "the tuning data is not here: nothing else can be measured"
        return
    yield from _comments()
    yield from _pages()
    yield from _lawful()


def _comments() -> Iterator[str]:
    rows = [json.loads(line) for line in (SHARED / "ner_drugs_train.jsonl").read_text("utf-8").splitlines()]
    drug_spans("warm up: I took it.", "en")
    right = given = wanted = 0
    began = time.process_time()
    for row in rows:
        found, gold = set(drug_spans(row["text"], "en")), {(span["start"], span["end"]) for span in row.get("spans", [])}
        right, given, wanted = right + len(found & gold), given + len(found), wanted + len(gold)
    spent = time.process_time() - began
    passed = sum(reads_like_a_forum(row["text"]) for row in rows)
    f1 = 2 * right / (given + wanted)
    yield f"{len(rows)} comments it learned from: strict F {f1:.3f} (upper bound, not accuracy); {len(rows) / spent:.0f} a CPU second"
    yield f"the forum gate lets {passed} of {len(rows)} comments through"


def _pages() -> Iterator[str]:
    index = json.loads((SHARED / "shop_pages" / "index.json").read_text("utf-8"))
    texts = []
    for row in index:
        (path,) = (SHARED / "shop_pages").glob(f"{row['id']}*")
        body = path.read_bytes()
        texts.append(ParsedPage(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body, row["url"]).text)
    yield _alarms(f"{len(texts)} real shop, service and magazine pages", texts)
    lines = [line for text in texts for line in [line for line in text.split("\n") if len(line) > 60][:4]]
    yield _alarms(f"{len(lines)} paragraphs of these pages, read alone", lines)


def _lawful() -> Iterator[str]:
    import yaml

    lawful = yaml.safe_load((Path(__file__).parents[1] / "nlp" / "data" / "benign.yml").read_text("utf-8"))["en"]
    yield _alarms(f"{len(lawful)} invented lawful paragraphs (suppliers, retail, news, regulation)", lawful)


def _alarms(what: str, texts: list[str]) -> str:
    from nlp import spans

    gated = [drug_spans(text, detect_language(text)) for text in texts]
    bare = [list(spans._spans(text[:BARE_MAX])) for text in texts]
    return (
        f"{what}: drug terms on {sum(map(bool, gated))} ({sum(map(len, gated))} flags); "
        f"without the forum gate, first {BARE_MAX} code points: on {sum(map(bool, bare))} ({sum(map(len, bare))} flags)"
    )
