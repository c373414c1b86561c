"""Language: one of ours or none."""

import time

import pytest

from nlp.language import detect_language, written_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We guarantee that your parcel will arrive within ten working days.", "en"),
        ("Enviamos a todo el mundo y le devolvemos el dinero si el paquete se pierde.", "es"),
        ("Мы отправляем посылки по всему миру и гарантируем доставку.", "ru"),
        ("我们保证货物顺利通关，全球发货。", "zh"),
        ("化工中间体现货 NPP 39742-60-4", "zh"),
        ("供應化工原料，全球發貨", "zh"),
        ("1-Boc-4-哌啶酮 CAS 79099-07-3 现货供应", "zh"),
    ],
)
def test_our_languages_are_named(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "39742-60-4 79099-07-3",
        "NPP 1kg",
        "ok",
        "https://shop.example/this/is/a/very/long/address/in/english/words",
        "Nous garantissons que votre colis passera la douane sans problème, ou nous vous remboursons intégralement.",
        "Wir garantieren, dass Ihr Paket ohne Probleme durch den Zoll kommt, sonst erstatten wir den vollen Betrag.",
        "Gwarantujemy, że Twoja paczka przejdzie przez odprawę celną bez żadnych problemów.",
        "お荷物は必ず税関を通過します。ご安心ください。",
        "고객님의 소포는 세관을 문제없이 통과합니다. 안심하십시오.",
        "Ми гарантуємо, що ваша посилка пройде митницю без жодних проблем, і повернемо гроші.",
    ],
)
def test_it_abstains_on_little_text_and_on_other_languages(text: str) -> None:
    assert detect_language(text) is None


def test_a_long_text_takes_no_longer_than_its_beginning() -> None:
    detect_language("warm up the model with a sentence of English")
    before = time.process_time()
    assert detect_language("Parcels are shipped on Monday. " * 100_000) == "en"
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        ("we take no liability for goods", ["en"]),
        ("no nos hacemos responsables de la mercancia", ["es"]),
        ("100 % cripto", ["en", "es"]),  # too short to tell
        ("гарантируем доставку", ["ru"]),
        ("usdt付款", ["en", "es", "zh"]),
        ("2024", []),
    ],
)
def test_a_sentence_is_read_in_the_languages_it_may_be_in(words: str, languages: list[str]) -> None:
    assert written_in(["en", "es", "ru", "zh"], words) == languages
