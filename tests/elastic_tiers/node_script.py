"""`scripts/elasticsearch` as a module, so that the tiers start their nodes as everybody does."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent.parent


def node_script() -> ModuleType:
    """The script, loaded once."""
    name = "churnwatch_elasticsearch_script"
    if name not in sys.modules:
        loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "scripts" / "elasticsearch"))
        spec = importlib.util.spec_from_loader(name, loader)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        loader.exec_module(module)
        sys.dont_write_bytecode = written
    return sys.modules[name]
