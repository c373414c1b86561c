"""`make bench`: runs every benchmark of this folder and prints its lines. A benchmark is a module with `measure()`, which yields lines.

`python -m tests.benchmarks NAME…` runs only those.
"""

import importlib
import pkgutil
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path


def main(names: list[str]) -> int:
    """Prints the figures under the name of each benchmark."""
    print(f"{datetime.now(UTC):%Y-%m-%d} {platform.machine()} {platform.python_implementation()} {platform.python_version()}")
    for found in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda one: one.name):
        if found.name == "__main__" or (names and found.name not in names):
            continue
        module = importlib.import_module(f"tests.benchmarks.{found.name}")
        if not hasattr(module, "measure"):
            continue
        print(f"\n{found.name}: {(module.__doc__ or '').splitlines()[0]}")
        for line in module.measure():
            print(f"  {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
