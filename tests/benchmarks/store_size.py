"""Room: bytes a document of each family and bytes of evidence a visit, measured on the demo's twenty days; what DESIGN's month would take.

The demo's shops are small and its pages plain: real pages compress worse and hold more text, so take these as a lower bound.
"""

import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from elasticsearch import Elasticsearch

from indexer.elastic_store import ElasticStore
from indexer.sqlite_store import SqliteStore
from tests.benchmarks.store_load import node, url_of

CHURNWATCH = Path(sys.executable).parent / "churnwatch"
MONTH = {"capture": 1_000_000}  # DESIGN section 9: captures a month; the other families in the demo's proportion


def measure() -> Iterator[str]:
    """The demo on both stores, merged down as an old month is."""
    with tempfile.TemporaryDirectory() as folder, node() as place:
        url = f"{url_of(place)}/size"
        lived(Path(folder) / "elastic", url)
        lived(Path(folder) / "embedded", f"sqlite:///{folder}/size.db")
        counts = counted(url)
        sizes = sized(url_of(place), counts)
        for family, count in sorted(counts.items(), key=lambda one: -sizes[one[0]]):
            yield f"{family}: {count} documents, {sizes[family] / count:.0f} bytes each"
        whole, documents = sum(sizes.values()), sum(counts.values())
        yield f"Elasticsearch: {documents} documents, {whole / 1e6:.1f} MB, {whole / documents:.0f} bytes each (one segment, no replica)"
        embedded = SqliteStore(Path(folder) / "size.db")
        rows = sum(count for count in embedded.status().values() if count)
        embedded.close()
        size = (Path(folder) / "size.db").stat().st_size
        yield f"embedded: {rows} documents, {size / 1e6:.1f} MB, {size / rows:.0f} bytes each"
        evidence = sum(path.stat().st_size for path in (Path(folder) / "elastic" / "evidence").rglob("*") if path.is_file())
        yield f"evidence: {evidence / counts['visit']:.0f} bytes a visit, {evidence / counts['capture']:.0f} bytes a capture"
        scale = MONTH["capture"] / counts["capture"]
        yield f"a month of {MONTH['capture']} captures in these proportions: {scale * whole / 1e9:.1f} GB in Elasticsearch, {scale * evidence / 1e9:.1f} GB of evidence"


def lived(folder: Path, store: str) -> None:
    """The demo's twenty days on one store."""
    command = [CHURNWATCH, "demo", "--dir", folder, "--store", store, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr[-2000:]


def counted(url: str) -> dict[str, int]:
    """Documents of each family that has some."""
    store = ElasticStore(url)
    found = {family: count for family, count in store.status().items() if count}
    store.close()
    return found


def sized(url: str, families: dict[str, int]) -> dict[str, int]:
    """Bytes of each family's indices, merged to one segment."""
    sizes: dict[str, int] = defaultdict(int)
    with Elasticsearch(url, request_timeout=120) as client:
        client.indices.forcemerge(index="size-*", max_num_segments=1)
        client.indices.flush(index="size-*", force=True)
        for index, found in client.indices.stats(index="size-*", metric="store,docs")["indices"].items():
            family = index.removeprefix("size-").partition("-v0")[0].replace("-", "_")
            if family in families:
                sizes[family] += found["primaries"]["store"]["size_in_bytes"]
    return sizes
