"""`churnwatch store` beyond set-up: retention with holds, migration, roles and keys, as a user types them; and the searches beside text."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from churnwatch.cli import run as command_line
from churnwatch.commands.store import ROLES as NAMED
from indexer.elastic_roles import ROLES
from indexer.retain import hold
from indexer.sqlite_store import SqliteStore
from indexer.vectors import pack
from tests.elastic_tiers.place import own_place
from tests.elastic_tiers.secure import Secure


@dataclass(frozen=True)
class Done:
    """How one command line ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """One command line in a folder, with settings from the environment, in this process."""

    def in_folder(folder: Path, *words: str, **settings: str) -> Done:
        capfd.readouterr()
        with monkeypatch.context() as place:
            place.chdir(folder)
            for name, value in settings.items():
                place.setenv(f"CHURNWATCH_{name.upper()}", value)
            code = command_line(words)
        output, errors = capfd.readouterr()
        return Done(code, output, errors)

    return in_folder


def lines(done: Done) -> list[dict[str, object]]:
    """The JSON lines that a command printed."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a small embedded store."""
    store = SqliteStore(tmp_path / "churnwatch.db")
    store.init()
    store.put(
        "capture",
        [{"id": month, "planned_at": f"{month}-05T06:00:00Z", "storefront": f"shop-{month}.example"} for month in ("2020-01", "2020-02")],
    )
    offers = {"a": ("pure tiger", "USD", [1.0, 0.0]), "b": ("tiger, pure", "USD", [0.9, 0.1]), "c": ("研究化学品", "CNY", [0.0, 1.0])}
    for key, (title, currency, vector) in offers.items():
        more = {"title": title, "currency": currency, "vector": pack(vector), "vector_model": "m"}
        store.put("listing", [{"id": key, "kind": "listing", "sequence": 1, "withdrawn": False, **more}])
    store.close()
    return tmp_path


def test_old_months_are_listed_held_and_deleted(run: Run, desk: Path) -> None:
    listed = lines(run(desk, "store", "retain", "--json"))
    assert [(row["family"], row["month"], row["documents"], row["dropped"]) for row in listed] == [
        ("capture", "2020-01", 1, False),
        ("capture", "2020-02", 1, False),
    ]
    held = run(desk, "store", "retain", "--hold", "storefront:shop-2020-01.example", "--who", "ann", "--why", "case 7", "--apply")
    assert held.returncode == 0, held.stderr
    assert "legal holds: storefront:shop-2020-01.example" in held.stdout
    assert [(row["month"], row["held"]) for row in lines(run(desk, "store", "retain", "--json"))] == [
        ("2020-01", "storefront:shop-2020-01.example")
    ]
    again = run(desk, "store", "retain", "--release", "storefront:shop-2020-01.example", "--who", "ann", "--why", "case closed", "--apply")
    assert "legal holds: storefront:shop-2020-01.example" in again.stdout  # in the second of the hold itself a hold is the stronger word
    store = SqliteStore(desk / "churnwatch.db")
    hold(store, "storefront:shop-2020-01.example", "ann", "case closed", datetime(2099, 1, 1, tzinfo=UTC), release=True)
    store.close()
    assert "legal holds: none" in run(desk, "store", "retain", "--apply").stdout
    assert lines(run(desk, "store", "retain", "--json")) == []
    for wrong in (["--keep", "pages"], ["--keep", "gossip=3"], ["--hold", "x"]):
        done = run(desk, "store", "retain", *wrong)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr


def test_an_embedded_store_has_nothing_to_migrate_and_no_roles(run: Run, desk: Path) -> None:
    assert lines(run(desk, "store", "migrate", "--json"))[0]["said"] == ["the embedded store is of this version"]
    assert run(desk, "store", "migrate", "--rollback", "--finish").returncode == 2
    refused = run(desk, "store", "init", "--roles")
    assert refused.returncode == 2 and "an embedded store has no roles" in refused.stderr
    (status,) = lines(run(desk, "store", "status", "--json"))
    assert (status["listing"], status["store"]["schema_version"]) == (3, 1)  # type: ignore[index]


def test_a_search_counts_marks_and_compares(run: Run, desk: Path) -> None:
    facets = lines(run(desk, "search", "", "--facet", "currency", "--json"))
    assert facets == [{"field": "currency", "value": "USD", "count": 2}, {"field": "currency", "value": "CNY", "count": 1}]
    marked = lines(run(desk, "search", "化学", "--highlight", "--json"))
    assert [(one["id"], one["highlights"]) for one in marked] == [("c", {"title": [[2, 4]]})]
    assert "vector" not in marked[0]
    assert "«tiger», pure" in run(desk, "search", "tiger", "--highlight").stdout
    alike = lines(run(desk, "search", "", "--like", "a", "--json"))
    assert [one["id"] for one in alike] == ["b", "c"]
    assert run(desk, "search", "", "--like", "nobody").returncode == 2
    assert run(desk, "search", "", "--facet", "title").returncode == 1


def test_the_help_names_every_role() -> None:
    assert tuple(ROLES) == NAMED


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kibana-token", "--store", "sqlite:///x.db"), "an embedded store has no roles, users and keys"),
        (("--analyst", "anna"), "set CHURNWATCH_ES_ANALYST_PASSWORD, or the same with _FILE"),
        (("--kibana-token", "--key", "writer"), "both would print a secret; ask for one at a time"),
    ],
)
def test_what_cannot_be_granted_is_said_before_anything_is_asked(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run(tmp_path, "store", "init", *words, store="http://127.0.0.1:9/nobody")
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.elastic
def test_an_operator_sets_up_roles_and_keys_and_works_by_key(run: Run, elastic_secure: Secure, tmp_path: Path) -> None:
    with own_place(elastic_secure.url, elastic_secure) as place, place.client() as client:
        user, password = elastic_secure.user
        trusted = {"store": place.address, "es_ca": elastic_secure.ca}
        keys = {}
        for role in ("migrator", "writer", "analyst"):
            made = run(
                tmp_path, "store", "init", "--roles", "--key", role, "--key-days", "2", **trusted, es_user=user, es_password=password
            )
            assert made.returncode == 0, made.stderr
            keys[role] = made.stdout.strip()
        assert client.security.get_role(name=f"{place.prefix}-analyst").body
        too_soon = run(tmp_path, "store", "status", **trusted, es_api_key=keys["analyst"])
        assert too_soon.returncode == 1 and "lacks a right" in too_soon.stderr
        assert run(tmp_path, "store", "init", **trusted, es_api_key=keys["migrator"]).returncode == 0
        (status,) = lines(run(tmp_path, "store", "status", "--json", **trusted, es_api_key=keys["analyst"]))
        assert (status["listing"], status["store"]["spooled"]) == (0, 0)  # type: ignore[index]
        assert lines(run(tmp_path, "store", "migrate", "--json", **trusted, es_api_key=keys["migrator"]))[0]["said"] == ["nothing to do"]
        refused = run(tmp_path, "store", "rebuild", **trusted, es_api_key=keys["analyst"])
        assert refused.returncode == 1 and "403" in refused.stderr
        by_plain_key = run(tmp_path, "store", "init", "--roles", **trusted, es_api_key=keys["writer"])
        assert by_plain_key.returncode == 1 and "403" in by_plain_key.stderr
        for name in ROLES:
            client.security.delete_role(name=f"{place.prefix}-{name}")
    with Elasticsearch(elastic_secure.url, basic_auth=elastic_secure.user, ca_certs=elastic_secure.ca) as client:
        client.security.invalidate_api_key(name=f"{place.prefix}*")
