from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from countoff.panel.choosing import Choosing

if TYPE_CHECKING:
    from collections.abc import Sequence


def song(title: str, *names: str, is_open: bool = False) -> dict[str, Any]:
    """Return a song as a status tells it."""
    sections = [{"name": name, "first_bar": 1, "bars": 8, "meter": "4/4"} for name in names]
    if is_open:
        sections[-1]["bars"] = None
    return {"title": title, "sections": sections}


SONGS = [song("Ember", "A", "B", "C"), song("Kingdom", ""), song("Low Tide")]
SONG_LISTS = st.lists(
    st.builds(
        lambda title, count, is_open: song(
            title, *"ABCDEFG"[:count], is_open=is_open and count > 0
        ),
        st.sampled_from(["Ember", "Kingdom", "Low Tide", "Sea"]),
        st.integers(0, 7),
        st.booleans(),
    ),
    min_size=1,
    max_size=9,
)
MOVES = st.lists(
    st.sampled_from(["up", "down", "far", "in", "out"]) | SONG_LISTS, min_size=1, max_size=30
)


def test_the_top_of_a_song() -> None:
    """A song with one section is chosen at once."""
    there = Choosing(SONGS, 0).moved(1)

    assert there.among_sections() == there
    assert there.request() == {"ask": "song", "title": "Kingdom", "section": "", "is_looped": False}


def test_a_section() -> None:
    """First the song, then the section of it."""
    there = Choosing(SONGS, 0).among_sections().moved(1)

    assert there.request()["section"] == "B"
    assert there.request(is_looped=True)["is_looped"] is True
    assert there.among_songs().request()["section"] == ""


def test_only_a_section_with_an_end_is_looped() -> None:
    """Neither a song as a whole nor a section that rolls on comes back."""
    songs = [song("Ember", "A", "B", is_open=True)]
    there = Choosing(songs, 0).among_sections()

    assert not Choosing(songs, 0).can_loop
    assert there.can_loop
    assert not there.moved(1).can_loop


def test_songs_read_anew() -> None:
    """The choice stays at its song, wherever that is now, or near where it was."""
    there = Choosing(SONGS, 0).among_sections().moved(2)

    kept = there.with_songs([song("New"), song("Ember", "A", "B", "C")])
    assert (kept.song["title"], kept.section_place) == ("Ember", 2)
    shorter = there.with_songs([song("Ember", "A", "B")])
    assert (shorter.song["title"], shorter.section_place) == ("Ember", None)
    gone = there.with_songs([song("New")])
    assert (gone.song["title"], gone.section_place) == ("New", None)


@given(SONG_LISTS, MOVES)
def test_no_way_leads_off_the_list(
    songs: list[dict[str, Any]], moves: Sequence[str | list[dict[str, Any]]]
) -> None:
    """However one moves, and whatever is read anew: what is pointed at can be asked for."""
    there = Choosing(songs, 0)
    for move in moves:
        if isinstance(move, list):
            there = there.with_songs(move)
        elif move in ("in", "out"):
            there = there.among_sections() if move == "in" else there.among_songs()
        else:
            there = there.moved({"up": -1, "down": 1, "far": 99}[move])
        request = there.request(is_looped=there.can_loop)
        assert request["title"] in {one["title"] for one in there.songs}
        names = {section["name"] for section in there.song["sections"]}
        assert request["section"] in names | {""}
