"""Content codings undone, within bounds."""

import gzip
import time
import zlib

import pytest

from crawlers.content_coding import undo_coding

brotli = pytest.importorskip("brotli")
PAGE = b"<h1>Acetone</h1>" * 50


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("X-GZIP", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", raw_deflate(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("identity", PAGE),
        ("", PAGE),
        ("gzip", gzip.compress(PAGE[:100], mtime=0) + gzip.compress(PAGE[100:], mtime=0)),
        ("gzip", gzip.compress(PAGE, mtime=0) + b"trailing rubbish"),
    ],
)
def test_a_coded_body_comes_back_as_its_author_wrote_it(coding, body):
    assert undo_coding((("content-encoding", coding),), body) == (PAGE, None)


def test_codings_of_several_headers_are_undone_in_order():
    assert undo_coding((("Content-Encoding", "gzip"), ("content-encoding", "deflate")), zlib.compress(gzip.compress(PAGE))) == (PAGE, None)


@pytest.mark.parametrize(
    ("coding", "body", "kept", "problem"),
    [
        ("gzip", PAGE, PAGE, "the body is not"),
        ("br", b"<html>plain", b"<html>plain", "the body is not"),
        ("zstd", b"(\xb5/\xfd", b"", "cannot be undone here"),
        ("gzip, gzip, gzip, gzip", PAGE, b"", "at most 3"),
        ("gzip", gzip.compress(b"\0" * 40_000_000), b"", "unpacks to more than"),
        ("br", brotli.compress(b"\0" * 40_000_000, quality=3), b"", "unpacks to more than"),
        ("deflate", zlib.compress(b"\0" * 40_000_000), b"", "unpacks to more than"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"\0" * 40_000_000)), b"", "unpacks to more than"),
    ],
)
def test_what_cannot_be_undone_is_named(coding, body, kept, problem):
    found, why = undo_coding((("Content-Encoding", coding),), body)
    assert found == kept and why is not None and problem in why


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, brotli.compress])
def test_a_stream_that_breaks_off_gives_what_it_held(pack):
    page = b"".join(b"<p>%d</p>" % number for number in range(20_000))
    body = pack(page)
    coding = {gzip.compress: "gzip", zlib.compress: "deflate"}.get(pack, "br")
    found, why = undo_coding((("Content-Encoding", coding),), body[: len(body) // 2])
    assert len(found) > 1_000 and page.startswith(found) and why is not None and "breaks off" in why


def test_many_tiny_members_cost_no_quadratic_time():
    body = gzip.compress(b"") * 200_000
    begun = time.process_time()
    found, why = undo_coding((("Content-Encoding", "gzip"),), body)
    assert (found, time.process_time() - begun < 1.0) == (b"", True) and why is not None and "members" in why
