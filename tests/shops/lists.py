"""Shops by how they list: tables, definition lists, lines, flat headings, cards whose only link is a picture or a script."""

from collections.abc import Iterator

from tests.shops.goods import Good, goods, page, parts
from tests.shops.model import Shop


def shops() -> Iterator[Shop]:
    """Every shop of this kind."""
    yield old_table()
    yield definition_list()
    yield lines()
    yield flat_headings()
    yield picture_links()
    yield scripted_cards()
    yield two_columns()
    yield wide_table()
    yield list_entries()


def old_table() -> Shop:
    """Russian, HTML 4 in capitals, windows-1251 that only its meta tag names; a price list over three pages."""
    shop = Shop("old-table", "RUB", goods("ru", 45), charset="cp1251", header=None)
    for number, some in enumerate(parts(shop.goods, 15)):
        rows = "".join(f"<TR><TD>{one.number}<TD>{one.name}<TD>{one.sku}<TD ALIGN=right>{one.price:.2f}".replace(".", ",") for one in some)
        on = f'<P><A HREF="price{number + 2}.htm">Далее &gt;&gt;</A>' if number < 2 else ""
        shop.pages["/" if number == 0 else f"/price{number + 1}.htm"] = (
            '<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251"><TITLE>Прайс-лист</TITLE></HEAD>'
            "<BODY BGCOLOR=#FFFFFF><H1>Прайс-лист</H1><P>Тел.: +7 495 000-00-00. Минимальный заказ 5000 руб."
            f"<TABLE BORDER=1><TR><TH>№<TH>Наименование<TH>Артикул<TH>Цена, руб.{rows}</TABLE>{on}</BODY></HTML>"
        )
    return shop


def definition_list() -> Shop:
    """German, a definition list, prices with the currency behind."""
    shop = Shop("definition-list", "EUR", goods("de", 20))
    entries = "".join(f"<dt>{one.name}</dt><dd>Borosilikatglas, Nr. {one.sku}. {one.comma} EUR zzgl. Versand</dd>" for one in shop.goods)
    shop.pages["/"] = page("Laborbedarf Muster", f"<h1>Unser Angebot</h1><p>Versand ab 4,90 EUR.</p><dl>{entries}</dl>", lang="de")
    return shop


def lines() -> Shop:
    """English, nothing but lines of text: name, pack, price."""
    shop = Shop("lines", "USD", goods("en", 18))
    rows = "".join(f"<p>{one.name} – 25 g – ${one.grouped}</p>" for one in shop.goods)
    shop.goods = [Good(one.number, f"{one.name} – 25 g", one.price, one.sku) for one in shop.goods]
    shop.pages["/"] = page(
        "Price list", f"<h2>Price list</h2><p>Orders over $500 ship free.</p>{rows}<p>Mail sales@lines.example</p>", lang="en"
    )
    return shop


def flat_headings() -> Shop:
    """French, a flat run of headings and paragraphs, prices in their own paragraph."""
    shop = Shop("flat-headings", "EUR", goods("fr", 16))
    rows = "".join(
        f'<h3><a href="/fiche/{one.number}">{one.name}</a></h3><p>Verre borosilicaté.</p><p>Prix&nbsp;: {one.spaced}&nbsp;€ TTC</p>'
        for one in shop.goods
    )
    shop.pages["/"] = page("Verrerie", f"<h1>Catalogue</h1><p>Livraison offerte dès 150 € d'achat.</p>{rows}", lang="fr")
    for one in shop.goods:
        shop.pages[f"/fiche/{one.number}"] = page(
            one.name,
            f"<h1>{one.name}</h1><p>Verre borosilicaté.</p><p>Prix&nbsp;: {one.spaced}&nbsp;€ TTC</p><p>Réf. {one.sku}</p>",
            lang="fr",
        )
    return shop


def picture_links() -> Shop:
    """Spanish, cards whose only link is their picture; pages below /page/N/."""
    shop = Shop("picture-links", "EUR", goods("es", 36))
    for number, some in enumerate(parts(shop.goods, 12), 1):
        cards = "".join(
            f'<div class="caja"><a href="/articulo/{one.sku.lower()}/"><img src="/i/{one.number}.jpg" alt="{one.name}"></a>'
            f'<div class="nombre">{one.name}</div><div>{one.comma} €</div></div>'
            for one in some
        )
        pages = "".join(f'<a href="/page/{at}/">{at}</a> ' for at in range(1, 4))
        shop.pages["/" if number == 1 else f"/page/{number}/"] = page("Tienda", f"<div>{cards}</div><div>{pages}</div>", lang="es")
    for one in shop.goods:
        shop.pages[f"/articulo/{one.sku.lower()}/"] = page(
            one.name,
            f"<h1>{one.name}</h1><img src='/i/{one.number}.jpg'><div>{one.comma} €</div><div>Gastos de envío: 6,50 €</div>"
            f"<button>Añadir al carrito</button><h4>También te puede interesar</h4><ul>"
            + "".join(
                f'<li><a href="/articulo/{other.sku.lower()}/">{other.name}</a> {other.comma} €</li>'
                for other in shop.goods[:3]
                if other != one
            )
            + "</ul>",
            lang="es",
        )
    return shop


def scripted_cards() -> Shop:
    """English pounds, cards that open by a script and have no link; no detail pages."""
    shop = Shop("scripted-cards", "GBP", goods("en", 14, seed=2))
    cards = "".join(
        f"<div class='cell' onclick=\"location.href='/view/{one.number}'\"><img src='/i/{one.number}.png'><b>{one.name}</b>"
        f"<span>£{one.grouped}</span><small>was £{one.price * 2:,.2f}</small></div>"
        for one in shop.goods
    )
    shop.pages["/"] = page("Lab ware", f"<h1>Lab ware</h1><main>{cards}</main>", lang="en")
    return shop


def two_columns() -> Shop:
    """Italian, a layout table with three goods in a row, prices behind the word."""
    shop = Shop("two-columns", "EUR", goods("it", 18))
    cells = [
        f'<td valign="top"><font size="2"><b>{one.name}</b></font><br><a href="scheda.php?cod={one.number}"><img src="f/{one.number}.gif"></a><br>'
        f"Prezzo: Euro {one.comma}<br><i>IVA inclusa</i></td>"
        for one in shop.goods
    ]
    rows = "".join(f"<tr>{''.join(cells[at : at + 3])}</tr>" for at in range(0, len(cells), 3))
    shop.pages["/"] = page("Vetreria", f"<center><table width=100%>{rows}</table></center>", lang="it")
    for one in shop.goods:
        shop.pages[f"/scheda.php?cod={one.number}"] = page(
            f"Vetreria - {one.name}",
            f'<a href="/">Indietro</a><table><tr><td><img src="f/{one.number}.gif"></td><td><font size=4>{one.name}</font><br>Codice: {one.sku}<br>'
            f"Prezzo: Euro {one.comma} IVA inclusa<br>Spedizione: Euro 8,00</td></tr></table>",
            lang="it",
        )
    return shop


def wide_table() -> Shop:
    """Polish, rows with net and gross price, a stock column and a link; sixteen to a page by offset."""
    shop = Shop("wide-table", "PLN", goods("pl", 40))
    for number, some in enumerate(parts(shop.goods, 16)):
        rows = "".join(
            f'<tr><td>{one.sku}</td><td><a href="/towar/{one.number}.html">{one.name}</a></td><td>{7 * one.number % 23} szt.</td>'
            f"<td>{one.price / 2:.2f} zł</td><td>{one.comma} zł</td></tr>"
            for one in some
        )
        on = f'<a href="/?offset={16 * (number + 1)}">Następna strona</a>' if number < 2 else ""
        shop.pages["/" if number == 0 else f"/?offset={16 * number}"] = page(
            "Cennik",
            "<h1>Cennik</h1><table><thead><tr><th>Kod</th><th>Nazwa</th><th>Stan</th><th>Cena netto</th><th>Cena brutto</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{on}",
            lang="pl",
        )
    for one in shop.goods:
        shop.pages[f"/towar/{one.number}.html"] = page(
            one.name,
            f"<h1>{one.name}</h1><p>Cena netto: {one.price / 2:.2f} zł</p><p>Cena brutto: <b>{one.comma} zł</b></p><p>Kod: {one.sku}</p>",
            lang="pl",
        )
    return shop


def list_entries() -> Shop:
    """Turkish, plain list entries: link, dash, price; detail pages with a table of properties."""
    shop = Shop("list-entries", "TRY", goods("tr", 22))
    rows = "".join(f'<li><a href="/urun/{one.number}">{one.name}</a> - {one.comma} TL</li>' for one in shop.goods)
    shop.pages["/"] = page("Cam malzeme", f"<h1>Ürünler</h1><ul>{rows}</ul><p>500 TL üzeri kargo bedava</p>", lang="tr")
    for one in shop.goods:
        shop.pages[f"/urun/{one.number}"] = page(
            one.name,
            f"<h1>{one.name}</h1><p><strong>{one.comma} TL</strong> KDV dahil</p><table><tr><td>Marka</td><td>Örnek</td></tr><tr><td>Ağırlık</td><td>250 g</td></tr>"
            f"<tr><td>Stok kodu</td><td>{one.sku}</td></tr></table><button>Sepete ekle</button>",
            lang="tr",
        )
    return shop
