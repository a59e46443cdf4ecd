"""What a boot is said to have taken: systemd's moments and the daemon's, laid end to end."""

from __future__ import annotations

import pytest

from countoff.measure.boot_command import NotBootedError, Stage, stages_of

MANAGER = {
    "UserspaceTimestampMonotonic": "2100000",
    "FinishTimestampMonotonic": "9300000",
}
UNIT = {"ExecMainStartTimestampMonotonic": "5400000", "NRestarts": "0"}
START_S = {"answers": 0.5, "pedals": 0.6, "screen": 0.7, "sound": 1.1, "ready": 1.1}


def test_the_stages_of_a_boot() -> None:
    """The daemon's own seconds are counted from when systemd executed it."""
    stages = stages_of(MANAGER, UNIT, START_S)
    assert [(what, round(at_s or 0, 3)) for what, at_s in stages] == [
        ("kernel", 2.1),
        ("executed", 5.4),
        ("answers", 5.9),
        ("pedals", 6.0),
        ("screen", 6.1),
        ("sound", 6.5),
        ("ready", 6.5),
    ]


def test_what_is_not_there_yet_has_no_time() -> None:
    """Without its interface a box is not ready, however long ago it was started."""
    stages = stages_of(MANAGER, UNIT, {**START_S, "sound": None, "ready": None})
    assert stages[-2:] == (Stage("sound", None), Stage("ready", None))


@pytest.mark.parametrize(
    ("manager", "unit"),
    [
        ({}, UNIT),
        (MANAGER, {}),
        (MANAGER, {**UNIT, "ExecMainStartTimestampMonotonic": "0"}),
        (MANAGER, {**UNIT, "ExecMainStartTimestampMonotonic": "[not set]"}),
        (MANAGER, {**UNIT, "NRestarts": "1"}),
        (MANAGER, {**UNIT, "ExecMainStartTimestampMonotonic": "86400000000"}),
    ],
)
def test_a_start_that_is_no_boot_is_not_told_as_one(
    manager: dict[str, str], unit: dict[str, str]
) -> None:
    """By hand, after a crash, or without systemd: a sentence, and no figures."""
    with pytest.raises(NotBootedError, match=r"countoff\.service"):
        stages_of(manager, unit, START_S)


def test_a_boot_that_goes_on_is_told_as_far_as_it_has_come() -> None:
    """Where systemd has not finished, the box's own stages stand."""
    stages = stages_of({**MANAGER, "FinishTimestampMonotonic": "0"}, UNIT, START_S)
    assert stages[-1].at_s == pytest.approx(6.5)
