"""Cues add up: ideas in four languages and traits of a page, whatever its wording; one idea alone proves nothing."""

import pytest

from crawlers.errors import ConfigError
from crawlers.page_cues import LANGUAGES, languages_of, load_cues, read_cues
from crawlers.page_cut import SMALL, without_bulk
from crawlers.page_state import check_rules, load_rules, page_state
from crawlers.parking import is_parking_host

HTML = (("Content-Type", "text/html; charset=utf-8"),)


def state(page: str, status: int = 200, url: str = "https://shop.example/") -> str:
    return page_state(status, HTML, page.encode(), url, load_rules()).outcome


def test_every_concept_and_outcome_holds_its_examples_in_every_language() -> None:
    assert check_rules() == []
    cues, _ = load_cues()
    for concept in cues.concepts:
        spoken = {language for language in LANGUAGES if language != "west" and getattr(concept, language)}
        assert spoken in (set(LANGUAGES) - {"west"}, {"en"})
        assert set(concept.match) == set(concept.miss) == spoken
    for tally in cues.tallies:
        assert set(tally.match) == set(tally.miss) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "languages"),
    [("access denied", ("en", "es", "west")), ("доступ", ("en", "ru")), ("域名 ok", ("en", "zh")), ("", ("en", "es", "west"))],
)
def test_a_text_meets_the_patterns_of_its_script(text: str, languages: tuple[str, ...]) -> None:
    assert languages_of(text) == languages


BUTTON = (
    "<h1>Pumps</h1><p>Ball valves and pumps for industry. Write to us for a price, we answer within one working day.</p>"
    "<script>function go(){location.href='https://elsewhere.test/'}</script>"
)
# The same page with one idea taken away each time is no longer believed.
WHOLE = "<title>Firewall</title><p>Your request was denied by our security system. Incident 5512.</p>"


@pytest.mark.parametrize(
    "left",
    ["<title>Firewall</title>", "<p>Your request for a price list is welcome.</p>", "<p>Incident 5512 was a good year for our cellar.</p>"],
)
def test_one_idea_alone_proves_nothing(left: str) -> None:
    assert (state(WHOLE), state(left + "<p>Pumps and valves for industry, from our own stock.</p>")) == ("blocked", "live")


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("<script>location.href='https://elsewhere.test/'</script>", "moved"),
        ("<script>location.href='https://www.shop.example/start'</script>", "empty"),
        ("<script>location.href='https://www.sedo.com/search/details/?domain=shop.example'</script>", "parked"),
        (BUTTON, "live"),
        ("<meta http-equiv=refresh content='0;url=https://elsewhere.test/'>", "moved"),
        ("<script>var _0x1a2b=['x'];document['cookie']='a=1';location['reload']();</script>", "blocked"),
        ("<div id=root></div><script>document.cookie='a=1';location.reload()</script><script src=/main.js></script>", "live"),
        ("<p>What is in the picture?</p><img src=/captcha/image/81/><form><input name=captcha_1></form>", "captcha"),
        ("<img src=/img/code.png><p>Zip code finder</p><form><input name=zip><input name=street><input name=town></form>", "live"),
    ],
)
def test_scripts_forms_and_pictures_speak_where_words_are_few(page: str, outcome: str) -> None:
    assert state(page) == outcome


@pytest.mark.parametrize("url", ["", "https://shop.example/", "https://www.shop.example/x"])
def test_a_page_that_leads_to_its_own_host_has_not_moved(url: str) -> None:
    page = "<h1>We have moved</h1><p>Find us now at <a href='https://{}/'>our new home</a></p>"
    assert state(page.format("new-door.test"), url=url) == "moved"
    assert state(page.format("shop.example"), url="https://www.shop.example/x") != "moved"


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        ("https://www.hugedomains.com/domain_profile.cfm?d=shop", "parked"),
        ("//sedo.com/search", "parked"),
        ("https://forsale.godaddy.com/x", "parked"),
        ("https://godaddy.com/x", "unknown"),
        ("https://notsedo.com/", "unknown"),
        ("/home", "unknown"),
        ("https://[", "unknown"),
    ],
)
def test_a_redirect_to_a_parking_service_is_parked(location: str, outcome: str) -> None:
    assert page_state(302, (("Location", location),), b"", "https://shop.example/", load_rules()).outcome == outcome


def test_parking_services_are_known_with_their_subdomains_only() -> None:
    assert is_parking_host("ww1.parkingcrew.net.")
    assert not is_parking_host("parkingcrew.net.example")
    assert not is_parking_host("net")
    assert not is_parking_host("")


BROKEN = """concepts:
  - {id: refused, why: the visit is refused, en: 'denied', match: {en: [denied]}, miss: {en: [ok]}}
outcomes:
  - {outcome: blocked, at: 5, needs: [refused], points: {refused: 2}, match: {}, miss: {}}
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("en: 'denied'", "en: 'deni.*ed'"), "refused.en.*without a bound"),
        (("points: {refused: 2}", "points: {refusal: 2}"), "no concept or trait 'refusal'"),
        (("needs: [refused]", "needs: [brave]"), "no concept or trait 'brave'"),
        (("outcome: blocked", "outcome: closed"), "outcomes.0.outcome"),
        (("why: the visit is refused, ", ""), "concepts.0.why"),
        (("en: 'denied'", "en: 'denied"), "not valid YAML"),
    ],
)
def test_a_broken_cue_file_is_refused_with_its_key(change: tuple[str, str], said: str) -> None:
    assert read_cues(BROKEN, "page_cues.yml").tallies[0].outcome == "blocked"
    with pytest.raises(ConfigError, match=said):
        read_cues(BROKEN.replace(*change), "page_cues.yml")


PAD = b"<p>" + b"x" * SMALL + b"</p>"


@pytest.mark.parametrize(
    ("page", "cut"),
    [
        (b"<a>1</a><!-- <script> --><b>2</b>", b"<a>1</a><b>2</b>"),
        (b"<style>p{}</style><b>2</b>", b"<b>2</b>"),
        (b"<SVG><path/><style>x</style></SVG ><b>2</b>", b"<b>2</b>"),
        (b"<script>" + b"v" * 5000 + b"</script><b>2</b>", b"<script>" + b"v" * 1999 + b"</script><b>2</b>"),
        (b"<script>'<svg>'</script><b>2</b>", b"<script>'<svg>'</script><b>2</b>"),
        (b"<b>1</b><!-- never ends <b>2</b>", b"<b>1</b>"),
        (b"<b>1</b><svg><path d=1>", b"<b>1</b>"),
    ],
)
def test_bulk_is_cut_and_what_stands_behind_it_stays(page: bytes, cut: bytes) -> None:
    assert without_bulk(PAD + page) == PAD + cut


def test_small_pages_and_other_encodings_are_left_alone() -> None:
    assert without_bulk(b"<style>p{}</style>") == b"<style>p{}</style>"
    wide = ("<style>p{}</style>" + "x" * SMALL).encode("utf-16")
    assert without_bulk(wide) == wide


ENTRY = (
    "<li class='grid__item grid__item--wide product-card-wrapper'><a class='link full-width' href=/p/{n}>"
    "<img src='/pictures/of/goods/large/{n}.jpg?width=800&height=600&fit=crop' alt='' class='card-image lazy'>Pump {n}</a> 5 EUR</li>"
)
LINKS = "".join(ENTRY.format(n=number) for number in range(150))


@pytest.mark.parametrize(
    ("head", "outcome"),
    [
        ("<title>Pumps</title><h1>Pumps</h1>", "live"),
        ("<title>Pumps</title><h1>Page not found</h1>", "soft_404"),
        ("<h1>Страница не найдена</h1>", "soft_404"),
    ],
)
def test_a_long_page_of_links_is_live_unless_its_heading_says_otherwise(head: str, outcome: str) -> None:
    page = f"<html><body>{head}<ul>{LINKS}</ul></body></html>"
    assert len(page) > 30_000
    assert state(page) == outcome
