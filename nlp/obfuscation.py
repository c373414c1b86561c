"""Handles and numbers written so that machines miss them: look-alike letters inside a word, letters for digits, digits as words."""

import re

from nlp.glyphs import lookalikes
from nlp.numbers import spelled
from nlp.stretched import drawn_together

Edit = tuple[int, int, str]
# Greek, Cyrillic, Armenian, Cherokee, Latin extensions: where look-alikes of Latin letters are taken from.
FOREIGN = re.compile("[\u0100-\u058f\u13a0-\u13ff\u1d00-\u1dbf\u2c00-\ua7ff\uab30-\uabbf]")
WORD = re.compile(r"[\w.+@-]+")
LATIN = re.compile(r"[A-Za-z]")
# Letters that stand for digits in a number that begins with a plus sign or a digit: at least five true digits, no other letter.
NUMBER = re.compile(r"(?<![A-Za-z0-9])\+?[\dOoIl|ОоЗІ](?:[ \t().-]{0,2}[\dOoIl|ОоЗІ]){7,16}(?![A-Za-z0-9])")
AS_DIGIT = {"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "О": "0", "о": "0", "З": "3", "І": "1"}  # the last four Cyrillic


def unmasking(text: str) -> list[Edit]:
    """Edits in order, none overlapping, after which handles and numbers of the text can be read; empty for a plain text."""
    edits = [*spelled(text), *mixed_words(text), *digit_letters(text), *drawn_together(text)]
    edits.sort()
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept


def mixed_words(text: str) -> list[Edit]:
    """Words that mix Latin letters with look-alikes of Latin letters, letter by letter; a word of one script stays."""
    if text.isascii() or not FOREIGN.search(text):
        return []
    table, edits = lookalikes(), []
    for word in WORD.finditer(text):
        foreign = [place for place, char in enumerate(word[0]) if char > "\x7f" and char.isalpha()]
        if foreign and LATIN.search(word[0]) and all(len(table.get(word[0][place], "")) == 1 for place in foreign):
            edits += [(word.start() + place, word.start() + place + 1, table[word[0][place]]) for place in foreign]
    return edits


def digit_letters(text: str) -> list[Edit]:
    """The letters O, o, I, l and | as digits where they stand among at least five digits of one number."""
    edits = []
    for number in NUMBER.finditer(text):
        # A letter between spaces is a word or a bar ("900 322 | Telegram"), not a digit.
        letters = [place for place, char in enumerate(number[0]) if char in AS_DIGIT and _is_inside(number[0], place)]
        if letters and sum(char.isdigit() for char in number[0]) >= 5 and len(letters) <= 6:
            edits += [(number.start() + place, number.start() + place + 1, AS_DIGIT[number[0][place]]) for place in letters]
    return edits


def _is_inside(number: str, place: int) -> bool:
    """True when a digit or a letter like one stands right beside."""
    beside = number[max(0, place - 1) : place] + number[place + 1 : place + 2]
    return any(char.isdigit() or char in AS_DIGIT for char in beside)
