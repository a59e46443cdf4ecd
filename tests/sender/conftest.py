"""A JACK server and an ear on it, for the sender's tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from jack_ear import Recorder, recorder_on
from jack_server import JackServer, running_jack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[JackServer]:
    """Return a JACK server of the test's own."""
    with running_jack(tmp_path, os.environ) as server:
        yield server


@pytest.fixture
def recorder(server: JackServer) -> Iterator[Recorder]:
    """Return a recorder on that server."""
    with recorder_on(server) as recorder:
        yield recorder
