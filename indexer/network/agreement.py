"""How well a partition or a list of events agrees with the truth: B-cubed, pair and event scores."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each 0 to 1; 1 where there was nothing to get wrong."""

    precision: float
    recall: float
    f1: float


class Happening(Protocol):
    """What an event needs to be compared; `indexer.network.churn.Event` has it."""

    @property
    def storefront(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def after(self) -> datetime | None: ...
    @property
    def by(self) -> datetime: ...


def b_cubed(truth: Mapping[str, str], found: Mapping[str, str]) -> Score:
    """The mean over the storefronts of `truth` of how pure and how whole their found cluster is; both map storefront → cluster label.

    A storefront that `found` lacks stands alone there; one that `truth` lacks is left out. (Bagga and Baldwin 1998)
    """
    if not truth:
        return Score(1.0, 1.0, 1.0)
    both, real, seen = _counts(truth, found)
    precision = sum(n * n / seen[label] for (_, label), n in both.items()) / len(truth)
    recall = sum(n * n / real[label] for (label, _), n in both.items()) / len(truth)
    return _score(precision, recall)


def pairs(truth: Mapping[str, str], found: Mapping[str, str]) -> Score:
    """Of the pairs put together, the share that belongs together, and the reverse. Counted, never listed."""
    both, real, seen = _counts(truth, found)
    right, together, belong = (sum(n * (n - 1) // 2 for n in counter.values()) for counter in (both, seen, real))
    return _score(right / together if together else 1.0, right / belong if belong else 1.0)


def events(truth: Iterable[Happening], found: Iterable[Happening], tolerance: timedelta = timedelta(0)) -> Score:
    """Events match one to one when storefront and word are equal and their intervals, widened by `tolerance` on both sides, touch.

    An interval runs from `after` to `by`; without `after` it is the instant `by`.
    """
    real, seen = _by_word(truth), _by_word(found)
    right = sum(_matches(real[word], seen[word], tolerance) for word in real.keys() & seen.keys())
    wanted, given = sum(map(len, real.values())), sum(map(len, seen.values()))
    return _score(right / given if given else 1.0, right / wanted if wanted else 1.0)


def _score(precision: float, recall: float) -> Score:
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)


def _counts(truth: Mapping[str, str], found: Mapping[str, str]) -> tuple[Counter[tuple[str, object]], Counter[str], Counter[object]]:
    both: Counter[tuple[str, object]] = Counter()
    seen: Counter[object] = Counter()
    for name, label in truth.items():
        cluster: object = found.get(name, (name,))  # a tuple is nobody's label
        both[label, cluster] += 1
        seen[cluster] += 1
    return both, Counter(truth.values()), seen


def _by_word(happenings: Iterable[Happening]) -> dict[tuple[str, str], list[tuple[datetime, datetime]]]:
    spans: dict[tuple[str, str], list[tuple[datetime, datetime]]] = {}
    for one in happenings:
        spans.setdefault((one.storefront, one.event), []).append((one.after or one.by, one.by))
    return spans


def _matches(real: list[tuple[datetime, datetime]], seen: list[tuple[datetime, datetime]], tolerance: timedelta) -> int:
    """The greatest number of one-to-one matches: the interval that ends first takes the touching one that ends first."""
    waiting = sorted(seen, key=lambda span: (span[1], span[0]))
    count = 0
    for start, end in sorted(real, key=lambda span: (span[1], span[0])):
        for place, (other_start, other_end) in enumerate(waiting):
            if start - tolerance <= other_end + tolerance and other_start - tolerance <= end + tolerance:
                del waiting[place]
                count += 1
                break
    return count
