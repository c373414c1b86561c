"""What pictures say in words: QR codes (zxing-cpp) and, where it is installed, lines read by OCR, handed to the extractors like links.

Pictures come from captures (icons, assets, screenshots) and from `data:` addresses inside pages.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import zxingcpp
from lxml import etree

from nlp import ocr, pictures
from nlp.extract import Extracted, extract_all
from nlp.findings import Contact, Payment
from nlp.parse import ParsedPage
from nlp.picture_bytes import is_raster
from nlp.sources import CapturedBody
from nlp.where import QUOTE_MAX, Where

PICTURES_MAX = 40  # of one page or visit that are read
ADDRESS_MAX = 4_000_000  # characters of one data: address
SIDE_MAX = 2_000  # points; a QR code of a screenshot is still sharp
OCR_SIDE_MIN = 90  # points; smaller pictures are icons
DATA = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp|bmp|x-icon|vnd\.microsoft\.icon)[^,]{0,60};base64,", re.IGNORECASE)
Box = tuple[int, int, int, int]  # left, top, right, bottom in points of the picture as it came, scaled down to 2,000 at most
Said = tuple[str, Box]


def page_pictures(page: ParsedPage) -> Iterator[Extracted]:
    """Contacts and payments in the pictures that the page itself carries as `data:` addresses; `where` names element, attribute and box."""
    for element, name, body in carried(page):
        for found in said(qr_codes(body), page.capture_id, page.storefront):
            yield replace(found, where=replace(found.where, path=page.paths.of(element), name=name))


def capture_pictures(sources: Sequence[CapturedBody]) -> Iterator[Extracted]:
    """Contacts and payments in captured pictures: QR codes of all, then lines read by OCR (one process for all of them)."""
    shown = [source for source in sources if source.capture.status == 200 and is_raster(source.body)][:PICTURES_MAX]
    for source in shown:
        yield from said(qr_codes(source.body), source.capture.capture_id, source.storefront)
    large = [source for source in shown if source.capture.role != "favicon" and is_large(source.body)]
    for source, lines in zip(large, ocr.read_lines([source.body for source in large]), strict=False):
        yield from said(lines, source.capture.capture_id, source.storefront)


def carried(page: ParsedPage) -> Iterator[tuple[etree._Element, str, bytes]]:
    """(element, attribute, bytes) of the pictures inside the page."""
    count = 0
    for element in page.elements:
        for name in ("src", "href", "content", "data-src"):
            address = element.get(name)
            match = DATA.match(address[:200]) if address and count < PICTURES_MAX and len(address) <= ADDRESS_MAX else None
            if address and match:
                try:
                    body = base64.b64decode(re.sub(r"\s|%0A", "", address[match.end() :]))
                except (binascii.Error, ValueError):
                    continue
                count += 1
                yield element, name, body


def qr_codes(body: bytes) -> list[Said]:
    """(text, box) of every QR or other two-dimensional code in a picture."""
    points = pictures.grey_points(body, SIDE_MAX)
    if points is None or min(points.shape) < 20:
        return []
    found: list[Said] = []
    for code in zxingcpp.read_barcodes(np.ascontiguousarray(points.astype(np.uint8))):
        corners = (code.position.top_left, code.position.top_right, code.position.bottom_right, code.position.bottom_left)
        columns, rows = [corner.x for corner in corners], [corner.y for corner in corners]
        if code.valid and code.text:
            found.append((code.text[:4_000], (min(columns), min(rows), max(columns), max(rows))))
    return found


def is_large(body: bytes) -> bool:
    """True when a picture may hold lines of text."""
    points = pictures.grey_points(body)
    return points is not None and min(points.shape) >= OCR_SIDE_MIN


def said(lines: Sequence[Said], capture_id: str, storefront: str) -> Iterator[Extracted]:
    """Contacts and payments in what a picture says; `where` is `image` with the line's box."""
    page = ParsedPage.of_text("", capture_id, storefront)
    values = [(text, _at(text, box, capture_id, storefront)) for text, box in lines]
    page.link_values = [(text.strip(), place) for text, place in values]
    page.attribute_values = [(text, place) for text, place in values]
    for found in extract_all(page, "page"):
        if isinstance(found, Contact | Payment):
            yield found


def _at(text: str, box: Box, capture_id: str, storefront: str) -> Callable[[re.Match[str]], Where]:
    return lambda _: Where("image", capture_id, storefront, quote=text[:QUOTE_MAX], box=box)
