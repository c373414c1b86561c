"""What every Store promises: one suite, run against the embedded store and against a real Elasticsearch."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from indexer.elastic_roles import ROLES, make_key
from indexer.fields import DERIVED, FAMILIES, MONTHLY, REBUILT
from indexer.retain import Dropped, hold, holds, retain
from indexer.store import Document, Put, Store, StoreError, Value
from indexer.vectors import pack
from tests.elastic_tiers.place import Place, own_place

AT = "2026-11-24T12:00:00Z"
SAMPLES: dict[str, Value] = {
    "keyword": ["пометка", "", "备注", "a b"],
    "text": "Research chemical – 研究化学品\n\u0000 end",
    "date": "2026-11-24T12:00:00.123Z",
    "integer": -9007199254740993,
    "double": 0.1,
    "boolean": False,
    "ip": "2001:db8::1",
    "decimal": "1234567890.10",
    "vector": "AACAPwAAAMA=",
    "json": [{"": None, "a.b": [1, 2.5, {"x": "é"}]}, "text", [], {}],
}


TIERS = [
    "sqlite",
    pytest.param("elastic", marks=[pytest.mark.elastic, pytest.mark.xdist_group("contract-elastic")]),
    pytest.param("secure", marks=[pytest.mark.elastic, pytest.mark.xdist_group("contract-secure")]),
    pytest.param("cluster", marks=[pytest.mark.cluster, pytest.mark.xdist_group("cluster")]),
]


@contextmanager
def place_of(tier: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Place]:
    """A place of one tier that nobody has used before."""
    if tier == "sqlite":
        yield Place(f"sqlite:///{folder}/store.db")
        return
    secure = request.getfixturevalue("elastic_secure") if tier == "secure" else None
    url = secure.url if secure else request.getfixturevalue("elastic_cluster").address if tier == "cluster" else None
    with own_place(url or request.getfixturevalue("elastic_url"), secure) as place:
        yield place


@pytest.fixture(params=TIERS)
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place nobody has used before."""
    with place_of(request.param, request, tmp_path) as place:
        yield place


@pytest.fixture(scope="module", params=TIERS)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The place of all tests of one tier."""
    with place_of(request.param, request, tmp_path_factory.mktemp("shared")) as place:
        yield place


@pytest.fixture
def place(shared: Place, tmp_path: Path) -> Iterator[Place]:
    """An empty store's place; on Elasticsearch only what a test filled is made anew, since a whole set of indices takes seconds."""
    if shared.address.startswith("sqlite"):
        yield Place(f"sqlite:///{tmp_path}/store.db")
        return
    yield shared
    used = shared.open()
    filled = [f"{shared.prefix}-{family.replace('_', '-')}" for family, count in used.status().items() if count]
    used.close()
    with shared.client() as client:
        if filled:
            client.indices.delete(index=list(client.indices.get_alias(name=filled).body))


@pytest.fixture(scope="module", params=TIERS)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for tests that only read, holding FINDINGS and TEXTS."""
    with place_of(request.param, request, tmp_path_factory.mktemp("filled")) as place:
        opened = place.open()
        opened.init()
        put(opened, "finding", *FINDINGS)
        put(opened, "listing", *(document("listing", key, title=words) for key, words in TEXTS.items()))
        yield opened
        opened.close()


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """A store that is set up and empty."""
    opened = place.open()
    opened.init()
    yield opened
    opened.close()


def document(family: str, key: str, **more: Value) -> Document:
    """The least document of a family."""
    needed: Document = {"planned_at": AT} if family in MONTHLY else {"sequence": 1} if family in DERIVED else {}
    return {"id": key, "kind": family} | needed | more


def put(store: Store, family: str, *documents: Document, create: bool = False) -> Put:
    """One `put` made visible."""
    counts = store.put(family, documents, create=create)
    store.settle()
    return counts


def ids(documents: Iterator[Document] | list[Document]) -> list[str]:
    """The ids in the order given."""
    return [str(one["id"]) for one in documents]


def test_every_field_of_every_family_comes_back_as_it_was_put(store: Store) -> None:
    for family in FAMILIES:
        comes_back(store, family)


def comes_back(store: Store, family: str) -> None:
    """Puts a document with all fields, one with none and one with empty lists, and reads them both ways."""
    names = {field.name: field.type for field in FAMILIES[family]}
    full = {name: SAMPLES[kind] for name, kind in names.items()}
    full |= {name: "one" for name in ("visit_id", "storefront", "listing_id", "value") if name in names}
    full |= document(family, "full")
    bare = dict.fromkeys(names) | document(family, "none")
    empty = document(family, "list") | {name: [] for name, kind in names.items() if kind == "keyword" and name in {"members", "codes"}}
    assert put(store, family, full, bare, empty) == Put(written=3)
    assert [store.get(family, "full"), store.get(family, "none"), store.get(family, "list")] == [full, bare, empty]
    assert list(store.scan(family)) == [full, empty, bare]
    assert store.get(family, "nobody") is None


def test_the_first_writing_of_an_observation_stands(store: Store) -> None:
    first, second = document("finding", "f1", value="first"), document("finding", "f1", value="second")
    assert put(store, "finding", first) == Put(written=1)
    assert put(store, "finding", second, document("finding", "f2")) == Put(written=1, unchanged=1)
    assert store.get("finding", "f1") == first
    assert store.status()["finding"] == 2


def test_the_higher_sequence_of_a_derived_document_stands(store: Store) -> None:
    versions = {number: document("storefront", "s", sequence=number, state=f"v{number}") for number in (4, 5, 6)}
    assert put(store, "storefront", versions[5]) == Put(written=1)
    assert put(store, "storefront", versions[4]) == Put(unchanged=1)
    assert put(store, "storefront", versions[5] | {"state": "other"}) == Put(unchanged=1)
    assert list(store.scan("storefront")) == [versions[5]]
    assert put(store, "storefront", versions[6]) == Put(written=1)
    assert list(store.scan("storefront")) == [versions[6]]


def test_the_last_writing_of_an_alert_stands_and_with_create_the_first(store: Store) -> None:
    first, second = document("alert", "a", status="pending"), document("alert", "a", status="sent")
    assert put(store, "alert", first, create=True) == Put(written=1)
    assert put(store, "alert", second, create=True) == Put(unchanged=1)
    assert store.get("alert", "a") == first
    assert put(store, "alert", second) == Put(written=1)
    assert list(store.scan("alert")) == [second]


@pytest.mark.parametrize("family", ["judgement", "intervention", "assignment"])
def test_what_people_decided_is_never_written_over(store: Store, family: str) -> None:
    first, second = document(family, "j", at=AT), document(family, "j", at="2027-01-01T00:00:00Z")
    assert put(store, family, first) == Put(written=1)
    assert put(store, family, second) == Put(unchanged=1)
    assert put(store, family, second, create=True) == Put(unchanged=1)
    assert list(store.scan(family)) == [first]


def test_two_writings_in_one_put_are_one(store: Store) -> None:
    one = document("finding", "f1", value="x")
    assert put(store, "finding", one, one, one) == Put(written=1, unchanged=2)
    assert list(store.scan("finding")) == [one]


def test_months_and_families_are_read_as_one(store: Store) -> None:
    times = {"b": "2026-01-31T23:59:59Z", "a": "2026-02-01T00:00:00Z", "c": "2025-12-31T12:00:00Z"}
    put(store, "listing_obs", *(document("listing_obs", key, planned_at=at) for key, at in times.items()))
    put(store, "listing", document("listing", "d"))
    assert ids(store.scan("listing_obs")) == ["a", "b", "c"]
    assert [store.get("listing_obs", key) is not None for key in "abcd"] == [True, True, True, False]


FINDINGS = [
    document(
        "finding", "a", storefront="one.example", networks=["bitcoin", "litecoin"], pivot=True, seen_at="2026-01-01T00:00:00Z", weight=0.5
    ),
    document("finding", "b", storefront="two.example", networks=["bitcoin"], pivot=False, seen_at="2026-01-01T00:00:00.500Z", weight=2),
    document("finding", "c", storefront="one.example", networks=[], value="Ж", text="words"),
    document("finding", "d", storefront=None, networks=None, value="x" * 9000),
]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, "abcd"),
        ({"storefront": "one.example"}, "ac"),
        ({"storefront": "one"}, ""),
        ({"storefront": ["one.example", "two.example"]}, "abc"),
        ({"storefront": "one.example", "pivot": True}, "a"),
        ({"storefront": None}, "d"),
        ({"storefront": [None, "two.example"]}, "bd"),
        ({"storefront": []}, ""),
        ({"networks": "bitcoin"}, "ab"),
        ({"networks": "litecoin"}, "a"),
        ({"networks": ["litecoin", "monero"]}, "a"),
        ({"networks": None}, "cd"),
        ({"pivot": False}, "b"),
        ({"pivot": None}, "cd"),
        ({"value": "Ж"}, "c"),
        ({"value": "ж"}, ""),
        ({"value": None}, "ab"),
        ({"value": "x" * 9000}, ""),  # too long to be indexed on either store, and yet not missing
        ({"seen_at": "2026-01-01T00:00:00Z"}, "a"),
        ({"seen_at": "2026-01-01T01:00:00.500+01:00"}, "b"),
        ({"weight": 2.0}, "b"),
        ({"weight": [0.5, 2]}, "ab"),
        ({"text": None}, "abd"),
        ({"id": ["d", "a", "nobody"]}, "ad"),
    ],
)
def test_a_filter_finds_exactly(filled: Store, where: dict[str, Value], found: str) -> None:
    assert ids(filled.scan("finding", where)) == list(found)
    assert ids(filled.search("finding", "", where)) == list(found)


def test_addresses_and_prices_are_filtered_by_what_they_are(store: Store) -> None:
    put(store, "capture", document("capture", "a", ip="2001:db8:0:0::1"), document("capture", "b", ip="127.0.0.9"))
    put(store, "listing", document("listing", "a", price="12.50"), document("listing", "b", price="12.5"))
    assert ids(store.scan("capture", {"ip": "2001:db8::1"})) == ["a"]
    assert ids(store.scan("listing", {"price": "12.50"})) == ["a"]


@pytest.mark.parametrize(
    ("family", "where", "words"),
    [
        ("finding", {"colour": "red"}, "no field 'colour'"),
        ("finding", {"where": "x"}, "cannot be filtered"),
        ("finding", {"text": "x"}, "search it"),
        ("finding", {"pivot": "true"}, "boolean"),
        ("finding", {"seen_at": "yesterday"}, "date"),
        ("finding", {"seen_at": "2026-01-01T00:00:00"}, "zone"),
        ("finding", {"weight": float("nan")}, "double"),
        ("capture", {"ip": "localhost"}, "ip"),
        ("capture", {"hop": 1.5}, "integer"),
        ("gossip", {}, "unknown family 'gossip'"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused_with_words(filled: Store, family: str, where: dict[str, Value], words: str) -> None:
    for read in (lambda: filled.scan(family, where), lambda: filled.search(family, "x", where)):
        with pytest.raises(StoreError, match=words):
            read()


TEXTS = {
    "en": "Research Chemicals, stealth shipping to the EU; cafés",
    "zh": "研究化学品 供应商，现货 2-苯乙胺",
    "zh2": "化工原料，学研 化品",
    "ru": "Реагент для исследований, объём 5 кг",
    "mix": "4-АР and 1-boc-4-piperidone CAS 79099-07-3",
    "ﬁ": "ﬁne ＦＵＬＬ ｗｉｄｔｈ ①",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("research chemicals", ["en"]),
        ("RESEARCH   chemicals", ["en"]),
        ("research-chemicals", ["en"]),
        ("chemicals research", []),
        ("research chemical", []),
        ("research shipping", []),
        ('"research" "shipping"', ["en"]),
        ('"shipping" "nowhere"', []),
        ("cafe\u0301s", ["en"]),
        ("CAFES", ["en"]),
        ("化学", ["zh"]),
        ("研究", ["zh"]),
        ("供应", ["zh"]),
        ("原料", ["zh2"]),
        ("学品", ["zh"]),
        ("品学", []),
        ("现", ["zh"]),
        ("реагент", ["ru"]),
        ("РЕАГЕНТ ДЛЯ", ["ru"]),
        ("объем", ["ru"]),
        ("реаген", []),
        ("1-BOC-4-piperidone", ["mix"]),
        ("piperidone", ["mix"]),
        ("79099 07 3", ["mix"]),
        ("99-07-3", []),
        ("4-AP", []),  # the page has Cyrillic А and Р
        ("fine full width 1", ["ﬁ"]),
        ("…!", []),
        ('" "', []),
        ("", ["en", "mix", "ru", "zh", "zh2", "ﬁ"]),
        (" \n", ["en", "mix", "ru", "zh", "zh2", "ﬁ"]),
    ],
)
def test_a_search_finds_exactly_the_documents_with_its_phrases(filled: Store, text: str, found: list[str]) -> None:
    assert ids(filled.search("listing", text)) == found


def test_a_phrase_stays_inside_one_field_and_several_may_lie_in_several(store: Store) -> None:
    put(store, "listing", document("listing", "l", title="silent tiger", description="jumps high"))
    assert [ids(store.search("listing", text)) for text in ("tiger jumps", '"tiger" "jumps high"', "jumps high")] == [[], ["l"], ["l"]]


def test_families_without_text_are_searched_by_their_names_one_value_at_a_time(store: Store) -> None:
    put(store, "cluster", document("cluster", "c", members=["green-door.example", "red-door.example"]))
    put(store, "visit", document("visit", "v", site="green-door"))
    found = [ids(store.search("cluster", text)) for text in ("green-door", "door example", "example red")]
    assert found == [["c"], ["c"], []]
    assert ids(store.search("visit", "GREEN door")) == ["v"]


def test_withdrawn_and_superseded_documents_are_scanned_but_not_found(store: Store) -> None:
    put(store, "listing", document("listing", "a", title="x"), document("listing", "b", title="x", withdrawn=True))
    put(store, "finding", document("finding", "a", text="x"), document("finding", "b", text="x", superseded=True))
    for family in ("listing", "finding"):
        assert ids(store.scan(family)) == ["a", "b"]
        assert ids(store.search(family, "x")) == ids(store.search(family, "")) == ["a"]
    put(store, "listing", document("listing", "a", title="x", sequence=2, withdrawn=True), document("listing", "b", title="y", sequence=2))
    assert (ids(store.search("listing", "x")), ids(store.search("listing", "y"))) == ([], ["b"])


def test_a_search_is_cut_at_its_limit_in_the_order_of_ids(store: Store) -> None:
    keys = [f"{number:04}" for number in range(1203)]
    put(store, "listing", *(document("listing", key, title="same", withdrawn=key < "0003") for key in reversed(keys)))
    assert ids(store.search("listing", "same", limit=2)) == ["0003", "0004"]
    assert ids(store.search("listing", "", limit=5000)) == keys[3:]
    assert ids(store.scan("listing")) == keys


def test_an_endless_query_is_refused(filled: Store) -> None:
    with pytest.raises(StoreError, match="too long"):
        filled.search("listing", "x" * 1001)


def test_an_analysis_is_made_current_and_another_and_the_first_again(store: Store) -> None:
    for analysis in ("a1", "a2"):
        put(store, "analysis", document("analysis", analysis, visit_id="v", analysis_id=analysis, superseded=False))
        put(
            store,
            "finding",
            *(document("finding", f"{analysis}-{n}", visit_id="v", analysis_id=analysis, superseded=False) for n in range(3)),
        )
        put(store, "look", document("look", f"{analysis}-l", visit_id="v", analysis_id=analysis))
    put(store, "finding", document("finding", "w", visit_id="w", analysis_id="a0", superseded=False))
    for current, other in (("a1", "a2"), ("a2", "a1"), ("a2", "a1"), ("a1", "a2")):
        store.supersede("v", current)
        store.settle()
        assert ids(store.search("finding", "")) == [f"{current}-0", f"{current}-1", f"{current}-2", "w"]
        assert ids(store.scan("finding", {"superseded": True})) == [f"{other}-0", f"{other}-1", f"{other}-2"]
        assert ids(store.scan("look", {"superseded": False})) == [f"{current}-l"]
        assert ids(store.search("analysis", "", {"visit_id": "v"})) == [current]
    assert store.get("finding", "a1-1") == document("finding", "a1-1", visit_id="v", analysis_id="a1", superseded=False)


def test_what_was_not_settled_is_superseded_too(store: Store) -> None:
    store.put("finding", [document("finding", "f", visit_id="v", analysis_id="old", superseded=False)])
    store.supersede("v", "new")
    store.settle()
    assert ids(store.scan("finding", {"superseded": True})) == ["f"]


ALERTS: list[tuple[Document, bool]] = [
    ({"status": "pending"}, True),
    ({"status": "claimed", "claimed_by": "w1", "claimed_at": "2026-11-24T11:00:00Z"}, True),
    ({"status": "claimed", "claimed_by": "w1", "claimed_at": "2026-11-24T11:30:00Z"}, False),
    ({"status": "claimed", "claimed_by": "w1", "claimed_at": "2026-11-24T11:45:00Z"}, False),
    ({"status": "sent", "claimed_at": "2026-11-24T11:00:00Z"}, False),
    ({}, False),
]


def test_only_a_pending_or_expired_alert_is_claimed(store: Store) -> None:
    for number, (alert, won) in enumerate(ALERTS):
        key = f"a{number}"
        put(store, "alert", document("alert", key, subject="s", **alert))
        assert store.claim(key, "w2", AT, expired="2026-11-24T11:30:00Z") is won, alert
        claimed: Document = {"status": "claimed", "claimed_by": "w2", "claimed_at": AT} if won else {}
        assert store.get("alert", key) == document("alert", key, subject="s", **(alert | claimed))
    assert store.claim("nobody", "w2", AT, expired=AT) is False


def at_once(count: int, work: Callable[[int], object]) -> None:
    """Runs `work(n)` in so many threads that start together; what one raises is raised here."""
    gate, failures = threading.Barrier(count), []

    def run(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except Exception as error:  # noqa: BLE001  # handed on below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_exactly_one_of_eight_claimants_wins_each_alert(store: Store) -> None:
    put(store, "alert", *(document("alert", f"a{n}", status="pending") for n in range(5)))
    wins: list[tuple[str, str]] = []

    def claim(number: int) -> None:
        wins.extend((key, f"w{number}") for key in ("a0", "a1", "a2", "a3", "a4") if store.claim(key, f"w{number}", AT, expired=AT))

    at_once(8, claim)
    assert sorted(key for key, _ in wins) == ["a0", "a1", "a2", "a3", "a4"]
    store.settle()
    assert [(one["id"], one["claimed_by"]) for one in store.scan("alert")] == sorted(wins)


def test_sequences_are_never_handed_out_twice_and_rise(store: Store, place: Place) -> None:
    drawn: list[list[int]] = [[] for _ in range(4)]
    at_once(4, lambda number: drawn[number].extend(store.next_sequence() for _ in range(5)))
    assert all(numbers == sorted(numbers) for numbers in drawn)
    assert len({number for numbers in drawn for number in numbers}) == 20
    store.rebuild()
    other = place.open()
    assert other.next_sequence() > max(max(numbers) for numbers in drawn)
    other.close()


def test_rebuild_empties_what_is_recomputed_and_no_other(store: Store) -> None:
    for family in FAMILIES:
        put(store, family, document(family, "x", **({"title": "tiger"} if family == "listing" else {})))
    assert set(store.status().values()) == {1}
    store.rebuild()
    store.settle()
    assert {family for family, count in store.status().items() if count == 0} == set(REBUILT)
    assert store.search("listing", "tiger") == []
    assert put(store, "listing", document("listing", "x", title="lion")) == Put(written=1)  # a lower number than before would do
    assert (ids(store.search("listing", "lion")), store.search("listing", "tiger")) == (["x"], [])


MISFITS: list[tuple[str, Document, str]] = [
    ("finding", {"id": "f", "planned_at": AT, "colour": "red"}, "colour: finding has no such field"),
    ("finding", {"id": "f", "planned_at": AT, "pivot": "yes"}, "pivot: is no boolean: 'yes'"),
    ("finding", {"id": "f", "planned_at": AT, "weight": True}, "weight: is no double"),
    ("finding", {"id": "f", "planned_at": AT, "value": ["a"]}, "value: is no keyword"),
    ("finding", {"id": "f", "planned_at": AT, "networks": ["a", 1]}, "networks: is no keyword"),
    ("finding", {"id": "f", "planned_at": AT, "seen_at": "2026-02-30T00:00:00Z"}, "seen_at: is no date"),
    ("finding", {"id": "f", "planned_at": AT, "seen_at": "2026-02-03T00:00:00"}, "seen_at: is no date"),
    ("finding", {"id": "f", "planned_at": AT, "where": {"start": float("inf")}}, "where: is no json"),
    ("finding", {"id": "f", "planned_at": AT, "text": "\ud83d"}, "cannot be written as JSON"),
    ("finding", {"id": "f", "planned_at": AT, "text": "x" * (3 << 20)}, "bytes, 3145728 are allowed"),
    ("finding", {"id": "f"}, "planned_at: missing"),
    ("finding", {"planned_at": AT}, "id: must be"),
    ("finding", {"id": "é" * 257, "planned_at": AT}, "id: must be"),
    ("finding", {"id": "f", "planned_at": AT, "kind": "listing"}, "kind: must be 'finding'"),
    ("capture", {"id": "f", "planned_at": AT, "ip": "via-proxy"}, "ip: is no ip"),
    ("capture", {"id": "f", "planned_at": AT, "hop": 1 << 63}, "hop: is no integer"),
    ("listing", {"id": "f", "sequence": 1, "price": 12.5}, "price: is no decimal"),
    ("listing", {"id": "f", "sequence": 1, "price": "1E+3"}, "price: is no decimal"),
    ("listing", {"id": "f"}, "sequence: missing"),
    ("listing", {"id": "f", "sequence": -1}, "sequence: is negative"),
]
# What a letter holds where the document itself cannot be kept.
KEPT_AS: dict[str, Value] = {
    "where: is no json": {"id": "f", "planned_at": AT, "where": {"start": "Infinity"}},
    "cannot be written as JSON": '{"id": "f", "planned_at": "2026-11-24T12:00:00Z", "text": "\\ud83d"}',
    "bytes, 3145728 are allowed": ('{"id": "f", "planned_at": "2026-11-24T12:00:00Z", "text": "' + "x" * 100_000)[:100_000],
    "hop: is no integer": '{"hop": 9223372036854775808, "id": "f", "planned_at": "2026-11-24T12:00:00Z"}',
}


def test_a_document_that_does_not_fit_becomes_one_dead_letter(store: Store) -> None:
    for number, (family, wrong, _) in enumerate(MISFITS):
        good = document(family, f"good {number}")
        assert put(store, family, wrong, good, wrong) == Put(written=1, dead=2)
        assert put(store, family, wrong) == Put(dead=1)
    letters = list(store.scan("deadletter"))
    assert len(letters) == len(MISFITS) == sum(store.status()[family] for family in ("finding", "capture", "listing"))
    for family, wrong, words in MISFITS:
        (letter,) = [one for one in letters if (one["family"], one["document"]) == (family, KEPT_AS.get(words, wrong))]
        assert letter["kind"] == "deadletter"
        assert words in str(letter["error"])


def test_documents_may_come_from_a_generator_that_uses_the_store(store: Store) -> None:
    put(store, "listing_obs", *(document("listing_obs", f"{n:04}", title="x") for n in range(1500)))

    def derived() -> Iterator[Document]:
        for one in store.scan("listing_obs"):
            if one["id"] == "0700":
                store.put("judgement", [document("judgement", "meanwhile")])
            yield document("listing", str(one["id"]), sequence=store.next_sequence() if one["id"] == "0000" else 1)

    assert put(store, "listing", *[]) == Put()
    assert store.put("listing", derived()) == Put(written=1500)
    store.settle()
    assert (store.status()["listing"], store.status()["judgement"]) == (1500, 1)


def test_a_scan_that_is_left_early_leaves_the_store_usable(store: Store) -> None:
    put(store, "listing", *(document("listing", f"{n:04}") for n in range(1100)))
    scan = store.scan("listing")
    assert next(scan)["id"] == "0000"
    del scan
    assert put(store, "listing", document("listing", "0000", sequence=2)) == Put(written=1)


def test_what_is_settled_is_seen_by_another_opening(store: Store, place: Place) -> None:
    put(store, "finding", document("finding", "f"))
    other = place.open()
    other.init()  # changes nothing
    assert ids(other.scan("finding")) == ["f"]
    assert put(other, "finding", document("finding", "f"), document("finding", "g")) == Put(written=1, unchanged=1)
    other.close()
    assert ids(store.scan("finding")) == ["f", "g"]


def test_a_store_that_was_never_set_up_says_what_next(new_place: Place) -> None:
    fresh = new_place.open()
    for use in (lambda: fresh.put("finding", [document("finding", "f")]), fresh.next_sequence, fresh.rebuild):
        with pytest.raises(StoreError, match="churnwatch store init"):
            use()
    fresh.close()


OFFERS: dict[str, tuple[list[float], dict[str, Value]]] = {
    "a": ([1.0, 0.0, 0.0], {"title": "tiger", "currency": "USD", "codes": ["x", "y"], "current": True, "price": "9.90"}),
    "b": ([0.8, 0.6, 0.0], {"title": "tiger lion", "currency": "USD", "codes": ["x"], "current": True, "price": "9.9"}),
    "c": ([0.6, 0.8, 0.0], {"title": "lion", "currency": "EUR", "codes": [], "current": False}),
    "d": ([-1.0, 0.0, 0.0], {"title": "tiger 老虎", "currency": "EUR", "codes": ["y", "y"], "current": True}),
    "e": ([1.0, 0.0, 0.1], {"title": "tiger", "currency": "USD", "codes": ["x"], "withdrawn": True}),
}


@pytest.fixture(scope="module")
def offers(shared: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for tests that only read, holding OFFERS by one model, and one by another."""
    address = shared.address.replace("/store.db", "/offers.db") if shared.address.startswith("sqlite") else f"{shared.address}-offers"
    place = replace(shared, address=address)
    if shared.user is not None:
        with shared.client() as client:
            place = replace(place, api_key=make_key(client, place.prefix, ROLES, timedelta(days=1)))
    opened = place.open()
    opened.init()
    for key, (vector, more) in OFFERS.items():
        put(opened, "listing", document("listing", key, vector=pack(vector), vector_model="m1", **more))
    put(opened, "listing", document("listing", "other", vector=pack([1.0]), vector_model="m2"))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "names", "where", "found"),
    [
        ("", ["currency"], {}, {"currency": [("EUR", 2), ("USD", 2)]}),
        ("tiger", ["currency", "codes"], {}, {"currency": [("USD", 2), ("EUR", 1)], "codes": [("x", 2), ("y", 2)]}),
        ("lion", ["current"], {}, {"current": [(False, 1), (True, 1)]}),
        ("", ["price"], {"currency": "USD"}, {"price": [("9.9", 1), ("9.90", 1)]}),
        ("tiger", ["currency"], {"codes": "y", "current": True}, {"currency": [("EUR", 1), ("USD", 1)]}),
        ("老", ["currency"], {}, {"currency": [("EUR", 1)]}),
        ("…", ["currency"], {}, {"currency": []}),
        ("nobody", ["codes"], {}, {"codes": []}),
        ("", [], {}, {}),
    ],
)
def test_facets_count_the_values_of_what_a_search_finds(
    offers: Store, text: str, names: list[str], where: dict[str, Value], found: dict[str, list[tuple[Value, int]]]
) -> None:
    assert offers.facets("listing", text, names, where) == found


def test_facets_are_cut_at_their_limit_and_refused_for_fields_without_values(offers: Store) -> None:
    assert offers.facets("listing", "", ["currency"], limit=1) == {"currency": [("EUR", 2)]}
    for name in ("title", "reasons", "score", "colour"):
        with pytest.raises(StoreError, match=f"values of '{name}' of listing cannot be counted"):
            offers.facets("listing", "", [name])


@pytest.mark.parametrize(
    ("vector", "model", "where", "limit", "found"),
    [
        ([1.0], "m1", {}, 10, [("a", 1.0), ("b", 0.8), ("c", 0.6), ("d", -1.0)]),
        ([0.0, 2.0], "m1", {}, 2, [("c", 0.8), ("b", 0.6)]),
        ([1.0], "m1", {"currency": "EUR"}, 10, [("c", 0.6), ("d", -1.0)]),
        ([1.0], "m1", {"current": True, "codes": "y"}, 1, [("a", 1.0)]),
        ([1.0], "m2", {}, 10, [("other", 1.0)]),
        ([1.0], "m3", {}, 10, []),
    ],
)
def test_offers_worded_alike_are_found_nearest_first(
    offers: Store, vector: list[float], model: str, where: dict[str, Value], limit: int, found: list[tuple[str, float]]
) -> None:
    answer = [(str(one.document["id"]), one.score) for one in offers.similar(vector, model, where, limit)]
    assert [key for key, _ in answer] == [key for key, _ in found]
    assert [score for _, score in answer] == pytest.approx([score for _, score in found], abs=1e-6)


def test_a_vector_that_points_nowhere_is_refused(offers: Store) -> None:
    with pytest.raises(StoreError, match="finite numbers, not all of them zero"):
        offers.similar([0.0, 0.0], "m1")


def test_months_are_counted_and_dropped_whole_but_for_those_kept(store: Store) -> None:
    times = {"a": "2025-10-31T23:59:59Z", "b": "2025-11-01T00:00:00Z", "c": "2025-11-30T00:00:00Z", "d": "2026-01-01T00:00:00Z"}
    put(store, "capture", *(document("capture", key, planned_at=at, title="tiger") for key, at in times.items()))
    put(store, "look", document("look", "a", planned_at=times["a"]))
    assert store.months("capture") == {"2025-10": 1, "2025-11": 2, "2026-01": 1}
    assert store.drop_months("capture", "2025-12", keep=["2025-10"]) == {"2025-11": 2}
    assert (ids(store.scan("capture")), ids(store.search("capture", "tiger"))) == (["a", "d"], ["a", "d"])
    assert store.drop_months("capture", "2026-01") == {"2025-10": 1}
    assert (store.months("capture"), store.months("look")) == ({"2026-01": 1}, {"2025-10": 1})
    assert put(store, "capture", document("capture", "b", planned_at=times["b"])) == Put(written=1)  # analysed again from the evidence
    for read in (lambda: store.months("listing"), lambda: store.drop_months("listing", "2026-01")):
        with pytest.raises(StoreError, match="listing is not kept by month"):
            read()


def test_a_store_says_how_it_is(store: Store) -> None:
    assert store.details()["schema_version"] == 1


def test_old_months_are_dropped_by_class_unless_they_are_held(store: Store) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    for family, months in {"capture": ["2025-09", "2025-10", "2026-11"], "finding": ["2024-09", "2024-10"], "look": ["2021-09"]}.items():
        for month in months:
            more: Document = {"storefront": "held.example"} if (family, month) == ("finding", "2024-09") else {}
            put(store, family, document(family, f"{family} {month}", planned_at=f"{month}-15T00:00:00Z", **more))
    hold(store, "storefront:held.example", "ann", "case 2026-017", now)
    hold(store, "month:2021-09", "ann", "case 2026-017", now - timedelta(days=3))
    hold(store, "month:2021-09", "bob", "case closed", now - timedelta(days=2), release=True)
    planned = [Dropped("capture", "2025-09", 1), Dropped("finding", "2024-09", 1, "storefront:held.example"), Dropped("look", "2021-09", 1)]
    assert holds(store) == ["storefront:held.example"]
    assert retain(store, now) == planned
    assert store.months("look") == {"2021-09": 1}  # nothing was deleted yet
    assert retain(store, now, apply=True) == planned
    assert [list(store.months(family)) for family in ("capture", "finding", "look")] == [["2025-10", "2026-11"], ["2024-09", "2024-10"], []]
    assert retain(store, now, {"pages": 1}) == [Dropped("capture", "2025-10", 1), planned[1]]
    for what, who in (("shop.example", "ann"), ("seller:x", "ann"), ("site:", "ann"), ("site:x", " ")):
        with pytest.raises(ConfigError, match="hold site:NAME, storefront:KEY or month:2026-03"):
            hold(store, what, who, "why", now)
    for months in ({"gossip": 3}, {"looks": 0}):
        with pytest.raises(ConfigError, match="keep pages, findings, looks for one month or more"):
            retain(store, now, months)
