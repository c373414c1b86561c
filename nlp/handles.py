"""Handles behind the name of their app: "Telegram: @name", "加V信 name", in text, attributes and inline JSON.

A handle is told from a word of the sentence by what words lack: a sign (@, colon, a cell of its own) before it, a digit, underscore
or dash inside it, or standing alone behind its label.
"""

import re
from collections.abc import Iterator

from nlp.labels import LABELS, MARKS
from nlp.named_handles import named_handles
from nlp.parse import ParsedPage
from nlp.places import plain
from nlp.where import Where

# Words between a label and its handle.
FILLER = (
    r"id|user(?:[ ]?name)?|handle|account|acct|contact|name|nick|no|number|address|channel|support|sales|us|me|at|on|is|our|my|add|via"
    r"|or|and|app|messenger|bot|manager"
    r"|sin arroba|without @|без собаки|без собачки"
    r"|es|como|with|under|as|por|nuestro|nuestra|somos|este|el|la|name is"
    r"|ник|логин|аккаунт|канал|контакт|номер|по|это|наш|как|пишите|юзернейм|юзер|usuario|cuenta|canal|contacto|号码?|帐号|账号|客服|咨询|同号|联系|频道|群?主|请?加|添加|搜索?"
)
JOIN = rf"(?:[ ,]{{0,2}}\(?(?:{FILLER})\)?(?![^\W\d_a-z]))*?"
SIGN = (
    r"[ \t]{0,3}(?P<sign>(?:[:：=→➜►▶|>]|[-–—](?=[ \t])|\(|\[|【|「|“|\"|'|是|为|\t|\n)?)[\s(\[【「“\"']{0,4}"
    r"(?P<at>@|(?:собака|собачка|arroba|艾特)[ \t]{0,2}|)"
)
# Words that follow a label in sentences and are nobody's name, beside those of FILLER.
_WORDS = """
about above accepted accepts access account address admin after agent also always android answer anytime app apps available beta
below bot button call channel channels chat chats click coming connect contact contacts customer customers delivery details direct
discord download dealer email encrypted everyone facebook fast feel follow follower followers following for form free friends from
fully get group groups handle hello help here hour hours how inbox info instagram instantly into invite iphone join latest link
links live login mail make manager member members mention message messages messaging messenger mobile more moments news newsletter
not notice number offer offers official only open options order orders our page pay payment payments phone please posts price
prices privacy private program public qrcode question questions quick quickly read receive reply request sale sales scan secure
security seller send service services session share shop signal skype soon start stay store subscribe support team telegram text
thank thanks that the their them then there these they this threema through today twitter type updates use user username users
using via viber video visit wait want web website wechat weibo weixin welcome what whatsapp when where wickr will with without
write you your youtube для или канал контакт напишите чат группа here's mini-program qr-code scan-qr customer-service sign-in
log-in opt-in 24-7 e-mail
"""
WORDS = frozenset(_WORDS.split())
ALONE = re.compile(
    r"[ \t]*(?:$|[\n\t|,;/()\[\]。，、；！!）】」”\"'·•<]|\.(?:\s|$)|(?:and|or|и|или|y|e)\b|[\u4e00-\u9fff]"
    r"|[ ]{1,3}[^\W\d_]{2,12}[ ]?[:：])"
)
UNREAD = frozenset({"placeholder", "pattern"})


def handle_pattern(kind: str, handle: str, before: str = r"a-zà-ÿа-яё0-9_@./+=%&#-") -> re.Pattern[str]:
    """A pattern for handles behind the labels of a kind: groups `sign`, `at` and `handle`."""
    return re.compile(
        # Between a label in Latin letters and its handle stands something; between 微信 and a handle nothing need stand.
        rf"(?<![{before}])(?:{LABELS[kind]})(?:(?<=[^\x00-\x7f])|(?![a-z0-9_-]))"
        rf"{JOIN}{SIGN}(?!(?:{FILLER})(?![\w-]))(?P<handle>{handle})(?![^\W\u4e00-\u9fff]|@)(?!\.[a-z]{{2,}}\b)(?!-\w)",
        re.IGNORECASE,
    )


def labelled_handles(page: ParsedPage, kind: str, pattern: re.Pattern[str]) -> Iterator[tuple[Where, str]]:
    """(place, handle as written) of every match that is a handle and no word; `kind` tells what the page must hold for one to be there."""
    marks = MARKS[kind]
    lowered = page.unmasked_text.lowered
    if any(mark in lowered for mark in marks):
        for where, match in page.unmasked_text.find(pattern):
            if is_handle(match):
                yield where, match["handle"]
    for value, place in named_handles(page, kind):
        if (named := pattern.fullmatch(f"{kind}: {value}")) is not None and named["handle"].lower() not in WORDS:
            yield place(named), named["handle"]
    for value, place in page.outside.holding(*marks).values:
        for match in pattern.finditer(plain(value)):
            where = place(match)
            if where.name not in UNREAD and is_handle(match):
                yield where, match["handle"]


def is_handle(match: re.Match[str]) -> bool:
    """True when what follows the label is a name: marked with @, or holding a digit or underscore, or alone behind a colon or in a cell."""
    handle = match["handle"]
    word = handle.lower().strip(".-_")
    if match["at"]:
        return word not in ("gmail", "hotmail", "yahoo", "mail")
    if word in WORDS or re.fullmatch(FILLER, word, re.IGNORECASE):
        return False
    if re.search(r"\d|_|(?<=\w)-(?=\w)|(?<=\w)[.:](?=\w)", handle):
        return bool(match["sign"]) or not re.fullmatch(r"\d{1,4}|\d+(?:st|nd|rd|th|h|hrs|pm|am|%|x|g|kg|mg|ml|px|k)", handle, re.IGNORECASE)
    return bool(match["sign"]) and ALONE.match(match.string, match.end()) is not None
