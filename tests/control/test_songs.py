from __future__ import annotations

import json
import uuid
from fractions import Fraction
from types import MappingProxyType

import pytest

from countoff.control.requests import Choose, RequestError, parse
from countoff.control.told_songs import told_songs
from countoff.core.session.state import State
from countoff.core.song import free_song, steady_song
from countoff.core.tempo import Tempo

KINGDOM = steady_song(
    "Kingdom", Tempo(Fraction("92.5")), first_bars=[("Verse", 1), ("Bridge", 17)], bars=24
)
PACKET_BYTES = 200_000


def state(*songs: object, index: int = 0) -> State:
    """Return a state with these songs; Kingdom is played a little faster than written."""
    return State(
        run_id=uuid.UUID(int=1),
        session_id="today",
        songs=songs,
        song_index=index,
        tempo_ratios=MappingProxyType({"Kingdom": Fraction(187, 185)}),
    )


def test_a_song_is_chosen_by_its_title() -> None:
    """Section and loop may be left out: from the top, not looped."""
    packet = b'{"ask": "song", "title": "Kingdom"}'
    assert parse(packet) == Choose("Kingdom", "", is_looped=False)
    packet = b'{"ask": "song", "title": "Kingdom", "section": "Bridge", "is_looped": true}'
    assert parse(packet) == Choose("Kingdom", "Bridge", is_looped=True)


@pytest.mark.parametrize(
    ("packet", "says"),
    [
        (b'{"ask": "song"}', '"title" .* found None'),
        (b'{"ask": "song", "title": 7}', "found 7"),
        (b'{"ask": "song", "title": "A", "section": 2}', '"section" .* found 2'),
        (b'{"ask": "song", "title": "A", "is_looped": 1}', "true or false; found 1"),
    ],
)
def test_a_choice_that_cannot_be_meant_is_a_sentence(packet: bytes, says: str) -> None:
    """It names the key and what was found."""
    with pytest.raises(RequestError, match=says):
        parse(packet)


def test_songs_are_told_as_they_are_written() -> None:
    """The written tempo, exactly and for people, the day's ratio, and each section's first bar."""
    told = told_songs(state(free_song("Air"), KINGDOM, index=1))

    assert (told["song_index"], told["start_index"]) == (1, 0)
    air, kingdom = told["songs"]
    assert (air["is_free"], air["tempo"], air["meter"], air["sections"]) == (True, "", "", [])
    assert (kingdom["tempo"], kingdom["exact_tempo"]) == ("92.5", "185/2")
    assert (kingdom["tempo_ratio"], kingdom["meter"], kingdom["bars"]) == ("187/185", "4/4", 24)
    assert kingdom["sections"] == [
        {"name": "Verse", "first_bar": 1, "bars": 16, "meter": "4/4"},
        {"name": "Bridge", "first_bar": 17, "bars": 8, "meter": "4/4"},
    ]


@pytest.mark.parametrize("letter", ["a", "\N{MUSICAL SYMBOL G CLEF}"])
def test_songs_fit_into_a_packet_whatever_there_is(letter: str) -> None:
    """However many songs and sections: those from the chosen one on are told, and it is right."""
    named = [(letter * 80, bar) for bar in range(1, 200)]
    songs = [
        steady_song(f"{number:04}", Tempo(Fraction(100)), first_bars=named)
        for number in range(1000)
    ]
    told = told_songs(state(*songs, index=999))

    assert len(json.dumps(told)) < PACKET_BYTES
    chosen = told["songs"][told["song_index"]]
    assert chosen["title"] == "0999"
    assert told["songs"][1]["title"] == "0000"
