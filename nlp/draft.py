"""What one reader says of one offer, before the readers are compared; and the words of labels that shops use."""

import re
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from nlp.findings import PackPrice
from nlp.where import Where

LINE = r"[^\n\t|]"
SKU = re.compile(
    r"(?:\b(?:SKU|UPC|EAN|GTIN|MPN|Item (?:no|number|code|#)|Art(?:icle|ikel)?[. -]{0,2}(?:no|nr|nummer|code)"
    r"|Product (?:code|no|number|id)|Item Code|Catalog No"
    r"|Cat(?:alog(?:ue)?)?[. ]{0,2}(?:no|number|#)|Order (?:no|code)|Ref(?:erence)?|Артикул|Réf(?:érence)?)"
    r"|商品货号|货号|商品编号|产品编号|编号)"
    r"\.?[ ]?(?:[:：][\t ]?\n|[:：#№\t ])[\t ]{0,2}([A-Za-z0-9][A-Za-z0-9_./-]{1,40})",
    re.IGNORECASE,
)
# Numbers of a family or of the maker, and loose labels: they stand when nothing better does.
WEAK_SKU = re.compile(
    r"\b(?:Style|Model(?:l|e|lo)?(?: ?(?:no|number|nr))?|Part(?: ?(?:no|number))?|MFR|Manufacturer (?:code|number|part)"
    r"|Item ID|Code|Kod|Kód|Cod|Código|Codice"
    r"|Codigo|Bestell-?Nr|Katalog-?Nr|Katalogové číslo|Cikkszám|Varenr|Varenummer|Tuotenumero|Produkt-?nr|Модель"
    r"|Код(?: товара)?|型号|型號|品番|商品コード)"
    r"\.?[ ]?[:：#№\t ][\t #]{0,2}([A-Za-z0-9][A-Za-z0-9_./-]{2,40})",
    re.IGNORECASE,
)
OUT_OF_STOCK = re.compile(
    r"out[ -]of[ -]stock|sold[ -]?out|\bunavailable\b|not (?:currently )?(?:available|in stock)|no longer available"
    r"|discontinued|缺货|缺貨|售罄|无货|售完|已下架|已售完|补货中|到货通知"
    r"|нет в наличии|распродано|(?:товар )?закончился|нет на складе|ausverkauft|nicht (?:auf Lager|vorrätig|verfügbar|lieferbar)"
    r"|derzeit nicht|vergriffen|agotado|sin (?:stock|existencias)|no disponible|rupture de stock|épuisé"
    r"|indisponible|victime de son succès"
    r"|esaurito|non disponibile|uitverkocht|niet (?:op voorraad|leverbaar)|esgotado|indispon[ií]vel|sem estoque"
    r"|wyprzedan|niedostępn|brak w magazynie"
    r"|vyprodáno|není skladem|elfogyott|nincs készleten|slut i lager|slutsåld|utsolgt|udsolgt|loppuunmyyty|stokta yok|tükendi"
    r"|hết hàng|ngừng kinh doanh|품절|일시품절|재고 ?없음|売り切れ|品切れ|在庫切れ|在庫なし|完売|نفد|غير متوفر"
    r"|אזל|สินค้าหมด|stok habis",
    re.IGNORECASE,
)
IN_STOCK = re.compile(
    r"\bin[ -]stock\b|\bavailable\b(?! soon)|(?<!不)有货|现货|库存[充:：]?\s*[1-9足]|в наличии|auf Lager"
    r"|(?<!nicht )(?:sofort )?lieferbar|(?<!nicht )vorrätig|en stock\b|(?<!no )\bdisponible\b|(?<!non )disponibile"
    r"|(?<!niet )op voorraad"
    r"|(?<!in)dispon[ií]vel|em estoque|(?<!nie)dostępn[ya]|na stanie|w magazynie|(?<!není )skladem|raktáron"
    r"|készleten|i lager|på lager|varastossa"
    r"|stokta(?: var|\b(?! yok))|còn hàng|재고 ?있음|在庫あり|在庫有|متوفر(?! غير)|במלאי|มีสินค้า|tersedia",
    re.IGNORECASE,
)
SELLER = re.compile(
    rf"(?:\b(?:Sold by|(?:Seller|Vendor|Merchant|Verkäufer|Продавец)(?=[ \t]*[:：\t])|Verkauft von|Vendu par)"
    rf"|卖家|商家|店铺|掌柜)[ \t]*[:：]?[ \t]*({LINE}{{2,60}})",
    re.IGNORECASE,
)
# Addresses of seller pages: the market's own path, with nothing behind the id.
SELLER_PATH = re.compile(
    r"/(?:sellers?|vendors?|merchants?|suppliers?|stores?|shops?|users?|profile|u)/[^/?#]{1,80}/?(?:$|[?#])"
    r"|[?&](?:seller|vendor|merchant|supplier|store|shop)(?:[_-]?(?:id|name))?=[^&#]+",
    re.IGNORECASE,
)
SHIPS_FROM = re.compile(
    rf"(?:\b(?:Ships?|Shipp(?:ed|ing)|Dispatch(?:ed|es)?|Versand) (?:from|aus)|发货地"
    rf"|Отправка из)[ \t]*[:：]?[ \t]*({LINE}{{2,40}})",
    re.IGNORECASE,
)
SHIPS_TO = re.compile(
    rf"(?:\b(?:Ships?|Shipping|Delivers?|Delivery) to|配送至|发往|Доставка в)[ \t]*[:：]?[ \t]*({LINE}{{2,60}})", re.IGNORECASE
)
MIN_ORDER = re.compile(
    rf"(?:\b(?:Min(?:imum|\.)? order(?: quantity| qty)?|MOQ)|起订量|最小起订"
    rf"|Mindestbestellmenge)[ \t]*[:：]?[ \t]*({LINE}{{1,30}})",
    re.IGNORECASE,
)
BUY = re.compile(
    r"^\s*(?:buy|purchase|kaufen|bestellen|order|pre-?order(?: now)?|vorbestellen|précommander|reservar|预订"
    r"|予約する)\s*$|(?:add|put) (?:\w+ )?(?:in)?to (?:your |the )?(?:cart|basket|bag)|buy (?:it )?now(?! (?:at"
    r"|from|on|with)\b)|\border now\b"
    r"|\badd to order\b|in den Warenkorb|jetzt kaufen"
    r"|加入购物车|加入購物車|立即购买|立即下单|放入购物车|в корзину|купить|заказать|ajouter au panier|acheter|commander"
    r"|(?:añadir|agregar) al carrito|a la cesta|comprar(?: agora| ahora)?|adicionar ao carrinho"
    r"|aggiungi al carrello|acquista|in (?:de |het )?winkel(?:wagen|mandje)"
    r"|do koszyka|kup teraz|do košíku|kosárba|lägg i varukorg|köp|legg i handlekurv|læg i kurv|lisää ostoskoriin"
    r"|sepete (?:ekle|at)|satın al"
    r"|thêm vào giỏ(?: hàng)?|mua ngay|장바구니(?:에? ?담기)?|구매하기|바로구매|カートに入れる|かごに入れる"
    r"|購入する|أضف إلى السلة|اشتر الآن|הוסף לסל|หยิบใส่ตะกร้า|tambah ke keranjang|beli",
    re.IGNORECASE,
)
ASK = re.compile(
    r"\b(?:send |make )?(?:an )?(?:inquir[ey]|enquir[ey])|request (?:a )?(?:quote|price)|(?:get|ask for) (?:a )?(?:quote"
    r"|price)|询价|咨询|下单|购买|запросить цену",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One offer as one reader saw it. `role` is `product` (the page is about it) or `card` (one of several on the page)."""

    source: str
    role: str
    title: str
    where: Where
    url: str = ""  # canonical address of its own page; empty when it has none
    price: Decimal | None = None
    currency: str | None = None
    price_was: Decimal | None = None
    price_max: Decimal | None = None
    prices: tuple[Decimal, ...] = ()  # every price the source asks for, of variants and packs too
    packs: tuple[PackPrice, ...] = ()
    sku: str | None = None
    group_id: str | None = None  # a number of the product's family, for want of its own
    availability: str = "unknown"
    seller: str | None = None
    seller_id: str | None = None  # the market's own id of the seller, where the page's data name one
    seller_url: str = ""  # address of the seller's page
    description: str = ""
    images: tuple[str, ...] = ()
    min_order: str | None = None
    ships_from: str | None = None
    ships_to: str | None = None
    block: etree._Element | None = None  # the part of the page that tells of this offer
    core: etree._Element | None = None  # of a product: the smallest part with its heading, price and seller
    holes: tuple[etree._Element, ...] = ()  # parts of the block that tell of other offers


def availability_of(text: str) -> str:
    """What the words say of stock: `in_stock`, `out_of_stock` or `unknown`; a refusal outranks the words it denies."""
    if OUT_OF_STOCK.search(text):
        return "out_of_stock"
    return "in_stock" if IN_STOCK.search(text) else "unknown"


def labelled(pattern: re.Pattern[str], text: str) -> str | None:
    """What stands behind a label, trimmed; None without the label."""
    match = pattern.search(text)
    return (match[1].strip(" .,;:|·-") or None) if match else None


def sku_of(text: str, label: re.Pattern[str] = SKU) -> str | None:
    """The product number behind its label (`UPC`, `Art.-Nr.`, `货号`, …); it must hold a digit."""
    found = (match[1].rstrip(".-/") for match in label.finditer(text))
    return next((sku for sku in found if any(char.isdigit() for char in sku)), None)
