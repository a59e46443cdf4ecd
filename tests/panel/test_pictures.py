from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "pictures"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the script has written."""
    folder = tmp_path_factory.mktemp("pictures")
    subprocess.run([sys.executable, SCRIPT, folder], check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("panel.svg", ("KEEPER", "rolling", "CANNOT", "false", "clean", "gap")),
        ("panel_large.svg", ("KEEPER", "rolling", "CANNOT", "false", "clean", "gap")),
        ("simulated_daw.svg", ("RECORDING", "REAPER", "pressed")),
        ("set_list.svg", ("Low", "Tide", "Bridge", "loop", "today")),
    ],
)
def test_the_panel_is_pictured(pictures: Path, name: str, said: tuple[str, ...]) -> None:
    """The picture is a whole drawing that needs no font for its blocks, and none from elsewhere."""
    text = (pictures / name).read_text(encoding="utf-8")

    words = "".join(ET.fromstring(text).itertext())
    assert not set(words) & set("▀▄█─│╭╮╰╯")
    assert not any("\u2800" <= character <= "\u28ff" for character in words)
    assert "http" not in text.replace("http://www.w3.org/", "").replace("https://www.text", "")
    for word in said:
        assert word in words


def test_a_song_is_pictured(pictures: Path) -> None:
    """So is the page of a long song, each of its sections on it."""
    text = (pictures / "song.svg").read_text(encoding="utf-8")

    words = "".join(ET.fromstring(text).itertext())
    assert not set(words) & set("─")
    assert "http" not in text.replace("http://www.w3.org/", "").replace("https://www.text", "")
    for word in ("The\N{NO-BREAK SPACE}Iron\N{NO-BREAK SPACE}Winter", "13/16", "4+4+5", "311"):
        assert word in words


def test_how_a_daw_is_set_up_is_pictured(pictures: Path) -> None:
    """So is the page that says what to do at a DAW, with what was not verified."""
    text = (pictures / "daw.svg").read_text(encoding="utf-8")

    words = "".join(ET.fromstring(text).itertext())
    assert "http" not in text.replace("http://www.w3.org/", "").replace("https://www.text", "")
    for word in ("REAPER", "Control/OSC/web", "VERIFIED"):
        assert word in words


def test_every_page_is_pictured(pictures: Path) -> None:
    """The pages of the screen lie beside it."""
    assert {"idle.png", "count_in.png", "rolling.png", "fault.png"} <= {
        path.name for path in pictures.iterdir()
    }
