"""Songs are read again while the box runs, and only whole ones are handed on."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import pytest

from countoff.core.events import PartReported, PartState, SongsRead
from countoff.songs.book import SongFolder
from countoff.songs.watch import SongWatch

if TYPE_CHECKING:
    from pathlib import Path

    from countoff.core.events import Event

DEADLINE_S = 20.0


class Box:
    """Takes what the watch of one folder posts and says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.posted: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.said: list[str] = []
        self.watch = SongWatch(SongFolder(folder), self.posted.put, self.said.append)

    def write(self, tempo: object, title: str = "A") -> None:
        """Write the song file."""
        (self.folder / f"{title}.toml").write_text(f'title = "{title}"\ntempo = {tempo}\n')

    def next_event(self) -> Event:
        """Return what is posted next."""
        return self.posted.get(timeout=DEADLINE_S)

    def next_tempos(self) -> list[str]:
        """Return the tempos of the songs that are posted next."""
        event = self.next_event()
        assert isinstance(event, SongsRead)
        return [str(song.tempo) for song in event.songs]

    def next_report(self) -> tuple[PartState, str]:
        """Return the state and the sentence that are reported next."""
        event = self.next_event()
        assert isinstance(event, PartReported)
        return event.state, event.sentence


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """The watch of a folder with one song."""
    box = Box(tmp_path)
    box.write(120)
    return box


def test_a_change_is_posted(box: Box) -> None:
    """The watch looks by itself; a second file comes after the first."""
    assert [str(song.tempo) for song in box.watch.open().songs] == ["120"]
    with box.watch:
        box.write(92.5)
        assert box.next_tempos() == ["92.5"]
        box.write(66, "B")
        assert box.next_tempos() == ["92.5", "66"]
    assert box.posted.empty()
    assert not box.said


def test_nothing_is_posted_where_nothing_changed(box: Box) -> None:
    """Looking costs the controller nothing."""
    box.watch.open()
    box.watch.look()
    box.watch.look()

    assert box.posted.empty()


def test_what_is_wrong_at_the_start_is_said_when_the_watch_begins(box: Box) -> None:
    """All of it in the journal, the first of it on the screen."""
    box.write(5)
    (box.folder / "B.toml").write_text("title = 3\n")
    box.watch.open()
    assert not box.said
    with box.watch:
        state, sentence = box.next_report()

    assert state is PartState.FAULT
    assert sentence == f"{box.said[0]} (and {len(box.said) - 1} more)"
    assert len(box.said) == 2


def test_a_fault_while_running_keeps_the_song_and_says_so(box: Box) -> None:
    """Once, however often the folder changes; and that it is right again."""
    box.watch.open()
    box.write(5)
    box.watch.look()
    assert box.next_tempos() == ["120"]
    state, sentence = box.next_report()
    assert state is PartState.FAULT
    assert sentence.endswith("The song stays as it was.")
    assert box.said == [sentence]

    box.write(66, "B")
    box.watch.look()
    assert box.next_tempos() == ["120", "66"]
    assert box.posted.empty()
    assert len(box.said) == 1

    box.write(96)
    box.watch.look()
    assert box.next_tempos() == ["96", "66"]
    assert box.next_report() == (PartState.OK, "")


def test_a_watch_that_ends_posts_no_more(box: Box) -> None:
    """What it was told to stop in the middle of is left alone."""
    box.watch.open()
    with box.watch:
        pass
    box.write(60)
    box.watch.look()

    assert box.posted.empty()
