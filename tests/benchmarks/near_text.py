"""Near-duplicate texts: 100,000 invented offers, a fifth of them edited copies; documents a second (CPU, one core) and copies found.

Our side is what linking does (sketch of word shingles, groups of near sketches). The reference is the plain way in Python: MinHash of the
same shingles by its definition, one hash a permutation, bands in dictionaries, on fewer documents (it is slow).
"""

import random
import time
from collections.abc import Iterator

DOCUMENTS = 100_000
REFERENCE = 2_000
WORDS = 60  # of one document
EDITED = 0.1  # share of a copy's words that are replaced, in runs


def measure(count: int = DOCUMENTS) -> Iterator[str]:
    """Speed and recall of ours, speed of the reference, their ratio."""
    from indexer.network.similar import NEAR, groups
    from nlp.minhash import sketch
    from nlp.own_words import shingles

    texts, copies = documents(count)
    sketch(shingles(texts[0]))
    began = time.process_time()
    sketches = [sketch(shingles(text)) for text in texts]
    made = time.process_time()
    names = groups(sorted(set(sketches)), NEAR["text_sketch"])
    ended = time.process_time()
    name = [names.get(value, value) for value in sketches]
    recall = sum(name[one] == name[other] for one, other in copies) / len(copies)
    owners: dict[str, list[int]] = {}
    for place, value in enumerate(name):
        owners.setdefault(value, []).append(place)
    right = {frozenset(pair) for pair in copies}
    joined = [(group[0], other) for group in owners.values() for other in group[1:]]
    wrong = sum(frozenset(pair) not in right for pair in joined)
    speed = count / (ended - began)
    yield (
        f"{count} documents of {WORDS} words: {speed:.0f} docs/s CPU (bar 15,000: {'met' if speed >= 15_000 else 'MISSED'}); "
        f"sketches {1e6 * (made - began) / count:.0f} µs, groups {1e6 * (ended - made) / count:.0f} µs a document"
    )
    yield f"{len(copies)} copies with a tenth of the words replaced: recall {recall:.3f} (bar .90), {wrong} strangers joined"
    plain = REFERENCE / plainly([set(shingles(text)) for text in texts[:REFERENCE]])
    yield f"the same by MinHash as defined, in Python, {REFERENCE} documents, shingles given: {plain:.0f} docs/s; ours {speed / plain:.1f} times"


def documents(count: int) -> tuple[list[str], list[tuple[int, int]]]:
    """The texts, and the pairs (original, copy) among them."""
    draw = random.Random(17)
    lexicon = ["".join(draw.choices("aeioubcdfglmnprst", k=draw.randint(3, 9))) for _ in range(20_000)]
    texts = [" ".join(draw.choices(lexicon, k=WORDS)) for _ in range(count * 4 // 5)]
    originals = len(texts)
    copies = []
    for number in range(count - originals):
        words = texts[number].split()
        start = draw.randrange(WORDS)
        for place in range(start, start + int(WORDS * EDITED)):
            words[place % WORDS] = draw.choice(lexicon)
        copies.append((number, len(texts)))
        texts.append(" ".join(words))
    return texts, copies


def plainly(sets: list[set[str]]) -> float:
    """CPU seconds of MinHash with 128 permutations and bands of two over the sets."""
    import mmh3

    began = time.process_time()
    bands: dict[tuple[int, int, int], list[int]] = {}
    draw = random.Random(1)
    permutations = [(draw.randrange(1, 1 << 31), draw.randrange(1 << 31)) for _ in range(128)]
    for number, features in enumerate(sets):
        hashes = [mmh3.hash(feature, signed=False) for feature in features]
        lowest = [min((a * value + b) % 2147483647 for value in hashes) for a, b in permutations] if hashes else [0] * 128
        for band in range(64):
            bands.setdefault((band, lowest[2 * band], lowest[2 * band + 1]), []).append(number)
    return time.process_time() - began
