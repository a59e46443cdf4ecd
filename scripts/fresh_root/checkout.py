"""The checkout as it is copied into a root, and what is changed in it to make other versions."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INSIDE = "/root/countoff"
_FOLDERS = ("firmware", "scripts", "systemd", "hardware")
_FILES = ("pyproject.toml", "LICENSE", "README.md", "requirements.lock", "requirements-build.lock")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A copy of the checkout at `folder`, to be changed at will."""

    folder: Path

    @classmethod
    def copy_into(cls, root: Path, source: Path) -> Checkout:
        """Copy the checkout at `source` into a root, in place of the one that is there."""
        folder = root / INSIDE.lstrip("/")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in _FOLDERS:
            shutil.copytree(
                source / name,
                folder / name,
                symlinks=True,
                ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "*.stl", "*.png"),
            )
        for name in _FILES:
            shutil.copy(source / name, folder)
        return cls(folder)

    def call_it(self, version: str) -> None:
        """Make it another version."""
        for name in ("pyproject.toml", "firmware/countoff/__init__.py"):
            self.change(name, r'(?m)^(_*version_* = )".*"', rf'\g<1>"{version}"')

    def change(self, name: str, pattern: str, text: str) -> None:
        """Replace what matches a pattern in a file. Raises ValueError where nothing does."""
        path = self.folder / name
        changed, count = re.subn(pattern, text, path.read_text())
        if not count:
            raise ValueError(f"{path} has nothing that matches {pattern}")
        path.write_text(changed)
