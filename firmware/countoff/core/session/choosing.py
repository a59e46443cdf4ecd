"""What is played next: the song, where in it takes begin, whether it is looped, and how fast today.

The song as the next take will play it is laid out here, when it is chosen, so that the press that
starts a take finds it ready. Song files are never touched.
"""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from countoff.core.entries import SongChosen, TempoChanged
from countoff.core.nearest import nearest_word
from countoff.core.session.pedals import Phase
from countoff.core.tapping import FEWEST_TAPS, beat_ns_of, with_tap
from countoff.core.tempo import SECONDS_PER_MINUTE, TICKS_PER_QUARTER, Tempo

if TYPE_CHECKING:
    from countoff.core.events import SongAsked, SongsRead
    from countoff.core.session.state import State
    from countoff.core.session.turn import Turn
    from countoff.core.song import Song

# As far as song files go.
SLOWEST_QUARTERS_PER_MINUTE = 10
FASTEST_QUARTERS_PER_MINUTE = 999
_NS_PER_SECOND = 1_000_000_000
# A tapped tempo is no better than this.
_TAPPED_PARTS = 2
# A tempo is shown to three places.
_SHOWN_PARTS = 1000


def name_next_song(turn: Turn) -> str:
    """Say which song comes next, without going there."""
    state = turn.state
    song = state.songs[(state.song_index + 1) % len(state.songs)]
    turn.say(f"NEXT: {song.title}")
    return f"named {song.title}"


def go_to_song(turn: Turn, step: int) -> str:
    """Go `step` songs on in the set list, to its beginning."""
    state = turn.state
    _choose(turn, (state.song_index + step) % len(state.songs), 0, is_looped=False)
    turn.say(f"SONG: {turn.state.song.title}")
    return f"song {turn.state.song.title}"


def go_to_section(turn: Turn, step: int) -> str:
    """Let takes begin `step` sections further on, round and round."""
    state = turn.state
    sections = state.written_song.sections
    if len(sections) == 1:
        turn.say("NO SECTIONS")
        return "nothing: the song has no sections"
    index = (state.start_index + step) % len(sections)
    _choose(turn, state.song_index, index, is_looped=state.is_looped)
    return _say_start(turn)


def loop_section(turn: Turn) -> str:
    """Loop the section that takes begin with, or play on from it again."""
    state = turn.state
    if state.written_song.sections[state.start_index].bars is None:
        turn.say("NO END TO LOOP")
        return "nothing: this section has no end"
    _choose(turn, state.song_index, state.start_index, is_looped=not state.is_looped)
    return _say_start(turn)


def choose_song(turn: Turn, event: SongAsked) -> str:
    """Choose a song, a section to begin with and whether to loop it, all by name."""
    state = turn.state
    if state.phase is not Phase.IDLE:
        return f"nothing: a song is chosen while idle, not while {state.phase}"
    titles = [song.title for song in state.songs]
    if event.title not in titles:
        return f'nothing: there is no song "{event.title}".{nearest_word(event.title, titles)}'
    song_index = titles.index(event.title)
    names = [section.name for section in state.songs[song_index].sections]
    if event.section and event.section not in names:
        guess = nearest_word(event.section, names)
        return f'nothing: {event.title} has no section "{event.section}".{guess}'
    start_index = names.index(event.section) if event.section else 0
    is_endless = state.songs[song_index].sections[start_index].bars is None
    if event.is_looped and is_endless:
        return "nothing: a section without an end cannot be looped"
    _choose(turn, song_index, start_index, is_looped=event.is_looped)
    return _say_start(turn)


def nudge(turn: Turn, step: int) -> str:
    """Make the song faster or slower by one nudge, all its tempos in proportion."""
    if turn.state.song.is_free:
        turn.say("NO TEMPO TO NUDGE")
        return "nothing: the song has no tempo"
    state = turn.state
    song, written = state.song, state.written_song.sections[state.start_index]
    # From what the screen shows, to its last place, and in its note: a dotted quarter more is one and
    # a half quarters.
    told = _as_shown(song.start_section.told(song.tempo)) + step * state.settings.nudge
    if told == _as_shown(written.told(written.tempo)):
        return _play_at(turn, written.tempo.quarters_per_minute)
    quarters = Fraction(song.start_section.told_note_ticks, TICKS_PER_QUARTER)
    return _play_at(turn, told * quarters)


def _as_shown(told: Tempo) -> Fraction:
    return Fraction(round(told.quarters_per_minute * _SHOWN_PARTS), _SHOWN_PARTS)


def tap_tempo(turn: Turn) -> str:
    """Take one tap; from the fourth on the song goes at what is tapped."""
    state = turn.state
    if state.song.is_free:
        turn.say("NO TEMPO TO TAP")
        return "nothing: the song has no tempo"
    turn.update(taps_ns=with_tap(state.taps_ns, turn.at_ns))
    taps_ns = turn.state.taps_ns
    beat_ns = beat_ns_of(taps_ns)
    if beat_ns is None:
        turn.say(f"TAP {len(taps_ns)} OF {FEWEST_TAPS}")
        return f"tap {len(taps_ns)}"
    beats_per_minute = Fraction(SECONDS_PER_MINUTE * _NS_PER_SECOND, beat_ns)
    beat_ticks = state.song.start_section.clicked_beat_ticks
    told_ticks = state.song.start_section.told_note_ticks
    told = Fraction(round(beats_per_minute * beat_ticks / told_ticks * _TAPPED_PARTS))
    return _play_at(turn, told / _TAPPED_PARTS * told_ticks / TICKS_PER_QUARTER)


def play_as_written(turn: Turn) -> str:
    """Forget what was changed today: the song's own tempo, from its beginning, not looped."""
    state = turn.state
    was_changed = state.song.title in state.tempo_ratios
    _keep_ratio(turn, Fraction(1))
    turn.update(taps_ns=())
    _choose(turn, state.song_index, 0, is_looped=False)
    if was_changed:
        _log_tempo(turn)
    turn.say("AS WRITTEN")
    return "as written"


def take_in_songs(turn: Turn, event: SongsRead) -> None:
    """Play from these songs from now on; while a take runs, once it is over."""
    if turn.state.phase is Phase.IDLE:
        _replace_songs(turn, event.songs)
    else:
        turn.update(songs_waiting=event.songs)


def take_in_waiting_songs(turn: Turn) -> None:
    """Take in the songs that were read while the take ran, if any."""
    songs = turn.state.songs_waiting
    if songs:
        turn.update(songs_waiting=())
        _replace_songs(turn, songs)


def prepared(state: State) -> Song:
    """Return the chosen song as the next take will play it, laid out."""
    ratio = state.tempo_ratios.get(state.written_song.title, Fraction(1))
    song = state.written_song.scaled(ratio)
    start_index = min(state.start_index, len(song.sections) - 1)
    song = song.looping(start_index) if state.is_looped else song.starting_at(start_index)
    _ = song.tempo_map, song.counting
    return song


def _choose(turn: Turn, song_index: int, start_index: int, *, is_looped: bool) -> None:
    was = _chosen(turn.state)
    is_other = song_index != turn.state.song_index
    turn.update(
        song_index=song_index,
        start_index=start_index,
        is_looped=is_looped,
        after_take_until_ns=turn.at_ns,
    )
    if is_other:
        turn.update(taps_ns=())
    turn.update(prepared_song=prepared(turn.state))
    _log_choice_where_changed(turn, was)


def _replace_songs(turn: Turn, songs: tuple[Song, ...]) -> None:
    """Keep the chosen song by its title, and the section it begins with by its name."""
    state = turn.state
    was, was_chosen = state.written_song, _chosen(state)
    if songs == state.songs:
        return
    titles = [song.title for song in songs]
    song_index = titles.index(was.title) if was.title in titles else 0
    names = [section.name for section in songs[song_index].sections]
    name = was.sections[min(state.start_index, len(was.sections) - 1)].name
    start_index = names.index(name) if was.title in titles and name in names else 0
    section = songs[song_index].sections[start_index]
    is_looped = state.is_looped and start_index == state.start_index and section.bars is not None
    outdated = _forget_outdated_tempos(turn, songs)
    turn.update(songs=songs, song_index=song_index, start_index=start_index, is_looped=is_looped)
    turn.update(prepared_song=prepared(turn.state))
    _log_choice_where_changed(turn, was_chosen)
    if songs[song_index].title != was.title:
        turn.say(f"SONG: {songs[song_index].title}")
    elif was.title in outdated:
        song = turn.state.song
        turn.say(f"AS WRITTEN: {song.start_section.told(song.tempo)}")


def _forget_outdated_tempos(turn: Turn, songs: tuple[Song, ...]) -> set[str]:
    """Play those of `songs` as written whose tempo has been written anew; return their titles.

    What is in the file now is the last word: a tempo of the day that was saved there would else be
    applied once more. A song that is away for a while is played as written when it comes back.
    """
    state = turn.state
    before = {song.title: song for song in state.songs}
    after = {song.title: song for song in songs}
    outdated = {
        title
        for title in state.tempo_ratios
        if title not in before
        or title not in after
        or before[title].written_tempos != after[title].written_tempos
    }
    if outdated:
        kept = {title: kept for title, kept in state.tempo_ratios.items() if title not in outdated}
        turn.update(tempo_ratios=MappingProxyType(kept))
    for title in sorted(outdated):
        song = after.get(title) or before.get(title)
        if song is not None:
            tempo = str(song.sections[0].tempo)
            turn.log(TempoChanged(state.session_id, turn.at_ns, title, Fraction(1), tempo))
    return outdated


def _play_at(turn: Turn, quarters_per_minute: Fraction) -> str:
    """Let the song begin with this tempo from the next take on, all others in proportion."""
    state = turn.state
    tempo = Tempo(
        min(
            max(quarters_per_minute, Fraction(SLOWEST_QUARTERS_PER_MINUTE)),
            Fraction(FASTEST_QUARTERS_PER_MINUTE),
        )
    )
    written = state.written_song.sections[state.start_index].tempo
    ratio = tempo.quarters_per_minute / written.quarters_per_minute
    _keep_ratio(turn, ratio)
    turn.update(after_take_until_ns=turn.at_ns)
    turn.update(prepared_song=prepared(turn.state))
    _log_tempo(turn)
    song = turn.state.song
    words = str(song.start_section.told(song.tempo))
    turn.say(f"TEMPO {words}")
    return f"tempo {words}"


def _keep_ratio(turn: Turn, ratio: Fraction) -> None:
    """Keep how much faster than written the chosen song is today; as written, nothing is kept."""
    title = turn.state.written_song.title
    ratios = {song: kept for song, kept in turn.state.tempo_ratios.items() if song != title}
    if ratio != 1:
        ratios[title] = ratio
    turn.update(tempo_ratios=MappingProxyType(ratios))


def _log_tempo(turn: Turn) -> None:
    state = turn.state
    title = state.written_song.title
    ratio = state.tempo_ratios.get(title, Fraction(1))
    tempo = str(state.written_song.scaled(ratio).sections[0].tempo)
    turn.log(TempoChanged(state.session_id, turn.at_ns, title, ratio, tempo))


def _chosen(state: State) -> tuple[str, int, str, int, bool]:
    """Return what takes begin with: title, section by place, name and first bar, and the loop."""
    song = state.written_song
    index = min(state.start_index, len(song.sections) - 1)
    name, first_bar = song.sections[index].name, song.first_bars[index]
    return song.title, index, name, first_bar, state.is_looped


def _log_choice_where_changed(turn: Turn, was: tuple[str, int, str, int, bool]) -> None:
    chosen = _chosen(turn.state)
    if chosen != was:
        turn.log(SongChosen(turn.state.session_id, turn.at_ns, *chosen))


def _say_start(turn: Turn) -> str:
    state = turn.state
    song = state.song
    if state.start_index == 0 and not state.is_looped:
        turn.say("FROM THE TOP")
        return "from the top"
    words = "LOOP" if state.is_looped else "FROM"
    name = song.start_section.name.upper()
    bar = song.first_bars[song.start_index]
    turn.say(f"{words} {name} BAR {bar}" if name else f"{words} BAR {bar}")
    return f"{words.lower()} {song.start_section.name}, bar {bar}"
