from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from countoff.core.entries import FlagTakenBack
from countoff.takelog import schema
from countoff.takelog.reader import (
    LogUnreadableError,
    TakeAmbiguousError,
    TakeLog,
    TakeNotFoundError,
)

if TYPE_CHECKING:
    from tests.takelog.conftest import Room


def fill(room: Room) -> None:
    """Write two songs' takes over two sessions."""
    room.write(
        room.session("s1"),
        room.take("aa11", "Harbour", 1),
        room.take("aa22", "Harbour", 2),
        room.session("s2"),
        room.take("bb33", "Harbour", 3, "s2"),
        room.take("bb44", "Night Bus", 1, "s2"),
        room.take("77cc", "Ratio 3:2", 5, "s2"),
    )


def test_no_log_reads_as_no_takes(room: Room) -> None:
    """Before the first take there is nothing to complain of, and reading makes no file."""
    log = TakeLog(room.folder)
    assert log.takes() == []
    assert log.sessions() == []
    with pytest.raises(TakeNotFoundError, match="no take yet"):
        log.take("1")
    assert not room.folder.exists()


def test_an_empty_file_reads_as_no_takes(room: Room) -> None:
    """A plug pulled while the file was being made leaves a log that is merely empty."""
    room.folder.mkdir()
    (room.folder / "takes.sqlite").touch()
    assert TakeLog(room.folder).takes() == []


def test_takes_come_in_their_order_and_by_session(room: Room) -> None:
    """All takes, or those of one session, in the order in which they were begun."""
    fill(room)
    log = TakeLog(room.folder)
    assert [take.id for take in log.takes()] == ["aa11", "aa22", "bb33", "bb44", "77cc"]
    assert [take.id for take in log.takes("s1")] == ["aa11", "aa22"]
    assert log.takes("s3") == []
    assert [(session.id, session.take_count) for session in log.sessions()] == [
        ("s1", 2),
        ("s2", 3),
    ]
    assert {take.verdict for take in log.takes()} == {"CANNOT ANSWER"}


@pytest.mark.parametrize(
    ("name", "take_id"),
    [
        ("3", "bb33"),  # a number only one take has
        ("Harbour:1", "aa11"),
        ("harbour:2", "aa22"),  # songs are found whatever their capitals
        ("Ratio 3:2:5", "77cc"),  # a song's own colon is no divider
        ("bb4", "bb44"),
        ("aa11", "aa11"),
        ("77", "77cc"),  # no take has the number 77, so it begins an id
    ],
)
def test_a_take_is_found_by_any_of_its_names(room: Room, name: str, take_id: str) -> None:
    """NUMBER, SONG:NUMBER and the beginning of an id all lead to the take."""
    fill(room)
    assert TakeLog(room.folder).take(name).summary.id == take_id


@pytest.mark.parametrize("name", ["1", "aa", "b"])
def test_a_name_that_fits_several_takes_lists_them(room: Room, name: str) -> None:
    """The sentence names each of them in a way that can be typed."""
    fill(room)
    with pytest.raises(TakeAmbiguousError, match=r"any of 2 takes: .+:\d.+, .+:\d") as raised:
        TakeLog(room.folder).take(name)
    assert "Say SONG:NUMBER" in str(raised.value)


def test_a_crowd_of_takes_is_not_listed_whole(room: Room) -> None:
    """The sentence stays a sentence."""
    room.write(room.session(), *(room.take(f"id{n:02}", "Harbour", n) for n in range(30)))
    with pytest.raises(TakeAmbiguousError, match=r"any of 30 takes.* and 22 more"):
        TakeLog(room.folder).take("id")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("9", 'No take is called "9"'),
        ("", 'No take is called ""'),
        ("zz", 'No take is called "zz"'),
        ("Harbuor:1", 'Did you mean "Harbour"'),
        ("Harbour:9", 'No take is called "Harbour:9"'),
        ("99999999999999999999", "No take is called"),
        ("Harbour:99999999999999999999", "No take is called"),
        ("%", "No take is called"),
    ],
)
def test_a_name_that_fits_no_take_says_so(room: Room, name: str, said: str) -> None:
    """Nothing is guessed, but the nearest song is named."""
    fill(room)
    with pytest.raises(TakeNotFoundError, match=said):
        TakeLog(room.folder).take(name)


def test_flags_taken_back_do_not_count(room: Room) -> None:
    """They are in the take's detail with the moment, and not in its summary."""
    room.write(
        *(room.session(), room.take("t1"), room.flag("f1", "t1"), room.flag("f2", "t1")),
        FlagTakenBack("f1", room.tick()),
    )
    detail = TakeLog(room.folder).take("t1")
    assert len(detail.summary.flags) == 1
    assert [(flag.id, flag.taken_back_utc) for flag in detail.flags] == [
        ("f1", "2026-11-22T09:45:05.000Z"),
        ("f2", None),
    ]


def test_reading_does_not_disturb_a_running_writer(room: Room) -> None:
    """What is saved is seen at once while the writer's file is open, and the writer goes on."""
    writer = room.started_writer()
    log = TakeLog(room.folder)
    writer.submit(room.session())
    for number in range(1, 20):
        writer.submit(room.take(f"t{number}", "Harbour", number))
        assert writer.wait_saved(room.deadline_s)
        assert len(log.takes()) == number
    assert writer.stop(room.deadline_s)


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_log_is_one_sentence(room: Room, content: bytes) -> None:
    """The sentence names the file, and reading leaves the file as it is."""
    room.folder.mkdir()
    (room.folder / "takes.sqlite").write_bytes(content)
    with pytest.raises(LogUnreadableError, match=r"takes\.sqlite cannot be read"):
        TakeLog(room.folder).takes()
    assert (room.folder / "takes.sqlite").read_bytes() == content


def test_a_database_of_others_is_one_sentence(room: Room) -> None:
    """It is said that this is no take log."""
    room.folder.mkdir()
    other = sqlite3.connect(room.folder / "takes.sqlite")
    other.execute("CREATE TABLE notes (text)")
    other.close()
    with pytest.raises(LogUnreadableError, match="some other program"):
        TakeLog(room.folder).takes()


def test_a_log_on_a_disk_that_may_not_be_written_can_be_read(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where SQLite cannot make its files beside the log, an unused log is read without them."""
    fill(room)
    connect = sqlite3.connect

    def on_a_read_only_disk(place: str, **how: object) -> sqlite3.Connection:
        if "immutable" not in place:
            raise sqlite3.OperationalError("unable to open database file")
        return connect(place, **how)

    monkeypatch.setattr(schema.sqlite3, "connect", on_a_read_only_disk)
    assert len(TakeLog(room.folder).takes()) == 5
    (room.folder / "takes.sqlite-wal").touch()
    with pytest.raises(LogUnreadableError, match="unable to open"):
        TakeLog(room.folder).takes()


def test_a_folder_may_have_any_name(room: Room) -> None:
    """Signs that mean something in an address mean nothing in a folder's name."""
    room.folder = room.folder / "100% love? #1 & ünïcode"
    fill(room)
    assert len(TakeLog(room.folder).takes()) == 5
