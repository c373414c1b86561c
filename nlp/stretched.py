"""Words of contacts pulled apart or dressed up: letters with spaces between, accents and strokes on app names, links in words."""

import re
import unicodedata
from collections.abc import Iterator

from nlp.glyphs import lookalikes

Edit = tuple[int, int, str]
# Single characters with one space between: at least four, one of them a letter; digits alone are phones and page numbers.
APART = re.compile(r"(?<![^\s:：=@])@?[ ]?(?:[^\W\u4e00-\u9fff][ ]){3,40}[^\W\u4e00-\u9fff](?=[ ]?(?:[:：=@,;.]|$|\n|[ ]{2}))")
HAN_APART = re.compile(r"(?<![\w ])(?:[\u4e00-\u9fff][ ]){1,5}[\u4e00-\u9fff](?=[ ]?[:：])")
# t.me and wa.me with words or spaces for their signs.
_DOT = r"[ \t]{0,2}[(\[{]?[ \t]?(?:dot|punto|точка|点|\.)[ \t]?[)\]}]?[ \t]{0,2}"
_SLASH = r"[ \t]{0,2}[(\[{]?[ \t]?(?:slash|barra|слэш|слеш|斜杠|/)[ \t]?[)\]}]?[ \t]{0,2}"
LINK = re.compile(rf"(?<![\w.])(t|т|telegram|wa){_DOT}(?:me|ме){_SLASH}(?=[\w+@])", re.IGNORECASE)
DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]([.*_~-]))(?:[^\W\d_]\1){3,10}[^\W\d_](?![^\W_])")
LEET = re.compile(r"(?<![\w@])(?=[a-z]{0,8}[@013457$!])[a-z013457@$!]{5,9}(?![\w@])", re.IGNORECASE)
UNDERSCORE = re.compile(
    r"(?<![\w-])(\w{2,24})[ ]?[(\[]?[ ]?(?:underscore|gui[oó]n bajo|нижнее подч[её]ркивание|下划线)[ ]?[)\]]?[ ]?(\w{2,24})(?![\w-])",
    re.IGNORECASE,
)
LETTERS = str.maketrans("@013457$!", "aoieastsi")
PREPOSITION = re.compile(r"^([всук])(?=телег|ват|вот|сигнал|скайп)", re.IGNORECASE)
SOUNDS = str.maketrans("абвгдезиклмнопрстуфхцэы", "abvgdeziklmnoprstufhcey")
NAMES = ("telegram", "telegramm", "whatsapp", "watsapp", "wickr", "threema", "signal", "session", "skype", "wechat", "weixin", "viber")
ODD_WORD = re.compile(
    "(?<![^\\W_])[^\\W\\d_]{0,24}[\u00c0-\u024f\u0300-\u036f][\\w\u0300-\u036f]{0,40}"
)  # bounded: one long word costs linear time
STROKES = re.compile("[\u0300-\u036f]+")
# Latin letters inside a Cyrillic word, by their look.
CYRILLIC = str.maketrans("aeopcxykmthbABEKMHOPCTX", "аеорсхукмтнвАВЕКМНОРСТХ")
MIXED = re.compile("(?<![\\w])[A-Za-z]{0,24}[\u0400-\u04ff][A-Za-z\u0400-\u04ff]{0,40}(?![\\w])")


def drawn_together(text: str) -> Iterator[Edit]:
    """Edits after which stretched words, dressed names and spelled links can be read; they may overlap, in no order."""
    yield from _stretched(text)
    yield from _dressed(text)
    for match in LINK.finditer(text):
        if match[0].lower() not in ("t.me/", "telegram.me/", "wa.me/"):
            yield match.start(), match.end(), f"{match[1].lower().translate(SOUNDS)}.me/"
    if not text.isascii():
        yield from _cyrillic(text)


def _stretched(text: str) -> Iterator[Edit]:
    """Words whose letters stand apart, with spaces or signs between."""
    for run in APART.finditer(text):
        if sum(char.isalpha() for char in run[0]) >= 3:
            yield run.start(), run.end(), PREPOSITION.sub(r"\1 ", run[0].replace(" ", ""))
    for match in UNDERSCORE.finditer(text):
        yield match.start(), match.end(), f"{match[1]}_{match[2]}"
    for run in DOTTED.finditer(text):
        if (name := re.sub(r"[.*_~-]", "", run[0])).lower() in NAMES:
            yield run.start(), run.end(), name
    for run in HAN_APART.finditer(text) if not text.isascii() else ():
        yield run.start(), run.end(), run[0].replace(" ", "")


def _dressed(text: str) -> Iterator[Edit]:
    """Names of apps with digits for letters, accents or strokes."""
    for word in LEET.finditer(text):
        if (name := word[0].lower().translate(LETTERS)) in NAMES and not word[0].isalpha():
            yield word.start(), word.end(), name
    for word in ODD_WORD.finditer(text) if not text.isascii() else ():
        bare = STROKES.sub("", unicodedata.normalize("NFD", word[0]))
        if bare != word[0] and (bare.lower() in NAMES or STROKES.search(word[0])):
            yield word.start(), word.end(), bare


def _cyrillic(text: str) -> Iterator[Edit]:
    """Cyrillic words with Latin letters among them, in which some letter has no Latin look."""
    table = lookalikes()
    for word in MIXED.finditer(text):
        if not word[0].isascii() and any(char.isascii() for char in word[0]):
            if (name := word[0].lower().translate(SOUNDS)) in NAMES:
                yield word.start(), word.end(), name
                continue
            own = [char for char in word[0] if char > "\x7f"]
            if any(len(table.get(char, "")) != 1 for char in own) and all(
                char > "\x7f" or char.translate(CYRILLIC) != char for char in word[0]
            ):
                yield word.start(), word.end(), word[0].translate(CYRILLIC)
