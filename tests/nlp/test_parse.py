"""Pages: text as a reader sees it, offsets that hold, places that lead back."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.parse import ParsedPage
from nlp.tree import fragment_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("a  b\n c", "a b c"),
        ("<b>f</b><b>ent</b>", "fent"),
        ("a<br>b", "a\nb"),
        ("<table><tr><td>a<td>b</tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<a href=x>Home</a><a href=y>Goods</a>", "Home Goods"),
        ("<span>$16.60</span><del>$18.00</del>", "$16.60 $18.00"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("x<script>var a='y'</script><style>p{}</style><template>t</template><noscript>n</noscript>z", "xz"),
        ("<p hidden>a</p><p style='display: none'>b</p><p>c</p>", "c"),
        ("a<!-- no -->b", "ab"),
        ("<head><title>T</title></head><body>a</body>", "a"),
        ("<title>T</title><header>a</header><main>b</main>", "a\nb"),  # optional tags left out, as minifiers do
        ("<select>" + "".join(f"<option>c{n}</option>" for n in range(30)) + "<option selected>mine</option></select>", "mine"),
        ("<select><option>10 g</option><option>50 g</option></select>", "10 g\n50 g"),
        ("plain &amp; simple", "plain & simple"),
        ("<p>a&nbsp;&nbsp;b</p>", "a b"),
        ("", ""),
        ("<p>", ""),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert ParsedPage(html).text == text


@pytest.mark.parametrize(
    ("body", "header", "text"),
    [
        ("价格".encode("gb18030"), "text/html; charset=gb2312", "价格"),
        (b"<meta charset='gb2312'><p>" + "价格".encode("gb18030"), None, "价格"),
        ("价格".encode(), "text/html; charset=iso-8859-1", "价格"),
        ("\ufeffprice €".encode("utf-16"), None, "price €"),
        ("prix 5 €".encode("cp1252"), "text/html; charset=iso-8859-1", "prix 5 €"),
        ("价格一百元，现货供应".encode("gb18030"), None, "价格一百元，现货供应"),
        ("na\xefve".encode("latin-1"), None, "naïve"),
        (b"\xff\xfe\x00", "text/html; charset=utf-8", "\ufffd"),
        (b"ok \xc3", None, "ok \ufffd"),
        (b"a\x00b", None, "a\ufffdb"),
        (b"a", "text/html; charset=no-such-thing", "a"),
    ],
)
def test_bytes_are_read_in_the_charset_they_are_in(body: bytes, header: str | None, text: str) -> None:
    assert ParsedPage(body, content_type=header).text == text


def test_an_elements_span_holds_its_words() -> None:
    page = ParsedPage("<div><h1> Copper <b>wire</b></h1><p>$5</p></div>")
    assert page.root is not None
    heading, price = next(page.root.iter("h1")), next(page.root.iter("p"))
    assert [page.text[slice(*(page.text_of(element) or (0, 0)))] for element in (heading, price)] == ["Copper wire", "$5"]
    assert page.text_of(ParsedPage("<p></p>").root) is None  # an element of another page


def test_places_name_capture_storefront_and_path() -> None:
    html = '<div><a href="//t.me/x_desk">a</a><a href="/b">b</a></div><p>call t.me/x_desk</p>'
    page = ParsedPage(html, "https://a.example/", "cap_1", "a.example")
    (where, match), *more = page.links().find(re.compile(r"t\.me/(\w+)"))
    assert not more
    assert match[1] == "x_desk"
    assert (where.inside, where.name, where.path) == ("attribute", "href", "html > body > div > a:nth-of-type(1)")
    assert (where.capture_id, where.storefront, where.quote) == ("cap_1", "a.example", "https://t.me/x_desk")
    (where, _), *more = page.running_text().find(re.compile(r"t\.me/(\w+)"))
    assert not more
    assert page.text[where.start : where.end] == where.quote == "t.me/x_desk"
    assert where.before == "a b\ncall "


def test_inline_json_is_found_with_its_pointer() -> None:
    page = ParsedPage(
        '<script type="application/ld+json">{"a/b": [1, {"c~d": "call desk_1"}],}</script>'
        '<script>window.__STATE__ = {"x": "desk_2"}; var y = JSON.parse("{\\"z\\": \\"desk_3\\"}"); let n = {bare: 1};</script>'
        '<script id="__NEXT_DATA__" type="application/json">{"deep": {"er": "desk_4"}}</script>'
        '<script type="application/json">{broken</script>'
    )
    found = [(where.pointer, match[0]) for where, match in page.scripts().find(re.compile(r"desk_\d"))]
    assert found == [("/a~1b/1/c~0d", "desk_1"), ("/x", "desk_2"), ("/z", "desk_3"), ("/deep/er", "desk_4")]


def test_attributes_carry_no_style_and_no_links() -> None:
    page = ParsedPage('<p class="desk_1" style="desk_1" data-c="desk_2" title="desk_3"><a href="desk_4">x</a></p>')
    assert [match[0] for _, match in page.attributes().find(re.compile(r"desk_\d"))] == ["desk_2", "desk_3"]


def test_plain_text_keeps_every_code_point() -> None:
    text = "  a\u200b  b\n\n<b> "
    assert ParsedPage.of_text(text).text == text


def test_fragments_become_words() -> None:
    assert fragment_text("<p>Fine&nbsp;powder,<br>sealed &amp; dry") == "Fine powder, sealed & dry"
    assert fragment_text(" a  b ") == "a b"


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
INLINE = st.sampled_from(["b", "i", "span", "a", "del"])
BLOCK = st.sampled_from(["div", "p", "li", "td", "h2", "section"])


def markup() -> st.SearchStrategy[str]:
    leaf = WORDS.map(lambda words: words.replace("&", "&amp;").replace("<", "&lt;"))

    def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        made = st.tuples(st.one_of(INLINE, BLOCK), st.lists(inner, max_size=4))
        return made.map(lambda parts: f"<{parts[0]}>{''.join(parts[1])}</{parts[0]}>")

    return st.recursive(leaf, wrapped, max_leaves=12)


@settings(max_examples=150, deadline=None)
@given(markup())
def test_every_run_and_every_element_keeps_its_span(html: str) -> None:
    page = ParsedPage(html)
    visible = page.visible
    for start, end, owner in zip(visible.starts, visible.ends, visible.owners, strict=True):
        run = page.text[start:end]
        assert run == " ".join(run.split())
        assert run
        assert visible.owner(start) is owner
        outer = page.text_of(owner)
        assert outer is not None
        assert outer[0] <= start < end <= outer[1]
    assert page.text == page.text.strip(" \t\n")
    for element in page.elements:
        span = page.text_of(element)
        parent = element.getparent()
        if span and parent is not None:
            around = page.text_of(parent)
            assert around is not None
            assert around[0] <= span[0] <= span[1] <= around[1]


@settings(max_examples=100, deadline=None)
@given(markup(), st.sampled_from("abcxyz"))
def test_a_found_place_is_the_slice_it_quotes(html: str, letter: str) -> None:
    page = ParsedPage(html)
    for where, match in page.running_text().find(re.compile(letter)):
        assert page.text[where.start : where.end] == match[0] == where.quote
