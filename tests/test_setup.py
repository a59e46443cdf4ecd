"""The two commands install what the package says it needs, and nothing from elsewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")


def pins(name: str) -> dict[str, Requirement]:
    """Return the requirements of a lock file by name."""
    lines = (CHECKOUT / name).read_text().splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def version(requirement: Requirement) -> str:
    """Return the one version that a pin allows."""
    match = re.fullmatch(r"==([0-9][0-9a-z.]*)", str(requirement.specifier))
    assert match, requirement
    return match[1]


@pytest.mark.parametrize("name", LOCKS)
def test_every_lock_line_is_one_version(name: str) -> None:
    """A lock file holds exact versions, sorted, and no address of any index."""
    locked = pins(name)

    assert all(version(requirement) for requirement in locked.values())
    assert list(locked) == sorted(locked)
    assert "://" not in (CHECKOUT / name).read_text()


def test_locks_hold_what_the_package_needs() -> None:
    """Each dependency of pyproject.toml is pinned, on the same machines, at a version it allows."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for lock, dependencies in wanted.items():
        locked = pins(lock)
        for dependency in map(Requirement, dependencies):
            pin = locked[canonicalize_name(dependency.name)]
            assert dependency.specifier.contains(version(pin)), pin
            assert str(pin.marker) == str(dependency.marker), pin


def test_locks_agree() -> None:
    """A package that stands in two lock files has one version."""
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, requirement in pins(lock).items():
            versions.setdefault(name, set()).add(version(requirement))

    assert {name for name, found in versions.items() if len(found) > 1} == set()
