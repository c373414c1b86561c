"""E-mail addresses written so that machines miss them: "at" and "dot" in words, brackets and spaces, in several languages."""

import functools
import re
from collections.abc import Iterator
from importlib.resources import files

# "At" as a word of its own, and what stands for it between brackets; "dot" as a word.
AT = r"at|ät|arroba|arobase|chiocciola|собака|собачка|małpa|malpa|kuyruklu|эт|艾特|圈a|小老鼠|アット(?:マーク)?|골뱅이"
DOT = r"dot|дот|punto|point|punkt|ponto|точка|kropka|nokta|punt|点|點|ドット|점"
HAN_AT, HAN_DOT = "艾特|圈a|小老鼠|アットマーク|골뱅이", "点|點|ドット|점"  # written without spaces
LOCAL = r"(?<![a-z0-9_%+.@#-])(?P<local>[a-z0-9](?:[a-z0-9_%+.-]{0,62}[a-z0-9_])?)"
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Brackets on both sides of the word, whatever their kind: " [at] ", "(at)", "{@}", "_at_", "-at-", "<at>", "|at|", "*at*".
OPEN, CLOSE = r"[ \t]{0,2}[\[({<«【「|*_-]{1,2}[ \t]?", r"[ \t]?[\])}>»】」|*_-]{1,2}[ \t]{0,2}"
SPACED_AT = rf"[ \t]{{1,2}}(?:{AT})[ \t]{{1,2}}"
BOXED_AT = rf"{OPEN}(?:{AT}|a|a[ ]t|@){CLOSE}"
WORD_DOT = rf"(?:{OPEN}(?:{DOT}|d[ ]o[ ]t|\.){CLOSE}|[ \t]{{1,2}}(?:{DOT})[ \t]{{1,2}})"
ANY_DOT = rf"(?:{WORD_DOT}|[ \t]{{1,2}}\.[ \t]{{1,2}}|\.)"
END = r"(?![a-z0-9@_])"
DOMAIN = rf"(?P<domain>{LABEL}(?:{ANY_DOT}{LABEL}){{1,5}}){END}"
WORDED_DOMAIN = rf"(?P<domain>{LABEL}(?:{WORD_DOT}{LABEL}){{1,5}}){END}"
# Behind one of these words a bare "at", or @ between spaces, may stand before a plain domain.
MAIL = r"(?:\be?-?mail|邮箱|邮件|電郵|почта|correo|courriel)[ \t]{0,2}(?:us|address|адрес)?[ \t]{0,2}(?:[:：=-]|is|at)?[ \t]{0,3}"
DOTTED_LOCAL = (
    rf"(?<![a-z0-9_%+.@#-])(?P<local>[a-z0-9](?:[a-z0-9_%+.-]{{0,62}}[a-z0-9_])?(?:{OPEN}(?:{DOT}){CLOSE}[a-z0-9_-]{{1,40}}){{0,2}})"
)
# Each shape behind what a text must hold for it: most pages hold none of it, and a look costs a tenth of the shape.
ANY_HAN_DOT = rf"(?:[ \t]{{0,2}}(?:{HAN_DOT})[ \t]{{0,2}}|\.)"
BOX = r"[\[({<«【「|*_-][ \t]?(?:" + AT + r"|a|a[ ]t|@)[ \t]?[\])}>»】」|*_-]"
SHAPES = (
    (BOX, rf"{DOTTED_LOCAL}{BOXED_AT}{DOMAIN}"),
    (WORD_DOT, rf"{LOCAL}[ \t]{{0,2}}@[ \t]{{0,2}}{WORDED_DOMAIN}"),
    (WORD_DOT, rf"{LOCAL}{SPACED_AT}{WORDED_DOMAIN}"),
    (SPACED_AT, rf"{MAIL}{LOCAL}{SPACED_AT}{DOMAIN}"),
    (r"@", rf"{MAIL}{LOCAL}[ \t]{{0,2}}@[ \t]{{0,2}}{DOMAIN}"),
    (
        rf"{SPACED_AT}\S+[ \t(\[,–—-]{{0,5}}(?:by )?e?-?mail\b",
        rf"{LOCAL}{SPACED_AT}{DOMAIN}(?=[ \t]{{0,2}}[(\[,–—-]?[ \t]{{0,2}}(?:by )?e?-?mail\b)",
    ),
    (
        HAN_AT,
        rf"{LOCAL}[ \t]{{0,2}}(?:{HAN_AT})[ \t]{{0,2}}(?P<domain>{LABEL}(?:{ANY_HAN_DOT}{LABEL}){{1,5}}){END}",
    ),
    (r"@", rf"{LOCAL}[#*&]{DOMAIN}(?=.{{0,30}}@)"),  # Chinese habit: # for @, and the page says so
)
PATTERNS = tuple((re.compile(gate, re.IGNORECASE), re.compile(shape, re.IGNORECASE)) for gate, shape in SHAPES)
# Capitals inside one word: salesATgreen-doorDOTcom.
GLUED = re.compile(
    r"(?<![A-Za-z0-9_.@-])(?P<local>[a-z0-9][a-z0-9_.-]{1,40})AT(?P<domain>[a-z0-9-]{1,40}(?:DOT[a-z0-9-]{2,24}){1,3})(?![A-Za-z0-9@_])"
)
DOTS = re.compile(rf"{ANY_DOT}|DOT|{HAN_DOT}", re.IGNORECASE)
# Words before " at " in sentences; with a domain behind them they are still no mailbox.
_WORDS = """
us me look here online available arrive meet found is are was order buy shop visit see live more now only available
"""
WORDS = frozenset(_WORDS.split())


def hidden_mailboxes(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, address in lower case) of every address written in words, brackets or spaces; its top-level domain exists."""
    patterns = [pattern for gate, pattern in PATTERNS if gate.search(text)]
    for pattern in (*patterns, *((GLUED,) if "DOT" in text else ())):
        for match in pattern.finditer(text):
            domain = re.sub(r"\s", "", DOTS.sub(".", match["domain"])).lower()
            local = re.sub(r"\s", "", DOTS.sub(".", match["local"])).lower()
            if local not in WORDS and is_domain(domain) and ".." not in local:
                yield match.start("local"), match.end("domain"), f"{local}@{domain}"


def is_domain(domain: str) -> bool:
    """True for a name of two labels or more whose last exists (suffix list) or is reserved for tests and examples."""
    labels = domain.split(".")
    return len(labels) > 1 and all(labels) and labels[-1] in top_level()


@functools.cache
def top_level() -> frozenset[str]:
    """Every top-level domain of the suffix list, and the reserved and hidden ones."""
    lines = files("lexicons").joinpath("public_suffix_list.dat").read_text(encoding="utf-8").splitlines()
    rules = (line.split()[0].lstrip("!*.") for line in lines if line.strip() and not line.startswith("//"))
    names = {rule.rpartition(".")[2] for rule in rules}
    return frozenset(
        names | {name.encode("idna").decode() for name in names if not name.isascii()} | {"example", "test", "invalid", "onion", "i2p"}
    )


def cloudflare(encoded: str) -> str | None:
    """The address Cloudflare's script shows for a `data-cfemail` value (hexadecimal, each byte xor the first); None when none."""
    try:
        key, *rest = bytes.fromhex(encoded)
        return bytes(byte ^ key for byte in rest).decode("utf-8")
    except ValueError:
        return None
