"""A copy of the minimal distribution with the small plugin that API keys, users and roles need; for tests, never shipped."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.elastic_tiers.node_script import ROOT, node_script

SOURCE = ROOT / "scripts" / "analysis-gap" / "GapPlugin.java"
DESCRIPTOR = """\
name=analysis-gap
description=what the security index needs from analysis-common
version=1
elasticsearch.version={version}
java.version={java}
classname=gap.GapPlugin
"""


def home_with_plugin() -> Path:
    """The folder of the copy, made where it is missing; a changed source makes another one. The unpacked original is not touched."""
    script = node_script()
    version, java = script.chosen_java()
    home: Path = script.unpacked(version)
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    copy = home.with_name(f"{home.name}-gap-{digest}")
    with script.locked(home.parent / "lock"):
        if not copy.is_dir():
            with tempfile.TemporaryDirectory(dir=home.parent) as fresh:
                Path(fresh).chmod(0o755)
                made = Path(fresh) / "home"
                shutil.copytree(home, made, symlinks=True)
                release = script.NODES[version][0]
                build(compiler(java, release), home, made / "plugins" / "analysis-gap", version, release)
                made.rename(copy)
    return copy


def build(javac: Path, home: Path, target: Path, version: str, release: int) -> None:
    """Compiles the plugin into its folder."""
    target.mkdir()
    with tempfile.TemporaryDirectory() as classes:
        command = [javac, "--release", release, "-cp", f"{home}/lib/*", "-d", classes, SOURCE]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"the test plugin does not compile: {done.stderr}"
        jar = [javac.with_name("jar"), "--create", "--file", target / "analysis-gap.jar", "-C", classes, "."]
        subprocess.run([str(word) for word in jar], check=True, capture_output=True, timeout=60)
    (target / "plugin-descriptor.properties").write_text(DESCRIPTOR.format(version=version, java=release))


def compiler(java: Path, release: int) -> Path:
    """A `javac` for this release: the node's own JDK's, another one's, or one installed for it."""
    script = node_script()
    homes = [java, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)]
    for attempt in range(2):
        for home in homes:
            if (home / "bin" / "javac").exists() and (home == java or script.java_version(home) >= release):
                return home / "bin" / "javac"
        if not attempt and script.apt(f"openjdk-{script.java_version(java)}-jdk-headless"):
            homes = sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    raise script.NodeError(f"no javac for Java {release}: install a JDK, not only a runtime, or set ES_JAVA_HOME to one")
