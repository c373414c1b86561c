"""New terms: what counts as a candidate in spaced and unspaced scripts, and a planted coded word before the words around it."""

import pytest

from nlp.candidates import candidates, read_corpus, term_of
from nlp.discover import Text, discover
from nlp.encode import Encoder, open_encoder
from tests.benchmarks.planted import TARGET, TOP, found_in, plant


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The real packaged encoder, loaded once."""
    return open_encoder()


# Invented. The coded words stand where the seeds stand; the decoys are as frequent and stand elsewhere.
ENGLISH = [
    "I bought two grams of heroin from him and it was weak.",
    "She shot heroin every day last winter.",
    "My brother took morphine for his back.",
    "He sold me two grams of morphine and it was weak.",
    "Two grams of blimto cost too much in this town.",
    "I took blimto every day last winter.",
    "She bought blimto from him and it was weak.",
    "He sold me some blimto and then the bus was late.",
    "The bus was late, so I missed the film.",
    "We saw the bus near the station.",
    "The station was closed because of the snow.",
    "Snow fell near the station all week.",
    "I bought two grams of heroin and took the bus home.",
    "The film was good, we saw it twice.",
    "That film about the station made me cry.",
]
CHINESE = [
    "出售海洛因现货，包邮到家。",
    "海洛因一克多少钱，要现货。",
    "冰毒现货出售，包邮。",
    "要冰毒的联系我，一克起卖。",
    "蓝砖现货出售，一克起卖。",
    "谁要蓝砖，包邮到家。",
    "蓝砖一克多少钱，联系我。",
    "今天天气很好，我们去公园散步。",
    "公园里天气凉快，孩子们很高兴。",
    "这个公园的天气总是多变。",
    "冰毒一克多少钱。",
    "海洛因现货，联系我。",
]


def texts(lines: list[str]) -> list[Text]:
    return [Text(str(at), line, f"shop-{at}") for at, line in enumerate(lines)]


def terms(lines: list[str]) -> set[str]:
    return {term_of(term) for term in candidates(read_corpus(texts(lines)))}


def test_a_candidate_needs_three_places_in_two_storefronts() -> None:
    assert terms(["zud zud", "zud"]) == {"zud"}
    assert "zud" not in terms(["zud", "zud"])
    one_shop = [Text(str(at), "zud", "shop") for at in range(5)]
    assert candidates(read_corpus(one_shop)) == {}


@pytest.mark.parametrize("amount", ["10mg", "2.5", "30s", "1st", "5kg"])
def test_an_amount_is_no_candidate(amount: str) -> None:
    found = terms([f"{amount} of zud{at}x" for at in range(4)])
    assert amount not in found or amount == "30s"


def test_product_codes_and_phrases_are_candidates_and_parts_of_a_phrase_are_not() -> None:
    filler = [" ".join(f"word{at}x{count}" for count in range(30)) for at in range(6)]
    lines = [f"{words} china white {words[::-1]} ZX-40B end{at}" for at, words in enumerate(filler)]
    assert terms(lines) == {"china white", "zx-40b"}


def test_han_strings_hold_together_and_have_free_edges() -> None:
    found = terms(CHINESE)
    assert {"蓝砖", "冰毒", "海洛因"} <= found
    assert not {"砖现", "洛因", "海洛"} & found


def test_places_are_those_of_the_original_text(encoder: Encoder) -> None:
    (found,) = [one for one in discover(texts(CHINESE), ["冰毒"], encoder=encoder) if one.term == "蓝砖"]
    assert found.spans == (("4", 0, 2), ("5", 2, 4), ("6", 0, 2))
    assert [CHINESE[int(key)][start:end] for key, start, end in found.spans] == ["蓝砖"] * 3


@pytest.mark.parametrize(
    ("lines", "seeds", "coded", "decoys"),
    [
        (ENGLISH, ["heroin", "morphine"], "blimto", ["bus", "station", "film"]),
        (CHINESE, ["海洛因", "冰毒"], "蓝砖", ["天气", "公园"]),
    ],
)
def test_a_coded_word_in_the_seeds_places_comes_before_words_of_other_talk(
    lines: list[str], seeds: list[str], coded: str, decoys: list[str], encoder: Encoder
) -> None:
    ranked = [one.term for one in discover(texts(lines), seeds, encoder=encoder)]
    assert not set(seeds) & set(ranked)
    for decoy in decoys:
        assert ranked.index(coded) < ranked.index(decoy)


def test_known_and_rejected_terms_stay_out_and_benign_places_are_shown(encoder: Encoder) -> None:
    lawful = [Text("news", "The blimto festival was fun.", "paper")]
    everything = discover(texts(ENGLISH), ["heroin"], lawful, encoder=encoder)
    assert [one.benign_spans for one in everything if one.term == "blimto"] == [(("news", 4, 10),)]
    assert "blimto" not in [one.term for one in discover(texts(ENGLISH), ["heroin"], lawful, known=["Blimto"], encoder=encoder)]


def test_without_encoder_and_without_seeds_in_the_texts_there_is_nothing_to_go_by() -> None:
    with pytest.raises(ValueError, match="no encoder"):
        discover(texts(ENGLISH), ["carfentanil"])
    assert discover(texts(ENGLISH), ["heroin"])


def test_the_same_texts_give_the_same_order(encoder: Encoder) -> None:
    first, second = (discover(texts(ENGLISH), ["heroin"], encoder=encoder) for _ in range(2))
    assert first == second


def test_most_words_planted_on_the_demo_market_are_among_the_first_sixty() -> None:
    market = plant(1)
    assert len(market.words) >= 8
    for word in market.words:
        assert len({text.storefront for text in market.texts if word in text.text}) == 2
        assert not any(word in text.text for text in market.benign)
    ranks = found_in(market, None)
    assert sum(rank is not None and rank <= TOP for rank in ranks) / len(ranks) >= TARGET
    assert plant(1) == market
    assert plant(2).words != market.words
