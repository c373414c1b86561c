"""Contacts against labels: saved real pages read by hand, and invented passages in four languages, clean, hidden and near misses.

Facts of the real pages are in `contact_facts.json`, halved by domain; `either` are values that reading could not decide. The passages
are `held/contacts_*.txt`: `--- language style`, HTML, an address behind `@`, expected contacts behind `=`, `{{qr:words}}` for a picture.
"""

import base64
import gzip
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.payments import PAGES

HERE = Path(__file__).parent
QR = re.compile(r"\{\{qr:(.*?)\}\}")
LANGUAGES = ("en", "zh", "es", "ru")


@dataclass
class Count:
    """Contacts found and wanted, with the faults by name."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, name: str, found: set[str], wanted: set[str], either: set[str]) -> None:
        """Counts one page; values of `either` count neither way."""
        self.right += len(found & wanted)
        self.wrong += [f"{name} {value}" for value in sorted(found - wanted - either)]
        self.missed += [f"{name} {value}" for value in sorted(wanted - found)]

    def __str__(self) -> str:
        precision = self.right / max(1, self.right + len(self.wrong))
        recall = self.right / max(1, self.right + len(self.missed))
        return f"precision {precision:.3f} recall {recall:.3f} ({self.right} right, {len(self.wrong)} wrong, {len(self.missed)} missed)"


@dataclass(frozen=True)
class Passage:
    """One invented piece of a page."""

    name: str
    language: str
    style: str
    html: str
    url: str
    wanted: set[str]


def measure(verbose: bool = False) -> Iterator[str]:
    """Both halves of the real pages, then each batch of passages by style and language; faults by name when `verbose`."""
    from nlp.parse import ParsedPage

    facts = json.loads((HERE / "contact_facts.json").read_text("utf-8"))
    urls = {row["id"]: row["url"] for row in json.loads((PAGES / "index.json").read_text("utf-8"))} if PAGES.exists() else {}
    for half in ("tuning", "kept") if urls else ():
        count, rows = Count(), {page_id: row for page_id, row in facts.items() if row["half"] == half}
        for page_id, row in rows.items():
            page = ParsedPage(gzip.decompress((PAGES / f"{page_id}.html.gz").read_bytes()), urls[page_id])
            count.add(page_id, contacts(page), set(row.get("contacts", ())), set(row.get("either", ())))
        yield f"real pages, half {half}: {len(rows)} pages, {count}"
        yield from faults(count) if verbose else ()
    if not urls:
        yield "real pages: not measured, ../shared/data/shop_pages is not there"
    for file in sorted((HERE / "held").glob("contacts_*.txt")):
        batch = list(passages(file))
        yield f"{file.stem}: {len(batch)} invented passages, {sum(len(one.wanted) for one in batch)} contacts"
        for style in ("clean", "hidden", "none"):
            some = [one for one in batch if one.style == style]
            yield f"  {style}: {len(some)} passages, {scored(some)}"
        everything = scored(batch)
        yield f"  all: {everything}; by language " + ", ".join(
            f"{language} {scored([one for one in batch if one.language == language])}" for language in LANGUAGES
        )
        yield from faults(everything) if verbose else ()


def scored(batch: list[Passage]) -> Count:
    """The count of some passages."""
    from nlp.parse import ParsedPage

    count = Count()
    for one in batch:
        count.add(one.name, contacts(ParsedPage(one.html, one.url)), one.wanted, set())
    return count


def contacts(page: object) -> set[str]:
    """`kind:value` of every contact of a page, its inline pictures included."""
    from nlp.extract import extract_all
    from nlp.findings import Contact
    from nlp.picture_text import page_pictures

    found = [*extract_all(page, "page"), *page_pictures(page)]  # type: ignore[arg-type]
    return {f"{one.kind}:{one.value}" for one in found if isinstance(one, Contact)}


def passages(file: Path) -> Iterator[Passage]:
    """The passages of a file."""
    for number, block in enumerate(re.split(r"^--- ", file.read_text("utf-8"), flags=re.MULTILINE)[1:], start=1):
        head, *lines = block.strip().split("\n")
        language, style = head.split()
        html = "\n".join(line for line in lines if not line.startswith(("= ", "@ ")))
        url = next((line[2:] for line in lines if line.startswith("@ ")), "https://shop.example/")
        wanted = {line[2:].strip() for line in lines if line.startswith("= ")}
        yield Passage(f"{language}-{number}", language, style, QR.sub(lambda match: picture(match[1]), html), url, wanted)


def picture(words: str) -> str:
    """A QR code of the words as `data:` address."""
    import numpy as np
    import zxingcpp
    from PIL import Image

    code = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(words, zxingcpp.BarcodeFormat.QRCode), scale=4)
    out = io.BytesIO()
    Image.fromarray(np.array(code)).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def faults(count: Count) -> Iterator[str]:
    """Every fault of a count."""
    yield from (f"    wrong {one}" for one in count.wrong)
    yield from (f"    missed {one}" for one in count.missed)


if __name__ == "__main__":
    for line in measure(verbose="-v" in sys.argv):
        print(line)
