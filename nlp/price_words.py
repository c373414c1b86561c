"""The word for a price in the languages of shops, as a label, a column's head or part of one."""

import re

LATIN = (
    "price|pricing|preise?|prix|precios?|preços?|prezzo|prijs|cena|ceny|pris|hinta|fiyatı?|fiyat|preț|cijena|kaina|hind|harga|giá(?: bán)?"
)
OTHER = (
    "цен[аы]|ціна|стоимость|вартість|价格|價格|售价|售價|单价|單價|现价|促销价|特价|会员价|批发价|本店价|価格|販売価格|販売価|値段|단가|가격|판매가"
    "|السعر|سعر|قیمت|מחיר|ราคา|मूल्य|कीमत|τιμή"
)
PRICE_NOUN = re.compile(rf"\b(?:{LATIN})\b|{OTHER}", re.IGNORECASE)
