"""What one command line costs before it does anything: CPU seconds, best of five fresh processes."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHURNWATCH = Path(sys.executable).parent / "churnwatch"
LIMIT_S = 0.35  # the contract's bar for `--help`


def measure() -> Iterator[str]:
    """CPU (user + system) of `churnwatch --help` and two verbs' help, beside a bare interpreter."""
    bare = cpu_seconds([sys.executable, "-c", "pass"])
    yield f"bare interpreter          {bare:.3f} s"
    for words in (["--help"], ["run", "--help"], ["store", "--help"]):
        spent = cpu_seconds([str(CHURNWATCH), *words])
        verdict = "within" if spent <= LIMIT_S else "MISSED"
        yield f"churnwatch {' '.join(words):<14} {spent:.3f} s  ({spent / bare:.1f} x bare; bar {LIMIT_S} s: {verdict})"


def cpu_seconds(command: list[str]) -> float:
    """The least CPU time of five runs."""
    spent = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)
