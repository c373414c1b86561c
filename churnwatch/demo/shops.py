"""The seventeen invented sites: fourteen shops of five operators, two honest chemical shops, one marketplace with three sellers.

Two hubs on purpose: one CDN (address, key, headers) before shops of five owners, and one template vendor's analytics id on shops of five.
"""

from churnwatch.demo.draw import Draw
from churnwatch.demo.model import Operator, Seller, Shop
from churnwatch.demo.operators import analytics_id
from churnwatch.demo.timeline import LAST

CDN_ADDRESS = "127.200.0.9"
CDN_KEY = "cdn"
VENDOR = "template-vendor"
# site | brand | operator | template | currency | born | hosting | favicon | key | identifiers shown | contacts in footer | sentences of the
# shipping page | successor of. A `.` is a favicon or key of its own.
_ROWS = """
northpier-lab|Northpier Lab|kestrel|json_ld|USD|0|own|kestrel|kestrel|telegram analytics bitcoin vendor|yes|customs reship stealth|
harbor-reagents|Harbor Reagents|kestrel|json_ld|EUR|0|cdn|kestrel|.|telegram email phone analytics|no|refund guarantee sorted|
tidewater-chem|Tidewater Chem|kestrel|visible|USD|4|own|.|kestrel|email bitcoin|yes|stealth no_questions batch|
pierside-supply|Pierside Supply|kestrel|state|USD|15|own|.|.|telegram analytics bitcoin2|yes|customs reship refund|northpier-lab
green-door|Green Door|amber|visible|EUR|0|own|amber|.|email telegram bitcoin vendor|yes|reship refund stealth no_questions|
copper-leaf|Copper Leaf|amber|visible|EUR|0|cdn|.|.|email phone|no|stealth sorted|
red-lantern-goods|Red Lantern Goods|amber|json_ld|EUR|12|own|amber|.|telegram2 bitcoin analytics|yes|customs refund stealth|green-door
slate-intermediates|Slate Intermediates|quartz|state|USD|0|own|.|quartz|telegram wechat email vendor|no|customs guarantee bulk|
graywing-bulk|Graywing Bulk|quartz|state|USD|2|own|.|quartz|telegram bitcoin analytics|yes|bulk batch sorted|
huibai-yuanliao|灰白原料|quartz|zh|CNY|7|cdn|.|.|wechat email|yes|customs reship sorted|
qinghe-zhongjianti|清河中间体|willow|zh|CNY|0|own|willow|.|wechat phone|yes|customs reship refund stealth|
lanshan-huagong|蓝山化工商行|willow|zh|CNY|3|own|willow|.|wechat2 phone email|no|stealth guarantee batch|
papaya-research|Papaya Research|ibis|json_ld|GBP|0|own|.|.|email analytics bitcoin vendor|yes|research guarantee sorted|
mango-research|Mango Research|ibis|state|GBP|1|cdn|.|.|email analytics telegram|no|research guarantee|
alder-scientific|Alder Scientific|-|visible|GBP|0|own|.|.|email phone vendor|yes|duty broken returns sheet|
brightwater-labs|Brightwater Laboratory Supply|-|json_ld|EUR|0|cdn|.|.|email phone analytics|yes|duty declaration private returns sheet|
bazaar-nine|Bazaar Nine|-|market|USD|0|own|.|.|email analytics|no|duty returns sorted|
"""
_HONEST_PHONES = {"alder-scientific": "+16135550131", "brightwater-labs": "+16045550177"}


def make_shops(draw: Draw, operators: dict[str, Operator]) -> tuple[Shop, ...]:
    """The sites in the order of the table; addresses are distinct but for the CDN's."""
    return tuple(_shop(draw, place, row.split("|"), operators) for place, row in enumerate(_ROWS.strip().splitlines()))


def _shop(draw: Draw, place: int, cells: list[str], operators: dict[str, Operator]) -> Shop:
    site, brand, owner, template, currency, born, host, favicon, key, slots, footer, wording, older = cells
    operator = None if owner == "-" else owner
    on_cdn = host == "cdn"
    return Shop(
        site=site,
        brand=brand,
        operator=operator,
        template=template,
        language="zh" if template == "zh" else "en",
        currency=currency,
        born=int(born),
        address=CDN_ADDRESS if on_cdn else f"127.{20 + place}.{1 + draw.number(250, 'net', site)}.{1 + draw.number(250, 'address', site)}",
        headers=CDN_KEY if on_cdn else operator or site,
        favicon=site if favicon == "." else favicon,
        key=CDN_KEY if on_cdn else site if key == "." else key,
        shown={slot: _identifier(draw, site, slot, operators.get(owner)) for slot in slots.split()},
        contacts_in_footer=footer == "yes",
        wording=tuple(wording.split()),
        sellers=_sellers(operators) if template == "market" else (),
        successor_of=older or None,
    )


def _identifier(draw: Draw, site: str, slot: str, operator: Operator | None) -> str:
    if slot == "vendor":
        return analytics_id(draw, VENDOR)
    if operator is not None:
        return operator.identifiers[slot]
    own = {"email": f"office@{site}.example", "phone": _HONEST_PHONES.get(site, ""), "analytics": analytics_id(draw, site)}
    return own[slot]


def _sellers(operators: dict[str, Operator]) -> tuple[Seller, ...]:
    kestrel = operators["kestrel"].identifiers
    return (
        Seller("paperlane", None, {"email": "paperlane@postbox.example"}, 0, 13),
        Seller("orchidoffice", None, {"email": "orchidoffice@postbox.example"}, 0, LAST),
        Seller("tidewater24", "kestrel", {"telegram": kestrel["telegram"], "email": kestrel["email"]}, 3, LAST),
    )
