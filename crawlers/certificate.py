"""Certificates as the server sent them: the unverified chain of a TLS connection, and what each one says."""

import hashlib
import ssl
import sys
from contextlib import suppress

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning

from crawlers.records import Certificate

MAX_CHAIN = 10  # certificates; RFC 8446 sets no bound, honest servers send two to four


def unverified_chain(connection: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates (DER, leaf first) that the server sent, trusted or not; empty when there are none."""
    if sys.version_info >= (3, 13):
        return tuple(connection.get_unverified_chain()[:MAX_CHAIN])
    import _ssl

    # Before 3.13 the method lives on the C object only (python/cpython#109109).
    chain = connection._sslobj.get_unverified_chain() or ()  # type: ignore[attr-defined]
    return tuple(certificate.public_bytes(_ssl.ENCODING_DER) for certificate in chain[:MAX_CHAIN])


def read_certificate(der: bytes) -> Certificate | None:
    """What one certificate says, or None when it is too broken to name its key, issuer or dates."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Certificate(
            der=der,
            sha256=hashlib.sha256(der).hexdigest(),
            spki_sha256=hashlib.sha256(spki).hexdigest(),
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            sans=_sans(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )
    except (ValueError, TypeError, OverflowError, x509.UnsupportedGeneralNameType, CryptographyDeprecationWarning):
        return None


def _sans(certificate: x509.Certificate) -> tuple[str, ...]:
    """DNS names and addresses of the subject alternative name, in its order."""
    names: list[str] = []
    with suppress(x509.ExtensionNotFound, x509.DuplicateExtension):
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names += extension.get_values_for_type(x509.DNSName)
        names += [str(address) for address in extension.get_values_for_type(x509.IPAddress)]
    return tuple(names)
