"""Pages come out once, lists first, within the budget."""

from crawlers.frontier import MAX_DEPTH, Frontier
from crawlers.links import Rank


def drained(frontier: Frontier) -> list[str]:
    taken = []
    while (place := frontier.take()) is not None:
        taken.append(place.url)
    return taken


def test_lists_come_before_listings_and_the_rest_in_order_of_finding() -> None:
    frontier = Frontier(100)
    for url, rank in [
        ("/o", Rank.OTHER),
        ("/l1", Rank.LISTING),
        ("/c", Rank.LIST),
        ("/l2", Rank.LISTING),
        ("/n", Rank.NEXT),
        ("/s", Rank.SEED),
    ]:
        assert frontier.add(url, rank)
    assert drained(frontier) == ["/s", "/n", "/c", "/l1", "/l2", "/o"]
    assert not frontier.exhausted


def test_a_page_is_planned_once_whatever_links_to_it() -> None:
    frontier = Frontier(100)
    assert frontier.add("/a", Rank.OTHER)
    assert not frontier.add("/a", Rank.NEXT)
    frontier.skip("/b")
    assert not frontier.add("/b", Rank.NEXT)
    assert (drained(frontier), frontier.planned) == (["/a"], 1)


def test_the_budget_ends_the_taking_and_says_so() -> None:
    frontier = Frontier(2)
    for url in "abc":
        frontier.add(url, Rank.LIST)
    assert (drained(frontier), frontier.exhausted, frontier.planned) == (["a", "b"], True, 3)
    just_enough = Frontier(3)
    for url in "abc":
        just_enough.add(url, Rank.LIST)
    assert (drained(just_enough), just_enough.exhausted) == (["a", "b", "c"], False)


def test_a_denied_page_costs_nothing() -> None:
    frontier = Frontier(1)
    frontier.add("/denied", Rank.LIST)
    frontier.add("/open", Rank.LIST)
    frontier.take()
    frontier.deny()
    assert (drained(frontier), frontier.planned) == (["/open"], 1)


def test_a_retry_comes_last() -> None:
    frontier = Frontier(9)
    frontier.add("/a", Rank.SEED)
    first = frontier.take()
    assert first is not None
    frontier.retry(first)
    frontier.add("/b", Rank.OTHER)
    assert [(place.url, place.attempt) for place in iter(frontier.take, None)] == [("/b", 1), ("/a", 2)]


def test_the_depth_is_bounded() -> None:
    frontier = Frontier(9)
    assert frontier.add("/deep", Rank.LIST, MAX_DEPTH)
    assert not frontier.add("/deeper", Rank.LIST, MAX_DEPTH + 1)
