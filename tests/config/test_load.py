"""A configuration is read as a whole: right keys count, wrong ones fall back and are named."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.config.load import Loaded, load
from countoff.config.model import Config
from countoff.core.session.pedals import Do
from countoff.core.sounds import Sound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Load = Callable[[str], Loaded]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Load a configuration from text."""

    def from_text(text: str) -> Loaded:
        path = tmp_path / "countoff.toml"
        path.write_text(text)
        return load(path)

    return from_text


def sentences(loaded: Loaded) -> str:
    """Return all problems as the user sees them."""
    return "\n".join(str(problem) for problem in loaded.problems)


def test_no_file_is_all_defaults(tmp_path: Path) -> None:
    """Where there is no file anywhere, the defaults are in force and nothing is wrong."""
    loaded = load(None, {"HOME": str(tmp_path)})

    assert loaded == Loaded(Config(), (), None, frozenset())


def test_file_that_was_asked_for_and_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """A path given on the command line that leads nowhere is named, and the box still runs."""
    loaded = load(tmp_path / "nowhere.toml")

    assert loaded.config == Config()
    assert sentences(loaded) == f"{tmp_path / 'nowhere.toml'}: there is no such file."


def test_places_are_searched_in_order(tmp_path: Path) -> None:
    """The command line wins over the variable, and that over the user's own file."""
    own = tmp_path / ".config" / "countoff" / "countoff.toml"
    own.parent.mkdir(parents=True)
    named = tmp_path / "named.toml"
    asked = tmp_path / "asked.toml"
    for lead_ms, path in enumerate((own, named, asked), start=101):
        path.write_text(f"[daw]\nlead_ms = {lead_ms}\n")
    home = {"HOME": str(tmp_path)}
    variable = {**home, "COUNTOFF_CONFIG": str(named)}

    assert load(None, home).config.daw.lead_ms == 101
    assert load(None, variable).config.daw.lead_ms == 102
    assert load(asked, variable).config.daw.lead_ms == 103


def test_values_of_the_file_are_in_force_and_known_as_such(load_text: Load) -> None:
    """What the file sets is in force; `from_file` names those keys and no others."""
    loaded = load_text('[audio]\nchannels = 4\n[pedals.map.roll.idle]\nhold = "mute_click"\n')

    assert not loaded.problems
    assert loaded.config.audio.channels == 4
    assert loaded.config.pedals.map.roll.idle.hold is Do.MUTE_CLICK
    assert loaded.from_file == {"audio.channels", "pedals.map.roll.idle.hold"}


def test_every_fault_is_named_at_once(load_text: Load) -> None:
    """Unknown keys, wrong types, bad ranges, bad words and bad TOML come together, by line."""
    loaded = load_text(
        "[audoi]\n"
        "[audio]\n"
        "rate_hz = 4800\n"
        "device = Scarlett\n"
        'block_frames = "512"\n'
        'backend = "port-audio"\n'
        "[unit]\n"
        "simulate = 3\n"
    )

    assert [problem.line for problem in loaded.problems] == [1, 3, 4, 5, 6, 8]
    assert loaded.config == Config()
    text = sentences(loaded)
    assert 'Did you mean "audio"?' in text
    assert "audio.rate_hz = 4800 is not allowed; it must be a whole number from 44100" in text
    assert "device = Scarlett is not TOML" in text
    assert 'Did you mean "portaudio"?' in text
    assert 'it must be true, false or "auto"' in text


def test_each_wrong_key_falls_back_alone(load_text: Load) -> None:
    """A wrong key leaves its neighbours in force."""
    loaded = load_text("[audio]\nchannels = 99\nblock_frames = 128\n[tally]\npin = 12\n")

    assert len(loaded.problems) == 1
    assert loaded.config.audio.channels == 2
    assert loaded.config.audio.block_frames == 128
    assert loaded.config.tally.pin == 12


def test_key_of_another_section_is_sent_home(load_text: Load) -> None:
    """A key that stands in the wrong section is told which one it belongs to."""
    loaded = load_text("[audio]\ndevice_id = 3\n")

    assert "device_id belongs to [midi]." in sentences(loaded)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "true", '"40"', "0", "[40]"])
def test_number_that_is_none_is_refused(load_text: Load, value: str) -> None:
    """NaN, infinity, truth, text and lists are no latency."""
    loaded = load_text(f"[audio]\nlatency_ms = {value}\n")

    assert loaded.config.audio.latency_ms == 40
    assert [problem.key for problem in loaded.problems] == ["audio.latency_ms"]


def test_one_pin_serves_one_part(load_text: Load) -> None:
    """Of two parts on one pin the one written last falls back, and the sentence names both."""
    loaded = load_text("[pedals]\nroll = 5\nagain = 5\n[tally]\npin = 22\n")

    assert loaded.config.pedals.roll == 5
    assert loaded.config.pedals.again == 27
    assert loaded.config.tally.pin == 18
    text = sentences(loaded)
    assert "line 3: pedals.again = 5 is not allowed; pin 5 already serves pedals.roll" in text
    assert "line 5: tally.pin = 22 is not allowed; pin 22 already serves pedals.keeper" in text


def test_pins_of_the_screen_are_taken(load_text: Load) -> None:
    """A pedal on the screen's bus is refused, and only on the bus that the screen uses."""
    on_i2c = load_text("[pedals]\nsong = 2\n")
    on_spi = load_text('[oled]\ninterface = "spi"\n[pedals]\nsong = 2\nkeeper = 9\n')

    assert on_i2c.config.pedals.song == 23
    assert "the OLED's I2C bus" in sentences(on_i2c)
    assert on_spi.config.pedals.song == 2
    assert on_spi.config.pedals.keeper == 22
    assert "the OLED's SPI bus" in sentences(on_spi)


def test_clash_with_a_key_that_fell_back_is_found(load_text: Load) -> None:
    """A default that comes into force because a key was wrong may clash too, and then gives way."""
    loaded = load_text('[pedals]\nagain = 17\nroll = "x"\n')

    assert loaded.config.pedals.roll == 17
    assert loaded.config.pedals.again == 27
    assert len(loaded.problems) == 2


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[daw]\nlead_ms = 150\n[audio]\nlatency_ms = 140\n", "audio.latency_ms"),
        ("[audio]\nlatency_ms = 140\n[daw]\nlead_ms = 150\n", "daw.lead_ms"),
        ("[audio]\nlatency_ms = 2000\n", "audio.latency_ms"),
        ("[audio]\noutput_latency_ms = 600\n", "audio.output_latency_ms"),
        ("[audio]\nblock_frames = 8192\nlatency_ms = 200\n", "audio.latency_ms"),
    ],
)
def test_the_lead_is_longer_than_what_is_queued(load_text: Load, text: str, key: str) -> None:
    """A first click that would have to be queued before the press is refused, with both numbers."""
    loaded = load_text(text)

    assert [problem.key for problem in loaded.problems] == [key]
    config = loaded.config
    queued_ms = config.audio.output_latency_ms or config.audio.latency_ms
    queued_ms += 2000 * config.audio.block_frames / config.audio.rate_hz
    assert config.daw.lead_ms >= queued_ms
    assert "ms ahead" in sentences(loaded)
    assert "daw.lead_ms = " in sentences(loaded)


def test_a_long_queue_with_a_longer_lead_is_allowed(load_text: Load) -> None:
    """Two seconds of queue are slow, and work with a lead of more."""
    assert load_text("[audio]\nlatency_ms = 2000\n[daw]\nlead_ms = 2022\n").problems == ()


def test_a_sound_is_a_name_or_a_file(load_text: Load) -> None:
    """What is neither is named with every name there is, the nearest first, and left out."""
    loaded = load_text('[click]\nsound = "Cowbel"\nbeat = "b.WAV"\ncount_in = "low-bleed"\n')

    assert '"low-bleed" or a file, "….wav". Did you mean "cowbell"?' in sentences(loaded)
    assert loaded.config.click == Config().click.model_copy(
        update={"beat": "b.WAV", "count_in": Sound.LOW_BLEED}
    )


def test_outputs_share_no_channel(load_text: Load) -> None:
    """A channel that is not there or another output's is left out, an output without any too."""
    loaded = load_text(
        "[audio]\nchannels = 4\n"
        '[[click.output]]\nname = "drummer"\nchannels = [1, 2]\n'
        "[[click.output]]\nlevel = -3\n"
        "[[click.output]]\nchannels = [9, 2, 3, 5]\nlevels = { beat = 99 }\n"
        "[[click.output]]\nchannels = []\n"
    )
    found = sentences(loaded)

    assert [(output.channels, output.level) for output in loaded.config.click.output] == [
        ((1, 2), 0),
        ((3,), 0),
    ]
    assert "line 9: click.output[3].channels[1] = 9 is not allowed; audio.channels is 4." in found
    assert "line 9: click.output[3].channels[2] = 2 is not allowed; that channel belongs" in found
    assert "line 9: click.output[3].channels[4] = 5 is not allowed" in found
    assert "line 10: click.output[3].levels.beat = 99 is not allowed" in found
    assert "line 6: click.output[2] has no channels" in found
    assert "line 11: click.output[4] has no channels" in found
    assert len(loaded.problems) == 6


def test_locate_is_a_time_that_daws_read_right(load_text: Load) -> None:
    """Hours from 16 are misread by DAWs, so they are refused here and not at the first take."""
    assert load_text('[daw]\nlocate = "15:59:59"\n').config.daw.locate == "15:59:59"
    assert "fresh" in sentences(load_text('[daw]\nlocate = "16:00:00"\n'))
    assert "fresh" in sentences(load_text('[daw]\nlocate = "01:00"\n'))


def test_what_is_no_toml_at_all_leaves_the_defaults(load_text: Load) -> None:
    """A broken section header puts its keys in the wrong place, so nothing of the file is used."""
    loaded = load_text("[tally]\npin = 12\n[audio\nchannels = 4\n")

    assert loaded.config == Config()
    assert "line 3: it is not TOML" in sentences(loaded)
    assert "Nothing in it is used." in sentences(loaded)


@given(st.text())
def test_no_text_stops_the_box(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever is in the file, loading it gives a configuration."""
    path = tmp_path_factory.mktemp("any") / "countoff.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")

    assert isinstance(load(path).config, Config)


_keys = st.sampled_from(
    [
        *(
            "audio",
            "pedals",
            "map",
            "roll",
            "idle",
            "press",
            "channels",
            "tally",
            "pin",
            "oled",
            "x",
        ),
        *("click", "output", "level", "levels", "beat"),
    ]
)
_leaves = st.one_of(
    st.booleans(), st.integers(-5, 30), st.floats(allow_nan=False), st.sampled_from(["spi", "stop"])
)
_tables = st.recursive(
    _leaves, lambda inner: st.dictionaries(_keys, inner) | st.lists(inner), max_leaves=12
)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "inf" if math.isinf(value) else repr(value)
    return f'"{value}"' if isinstance(value, str) else str(value)


@given(st.dictionaries(_keys, _tables))
def test_no_shape_of_tables_stops_the_box(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, object]
) -> None:
    """However the keys are nested and whatever they hold, loading gives a configuration."""
    path = tmp_path_factory.mktemp("any") / "countoff.toml"
    path.write_text("\n".join(f"{key} = {_toml(value)}" for key, value in tables.items()))
    loaded = load(path)

    assert isinstance(loaded.config, Config)
    assert all(problem.sentence.endswith((".", "?")) for problem in loaded.problems)


def test_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """A file of bytes, and a folder, are each one sentence."""
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"[audio]\xff\xfe")

    assert "not UTF-8" in sentences(load(binary))
    assert "cannot be read" in sentences(load(tmp_path))
