"""Real TLS certificates of the market: keys, serials and signatures come from the seed, dates lie in simulated time.

Signatures are deterministic ECDSA (RFC 6979), so the same seed gives the same bytes.
"""

from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from churnwatch.demo.days import day_time
from churnwatch.demo.draw import Draw
from churnwatch.demo.model import Shop
from churnwatch.demo.timeline import PHASES
from churnwatch.demo.world import World

# Order of the base point of P-256 (FIPS 186-4, D.1.2.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_VALID_DAYS = 90
_LONG_DAYS = 3650
# This shop renews during the demo and keeps its key: the leaf changes, the SPKI stays.
_RENEWALS = {"slate-intermediates": 9}


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which certificate a host shows: name of its key, first and last day of validity (of the calendar, may be negative)."""

    host: str
    key: str
    from_day: int
    to_day: int


def leaf_of(world: World, host: str, day: int) -> Leaf:
    """The certificate that the host shows on that day; parked and seized names get a new one from whoever holds them now."""
    shop = world.by_host.get(host)
    if shop is None:
        return Leaf(host, host, -30, _LONG_DAYS)
    state = world.state(shop, day)
    if state in ("parked", "seized"):
        start = next(phase.first_day for phase in PHASES if phase.site == shop.site and phase.state == state)
        return Leaf(host, state, start, start + _VALID_DAYS)
    first = _issued(world.draw, shop)
    renewed = _RENEWALS.get(shop.site)
    start = renewed if renewed is not None and day >= renewed else first
    return Leaf(host, shop.key, start, start + _VALID_DAYS)


def chain_pem(world: World, leaf: Leaf) -> bytes:
    """Private key, leaf and CA certificate in PEM, the form that `SSLContext.load_cert_chain` reads."""
    key = key_of(world.draw, leaf.key)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + _leaf(world, leaf).public_bytes(Encoding.PEM) + authority(world.draw).public_bytes(Encoding.PEM)


def certificate(world: World, leaf: Leaf) -> x509.Certificate:
    """The certificate itself."""
    return _leaf(world, leaf)


def key_of(draw: Draw, name: str) -> ec.EllipticCurvePrivateKey:
    """The P-256 key pair of that name."""
    return ec.derive_private_key(1 + int.from_bytes(draw.bytes("key", name, size=48)) % (_ORDER - 1), ec.SECP256R1())


@lru_cache(maxsize=4)
def authority(draw: Draw) -> x509.Certificate:
    """The certificate of the invented CA that signs all others; valid from a year before day 0."""
    key = key_of(draw, "authority")
    builder = _builder(_name("churnwatch demo CA (invented)"), key, draw, "authority", -365, _LONG_DAYS)
    usage = _usage(digital_signature=False, certificate_sign=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(usage, critical=True)
    return builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)


def _leaf(world: World, leaf: Leaf) -> x509.Certificate:
    key, issuer = key_of(world.draw, leaf.key), key_of(world.draw, "authority")
    builder = _builder(_name(leaf.host), key, world.draw, f"{leaf.host} {leaf.key} {leaf.from_day}", leaf.from_day, leaf.to_day)
    for extension, critical in (
        (x509.SubjectAlternativeName([x509.DNSName(leaf.host)]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True, certificate_sign=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer, hashes.SHA256(), ecdsa_deterministic=True)


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, draw: Draw, serial: str, from_day: int, to_day: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(_name("churnwatch demo CA (invented)"))
        .public_key(key.public_key())
        .serial_number(1 + int.from_bytes(draw.bytes("serial", serial, size=15)))
        .not_valid_before(day_time(from_day))
        .not_valid_after(day_time(to_day))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, digital_signature: bool, certificate_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=certificate_sign,
        crl_sign=certificate_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issued(draw: Draw, shop: Shop) -> int:
    """One to three days before a birth in the demo; two weeks to two months before it for shops that were there already."""
    return shop.born - 1 - draw.number(3, "issued", shop.site) if shop.born else -14 - draw.number(46, "issued", shop.site)
