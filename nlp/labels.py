"""Words that say which app or line a number or handle belongs to, in the languages sellers write."""

import re

# Patterns by kind. They stand between characters that are no Latin or Cyrillic letters: Chinese writes no spaces.
LABELS = {
    "whatsapp": r"(?:g?wh?|gu|wu)[ua]t{0,2}['’]?s{1,2}[ .-]?(?:h?ap{1,2}s?|up{1,2}s?)|w[hu]?ats(?=[ \t]*[:：+])|wasap\w{1,5}|wasá|wpp|wsp"
    r"|(?:(?<=on )|(?<=via ))wa|wa(?=[ \t]*[:：]|[ \t]+\+)"
    r"|[вуw][оаa]т?[цсc]{0,2}[ -]?[аэa]п{1,2}|ва(?=[ \t]*[:：—–-])|واتس ?[اآ]ب|왓츠앱|ワッツアップ|व्हाट्सएप"
    r"|guasap|zapzap",
    "telegram": r"tele?gramm?e?|telegarm|tel[ée]gramo|tele(?=[ \t]*(?:handle|id|user|name)?[ \t]*[:：@])|tlg(?:rm?)?|tgram"
    r"|t\.?g\.?(?=[ \t]*[:：@.\-/]|[ \t]+@)|tg[ ]?飞机号?"
    r"|телеграм\w{0,5}|телег[аеуой]{1,2}|(?<!\w)тг(?:шк[ауе])?(?!\w)"
    r"|电[ ]?报|電[ ]?報|[纸紙]飞机|[纸紙]?飛機|飞机号?|テレグラム|텔레그램|텔레|تلي?[غج]رام|تلگرام|टेलीग्राम",
    "wechat": r"we[ -]?chat|weixin|wei xin|wx(?:id|号)?|v[ ]?[信❤♥]|vx(?:号)?|[微薇威徽维溦嶶][ ]?[信❤♥💗芯]{1,3}|微x"
    r"|[+➕加][微薇威徽维溦嶶]|[+➕加]v[信❤♥]?(?![a-z])"
    r"|(?<=[\u4e00-\u9fff→👉])[ ]?v(?=[:：])|卫星号?|绿泡泡|绿色软件|绿色聊天|вичат|위챗|ウィーチャット",
    "qq": r"(?<![a-z])q[ ]?q(?![a-z])(?!群)(?:号码?|帐号|账号)?|扣扣(?!群)|企鹅号?(?!群)"
    r"|叩叩|秋秋|球球号?|(?<![a-z])q(?:号|(?=[:：]))(?=[:：]?[ ]?\d)",
    "signal": r"signal(?:[ ]?(?:app|messenger))?|сигнал",
    "wickr": r"wickr(?:[ ]?me|[ ]?pro)?|wikr|wicker[ ]?me|викр",
    "threema": r"threema|threma|трима",
    "session": r"session(?:[ ]?(?:id|app|messenger))?",
    "skype": r"skype(?:[ ]?(?:id|name))?|скайп[еу]?|スカイプ",
    "viber": r"viber|вайбер",
    "line": r"line(?=[ ]?id)|ไลน์",
    "phone": r"tel(?:ephone|[eé]fono|efoon|efon|efone|\.)?|t[eé]l(?:[eé]phone)?|telf?|(?:mobile|cell|tele)?phones?|mobiles?|m[oó]vil"
    r"|celular|cellulare|handy|mobil|portable|call(?:[ ]?us)?|cell?\.?|mob\.?|text(?:[ ]?us)?|(?<=\s)[tfm](?=[ ]{1,2}$)"
    r"|hotline|helpline|toll[ -]?free|ring(?:[ ]?us)?|fon|fone|teléfonos?|llame"
    r"|llámenos|appelez|rufen|anrufen|chiama|bel|ligue|komórka|zadzwoń|fax|sms|contact(?:[ ]?(?:number|no|us))?"
    r"|customer (?:service|support)|тел(?:ефоны?)?|моб(?:ильный)?|звоните|факс|горячая линия|电话|電話|手机|手機|热线|熱線|致电|来电"
    r"|联系(?:方式|电话|人)?|聯繫|客服|传真|座机|同号|전화|휴대폰|連絡先|携帯|هاتف|جوال|اتصل|โทร|फ़?ोन|डायल|cep|p:|t:|m:|ph:?|☎️?|📞|📱|✆",
}
# What a text in small letters must hold for a label of the kind to be in it.
MARKS = {
    "telegram": ("tel", "tg", "t.g", "тел", "тг", "电报", "電報", "电 报", "電 報", "飞机", "飛機", "tlg", "テレ", "텔레", "تل", "टेली"),
    "wechat": (
        "wechat",
        "we chat",
        "we-chat",
        "weixin",
        "wei xin",
        "wx",
        "vx",
        "v:",
        "v：",
        "信",
        "v❤",
        "v♥",
        "v ❤",
        "微",
        "薇",
        "威",
        "徽",
        "维",
        "溦",
        "嶶",
        "加v",
        "+v",
        "➕v",
        "卫星",
        "绿泡泡",
        "绿色",
        "加薇",
        "加威",
        "➕",
        "вичат",
        "위챗",
        "ウィー",
    ),
    "qq": ("qq", "q q", "q:", "q号", "扣扣", "企鹅", "叩叩", "秋秋", "球球"),
    "signal": ("signal", "сигнал"),
    "wickr": ("wick", "wikr", "викр"),
    "threema": ("threem", "threma", "трима"),
    "skype": ("skype", "скайп", "スカイ"),
}
_NAMES = "|".join(f"(?P<{kind}>{words})" for kind, words in LABELS.items())
LABEL = re.compile(rf"(?<![a-zà-ÿа-яё])(?:{_NAMES})(?![a-zà-ÿа-яё])", re.IGNORECASE)
# A label with a colon, or with a word of its own behind it, belongs to what follows.
_ONLY = r"only|app|please|chat|solo|sólo|únicamente|только|пожалуйста"
OWNS_MORE = re.compile(rf"[ \t]{{0,2}}(?:id|号)?[ \t]{{0,2}}[:：@]|[ \t]{{1,2}}(?!(?:and|or|и|y|{_ONLY})\b)[@+]?\w", re.IGNORECASE)
# What may stand between a label and its number: signs, short words, other numbers of the list.
_FILLER = (
    r"no|nr|num(?:ber)?|número|numero|номер|号码?|號碼|id|us|on|at|is|me|my|our|here|now|only|direct|via|today|24/7|text|chat|or|and|y|и|или|и|und|oder|et|ou|e"
    r"|по|auf|al|au|a|en|line|für|为|是|直接|加|添加|或|和|sales|office|support|de|la|el|los|del|mi|es|un|our|free|the|this|from|uk|usa?|eu|m|w|наш|это|мой|есть|как|como|as|с"
)
BETWEEN = re.compile(rf"(?:[\s:：.|,;()/\-–—~#+=→➜►▶👉•*_&✅]|(?:{_FILLER})(?![^\W\d_])|\d)*", re.IGNORECASE)
# Behind an app's name a few words of the same sentence may lead to a number with a plus sign.
LEADING = re.compile(r"[ \t,]*(?:[^\W\d_]{1,14}[ ,]{1,2}){0,5}[^\W\d_]{0,14}[ \t]*[:：–—-]?[ \t]*")
JOINED = re.compile(r"[\s/&,|+、及和与.(（]*(?:and|or|y|и|или|und|oder|et|ou|e)?[\s/&,|+、(（]*", re.IGNORECASE)
BEHIND = re.compile(
    r"[\s(（\[,，/|–—-]{0,4}(?:(?:is|on|via|by|in|our|my|for|using|only|solo|sólo|en|por|es|mi|nuestro|только|только в|в"
    r"|на|по|через|это|наш|加|是)[ ]"
    r"(?:our |my |my own |the |el |mi |nuestro )?)?",
    re.IGNORECASE,
)
BEFORE_MAX, BEHIND_MAX = 64, 32  # characters in which labels are looked for


def labels_of(text: str, start: int, end: int) -> frozenset[str]:
    """The kinds of LABELS that the words around `text[start:end]` give to it: the last labels before, joined ones together, and those
    in brackets or directly behind."""
    found = set(before(text[max(0, start - BEFORE_MAX) : start], is_plus=text[start : start + 1] == "+"))
    tail = text[end : end + BEHIND_MAX]
    opening = BEHIND.match(tail)
    at = opening.end() if opening else 0
    while (label := LABEL.match(tail, at)) and "\n" not in tail[:at]:
        if OWNS_MORE.match(tail, label.end()):
            break
        found.add(kind_of(label))
        joint = JOINED.match(tail, label.end())
        at = joint.end() if joint else label.end()
    return frozenset(found)


def before(words: str, *, is_plus: bool = False) -> list[str]:
    """The kinds named last in the words, when nothing but filler follows them; `is_plus` means the number has its plus sign."""
    marks = list(LABEL.finditer(words))
    if not marks:
        return []
    leads = is_plus and kind_of(marks[-1]) != "phone" and LEADING.fullmatch(words, marks[-1].end())
    if not leads and not BETWEEN.fullmatch(words, marks[-1].end()):
        return []
    kinds = [kind_of(marks[-1])]
    for earlier, later in zip(marks[-2::-1], marks[:0:-1], strict=False):
        if not JOINED.fullmatch(words, earlier.end(), later.start()):
            break
        kinds.append(kind_of(earlier))
    return kinds


def kind_of(label: re.Match[str]) -> str:
    """The kind of a label found."""
    return label.lastgroup or ""
