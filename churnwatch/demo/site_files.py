"""The operator's side of the demo: a site file on the day a shop is born, and the hosts file of a day."""

from pathlib import Path

import yaml

from churnwatch.demo.model import Shop
from churnwatch.demo.world import World


def site_text(world: World, shop: Shop) -> str:
    """The site file of a shop, YAML."""
    fields: dict[str, object] = {
        "name": shop.site,
        "seeds": [f"https://{shop.host}:{world.port}/"],
        "kind": "marketplace" if shop.sellers else "storefront",
        "legal_reason": "demo, invented sellers",
        "robots": "obey",
        "render": "http",
        "delay_s": 0,
        "budget": {"pages": 60, "minutes": 5},
        "every": "24h",
    }
    if shop.sellers:
        fields["tenant"] = "seller"
    return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=140)


def write_site_files(world: World, day: int, folder: Path) -> list[Path]:
    """Writes the site files of the shops born by that day that have none yet, in the order of birth; returns those it wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for shop in sorted(world.open_shops(day), key=lambda shop: (shop.born, shop.site)):
        path = folder / f"{shop.site}.yml"
        if not path.exists():
            path.write_text(site_text(world, shop), "utf-8")
            written.append(path)
    return written


def write_hosts(world: World, day: int, path: Path) -> Path:
    """Writes the names that exist on that day in the form of /etc/hosts; a name that is missing does not exist."""
    lines = [f"# day {day} of the demo market, seed {world.seed}; every name and address is invented"]
    lines += [f"{address} {host}" for host, address in world.hosts(day).items()]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
