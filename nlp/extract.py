"""Runs the extractors: one module each in `nlp/extractors/`, found by looking into the folder.

A module has KIND (= file stem), IDENTIFIER (type of the identifier table it feeds), PIVOT (may it link storefronts),
READS (`page`, `capture` or `host`), EXAMPLES (rows of source and expected values) and `extract(source)`.
"""

import functools
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import ModuleType

import nlp.extractors
from crawlers.records import Capture, Certificate, DnsAnswer, HostFacts
from nlp.findings import Contact, Fingerprint, Payment
from nlp.parse import ParsedPage
from nlp.sources import CapturedBody

Source = ParsedPage | CapturedBody | HostFacts
Extracted = Contact | Payment | Fingerprint
NAMES = ("KIND", "IDENTIFIER", "PIVOT", "READS", "EXAMPLES", "extract")
READS = ("page", "capture", "host")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@functools.cache
def extractors() -> tuple[ModuleType, ...]:
    """Every extractor module, by name."""
    return tuple(importlib.import_module(f"nlp.extractors.{module.name}") for module in pkgutil.iter_modules(nlp.extractors.__path__))


def extract_all(source: Source, reads: str) -> Iterator[Extracted]:
    """What every extractor for this kind of source finds, each (kind, value) once, at its first place.

    `reads` is `page` for a ParsedPage, `capture` for a CapturedBody, `host` for HostFacts.
    """
    seen: set[tuple[str, str]] = set()
    for module in extractors():
        if reads == module.READS:
            for found in module.extract(source):
                if (found.kind, found.value) not in seen:
                    seen.add((found.kind, found.value))
                    yield found


def pivots() -> Mapping[str, str]:
    """KIND → IDENTIFIER of every extractor whose values may link storefronts."""
    return {module.KIND: module.IDENTIFIER for module in extractors() if module.PIVOT}


def check_extractors(modules: Iterable[ModuleType] | None = None) -> list[str]:
    """Problems of the extractor modules in people's words: missing names, examples that come out otherwise. Empty when all is well."""
    problems: list[str] = []
    for module in extractors() if modules is None else modules:
        stem = module.__name__.rpartition(".")[2]
        missing = [name for name in NAMES if not hasattr(module, name)]
        if missing:
            problems.append(f"nlp/extractors/{stem}.py: lacks {', '.join(missing)}")
            continue
        if stem != module.KIND:
            problems.append(f"nlp/extractors/{stem}.py: KIND is {module.KIND!r}; it must be the file's stem")
        if module.READS not in READS:
            problems.append(f"nlp/extractors/{stem}.py: READS is {module.READS!r}; known are {', '.join(READS)}")
            continue
        if not any(values for _, values in module.EXAMPLES) or not any(not values for _, values in module.EXAMPLES):
            problems.append(f"nlp/extractors/{stem}.py: EXAMPLES need a row that finds something and a near miss that finds nothing")
        for example, expected in module.EXAMPLES:
            found = list(dict.fromkeys(finding.value for finding in module.extract(example_source(module.READS, example))))
            if found != expected:
                problems.append(f"nlp/extractors/{stem}.py: {example!r} gives {found!r}, expected {expected!r}")
    return problems


def example_source(reads: str, example: object) -> Source:
    """What an example row stands for: HTML for a page; (role, headers, body) for a capture; SPKI digests or {sans, dns} for a host"""
    if reads == "page" and isinstance(example, str):
        return ParsedPage(example, "https://green-door.example/", "cap_example", "green-door.example")
    if reads == "capture" and isinstance(example, tuple):
        role, headers, body = example
        url = "https://green-door.example/"
        capture = Capture("cap_example", "vis_example", role, url, url, 0, 0, 200, headers, "", len(body), EPOCH, None, "HTTP/1.1")
        return CapturedBody(capture, body, "green-door.example")
    if reads == "host" and isinstance(example, dict):
        leaf = Certificate(b"", "", "", "CN=green-door.example", "CN=test", tuple(example.get("sans", ())), EPOCH, EPOCH)
        answers = tuple(DnsAnswer(*answer) for answer in example.get("dns", ()))
        return HostFacts("vis_example", "green-door.example", 443, EPOCH, dns=answers, certificates=(leaf,))
    if reads == "host" and isinstance(example, tuple):
        chain = tuple(Certificate(b"", spki, spki, "CN=green-door.example", "CN=test", (), EPOCH, EPOCH) for spki in example)
        return HostFacts("vis_example", "green-door.example", 443, EPOCH, certificates=chain)
    raise TypeError(f"an example of an extractor that reads {reads!r} cannot be {type(example).__name__}")
