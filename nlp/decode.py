"""Bytes of a page to text: byte-order mark, then UTF-8 when it fits, then what the header or the page declares, then a guess."""

import codecs
import re

from w3lib.encoding import resolve_encoding

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
HAN_RUN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]{2,}")
META_BYTES = 4096
SURROGATES = re.compile("[\ud800-\udfff]")
# lxml refuses NUL and lone surrogates; other C0 controls are invisible on the page and split words for no reader.
UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
CONTROLS = {code: None for code in range(32) if code not in (9, 10, 12, 13)} | {0: "\ufffd", 12: " "}


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The page's text and the name of the encoding it was read with; bytes that do not fit become U+FFFD.

    Valid UTF-8 wins over any declaration: a page of another encoding practically never is valid UTF-8 beyond ASCII, and shops
    that declare Latin-1 or GB2312 over UTF-8 bytes are common. Declared names are read as browsers do (WHATWG labels:
    `gb2312` is gb18030, `iso-8859-1` is cp1252). Without a usable declaration: gb18030 when it decodes whole, else cp1252.
    """
    for mark, name in MARKS:
        if body.startswith(mark):
            return clean(body[len(mark) :].decode(name, "replace")), name
    declared = declared_encoding(body, content_type)
    try:
        if declared not in ("iso2022_jp", "hz"):  # pure ASCII bytes, but not ASCII text
            return clean(body.decode("utf-8")), "utf-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # one character torn at the end of a cut body
            return clean(body.decode("utf-8", "replace")), "utf-8"
    if declared and declared != "utf-8":
        return clean(body.decode(declared, "replace")), declared
    return guess(body)


def guess(body: bytes) -> tuple[str, str]:
    """Undeclared bytes that are not UTF-8: mostly-valid UTF-8 stays UTF-8 with marks, whole GB18030 is Chinese, the rest Western."""
    replaced = body.decode("utf-8", "replace")
    letters = sum(1 for char in replaced if char > "\x7f" and char != "\ufffd")
    if letters > 10 * replaced.count("\ufffd"):
        return clean(replaced), "utf-8"
    try:
        chinese = body.decode("gb18030")
    except UnicodeDecodeError:
        return clean(body.decode("cp1252", "replace")), "cp1252"
    # An accented letter and the ASCII letter behind it also read as one Han character: Chinese comes in runs.
    if 2 * sum(map(len, HAN_RUN.findall(chinese))) > sum(char > "\x7f" for char in chinese):
        return clean(chinese), "gb18030"
    return clean(body.decode("cp1252", "replace")), "cp1252"


def declared_encoding(body: bytes, content_type: str | None) -> str | None:
    """The codec named by the content type header, else by a meta tag in the first 4 kB; None when neither names a known one."""
    names = HEADER.findall(content_type or "")
    names += [match.decode("ascii", "replace") for match in META.findall(body[:META_BYTES])]
    return next((known for known in map(resolve_encoding, names) if known and not known.startswith("utf-16")), None)


def clean(text: str) -> str:
    """The text without control characters; NUL and lone surrogates become U+FFFD."""
    return SURROGATES.sub("\ufffd", text.translate(CONTROLS)) if UNCLEAN.search(text) else text
