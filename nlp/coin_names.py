"""Which coin the words before an address name: needed where the address alone does not say."""

import re

# The last name before an address decides, so the table lists every coin that may stand between.
NAMES = {
    "bitcoin_cash": r"bitcoin[ -]?cash|\bbch\b|比特币现金|比特現金",
    "bitcoin": r"bitcoin(?![ -]?cash)|\bbtc\b|\bxbt\b|биткойн|биткоин|比特币(?!现金)|ビットコイン",
    "litecoin": r"litecoin|\bltc\b|лайткоин|莱特币",
    "dogecoin": r"doge(?:coin)?\b|狗狗币",
    "dash": r"\bdash\b",
    "zcash": r"z-?cash|\bzec\b",
    "ethereum": r"ethereum|\beth\b|\berc-?20\b|\bbep-?20\b|\bbsc\b|\bbnb\b|\bmatic\b|polygon|arbitrum|эфир(?:иум)?|以太坊?",
    "tron": r"\btron\b|\btrx\b|\btrc-?20\b|波场",
    "monero": r"monero|\bxmr\b|монеро|门罗币?",
    "ripple": r"ripple|\bxrp\b|瑞波币?",
    "solana": r"solana|\bsol\b|\bspl\b|phantom|索拉纳",
    "ton": r"toncoin|\bton\b|tonkeeper",
    "cardano": r"cardano|\bada\b|艾达币",
    "stellar": r"stellar|\bxlm\b",
    "polkadot": r"polkadot|\bdot\b",
}
PATTERN = re.compile("|".join(f"(?P<{coin}>{words})" for coin, words in NAMES.items()), re.IGNORECASE)
# Words of paying: enough for an address that grammar alone can judge, when people can see it.
PAYING = re.compile(
    r"\bpa(?:y|id|yment|yments)\b|\bsend\b|\btransfer|\bdeposit|\bdonat|\bwallet|\baddress\b|crypto|\bcoins?\b|\busd[tc]\b|\btether\b|оплат|кошел|перевод"
    r"|крипто|адрес|支付|付款|钱包|收款|转账|打款|充值|地址|数字货币|\bpag(?:o|ar|amento)\b|\bbilletera\b|\bcartera\b|\bzahl|\bpaiement\b|portefeuille",
    re.IGNORECASE,
)


def named(before: str) -> str | None:
    """The coin named last in the words before an address; None when none is."""
    last = None
    for last in PATTERN.finditer(before):  # noqa: B007  the last match is what is wanted
        pass
    return last.lastgroup if last else None


def is_named(coin: str, before: str) -> bool:
    """True when the last coin named before an address is this one."""
    return named(before) == coin


def is_about_paying(before: str) -> bool:
    """True when the words before an address speak of paying or name any coin."""
    return bool(PAYING.search(before) or PATTERN.search(before))
