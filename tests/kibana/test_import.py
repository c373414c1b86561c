"""`churnwatch kibana import` against a server that answers as Kibana does: what it sends, what it bears, what it says."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from churnwatch.cli import run
from crawlers.errors import ConfigError
from indexer.kibana.bundle import bundle
from indexer.kibana.client import Access, Kibana, KibanaError
from indexer.kibana.importing import import_objects, read_back
from indexer.kibana.panel_query import Span
from indexer.kibana.saved_object import Reference
from indexer.kibana.smoke import smoke
from tests.elastic_tiers.secure import Secure
from tests.kibana.server import KEY, KibanaServer, kibana_server

MANY = 106  # objects of a bundle: 1 tag, 24 data views, 12 searches, 53 Lens panels, 10 drawings and notes, 6 dashboards


@pytest.fixture
def server() -> Iterator[KibanaServer]:
    with kibana_server(spaces=("default", "case-7")) as started:
        yield started


def client(server: KibanaServer, pauses: list[float] | None = None, **more: object) -> Kibana:
    """A client that notes its pauses instead of waiting."""
    access = Access(server.url, api_key=KEY)
    return Kibana(replace(access, **more), 60, (pauses if pauses is not None else []).append)  # type: ignore[arg-type]


def test_all_objects_arrive_and_a_second_time_replaces_them(server: KibanaServer) -> None:
    first = import_objects(client(server), bundle("churnwatch"), overwrite=True)
    assert (first.version, first.taken, first.replaced) == ("9.2.8", MANY, 0)
    again = import_objects(client(server), bundle("churnwatch"), overwrite=True)
    assert (again.taken, again.replaced) == (MANY, MANY)
    assert len(server.held["default"]) == MANY
    assert server.held["default"][("dashboard", bundle("churnwatch")[-1].id)] == bundle("churnwatch")[-1].as_json()


def test_another_prefix_stands_beside_the_first(server: KibanaServer) -> None:
    for prefix in ("churnwatch", "case-7"):
        import_objects(client(server), bundle(prefix), overwrite=False)
    assert len(server.held["default"]) == 2 * MANY


def test_a_space_is_a_place_of_its_own(server: KibanaServer) -> None:
    import_objects(client(server, space="case-7"), bundle("churnwatch"), overwrite=True)
    assert [len(held) for held in server.held.values()] == [0, MANY]
    assert server.asked[-1][1].startswith("/s/case-7/api/saved_objects/_import")


def test_user_and_password_do_when_there_is_no_key(server: KibanaServer) -> None:
    assert import_objects(client(server, api_key=None, user=("ada", "word")), bundle("churnwatch"), overwrite=True).taken == MANY


@pytest.mark.parametrize("code", [0, 429, 500, 502, 503, 504])
def test_a_kibana_that_is_busy_or_away_for_a_while_is_waited_for(server: KibanaServer, code: int) -> None:
    pauses: list[float] = []
    server.first = [code] * 3  # the status is asked first
    done = import_objects(client(server, pauses), bundle("churnwatch"), overwrite=True)
    assert done.taken == MANY
    assert len(pauses) == 3
    assert 0.5 <= pauses[0] <= 1.5
    assert 1 <= pauses[1] <= 3  # twice as long, give or take a half
    assert 2 <= pauses[2] <= 6


def test_a_line_cut_in_mid_import_is_tried_again_and_nothing_is_there_twice(server: KibanaServer) -> None:
    kibana, pauses = client(server), list[float]()
    kibana = client(server, pauses)
    answer = server.answer

    def cut_once(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        done = answer(method, path, headers, body)
        if "_import" in path and not pauses:
            server.first = [0]  # taken, but the answer to the next try is lost too
            return 503, b"{}"
        return done

    server.answer = cut_once  # type: ignore[method-assign]
    assert import_objects(kibana, bundle("churnwatch"), overwrite=True).replaced == MANY
    assert len(pauses) == 2
    assert len(server.held["default"]) == MANY


def test_retry_after_is_kept_to(server: KibanaServer) -> None:
    pauses: list[float] = []
    server.first, server.retry_after = [429], "7"
    import_objects(client(server, pauses), bundle("churnwatch"), overwrite=True)
    assert pauses == [7.0]


def test_patience_ends_with_what_was_said_last(server: KibanaServer) -> None:
    pauses: list[float] = []
    server.first = [503] * 1000
    with pytest.raises(KibanaError, match=r"no good answer within 60 s \(503 not now\): is Kibana up"):
        import_objects(client(server, pauses), bundle("churnwatch"), overwrite=True)
    assert 30 < sum(pauses) <= 60
    assert not server.held["default"]


def test_nobody_there_is_said_with_the_address() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(KibanaError, match=f"{url}: no good answer within 2 s"):
        import_objects(Kibana(Access(url), 2, lambda _: None), bundle("churnwatch"), overwrite=True)


def test_a_wrong_key_is_not_tried_again(server: KibanaServer) -> None:
    pauses: list[float] = []
    with pytest.raises(KibanaError, match=r"401 .*unable to authenticate user; .*check CHURNWATCH_KIBANA_API_KEY"):
        import_objects(client(server, pauses, api_key="wrong"), bundle("churnwatch"), overwrite=True)
    assert pauses == []
    assert len(server.asked) == 1


def test_an_unknown_space_is_named(server: KibanaServer) -> None:
    with pytest.raises(KibanaError, match=r"/s/nowhere/api/status: 404 Not Found; .*--space"):
        import_objects(client(server, space="nowhere"), bundle("churnwatch"), overwrite=True)


@pytest.mark.parametrize(("version", "said"), [("8.18.3", "this is Kibana 8.18.3"), ("7.17.0", "7.17.0"), ("", "does not say its version")])
def test_a_kibana_that_is_too_old_gets_nothing(version: str, said: str) -> None:
    with kibana_server(version) as server, pytest.raises(KibanaError, match=said):
        import_objects(client(server), bundle("churnwatch"), overwrite=True)
    assert [path for _, path in server.asked] == ["/api/status"]


@pytest.mark.parametrize("version", ["8.19.0", "9.0.1", "10.0.0"])
def test_this_and_later_versions_are_taken(version: str) -> None:
    with kibana_server(version) as server:
        assert import_objects(client(server), bundle("churnwatch"), overwrite=True).version == version


def test_every_object_that_was_not_taken_is_named_with_its_reason(server: KibanaServer) -> None:
    objects = bundle("churnwatch")
    import_objects(client(server), objects[:3], overwrite=True)
    odd = replace(objects[40], references=(Reference("x", "lens", "gone"),))
    with pytest.raises(KibanaError) as raised:
        import_objects(client(server), [*objects[:3], odd], overwrite=False)
    said = str(raised.value)
    assert "took 0 of 4 objects; not taken:" in said
    assert f"{odd.type} {odd.attributes['title']}: refers to what is not there: lens gone" in said
    assert said.count("is there already; import with --overwrite") == 3
    assert said.count("\n") == 4


def test_a_document_of_a_newer_version_is_said_in_kibanas_words(server: KibanaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("indexer.kibana.saved_object", fromlist=["VERSIONS"]).VERSIONS, "lens", "10.1.0")
    with pytest.raises(KibanaError, match="more recent version of Kibana"):
        import_objects(client(server), bundle("churnwatch"), overwrite=True)


@pytest.mark.parametrize("answer", [b"<html>log in</html>", b"[]", b'{"x": 1}', b""])
def test_a_page_of_a_proxy_is_no_kibana(server: KibanaServer, answer: bytes) -> None:
    server.answer = lambda *_: (200, answer)  # type: ignore[method-assign]
    with pytest.raises(KibanaError, match="is this Kibana"):
        import_objects(client(server), bundle("churnwatch"), overwrite=True)


def test_reading_back_finds_a_reference_that_leads_to_nothing(server: KibanaServer) -> None:
    objects = bundle("churnwatch")
    boards = [one for one in objects if one.type == "dashboard"]
    import_objects(client(server), objects, overwrite=True)
    assert {kind for kind, _ in read_back(client(server), boards)} == {
        "dashboard",
        "lens",
        "search",
        "visualization",
        "index-pattern",
        "tag",
    }
    lost = next(one for one in objects if one.type == "lens")
    del server.held["default"][(lost.type, lost.id)]
    with pytest.raises(KibanaError, match=f"references lead to nothing: lens {lost.id}"):
        read_back(client(server), boards)


def test_the_smoke_test_asks_every_panel_and_keeps_on_after_a_failure(server: KibanaServer) -> None:
    def search(index: str, body: dict[str, object]) -> dict[str, object]:
        return {"hits": {"total": {"value": 3}, "hits": [{}, {}, {}]}} if index.endswith("-alert") else {}

    server.search = search
    looked = list(smoke(client(server), bundle("churnwatch"), Span("now-30d", "now")))
    assert len(looked) == 73
    assert {one.error for one in looked if one.index == "churnwatch-alert"} == {""}
    assert {one.rows for one in looked if one.panel == "Alerts and how they left"} == {3}
    assert {one.error for one in looked if one.index != "churnwatch-alert"} == {"no answer within 30 s"}


def test_the_verb_prints_keeps_the_exit_codes_and_reads_the_settings(
    server: KibanaServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    assert run(["kibana", "import"]) == 2
    assert "no Kibana is named; use --url" in capfd.readouterr().err
    monkeypatch.setenv("CHURNWATCH_KIBANA_URL", server.url)
    monkeypatch.setenv("CHURNWATCH_KIBANA_API_KEY", KEY)
    monkeypatch.setenv("CHURNWATCH_STORE", "https://es.example:9200/case-7")
    assert run(["kibana", "import", "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == {"url": server.url, "version": "9.2.8", "imported": MANY, "replaced": 0}
    assert {one["attributes"]["title"] for (kind, _), one in server.held["default"].items() if kind == "index-pattern"} >= {
        "case-7-finding"
    }
    assert run(["kibana", "import", "--keep"]) == 1
    assert "is there already; import with --overwrite" in capfd.readouterr().err
    monkeypatch.setenv("CHURNWATCH_KIBANA_API_KEY", "wrong")
    assert run(["kibana", "smoke"]) == 1
    assert "wrong" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--url", "kibana:5601"], "use http"),
        (["--url", "http://kibana.example:5601"], "plain http is for loopback only"),
        (["--url", "https://ada:word@kibana.example"], "without user"),
        (["--url", "https://kibana.example", "--prefix", "Logs"], "prefix"),
        (["--url", "https://kibana.example", "--space", "Case 7"], "a space's id is made of a to z"),
        (["--url", "https://kibana.example", "--wait", "-1"], "--wait"),
    ],
)
def test_bad_options_exit_2_and_say_what_to_write(words: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["kibana", "import", *words]) == 2
    assert said in capfd.readouterr().err


def test_half_of_the_credentials_is_bad_input(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CHURNWATCH_KIBANA_USER", "ada")
    assert run(["kibana", "import", "--url", "https://kibana.example"]) == 2
    assert "a user and a password go together" in capfd.readouterr().err


def test_a_password_in_the_address_is_never_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        Access("https://ada:word@kibana.example")
    assert "word@" not in str(raised.value)


@pytest.mark.elastic
def test_a_certificate_of_an_unknown_authority_is_not_trusted_and_not_waited_for(elastic_secure: Secure) -> None:
    pauses: list[float] = []
    with pytest.raises(KibanaError, match=r"its certificate is not trusted .* CHURNWATCH_KIBANA_CA"):
        Kibana(Access(elastic_secure.url), 60, pauses.append).call("GET", "/api/status")
    assert pauses == []
    with pytest.raises(KibanaError, match="401"):
        Kibana(Access(elastic_secure.url, ca=elastic_secure.ca), 60, pauses.append).call("GET", "/api/status")
