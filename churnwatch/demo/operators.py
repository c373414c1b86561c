"""The five invented operators and what they are reached by. Handles carry `demo`; numbers are reserved; wallets are published test vectors.

Phones: NPA-555-0100 to 0199 is set aside for fiction in North America. Mail: the `.example` names of RFC 2606. Wallets: BIP-84, BIP-173 and
BIP-350 examples and Bitcoin Core's `base58_keys_valid.json`.
"""

from churnwatch.demo.draw import Draw
from churnwatch.demo.model import Operator

ANALYTICS_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# Slot → value; `{n}` becomes two digits drawn for the operator, `{p}` a number from 10 to 99 as the end of a reserved phone number.
_KNOWN = {
    "kestrel": {
        "telegram": "northdesk_demo{n}",
        "email": "kestrel.trade{n}@mailbox.example",
        "phone": "+120255501{p}",
        "bitcoin": "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
        "bitcoin2": "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g",
    },
    "amber": {
        "email": "greendesk{n}@mailbox.example",
        "phone": "+131255501{p}",
        "telegram": "amberroom_demo{n}",
        "telegram2": "lanternroom_demo{n}",
        "bitcoin": "1AGNa15ZQXAZUgFiqJ2i7Z2DPU2J6hW62i",
    },
    "quartz": {
        "telegram": "slatebulk_demo{n}",
        "wechat": "slate_demo{n}",
        "email": "office{n}@graybox.example",
        "bitcoin": "3CMNFxN1oHBc4R1EpboAL5yzHGgE611Xou",
    },
    "willow": {
        "wechat": "qinghe_demo{n}",
        "wechat2": "lanshan_demo{n}",
        "phone": "+141555501{p}",
        "email": "willow{n}@postbox.example",
    },
    "ibis": {
        "email": "fruitdesk{n}@mailbox.example",
        "telegram": "papayalab_demo{n}",
        "bitcoin": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    },
}


def make_operators(draw: Draw) -> dict[str, Operator]:
    """The operators by name, each with its own analytics account under `analytics`."""
    operators = {}
    for name, slots in _KNOWN.items():
        digits, phone = str(10 + draw.number(90, "digits", name)), str(10 + draw.number(90, "phone", name))
        identifiers = {slot: value.format(n=digits, p=phone) for slot, value in slots.items()}
        operators[name] = Operator(name, identifiers | {"analytics": analytics_id(draw, name)})
    return operators


def analytics_id(draw: Draw, owner: str) -> str:
    """A measurement id in the form of Google Analytics 4."""
    return "G-" + draw.text(ANALYTICS_ALPHABET, 10, "analytics", owner)


def kind_of(slot: str) -> str:
    """The identifier type of a slot: `telegram2` → `telegram`, `vendor` → `google_analytics`."""
    kind = slot.rstrip("0123456789")
    return "google_analytics" if kind in ("analytics", "vendor") else kind
