"""`churnwatch capture`: one sealed look, with its reason, signed and stamped when the settings say so; GET only."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.evidence import read_info, read_visit

PAGE = (
    b"<html><head><title>Shop</title><link rel='icon' href='/i.png'></head><body><h1>Acetone</h1>"
    b"<p>Technical grade, in drums of two hundred litres.</p><a href='/p/2'>more</a></body></html>"
)


@pytest.fixture
def shop() -> Iterator[ThreadingHTTPServer]:
    """A shop on loopback; `asked` is what it was asked for, `robots` its robots file."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.server.asked.append(f"{self.command} {self.path}")  # type: ignore[attr-defined]
            known = {"/p/1": PAGE, "/i.png": b"\x89PNG", "/robots.txt": self.server.robots}  # type: ignore[attr-defined]
            body = known.get(self.path, b"")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html" if self.path == "/p/1" else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_HEAD = do_PUT = answer  # noqa: N815 - http.server calls by these names

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.asked, server.robots = [], b""  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "hosts").write_text("127.0.0.1 shop.example\n")
    return tmp_path


def address(shop: ThreadingHTTPServer, path: str = "/p/1") -> str:
    return f"http://shop.example:{shop.server_port}{path}"


def test_one_page_is_sealed_with_its_reason_signed_and_stamped(
    shop: ThreadingHTTPServer, desk: Path, cli: Callable, key_file: Path, authority
) -> None:
    settings = [f'signing_key = "{key_file}"', f'tsa_url = "{authority.url}"', f'tsa_chain = "{authority.chain}"']
    (desk / "churnwatch.toml").write_text("\n".join(settings))
    done = cli("capture", address(shop), "--reason", 'case "2026-017", seen in a chat', "--hosts", "hosts", "--json", cwd=desk)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert shop.asked == ["GET /robots.txt", "GET /p/1", "GET /i.png", "GET /sitemap.xml"]  # type: ignore[attr-defined]
    assert [one["role"] for one in found["captures"]] == ["robots", "page", "favicon", "sitemap"]
    archive = desk / found["archive"]
    info, evidence = read_info(archive), read_visit(archive)
    assert info["legal-reason"] == 'case "2026-017", seen in a chat'
    assert {"software-sha256", "site-file-sha256", "egress", "planned-at"} <= info.keys()
    assert evidence.bodies[found["captures"][1]["capture_id"]] == PAGE
    checked = cli("verify", "evidence", cwd=desk)
    assert checked.returncode == 0, checked.stdout
    assert "signed: 1 of 1, by keys you expect" in checked.stdout
    assert "time stamped: 1 of 1, by the authority you trust" in checked.stdout
    assert json.loads((desk / "evidence" / "ledger.jsonl").read_text().splitlines()[0])["key"] == found["key"]


def test_an_authority_that_is_away_is_a_warning_and_is_asked_again(shop: ThreadingHTTPServer, desk: Path, cli: Callable, authority) -> None:
    (desk / "churnwatch.toml").write_text(f'tsa_url = "http://127.0.0.1:9/"\ntsa_chain = "{authority.chain}"')
    done = cli("capture", address(shop), "--reason", "case 1", "--hosts", "hosts", cwd=desk)
    assert done.returncode == 0 and "next run asks again" in done.stderr and "Traceback" not in done.stderr
    waiting = cli("verify", "evidence", cwd=desk)
    assert waiting.returncode == 1 and "ledger.jsonl: line 1: unanchored" in waiting.stdout
    (desk / "churnwatch.toml").write_text(f'tsa_url = "{authority.url}"\ntsa_chain = "{authority.chain}"')
    assert cli("verify", "evidence", "--stamp", cwd=desk).returncode == 0
    assert cli("verify", "evidence", "--tsa-chain", authority.chain, "--json", cwd=desk).stdout == ""


def test_two_addresses_and_two_looks_are_kept_apart(shop: ThreadingHTTPServer, desk: Path, inside: Callable) -> None:
    for path in ("/p/1", "/p/1", "/p/2"):
        assert inside("capture", address(shop, path), "--reason", "case 1", "--hosts", "hosts", cwd=desk).returncode == 0
    folders = sorted((desk / "evidence").glob("adhoc-shop-example-*"))
    assert sorted(len(list(folder.glob("*.warc.gz"))) for folder in folders) == [1, 2]
    assert inside("verify", "evidence", cwd=desk).returncode == 0


def test_robots_is_obeyed_or_overruled_on_record(shop: ThreadingHTTPServer, desk: Path, inside: Callable) -> None:
    shop.robots = b"User-agent: *\nDisallow: /p/"  # type: ignore[attr-defined]
    words = ("capture", address(shop), "--reason", "case 1", "--hosts", "hosts", "--json")
    obeyed = json.loads(inside(*words, cwd=desk).stdout)
    assert obeyed["stop"] == "robots_denied" and "GET /p/1" not in shop.asked  # type: ignore[attr-defined]
    recorded = json.loads(inside(*words, "--robots", "record", cwd=desk).stdout)
    assert recorded["stop"] == "pages" and "GET /p/1" in shop.asked  # type: ignore[attr-defined]
    evidence = read_visit(desk / recorded["archive"])
    assert [facts.robots for facts in evidence.hosts] == ["recorded"]
    assert 'robots: "record"' in evidence.site_text and 'legal_reason: "case 1"' in evidence.site_text


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/p/1", "http://localhost:{port}/p/1", "http://0x7f.1:{port}/p/1", "http://[::1]:{port}/p/1"]
)
def test_the_guard_holds_for_ad_hoc_captures_too(shop: ThreadingHTTPServer, desk: Path, inside: Callable, url: str) -> None:
    done = inside("capture", url.format(port=shop.server_port), "--reason", "case 1", "--json", cwd=desk)
    assert shop.asked == []  # type: ignore[attr-defined]
    if done.returncode == 0:
        assert json.loads(done.stdout)["stop"] in ("refused", "nxdomain", "dns_error")
    else:
        assert done.returncode == 2 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ftp://shop.example/", "--reason", "x"], "not an http"),
        (["http://user:secret@shop.example/", "--reason", "x"], "not an http"),
        (["http://shop.example/", "--reason", "  "], "needs a reason"),
        (["http://shop.example/"], "--reason"),
        (["http://shop.example/", "--reason", "x", "--robots", "ignore"], "robots"),
        (["http://shop.example/", "--reason", "x", "--render", "paper"], "render"),
    ],
)
def test_bad_input_exits_2_and_writes_nothing(desk: Path, inside: Callable, words: list[str], says: str) -> None:
    done = inside("capture", *words, "--hosts", "hosts", cwd=desk)
    assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr
    assert "secret" not in done.stdout
    assert not (desk / "evidence").exists()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ('signing_key = "key.pem"', "chmod 600"),
        ('signing_key = "nowhere.pem"', "nowhere.pem"),
        ('tsa_url = "http://127.0.0.1:9/"', "tsa_chain"),
        ('tsa_url = "http://127.0.0.1:9/"\ntsa_chain = "hosts"', "no readable PEM"),
    ],
)
def test_wrong_keys_and_authorities_stop_before_anything_is_asked(
    shop: ThreadingHTTPServer, desk: Path, inside: Callable, key_file: Path, settings: str, says: str
) -> None:
    (desk / "key.pem").write_bytes(key_file.read_bytes())
    (desk / "key.pem").chmod(0o644)
    (desk / "churnwatch.toml").write_text(settings)
    done = inside("capture", address(shop), "--reason", "case 1", "--hosts", "hosts", cwd=desk)
    assert done.returncode == 2 and says in done.stderr and shop.asked == []  # type: ignore[attr-defined]
