"""Deletion: taking the cited words away lowers a score more than taking random words of the same length away. Invented texts."""

import random
from collections.abc import Iterator, Sequence

from churnwatch.demo.pages import routes
from churnwatch.demo.world import make_world
from nlp.accuracy import labelled
from nlp.cas import find_cas
from nlp.language import detect_language
from nlp.lexicon import load_lexicons
from nlp.match import find_flags
from nlp.parse import ParsedPage
from nlp.risk import assess
from tests.benchmarks.claims import lawful_lines

TARGET, DRAWS = 0.95, 5
AROUND = 24  # about what a product page says beside its offer
LAWFUL = (1, 2, 3, 4, 5)  # batches whose lawful lines stand around
Span = tuple[int, int]


def measure() -> Iterator[str]:
    """Share of draws in which the cited words mattered more: labelled lines alone, the same in a page of lawful lines, demo pages.

    Random spans may hit the cited words themselves, and then the two are even, which counts against us. A line alone is mostly cited words.
    """
    draw = random.Random(7)
    for language, rows in labelled().items():
        yield _line(f"{language}, labelled lines alone", [(one.text, language) for one in rows], draw, None)
        yield _line(f"{language}, labelled lines in a page", [(text, language) for text in in_pages(language)], draw)
    pages = [(text, detect_language(text)) for text in demo_pages()]
    yield _line("pages of the demo market", pages, draw)
    yield _line("the same, random words among those not cited", pages, draw, outside=True)


def in_pages(language: str) -> list[str]:
    """Each labelled line among two dozen lines of lawful suppliers in its language."""
    paragraphs = [line for batch in LAWFUL for line in lawful_lines(language, batch)]
    found = []
    for number, one in enumerate(labelled()[language]):
        around = [paragraphs[(number + at) % len(paragraphs)] for at in range(AROUND)]
        found.append("\n".join([*around[: AROUND // 2], one.text, *around[AROUND // 2 :]]))
    return found


def demo_pages() -> list[str]:
    """The visible texts of the market on its third day."""
    world = make_world(1, 3)
    found = []
    for shop in world.shops:
        for path, route in routes(world, shop, 2).items():
            page = route()
            if page.media_type.startswith("text/html") and page.body:
                found.append(ParsedPage(page.body, f"https://{shop.host}{path}").text)
    return found


def _line(
    what: str, texts: Sequence[tuple[str, str | None]], draw: random.Random, target: float | None = TARGET, *, outside: bool = False
) -> str:
    told = [win for text, language in texts for win in wins(text, language, draw, outside=outside)]
    share = sum(told) / len(told)
    verdict = f" (target {target}: {'met' if share >= target else 'MISSED'})" if target else ""
    return f"{what}: {share:.3f} of {len(told)} draws{verdict}"


def wins(text: str, language: str | None, draw: random.Random, draws: int = DRAWS, *, outside: bool = False) -> list[bool]:
    """For a text that has reasons: of each draw, did taking the cited spans away lower the score more than random spans of these lengths?

    With `outside` the random spans touch no cited word; a text that has no room for them gives no draw.
    """
    _, cited = judged(text, language)
    if not cited:
        return []
    without = judged(_without(text, cited), language)[0]
    placed = [_elsewhere(text, cited, draw) for _ in range(draws * (40 if outside else 1))]
    if outside:
        placed = [spans for spans in placed if not any(a < d and c < b for a, b in spans for c, d in cited)][:draws]
    return [without < judged(_without(text, spans), language)[0] for spans in placed]


def judged(text: str, language: str | None) -> tuple[float, list[Span]]:
    """The score (that of no reason at all when it abstains) and the cited spans, merged, in order."""
    lexicons = load_lexicons()
    risk = assess(find_flags(text, language, lexicons), find_cas(text), (), (), language)
    spans: list[Span] = []
    for start, end in sorted((where.start or 0, where.end or 0) for reason in risk.reasons for where in reason.places):
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return (0.0 if risk.score is None else risk.score), spans


def _elsewhere(text: str, spans: Sequence[Span], draw: random.Random) -> list[Span]:
    """Spans of the same lengths at random places, none over another: the gaps between them are a random cut of what is left."""
    lengths = [end - start for start, end in spans]
    draw.shuffle(lengths)
    free = len(text) - sum(lengths)
    cuts = sorted(draw.randint(0, free) for _ in lengths)
    found, used = [], 0
    for cut, length in zip(cuts, lengths, strict=True):
        found.append((cut + used, cut + used + length))
        used += length
    return found


def _without(text: str, spans: Sequence[Span]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text
