"""Traps: links a server makes up without end. Calendars, facets, session ids, endless lists, copies. One visit's memory, no network."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

MAX_DATES = 24  # pages of a calendar or archive: two years of months
MAX_KEY_SETS = 12  # sets of parameters on one path; old shops that route by parameters showed up to 7 (2026-11-24)
MAX_PARAMETERS = 5  # of one URL, page numbers not counted
MAX_COPIES = 25  # pages of one shape with the very same words
MAX_SAME = 2  # pages of one path with the same words and other parameters: these parameters say nothing
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d[-/_.](?:0?[1-9]|1[0-2])(?:[-/_.](?:0?[1-9]|[12]\d|3[01]))?(?!\d)|(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?(?!\d)"
)
_DATE_FIELD = re.compile(r"(?:date|day|month|year|week|cal(?:endar)?|y|ym|from_?date|to_?date|fecha|mes)", re.IGNORECASE)
_PAGE_FIELD = re.compile(r"page|p|pg|paged|page_?no|page_?num(?:ber)?|currentpage|offset|start|from", re.IGNORECASE)
_RANDOM = re.compile(r"(?=.{12,})(?=.*\d)(?=.*[a-z])[a-z0-9_-]+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


class Traps:
    """What a visit has seen of a site's URLs. `pages`: the visit's page budget."""

    def __init__(self, pages: int) -> None:
        self._next = max(20, pages // 2)  # an endless list may take half of a visit, the rest is for what it lists
        self._dates = 0
        self._key_sets: dict[str, set[frozenset[str]]] = defaultdict(set)
        self._orders: dict[int, int] = {}  # segments of a path in whatever order → the path that had them first, both as hashes
        self._lists: Counter[str] = Counter()
        self._sessions: set[str] = set()
        self._idle: dict[str, set[str]] = defaultdict(set)
        self._seen: set[int] = set()  # hashes of URLs: the frontier keeps the URLs
        self._copies: Counter[str] = Counter()
        self._same: Counter[tuple[str, str]] = Counter()
        self._words: set[str] = set()

    def learn(self, urls: Iterable[str]) -> None:
        """Finds a page's session parameter: one random-looking value that links to different paths have in common."""
        carried: dict[tuple[str, str], set[str]] = defaultdict(set)
        total: set[str] = set()
        for url in urls:
            parts = urlsplit(url)
            total.add(parts.path)
            for name, value in parse_qsl(parts.query, max_num_fields=200):
                if _RANDOM.fullmatch(value):
                    carried[name, value].add(parts.path)
            first = parts.path.split("/")[1:2]
            if first and _RANDOM.fullmatch(first[0].strip("()")) and len(first[0]) >= 20:
                carried["/", first[0]].add(parts.path)
        self._sessions.update(name for (name, _), paths in carried.items() if len(paths) >= 3 and 2 * len(paths) >= len(total))

    def refuses(self, url: str, *, further: bool = False) -> str | None:
        """Why a link is not worth following, or None; one that is let through counts. `further`: a further page of a list."""
        spelled = hash(self._without_idle(url))
        if spelled in self._seen:
            return "the same page under another session or idle parameter"
        why = self._why(urlsplit(url), further=further)
        if why is None:
            self._seen.add(spelled)
        return why

    def shown(self, url: str, words: str) -> None:
        """Takes in what a page said (a digest of its words), so that copies of it are known."""
        parts = urlsplit(url)
        self._seen.add(hash(self._without_idle(url)))
        if words in self._words:
            self._copies[_shape(url)] += 1
        self._words.add(words)
        if parts.query:
            self._same[parts.path, words] += 1
            if self._same[parts.path, words] > MAX_SAME:
                self._idle[parts.path].update(
                    name for name, _ in parse_qsl(parts.query, max_num_fields=200) if not _PAGE_FIELD.fullmatch(name)
                )
                self._seen.add(hash(self._without_idle(url)))

    def _why(self, parts: SplitResult, *, further: bool) -> str | None:
        url = urlunsplit(parts)
        if self._copies[_shape(url)] >= MAX_COPIES:
            return "pages of this form are copies"
        fields = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)]
        asked = [(name, value) for name, value in fields if not _PAGE_FIELD.fullmatch(name) and name not in self._sessions]
        dated = _DATE.search(unquote(parts.path)) or any(_DATE_FIELD.fullmatch(name) or _DATE.search(value) for name, value in asked)
        if dated:
            self._dates += 1
            if self._dates > MAX_DATES:
                return "a calendar"
        why = self._facets(parts.path, [name for name, _ in asked])
        if why is None and further:
            self._lists[_shape(url)] += 1
            why = "a list without end" if self._lists[_shape(url)] > self._next else None
        return why

    def _facets(self, path: str, names: list[str]) -> str | None:
        if len(names) > MAX_PARAMETERS or len(set(names)) < len(names):
            return "a choice of facets"
        if names:
            sets = self._key_sets[path]
            if frozenset(names) not in sets and len(sets) >= MAX_KEY_SETS:
                return "a choice of facets"
            sets.add(frozenset(names))
        segments = [segment for segment in path.split("/") if segment]
        # Numbers name something else in another order: /c/1/2 and /c/2/1 are two shelves.
        choice = (*sorted(segment for segment in segments if not segment.isdigit()), *(part for part in segments if part.isdigit()))
        if len(segments) >= 3 and self._orders.setdefault(hash(choice), hash(path)) != hash(path):
            return "the same choice in another order"
        return None

    def _without_idle(self, url: str) -> str:
        """The URL without parameters that carry a session or change nothing."""
        parts = urlsplit(url)
        idle = self._sessions | self._idle.get(parts.path, set())
        path = parts.path
        if "/" in self._sessions:
            first, _, rest = path.removeprefix("/").partition("/")
            path = f"/{rest}" if _RANDOM.fullmatch(first.strip("()")) and len(first) >= 20 else path
        if not idle or not parts.query:
            return urlunsplit(parts._replace(path=path))
        fields = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200) if name not in idle]
        return urlunsplit(parts._replace(path=path, query=urlencode(fields)))


def _shape(url: str) -> str:
    """The URL's form: numbers and random-looking parts by their kind, parameters by their names."""
    parts = urlsplit(url)
    segments = ["*" if _RANDOM.fullmatch(segment) else _NUMBER.sub("#", segment) for segment in parts.path.split("/")]
    names = sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200))
    return hashlib.sha256(f"{parts.netloc}{'/'.join(segments)}?{'&'.join(names)}".encode()).hexdigest()[:16]
