"""docker-compose.yml without an engine: the published schema, and our own rules on what every service must say."""

import json
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from churnwatch.settings import Settings
from tests.deployment.command_lines import parses
from tests.deployment.compose_file import ROOT, Service, compose, ends, is_ours, services
from tests.elastic_tiers.node_script import node_script

each = pytest.mark.parametrize("name", sorted(services()))
# Why a service may write to its own root; everything else must not.
WRITES = {"elasticsearch": "its entry point keeps the bootstrap password in a keystore beside its configuration"}


def checked(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The verdict of the published schema on a compose file."""
    (folder / "docker-compose.yml").write_text(text, "utf-8")
    command = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", folder / "docker-compose.yml"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_published_schema_takes_the_file_and_refuses_a_misspelt_key(tmp_path: Path) -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    done = checked(text, tmp_path)
    assert done.returncode == 0, done.stdout
    wrong = text.replace("    mem_limit: 2g\n", "    mem_limitt: 2g\n")
    assert wrong != text
    assert "mem_limitt" in checked(wrong, tmp_path).stdout
    assert checked(text.replace("condition: service_healthy", "condition: healthy", 1), tmp_path).returncode == 1


@each
def test_every_service_is_bounded_watched_pinned_and_nobody(name: str) -> None:
    service = services()[name]
    assert re.fullmatch(r"[a-z0-9./-]+:v?\d+\.\d+\.\d+(-[a-z0-9]+)?", service["image"]), service["image"]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["user"] in {"1000:1000", "1000:0"}
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service.get("read_only", False) is (name not in WRITES)
    assert service.get("privileged") is None
    assert service.get("network_mode") == ("service:kibana" if name == "dashboards" else None)
    check = service["healthcheck"]
    if ends(service):
        assert check == {"disable": True}
    else:
        assert service["restart"] == "unless-stopped"
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "retries"} <= check.keys()


@each
def test_ports_are_bound_to_loopback(name: str) -> None:
    for port in services()[name].get("ports", ()):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), port


@each
def test_who_is_waited_for_exists_and_can_be(name: str) -> None:
    for other, how in services()[name].get("depends_on", {}).items():
        waited = services()[other]
        assert how["condition"] == ("service_completed_successfully" if ends(waited) else "service_healthy")
        assert waited.get("profiles", []) == [] or waited["profiles"] == services()[name].get("profiles")


def test_nobody_waits_for_itself() -> None:
    def before(name: str, path: tuple[str, ...] = ()) -> None:
        assert name not in path, path
        for other in services()[name].get("depends_on", {}):
            before(other, (*path, name))

    for name in services():
        before(name)


def test_secrets_volumes_and_networks_are_declared_and_used() -> None:
    used: dict[str, set[str]] = {"secrets": set(), "volumes": set(), "networks": set()}
    for service in services().values():
        used["secrets"] |= set(service.get("secrets", ()))
        used["networks"] |= set(service.get("networks", ()))
        used["volumes"] |= {volume.partition(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")}
    for kind, names in used.items():
        assert names == set(compose()[kind]), kind


@each
def test_a_secret_is_read_from_its_file_and_stands_nowhere_in_the_yaml(name: str) -> None:
    service = services()[name]
    text = json.dumps(service)
    read = set(re.findall(r"/run/secrets/(\w+)", text))
    assert read == set(service.get("secrets", ()))
    for variable, value in service.get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|TOKEN|API_KEY|REDIS", variable):
            assert variable.endswith("_FILE") and str(value).startswith(("/run/secrets/", "/keys/")), variable
    assert "${" not in text


def test_only_those_who_must_know_a_secret_know_it() -> None:
    knows = {
        secret: {name for name, service in services().items() if secret in service.get("secrets", ())} for secret in compose()["secrets"]
    }
    assert knows["elastic_password"] == {"elasticsearch", "setup", "dashboards"}
    assert knows["analyst_password"] == knows["kibana_seed"] == {"setup"}
    assert knows["redis_password"] == {"redis"}
    holds = {
        volume: {name for name, service in services().items() if any(one.startswith(f"{volume}:") for one in service.get("volumes", ()))}
        for volume in compose()["volumes"]
    }
    assert holds["authority"] == {"certificates"}
    assert holds["server"] == {"certificates", "elasticsearch"}
    assert holds["kibana"] == {"setup", "kibana"}
    assert holds["keys"] == {"setup", "scheduler", "crawler"}


def test_what_keeps_documents_has_no_way_out() -> None:
    assert compose()["networks"]["data"] == {"internal": True}
    for name in ("elasticsearch", "redis", "setup", "certificates"):
        assert services()[name]["networks"] == ["data"]
    assert {name for name, service in services().items() if "egress" in service.get("networks", ())} == {"scheduler", "crawler", "mailpit"}
    assert {name for name, service in services().items() if "ports" in service} == {"kibana", "mailpit"}


def test_server_and_kibana_are_of_the_version_that_the_tests_run_on() -> None:
    newest = next(iter(node_script().NODES))
    assert services()["elasticsearch"]["image"].rpartition(":")[2] == newest
    assert services()["kibana"]["image"].rpartition(":")[2] == newest


@each
def test_a_command_of_ours_is_one_that_the_command_line_knows(name: str) -> None:
    service = services()[name]
    if is_ours(service):
        words = service["command"]
        if "entrypoint" in service:
            script = ROOT / "scripts" / "compose" / service["entrypoint"][-1]
            assert script.stat().st_mode & 0o111
            assert service["entrypoint"][:2] == ["tini", "--"]
        else:
            assert parses(words) is None


def test_a_command_that_the_command_line_does_not_know_is_found() -> None:
    assert "No such command 'crawll'" in str(parses(["crawll", "green-door"]))
    assert "No such option: --rolls" in str(parses(["store", "init", "--rolls"]))
    assert "Missing argument" in str(parses(["crawl"]))


def test_every_command_of_the_scripts_parses() -> None:
    text = (ROOT / "scripts" / "compose" / "setup").read_text("utf-8")
    lines = re.findall(r"(?<![\w/])churnwatch ((?:[a-z-]+ ?)(?:[\w -]+))", re.sub(r"#.*", "", text))
    assert len(lines) == 3
    for line in lines:
        assert parses(shlex.split(line)) is None


@pytest.mark.parametrize("place", ["setup", "scheduler", "crawler", "dashboards", "churnwatch.env.example"])
def test_every_setting_is_one_of_ours(place: str) -> None:
    if place in services():
        variables = set(services()[place]["environment"])
    else:
        variables = set(re.findall(r"^#? ?(CHURNWATCH_\w+)=", (ROOT / place).read_text("utf-8"), re.MULTILINE))
    assert len(variables) >= 4
    known = {f"CHURNWATCH_{name.upper()}" for name in Settings.model_fields}
    assert {variable.removesuffix("_FILE") for variable in variables} <= known


def test_the_example_of_the_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in (ROOT / "churnwatch.env.example").read_text("utf-8").splitlines():
        if line.startswith("CHURNWATCH_"):
            variable, _, value = line.partition("=")
            monkeypatch.setenv(variable, value)
    read = Settings()
    assert (read.mail_to, read.smtp_port, read.smtp_starttls) == (("desk@monitor.example",), 1025, False)
    assert read.canaries[0].phrase == "we are awake"
    mailpit = services()["mailpit"]
    assert read.smtp_host == "mailpit" and mailpit["profiles"] == ["dev"]


def shell_texts(service: Service) -> list[str]:
    """What a service hands to a shell, as the shell sees it."""
    texts = [words[1] for words in [service["healthcheck"].get("test", [])] if words[:1] == ["CMD-SHELL"]]
    texts += service["command"] if service.get("entrypoint") == ["/bin/sh", "-c"] else []
    return [text.replace("$$", "$") for text in texts]


@each
def test_what_a_shell_reads_is_shell(name: str) -> None:
    for text in shell_texts(services()[name]):
        done = subprocess.run(["sh", "-n", "-c", text], capture_output=True, text=True, timeout=10)
        assert done.returncode == 0, done.stderr


def test_heap_is_half_of_the_memory() -> None:
    service = services()["elasticsearch"]
    assert (service["environment"]["ES_JAVA_OPTS"], service["mem_limit"]) == ("-Xms1g -Xmx1g", "2g")


def test_the_list_of_forbidden_calls_leaves_the_browser_its_sandbox() -> None:
    options = [one.removeprefix("seccomp=") for one in services()["scheduler"]["security_opt"] if one.startswith("seccomp=")]
    read = json.loads((ROOT / options[0]).read_text("utf-8"))
    forbidden = set(read["syscalls"][0]["names"])
    assert read["syscalls"][0]["action"] == "SCMP_ACT_ERRNO"
    assert not forbidden & {"clone", "clone3", "unshare", "setns", "chroot", "seccomp"}
    assert {"mount", "ptrace", "bpf", "keyctl", "kexec_load", "init_module", "userfaultfd", "io_uring_setup"} <= forbidden
    names = read["syscalls"][0]["names"]
    assert all(a < b for a, b in pairwise(sorted(names))) and len(names) == len(forbidden)


def test_yaml_has_no_second_key_of_a_name() -> None:
    class Once(yaml.SafeLoader):
        """A loader that refuses what SafeLoader overwrites."""

    def table(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[object, object]:
        keys = [str(key.value) for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return loader.construct_mapping(node)

    Once.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, table)
    assert yaml.load((ROOT / "docker-compose.yml").read_text("utf-8"), Once)
