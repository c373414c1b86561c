"""The words on controls that turn the page of a list, in many languages, and the names of the parts of a page they stand in."""

import re

NEXT = (
    r"(?:next|more|older)(?: (?:page|items|products|results|goods))?|(?:load|show|view|see) more(?: [\w ]{1,20})?"
    r"|more (?:items|products|results)|下一页|下一頁|下页|下頁|后页|后一页|加载更多|載入更多|查看更多|更多(?:商品|产品)?|点击加载更多"
    r"|siguientes?"
    r"|(?:ver|cargar|mostrar) más(?: [\w ]{1,20})?|más (?:productos|resultados)|далее|вперёд|вперед"
    r"|следующая(?: страница)?|(?:показать|загрузить) (?:ещё|еще)(?: [\w ]{1,20})?|ещё|еще|suivante?"
    r"|(?:page )?suivante|(?:voir|charger|afficher) plus(?: [\w ]{1,20})?|weiter|nächste(?: seite)?"
    r"|mehr (?:laden|anzeigen)|próxim[ao](?: página)?|seguinte|(?:ver|carregar|mostrar) mais(?: [\w ]{1,20})?|avanti"
    r"|(?:pagina )?successiva|(?:carica|mostra) altri?|次へ|次のページ|もっと(?:見る|読み込む)|다음|더 ?보기|sonraki"
    r"|daha fazla(?: göster)?|następna|pokaż więcej|volgende|meer (?:laden|tonen)|tiếp(?: theo)?|trang sau|xem thêm"
    r"|ถัดไป|ดูเพิ่มเติม|berikutnya|selanjutnya|muat lebih banyak|अगला|और देखें|التالي|المزيد|عرض المزيد|بعدی"
)
# Of these, the words that mean a list wherever they stand; the others need a strip of pages around them.
PLAIN = (
    r"next page|(?:load|show|view|see) more (?:items|products|results|goods)|load more|more (?:items|products|results)|下一页|下一頁"
    r"|加载更多|載入更多|查看更多商品|点击加载更多|更多(?:商品|产品)|cargar más(?: [\w ]{1,20})?|(?:ver|mostrar) más productos"
    r"|следующая страница|(?:показать|загрузить) (?:ещё|еще)(?: [\w ]{1,20})?|charger plus(?: [\w ]{1,20})?|page suivante|nächste seite"
    r"|mehr laden|próxima página|carregar mais(?: [\w ]{1,20})?|pagina successiva|次のページ|もっと読み込む|trang sau|muat lebih banyak"
)
ARROWS = r"(?:[›»→>⟩❯▶▸]|&gt;|next|后|下){1,2}"
# Names (class, id, aria-label, data attributes) of the strip of page numbers, or of the control itself.
MARK = (
    r"pag(?:er|inat\w*|ing|es?-?nav\w*|e-?numbers?|e-?links?|e-?items?)|load-?more|show-?more|view-?more|infinite"
    r"|next-?page|page-?next|分页|翻页"
)
# A part that shows one thing at a time (its arrows turn pictures), or that lies over the page and asks for consent.
CAROUSEL = (
    r"swiper|slick|carousel|slider|slide-?show|owl-|gallery|lightbox|testimonial|banner|calendar|datepicker|video|player|review|comment|story"
    r"|cookie|consent|gdpr|modal|popup|dialog|chat"
)
# What a control with these words does is not looked at.
NEVER = (
    r"cart|basket|buy|order|pay|check-?out|log-?in|sign-?(?:in|up)|register|subscribe|delete|remove|vote|like|share|chat"
    r"|cookie|consent|accept|agree|add"
)
_NEXT, _PLAIN = re.compile(rf"\W*(?:{NEXT})\W*", re.IGNORECASE), re.compile(rf"\W*(?:{PLAIN})\W*", re.IGNORECASE)
_MARK, _CAROUSEL = re.compile(MARK, re.IGNORECASE), re.compile(CAROUSEL, re.IGNORECASE)


def turns_pages(words: str, around: str, *, real: bool) -> bool:
    """Whether a control with these words shows the next page or more of a list. `around`: class, id and label names of it and of what
    it stands in; `real`: it is a button or a link, so that words that mean nothing else suffice."""
    if not 0 < len(words) <= 40 or _CAROUSEL.search(around):
        return False
    if is_pager_mark(around):
        return _NEXT.fullmatch(words) is not None or _PLAIN.fullmatch(words) is not None
    return real and _PLAIN.fullmatch(words) is not None


def is_pager_mark(names: str) -> bool:
    """Whether class, id or label names say that here the pages of a list are turned."""
    return _MARK.search(names) is not None
