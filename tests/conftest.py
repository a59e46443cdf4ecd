"""Which tests share a core: all that wait for real time run on one, one after the other.

They mostly wait, and two sound servers beside each other would disturb each other. The rest, which
computes, has the other core meanwhile.
"""

from __future__ import annotations

from pathlib import Path

import pytest

_IN_REAL_TIME = ("end_to_end", "player", "sender", "processes", "measure", "test_measure_scripts.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that run in real time together."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in _IN_REAL_TIME:
            item.add_marker(pytest.mark.xdist_group("real time"))
