"""New terms: words, codes, phrases and Han strings that are used like the seeds. Texts in, ranked terms with their places out.

Four witnesses, each as a z-score over all candidates: nearness of meaning to the seeds (sentence encoder, all languages), contexts like the
seeds' contexts, frequency against benign text, and for English how often the trained pipeline (nlp/spans.py) calls the term a drug.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from nlp.candidates import Corpus, Place, Term, candidates, read_corpus, term_of
from nlp.encode import NEAREST, Encoder, nearness
from nlp.language import detect_language
from nlp.spans import drug_spans

WINDOW = 5  # tokens on either side that make a context
SPANS_SHOWN = 20
# What talk of any goods is full of: who, where, what for, what happens. Near the seeds in topic, never their like; the encoder carries
# them over into the other languages.
AROUND = (
    *("addict", "user", "dealer", "seller", "customer", "patient", "doctor", "nurse", "pharmacy", "hospital", "police", "prison", "court"),
    *("overdose", "addiction", "withdrawal", "sickness", "dose", "test", "needle", "smoke", "inject", "take", "buy", "sell", "package"),
    *("money", "price", "medicine", "treatment", "pain", "week", "year", "friend"),
)
AROUND_WEIGHT = 0.5  # 0.3 to 0.7 are alike; 1 lets kitchen goods in
# Chosen on 1,477 English forum comments with 21 formal names as seeds, 2026-11-24: tests/benchmarks/discovery.py.
WEIGHTS = {"meaning": 1.0, "context": 0.5, "rarity": 0.5, "pipeline": 1.5}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a storefront; without one the text's id stands for it."""

    id: str
    text: str
    storefront: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """A term and its places: (text id, start, end), half-open code points of that text, at most 20 in each list."""

    term: str
    score: float
    spans: tuple[tuple[str, int, int], ...]
    benign_spans: tuple[tuple[str, int, int], ...]


def discover(
    texts: Iterable[Text], seeds: Sequence[str], benign: Iterable[Text] = (), *, known: Iterable[str] = (), encoder: Encoder | None = None
) -> list[Discovered]:
    """Terms that are no seed and not `known` (terms of the lexicon, rejected ones), best first. Each has at least 3 spans from at least 2
    storefronts. Without an encoder its witness is silent. Raises ValueError when no seed occurs in the texts and there is no encoder."""
    corpus, lawful = read_corpus(texts), read_corpus(benign)
    left_out = {seed.casefold().strip() for seed in (*seeds, *known)}
    places = candidates(corpus)
    seeded = [term for term in places if term_of(term) in {seed.casefold().strip() for seed in seeds}]
    if not seeded and encoder is None:
        raise ValueError("none of the seeds occurs three times in the texts, and there is no encoder to compare meanings")
    terms = [term for term in places if term_of(term) not in left_out]
    if not terms:
        return []
    lawful_places = candidates(lawful, only=set(terms))
    witnesses: dict[str, Callable[[], list[float]]] = {
        "meaning": lambda: _meaning(terms, seeds, encoder),
        "context": lambda: _context(corpus, places, seeded, terms),
        "rarity": lambda: _rarity(corpus, lawful, places, lawful_places, terms),
        "pipeline": lambda: _pipeline(corpus, places, terms),
    }
    total = [0.0] * len(terms)
    for name, weight in WEIGHTS.items():
        values = witnesses[name]() if weight else []
        total = [so_far + weight * value for so_far, value in zip(total, _standard(values), strict=True)] if values else total
    order = sorted(range(len(terms)), key=lambda at: (-total[at], terms[at]))
    return [
        Discovered(
            term_of(terms[at]),
            round(total[at], 4),
            tuple(corpus.span(place) for place in places[terms[at]][:SPANS_SHOWN]),
            tuple(lawful.span(place) for place in lawful_places.get(terms[at], ())[:SPANS_SHOWN]),
        )
        for at in order
    ]


def _standard(values: Sequence[float]) -> list[float]:
    """z-scores; zeros when all are alike."""
    spread = pstdev(values)
    middle = fmean(values)
    return [(value - middle) / spread if spread else 0.0 for value in values]


def _meaning(terms: Sequence[Term], seeds: Sequence[str], encoder: Encoder | None) -> list[float]:
    """Mean similarity to the three nearest seeds, less half of that to the three nearest words around them."""
    if encoder is None:
        return []
    vectors, wanted, around = (encoder.encode(texts) for texts in ([term_of(term) for term in terms], list(seeds), AROUND))
    near = nearness(vectors, wanted, NEAREST) - AROUND_WEIGHT * nearness(vectors, around, NEAREST)
    return [float(value) for value in near]


def _context(corpus: Corpus, places: Mapping[Term, Sequence[Place]], seeded: Sequence[Term], terms: Sequence[Term]) -> list[float]:
    """Share of a term's contexts that are likelier beside a seed than beside another term (naive Bayes), shrunk for rare terms."""
    if not seeded:
        return []
    seen = {term: [_features(corpus, place) for place in places[term]] for term in (*seeded, *terms)}
    beside = Counter(feature for term in seeded for features in seen[term] for feature in features)
    apart = Counter(feature for term in terms if len(term) == 1 for features in seen[term] for feature in features if feature in beside)
    ours, others = sum(len(seen[term]) for term in seeded), sum(len(seen[term]) for term in terms if len(term) == 1)
    share = ours / (ours + others + 1)
    # five pseudo-counts at the background rate: a context seen once proves nothing
    odds = {
        feature: math.log((count + 5 * share + 0.1) / (ours + 5) * (others + 1) / (apart[feature] + 0.5))
        for feature, count in beside.items()
    }
    scores = []
    for term in terms:
        sums = [sum(odds.get(feature, -0.1) for feature in features) for features in seen[term]]
        scores.append(sum(1 / (1 + math.exp(3 - max(-30.0, min(30.0, value)))) for value in sums) / (len(sums) + 2))
    return scores


def _features(corpus: Corpus, place: Place) -> set[str]:
    at, first, last = place
    row = corpus.tokens[at]
    left, right = ["<", "<", *row[max(0, first - WINDOW) : first]], [*row[last : last + WINDOW], ">", ">"]
    beside = {f"l {left[-1]}", f"r {right[0]}", f"l2 {left[-2]} {left[-1]}", f"r2 {right[0]} {right[1]}", f"lr {left[-1]} {right[0]}"}
    return beside | {f"b {token}" for token in (*left[2:], *right[:-2]) if token[0].isalnum()}


def _rarity(
    corpus: Corpus,
    lawful: Corpus,
    places: Mapping[Term, Sequence[Place]],
    lawful_places: Mapping[Term, Sequence[Place]],
    terms: Sequence[Term],
) -> list[float]:
    """Log-odds of the term here against benign text; silent without benign text."""
    here, there = sum(map(len, corpus.tokens)), sum(map(len, lawful.tokens))
    if not there:
        return []
    return [
        math.log((len(places[term]) + 0.5) / (here + 1)) - math.log((len(lawful_places.get(term, ())) + 0.5) / (there + 1))
        for term in terms
    ]


def _pipeline(corpus: Corpus, places: Mapping[Term, Sequence[Place]], terms: Sequence[Term]) -> list[float]:
    """Share of a term's places that the trained pipeline gives exactly, shrunk for rare terms; silent when it finds nothing."""
    found = {(text.id, start, end) for text in corpus.texts for start, end in drug_spans(text.text, detect_language(text.text))}
    if not found:
        return []
    return [sum(corpus.span(place) in found for place in places[term]) / (len(places[term]) + 1) for term in terms]
