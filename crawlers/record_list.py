"""The records of an archive being written, in little room: a visit of 5,000 pages has 10,000 of them, all of which its manifest names."""

import struct
from collections.abc import Iterator

from crawlers.manifest import Entry
from crawlers.warc_records import urn_of

_ROW = struct.Struct("<16s32sQQBq")  # id, SHA-256, offset, length, type, capture (-1: none)


class RecordList:
    """Entries in the order written."""

    def __init__(self) -> None:
        self._rows = bytearray()
        self._ids: set[bytes] = set()
        self._types: list[str] = []
        self._captures: list[str] = []

    def __contains__(self, record_id: str) -> bool:
        return _named(record_id) in self._ids

    def __iter__(self) -> Iterator[Entry]:
        for named, sha256, offset, length, kind, capture in _ROW.iter_unpack(self._rows):
            capture_id = None if capture < 0 else self._captures[capture]
            yield Entry(urn_of(named), self._types[kind], capture_id, offset, length, sha256.hex())

    def add(
        self, record_id: str, record_type: str, capture_id: str | None, offset: int, length: int, sha256: bytes, *, known: bool = True
    ) -> None:
        """Note one record; `record_id` is `<urn:uuid:…>`, `sha256` the digest of its bytes as stored. `known`: whether the list shall
        say that it has it (records of a capture just written are known by their capture)."""
        if record_type not in self._types:
            self._types.append(record_type)
        if capture_id is not None and (not self._captures or self._captures[-1] != capture_id):
            self._captures.append(capture_id)
        named = _named(record_id)
        if known:
            self._ids.add(named)
        capture = -1 if capture_id is None else len(self._captures) - 1
        self._rows += _ROW.pack(named, sha256, offset, length, self._types.index(record_type), capture)


def _named(record_id: str) -> bytes:
    return bytes.fromhex(record_id.removeprefix("<urn:uuid:").removesuffix(">").replace("-", ""))
