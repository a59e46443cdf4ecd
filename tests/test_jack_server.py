from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.jack_server import running_jack

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.jack, pytest.mark.slow]


def test_servers_that_were_killed_do_not_lock_out_the_next(tmp_path: Path) -> None:
    """JACK has eight places, and a killed server keeps its own: nine need one of those again."""
    for _ in range(9):
        with running_jack(tmp_path, os.environ) as server:
            server.kill()
