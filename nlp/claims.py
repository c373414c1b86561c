"""Promises in sentences: spaCy's rule matcher on blank pipelines, over the few sentences that a cheap gate lets through.

A promise is several slots close together (who passes, what, how surely), none of them negated, in no benign frame. Nouns prove nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from nlp.context import is_reported
from nlp.language import written_in
from nlp.lexicon import Lexicons
from nlp.lexicon_models import Claim, Rule
from nlp.normalize import normalise
from nlp.passage_model import ASKED_MAX, PASSAGE_MAX, load_passage_model
from nlp.phrases import Phrases
from nlp.promise_model import CLAIM, load_promise_model
from nlp.scan import Scan, has_between
from nlp.sentences import sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc

NEAR_REACH = 600  # skeleton characters around a sentence in which a rule's `near` must be named
REACH = {"en": 1, "zh": 2}  # a Chinese character carries about half an English word
TOPICS = frozenset({"chemistry", "substance", "listed"})  # what the promise model takes for granted
NAMED = frozenset({"precursor", "drug", "coded"})  # categories that name what the project looks for; others have wide lawful use
NEGATION_REACH = 4
# Near a listed name sentence and passage model have their say together: below DOUBTED a rule is not believed, and a found promise loses up
# to MODEL_SHARE. Chosen on batch 12 of tests/benchmarks/wording, which neither model was trained on, 2026-11-24.
DOUBTED, MODEL_SHARE = 0.02, 0.6
UNGATED = 0.8  # share of its claim's weight that a promise without any gate word needs
HAN_FIRST = "\u2e80"
WORDED_MIN = {"zh": 9}  # Han characters; in the others words of two letters: what says less is a scrap, a row of a table, a button
WORDED_MIN_ELSE = 4
PROMISED = ("RESHIP", "REFUND", "STRONG")  # negated, they deny: the model is not asked either
DENIES = frozenset({"DISCLAIM", "MINE"})  # slots of sentences the model is not asked about
_BREAKS = frozenset(
    [
        ",",
        ";",
        ":",
        ".",
        "(",
        ")",
        "-",
        "but",
        "if",
        "when",
        "，",
        "；",
        "。",
        "但",
        "如",
        "pero",
        "si",
        "sino",
        "cuando",
        "но",
        "если",
        "когда",
        "а",
    ]
)
_BEHIND = frozenset(
    ["not", "n't", "never", "cannot", "不", "未", "无", "没", "非", "勿", "拒", "no", "не", "нет"]
)  # what may stand behind what it negates: `is not given`, never `no extra charge`

Spans = Mapping[str, Sequence[tuple[int, int]]]  # slot → token spans, half-open
Reading = tuple[Claim, Rule, tuple[int, int]]  # what a rule read, and where


@dataclass(frozen=True, slots=True)
class ClaimHit:
    """A claim in the skeleton, half-open."""

    claim: Claim
    start: int
    end: int
    language: str
    weight: float  # the claim's, times its rule's


@dataclass(frozen=True, slots=True, eq=False)
class _Sentence:
    """One sentence as the rules of one language read it; `sure` is the sentence model's probability, None far from substances."""

    language: str
    offset: int
    doc: "Doc"
    spans: Spans
    read: list[Reading]
    topics: set[str]
    gated: bool
    sure: float | None


def find_claims(
    skeleton: str, seen: Scan, substances: Sequence[tuple[int, str]], lexicons: Lexicons, passage: Callable[[int, int], str]
) -> list[ClaimHit]:
    """Promises in text order, each claim once a sentence. `substances`: sorted skeleton places of listed substances, coded and
    research words, and their categories. `passage` gives the written text around a stretch of the skeleton."""
    read = [
        _read(language, skeleton[start:end], start, topics, gated, lexicons)
        for start, end, languages, topics, gated in _asked(skeleton, seen, substances, lexicons)
        for language in written_in(languages, skeleton[start:end])
    ]
    found: list[ClaimHit] = []
    for one, sure in zip(read, _sure(read, passage), strict=True):
        hits = list(_hits(one, sure, lexicons))
        found += hits if one.gated else [hit for hit in hits if hit.weight >= UNGATED * hit.claim.weight]
    return _sole(_once_a_sentence(found), skeleton)


def _sole(found: Sequence[ClaimHit], skeleton: str) -> list[ClaimHit]:
    """Without what the models alone found where the same passage holds a surer promise: they read its neighbours with a sentence."""
    kept: list[ClaimHit] = []
    for number, hit in enumerate(found):
        others = [*found[max(0, number - 16) : number], *found[number + 1 : number + 17]]
        others = [other for other in others if abs(other.start - hit.start) < PASSAGE_MAX]
        others = [other for other in others if "\n" not in skeleton[min(hit.start, other.start) : max(hit.end, other.end)]]
        if hit.claim.by_model is None or not any(
            other.claim.by_model is None or (other.weight, -other.start) > (hit.weight, -hit.start) for other in others
        ):
            kept.append(hit)
    return kept


def _asked(
    skeleton: str, seen: Scan, substances: Sequence[tuple[int, str]], lexicons: Lexicons
) -> Iterator[tuple[int, int, list[str], set[str], bool]]:
    """(start, end, languages, topics nearby, whether a gate word let it through) of every sentence that may promise."""
    places = [at for at, _ in substances]
    topical = {
        "chemistry": sorted([*seen.groups.get("chemistry", ()), *places]),
        "substance": places,
        "listed": [at for at, category in substances if category in NAMED],
        "research": [at for at, category in substances if category == "research"],
    }
    chemistry = topical["chemistry"]
    gates = {
        language: (seen.gates.get(f"{language} always", ()), seen.gates.get(f"{language} chemistry", ()) if chemistry else ())
        for language in lexicons.claims.slots
    }
    if not topical["listed"] and not any(always or near for always, near in gates.values()):
        return
    for start, end in sentences(skeleton):
        tried = [language for language, (always, near) in gates.items() if has_between(always, start, end) or has_between(near, start, end)]
        around = (start - NEAR_REACH, end + NEAR_REACH)
        gated = bool(tried)
        if not gated and has_between(topical["listed"], *around):
            tried = list(gates)  # a promise may hold none of the gate's words; the models alone must be surer then
        if not tried:
            continue
        topics = {topic for topic, places in topical.items() if has_between(places, *around)}
        if "listed" not in topics:
            topics.discard("research")  # research wording alone is every laboratory's
        tried = [language for language in tried if topics or has_between(gates[language][0], start, end)]
        if tried and not is_reported(skeleton, seen, start, end):
            yield start, end, tried, topics, gated


def slots_of(text: str, language: str, lexicons: Lexicons) -> tuple[str, list[str]]:
    """The folded text, and the slots and claims found in it as if a listed substance stood nearby: what the promise model reads."""
    folded = normalise(text, lexicons).skeleton.strip()
    phrases = _phrases(lexicons, language)
    doc = phrases.pipeline.make_doc(folded)
    spans = phrases.find(doc)
    read = _readings(spans, [token.lower_ for token in doc], TOPICS, language, lexicons)
    return folded, _names(spans, read)


def _once_a_sentence(found: Sequence[ClaimHit]) -> list[ClaimHit]:
    """Without a claim's second reading of the same words in another language of the same script."""
    kept: list[ClaimHit] = []
    for hit in found:
        if not any(hit.claim is other.claim and hit.start < other.end and other.start < hit.end for other in kept[-8:]):
            kept.append(hit)
    return kept


def _read(language: str, sentence: str, offset: int, topics: set[str], gated: bool, lexicons: Lexicons) -> _Sentence:
    phrases = _phrases(lexicons, language)
    doc = phrases.pipeline.make_doc(sentence)
    spans = phrases.find(doc)
    read = _readings(spans, [token.lower_ for token in doc], topics, language, lexicons)
    sure = load_promise_model().probability(sentence.strip(), _names(spans, read), language) if "substance" in topics else None
    return _Sentence(language, offset, doc, spans, read, topics, gated, sure)


def _sure(read: Sequence[_Sentence], passage: Callable[[int, int], str]) -> list[float | None]:
    """How sure each sentence is a promise, None far from substances: by the sentence, and near a listed name by its passage too."""
    sure = [one.sure for one in read]
    near = [number for number, one in enumerate(read) if one.sure is not None and "listed" in one.topics]
    near = sorted(sorted(near, key=lambda number: -(sure[number] or 0.0))[:ASKED_MAX])
    if near:
        model = load_passage_model()
        passages = [passage(read[number].offset, read[number].offset + len(read[number].doc.text)) for number in near]
        for number, odds in zip(near, model.log_odds(passages), strict=True):
            sure[number] = model.together(odds, sure[number] or 0.0)
    return sure


def _hits(one: _Sentence, sure: float | None, lexicons: Lexicons) -> Iterator[ClaimHit]:
    found = False
    for claim in lexicons.claims.claims:
        places = [
            (rule.weight, place)
            for of, rule, place in one.read
            if of is claim and (sure is None or sure >= DOUBTED or rule.near == "research")
        ]
        if places:
            weight, (start, end) = max(places, key=lambda found: found[0])
            first, last = one.doc[start], one.doc[end - 1]
            found = True
            told = 1.0 if sure is None or claim.category == "quantity" else 1 - MODEL_SHARE * (1 - sure)
            yield ClaimHit(
                claim, one.offset + first.idx, one.offset + last.idx + len(last), one.language, round(claim.weight * weight * told, 4)
            )
    if found or sure is None or "listed" not in one.topics or DENIES & set(one.spans):
        return
    words = [token.lower_ for token in one.doc]
    if any(_is_negated(span, one.spans, words, REACH.get(one.language, 1)) for slot in PROMISED for span in one.spans.get(slot, ())):
        return
    sentence = one.doc.text
    if one.language in WORDED_MIN:
        spoken = sum(char >= HAN_FIRST for char in sentence)
    else:
        spoken = sum(len(word) > 1 and word.isalpha() for word in words)
    if spoken >= WORDED_MIN.get(one.language, WORDED_MIN_ELSE):
        yield from _worded(sentence, sure, one.offset, one.language, lexicons)


def _readings(spans: Spans, words: Sequence[str], topics: Set[str], language: str, lexicons: Lexicons) -> list[Reading]:
    """Every rule that reads these slots, with its token span."""
    return [
        (claim, rule, place)
        for claim in lexicons.claims.claims
        for rule in claim.rules
        if rule.near is None or rule.near in topics
        if (place := _promise(rule, spans, words, REACH.get(language, 1)))
    ]


def _names(spans: Spans, read: Sequence[Reading]) -> list[str]:
    """Slots and claims as the promise model knows them. Rules about research wording are left out: it learned without any."""
    return sorted({*spans, *(CLAIM + claim.id for claim, rule, _ in read if rule.near != "research")})


def _worded(sentence: str, sure: float, offset: int, language: str, lexicons: Lexicons) -> Iterator[ClaimHit]:
    """The claim of the promise model, on a sentence that no rule reads."""
    for claim in lexicons.claims.claims:
        if claim.by_model is not None and sure >= claim.by_model:
            start = offset + len(sentence) - len(sentence.lstrip())
            yield ClaimHit(claim, start, start + len(sentence.strip()), language, round(claim.weight * sure, 4))


@lru_cache(maxsize=16)
def _phrases(lexicons: Lexicons, language: str) -> Phrases:
    return Phrases(language, lexicons.claims.slots[language])


def _promise(rule: Rule, spans: Spans, words: Sequence[str], reach: int) -> tuple[int, int] | None:
    """The token span of the first combination of the rule's slots that stands close together and is not negated."""
    if any(slot in spans for slot in rule.unless) or not all(slot in spans for slot in rule.need):
        return None
    first, *others = rule.need
    for anchor in spans[first]:
        chosen = [(first, anchor)]
        for slot in others:
            free = [span for span in spans[slot] if not (rule.apart and any(_overlap(span, other) for _, other in chosen))]
            if not free:
                break
            chosen.append((slot, _nearest(free, anchor)))
        if len(chosen) < len(rule.need):
            continue
        start, end = min(span[0] for _, span in chosen), max(span[1] for _, span in chosen)
        if end - start > rule.within * reach:
            continue
        keys = rule.key if "key" in rule.model_fields_set else rule.need
        if not any(_is_negated(span, spans, words, reach) for slot, span in chosen if slot in keys):
            return start, end
    return None


def _nearest(spans: Sequence[tuple[int, int]], anchor: tuple[int, int]) -> tuple[int, int]:
    return min(spans, key=lambda span: _gap(span, anchor))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _is_negated(span: tuple[int, int], spans: Spans, words: Sequence[str], reach: int) -> bool:
    """True when a `not` before the span reaches it (no comma, no other verb between), or one stands just behind it (`is not given`)."""
    absorbed = [
        other for slot in ("STRONG", "EVADE", "NOT_SEIZED", "NO_QUESTIONS", "NO_PAPERS", "SOFT_SEIZE") for other in spans.get(slot, ())
    ]
    verbs = [*spans.get("ARRIVE", ()), *spans.get("SEIZE", ()), *spans.get("SOFT_SEIZE", ())]
    for start, end in spans.get("NEG", ()):
        if span[0] <= start and end <= span[1]:
            continue
        if any(a <= start and end <= b and b - a > end - start and (b <= span[0] or a >= span[1]) for a, b in absorbed):
            continue
        between = words[end : span[0]]
        reaches = end <= span[0] and len(between) <= NEGATION_REACH * reach and not _BREAKS & set(between)
        if reaches and not any(end <= a < span[0] for a, _ in verbs):
            return True
        after = words[span[1] : start]
        follows = (
            span[1] <= start
            and words[start] in _BEHIND
            and len(after) <= 3 * reach
            and all(_is_aux(at, spans) for at in range(span[1], start))
        )
        if follows and not any(end <= a <= end + 1 for a, _ in verbs):
            return True
    return False


def _is_aux(at: int, spans: Spans) -> bool:
    return any(a <= at < b for slot in ("AUX", "RESHIP", "REFUND") for a, b in spans.get(slot, ()))
