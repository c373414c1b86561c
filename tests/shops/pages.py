"""Shops by what stands on a product's page: tiers, pack selects, instalments, unit prices, tax, prices in words, other digits."""

from collections.abc import Iterator

from tests.shops.goods import Good, goods, page
from tests.shops.model import Shop


def shops() -> Iterator[Shop]:
    """Every shop of this kind."""
    yield tiers()
    yield pack_select()
    yield instalments()
    yield unit_prices()
    yield chinese_numbers()
    yield japanese_tax()
    yield indian_grouping()
    yield swiss_grouping()
    yield korean()
    yield vietnamese()
    yield arabic_digits()
    yield price_in_words()


def leaf(shop: Shop, path: str, front: str, links: str, lang: str) -> None:
    """A front page that lists links only, and nothing of prices."""
    shop.pages[path] = page(front, f"<h1>{front}</h1><ul>{links}</ul>", lang=lang)


def tiers() -> Shop:
    """English dollars: a table of quantities and prices on each page, the smallest quantity first."""
    shop = Shop("tiers", "USD", goods("en", 15, seed=3, top=300))
    leaf(shop, "/", "Our chemicals", "".join(f'<li><a href="/item-{one.number}.html">{one.name}</a></li>' for one in shop.goods), "en")
    for one in shop.goods:
        rows = "".join(
            f"<tr><td>{pack}</td><td>${one.price * times:,.2f}</td></tr>" for pack, times in (("1 g", 1), ("5 g", 4), ("25 g", 15))
        )
        shop.pages[f"/item-{one.number}.html"] = page(
            f"{one.name} | Lab ware",
            f'<p><a href="/">Home</a></p><h1>{one.name}</h1><p>Catalog No. {one.sku}</p><table><tr><th>Pack size</th><th>Price</th></tr>{rows}</table>'
            "<p>Flat shipping: $35.00</p>",
            lang="en",
        )
    return shop


def pack_select() -> Shop:
    """German: the only prices stand in a select of pack sizes, on cards there is a `from` price."""
    shop = Shop("pack-select", "EUR", goods("de", 15, seed=3, top=300))
    cards = "".join(f'<div class="card"><a href="p/{one.sku}"><h3>{one.name}</h3></a><p>ab {one.comma} €</p></div>' for one in shop.goods)
    shop.pages["/de/"] = page("Shop", f"<h1>Alle Produkte</h1><div>{cards}</div>", lang="de", head='<base href="/de/">')
    shop.pages["/"] = page("Willkommen", '<a href="/de/"><img src="/flagge.png" alt="Eintreten"></a>', lang="de")
    for one in shop.goods:
        packs = (
            ("10 g", one.comma),
            ("50 g", f"{one.price * 4:.2f}".replace(".", ",")),
            ("1 kg", f"{one.price * 40:.2f}".replace(".", ",")),
        )
        options = "".join(f"<option value='{at}'>{pack} – {price} €</option>" for at, (pack, price) in enumerate(packs))
        shop.pages[f"/de/p/{one.sku}"] = page(
            f"{one.name} – Shop",
            f'<h1>{one.name}</h1><p>Artikelnummer: {one.sku}</p><form><label>Packung <select name="pack">{options}</select></label>'
            "<button>In den Warenkorb</button></form>",
            lang="de",
            head='<base href="/de/">',
        )
    return shop


def instalments() -> Shop:
    """Brazilian: price, price by bank transfer behind it, instalments; the struck price before."""
    shop = Shop("instalments", "BRL", goods("pt", 18))

    def shown(one: Good) -> str:
        part = f"{one.price / 10:.2f}".replace(".", ",")
        old = f"{one.price * 2:.2f}".replace(".", ",")
        return f"<s>De R$ {old}</s> <b>Por R$ {one.comma}</b><br><small>ou 10x de R$ {part} sem juros</small>"

    cards = "".join(f'<li><a href="/produto/{one.number}"><h2>{one.name}</h2></a>{shown(one)}</li>' for one in shop.goods)
    shop.pages["/"] = page("Loja", f"<p>Frete grátis acima de R$ 299,00</p><ul class='vitrine'>{cards}</ul>", lang="pt-BR")
    for one in shop.goods:
        shop.pages[f"/produto/{one.number}"] = page(
            one.name, f"<h1>{one.name}</h1><div>{shown(one)}</div><p>Código: {one.sku}</p><button>Comprar</button>", lang="pt-BR"
        )
    return shop


def unit_prices() -> Shop:
    """German: the price per kilogram stands before the price; tax and shipping notes behind it."""
    shop = Shop("unit-prices", "EUR", goods("de", 16, seed=4))

    def shown(one: Good) -> str:
        per = f"{one.price * 4:.2f}".replace(".", ",")
        return f'<span class="grundpreis">Grundpreis: {per} €/kg</span><br><strong>{one.comma} €</strong><br>inkl. 19 % MwSt., zzgl. 5,95 € Versand'

    cards = "".join(
        f'<article><a href="/{one.sku.lower()}.html">{one.name} 250 g</a><div>{shown(one)}</div></article>' for one in shop.goods
    )
    shop.pages["/"] = page("Apotheke", f"<h1>Sortiment</h1>{cards}", lang="de")
    for one in shop.goods:
        shop.pages[f"/{one.sku.lower()}.html"] = page(
            one.name, f"<h1>{one.name} 250 g</h1>{shown(one)}<p>Lieferbar in 2 Tagen</p><button>In den Warenkorb</button>", lang="de"
        )
    shop.goods = [Good(one.number, f"{one.name} 250 g", one.price, one.sku) for one in shop.goods]
    return shop


def chinese_numbers() -> Shop:
    """Chinese in GBK, products by ?id=, market price beside the shop's."""
    shop = Shop("chinese-numbers", "CNY", goods("zh", 24), charset="gbk", header=None)
    for at, some in enumerate((shop.goods[:12], shop.goods[12:]), 1):
        cards = "".join(
            f'<li><a href="/goods.php?id={one.number}">{one.name}</a><br>市场价：<del>￥{one.price * 2:.2f}</del> 本店价：￥{one.price:.2f}元</li>'
            for one in some
        )
        on = '<a href="/list.php?page=2">下一页</a>' if at == 1 else '<a href="/">上一页</a>'
        body = f"<h1>全部商品</h1><ul>{cards}</ul><div>共24件商品 {on}</div>"
        html = page("实验器材商城", body, lang="zh-CN").replace('charset="utf-8"', 'charset="gb2312"')
        shop.pages["/" if at == 1 else "/list.php?page=2"] = html
    for one in shop.goods:
        shop.pages[f"/goods.php?id={one.number}"] = page(
            f"{one.name}-实验器材商城",
            f"<h1>{one.name}</h1><p>商品货号：{one.sku}</p><p>市场价：￥{one.price * 2:.2f}元</p><p>本店售价：<font color=red>￥{one.price:.2f}元</font></p>"
            "<p>满500元包邮，运费10元</p><a href='#'>加入购物车</a>",
            lang="zh-CN",
        ).replace('charset="utf-8"', 'charset="gb2312"')
    return shop


def japanese_tax() -> Shop:
    """Japanese in Shift_JIS, price without and with tax, whole yen."""
    shop = Shop("japanese-tax", "JPY", goods("ja", 16, whole=True, top=40000), charset="shift_jis", header="Shift_JIS")
    cards = "".join(
        f'<div class="item"><a href="/item/{one.number}/"><img src="/{one.number}.jpg" alt=""><p>{one.name}</p></a><p>{one.price:,}円（税込）</p></div>'
        for one in shop.goods
    )
    shop.pages["/"] = page("実験器具", f"<h1>商品一覧</h1>{cards}", lang="ja").replace("utf-8", "Shift_JIS")
    for one in shop.goods:
        shop.pages[f"/item/{one.number}/"] = page(
            f"{one.name} | 実験器具",
            f"<h1>{one.name}</h1><p>税抜価格 {int(one.price) * 10 // 11:,}円</p><p>販売価格 {one.price:,}円（税込）</p><p>送料 800円</p><p>商品コード：{one.sku}</p>",
            lang="ja",
        ).replace("utf-8", "Shift_JIS")
    return shop


def indian_grouping() -> Shop:
    """English rupees in lakhs, maximum retail price struck by a class."""
    shop = Shop("indian-grouping", "INR", goods("en", 14, seed=5, whole=True, top=900000))

    def lakh(number: int) -> str:
        head, tail = divmod(number, 1000)
        groups = []
        while head >= 100:
            head, two = divmod(head, 100)
            groups.insert(0, f"{two:02d}")
        return ",".join([*([str(head)] if head or groups else []), *groups, f"{tail:03d}" if head or groups else str(tail)])

    def shown(one: Good) -> str:
        return (
            f"<span>₹ {lakh(int(one.price))}</span> <span class='strike'>M.R.P.: ₹ {lakh(int(one.price) * 2)}</span> <span>(50% off)</span>"
        )

    cards = "".join(
        f'<div class="col"><h5><a href="/{one.sku}/dp/{one.number}">{one.name}</a></h5>{shown(one)}</div>' for one in shop.goods
    )
    shop.pages["/"] = page("Lab India", f"<div class='row'>{cards}</div>", lang="en-IN")
    for one in shop.goods:
        shop.pages[f"/{one.sku}/dp/{one.number}"] = page(
            one.name,
            f"<h1>{one.name}</h1><div>{shown(one)}</div><p>In stock</p><button>Add to Cart</button><p>Item code: {one.sku}</p>",
            lang="en-IN",
        )
    return shop


def swiss_grouping() -> Shop:
    """French Swiss, apostrophes, `CHF` before, `.–` for whole francs."""
    shop = Shop("swiss-grouping", "CHF", goods("fr", 14, seed=6, whole=True))
    cards = "".join(
        f'<li><a href="?produit={one.number}">{one.name}</a><span>CHF {f"{int(one.price):,}".replace(",", chr(8217))}.–</span></li>'
        for one in shop.goods
    )
    shop.pages["/"] = page("Boutique", f"<h1>Boutique</h1><ol>{cards}</ol>", lang="fr-CH")
    for one in shop.goods:
        shop.pages[f"/?produit={one.number}"] = page(
            one.name,
            f"<h1>{one.name}</h1><p>CHF {f'{int(one.price):,}'.replace(',', chr(8217))}.–</p><p>Frais de port CHF 9.–</p>",
            lang="fr-CH",
        )
    return shop


def korean() -> Shop:
    """Korean won behind the number, a sale price below the struck one."""
    shop = Shop("korean", "KRW", goods("ko", 14, whole=True, top=90000))
    cards = "".join(
        f'<div class="prd"><a href="/product/detail.html?product_no={one.number}"><strong>{one.name}</strong></a>'
        f"<ul><li><strike>{int(one.price) * 2:,}원</strike></li><li>{one.price:,}원</li></ul></div>"
        for one in shop.goods
    )
    shop.pages["/"] = page("실험기구", f"<div>{cards}</div>", lang="ko")
    for one in shop.goods:
        shop.pages[f"/product/detail.html?product_no={one.number}"] = page(
            one.name,
            f"<h2>{one.name}</h2><table><tr><th>소비자가</th><td><strike>{int(one.price) * 2:,}원</strike></td></tr><tr><th>판매가</th><td>{one.price:,}원</td></tr>"
            f"<tr><th>배송비</th><td>3,000원</td></tr><tr><th>상품코드</th><td>{one.sku}</td></tr></table><a href='#'>장바구니</a>",
            lang="ko",
        )
    return shop


def vietnamese() -> Shop:
    """Vietnamese dong, dots as groups, sign behind."""
    shop = Shop("vietnamese", "VND", goods("vi", 14, whole=True, top=900000))
    cards = "".join(
        f'<div class="sp"><a href="/san-pham/{one.number}"><img src="/{one.number}.jpg"><h3>{one.name}</h3></a><p>Giá: {f"{int(one.price):,}".replace(",", ".")}₫</p></div>'
        for one in shop.goods
    )
    shop.pages["/"] = page("Dụng cụ", f"<h1>Sản phẩm</h1>{cards}", lang="vi")
    for one in shop.goods:
        shop.pages[f"/san-pham/{one.number}"] = page(
            one.name,
            f"<h1>{one.name}</h1><p>Giá: {f'{int(one.price):,}'.replace(',', '.')}₫</p><p>Tình trạng: Còn hàng</p><button>Mua ngay</button>",
            lang="vi",
        )
    return shop


def arabic_digits() -> Shop:
    """Arabic, its own digits and decimal sign, currency behind."""
    shop = Shop("arabic-digits", "SAR", goods("ar", 14))
    digits = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
    cards = "".join(
        f'<div class="muntaj"><h3><a href="/p{one.number}">{one.name}</a></h3><span>{one.grouped.translate(digits)} ر.س</span></div>'
        for one in shop.goods
    )
    shop.pages["/"] = page("متجر", f'<div dir="rtl">{cards}</div>', lang="ar")
    for one in shop.goods:
        shop.pages[f"/p{one.number}"] = page(
            one.name,
            f'<div dir="rtl"><h1>{one.name}</h1><p>السعر: {one.grouped.translate(digits)} ر.س</p><button>أضف إلى السلة</button></div>',
            lang="ar",
        )
    return shop


def price_in_words() -> Shop:
    """English: the currency as a word behind the number, in a line of text."""
    shop = Shop("price-in-words", "USD", goods("en", 14, seed=7, whole=True, top=900))
    links = "".join(f'<p><a href="/catalog/{one.number}">{one.name}</a></p>' for one in shop.goods)
    shop.pages["/"] = page("Catalog", f"<h1>Catalog</h1>{links}", lang="en")
    for one in shop.goods:
        shop.pages[f"/catalog/{one.number}"] = page(
            one.name,
            f"<h2>{one.name}</h2><p>Price: {one.price} US dollars per piece</p><p>Minimum order: 2 pieces</p><p>Order by mail.</p>",
            lang="en",
        )
    return shop
