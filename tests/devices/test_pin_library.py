from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from countoff.devices.pin_library import load_lgpio

# As lgpio 0.2.2 does it: the pipe in LG_WD, the whole process there, and opened by its bare name.
_LGPIO = """
import os
os.chdir(os.environ["LG_WD"])
os.mkfifo(".lgd-nfy0")
writing = os.open(".lgd-nfy0", os.O_RDWR)
reading = os.open(".lgd-nfy0", os.O_RDONLY)
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for lgpio, to be imported afresh; returns its file."""
    folder = tmp_path / "packages"
    folder.mkdir()
    file = folder / "lgpio.py"
    file.write_text(_LGPIO)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "lgpio", raising=False)
    monkeypatch.setenv("LG_WD", "to be put back")
    return file


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """The daemon's runtime folder."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


@pytest.mark.usefixtures("library")
def test_loading_leaves_the_program_where_it_was(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative paths of the configuration mean the same before and after."""
    monkeypatch.chdir(tmp_path)
    load_lgpio(Path("run"))

    assert Path.cwd() == tmp_path
    assert list(runtime.iterdir()) == []


@pytest.mark.usefixtures("library")
def test_the_pipe_works_without_its_name(runtime: Path) -> None:
    """What is written at one end arrives at the other, though nothing is left on the disk."""
    load_lgpio(runtime)
    lgpio = sys.modules["lgpio"]
    os.write(lgpio.writing, b"edge")

    assert os.read(lgpio.reading, 4) == b"edge"


@pytest.mark.usefixtures("library")
def test_a_killed_daemons_pipe_is_cleared_away(runtime: Path) -> None:
    """A pipe that lies there already is nobody's any more."""
    os.mkfifo(runtime / ".lgd-nfy7")
    load_lgpio(runtime)

    assert list(runtime.iterdir()) == []


def test_a_library_that_fails_moves_nothing(
    tmp_path: Path, runtime: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error is the caller's, and the program is still where it was."""
    library.write_text("import os\nos.chdir(os.environ['LG_WD'])\nraise RuntimeError('no chip')\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(RuntimeError, match="no chip"):
        load_lgpio(runtime)
    assert Path.cwd() == tmp_path
