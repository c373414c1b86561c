"""Daily work: what is due is visited once, what was missed is planned, and a new pass visits nothing again."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from churnwatch import daily
from churnwatch.capture import crawl_options, read_site
from churnwatch.settings import Settings

PAGE = (
    b"<html lang=en><title>Parts</title><h1>Brass valve</h1><p>Price: 4.50 EUR</p><button>Add to basket</button><p>"
    + b"Solid brass, made in 2024. " * 20
)


class Shop(BaseHTTPRequestHandler):
    """One page shop on loopback."""

    def do_GET(self) -> None:
        """Answers every path but robots.txt with the same page."""
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """A folder with two site files, one of them broken, and a running shop."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "sites").mkdir()
    site = f'name: parts\nseeds: ["http://parts.example:{server.server_port}/"]\ndelay_s: 0\nevery: 24h\n'
    (tmp_path / "sites" / "parts.yml").write_text(site, "utf-8")
    (tmp_path / "sites" / "broken.yml").write_text("name: broken\n", "utf-8")
    (tmp_path / "hosts").write_text("127.0.0.1 parts.example\n", "utf-8")
    yield tmp_path
    server.shutdown()
    server.server_close()


def schedule(cli: Callable, desk: Path, now: str) -> list[dict[str, object]]:  # type: ignore[type-arg]
    """The visits of one pass at that time."""
    done = cli("schedule", "--once", "--hosts", "hosts", "--now", now, "--json", cwd=desk)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def found(cli: Callable, desk: Path, kind: str) -> list[dict[str, object]]:  # type: ignore[type-arg]
    """Every document of a kind."""
    return [json.loads(line) for line in cli("search", "", "--kind", kind, "--json", cwd=desk).stdout.splitlines()]


def test_a_pass_visits_what_is_due_and_only_that(desk: Path, cli: Callable) -> None:  # type: ignore[type-arg]
    first = schedule(cli, desk, "2026-03-01T06:00:00Z")
    assert [(one["site"], one["planned_at"], one["stop"]) for one in first] == [("parts", "2026-03-01T06:00:00Z", "done")]
    assert schedule(cli, desk, "2026-03-01T07:00:00Z") == []
    assert [(one["title"], one["price"]) for one in found(cli, desk, "listing")] == [("Brass valve", "4.50")]


def test_missed_days_are_planned_and_the_newest_is_run(desk: Path, cli: Callable) -> None:  # type: ignore[type-arg]
    from indexer.store import open_store

    schedule(cli, desk, "2026-03-01T06:00:00Z")
    late = schedule(cli, desk, "2026-03-04T09:00:00Z")
    assert [one["planned_at"] for one in late] == ["2026-03-04T06:00:00Z"]
    store = open_store(f"sqlite:///{desk / 'churnwatch.db'}")
    planned = sorted(str(one["planned_at"]) for one in store.scan("plan"))
    store.close()
    assert planned == [f"2026-03-0{day}T06:00:00Z" for day in (1, 2, 3, 4)]


def test_the_plan_says_when_and_why_and_visits_nothing(desk: Path, cli: Callable) -> None:  # type: ignore[type-arg]
    def plan(now: str) -> list[dict[str, object]]:
        done = cli("schedule", "--plan", "--now", now, "--json", cwd=desk)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    assert [(one["next"], one["why"]) for one in plan("2026-03-01T06:00:00Z")] == [("2026-03-01T06:00:00Z", "never visited")]
    schedule(cli, desk, "2026-03-01T06:00:00Z")
    (row,) = plan("2026-03-01T07:00:00Z")
    assert (row["site"], row["last"], row["next"]) == ("parts", "2026-03-01T06:00:00Z", "2026-03-02T06:00:00Z")
    assert row["why"] == "every 24h (site file)"
    assert plan("2026-03-01T07:00:00Z") == [row]
    not_due = cli("run", "parts", "--due", "--hosts", "hosts", "--now", "2026-03-01T08:00:00Z", "--json", cwd=desk)
    assert json.loads(not_due.stdout)["visits"] == []


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_the_endless_schedule_starts_with_what_is_due_and_stops_when_told(desk: Path, told: signal.Signals) -> None:
    # A test run started in the background of a script hands on that Ctrl-C is ignored: env gives the child the usual way back.
    command = ["env", "--default-signal=INT", Path(sys.executable).parent / "churnwatch", "schedule", "--hosts", "hosts"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=desk)
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "every 24h" in line:
                break
        process.send_signal(told)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    text = "".join(said)
    assert "left out: " in text
    assert "broken.yml" in text
    assert "parts: done, 1 page(s)" in text
    assert (desk / "state" / "schedule.alive").exists()  # what the container's health check looks at


def test_a_due_site_waits_for_its_store(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setattr(daily, "RESCAN_S", 0)
    said: list[str] = []

    def announce(text: str) -> None:
        said.append(text)
        if len(said) == 2:  # the disk with the store comes back
            (desk / "away").mkdir()

    settings = Settings(store=f"sqlite:///{desk}/away/churnwatch.db")
    at = datetime(2026, 3, 1, 6, tzinfo=UTC)
    options = crawl_options(settings, hosts=desk / "hosts", now="2026-03-01T06:00:00Z")
    waiting = daily.Daily(settings, desk / "sites", options, None, clock=at, announce=announce)
    site, text = read_site(desk / "sites" / "parts.yml")
    asyncio.run(waiting._due(site, text))
    assert [line.partition(":")[2].split()[0] for line in said[:3]] == ["waits", "waits", "done,"]
    assert [row["planned_at"] for row in waiting.rows] == ["2026-03-01T06:00:00Z"]
