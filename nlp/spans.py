"""Drug terms in free English text, found by a trained spaCy pipeline (lexicons/models/, docs/span-model.md): flags beside the lexicon's.

The lexicon knows names that mean one thing. Forum talk names drugs by words that mean many, and by new ones; only the sentence tells.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from nlp.findings import Flag
from nlp.where import text_place

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray
    from spacy.language import Language

CATEGORY = IDENTIFIER = "drug_term"
MODEL = "drug_terms"  # folder below lexicons/models
READ_MAX = 200_000  # code points read of one text
PIECE = 2_000  # code points the pipeline sees at once; work and memory stay even
SCORE = 0.5  # a word in its sentence, no fact: half the weight of a name; the pipeline's own certainty is not calibrated
SHORT = 60  # letters below which a text whose language nobody can tell is taken for English when it is written in plain letters
SELLING_MIN = 2  # one selling word proves nothing
LONG, LONG_TALK = 4_000, 200  # code points; a longer text needs a talking word every 200
_SELLING = re.compile(
    r"\b(?:add to (?:cart|basket|bag)|checkout|in stock|out of stock|shipping|shipped|deliver(?:y|ed|ies)|orders?|wholesale|bulk"
    r"|suppliers?|manufacturers?|purity|cas|msds|sds|coa|hplc|prices?|sale|refunds?|returns?|warranty|customs|products?|quality"
    r"|customers?|brands?|formula|ingredients?|reviews?|collection|shop|store|items?|sku|sizes?|privacy policy|terms|cookies?"
    r"|subscribe|copyright|reserved|our)\b|[©®™]",
    re.IGNORECASE,
)
_VOICE = re.compile(
    r"\b(?:i|i['’]?(?:m|ve|d|ll)|my|me|u|ur|lol|lmao|dude|bro|bruh|man|shit|fuck\w*|gonna|wanna|gotta|idk|imo|tbh|ya|yeah|yea|s?he|his|her"
    r"|(?:do|ca|did|is|was|wo)n['’]?t|haha|ass|damn|hell|god|people|someone|anyone|that['’]?s|it['’]s|thanks)\b",
    re.IGNORECASE,
)
# Of the spans in comments where nobody speaks, nearness keeps nearly all; of 110 flagged among 1,384 shop texts 25 stay (2026-11-24).
NEAR_MIN = 0.4
DRUG_NAMES = (
    *("heroin", "oxycodone", "morphine", "methadone", "codeine", "cocaine", "methamphetamine", "xanax", "valium", "vicodin", "percocet"),
    *("oxycontin", "hydrocodone", "marijuana", "amphetamine", "ketamine", "ecstasy", "lsd", "buprenorphine", "diazepam", "opiates"),
)
PLAIN_SLANG = frozenset(
    [
        *("dope", "fent", "oxy", "oxys", "perc", "percs", "bupe", "bth", "ecp", "benzo", "benzos", "xans", "roxy", "roxys", "roxies"),
        *("opana", "opanas", "suboxone", "kratom", "meth", "smack", "opiate", "opioid", "opioids", "carfent", "speedball", "speedballs"),
    ]
)
_NOT_LATIN = re.compile(r"[^\W\d_\u0000-\u024f]")


def reads_like_a_forum(text: str) -> bool:
    """False when selling words outnumber talking ones, or an article's length holds few talking ones. Of 1,477 forum comments 1,474 pass,
    of 248 shop, service and magazine pages 7 (2026-11-24)."""
    read = text[:READ_MAX]
    selling, talking = len(_SELLING.findall(read)), len(_VOICE.findall(read))
    if len(read) > LONG and talking * LONG_TALK < len(read):
        return False
    return selling < SELLING_MIN or selling <= talking


def find_drug_terms(text: str, language: str | None, terms: Sequence[Flag] = ()) -> list[Flag]:
    """Flags of kind `term`, category `drug_term`, in text order, for free English text; none for other languages and for shop text.
    `terms`: the lexicon's flags of the text. Spans are half-open code points of `text` and never overlap a term at least as long."""
    taken = [(flag.where.start or 0, flag.where.end or 0) for flag in terms if flag.kind == "term"]
    found = [(start, end) for start, end in drug_spans(text, language) if not any(_hides(span, start, end) for span in taken)]
    return [_flag(text, start, end) for start, end in found]


def drug_spans(text: str, language: str | None) -> list[tuple[int, int]]:
    """Half-open code points of the drug terms in the text, in order, without overlap; none for other languages and for shop text. A text
    in which nobody speaks must hold one term that is a drug without its sentence: names of goods are otherwise taken for slang."""
    if not (language == "en" or (language is None and _may_be_english(text))) or not reads_like_a_forum(text):
        return []
    found = list(_spans(text[:READ_MAX]))
    if not found or _VOICE.search(text[:READ_MAX]) or any(_is_plainly_a_drug(text[start:end]) for start, end in found):
        return found
    return []


def without_hidden(terms: Sequence[Flag], spans: Sequence[Flag]) -> list[Flag]:
    """The lexicon's flags without the terms that lie under a longer drug term: flags of kind `term` do not overlap, the longest stays."""
    taken = [(flag.where.start or 0, flag.where.end or 0) for flag in spans]
    return [
        flag
        for flag in terms
        if flag.kind != "term" or not any(start < (flag.where.end or 0) and (flag.where.start or 0) < end for start, end in taken)
    ]


def _may_be_english(text: str) -> bool:
    return not _NOT_LATIN.search(text) and sum(map(str.isalpha, text)) < SHORT


def _hides(term: tuple[int, int], start: int, end: int) -> bool:
    """True when the lexicon's term overlaps the span and is at least as long."""
    return term[0] < end and start < term[1] and term[1] - term[0] >= end - start


def _flag(text: str, start: int, end: int) -> Flag:
    written = text[start:end]
    return Flag("term", IDENTIFIER, " ".join(written.casefold().split()), CATEGORY, None, written, SCORE, obfuscated=False,
                where=text_place(text, start, end), language="en")  # fmt: skip


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans that most of the pipeline's models agree on, without overlap, in text order."""
    pipeline = _pipeline()
    voters = [name for name in pipeline.pipe_names if name.startswith("ner")]
    for offset, piece in _pieces(text):
        votes: Counter[tuple[int, int]] = Counter()
        for name in voters:
            doc = pipeline.get_pipe(name)(pipeline.make_doc(piece))
            votes.update(_trimmed(piece, entity.start_char, entity.end_char) for entity in doc.ents)
        last = 0
        for start, end in sorted(span for span, count in votes.items() if 2 * count > len(voters)):
            if last <= start < end:
                last = end
                yield offset + start, offset + end


def _trimmed(piece: str, start: int, end: int) -> tuple[int, int]:
    """Without white space at its ends: line ends are tokens to the pipeline."""
    written = piece[start:end]
    return start + len(written) - len(written.lstrip()), end - len(written) + len(written.rstrip())


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """(offset, piece): the text cut behind line ends and spaces, so that no word is cut unless it is longer than a piece."""
    start = 0
    while start < len(text):
        end = min(len(text), start + PIECE)
        if end < len(text):
            cut = max(text.rfind("\n", start, end), text.rfind(" ", start, end)) + 1
            end = cut if cut > start else end
        yield start, text[start:end]
        start = end


def model_name() -> str:
    """Name, version and digest of the shipped pipeline, without loading it."""
    import hashlib
    import json

    folder = files("lexicons").joinpath("models", MODEL)
    meta = json.loads(folder.joinpath("meta.json").read_text("utf-8"))
    seen = hashlib.sha256()
    for part in ("config.cfg", "meta.json"):
        seen.update(folder.joinpath(part).read_bytes())
    for name in sorted(meta["pipeline"]):
        seen.update(folder.joinpath(name, "model").read_bytes())
    return f"{MODEL}-{meta['version']}-{seen.hexdigest()[:12]}"


def _is_plainly_a_drug(term: str) -> bool:
    """True for the plainest slang, and for a word whose vector lies near those of common drug names (cosine to their mean)."""
    import numpy

    words = term.casefold().split()
    if not PLAIN_SLANG.isdisjoint(words):
        return True
    vectors, mean = _pipeline().vocab.vectors, _mean_of_names()
    rows = [row for word in words if (row := vectors.find(key=_key(word))) >= 0]
    return any(float(vectors.data[row] @ mean) >= NEAR_MIN * float(numpy.linalg.norm(vectors.data[row])) for row in rows)


@cache
def _mean_of_names() -> "NDArray[numpy.float32]":
    import numpy

    vectors = _pipeline().vocab.vectors
    known = [vectors.data[row] for name in DRUG_NAMES if (row := vectors.find(key=_key(name))) >= 0]
    mean: NDArray[numpy.float32] = numpy.mean([row / numpy.linalg.norm(row) for row in known], axis=0)
    return mean / numpy.linalg.norm(mean)


def _key(word: str) -> int:
    from spacy.strings import get_string_id

    return int(get_string_id(word))


@cache
def _pipeline() -> "Language":
    """The shipped pipeline. Its word vectors are keyed by lower-case hashes, which spaCy does not write down: said again here."""
    import spacy
    from spacy.vectors import Vectors

    with as_file(files("lexicons").joinpath("models", MODEL)) as folder:
        pipeline = spacy.load(folder)
    stored = pipeline.vocab.vectors
    vectors = Vectors(shape=stored.data.shape, attr="LOWER", name=stored.name)
    vectors.data = stored.data
    for key, row in stored.key2row.items():
        vectors.add(key, row=row)
    pipeline.vocab.vectors = vectors
    return pipeline
