"""What each check makes of what it sees: PASS, WARN or FAIL, in a sentence, with what to do."""

from __future__ import annotations

import pytest

from countoff.core.events import Pedal
from countoff.core.finding import Finding, Grade, counted, worst
from countoff.line_check import (
    audio,
    clock,
    configuration,
    disk,
    lamp,
    loopback,
    midi,
    pedals,
    power,
    rights,
    screen,
    versions,
)
from countoff.line_check.seen import (
    AudioSeen,
    DawSeen,
    DiskSeen,
    LampSeen,
    LoopbackSeen,
    PedalsSeen,
    PortSeen,
    PowerSeen,
    ScreenSeen,
    SoftwareSeen,
)

PASS, WARN, FAIL = Grade
PINS = dict(zip(Pedal, (17, 27, 22, 23), strict=True))
ROLL, KEEPER = Pedal.ROLL, Pedal.KEEPER
PLACE = "ssd1306 on I2C bus 1 at 0x3C"
PI_4, PI_5 = "Raspberry Pi 4 Model B Rev 1.5", "Raspberry Pi 5 Model B Rev 1.0"
NEW = {"gpiozero": "2.0.1.post3", "lgpio": "0.2.2.0"}
GOOD = AudioSeen("Scarlett", 48_000, 48_000, is_fifo=True, is_memory_locked=True)
UNPLUGGED = AudioSeen(fault="It is gone.", is_fifo=None, is_memory_locked=None)


def audio_as(**changes: object) -> Finding:
    """Judge an output at 48 kHz with some things different."""
    return audio.judge(AudioSeen(**{"name": "Scarlett", "wanted_rate_hz": 48_000, **changes}))  # type: ignore[arg-type]


CASES = [
    (pedals.judge(PedalsSeen(PINS)), PASS, "All 4 are up"),
    (pedals.judge(PedalsSeen(PINS, frozenset({KEEPER}))), FAIL, "KEEPER (pin 22) is closed"),
    (
        pedals.judge(PedalsSeen(PINS, frozenset({ROLL, KEEPER}))),
        FAIL,
        "ROLL (pin 17) and KEEPER (pin 22) are closed with no foot on it",
    ),
    (pedals.judge(PedalsSeen(PINS, frozenset({KEEPER}), frozenset({KEEPER}))), PASS, "All 4"),
    (pedals.judge(PedalsSeen(PINS, frozenset(), frozenset({KEEPER}))), FAIL, "KEEPER (pin 22)"),
    (pedals.judge(PedalsSeen(PINS, fault="Pin 17 is taken.")), FAIL, "Pin 17 is taken."),
    (pedals.judge(PedalsSeen(PINS, warning="FCB1010 is gone.")), WARN, "FCB1010 is gone."),
    (pedals.judge(PedalsSeen(PINS, is_simulated=True)), WARN, "in the panel"),
    (lamp.judge(LampSeen(18)), PASS, "Pin 18"),
    (lamp.judge(LampSeen(18, was_seen=True)), PASS, "was seen"),
    (lamp.judge(LampSeen(18, was_seen=False)), FAIL, "nobody saw"),
    (lamp.judge(LampSeen(18, fault="Pin 18 is taken.")), FAIL, "Pin 18 is taken."),
    (lamp.judge(LampSeen(18, is_simulated=True)), WARN, "in the panel"),
    (screen.judge(ScreenSeen(PLACE, 0x3C, (0x3C,), 23.4)), PASS, "takes 23 ms"),
    (screen.judge(ScreenSeen(PLACE, 0x3C, (0x3C,), 93.0)), WARN, "takes 93 ms"),
    (screen.judge(ScreenSeen(PLACE, 0x3C, (0x3D,))), FAIL, "It answers at 0x3D, not 0x3C."),
    (screen.judge(ScreenSeen(PLACE, 0x3C, ())), FAIL, f"Nobody answers on its bus: {PLACE}."),
    (screen.judge(ScreenSeen(PLACE, 0x3C, (), fault="Errno 121.")), FAIL, "Errno 121."),
    (screen.judge(ScreenSeen(PLACE, 0x3C, (0x3C,), 23.0, fault="It hangs.")), FAIL, "It hangs."),
    (screen.judge(ScreenSeen("ssd1306 on SPI 0.0")), PASS, "cannot answer"),
    (screen.judge(ScreenSeen("ssd1306 on SPI 0.0", fault="No bus.")), FAIL, "No bus."),
    (screen.judge(ScreenSeen(PLACE, is_simulated=True)), WARN, "in the panel"),
    (audio_as(rate_hz=48_000), PASS, "Scarlett runs at 48000 Hz."),
    (audio_as(rate_hz=44_100), WARN, "44100 Hz, not at 48000"),
    (audio_as(fault="Scarlett has gone."), FAIL, "Scarlett has gone."),
    (audio_as(is_virtual=True), FAIL, "nobody hears the click"),
    (audio_as(is_virtual=True, is_virtual_on_purpose=True), WARN, "as configured"),
    (loopback.judge(LoopbackSeen()), PASS, "listen for yourself"),
    (loopback.judge(LoopbackSeen(3, 3, 3, way_ms=22.04)), PASS, "input 3, 22.0 ms after"),
    (loopback.judge(LoopbackSeen(3, 3, 1)), FAIL, "Of 3 clicks 1 came back on input 3."),
    (loopback.judge(LoopbackSeen(3, 3, 3, shifted=1)), FAIL, "1 of 3 clicks came back at another"),
    (loopback.judge(LoopbackSeen(3, why_not="The click is muted.")), WARN, "The click is muted."),
    (midi.judge(PortSeen()), PASS, "somebody at its other end"),
    (midi.judge(PortSeen("warning", "No DAW is connected.")), WARN, "No DAW is connected."),
    (midi.judge(PortSeen("fault", "The port has gone.")), FAIL, "The port has gone."),
    (midi.judge(PortSeen("virtual", "There is no MIDI here.")), WARN, "There is no MIDI here."),
    (midi.judge_daw(DawSeen("mmc", can_answer=False)), PASS, "cannot say whether it records"),
    (
        midi.judge_daw(
            DawSeen("reaper", can_answer=True, was_asked=True, answered=True, word="stopped")
        ),
        PASS,
        "It answers and says: stopped (reaper).",
    ),
    (midi.judge_daw(DawSeen("reaper", can_answer=True, was_asked=True)), FAIL, "said nothing"),
    (midi.judge_daw(DawSeen("reaper", can_answer=True)), WARN, "no way to it"),
    (disk.judge(DiskSeen("/srv", 30_000_000_000, 4)), PASS, "30000 MB are free in /srv"),
    (disk.judge(DiskSeen("/srv", 10_000_000, 4)), FAIL, "10 MB are free"),
    (disk.judge(DiskSeen("/srv", 100_000_000, 4)), WARN, "100 MB are free"),
    (disk.judge(DiskSeen("/srv", 30_000_000_000, 300)), WARN, "a write took 300 ms"),
    (disk.judge(DiskSeen("/srv", 30_000_000_000, 1400)), FAIL, "a write took 1400 ms"),
    (disk.judge(DiskSeen("/srv", fault="It is read-only.")), FAIL, "It is read-only."),
    (rights.judge(GOOD, PortSeen(is_fifo=True, is_memory_locked=True)), PASS, "were granted"),
    (rights.judge(GOOD, PortSeen()), PASS, "were granted"),
    (rights.judge(UNPLUGGED, PortSeen(is_fifo=True)), WARN, "not known: it plays nothing"),
    (rights.judge(UNPLUGGED, PortSeen(is_fifo=False)), FAIL, "granted to the sender"),
    (rights.judge(AudioSeen(), PortSeen(is_fifo=False)), FAIL, "the player and the sender"),
    (rights.judge(GOOD, PortSeen(is_fifo=True, is_memory_locked=False)), WARN, "for the sender"),
    (clock.judge("2026-11-22 21:00 UTC", is_synchronised=True), PASS, "2026-11-22 21:00 UTC."),
    (clock.judge("2026-11-22 21:00 UTC", is_synchronised=False), WARN, "2026-11-22 21:00 UTC?"),
    (power.judge(PowerSeen(51.2, 0x0)), PASS, "51 °C; no under-voltage."),
    (power.judge(PowerSeen()), PASS, "nothing tells of its supply"),
    (power.judge(PowerSeen(51.0, 0x50005)), FAIL, "too weak now"),
    (power.judge(PowerSeen(51.0, None, has_low_voltage_alarm=True)), FAIL, "too weak now"),
    (power.judge(PowerSeen(51.0, 0x50000)), WARN, "There was under-voltage"),
    (power.judge(PowerSeen(79.0, 0x80008)), FAIL, "being slowed down now; 79 °C"),
    (power.judge(PowerSeen(55.0, 0x80000)), WARN, "slowed down since power came on; now 55 °C"),
    (power.judge(PowerSeen(84.5, 0x0)), FAIL, "too hot: 84 °C"),
    (power.judge(PowerSeen(73.0)), WARN, "It is warm: 73 °C."),
    (versions.judge(SoftwareSeen(PI_5, NEW, "PortAudio V19.7.0-devel")), PASS, "then replaced"),
    (versions.judge(SoftwareSeen(PI_5, NEW, "PortAudio V19.8.0")), PASS, "V19.8.0, gpiozero"),
    (versions.judge(SoftwareSeen(PI_5, {"gpiozero": "2.0"})), FAIL, "gpiozero 2.0 does not find"),
    (versions.judge(SoftwareSeen(PI_5, {"gpiozero": "1.6.2"})), FAIL, "gpiozero 1.6.2"),
    (versions.judge(SoftwareSeen(PI_4, {"gpiozero": "1.6.2"})), PASS, "gpiozero 1.6.2"),
    (versions.judge(SoftwareSeen(PI_5, {"gpiozero": "2.0.1"})), WARN, "chip 4 alone"),
    (versions.judge(SoftwareSeen(PI_5, {"gpiozero": "2.0.1.post2"})), PASS, "post2"),
    (versions.judge(SoftwareSeen(PI_4, {**NEW, "lgpio": "0.0.0.2"})), FAIL, "too old"),
    (versions.judge(SoftwareSeen(PI_5, {**NEW, "RPi.GPIO": "0.7.1"})), FAIL, "RPi.GPIO 0.7.1"),
    (versions.judge(SoftwareSeen(PI_4, {**NEW, "RPi.GPIO": "0.7.1"})), PASS, "RPi.GPIO 0.7.1"),
    (versions.judge(SoftwareSeen(PI_4, NEW, pin_factory="native")), WARN, "is native"),
    (versions.judge(SoftwareSeen("", NEW, pin_factory="mock")), PASS, "gpiozero"),
    (configuration.judge([], "/etc/countoff.toml"), PASS, "No fault in /etc/countoff.toml."),
    (configuration.judge(["It is wrong."], "x"), FAIL, "It is wrong."),
    (configuration.judge(["It is wrong.", "And so."], "x"), FAIL, "(2 faults in all.)"),
]


@pytest.mark.parametrize(("finding", "grade", "found"), CASES)
def test_what_is_found(finding: Finding, grade: Grade, found: str) -> None:
    """Each has its grade and says what was found; what is not well says what to do."""
    assert finding.grade is grade
    assert found in finding.found
    assert bool(finding.remedy) is (grade is not Grade.PASS)


def test_the_worst_counts() -> None:
    """One failure is enough; nothing found is nothing wrong."""
    assert worst([PASS, FAIL, WARN]) is FAIL
    assert worst([WARN, PASS]) is WARN
    assert worst([]) is PASS


def test_counting() -> None:
    """How many there were of each grade, in words."""
    findings = [Finding.well("a", "It is well."), Finding.fault("b", "It is not.", "Mend it.")]
    assert counted(findings) == "1 PASS, 1 FAIL"
    assert counted([]) == "nothing checked"
