"""Load every module of the installed program, and so all of its libraries. Opens no device."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import countoff

failed = []
for module in pkgutil.walk_packages(countoff.__path__, "countoff."):
    # These run when they are loaded.
    if module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except (ImportError, OSError) as error:
        failed.append(f"{module.name}: {error}")
sys.stderr.write("".join(f"{line}\n" for line in failed))
sys.exit(bool(failed))
