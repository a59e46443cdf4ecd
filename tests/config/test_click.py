"""From the configuration to the sound and the gain of each voice on each channel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from countoff.config.click import channel_gains, voice_sounds
from countoff.config.load import Loaded
from countoff.config.model import Config
from countoff.core.voice import Voice

HALF = 10 ** (-6 / 20)


def config(channels: int, **click: Any) -> Config:
    """Return a configuration with this click."""
    return Config.model_validate({"audio": {"channels": channels}, "click": click})


def gains(channels: int, **click: Any) -> dict[str, tuple[float, ...]]:
    """Return the gains by the names of the voices."""
    rows = channel_gains(config(channels, **click))
    return {voice.name.lower(): row for voice, row in zip(Voice, rows, strict=True)}


def test_without_outputs_every_channel_has_the_same_click() -> None:
    """The usual click is at 0 dB everywhere; a voice's level holds on every channel."""
    assert set(gains(3).values()) == {(1.0, 1.0, 1.0)}

    found = gains(2, levels={"subdivision": "off", "count_in": -6})
    assert found["subdivision"] == (0.0, 0.0)
    assert found["count_in"] == found["count_in_accent"] == pytest.approx((HALF, HALF))
    assert found["accent"] == found["group"] == found["beat"] == (1.0, 1.0)


def test_each_output_hears_its_own_click() -> None:
    """The drummer has sixteenths, the control room softer beats; who is not named hears nothing."""
    found = gains(
        4,
        levels={"beat": -6},
        output=[
            {"name": "drummer", "channels": [1, 2], "levels": {"subdivision": 6}},
            {
                "name": "control room",
                "channels": [4],
                "level": -6,
                "levels": {"subdivision": "off"},
            },
        ],
    )

    assert found["accent"] == pytest.approx((1, 1, 0, HALF))
    assert found["beat"] == pytest.approx((HALF, HALF, 0, HALF * HALF))
    assert found["subdivision"] == pytest.approx((1 / HALF, 1 / HALF, 0, 0))


def test_an_output_can_be_off() -> None:
    """An output whose level is off hears nothing, whatever its voices' levels are."""
    found = gains(2, output=[{"channels": [1], "level": "off"}, {"channels": [2]}])
    assert set(found.values()) == {(0.0, 1.0)}


def test_a_voice_without_a_sound_of_its_own_has_the_common_one() -> None:
    """`sound` is for all; what is named for a voice wins; both voices of the count-in are named."""
    loaded = Loaded(
        config(2, sound="beep", accent="cowbell", count_in="stick"),
        (),
        Path("/etc/countoff/c.toml"),
    )
    assert voice_sounds(loaded) == ("cowbell", "beep", "beep", "beep", "stick", "stick")


def test_a_file_counts_from_the_configuration() -> None:
    """A relative path stands beside the configuration; an absolute one is as it is."""
    click = {"accent": "sounds/high.wav", "beat": "/srv/low.WAV"}
    loaded = Loaded(config(2, **click), (), Path("/etc/countoff/c.toml"))
    found = voice_sounds(loaded)

    assert found[Voice.ACCENT] == "/etc/countoff/sounds/high.wav"
    assert found[Voice.BEAT] == "/srv/low.WAV"
    assert found[Voice.GROUP] == "woodblock"
