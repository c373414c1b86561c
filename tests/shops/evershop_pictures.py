"""Points EverShop's seeds at pictures on loopback, since they would be fetched from outside hosts: run in its folder by `scripts/evershop`."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

ADDRESS = re.compile(r'https?://[^\s"\\<>)]+')


def local(match: re.Match[str]) -> str:
    """The loopback address of a plain picture made for this address."""
    name = Path(urlsplit(match[0]).path).name or "plain.jpg"
    Image.new("RGB", (300, 300), (120, 130, 140)).save(Path("img", name), "JPEG")
    return f"http://127.0.0.1:8199/{name}"


Path("img").mkdir(exist_ok=True)
for seed in Path("node_modules/@evershop/evershop/dist/bin/seed/data").glob("*.json"):
    seed.write_text(ADDRESS.sub(local, seed.read_text("utf-8")), "utf-8")
