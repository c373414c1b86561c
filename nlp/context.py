"""Benign frames: news, regulation, safety sheets, academic text. They do not hide a name, they say how much it means."""

import re
from bisect import bisect_left

from nlp.scan import Scan, has_between

FRAMES = ("news", "regulation", "safety", "academic")
REACH = 400  # skeleton characters on either side
NEXT = 150  # the sentence before or after
# Who speaks of himself or to the buyer offers; in Spanish and Russian the verb often says so alone. Text is folded: й is и, ó is o.
_WE = re.compile(
    r"\b(?:we|our|us|i|my|you|your|nuestr[oa]s?|nosotros|usted|ustedes|te|tu|tus|le|les|\w{2,}(?:amos|emos|imos)"
    r"|мы|нас|нам|нами|наш\w*|вы|вас|вам|ваш\w*|я|мой|мне|\w{2,}(?:аем|яем|уем|руем|шлем|вим|тим|сим))\b"
    r"|我们|我司|本公司|本店|我方|咱|您|你"
)


def doubt(seen: Scan, start: int, end: int) -> float:
    """What a term's weight is multiplied by: 1 outside benign frames, down to 0.4 deep inside one (several frame words nearby)."""
    words = sum(_count(seen, frame, start - REACH, end + REACH) for frame in FRAMES)
    return 1.0 if words < 2 else 0.8 if words == 2 else 0.6 if words < 5 else 0.4


def is_reported(skeleton: str, seen: Scan, start: int, end: int) -> bool:
    """True when a sentence tells what others promise: it warns, or news words stand in it or around it and nobody says `we` or `you`."""
    if has_between(seen.groups.get("warning", ()), start, end):
        return True
    if has_between(seen.groups.get("news", ()), start, end):
        return not _WE.search(skeleton, start, end) or _count(seen, "news", start, end) > 1
    if _WE.search(skeleton, start, end):
        return False
    return _count(seen, "news", start - NEXT, end + NEXT) > 0 or _count(seen, "news", start - REACH, end + REACH) > 1


def _count(seen: Scan, group: str, start: int, end: int) -> int:
    places = seen.groups.get(group, ())
    return bisect_left(places, end) - bisect_left(places, start)
