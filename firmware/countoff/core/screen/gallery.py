"""One view of every kind that a page must cope with: for the pictures and the golden images."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from countoff.core.screen.view import CheckShown, Health, HealthMark, LastTake, ScreenView

_WELL: Final = Health(audio=HealthMark.OK, daw=HealthMark.OK, disk=HealthMark.OK)
_SIMULATED: Final = Health(audio=HealthMark.ABSENT, daw=HealthMark.WARN, disk=HealthMark.OK)
_BROKEN: Final = Health(audio=HealthMark.FAULT, daw=HealthMark.WARN, disk=HealthMark.OK)

_IDLE: Final = ScreenView(
    page="idle",
    health=_WELL,
    song="Long Way Down",
    tempo="113.7",
    meter="4/4",
    next_take_number=5,
)
_ROLLING: Final = replace(
    _IDLE,
    page="rolling",
    take_number=4,
    bar=32,
    beat=3,
    section="Verse 2",
    bars_left=6,
)
_COUNT_IN: Final = replace(_ROLLING, page="count_in", bar=1, beat=3, count="3", bars_left=1)
_FREE: Final = replace(_IDLE, song="Low Tide", tempo="", meter="")
_NOTES: Final = "Sticks on the verses, brushes from the bridge on. Stop on 4 of bar 40!"
_PEDALS: Final = (("ROLL", True), ("AGAIN", True), ("KEEPER", False), ("SONG", False))
_CHECKED: Final = (
    ("MIDI PORT", HealthMark.OK),
    ("DAW", HealthMark.OK),
    ("SCREEN", HealthMark.FAULT),
    ("CLOCK", HealthMark.WARN),
)
_LINE_CHECK: Final = replace(
    _IDLE,
    page="line_check",
    check=CheckShown(title="LINE CHECK 6", lines=_CHECKED, pedals=_PEDALS),
)
_AFTER_TAKE: Final = replace(
    _IDLE,
    page="after_take",
    last_take=LastTake(
        number=4,
        how="ended",
        bars=32,
        flags="KEEPER",
        verdict="CANNOT ANSWER",
        click="CLICK CLEAN",
    ),
)

GALLERY: Final[dict[str, ScreenView]] = {
    "idle": _IDLE,
    "idle_short_title": replace(_IDLE, song="Ember", tempo="92.5", meter="7/8"),
    "idle_long_title": replace(_IDLE, song="The Day the Whole Town Went to Sea", tempo="120"),
    "idle_accents": replace(_IDLE, song="Última Señal", tempo="127.3", meter="12/8"),
    "idle_signs": replace(_IDLE, song="Q&A, Pt. 1"),
    "idle_simulated": replace(
        _IDLE,
        health=_SIMULATED,
        simulated_parts=("VIRTUAL AUDIO",),
        click_level_db=-6,
    ),
    "idle_muted": replace(_IDLE, click_muted=True),
    "idle_all_simulated": replace(
        _IDLE,
        health=_SIMULATED,
        simulated_parts=("VIRTUAL AUDIO", "VIRTUAL MIDI"),
    ),
    "idle_from": replace(_IDLE, starts_from="BRIDGE BAR 33", tempo="96", meter="7/8"),
    "idle_from_long": replace(
        _IDLE,
        song="The Day the Whole Town Went to Sea",
        starts_from="PRE-CHORUS 2 BAR 117",
        tempo_changed=True,
        simulated_parts=("VIRTUAL AUDIO",),
        click_level_db=-6,
    ),
    "idle_loop": replace(_IDLE, starts_from="CHORUS BAR 17", looped=True, tempo_changed=True),
    "idle_tempo_changed": replace(
        _IDLE, tempo="114.5", tempo_changed=True, artist="The Harbour Lights", key="A minor"
    ),
    "idle_notes": replace(_IDLE, notes=_NOTES, shows_notes=True),
    "idle_notes_short": replace(_IDLE, notes="Brushes, please", shows_notes=True),
    "idle_notes_long": replace(_IDLE, notes=f"{_NOTES} {_NOTES}", shows_notes=True),
    "idle_free": replace(_FREE, artist="The Harbour Lights", key="Dm"),
    "idle_message": replace(_IDLE, message="NEXT: Ember"),
    "count_in": _COUNT_IN,
    "count_in_first": replace(_COUNT_IN, bar=0, beat=0, count="", bars_left=2),
    "count_in_waiting": replace(
        _COUNT_IN, bar=0, beat=0, count="", bars_left=2, message="WAITING FOR DAW"
    ),
    "count_in_last_bar": replace(_COUNT_IN, beat=4, count="4", bars_left=0),
    "count_in_12": replace(_COUNT_IN, beat=12, count="12", beats_in_bar=12),
    "count_in_half_time": replace(_COUNT_IN, beat=2, count="2", beats_in_bar=2),
    "count_in_silent_beat": replace(_COUNT_IN, beat=2, count=""),
    "rolling": _ROLLING,
    "rolling_downbeat": replace(_ROLLING, bar=128, beat=1, section="Guitar Solo", bars_left=15),
    "rolling_7_8": replace(_ROLLING, bar=7, beat=6, beats_in_bar=7, take_number=12),
    "rolling_grouped": replace(
        _ROLLING, bar=36, beat=4, beats_in_bar=7, beat_groups=(2, 2, 3), section="Bridge"
    ),
    "rolling_ritardando": replace(
        _ROLLING, bar=61, section="Outro", tempo="84", tempo_moves="slower", bars_left=3
    ),
    "rolling_accelerando": replace(
        _ROLLING, bar=108, section="Solo", tempo="128", tempo_moves="faster", bars_left=0
    ),
    "rolling_coming": replace(_ROLLING, beat=4, bars_left=0, coming="BRIDGE 7/8"),
    "rolling_looped": replace(_ROLLING, bar=19, section="Chorus", looped=True),
    "rolling_free": replace(_FREE, page="rolling", take_number=4, elapsed="1:23"),
    "rolling_free_long": replace(_FREE, page="rolling", take_number=14, elapsed="12:48"),
    "rolling_free_message": replace(
        _FREE, page="rolling", take_number=4, elapsed="0:42", message="KEEP T4 0:42"
    ),
    "rolling_at_the_daw": replace(
        _FREE, page="rolling", take_number=5, elapsed="0:42", without_click=True
    ),
    "rolling_last_bar": replace(_ROLLING, bar=64, beat=4, bars_left=0),
    "rolling_pick_up": replace(_ROLLING, bar=-1, beat=2, section="", bars_left=None),
    "rolling_keeper": replace(_ROLLING, message="KEEP T4 VERSE 2"),
    "rolling_hold": replace(_ROLLING, message="HOLD TO END"),
    "rolling_rehearsing": replace(_ROLLING, rehearsing=True, bars_left=None, bar=9),
    "rolling_muted": replace(_ROLLING, click_muted=True),
    "rolling_muted_message": replace(_ROLLING, click_muted=True, message="KEEP T4 CHORUS 1"),
    "count_in_message": replace(_COUNT_IN, message="KEEP T3"),
    "rolling_1024": replace(_ROLLING, bar=1024, bars_left=118, take_number=104),
    "rolling_daw_fault": replace(_ROLLING, health=_BROKEN, bar=105),
    "rolling_long_message": replace(_ROLLING, message="FIX T12 PRE-CHORUS 2"),
    "ring_out": replace(_ROLLING, page="ring_out", ring_out_left_s=7),
    "ring_out_message": replace(_ROLLING, page="ring_out", ring_out_left_s=2, message="KEEP T4"),
    "ring_out_10": replace(_ROLLING, page="ring_out", ring_out_left_s=10),
    "after_take": _AFTER_TAKE,
    "after_take_incidents": replace(
        _AFTER_TAKE,
        last_take=LastTake(
            number=12,
            how="ended",
            bars=128,
            flags="FIX 33.2",
            verdict="GAP BAR 12",
            incident_count=2,
        ),
    ),
    "after_take_recorded": replace(
        _AFTER_TAKE,
        last_take=LastTake(
            number=4,
            how="ended",
            bars=32,
            flags="KEEPER",
            verdict="RECORDED",
            arming_is_unknown=True,
            click="CLICK CLEAN",
        ),
    ),
    "after_take_not_seen": replace(
        _AFTER_TAKE,
        last_take=LastTake(number=5, how="cancelled", bars=0, verdict="NOT SEEN"),
        message="DAW NOT RECORDING",
    ),
    "after_take_click_lost": replace(
        _AFTER_TAKE,
        last_take=LastTake(
            number=12,
            how="ended",
            bars=128,
            verdict="CANNOT ANSWER",
            incident_count=3,
            click="CLICK LOST BAR 112",
            click_is_faulty=True,
        ),
    ),
    "after_take_false_start": replace(
        _AFTER_TAKE, last_take=LastTake(number=7, how="false start", bars=3, click="CLICK CLEAN")
    ),
    "after_take_false_start_gap": replace(
        _AFTER_TAKE,
        last_take=LastTake(
            number=7,
            how="false start",
            bars=3,
            incident_count=1,
            click="1 GAP BAR 2",
            click_is_faulty=True,
        ),
    ),
    "after_take_cancelled": replace(
        _AFTER_TAKE, last_take=LastTake(number=8, how="cancelled", bars=0)
    ),
    "after_take_free": replace(
        _AFTER_TAKE, last_take=LastTake(number=4, how="ended", bars=0, elapsed="3:05")
    ),
    "after_take_message": replace(_AFTER_TAKE, message="KEEP T4"),
    "fault": replace(
        _IDLE,
        page="fault",
        health=_BROKEN,
        fault_title="NO AUDIO",
        fault_lines=(
            '"Scarlett 2i2" is gone.',
            "Is its cable in?",
            "The take goes on; no click sounds until it is back.",
        ),
    ),
    "idle_too_early": replace(_IDLE, health=_SIMULATED, message="NO SOUND YET: WAIT"),
    "asleep": replace(_IDLE, page="asleep", wanderings=3),
    "asleep_fault": replace(_IDLE, page="asleep", health=_BROKEN, wanderings=20),
    "line_check": _LINE_CHECK,
    "line_check_from_terminal": replace(
        _LINE_CHECK,
        check=CheckShown(title="LINE CHECK 5", lines=(("REAL TIME", HealthMark.OK), *_CHECKED)),
    ),
    "line_check_power_off": replace(_LINE_CHECK, message="POWER OFF IN 3"),
    "line_check_steps": replace(
        _LINE_CHECK,
        check=CheckShown(
            title="STEP ON EACH",
            text=("Step on every pedal", "once. Hold ROLL to", "leave."),
            pedals=_PEDALS,
        ),
    ),
    "line_check_fail": replace(
        _LINE_CHECK,
        check=CheckShown(
            title="FAIL SCREEN",
            text=("It answers at 0x3D, not", "0x3C. Set", "oled.i2c_address = 0x3D."),
            foot="SONG: 1/3",
            is_trouble=True,
        ),
    ),
    "line_check_warn": replace(
        _LINE_CHECK,
        check=CheckShown(
            title="WARN CLOCK",
            text=("It is not synchronised:", "2026-11-22 22:30 UTC?"),
            foot="SONG: 3/3",
        ),
    ),
    "line_check_well": replace(
        _LINE_CHECK, check=CheckShown(title="ALL WELL", text=("13 PASS.",), is_well=True)
    ),
}
