"""Which tests share a core: all that wait for real time run on one, one after the other.

They mostly wait, and two sound servers beside each other would disturb each other. The rest, which
computes, has the other core meanwhile, file by file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer

_HERE = Path(__file__).parent
_IN_REAL_TIME = (
    "end_to_end",
    "player",
    "sender",
    "processes",
    "measure",
    "test_measure_scripts.py",
)


class RealTimeApart(LoadScopeScheduling):
    """Hands out all tests in real time as one piece of work, and the others by their files."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return "real time" if _is_in_real_time(_HERE.parent / file) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> RealTimeApart:
    """Have the tests handed out by these rules."""
    return RealTimeApart(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: not _is_in_real_time(item.path))


def _is_in_real_time(path: Path) -> bool:
    return path.relative_to(_HERE).parts[0] in _IN_REAL_TIME
