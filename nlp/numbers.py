"""Digits written as words ("plus four four seven…", 一三九…) in ten languages, read back as digits."""

import re
from collections.abc import Iterator

_ROWS = """
en zero|oh one two three four five six seven eight nine
es cero uno dos tres cuatro cinco seis siete ocho nueve
fr zéro un deux trois quatre cinq six sept huit neuf
de null eins zwei|zwo drei vier fünf|fuenf sechs sieben acht neun
ru ноль|нуль один|раз два три четыре пять шесть семь восемь девять
pt zero um dois três|tres quatro cinco seis|meia sete oito nove
it zero uno due tre quattro cinque sei sette otto nove
nl nul een|één twee drie vier vijf zes zeven acht negen
pl zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć
tr sıfır bir iki üç dört beş altı yedi sekiz dokuz
"""
HAN = {
    char: str(value)
    for value, chars in enumerate(("零〇洞", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾"))
    for char in chars
}
WORDS = {word: str(value) for row in _ROWS.split("\n")[1:-1] for value, words in enumerate(row.split()[1:]) for word in words.split("|")}
SIGNS = {"plus": "+", "más": "+", "mais": "+", "плюс": "+", "加号": "+"}
TIMES = {"double": 2, "triple": 3, "doble": 2, "двойной": 2}
FEWEST = 7  # digits of a phone number; shorter runs of number words are prose
LONGEST_GAP = 3  # characters between two digits of a run
PART = re.compile(r"[^\W\d_]+|\d|\+")
GAP = re.compile(r"[ \t,.()-]{0,3}")
HAN_RUN = re.compile(rf"[{''.join(HAN)}\d](?:[ \t,.-]{{0,3}}[{''.join(HAN)}\d]){{6,24}}")
HAN_DIGIT = re.compile(rf"[{''.join(HAN)}]")


def spelled(text: str) -> list[tuple[int, int, str]]:
    """Edits (start, end, digits) for every run of at least seven digits that are not all figures, in order."""
    edits: list[tuple[int, int, str]] = []
    lowered = text.lower()
    # A run of seven holds several different words; most pages do not, and a look at the set of words is cheap.
    if len(lowered) == len(text) and len(WORDS.keys() & set(re.findall(r"[^\W\d_]+", lowered))) > 1:
        edits += worded(lowered)
    if not text.isascii():
        for run in HAN_RUN.finditer(text):
            if HAN_DIGIT.search(run[0]):
                edits.append((run.start(), run.end(), "".join(HAN.get(char, char) for char in run[0] if char in HAN or char.isdigit())))
    return sorted(edits)


def worded(lowered: str) -> Iterator[tuple[int, int, str]]:
    """Edits for runs of number words, figures among them, in a text in small letters; "double seven" is 77."""
    run: list[re.Match[str]] = []
    for part in PART.finditer(lowered):
        known = part[0] in WORDS or part[0] in TIMES or part[0] in SIGNS or part[0] in "+0123456789"
        if run and not (known and part.start() - run[-1].end() <= LONGEST_GAP and GAP.fullmatch(lowered, run[-1].end(), part.start())):
            yield from closed(run)
            run = []
        if known:
            run.append(part)
    yield from closed(run)


def closed(run: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    """The edit of a finished run; nothing when it is short or holds no word for a digit."""
    if len(run) >= FEWEST - 1 and any(part[0] in WORDS for part in run):
        digits, times = "", 1
        for part in run:
            if part[0] in TIMES:
                times = TIMES[part[0]]
            else:
                digits += SIGNS.get(part[0]) or times * WORDS.get(part[0], part[0])
                times = 1
        if sum(letter.isdigit() for letter in digits) >= FEWEST:
            yield run[0].start(), run[-1].end(), digits
