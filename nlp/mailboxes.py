"""E-mail addresses written so that machines miss them: "at" and "dot" in words, brackets and spaces, in several languages."""

import functools
import re
from collections.abc import Iterator
from importlib.resources import files

AT = r"at|ät|@|arroba|arobase|chiocciola|собака|собачка|małpa|malpa|kuyruklu|艾特|圈a|小老鼠|アット(?:マーク)?|골뱅이|a"
DOT = r"dot|punto|point|punkt|ponto|точка|kropka|nokta|punt|点|點|ドット|점|\."
LOCAL = r"(?P<local>[a-z0-9](?:[a-z0-9_%+.-]{0,62}[a-z0-9_])?)"
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Brackets on both sides of the word, whatever their kind: " [at] ", "(at)", "{@}", "_at_", "-at-", "<at>", "|at|", "*at*".
OPEN, CLOSE = r"[ \t]{0,2}[\[({<|*_-]{1,2}[ \t]?", r"[ \t]?[\])}>|*_-]{1,2}[ \t]{0,2}"
DOTTED = rf"(?:(?:{OPEN})(?:{DOT})(?:{CLOSE})|[ \t]{{1,2}}(?:{DOT})[ \t]{{1,2}}|\.)"
WORD_DOTTED = rf"(?:(?:{OPEN})(?:{DOT})(?:{CLOSE})|[ \t]{{1,2}}(?:{DOT.removesuffix(chr(124) + chr(92) + '.')})[ \t]{{1,2}})"
DOMAIN = rf"(?P<domain>{LABEL}(?:{DOTTED}{LABEL}){{1,5}})"
END = r"(?![a-z0-9@_])"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Bracketed "at", any dot.
        rf"(?<![a-z0-9_%+.@-]){LOCAL}(?:{OPEN})(?:{AT})(?:{CLOSE}){DOMAIN}{END}",
        # "at" and "dot" both as bare words.
        rf"(?<![a-z0-9_%+.@-]){LOCAL}[ \t]{{1,2}}(?:{AT.removesuffix('|a')})[ \t]{{1,2}}(?P<domain>{LABEL}(?:{WORD_DOTTED}{LABEL}){{1,5}}){END}",
        # A label before: then bare "at", or @ with spaces, may stand before a plain domain.
        rf"(?:\be?-?mail|邮箱|邮件|電郵|почта|correo|courriel)[ \t]{{0,2}}(?:us|address|адрес)?[ \t]{{0,2}}(?:[:：=-]|is|at)?[ \t]{{0,3}}{LOCAL}[ \t]{{1,2}}(?:{AT.removesuffix('|a')})[ \t]{{1,2}}{DOMAIN}{END}",
        rf"(?:\be?-?mail|邮箱|邮件|電郵|почта|correo|courriel)[ \t]{{0,2}}(?:us|address|адрес)?[ \t]{{0,2}}(?:[:：=-]|is|at)?[ \t]{{0,3}}{LOCAL}[ \t]{{0,2}}@[ \t]{{0,2}}{DOMAIN}{END}",
        # Chinese habit: # for @, and the page says so.
        rf"(?<![a-z0-9_%+.@#-]){LOCAL}[#＃*&]{DOMAIN}{END}(?=.{{0,30}}(?:[换改替]成?[ ]?[为成]?[ ]?@|@))",
    )
)
# Capitals inside one word: salesATgreen-doorDOTcom.
GLUED = re.compile(
    rf"(?<![A-Za-z0-9_.@-])(?P<local>[a-z0-9][a-z0-9_.-]{{1,40}})(?:AT|\(at\))(?P<domain>[a-z0-9-]{{1,40}}(?:DOT[a-z0-9-]{{2,24}}){{1,3}}){END}"
)
ANY_DOT = re.compile(rf"{DOTTED}|DOT", re.IGNORECASE)
# Words before " at " in sentences; with a domain behind them they are still no mailbox.
_WORDS = """
us me look here online available arrive meet found is are was order buy shop visit see live more now only available
"""
WORDS = frozenset(_WORDS.split())
GATE = re.compile(
    rf"(?:{AT.removesuffix('|a').replace('|@', '')}|[\[({{<|*_-][ ]?[a@][ ]?[\])}}>|*_-]|[ ]@|@[ ]|[#＃*&][a-z0-9])", re.IGNORECASE
)


def hidden_mailboxes(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, address in lower case) of every address written in words, brackets or spaces; its top-level domain exists."""
    if not GATE.search(text):
        return
    for pattern in (*PATTERNS, GLUED):
        for match in pattern.finditer(text):
            domain = re.sub(r"\s", "", ANY_DOT.sub(".", match["domain"])).lower()
            local = match["local"].lower()
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
    """The address that Cloudflare's script shows for this `data-cfemail` value: hexadecimal bytes, each xor the first. None when it is none."""
    try:
        key, *rest = bytes.fromhex(encoded)
        return bytes(byte ^ key for byte in rest).decode("utf-8")
    except ValueError:
        return None
