"""What the sentence encoder adds over the rules: promises in four languages (invented sentences, half of them held out), and its speed.

Seeds are the other half (lexicons/paraphrases.yml). One hand wrote both: self-consistency, not accuracy. Held-out benign sentences are
hard on purpose: they speak of customs, seizure, replacement and refund in lawful ways.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from nlp.encode import Encoder, open_encoder
from nlp.findings import Flag
from nlp.lexicon import Lexicons, load_lexicons
from nlp.match import find_flags
from nlp.paraphrase import find_paraphrases

DATA = Path(__file__).parents[1] / "nlp" / "data"


def measure() -> Iterator[str]:
    """The ablation table, false alarms on other lawful text, sentences a second."""
    lexicons, encoder = load_lexicons(), open_encoder()
    held = yaml.safe_load((DATA / "paraphrases.yml").read_text("utf-8"))
    yield f"{encoder.name}; recall on promises / share of lawful texts flagged, 16 and 16 held out a language"
    yield "language   rules        rules + encoder"
    for language, texts in held.items():
        rows = {kind: [_found(text, language, lexicons, encoder) for text in texts[kind]] for kind in ("promises", "benign")}
        rules = [sum(any(rules) for rules, _ in rows[kind]) / len(rows[kind]) for kind in ("promises", "benign")]
        both = [sum(bool(rules or more) for rules, more in rows[kind]) / len(rows[kind]) for kind in ("promises", "benign")]
        yield f"{language:10} {rules[0]:.2f} / {rules[1]:.2f}  {both[0]:.2f} / {both[1]:.2f}"
    lawful = yaml.safe_load((DATA / "benign.yml").read_text("utf-8"))
    for language, texts in lawful.items():
        liked = sum(bool(find_paraphrases(text, language, find_flags(text, language, lexicons), lexicons, encoder)) for text in texts)
        yield f"other lawful paragraphs, {language}: the encoder flags {liked} of {len(texts)}"
    yield from _speed(encoder)


def _found(text: str, language: str, lexicons: Lexicons, encoder: Encoder) -> tuple[list[Flag], list[Flag]]:
    flags = find_flags(text, language, lexicons)
    return [flag for flag in flags if flag.kind == "claim"], find_paraphrases(text, language, flags, lexicons, encoder)


def _speed(encoder: Encoder) -> Iterator[str]:
    sentences = [f"Parcel {number} of this week leaves our warehouse on Monday and arrives by Friday." for number in range(256)]
    began = time.process_time()
    encoder.encode(sentences)
    spent = time.process_time() - began
    again = time.process_time()
    encoder.encode(sentences)
    cached = len(sentences) / max(time.process_time() - again, 1e-6)
    yield f"{len(sentences) / spent:.0f} sentences a CPU second in one batch, {cached:.0f} from the cache"
