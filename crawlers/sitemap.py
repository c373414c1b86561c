"""Sitemaps (sitemaps.org protocol 0.9): which pages a shop names itself. Pure and bounded; the spider fetches and keeps the files."""

import gzip
import io
import zlib
from dataclasses import dataclass

from lxml import etree

from crawlers.canonical import canonical

MAX_FILES = 8  # of one visit; an index of more is a shop far beyond any page budget
MAX_URLS = 5_000  # of one visit
MAX_BYTES = 10 * 1024 * 1024  # of one file, unpacked; the protocol allows 50 MB


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A page and when its owner says it changed (`lastmod` as written, empty without one)."""

    url: str
    changed: str


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file names: pages, and further sitemap files."""

    pages: tuple[SitemapPage, ...]
    files: tuple[str, ...]


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """What a sitemap file names, as far as it can be read: XML (also torn, also gzip-packed) or one URL a line."""
    body = _unpacked(body).removeprefix(b"\xef\xbb\xbf")
    if body.lstrip()[:1] != b"<":
        lines = body[:MAX_BYTES].decode("utf-8", "replace").splitlines()[:MAX_URLS]
        addresses = (canonical(line.strip()) for line in lines if line.strip().startswith(("http://", "https://")))
        return Sitemap(tuple(SitemapPage(address, "") for address in addresses if address), ())
    pages: list[SitemapPage] = []
    files: list[str] = []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return Sitemap((), ())
    for entry in root.iter("{*}url", "{*}sitemap") if root is not None else ():
        fields = {_local(child): (child.text or "").strip() for child in entry}
        address = canonical(fields["loc"], url) if fields.get("loc") else None
        if address and _local(entry) == "url":
            pages.append(SitemapPage(address, fields.get("lastmod", "")[:40]))
        elif address:
            files.append(address)
        if len(pages) >= MAX_URLS:
            break
    return Sitemap(tuple(pages), tuple(dict.fromkeys(files))[:MAX_FILES])


def _unpacked(body: bytes) -> bytes:
    """A `.xml.gz` file without its packing, at most MAX_BYTES of it."""
    if body[:2] != b"\x1f\x8b":
        return body[:MAX_BYTES]
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            return packed.read(MAX_BYTES)
    except (OSError, EOFError, zlib.error):
        return b""


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
