"""What can be set: every section and key, what it means, what it may be and what it is by default.

Built once at start-up by `countoff.config.load`. Nothing here opens a file or a device. A number
that nobody in a studio would ask for is a named constant where it is used, not a key here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from countoff.config import wiring
from countoff.config.problems import quoted
from countoff.core.daw import OnRecord, OnStop, WithoutAnswer
from countoff.core.events import Pedal
from countoff.core.session.pedals import Do
from countoff.core.sounds import Sound

if TYPE_CHECKING:
    from pydantic.config import JsonDict

# By its word; as a value and not a word once it is read.
Action = Annotated[Do, Field(strict=False)]
PedalName = Annotated[Pedal, Field(strict=False)]

# GPIO 0 and 1 belong to the board's identification EEPROM; the header ends at 27.
Pin = Annotated[int, Field(ge=2, le=27)]

MOST_CHANNELS = 32
LevelDb = Annotated[float, Field(ge=-60, le=6)] | Literal["off"]

# A sound of our own by its name, or a file.
SoundChoice = Annotated[Sound, Field(strict=False)] | Annotated[str, Field(pattern=r"(?i)\.wav$")]
_SOUNDS: JsonDict = {"allowed": f'{", ".join(quoted(sound) for sound in Sound)} or a file, "….wav"'}


class Section(BaseModel):
    """A table of the file: frozen, exact about types, and without room for unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )


class AudioSection(Section):
    """Where the click sounds."""

    backend: Literal["auto", "portaudio", "virtual"] = Field(
        "auto", description="auto: PortAudio where it has an output, else the virtual output"
    )
    device: str = Field(
        "", description="part of the output's name, or its USB socket; empty: the system's default"
    )
    channels: int = Field(2, ge=1, le=MOST_CHANNELS, description="output channels")
    rate_hz: int = Field(48_000, ge=44_100, le=192_000, description="frames a second")
    block_frames: int = Field(512, ge=16, le=8192, description="frames a block")
    latency_ms: float = Field(40, ge=1, le=2000, description="how far ahead sound is queued")
    output_latency_ms: float | None = Field(
        None, ge=0, le=2000, description="measured latency of the output, instead of the driver's"
    )
    rate_ppm: float = Field(
        0, ge=-500, le=500, description="how much faster than the DAW's clock this output's runs"
    )
    loopback_input: int = Field(
        0, ge=0, le=MOST_CHANNELS, description="input that is cabled to the first output; 0: none"
    )
    wav: str = Field("", description="WAV file that the virtual output writes; empty: none")


class Levels(Section):
    """How loud each voice of the click is."""

    accent: LevelDb = Field(0, description="dB, or off: the first beat of a bar")
    group: LevelDb = Field(0, description="dB, or off: the first beat of a group, as in 2+2+3")
    beat: LevelDb = Field(0, description="dB, or off: every other beat")
    subdivision: LevelDb = Field(0, description="dB, or off: what lies between the beats")
    count_in: LevelDb = Field(0, description="dB, or off: the count-in")


class OutputSection(Section):
    """Who hears the click, where, and how."""

    name: str = Field("", description="who listens there: drummer, control room")
    channels: tuple[Annotated[int, Field(ge=1, le=MOST_CHANNELS)], ...] = Field(
        (),
        strict=False,  # TOML has lists only
        description="the output channels, the first is 1",
    )
    level: LevelDb = Field(0, description="dB, or off: the whole click there")
    levels: Levels = Field(default_factory=Levels, description="each voice there, on top of that")


class ClickSection(Section):
    """What the click sounds like."""

    sound: SoundChoice = Field(
        Sound.WOODBLOCK, description="of every voice that has none below", json_schema_extra=_SOUNDS
    )
    accent: SoundChoice | None = Field(
        None, description="the first beat of a bar", json_schema_extra=_SOUNDS
    )
    group: SoundChoice | None = Field(
        None, description="the first beat of a group, as in 2+2+3", json_schema_extra=_SOUNDS
    )
    beat: SoundChoice | None = Field(
        None, description="every other beat", json_schema_extra=_SOUNDS
    )
    subdivision: SoundChoice | None = Field(
        None, description="what lies between the beats", json_schema_extra=_SOUNDS
    )
    count_in: SoundChoice | None = Field(
        None, description="the count-in", json_schema_extra=_SOUNDS
    )
    levels: Levels = Field(default_factory=Levels, description="how loud each voice is")
    output: tuple[OutputSection, ...] = Field(
        (),
        strict=False,  # TOML has lists only
        description="who hears what; none: the same click on all channels",
    )


class MidiPedal(Section):
    """One pedal of a MIDI foot controller; `countoff midi learn` writes it."""

    message: str = Field("", description='what it sends: "note 60", "controller 64 channel 2"')
    pedal: Annotated[Pedal, Field(strict=False)] | None = Field(
        None, description="the pedal of the box that it is"
    )
    action: Action | None = Field(None, description="or the action that it asks for")
    latches: bool = Field(
        default=False, description="each message is a step: it sends on and off in turn"
    )


class MidiSection(Section):
    """How the DAW is reached, and which foot controller presses the pedals."""

    backend: Literal["auto", "alsa", "jack", "none"] = Field(
        "auto", description="auto: the ALSA sequencer where it is there, else JACK, else none"
    )
    port: str = Field("", description="part of the port's name; empty: a port called Countoff")
    offset_ms: float = Field(
        0, ge=-100, le=1000, description="how much later commands leave on that port"
    )
    clock: Literal["off", "tempo", "count_in", "bar_1"] = Field(
        "off",
        description="MIDI clock. tempo: pulses alone; or where it starts the DAW: count_in, bar_1",
    )
    clock_port: str = Field(
        "",
        description="part of the name of the port for clock or time code; empty: Countoff MIDI",
    )
    clock_offset_ms: float = Field(
        0,
        ge=-100,
        le=1000,
        description="how much later clock and time code leave; negative: earlier",
    )
    device_id: int = Field(127, ge=0, le=127, description="MMC device; 127: all")
    pedals_port: str = Field(
        "", description="part of the name of a foot controller's port; see `countoff midi learn`"
    )
    pedal: tuple[MidiPedal, ...] = Field(
        (),
        strict=False,  # TOML has lists only
        description="what the foot controller's pedals are",
    )


class DawSection(Section):
    """Which DAW it is, what it is told, and what becomes of its answers."""

    profile: str = Field(
        "mmc", description="which DAW, and how it is connected; see `countoff daw list`"
    )
    without_answer: Annotated[WithoutAnswer, Field(strict=False)] = Field(
        WithoutAnswer.REFUSE,
        description="refuse: no count-in for a take that the DAW does not confirm; warn: by light",
    )
    deadline_ms: int | None = Field(
        None,
        ge=100,
        le=10_000,
        description="how long the DAW's answer is waited for, instead of what its profile says",
    )
    on_stop: Annotated[OnStop, Field(strict=False)] = Field(
        OnStop.END,
        description="somebody stops the DAW in a take. end: the take too; warn: by light",
    )
    on_record: Annotated[OnRecord, Field(strict=False)] = Field(
        OnRecord.LOG,
        description="somebody presses record at the DAW. log: a take without click; ignore: nothing",
    )
    lead_ms: int = Field(
        500, ge=100, le=5000, description="from the edge of ROLL to the first count-in click"
    )
    way: Literal["string_out", "stack"] | None = Field(
        None,
        description="string_out: each take on fresh timeline; stack: all on one place, see locate",
    )
    locate: str = Field(
        "fresh",
        pattern=r"^(fresh|(0\d|1[0-5]):[0-5]\d:[0-5]\d)$",
        description="before a take. fresh: take N at N times ten minutes; a time: there, always",
        json_schema_extra={"allowed": '"fresh" or a time from "00:00:00" to "15:59:59"'},
    )
    frames_per_second: Literal[24, 25, 30, "30df"] = Field(
        25, description="the DAW's time code, for locate and for time code itself"
    )
    osc: str = Field(
        "127.0.0.1:3819",
        pattern=r"^[^\s:]+:\d{1,5}$",
        description="where a DAW that answers by OSC is, and its port",
        json_schema_extra={"allowed": 'a machine and a port, "192.168.1.20:3819"'},
    )
    osc_port: int = Field(
        3820, ge=1024, le=65_535, description="UDP port that such a DAW's answers come to"
    )


class Gestures(Section):
    """What one pedal does in one phase; a key that is not set keeps its usual meaning."""

    press: Action | None = Field(None, description="at the edge")
    hold: Action | None = Field(None, description="held for 0.6 s")
    long_hold: Action | None = Field(None, description="held for 2 s")


class Phases(Section):
    """What one pedal does in each phase of a take."""

    idle: Gestures = Field(default_factory=Gestures, description="no take is running")
    count_in: Gestures = Field(default_factory=Gestures, description="the count-in sounds")
    rolling: Gestures = Field(default_factory=Gestures, description="the take is running")
    ring_out: Gestures = Field(default_factory=Gestures, description="the last chord rings")


class PedalMap(Section):
    """What each pedal does instead of its usual meaning."""

    roll: Phases = Field(default_factory=Phases, description="the pedal ROLL")
    again: Phases = Field(default_factory=Phases, description="the pedal AGAIN")
    keeper: Phases = Field(default_factory=Phases, description="the pedal KEEPER")
    song: Phases = Field(default_factory=Phases, description="the pedal SONG")


class PedalsSection(Section):
    """Where the footswitches are wired (BCM numbers, to ground) and what they do."""

    roll: Pin = Field(wiring.ROLL_PIN, description="pin of ROLL")
    again: Pin = Field(wiring.AGAIN_PIN, description="pin of AGAIN")
    keeper: Pin = Field(wiring.KEEPER_PIN, description="pin of KEEPER")
    song: Pin = Field(wiring.SONG_PIN, description="pin of SONG")
    normally_closed: bool | Annotated[tuple[PedalName, ...], Field(strict=False)] = Field(
        default=False,
        description="the switches open when pressed: all of them, or those that are named",
        json_schema_extra={"allowed": 'true, false or a list of pedals such as ["roll", "song"]'},
    )
    lockout_ms: int = Field(30, ge=5, le=200, description="edges that bounce this long are one")
    map: PedalMap = Field(default_factory=PedalMap, description="other actions than the usual")


class TallySection(Section):
    """The red light."""

    pin: Pin = Field(wiring.TALLY_PIN, description="pin of the tally")
    brightness: float = Field(1.0, ge=0.05, le=1, description="1 is full, 0.5 looks half as bright")
    stage_brightness: float = Field(0.5, ge=0.05, le=1, description="in stage mode")


class OledSection(Section):
    """The screen."""

    driver: Literal["ssd1306", "ssd1309", "sh1106"] = Field("ssd1306", description="its chip")
    interface: Literal["i2c", "spi"] = Field("i2c", description="how it is wired")
    i2c_port: int = Field(wiring.I2C_PORT, ge=0, le=20, description="the bus, as in /dev/i2c-1")
    i2c_address: int = Field(
        wiring.I2C_ADDRESS,
        ge=0x08,
        le=0x77,
        description="printed on the board, often doubled there",
        json_schema_extra={"allowed": "an I2C address from 0x08 to 0x77, usually 0x3C or 0x3D"},
    )
    spi_port: int = Field(wiring.SPI_PORT, ge=0, le=6, description="the bus, as in /dev/spidev0.0")
    spi_device: int = Field(
        wiring.SPI_DEVICE, ge=0, le=2, description="the chip select on that bus"
    )
    gpio_dc: Pin = Field(wiring.DATA_OR_COMMAND_PIN, description="pin of D/C (SPI)")
    gpio_reset: Pin = Field(wiring.RESET_PIN, description="pin of RESET (SPI)")
    rotate: Literal[0, 2] = Field(0, description="2: upside down")
    brightness: float = Field(1.0, ge=0.05, le=1, description="1 is full, 0.5 looks half as bright")
    stage_brightness: float = Field(0.3, ge=0.05, le=1, description="in stage mode")
    dim_after_minutes: float = Field(
        10,
        ge=0,
        le=240,
        description="idle so long, it dims, and sleeps three times as late; 0: never",
    )


class LogSection(Section):
    """Where takes are logged."""

    folder: str = Field(
        "", description="empty: the service's state folder, or ~/.local/share/countoff"
    )


class SongsSection(Section):
    """Which songs there are."""

    folder: str = Field("", description="empty: the folder songs beside the configuration")
    set_list: str | Annotated[tuple[str, ...], Field(strict=False)] = Field(  # TOML has lists only
        (),
        description="titles in the order to play, or a file in set_lists; empty: all songs",
        json_schema_extra={
            "allowed": 'a list of titles such as ["Kingdom", "Low Tide"], or the name of a file in'
            ' the folder set_lists, such as "friday.toml"'
        },
    )
    nudge: float = Field(
        1,
        ge=0.1,
        le=10,
        description="BPM by which a nudge changes the tempo, as the screen tells it",
    )


class UnitSection(Section):
    """The box itself."""

    simulate: bool | Literal["auto"] = Field(
        "auto",
        description="auto: each part that is missing is simulated; true: all are",
        json_schema_extra={"allowed": 'true, false or "auto"'},
    )
    socket: str = Field("", description="empty: control.sock in the service's runtime folder")
    stage: bool = Field(default=False, description="true: it comes up in stage mode")


class Config(Section):
    """All that can be set. `Config()` is the defaults."""

    audio: AudioSection = Field(default_factory=AudioSection, description="where it sounds")
    click: ClickSection = Field(default_factory=ClickSection, description="what it sounds like")
    midi: MidiSection = Field(default_factory=MidiSection, description="how the DAW is reached")
    daw: DawSection = Field(default_factory=DawSection, description="what the DAW is told")
    pedals: PedalsSection = Field(default_factory=PedalsSection, description="the footswitches")
    tally: TallySection = Field(default_factory=TallySection, description="the red light")
    oled: OledSection = Field(default_factory=OledSection, description="the screen")
    log: LogSection = Field(default_factory=LogSection, description="where takes are logged")
    songs: SongsSection = Field(default_factory=SongsSection, description="which songs there are")
    unit: UnitSection = Field(default_factory=UnitSection, description="the box itself")
