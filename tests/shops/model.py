"""What a generated shop is: its pages by path, and what a crawler must find there."""

from dataclasses import dataclass, field

from tests.shops.goods import Good


@dataclass
class Shop:
    """One shop. A path holds its query; pages are whole HTML documents in `charset`."""

    name: str
    currency: str
    goods: list[Good]
    pages: dict[str, str] = field(default_factory=dict)
    charset: str = "utf-8"
    header: str | None = "utf-8"  # what Content-Type says; None: nothing
