"""A Vega spec drawn by the real library in headless Chromium, with the answers of a real node in place of its requests, as Kibana does."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "vega"
# What Kibana adds to a spec that says nothing else: fitted into the panel, transparent, its own font.
PAGE = """<!doctype html><meta charset="utf-8">
<style>body{margin:0;background:#fff;font-family:"DejaVu Sans",sans-serif}h1{font-size:15px;margin:10px 12px 4px;color:#1d2a3e}
#panel{width:%dpx;height:%dpx}</style><h1></h1><div id="panel"></div>"""
DRAW = """async ([spec, title]) => {
  document.querySelector('h1').textContent = title;
  const said = [];
  const logger = {level: () => logger, error: (...a) => (said.push(['error', ...a].join(' ')), logger),
    warn: (...a) => (said.push(['warn', ...a].join(' ')), logger), info: () => logger, debug: () => logger};
  const panel = document.getElementById('panel');
  const config = {background: 'transparent', axis: {labelColor: '#535966', titleColor: '#535966', labelFontSize: 11},
    legend: {labelColor: '#535966', titleColor: '#535966'}};
  const runtime = vega.parse({autosize: {type: 'fit', contains: 'padding'}, ...spec}, config);
  const view = new vega.View(runtime, {renderer: 'svg', container: panel, logger, loader: {
    load: async uri => { throw new Error('the drawing asked for ' + uri) }, sanitize: async uri => ({href: uri})}});
  await view.width(panel.clientWidth).height(panel.clientHeight).runAsync();
  const box = element => { const b = element.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] };
  const texts = [...panel.querySelectorAll('text')].filter(t => t.textContent && getComputedStyle(t).opacity !== '0')
    .map(t => ({text: t.textContent, box: box(t)}));
  const marks = [...panel.querySelectorAll('g.role-mark')].map(g => [[...g.classList].find(c => c.startsWith('mark-')).slice(5),
    [...g.children].filter(c => c.getAttribute('d') || c.getAttribute('x2') || c.getAttribute('y2') || c.textContent).length]);
  return {said, texts, marks, frame: box(panel)};
}"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was drawn: how many marks of each kind, every text with its box, what the library complained of, and the picture."""

    marks: Counter[str]
    texts: list[tuple[str, tuple[float, float, float, float]]]
    frame: tuple[float, float, float, float]
    said: list[str]
    picture: bytes

    def overlapping(self) -> list[tuple[str, str]]:
        """Pairs of texts that lie on one another by more than two pixels both ways."""
        return [
            (one, other)
            for (one, a), (other, b) in combinations(self.texts, 2)
            if min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2
        ]

    def outside(self) -> list[str]:
        """Texts that leave the panel."""
        left, top, right, bottom = self.frame
        return [text for text, a in self.texts if a[0] < left - 1 or a[1] < top - 1 or a[2] > right + 1 or a[3] > bottom + 1]


@contextmanager
def drawing_board(chromium: str) -> Iterator[Page]:
    """A tab that nothing leaves."""
    with sync_playwright() as played:
        browser = played.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(offline=True, viewport={"width": 1240, "height": 900})
        yield context.new_page()
        browser.close()


def library() -> str:
    """The source of vega, of the version that Kibana draws with."""
    done = subprocess.run([SCRIPT], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip()).read_text("utf-8")


def draw(page: Page, source: str, spec: dict[str, Any], title: str, size: tuple[int, int]) -> Drawing:
    """One drawing of a spec whose data is inside, in a panel of that many pixels."""
    page.set_viewport_size({"width": size[0], "height": size[1] + 32})
    page.set_content(PAGE % size)
    page.add_script_tag(content=source)
    found = page.evaluate(DRAW, [json.loads(json.dumps(spec)), title])
    marks: Counter[str] = Counter()
    for kind, number in found["marks"]:
        marks[kind] += number
    texts = [(one["text"], tuple(one["box"])) for one in found["texts"]]
    return Drawing(marks, texts, tuple(found["frame"]), found["said"], page.screenshot())
