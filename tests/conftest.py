"""Which tests share a core: all with a sound server run on one, one after the other.

They mostly wait, and two servers beside each other would disturb each other. The rest has the other
core meanwhile, file by file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer

_HERE = Path(__file__).parent
_FOLDERS = ("end_to_end", "sender", "measure")
_MARK = "pytest.mark.jack"


class ServersApart(LoadScopeScheduling):
    """Hands out all tests with a sound server as one piece of work, the others by their files."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return "sound server" if _has_a_server(_HERE.parent / file) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ServersApart:
    """Have the tests handed out by these rules."""
    return ServersApart(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: not _has_a_server(item.path))


@cache
def _has_a_server(path: Path) -> bool:
    return path.relative_to(_HERE).parts[0] in _FOLDERS and _MARK in path.read_text()
