"""From the configuration, the songs and the log to the state the box begins in. Pure."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.config.rules import has_clock_port, session_settings
from countoff.core.events import Part, PartState
from countoff.core.gestures import Feet
from countoff.core.session.choosing import prepared
from countoff.core.session.state import Message, PartHealth, State
from countoff.daw.conversation import Conversation
from countoff.daw.speaking import Address, rate_of
from countoff.sender.link import SenderSettings
from countoff.takelog.words import minutes

if TYPE_CHECKING:
    import uuid
    from fractions import Fraction

    from countoff.config.load import Loaded
    from countoff.config.model import Config
    from countoff.core.song import Song
    from countoff.daw.profile import Profile
    from countoff.takelog.recovery import Choice, Recovered

_NS_PER_MS = 1_000_000
_OPENED_LATER = (Part.AUDIO, Part.DAW, Part.CLOCK)
# Long enough to be read by whoever comes back from the fuse box.
_INTERRUPTED_NS = 60_000_000_000


def opening_state(
    config: Config,
    songs: tuple[Song, ...],
    recovered: Recovered,
    *,
    run_id: uuid.UUID,
    session_id: str,
    at_ns: int = 0,
    profile: Profile | None = None,
) -> State:
    """Return the idle state at host time `at_ns`, going on where the log ended.

    The song is the one that was chosen last, laid out for the next take, from the section and looped as
    was chosen; the day's tempos and the click's level are as they were. A take that was found
    interrupted is named on the screen. `profile` is the DAW's. Audio and DAW are not called well before
    their processes have said so.
    """
    song_index, start_index, is_looped = _choice(songs, recovered.choice)
    starting = PartHealth(PartState.WARNING, "It is being opened.")
    state = State(
        run_id=run_id,
        session_id=session_id,
        settings=session_settings(config, profile),
        songs=songs,
        song_index=song_index,
        start_index=start_index,
        is_looped=is_looped,
        tempo_ratios=MappingProxyType(_tempo_ratios(songs, recovered)),
        click_level_db=recovered.click_level_db,
        click_is_muted=recovered.click_is_muted,
        message=_interrupted(recovered, at_ns),
        parts=MappingProxyType(
            {
                part: starting if part in _OPENED_LATER else PartHealth()
                for part in Part
                if part is not Part.CLOCK or has_clock_port(config, profile)
            }
        ),
        last_numbers=MappingProxyType(dict(recovered.last_number_by_song)),
        next_numbers=MappingProxyType(dict(recovered.next_number_by_song)),
        session_began_ns=at_ns if recovered.session_id is None else recovered.session_began_ns,
        takes_begun=recovered.session_take_count,
        idle_since_ns=at_ns,
        is_on_stage=config.unit.stage,
        feet=Feet(lockout_ns=config.pedals.lockout_ms * _NS_PER_MS),
    )
    return replace(state, prepared_song=prepared(state))


def _choice(songs: tuple[Song, ...], choice: Choice | None) -> tuple[int, int, bool]:
    """Return which song is chosen, which section of it takes begin with, and whether it is looped.

    Files may have changed since: the song is found by its title, the section by its name. Where
    several have that name, its place in the song tells, or else its first bar.
    """
    titles = [song.title for song in songs]
    if choice is None or choice.song not in titles:
        return 0, 0, False
    song_index = titles.index(choice.song)
    song = songs[song_index]
    named = [index for index, each in enumerate(song.sections) if each.name == choice.section]
    if not named:
        return song_index, 0, False
    at_its_bar = [index for index in named if song.first_bars[index] == choice.first_bar]
    in_its_place = [index for index in named if index == choice.section_index]
    index = (in_its_place or at_its_bar or named)[0]
    return song_index, index, choice.is_looped and song.sections[index].bars is not None


def _tempo_ratios(songs: tuple[Song, ...], recovered: Recovered) -> dict[str, Fraction]:
    """Return how much faster than written each song is played today.

    A song whose file says another tempo since is played as it says: the change that was made today
    may be in it already, and is never applied twice.
    """
    ratios = {}
    for song in songs:
        day = recovered.tempos.get(song.title)
        if day is not None and str(song.scaled(day.ratio).sections[0].tempo) == day.tempo:
            ratios[song.title] = day.ratio
    return ratios


def _interrupted(recovered: Recovered, at_ns: int) -> Message | None:
    """Return what the screen says of the take that the last power cut ended, if there is one."""
    if not recovered.interrupted:
        return None
    take = recovered.interrupted[-1]
    place = f" BAR {take.last_bar}" if take.last_bar and take.last_bar > 0 else ""
    if take.elapsed_s is not None:
        place = f" {minutes(take.elapsed_s)}"
    return Message(f"T{take.number} INTERRUPTED{place}", at_ns + _INTERRUPTED_NS)


def sender_settings(config: Config) -> SenderSettings:
    """Return how the sender reaches the DAW."""
    midi = config.midi
    offset_ns = round(midi.offset_ms * _NS_PER_MS)
    return SenderSettings(
        backend=midi.backend,
        port=midi.port,
        offset_ns=offset_ns,
        pedals_port=midi.pedals_port,
    )


def clock_settings(config: Config) -> SenderSettings:
    """Return how the sender of MIDI clock and time code reaches whoever follows."""
    midi = config.midi
    return SenderSettings(
        backend=midi.backend,
        port=midi.clock_port,
        client_name="Countoff MIDI",
        port_name="Clock",
        offset_ns=round(midi.clock_offset_ms * _NS_PER_MS),
    )


def conversation(loaded: Loaded) -> Conversation:
    """Return the conversation with the DAW, in its dialect."""
    config = loaded.config
    address = Address(config.midi.device_id, rate_of(config.daw.frames_per_second))
    return Conversation(loaded.profile, address)
