from __future__ import annotations

import pytest

from countoff.core.session.pedals import Do
from countoff.panel.held_keys import HeldKeys

_MS = 1_000_000


def passed(key: str, *at_ms: int) -> list[int]:
    """Return which presses count."""
    held = HeldKeys()
    return [at for at in at_ms if not held.is_held(key, at * _MS)]


def test_a_held_key_is_one_press() -> None:
    """The first repeat comes late, the others soon; a press after a pause counts again."""
    assert passed("roll 0.1", 0, 500, 530, 560, 1300, 1330) == [0, 1300]


def test_every_tap_of_a_tempo_counts() -> None:
    """From 20 to 400 taps a minute."""
    assert passed(Do.TAP_TEMPO, 0, 3000, 3150, 3300, 3800) == [0, 3000, 3150, 3300, 3800]


def test_a_held_tap_is_no_tempo() -> None:
    """Of a key held down, two presses count at most: too few for a tempo."""
    assert passed(Do.TAP_TEMPO, 0, 500, 533, 566, 600, 633, 666, 700) == [0, 500]


@pytest.mark.parametrize("do", [Do.CLICK_UP, Do.NUDGE_DOWN, Do.NEXT_SECTION])
def test_what_may_repeat_does(do: Do) -> None:
    """Levels, tempo and sections go on while the key is held."""
    assert passed(do, 0, 500, 530, 560) == [0, 500, 530, 560]


def test_each_key_has_its_own_time() -> None:
    """Two keys in quick succession are two presses."""
    held = HeldKeys()

    assert not held.is_held("roll 0.1", 0)
    assert not held.is_held("again 0.1", 1)
