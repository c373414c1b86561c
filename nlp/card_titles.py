"""The title of a card: which of its words name the goods, and which are buttons, labels, prices and counts."""

import functools
import re

from lxml import etree

from nlp.draft import BUY, SKU
from nlp.money import find_money
from nlp.parse import ParsedPage
from nlp.price_words import PRICE_NOUN
from nlp.quantity import QUANTITY

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:title|name|product-?(?:title|name)|goods-?name|caption)(?:$|[-_ ])", re.IGNORECASE)
# First cells and labels that name a property, not a product.
PROPERTY = re.compile(
    r"(?:unit |net |gross |your |our )?(?:price|preis|prix|precio|cost)|total|tax|vat|availability|in stock"
    r"|stock|sku|upc|ean|cas|purity|weight|quantity|qty|pack(?: ?size)?"
    r"|size|brand|type|model|category|product type|number of reviews|shipping|delivery|discount|subtotal"
    r"|description|(?:item|art|product|order|cat)[. ]*(?:no|nr|code|number)?"
    r"|价格|单价|数量|规格|库存|纯度|含量|品牌|型号|运费|合计|编号|货号|产品名称|名称|цена|вес|наличие|артикул|код"
    r"|количество|бренд|производитель|доставка"
    r"|menge|gewicht|marke|hersteller|verfügbarkeit|lieferzeit|artikelnummer|bestellnummer|grundpreis|versand(?:kosten)?|größe"
    r"|quantité|poids|marque|disponibilité|référence|réf|livraison|stock|taille|cantidad|peso|marca|disponibilidad"
    r"|referencia|código|envío"
    r"|quantidade|disponibilidade|codice|quantità|disponibilità|kod|nazwa|ilość|waga|marka|dostępność"
    r"|stok(?: kodu)?|ağırlık|adet|ürün kodu|kargo"
    r"|mã(?: sp| sản phẩm)?|tình trạng|thương hiệu|상품코드|제조사|브랜드|원산지|배송비|수량|무게|商品コード"
    r"|品番|型番|数量|重量|送料|在庫|メーカー"
    r"|العلامة|الوزن|الكمية|رمز المنتج",
    re.IGNORECASE,
)
LABEL_END = re.compile(r"(?:[ -]?(?:no|nr|number|号))?\.?\s*(?:\([^)]{0,30}\))?\s*[:：]?")
FROM_PRICE = re.compile(r"\s(?:from|as low as|starting at|ab|desde|dès|od|от)\s*[€£$₽¥]?\s?\d", re.IGNORECASE)
FROM = re.compile(r"\s(?:from|as low as|starting at|ab|à partir de|desde|dès|od|от)\s*$", re.IGNORECASE)
CODE_LINE = re.compile(r"[^:：\d]{2,24}[:：]\s*(?=\S*\d)\S{2,30}")  # `Kod: LW-1033` is a property, whatever the language
PRICE_LABEL = 12  # code points of a line that only says `price`
MIN_DIGITS = 5  # a bare CAS number names a product
ACTION = re.compile(
    r"^\s*(?:(?:add|buy|view|read more|learn|quick ?view|select options?|compare|wish ?list|see|show|inquir|enquir|contact us"
    r"|查看|详情|购买|加入|подробнее|купить|в корзину|details ansehen|voir|sepete|장바구니|カートに|أضف)\b"
    r"|(?:order|more|details?|options|contact|sale|new|hot|top|mehr|更多|далее|ещё)(?:[ !:.›»>→]*$"
    r"| (?:now|here|details?|info(?:rmation)?|products?|goods|options?|items?|arrivals?|in|on sale|price|erfahren"
    r"|lesen|anzeigen|seller)\b))",
    re.IGNORECASE,
)
# Lines about an offer, not of its name.
COUNTED = re.compile(
    r"(?:original|current|regular|sale|old|new|your|unit) price\b"
    r"|\b\d+ (?:formats?|colou?rs?|sizes?|options?|variants?|offers?|models?)\b"
    r"|\b(?:subscribe (?:and|&) save|\d+ ?(?:pieces?(?:\(s\))? )?sold|\d[\d.,k]* (?:reviews?|ratings?|votes|orders)|out of 5"
    r"|in stock|rated|(?:user|english|customer) reviews?)\b|^(?:overwhelmingly |very |mostly )?(?:positive"
    r"|negative|mixed) \(\d|^free(?: to play)?$|已售|销量|\d+ ?(?:条)?评价|отзыв",
    re.IGNORECASE,
)


def title_of(page: ParsedPage, block: etree._Element, links: list[etree._Element]) -> tuple[etree._Element | None, str]:
    """The element with the card's title and the title: heading, element classed as title, longest link, first cell, picture text."""
    headings = list(block.iter(*HEADINGS))
    classed = [element for element in block.iter(etree.Element) if TITLE_CLASS.search(element.get("class") or "")]
    longest = sorted(links, key=lambda link: -len(page.words_of(link)))
    cells = [cell for cell in block if cell.tag in ("td", "th", "dt", "dd")][:3] if block.tag in ("tr", "dl") else []
    worded = any(page.words_of(link) for link in links)
    bare = [block] if not headings and not classed and not worded and block.tag != "tr" else []
    for element in (*headings, *classed, *longest, *cells, *bare):
        words = page.words_of(element)
        if element is block or (element.tag == "a" and is_mixed(page, element)):
            words = best_line(page, block, element)
        if (priced := FROM_PRICE.search(words)) is not None and priced.start() > 2:
            words = words[: priced.start()]
        if speaks(words):
            full = element.get("title") or ""
            return element, full if words.rstrip(".… ") and words.endswith(("…", "...")) and full.startswith(words.rstrip(".… ")) else words
    for picture in block.iter("img"):
        if speaks(alt := " ".join((picture.get("alt") or "").split())):
            return picture, alt
    return None, ""


def is_mixed(page: ParsedPage, link: etree._Element) -> bool:
    """True when a link holds more than a title: several lines, a price among them."""
    span = page.text_of(link)
    words = page.text[span[0] : span[1]] if span else ""
    return "\n" in words and bool(find_money(words))


def best_line(page: ParsedPage, block: etree._Element, element: etree._Element) -> str:
    """The line of the element's words that names the goods, cut where a price begins: the picture's text, else the first that speaks."""
    span = page.text_of(element)
    spoken: list[str] = []
    for line in page.text[span[0] : span[1]].splitlines() if span else []:
        amounts = find_money(line)
        words = " ".join((FROM.sub("", line[: amounts[0].start]).strip(" \t:-–—|") if amounts else line.strip()).split())
        if speaks(words):
            spoken.append(words)
    pictured = {" ".join((picture.get("alt") or "").split()).casefold() for picture in block.iter("img")}
    return next((words for words in spoken if words.casefold() in pictured), spoken[0] if spoken else "")


@functools.lru_cache(maxsize=4096)  # a page asks for the same words once per level it climbs
def speaks(words: str) -> bool:
    """True when the words can be a product's name: they hold a letter and are no button, label, price or bare pack size."""
    if not 2 <= len(words) <= 300:
        return False
    if ACTION.search(words) or COUNTED.search(words) or BUY.fullmatch(words) or SKU.match(words):
        return False
    rest = words
    if any(map(str.isdigit, words)):
        if (amounts := find_money(words)) and amounts[0].start == 0:
            return False  # `$12.00 from Lowe's`
        rest = QUANTITY.sub("", words)
        for money in reversed(find_money(rest)):
            rest = rest[: money.start] + rest[money.end :]
    if CODE_LINE.fullmatch(words) or (len(words) <= PRICE_LABEL and PRICE_NOUN.search(words)):
        return False
    label = PROPERTY.match(rest.strip())
    if label and LABEL_END.fullmatch(rest.strip(), label.end()):
        return False
    return any(map(str.isalpha, rest)) or sum(map(str.isdigit, rest)) >= MIN_DIGITS
