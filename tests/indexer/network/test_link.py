"""Links on small worlds whose right answer is known by hand: what links, what is a hub, what stays a possible link, and why."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.network.cluster import clusters
from indexer.network.identifiers import Identifier
from indexer.network.judgements import Judgement
from indexer.network.link import Link, Linkage, link


def world(text: str) -> list[Identifier]:
    """One storefront a line: its name, then `type=value` words."""
    rows = []
    for line in text.strip().splitlines():
        name, *values = line.split()
        rows += [Identifier(name, *value.split("=", 1)) for value in values]
    return rows


def crowd(count: int, start: int = 0) -> list[Identifier]:
    """Storefronts that share nothing with anybody, each with its own phone."""
    return [Identifier(f"lone{n:04}", "phone", f"+1555{n:07}") for n in range(start, start + count)]


def together(linkage: Linkage) -> set[tuple[str, ...]]:
    """Clusters of two or more."""
    return {part for part in clusters(linkage) if len(part) > 1}


def pair(linkage: Linkage, a: str, b: str) -> Link:
    return next(found for found in linkage.links if (found.a, found.b) == (a, b))


# Small worlds: rows, then the clusters that must come out (storefronts that stand alone are left out).
WORLDS = {
    "one strong value links": ("a wallet=w\nb wallet=w", {("a", "b")}),
    "an operator's own analytics id links its three shops": (
        "a google_analytics=G-1 telegram=t1\nb google_analytics=G-1 telegram=t1\nc google_analytics=G-1",
        {("a", "b", "c")},
    ),
    "strong values chain": ("a wallet=w\nb wallet=w email=m\nc email=m", {("a", "b", "c")}),
    "equal values of different types are different": ("a telegram=boss\nb wechat=boss", set()),
    "a value on one storefront links nobody": ("a wallet=w\nb wallet=v", set()),
    "a theme alone never links": ("a dom_hash=d\nb dom_hash=d", set()),
    "two weak families never link": ("a dom_hash=d ns=n etag=e\nb dom_hash=d ns=n etag=e", set()),
    "every weak kind together never links": (
        (
            "a dom_hash=d dom_sketch=s cookie_name=c robots_hash=r ns=n mx=m soa=o registrar=g asn=4 header_order=h etag=e\n"
            "b dom_hash=d dom_sketch=s cookie_name=c robots_hash=r ns=n mx=m soa=o registrar=g asn=4 header_order=h etag=e"
        ),
        set(),
    ),
    "one middle family never links": ("a favicon_mmh3=7 asset_hash=x\nb favicon_mmh3=7 asset_hash=x", set()),
    "two independent middle families link": ("a favicon_mmh3=7 text_hash=x\nb favicon_mmh3=7 text_hash=x", {("a", "b")}),
    "a copied advertisement is one family": ("a text_hash=x image_hash=i\nb text_hash=x image_hash=i", set()),
    "a shop builder's icon and address are one family": ("a favicon_mmh3=7 ip=192.0.2.1\nb favicon_mmh3=7 ip=192.0.2.1", set()),
    "a redirect links the two ends": ("a redirect=b\nb dom_hash=d", {("a", "b")}),
    "a canonical link to a shop links the two ends": ("a canonical_domain=b\nb dom_hash=d", {("a", "b")}),
    "two redirects to a place that is no storefront link nobody": ("a redirect=parking.example\nb redirect=parking.example", set()),
    "a canonical link to oneself says nothing": ("a canonical_domain=a\nb canonical_domain=b", set()),
    "a placeholder links nobody": ("a google_analytics=UA-XXXXX\nb google_analytics=UA-XXXXX", set()),
    "an unknown type never links": ("a moon=full\nb moon=full", set()),
    "different licences contradict a shared company name": (
        "a company_name=green text_hash=x licence_number=1\nb company_name=green text_hash=x licence_number=2",
        set(),
    ),
    "a shared licence links": ("a licence_number=1\nb licence_number=1", {("a", "b")}),
    "a template vendor's analytics id on eight shops of eight owners is a hub": (
        "\n".join(f"s{n} google_analytics=UA-7 telegram=t{n}" for n in range(8)),
        set(),
    ),
    "the same id on eight shops that share their contact is an operator's": (
        "\n".join(f"s{n} google_analytics=UA-7 telegram=t{n % 2} phone=p{n % 3}" for n in range(8)),
        {tuple(f"s{n}" for n in range(8))},
    ),
    "a vendor's id on shops that show their own mailbox and nothing else is a hub": (
        "\n".join(f"s{n}.example google_analytics=UA-7 email=office@s{n}.example" for n in range(8)),
        set(),
    ),
    "a CDN's address, key and headers link nobody": (
        "\n".join(f"s{n} ip=192.0.2.9 tls_spki=cdn header_order=cdn telegram=t{n}" for n in range(5)),
        set(),
    ),
    "three shops on one server of a CDN are not one owner": (
        "\n".join(f"s{n} ip=192.0.2.9 tls_spki=cdn header_order=cdn phone=p{n}" for n in range(3)),
        set(),
    ),
    "a vendor's snippet and mail address come together and vouch for nobody": (
        "\n".join(f"s{n} google_analytics=UA-7 email=vendor@studio.example telegram=t{n}" for n in range(8)),
        set(),
    ),
    "two hubs that cut across each other stay hubs": (
        "\n".join(
            f"s{n} telegram=t{n}" + (" google_analytics=UA-7" if n < 10 else "") + (" email=help@m.example" if n > 5 else "")
            for n in range(16)
        ),
        set(),
    ),
}


@pytest.mark.parametrize(("rows", "expected"), WORLDS.values(), ids=WORLDS)
def test_small_worlds_fall_into_their_operators(rows: str, expected: set[tuple[str, ...]]) -> None:
    assert together(link([*world(rows), *crowd(20)])) == expected


@pytest.mark.parametrize("size", [5, 20, 300, 5000, 137_000])
def test_one_strong_value_links_at_every_size(size: int) -> None:
    linkage = link(world("a wallet=w\nb wallet=w"), storefronts=[f"x{n}" for n in range(size - 2)])
    assert together(linkage) == {("a", "b")}
    assert pair(linkage, "a", "b").probability == 0.9927  # 15.5 bits against the prior of 512: log2(1.5/511) = -8.412


def test_bits_and_probability_equal_the_values_worked_out_by_hand() -> None:
    linkage = link(world("a google_analytics=G-1\nb google_analytics=G-1"), storefronts=[f"x{n}" for n in range(18)])
    assert linkage.prior == pytest.approx(math.log2(1.5 / 19))
    found = pair(linkage, "a", "b")
    odds = 14.5 + math.log2(1.5 / 511)  # 6.088
    assert found.bits == pytest.approx(odds - math.log2(1.5 / 19), abs=0.001)  # 9.751
    assert found.probability == pytest.approx(1 / (1 + 2**-odds), abs=0.0001)  # 0.9855


def test_the_best_value_of_each_family_counts_once() -> None:
    one, two, three = (
        pair(link([*world(rows), *crowd(20)]), "a", "b").bits
        for rows in (
            "a telegram=t\nb telegram=t",
            "a telegram=t phone=p email=m\nb telegram=t phone=p email=m",
            "a telegram=t wallet=w\nb telegram=t wallet=w",
        )
    )
    assert one <= two <= one + 1 < three  # a value that the rest confirms gains up to one bit, no more
    shared = pair(link([*world("a telegram=t phone=p\nb telegram=t phone=p"), *crowd(20)]), "a", "b")
    assert [row.bits > 0 for row in shared.evidence] == [True, False]
    assert "counted once per family" in shared.evidence[1].why


@pytest.mark.parametrize(
    ("own", "linked"),
    [
        (lambda _: "", True),  # the handle is the only trace: nothing speaks for a second owner
        (lambda n: f"dom_hash=d{n} ip=192.0.2.{n}", True),  # themes and servers are no owners
        (lambda n: f"email=sales@s{n:03}", True),  # a mailbox under the shop's own name is no owner
        (lambda n: f"site_verification=v{n}", True),  # nor a token that every shop has of its own
        (lambda n: f"google_analytics=G-{n % 4} phone=p{n % 5}", True),  # the rest agrees
        (lambda n: f"phone=p{n}", False),  # 200 owners by the rest of the evidence
        (lambda n: f"phone=p{n // 2} wallet=w{n // 2}", False),  # 100 owners of two shops each
    ],
    ids=["alone", "weak-differ", "own-mailbox", "own-token", "agrees", "200-owners", "100-owners"],
)
def test_a_handle_on_200_shops_is_judged_by_its_owners_not_its_number(own: object, linked: bool) -> None:
    shops = world("\n".join(f"s{n:03} telegram=boss {own(n)}" for n in range(200)))  # type: ignore[operator]
    linkage = link([*shops, *crowd(300)])
    assert (tuple(f"s{n:03}" for n in range(200)) in together(linkage)) == linked
    assert (("telegram", "boss") in linkage.hubs) == (not linked)


def test_a_hub_weighs_nothing_and_says_why() -> None:
    rows = "\n".join(f"s{n} google_analytics=UA-7 telegram=t{n}" for n in range(8))
    linkage = link([*world(rows + "\nt0 telegram=t0"), *crowd(20)])
    assert linkage.hubs == {("google_analytics", "UA-7"): "shared by 8 otherwise unrelated owners (8 storefronts)"}
    assert together(linkage) == {("s0", "t0")}


@pytest.mark.parametrize(("owners", "is_hub"), [(2, False), (3, False), (4, True), (8, True)])
def test_breadth_makes_a_hub_from_four_owners_on(owners: int, is_hub: bool) -> None:
    linkage = link([*world("\n".join(f"s{n} google_analytics=UA-7 telegram=t{n}" for n in range(owners))), *crowd(20)])
    assert (("google_analytics", "UA-7") in linkage.hubs) == is_hub
    assert bool(together(linkage)) == (not is_hub)


@pytest.mark.parametrize(
    ("df", "world_size", "is_hub"), [(4, 20, False), (5, 20, True), (20, 200, False), (21, 200, True), (21, 5000, True)]
)
def test_frequency_caps_weak_kinds_only(df: int, world_size: int, is_hub: bool) -> None:
    rows = [Identifier(f"s{n:02}", kind, "v") for n in range(df) for kind in ("favicon_mmh3", "dom_hash", "telegram")]
    linkage = link([*rows, *crowd(world_size - df)])
    assert set(linkage.hubs) == ({("favicon_mmh3", "v"), ("dom_hash", "v")} if is_hub else set())


PLANTED = {
    # Two groups that hang together well; the phone of y1, y2 is planted on x1.
    "on a shop whose mates lack it": (
        (
            "x1 wallet=w iban=i telegram=t phone=p\nx2 wallet=w iban=i telegram=t\nx3 wallet=w telegram=t\n"
            "y1 phone=p email=m\ny2 phone=p email=m"
        ),
        {("x1", "x2", "x3"), ("y1", "y2")},
    ),
    "on a shop with one mate, by an owner with one mate": (
        (
            "x1 wallet=w google_analytics=G phone=p\nx2 wallet=w google_analytics=G\ny1 phone=p google_analytics=H wallet=v\n"
            "y2 phone=p google_analytics=H wallet=v"
        ),
        {("x1", "x2"), ("y1", "y2")},
    ),
    "not: the mates show it too": (
        "x1 wallet=w google_analytics=G phone=p\nx2 wallet=w google_analytics=G phone=p\ny1 phone=p\ny2 phone=p",
        {("x1", "x2", "y1", "y2")},
    ),
    "not: one mate lacks it and the other end has nobody": (
        "x1 wallet=w google_analytics=G email=m\nx2 wallet=w google_analytics=G\ny1 email=m",
        {("x1", "x2", "y1")},
    ),
    "not: a third shop knows both ends": (
        "x1 wallet=w google_analytics=G email=m\nx2 wallet=w google_analytics=G telegram=t iban=i\ny1 email=m telegram=t iban=i",
        {("x1", "x2", "y1")},
    ),
}


@pytest.mark.parametrize(("rows", "expected"), PLANTED.values(), ids=PLANTED)
def test_a_planted_contact_joins_nobody(rows: str, expected: set[tuple[str, ...]]) -> None:
    assert together(link([*world(rows), *crowd(40)])) == expected


def test_a_planted_link_is_shown_as_possible_and_says_why() -> None:
    linkage = link([*world(PLANTED["on a shop whose mates lack it"][0]), *crowd(40)])
    found = pair(linkage, "x1", "y1")
    assert (found.linked, found.probability) == (False, 0.89)
    assert found.evidence[0].why == "may be planted: x1 shares more with x2, which lacks it"


def test_judgements_override_the_evidence() -> None:
    rows = world("a wallet=w\nb wallet=w\nc phone=p\nd email=m")
    linkage = link([*rows, *crowd(20)], [Judgement("b", "a", "different"), Judgement("d", "c", "same", who="ana", why="met them")])
    assert together(linkage) == {("c", "d")}
    assert (pair(linkage, "a", "b").probability, pair(linkage, "c", "d").probability) == (0, 1)
    assert pair(linkage, "c", "d").evidence[0].why == "judged same by ana (met them)"


def test_a_judgement_on_an_unknown_storefront_changes_nothing() -> None:
    rows = world("a wallet=w\nb wallet=w")
    assert link(rows, [Judgement("a", "gone", "same")]) == link(rows)


SHUFFLED = [
    *world("\n".join(rows for rows, _ in WORLDS.values()).replace("lone", "l")),
    *world("\n".join(rows for rows, _ in PLANTED.values())),
    *crowd(30),
]


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random: object) -> None:
    def shuffled(things: Iterable[Identifier]) -> list[Identifier]:
        copy = list(things)
        random.shuffle(copy)  # type: ignore[attr-defined]
        return copy

    expected = link(SHUFFLED)
    assert link(shuffled([*SHUFFLED, *SHUFFLED[:40]])) == expected
    assert clusters(link(shuffled(SHUFFLED))) == clusters(expected)
