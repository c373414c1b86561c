"""Pages a second with full HTTP evidence beside bare Scrapy with its default handler, the same walk over static pages from nginx.

`python -m tests.benchmarks.http_pages KIND URL PAGES FOLDER` is one run in a process of its own; it prints pages, seconds and memory.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORT = 21440
PAGES, RUNS = 1_500, 7
LONG = 5_000
PLAIN_RATIO, TWO_RATIO, GROWTH_MB = 0.90, 1.6, 5.0
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LISTED = 20
WARM = 50  # pages before the clock starts: modules loaded, patterns compiled, connections open


def measure() -> Iterator[str]:
    """The ratio of alternating runs, of two processes to one, and the growth of memory over a long visit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder / "www", LONG)
        done = subprocess.run(
            [str(ROOT / "scripts/nginx"), "start", name, str(PORT)], capture_output=True, text=True, timeout=300, check=True
        )
        url, server = done.stdout.strip(), int((folder / "pid").read_text())
        try:
            yield from ratios(url, folder, server)
            yield from together(url, folder)
            yield from growth(url, folder)
        finally:
            subprocess.run([str(ROOT / "scripts/nginx"), "stop", name], check=True, timeout=30)


def write_pages(folder: Path, count: int) -> None:
    """A shop of `count` product pages of about 17 kB behind list pages of LISTED, as shops are built."""
    folder.mkdir(parents=True)
    menu = "<nav>" + "".join(f'<a href="/list-{number}.html">Department {number}</a>' for number in range(1, 9)) + "</nav>"
    words = "<p>" + "Ball valves, pumps and bearings for industry, delivered within two days from our own warehouse. " * 8 + "</p>"
    style = "<style>" + ".card{border:1px solid #ccc;padding:4px} " * 90 + "</style>"
    script = "<script>" + "window.shop=window.shop||[];window.shop.push({a:1,b:'x'});" * 90 + "</script>"
    head = f"<!doctype html><html lang=en><head><title>Shop</title>{style}</head><body>{menu}"
    for start in range(0, count, LISTED):
        cards = "".join(
            f'<li class=card><a href="/goods/{n}.html"><img src="/{n}.jpg" alt=""><h3>Pump {n}</h3></a><p>{n % 90 + 5}.00 EUR</p></li>'
            for n in range(start, min(count, start + LISTED))
        )
        page = start // LISTED
        following = f'<a rel=next href="/list-{page + 1}.html">next</a>' if start + LISTED < count else ""
        (folder / f"list-{page}.html").write_text(f"{head}<ul>{cards}</ul>{following}{script}</body></html>")
    (folder / "goods").mkdir()
    for n in range(count):
        body = f"<h1>Pump {n}</h1><p>{n % 90 + 5}.00 EUR, in stock. Add to cart.</p>{words * 8}{script}"
        (folder / "goods" / f"{n}.html").write_text(f"{head}{body}</body></html>")
    (folder / "index.html").write_text((folder / "list-0.html").read_text())


def run(kind: str, url: str, pages: int, folder: Path) -> dict[str, float]:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.http_pages", kind, url, str(pages), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def ratios(url: str, folder: Path, server: int) -> Iterator[str]:
    """Alternating runs of both kinds, so that a busy machine slows both."""
    found, spent = [], cpu_of(server)
    for number in range(RUNS):
        ours = run("ours", url, PAGES, folder / f"evidence-{number}")
        bare = run("bare", url, PAGES, folder)
        found.append(
            (ours["pages"] / ours["seconds"], bare["pages"] / bare["seconds"], ours["cpu"] / ours["pages"], bare["cpu"] / bare["pages"])
        )
    ratio = statistics.median(one / two for one, two, _, _ in found)
    ours_s, bare_s, ours_cpu, bare_cpu = (statistics.median(column) for column in zip(*found, strict=True))
    served = (cpu_of(server) - spent) * 1000 / (2 * RUNS * PAGES)
    yield f"full evidence {ours_s:.0f} pages/s, bare Scrapy {bare_s:.0f} pages/s ({PAGES} pages of 17 kB, {RUNS} alternating runs)"
    yield f"median ratio {ratio:.2f} (bar {PLAIN_RATIO}: {verdict(ratio >= PLAIN_RATIO)}); least {min(o / b for o, b, _, _ in found):.2f}"
    yield f"CPU a page: ours {ours_cpu * 1000:.2f} ms, bare {bare_cpu * 1000:.2f} ms, nginx {served:.3f} ms"


def verdict(holds: bool) -> str:
    """How a figure stands to its bar."""
    return "within" if holds else "MISSED"


def together(url: str, folder: Path) -> Iterator[str]:
    """Pages a second of two processes at once beside one alone."""
    gains = []
    for number in range(3):
        alone = run("ours", url, PAGES, folder / f"alone-{number}")
        command = [sys.executable, "-m", "tests.benchmarks.http_pages", "ours", url, str(PAGES)]
        both = [
            subprocess.Popen([*command, str(folder / f"two-{number}-{n}")], stdout=subprocess.PIPE, text=True, cwd=ROOT) for n in (1, 2)
        ]
        rates = [json.loads(child.communicate(timeout=900)[0].splitlines()[-1]) for child in both]
        gains.append(sum(one["pages"] / one["seconds"] for one in rates) / (alone["pages"] / alone["seconds"]))
    gain = statistics.median(gains)
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    yield f"two processes {gain:.2f} x one (bar {TWO_RATIO}: {verdict(gain >= TWO_RATIO)}; {machine})"


def growth(url: str, folder: Path) -> Iterator[str]:
    """Megabytes of resident memory from page 200 to the last of a long visit."""
    found = run("ours", url, LONG, folder / "long")
    grown = found["rss_last"] - found["rss_200"]
    yield f"memory {found['rss_200']:.1f} MB at page 200, {found['rss_last']:.1f} MB at page {found['pages']:.0f}"
    yield f"memory growth {grown:+.1f} MB (bar {GROWTH_MB}: {verdict(grown <= GROWTH_MB)})"


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and the children it waited for or has."""
    total = 0.0
    for process in (pid, *children_of(pid)):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def children_of(pid: int) -> list[int]:
    """The direct children of a process."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident_mb() -> float:
    """Resident memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def ours(url: str, pages: int, folder: Path) -> dict[str, float]:
    """A visit as `churnwatch crawl` makes it, sealed."""
    from crawlers.recorder import Recorder
    from crawlers.run import CrawlOptions, run_visits
    from crawlers.site import parse_site

    text = f"name: shop\nseeds: ['{url}']\ndelay_s: 0\nrender: http\nbudget: {{pages: {pages}, minutes: 60}}\n"
    options = CrawlOptions(evidence=folder, hosts={"loopback.example": "127.0.0.1"})
    marks: dict[str, float] = {}
    keep, count = Recorder.keep, 0
    begun, spent = time.monotonic(), time.process_time()

    def counted(self: Recorder, *arguments: object) -> object:
        nonlocal count, begun, spent
        count += 1
        if count == WARM:
            begun, spent = time.monotonic(), time.process_time()
        if count in (200, pages):
            marks["rss_200" if count == 200 else "rss_last"] = resident_mb()
        return keep(self, *arguments)  # type: ignore[arg-type]

    Recorder.keep = counted  # type: ignore[method-assign, assignment]
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], options)
    return {"pages": visit.pages_got - WARM, "seconds": time.monotonic() - begun, "cpu": time.process_time() - spent} | marks


def bare(url: str, pages: int) -> dict[str, float]:
    """The same walk with Scrapy's default handler, keeping nothing."""
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    from crawlers.digest import LinkLedger
    from crawlers.links import page_links
    from crawlers.planner import Planner
    from crawlers.site import parse_site

    site = parse_site(f"name: shop\nseeds: ['{url}']\ndelay_s: 0\nbudget: {{pages: {pages}, minutes: 60}}\n", "shop.yml")
    planner, got = Planner(site, LinkLedger({}, NOW)), 0

    class Bare(Spider):
        name = "bare"

        async def start(self) -> AsyncIterator[Request]:
            nonlocal got, begun, spent
            while (place := planner.frontier.take()) is not None:
                response = await self.crawler.engine.download_async(Request(place.url, dont_filter=True))
                got += 1
                if got == WARM:
                    begun, spent = time.monotonic(), time.process_time()
                planner.plan(page_links(response.body, "text/html; charset=utf-8", place.url), place, NOW)
            return
            yield

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "DOWNLOADER_MIDDLEWARES_BASE": {}, "SPIDER_MIDDLEWARES_BASE": {},
            "EXTENSIONS_BASE": {}, "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        }
    )  # fmt: skip
    begun, spent = time.monotonic(), time.process_time()
    process.crawl(Bare)
    process.start()
    return {"pages": got - WARM, "seconds": time.monotonic() - begun, "cpu": time.process_time() - spent}


if __name__ == "__main__":
    kind, where, number, evidence = sys.argv[1:]
    said = ours(where, int(number), Path(evidence)) if kind == "ours" else bare(where, int(number))
    print(json.dumps(said | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))
