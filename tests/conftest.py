"""A place for the tests' sound servers, and which tests share a core.

The long tests with a sound server run on one, one after the other. They mostly wait, and two
servers beside each other would disturb each other. The rest has the other core meanwhile, file by
file; also the short ones with a server, which hardly judge when. The long ones come first: what is
short is shared out at the end, so that no core waits for the other.
"""

from __future__ import annotations

import gc
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.jack_registry import make_room_for_a_server
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

_HERE = Path(__file__).parent
_MARKS = "pytest.mark.jack, pytest.mark.slow"


@pytest.fixture(autouse=True)
def _room_for_a_server() -> None:
    """Have a broken-off run lock out no server, a script's own included."""
    make_room_for_a_server()


class ServersApart(LoadScopeScheduling):
    """Hands out the long tests with a sound server as one piece of work, the others by their files."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return "sound server" if _needs_a_core(_HERE.parent / file) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ServersApart:
    """Have the tests handed out by these rules."""
    return ServersApart(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: with servers, then with what starts whole programs."""
    items.sort(key=lambda item: (not _needs_a_core(item.path), not _is_of_programs(item.path)))


def pytest_collection_finish() -> None:
    """Let the collector pass over what stays to the end: thousands of tests, again and again."""
    gc.freeze()


@cache
def _needs_a_core(path: Path) -> bool:
    return _MARKS in path.read_text()


def _is_of_programs(path: Path) -> bool:
    return path.parent in {_HERE, _HERE / "end_to_end"}
