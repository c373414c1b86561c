"""Browser pages a second with full evidence, beside bare scrapy-playwright on the same pages; what `auto` saves; memory over many pages."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.browser_shop import PAGES, serving

ROUNDS = int(os.environ.get("CHURNWATCH_BENCH_ROUNDS", "5"))
MEMORY_PAGES = int(os.environ.get("CHURNWATCH_BENCH_BROWSER_PAGES", "2000"))
BAR = 0.85

BARE = """
import json, shutil, sys, time
import scrapy
from scrapy.crawler import CrawlerProcess
class Shop(scrapy.Spider):
    name = "shop"
    seen = 0
    async def start(self):
        yield scrapy.Request(sys.argv[1], meta={"playwright": True})
    def parse(self, response):
        Shop.seen += 1
        yield {"title": response.css("h1::text").get(), "price": response.css(".price::text").get()}
        for link in response.css("a::attr(href)").getall():
            yield response.follow(link, meta={"playwright": True})
handler = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
process = CrawlerProcess({
    "DOWNLOAD_HANDLERS": {"http": handler, "https": handler}, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
    "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": shutil.which("chromium"), "args": [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-gpu"]},
    "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]), "CONCURRENT_REQUESTS": int(sys.argv[2]),
})
began = time.monotonic()
process.crawl(Shop)
process.start()
print(json.dumps([Shop.seen, time.monotonic() - began]))
"""
OURS = """
import json, sys, tempfile, time
from pathlib import Path
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site
text = f"name: shop\\nseeds: ['{sys.argv[1]}']\\ndelay_s: 0\\nrender: {sys.argv[2]}\\nbudget: {{pages: {sys.argv[3]}, minutes: 120}}\\n"
with tempfile.TemporaryDirectory() as folder:
    began = time.monotonic()
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], CrawlOptions(Path(folder), {"shop.example": "127.0.0.1"}))
    print(json.dumps([visit.pages_got, time.monotonic() - began]))
"""


def measure() -> Iterator[str]:
    """Alternating runs, each in a fresh process with its browser's start; the median of the rounds' ratios."""
    with serving(scripted=False) as address:
        yield from ratios(address)
    with serving(scripted=True) as address:
        rates = {mode: rate(OURS, address.replace("127.0.0.1", "shop.example"), mode, str(PAGES)) for mode in ("http", "auto", "browser")}
        yield f"one page in ten needs a browser: http {rates['http']:.0f}, auto {rates['auto']:.1f}, browser {rates['browser']:.1f} pages/s"
    with serving(scripted=False, pages=MEMORY_PAGES) as address:
        yield memory(address.replace("127.0.0.1", "shop.example"))


def ratios(address: str) -> Iterator[str]:
    """Ours against bare scrapy-playwright with one page at a time, as a polite visit has it, and with its default of eight."""
    ours: list[float] = []
    bare: dict[int, list[float]] = {1: [], 8: []}
    for _ in range(ROUNDS):
        for at_once, found in bare.items():
            found.append(rate(BARE, address, str(at_once)))
        ours.append(rate(OURS, address.replace("127.0.0.1", "shop.example"), "browser", str(PAGES)))
    for at_once, found in bare.items():
        each = [mine / theirs for mine, theirs in zip(ours, found, strict=True)]
        ratio = statistics.median(each)
        yield (
            f"{PAGES} static pages, ours {statistics.median(ours):.1f}/s, bare scrapy-playwright {at_once} at once "
            f"{statistics.median(found):.1f}/s: ratio {ratio:.2f} (bar {BAR}: {'within' if ratio >= BAR else 'MISSED'})"
        )


def rate(program: str, *words: str) -> float:
    """Pages a second of one run."""
    done = subprocess.run([sys.executable, "-c", program, *words], check=True, capture_output=True, text=True)
    pages, seconds = json.loads(done.stdout.splitlines()[-1])
    if pages < PAGES:
        raise RuntimeError(f"{pages} of {PAGES} pages were seen: {done.stderr[-500:]}")
    return float(pages) / float(seconds)


def memory(address: str) -> str:
    """Resident memory of crawler and browser tree (proportional set size) at page 200 and at the end."""
    with tempfile.NamedTemporaryFile("w+") as told:
        process = subprocess.Popen([sys.executable, "-c", OURS, address, "browser", str(MEMORY_PAGES)], stdout=told, text=True)
        samples: list[tuple[float, float, float]] = []
        began = time.monotonic()
        while process.poll() is None:
            time.sleep(0.5)
            samples.append((time.monotonic() - began, resident_mb(process.pid), tree_mb(process.pid)))
        pages, seconds = json.loads(Path(told.name).read_text().splitlines()[-1])
    at_200 = next((one for one in samples if one[0] >= seconds * 200 / pages), samples[-1])
    late = samples[int(len(samples) * 0.9) : -2] or samples[-1:]
    own = statistics.median(sample[1] for sample in late) - at_200[1]
    peak = max(sample[2] for sample in samples)
    early_tree = statistics.median(sample[2] for sample in samples if abs(sample[0] - at_200[0]) <= 10)
    late_tree = statistics.median(sample[2] for sample in late)
    return (
        f"{pages} pages in one visit, {pages / seconds:.1f}/s: crawler {at_200[1]:.0f} MB at page 200, {own:+.1f} MB in the last tenth; "
        f"with browser {early_tree:.0f} MB around page 200, {late_tree:.0f} MB in the last tenth, peak {peak:.0f} MB"
    )


def resident_mb(pid: int) -> float:
    """Resident memory of one process."""
    try:
        return (
            next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")) / 1024
        )
    except (OSError, StopIteration):
        return 0.0


def tree_mb(pid: int) -> float:
    """Proportional set size of a process and everything below it."""
    below: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        below.setdefault(parent, []).append(int(folder.name))
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        waiting += below.get(one, [])
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total / 1024
