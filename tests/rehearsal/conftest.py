from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from countoff.rehearsal.commands import add_rehearse_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def rehearse() -> Callable[..., int]:
    """Give a test `countoff rehearse`: it takes the command's words and returns its exit code."""

    def run(*words: str | Path) -> int:
        parser = argparse.ArgumentParser()
        add_rehearse_command(parser.add_subparsers())
        arguments = parser.parse_args(["rehearse", *map(str, words)])
        code: int = arguments.run(arguments)
        return code

    return run
