"""Ids that vendors of analytics, chat, captcha and verification give to one customer: one table row a vendor, read from code and tags.

A row is looked for only in strings that hold its mark, so a page without the vendor costs one look.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.findings import Fingerprint
from nlp.known import known
from nlp.parse import ParsedPage
from nlp.places import Outside, Values


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor: the tag of its values (empty where the type has one kind), a mark its code always holds, patterns with one group."""

    tag: str
    mark: str
    patterns: tuple[re.Pattern[str], ...]
    is_lower: bool = False  # ids without case are kept in small letters
    in_tags: bool = False  # attributes of other elements than scripts and frames hold the id too (pictures, boxes)


def vendor(tag: str, mark: str, *patterns: str, lower: bool = False, tags: bool = False) -> Vendor:
    """A row of a table."""
    return Vendor(tag, mark, tuple(re.compile(pattern) for pattern in patterns), lower, tags)


def vendor_ids(page: ParsedPage, kind: str, vendors: Sequence[Vendor]) -> Iterator[Fingerprint]:
    """Fingerprints of the type `kind`, `tag:id` or the id alone; placeholders left out. From scripts, frames, then attributes."""
    for row in vendors:
        mark = row.mark.lower()
        shown = page.outside.holding(mark, groups=(Outside.ATTRIBUTES,)) if row.in_tags else Values(())
        for held in (page.source.holding(mark), shown):
            for pattern in row.patterns:
                for where, match in held.find(pattern):
                    found = match[1].lower() if row.is_lower else match[1]
                    value = f"{row.tag}:{found}" if row.tag else found
                    if known(kind, value) is None:
                        yield Fingerprint(kind, value, where)
