"""The security tier: a node with TLS, users, roles, API keys and service tokens, on loopback.

`python -m tests.elastic_tiers.secure FOLDER [PID]` starts it, to stop with that process, and prints what `Secure` holds as JSON.
"""

import json
import secrets
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.elastic_tiers.node_script import ROOT, node_script
from tests.elastic_tiers.plugin import home_with_plugin

SETTINGS = """\
xpack.security.enabled: true
xpack.security.autoconfiguration.enabled: false
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: certs/http.key
xpack.security.http.ssl.certificate: certs/http.crt
"""


@dataclass(frozen=True, slots=True)
class Secure:
    """A running node: its URL, the file of its authority, and the superuser that sets things up."""

    url: str
    ca: str
    user: tuple[str, str]


def secure_node(folder: Path, follow: int | None) -> Secure:
    """The node in `folder`, started by a process of its own, so that no test run has it as a child."""
    command = [sys.executable, "-m", "tests.elastic_tiers.secure", str(folder), *([str(follow)] if follow else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, cwd=ROOT)
    assert done.returncode == 0, f"the security tier cannot be had: {done.stderr.strip()}"
    url, ca, user = json.loads(done.stdout).values()
    return Secure(url, ca, tuple(user))


def start_secure(folder: Path, follow: int | None) -> Secure:
    """The node in `folder`, started when it does not run yet; processes that ask at the same time share it."""
    script = node_script()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder.with_name(f"{folder.name}-authority")
    with script.locked(folder.with_name(f"{folder.name}-lock")):
        if not kept.exists():
            kept.mkdir()
            (kept / "password").write_text(secrets.token_urlsafe(18))
            write_certificates(kept)
    password, ca = (kept / "password").read_text(), str(kept / "ca.crt")

    def before(home: Path, node: Path, run: object) -> None:
        certs = node / "config" / "certs"
        certs.mkdir(exist_ok=True)
        for name in ("http.key", "http.crt"):
            (certs / name).write_bytes((kept / name).read_bytes())
        if not (node / "config" / "elasticsearch.keystore").exists():
            run(["elasticsearch-keystore", "create"], b"")  # type: ignore[operator]
            run(["elasticsearch-keystore", "add", "-x", "bootstrap.password"], password.encode())  # type: ignore[operator]

    shape = script.Shape(settings=script.ALONE + SETTINGS, home=home_with_plugin(), before=before, ca=ca, password=password)
    return Secure(script.start(folder, follow, shape), ca, ("elastic", password))


def write_certificates(folder: Path) -> None:
    """An authority `ca.crt` and a leaf `http.crt`, `http.key` for loopback, valid for a month."""
    now = datetime.now(UTC)
    authority, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "churnwatch test authority")])

    def builder(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        return made.not_valid_after(now + timedelta(days=30))

    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)  # signs certificates
    root = builder(name, authority).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
    ca = root.add_extension(usage, critical=True).sign(authority, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = builder(own, leaf).add_extension(names, critical=False)
    signed = signed.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
    certificate = signed.sign(authority, hashes.SHA256())
    (folder / "ca.crt").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "http.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "http.key").write_bytes(leaf.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))


if __name__ == "__main__":
    print(json.dumps(asdict(start_secure(Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else None))))
