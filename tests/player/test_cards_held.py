from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.player.cards_held import cards_held

if TYPE_CHECKING:
    from pathlib import Path

CARDS = """\
 0 [vc4hdmi0       ]: vc4-hdmi - vc4-hdmi-0
                      vc4-hdmi-0
 1 [USB            ]: USB-Audio - Scarlett 2i2 USB
                      Focusrite Scarlett 2i2 USB at usb-0000:01:00.0-1.3, high speed
10 [VirMIDI        ]: VirMIDI - VirMIDI
                      Virtual MIDI Card 1
"""


@pytest.mark.parametrize(
    ("open_files", "held"),
    [
        (("/dev/null", "socket:[17]", "/dev/snd/timer", "/dev/snd/controlC0"), ()),
        (("/dev/snd/pcmC1D0p", "/dev/null"), ("Scarlett 2i2 USB",)),
        (("/dev/snd/pcmC1D0p", "/dev/snd/pcmC1D0p", "/dev/snd/pcmC0D0c"), ("Scarlett 2i2 USB",)),
        (("/dev/snd/pcmC0D0p", "/dev/snd/pcmC10D3p"), ("vc4-hdmi-0", "VirMIDI")),
        (("/dev/snd/pcmC7D0p",), ()),
    ],
)
def test_a_card_that_is_open_for_playing_is_named(
    tmp_path: Path, open_files: tuple[str, ...], held: tuple[str, ...]
) -> None:
    """By its own name, without its number; what is recorded from, or has gone, is none."""
    for number, file in enumerate(open_files):
        (tmp_path / str(number)).symlink_to(file)
    cards = tmp_path.parent / f"{tmp_path.name}-cards"
    cards.write_text(CARDS)
    assert cards_held(tmp_path, cards) == frozenset(held)


def test_a_machine_without_cards_has_none(tmp_path: Path) -> None:
    """Nothing is raised where the kernel has no list of cards, or of files."""
    (tmp_path / "3").symlink_to("/dev/snd/pcmC1D0p")
    assert cards_held(tmp_path, tmp_path / "none") == frozenset()
    assert cards_held(tmp_path / "none", tmp_path / "none") == frozenset()
