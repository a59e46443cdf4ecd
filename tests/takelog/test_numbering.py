"""Numbers of takes are set and found together with the running box, which may give one at any moment."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from countoff.control.socket import ControlSocket
from countoff.control.told_songs import told_songs
from countoff.core.events import NextNumberAsked
from countoff.core.session.state import State
from countoff.core.session.step import step
from countoff.core.song import BUILT_IN_SONG
from countoff.takelog.box_numbers import Box, BoxRefusedError, running_box
from countoff.takelog.numbering import move_to_its_next, set_next
from countoff.takelog.reader import TakeLog
from countoff.takelog.recovery import recover
from countoff.takelog.take_edits import EditRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.takelog.conftest import Room

    from countoff.core.events import Event

NOBODY = Box(None)
SONG = BUILT_IN_SONG.title


class SmallBox:
    """A control socket with the rules behind it, and takes that begin just when a number is asked for."""

    def __init__(self, folder: Path, room: Room) -> None:
        self.room = room
        self.state = State(uuid.uuid4(), "s1")
        self.takes_to_begin = 0
        self.unsaved = 0
        self.control = ControlSocket(folder / "control.sock", self.post)
        self.control.hold()
        self.control.start(self.status)

    def begin_take(self) -> None:
        """A take begins, and its entry is saved."""
        number = self.state.next_number(BUILT_IN_SONG)
        numbers = {**self.state.last_numbers, SONG: number}
        self.state = replace(self.state, last_numbers=MappingProxyType(numbers))
        self.room.write(self.room.take(f"box{number}", SONG, number))

    def post(self, event: Event) -> None:
        """Let the rules take an event in; a take may have begun just before."""
        if isinstance(event, NextNumberAsked) and self.takes_to_begin:
            self.takes_to_begin -= 1
            self.begin_take()
        self.state, _ = step(self.state, event)

    def status(self) -> dict[str, Any]:
        """Return what a client needs."""
        log = {"folder": str(self.room.folder), "submitted": 1, "saved": 1 - self.unsaved}
        return {**told_songs(self.state), "log": log}


@pytest.fixture
def box(room: Room) -> Iterator[SmallBox]:
    """Give a box that runs, after a take of another song."""
    room.write(room.session(), room.take("aa11", "Harbour", 1), room.ended("aa11"))
    room.write(room.closed("aa11"))
    # A socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="countoff-"))
    box = SmallBox(folder, room)
    yield box
    box.control.stop()
    shutil.rmtree(folder)


def reached(box: SmallBox) -> Any:
    """Reach the box as a command does."""
    return running_box([box.control.path], box.room.folder)


def test_a_number_is_told_to_the_box_and_lies_in_the_log(box: SmallBox) -> None:
    """The next take has it, now and after a restart."""
    room = box.room
    with reached(box) as there:
        done = set_next(room.folder, room.stamps, there, SONG, 11)
    assert done.sentence == "The next take of Click 120 is T11."
    assert box.state.next_number(BUILT_IN_SONG) == 11
    assert recover(room.folder, room.stamps, "run 2").next_number_by_song == {SONG: 11}


def test_a_number_that_was_used_is_refused(box: SmallBox) -> None:
    """Whether by a take of the log, or by one that was moved; nothing is written, nobody told."""
    room = box.room
    with reached(box) as there:
        for _ in range(3):
            box.begin_take()
        with pytest.raises(EditRefusedError, match=r"as far as T3, and .* Say 4 or more"):
            set_next(room.folder, room.stamps, there, SONG, 3)
        for wrong in (0, 10_000):
            with pytest.raises(EditRefusedError, match="whole number from 1 to 9999"):
                set_next(room.folder, room.stamps, there, SONG, wrong)
    assert TakeLog(room.folder).edits() == []
    assert box.state.next_number(BUILT_IN_SONG) == 4


def test_a_take_that_begins_meanwhile_keeps_its_number(
    box: SmallBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two could have it otherwise: the box refuses, and nothing is written."""
    monkeypatch.setattr("countoff.takelog.box_numbers.WITHIN_S", 0.0)
    room = box.room
    box.takes_to_begin = 1
    with reached(box) as there, pytest.raises(BoxRefusedError, match=r"gives T2 .* next, not T1"):
        set_next(room.folder, room.stamps, there, SONG, 1)
    assert TakeLog(room.folder).edits() == []


def test_a_moved_take_gets_a_number_of_its_own_whatever_begins_meanwhile(box: SmallBox) -> None:
    """Two takes begin just as it is moved: it comes after them, and the next take after it."""
    room = box.room
    box.begin_take()
    box.takes_to_begin = 2
    with reached(box) as there:
        done = move_to_its_next(room.folder, room.stamps, there, "Harbour:1", SONG)
    box.begin_take()
    numbers = [take.number for take in TakeLog(room.folder).takes(song=SONG)]
    assert len(set(numbers)) == len(numbers) == 5
    assert done.sentence == f"T1 of Harbour is T{done.edit.value['number']} of Click 120 now."


def test_a_number_that_was_set_is_not_taken_by_a_move(box: SmallBox) -> None:
    """The DAW's playlist says 11 comes next: a take that is moved there comes before it."""
    room = box.room
    box.begin_take()
    with reached(box) as there:
        set_next(room.folder, room.stamps, there, SONG, 11)
        move_to_its_next(room.folder, room.stamps, there, "Harbour:1", SONG)
    assert TakeLog(room.folder).take(f"{SONG}:2").summary.moved_from == ("Harbour", 1)
    assert box.state.next_number(BUILT_IN_SONG) == 11


def test_without_a_box_the_log_alone_knows(box: SmallBox) -> None:
    """A box that is not there, or writes another log, is not told; a start reads the log."""
    room = box.room
    move_to_its_next(room.folder, room.stamps, NOBODY, "Harbour:1", SONG)
    set_next(room.folder, room.stamps, NOBODY, SONG, 7)
    found = recover(room.folder, room.stamps, "run 2")
    assert (found.last_number_by_song[SONG], found.next_number_by_song[SONG]) == (1, 7)
    with running_box([box.control.path], room.folder.parent) as other:
        assert not other.is_there
    with running_box([room.folder / "no.sock"], room.folder) as nobody:
        assert not nobody.is_there


def test_a_box_that_waits_for_its_disk_is_waited_for_and_told(
    box: SmallBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has begun is not in the log yet, so nobody knows which numbers are free."""
    monkeypatch.setattr("countoff.takelog.box_numbers.WITHIN_S", 0.0)
    box.unsaved = 1
    with reached(box) as there, pytest.raises(BoxRefusedError, match="waits for its disk"):
        set_next(box.room.folder, box.room.stamps, there, SONG, 7)


def test_only_what_is_over_is_moved_and_only_elsewhere(box: SmallBox) -> None:
    """A running take, and a song that it is of already, are refused; no number is lost by it."""
    room = box.room
    box.begin_take()
    with reached(box) as there:
        for take, song, sentence in (
            (f"{SONG}:1", "Harbour", "still runs"),
            ("Harbour:1", "Harbour", "of that song already"),
        ):
            with pytest.raises(EditRefusedError, match=sentence):
                move_to_its_next(room.folder, room.stamps, there, take, song)
    assert box.state.next_numbers == {}
