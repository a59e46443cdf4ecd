"""The quick way to the take log's folder finds the one that the whole configuration says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.config.load import load
from countoff.config.log_place import configured_log_folder
from countoff.config.places import log_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        '[log]\nfolder = "/srv/countoff"\n',
        '[log]\nfolder = "~/takes"\n[audio]\nrate_hz = "wrong"\n',
        "[log]\nfolder = 5\n",
        'log = "a folder?"\n',
        '[log]\nfolder = "/srv/countoff"\n[audio\n',
        '[log]\nfolder = "/srv/one"\nfolder = "/srv/two"\n',
        '[log]\nfolder = "half\n',
    ],
)
def test_it_finds_what_the_whole_configuration_says(tmp_path: Path, text: str | None) -> None:
    """Whatever the file is like: whole, wrong elsewhere, wrong there, no TOML, or not there."""
    environ = {"HOME": "/home/drummer", "XDG_CONFIG_HOME": str(tmp_path)}
    named = tmp_path / "named.toml"
    if text is not None:
        named.write_text(text)
        (tmp_path / "countoff").mkdir()
        (tmp_path / "countoff" / "countoff.toml").write_text(text)

    for path in (named, None):
        assert configured_log_folder(path, environ) == log_folder(
            load(path, environ).config.log.folder, environ
        )
