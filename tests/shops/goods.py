"""The goods of generated shops: harmless laboratory ware, named in the shop's language, with prices that have every shape."""

import random
from dataclasses import dataclass
from decimal import Decimal

WARE = {
    "en": ("Beaker", "Funnel", "Glass stirrer", "Filter flask", "Spatula", "Test tube rack", "Hot plate"),
    "de": ("Becherglas", "Trichter", "Rührstab", "Filterflasche", "Spatel", "Heizplatte"),
    "fr": ("Bécher", "Entonnoir", "Agitateur", "Fiole à filtrer", "Spatule", "Plaque chauffante"),
    "es": ("Vaso de precipitados", "Embudo", "Varilla", "Matraz", "Espátula", "Placa calefactora"),
    "pt": ("Béquer", "Funil", "Bastão de vidro", "Frasco", "Espátula", "Placa de aquecimento"),
    "it": ("Becher", "Imbuto", "Bacchetta", "Beuta", "Spatola", "Piastra"),
    "pl": ("Zlewka", "Lejek", "Bagietka", "Kolba", "Szpatułka", "Płyta grzejna"),
    "tr": ("Beher", "Huni", "Baget", "Erlen", "Spatül", "Isıtıcı tabla"),
    "ru": ("Стакан мерный", "Воронка", "Палочка стеклянная", "Колба", "Шпатель", "Плитка"),
    "zh": ("烧杯", "漏斗", "玻璃棒", "过滤瓶", "药勺", "加热板"),
    "ja": ("ビーカー", "漏斗", "ガラス棒", "ろ過瓶", "薬さじ", "ホットプレート"),
    "ko": ("비커", "깔때기", "유리 막대", "플라스크", "약숟가락", "가열판"),
    "vi": ("Cốc đong", "Phễu", "Đũa khuấy", "Bình lọc", "Thìa cân", "Bếp đun"),
    "ar": ("كأس زجاجي", "قمع", "ساق تحريك", "دورق", "ملعقة مختبر", "صفيحة تسخين"),
}


@dataclass(frozen=True)
class Good:
    """One product: what a crawler must find of it."""

    number: int
    name: str
    price: Decimal
    sku: str

    @property
    def cents(self) -> str:
        """`1234.50`."""
        return f"{self.price:.2f}"

    @property
    def comma(self) -> str:
        """`1.234,50`."""
        return f"{self.price:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")

    @property
    def spaced(self) -> str:
        """`1 234,50` with a no-break space."""
        return f"{self.price:,.2f}".replace(".", ";").replace(",", "\u00a0").replace(";", ",")

    @property
    def grouped(self) -> str:
        """`1,234.50`."""
        return f"{self.price:,.2f}"


def goods(language: str, count: int, *, seed: int = 1, whole: bool = False, top: int = 4000) -> list[Good]:
    """This many products, each with a name of its own; `whole` prices have no cents."""
    rng = random.Random(f"{language}{seed}")
    found = []
    for number in range(1, count + 1):
        price = Decimal(rng.randint(150, top * 100)) / 100
        name = f"{rng.choice(WARE[language])} {rng.choice('ABCDEFGH')}{100 + 7 * number}"
        found.append(Good(number, name, price.to_integral_value() if whole else price, f"LW-{seed}{number:03d}"))
    return found


def page(title: str, body: str, *, lang: str, head: str = "") -> str:
    """A whole HTML page."""
    return f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'


def parts(found: list[Good], size: int) -> list[list[Good]]:
    """The goods by pages."""
    return [found[at : at + size] for at in range(0, len(found), size)]
