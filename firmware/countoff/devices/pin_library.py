"""Loads lgpio without what its loading does to a program: a pipe left on disk, another folder.

lgpio hears of edges through a named pipe. It makes that in the folder that LG_WD names, or else in
the working folder, where a service cannot write, and it moves the whole process there.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PIPE_FOLDER = "LG_WD"
_PIPES = ".lgd-nfy*"


def load_lgpio(folder: Path) -> None:
    """Load lgpio with its pipe in `folder`, which is this program's own and can be written.

    Call it once, before a thread uses a pin or a relative path. Raises what loading it raises.
    """
    os.environ[_PIPE_FOLDER] = str(folder.absolute())
    before = os.open(".", os.O_PATH)
    try:
        importlib.import_module("lgpio")
    finally:
        os.fchdir(before)
        os.close(before)
        # Both its ends are open by now; a name is left over also by a daemon that was killed.
        for pipe in folder.glob(_PIPES):
            pipe.unlink(missing_ok=True)
