"""The host's ways to the registries, so that a bare root has the same.

Copied from the machine's own configuration: its certificates, apt's and pip's settings. Where pip's
settings name folders, the root sees these. Nothing here knows an address.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

_COPIED = (
    "/etc/resolv.conf",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pip.conf",
)
_COPIED_FOLDERS = ("/etc/apt/apt.conf.d", "/etc/apt/auth.conf.d")
_PIP_FILES = ("/etc/pip.conf", "~/.config/pip/pip.conf", "~/.pip/pip.conf")
_VARIABLES = re.compile(r"PIP_|SSL_CERT_|REQUESTS_CA_|https?_proxy$|no_proxy$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HostSettings:
    """Environment variables to pass on, folders to show, and pip's settings in one file."""

    environment: dict[str, str]
    shared: tuple[Path, ...]
    pip_settings: str

    @classmethod
    def read(cls) -> HostSettings:
        """Read the settings of this machine."""
        environment = {name: value for name, value in os.environ.items() if _VARIABLES.match(name)}
        merged = configparser.ConfigParser(interpolation=None)
        merged.read([Path(name).expanduser() for name in _PIP_FILES])
        values = [value for section in merged.values() for value in section.values()]
        words = " ".join([*values, *environment.values()]).split()
        # The pages of an index lead to files beside it.
        places = {Path(word) for word in words if word.startswith("/")}
        places |= {Path(word[7:]).parent for word in words if word.startswith("file:///")}
        folders = sorted(place for place in places if place.is_dir())
        lines = [
            line
            for name, section in merged.items()
            if section
            for line in (f"[{name}]", *(f"{key} = {value!s}" for key, value in section.items()))
        ]
        return cls(environment, tuple(folders), "\n".join(lines).replace("\n\n", "\n") + "\n")

    def write_to(self, root: Path) -> None:
        """Put the settings into a root."""
        for name in _COPIED:
            if (source := Path(name)).is_file():
                target = root / name.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copy(source, target)
        for name in _COPIED_FOLDERS:
            for source in Path(name).glob("*"):
                shutil.copy(source, root / name.lstrip("/"))
        (root / "etc/pip.conf").write_text(self.pip_settings)
        for folder in self.shared:
            (root / str(folder).lstrip("/")).mkdir(parents=True, exist_ok=True)
