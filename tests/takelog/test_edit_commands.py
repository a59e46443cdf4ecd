"""`countoff takes rate`, `flag`, `note` and their like: what they do, say, refuse, and how it is undone."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from countoff.core.entries import FlagKind
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from pathlib import Path

    from tests.takelog.conftest import Room


@pytest.fixture(autouse=True)
def _no_box(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Reach no box of this machine, and read no configuration of it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("COUNTOFF_CONFIG", str(tmp_path / "none.toml"))


def run(room: Room, *words: str) -> int:
    """Run one command, as the command line does; the box's folder has a song Low Tide."""
    parser = argparse.ArgumentParser()
    add_takes_commands(
        parser.add_subparsers(required=True), lambda _config: room.folder, lambda _: ["Low Tide"]
    )
    arguments = parser.parse_args(["takes", *words])
    code: int = arguments.run(arguments)
    return code


def fill(room: Room) -> None:
    """Write a session: two takes of Harbour, and one of Night Bus that still runs."""
    room.write(
        *(room.session("s1"), room.take("aa11", "Harbour", 1), room.rolled("aa11")),
        *(room.flag("f1", "aa11"), room.ended("aa11"), room.closed("aa11")),
        *(room.take("aa22", "Harbour", 2), room.rolled("aa22"), room.flag("f2", "aa22")),
        *(room.ended("aa22"), room.closed("aa22")),
        *(room.take("bb11", "Night Bus", 1), room.rolled("bb11"), room.position("bb11", 9)),
    )


UNTOLD = "No running box was reached: one that starts reads it in the log."
EDITS: list[tuple[list[str], str]] = [
    (["rate", "Harbour:1", "4"], "T1 of Harbour is rated 4 of 5."),
    (["rate", "2", "0"], "T2 of Harbour is rated 0 of 5."),
    (["flag", "2", "33.2", "fix"], "T2 of Harbour has FIX at bar 33.2 (Bridge)."),
    (["flag", "2", "whole", "keeper"], "T2 of Harbour has KEEP for the whole take."),
    (["flag", "bb", "5", "no_good"], "T1 of Night Bus has NO GOOD at bar 5 (Verse)."),
    (["flag", "2", "7", "keep", "--take-back"], "KEEP at bar 7 of T2 of Harbour is taken back."),
    (["note", "2", "bass", "late"], 'Noted of T2 of Harbour: "bass late".'),
    (["rename", "2", "the loud one"], 'T2 of Harbour is called "the loud one".'),
    (["move", "2", "night bus"], "T2 of Harbour is T2 of Night Bus now."),
    (["move", "2", "low tide"], "T2 of Harbour is T1 of Low Tide now."),
    (["move", "2", "Jam", "--new"], "T2 of Harbour is T1 of Jam now."),
    (["next", "harbour", "11"], f"The next take of Harbour is T11. {UNTOLD}"),
]


@pytest.mark.parametrize(("words", "sentence"), EDITS, ids=[" ".join(words) for words, _ in EDITS])
def test_an_edit_says_what_it_did_and_how_it_is_undone(
    room: Room, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    """A sentence, and a command that can be typed; after it all is as it was."""
    fill(room)
    before = TakeLog(room.folder).takes()
    assert run(room, *words) == 0
    assert capsys.readouterr().out.splitlines() == [
        sentence,
        "To undo it: countoff takes undo 1",
    ]
    # Numbers that were set are the only edits that no take shows.
    assert (TakeLog(room.folder).takes() == before) is (words[0] == "next")

    assert run(room, "undo", "1") == 0
    undone = capsys.readouterr().out.splitlines()
    assert undone[0].startswith("Undone: ")
    assert undone[1] == "To do it again: countoff takes undo 2"
    assert TakeLog(room.folder).takes() == before

    assert run(room, "undo", "2") == 0
    assert capsys.readouterr().out.startswith("Done again: ")


def test_an_edit_can_be_told_to_programs(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """The same sentence, the edit's number and kind, and how to undo it; of an undo, too."""
    fill(room)
    told = []
    for words in (["flag", "2", "33", "fix"], ["next", "Harbour", "11"], ["undo"]):
        assert run(room, *words, "--json") == 0
        told.append(json.loads(capsys.readouterr().out))
    edits = TakeLog(room.folder).edits()
    for each, edit in zip(told, edits, strict=True):
        assert (each["edit"], each["undo"]) == (
            edit.number,
            f"countoff takes undo {edit.number}",
        )
        assert (each["kind"], each["value"], each["take_id"], each["song"]) == (
            *(edit.kind, edit.value, edit.take_id, edit.song),
        )
    assert [each["did"] for each in told] == [
        "T2 of Harbour has FIX at bar 33 (Bridge).",
        "The next take of Harbour is T11.",
        "Undone: T11 for the next take of Harbour. The next take of Harbour is T3.",
    ]
    assert [each["remark"] for each in told] == ["", UNTOLD, UNTOLD]


REFUSED: list[tuple[int, list[str], str]] = [
    (2, ["rate", "2", "6"], "A rating is a whole number from 0 to 5; found 6."),
    (1, ["rate", "9", "4"], 'No take is called "9"'),
    (2, ["rate", "1", "4"], "may be any of 2 takes"),
    (2, ["flag", "2", "99", "keep"], "goes from bar 1 to bar 41; bar 99 is not in it."),
    (2, ["flag", "2", "5", "kep"], 'Did you mean "keep"?'),
    (2, ["flag", "2", "7.2", "keeper"], "T2 of Harbour has KEEP at bar 7.2 already."),
    (2, ["flag", "2", "9", "keeper", "--take-back"], "T2 of Harbour has no KEEP at bar 9."),
    (2, ["flag", "2", "7.3", "keeper", "--take-back"], "has no KEEP at bar 7.3."),
    (2, ["note", "2", " "], "A note has at least one word"),
    (1, ["move", "2", "Nihgt Bus"], 'has a song "Nihgt Bus". Did you mean "Night Bus"? Say --new'),
    (2, ["move", "2", "harbour"], "T2 of Harbour is of that song already."),
    (2, ["move", "bb", "Harbour"], "T1 of Night Bus still runs"),
    (2, ["next", "Harbour", "2"], "T2 of Harbour cannot come next"),
    (2, ["next", "Harbour", "0"], "whole number from 1 to 9999; found 0"),
    (1, ["next", "Nobody", "3"], 'Neither the log nor the box has a song "Nobody".'),
    (1, ["undo"], "There is nothing to undo."),
    (1, ["undo", "7"], "There is no edit 7"),
    (1, ["edits"], "There is no edit in"),
]


def test_what_cannot_be_is_refused_with_a_sentence(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 nothing found, 2 wrong use; nothing is written."""
    fill(room)
    for code, words, sentence in REFUSED:
        assert (words, run(room, *words)) == (words, code)
        said = capsys.readouterr()
        assert said.out == ""
        assert sentence in said.err
    assert TakeLog(room.folder).edits() == []


def test_undo_without_a_number_undoes_the_last_and_then_the_one_before(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """As often as it is said, until there is nothing left; an edit is not undone twice."""
    fill(room)
    for rating in ("1", "2", "3"):
        run(room, "rate", "2", rating)
    ratings = []
    for _ in range(3):
        assert run(room, "undo") == 0
        ratings.append(TakeLog(room.folder).take("aa22").summary.rating)
    assert ratings == [2, 1, None]
    assert run(room, "undo") == 1
    capsys.readouterr()
    assert run(room, "undo", "2") == 2
    assert "undone already, by edit 5: `countoff takes undo 5`" in capsys.readouterr().err


def test_undoing_a_number_that_was_set_sets_the_one_before_again(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence says which take comes next now."""
    fill(room)
    run(room, "next", "Harbour", "7")
    run(room, "next", "Harbour", "11")
    capsys.readouterr()
    for number in (7, 3):
        assert run(room, "undo") == 0
        assert f"The next take of Harbour is T{number}." in capsys.readouterr().out


def test_all_edits_are_listed_with_what_undid_them(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing disappears: an undone edit is there, and so is its undo; of very many the last ones."""
    fill(room)
    run(room, "note", "2", "loud [red]snare\x1b[31m")
    run(room, "move", "2", "Night Bus")
    run(room, "undo")
    capsys.readouterr()
    assert run(room, "edits") == 0
    printed = capsys.readouterr().out
    for words in (
        'note on T2 of Harbour: "loud [red]snare\N{REPLACEMENT CHARACTER}[31m"',
        "T2 of Harbour moved to T2 of Night Bus (undone)",
        "undo of 2: T2 of Harbour moved to T2 of Night Bus",
    ):
        assert words in printed
    assert "--all" not in printed
    monkeypatch.setattr("countoff.takelog.edit_commands._LISTED", 1)
    assert run(room, "edits") == 0
    printed = capsys.readouterr().out
    assert "undo of 2: T2 of Harbour moved" in printed
    assert "snare" not in printed
    assert "Those before 3 are listed with --all." in printed
    assert run(room, "edits", "--all", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(edit["number"], edit["kind"], edit["is_undone"]) for edit in told] == [
        (1, "note", False),
        (2, "move", True),
        (3, "undo", False),
    ]


def test_show_and_list_tell_what_was_said_of_a_take(
    room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rating, name, notes, where it was recorded, whose flag is whose; also in 80 columns."""
    fill(room)
    for words in (
        ["rate", "2", "4"],
        ["rename", "2", "the loud one"],
        ["note", "2", "bass late in the bridge"],
        ["flag", "2", "33", "fix_here"],
        ["move", "2", "Night Bus"],
    ):
        run(room, *words)
    capsys.readouterr()
    assert run(room, "show", "Night Bus:2") == 0
    shown = capsys.readouterr().out
    for told in ("the loud one", "4 of 5", "bass late in the bridge", "T2 of Harbour", "by edit"):
        assert told in shown
    assert run(room, "show", "Night Bus:2", "--json") == 0
    take: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (take["rating"], take["name"], take["notes"]) == (
        *(4, "the loud one"),
        ["bass late in the bridge"],
    )
    assert take["moved_from"] == ["Harbour", 2]
    assert [edit["kind"] for edit in take["edits"]] == ["rating", "name", "note", "flag", "move"]

    monkeypatch.setattr(
        "countoff.takelog.tables._console",
        lambda: Console(width=80, force_terminal=True, color_system=None, highlight=False),
    )
    assert run(room, "list") == 0
    listed = capsys.readouterr().out.splitlines()
    heading = next(line for line in listed if "TAKE" in line).split()
    assert heading == ["TAKE", "SONG", "AT", "UTC", "STATUS", "TEMPO", "BARS", "FLAGS", "ID"]
    first = next(index for index, line in enumerate(listed) if "T2" in line)
    assert listed[first + 1].startswith(' 4/5   "the loud one"')
    assert 'T2 of Night Bus: "bass late in the bridge"' in listed
    assert "…" not in "".join(listed)


FOUND: list[tuple[list[str], list[str]]] = [
    (["--rating", "4"], ["aa22"]),
    (["--rating", "0"], ["aa11", "aa22"]),
    (["--song", "harbour", "--rating", "2"], ["aa22"]),
    (["--day", "2026-11-22"], ["aa11", "aa22", "bb11"]),
    (["--session", "last"], ["bb11"]),
    (["--session", "s1", "--song", "Harbour"], ["aa11", "aa22"]),
    (["--session", "last", "--song", "Harbour"], []),
    (["--day", "2026-11-23"], []),
    (["--rating", "5"], []),
]
NOT_FOUND: list[tuple[list[str], int, str]] = [
    (["--rating", "6"], 2, "--rating is a whole number from 0 to 5; found 6."),
    (["--day", "tomorrow"], 2, '--day is a day such as 2026-11-22; found "tomorrow".'),
    (["--session", "s"], 2, '"s" may be any of 2 sessions'),
    (["--session", "x"], 1, 'No session is called "x"'),
    (["--song", "X", "--rating", "3"], 1, 'no take of "X" rated 3 or better in'),
]


def test_takes_are_listed_by_song_day_rating_and_session(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each leaves out the others, all can be said together, and what nothing can pass is told."""
    room.write(room.session("s1"), room.take("aa11", "Harbour", 1), room.take("aa22", "Harbour", 2))
    room.write(room.session("s2"), room.take("bb11", "Night Bus", 1, "s2"))
    run(room, "rate", "Harbour:1", "1")
    run(room, "rate", "Harbour:2", "4")
    capsys.readouterr()
    for words, ids in FOUND:
        assert run(room, "list", *words, "--json") == (0 if ids else 1)
        assert [take["id"] for take in json.loads(capsys.readouterr().out)] == ids
    for words, code, sentence in NOT_FOUND:
        assert run(room, "list", *words) == code
        assert sentence in capsys.readouterr().err


def test_nothing_is_made_where_there_is_no_log(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edit before the first take says that there is none."""
    for words in (["rate", "1", "4"], ["next", "Low Tide", "4"], ["undo"]):
        assert run(room, *words) == 1
        assert "There is no take yet" in capsys.readouterr().err
    assert not room.folder.exists()


def test_a_log_that_is_none_is_left_alone(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """It cannot be read or written: 3, and a sentence."""
    room.folder.mkdir()
    (room.folder / "takes.sqlite").write_bytes(b"garbage" * 1000)
    for words in (["rate", "1", "4"], ["next", "Low Tide", "4"], ["undo"], ["edits"]):
        assert run(room, *words) == 3
        told = capsys.readouterr().err
        assert "takes.sqlite" in told
        assert "`countoff log check` says" in told


def test_a_name_is_given_once(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """What a take is called already, or is not called at all, is no edit."""
    fill(room)
    assert run(room, "rename", "2", "") == 2
    assert capsys.readouterr().err == "T2 of Harbour has no name.\n"
    assert run(room, "rename", "2", "the loud one") == 0
    assert run(room, "rename", "2", " the loud one ") == 2
    assert 'T2 of Harbour is called "the loud one" already.' in capsys.readouterr().err
    assert run(room, "rename", "2", "") == 0
    assert "has no name any more" in capsys.readouterr().out
    assert len(TakeLog(room.folder).edits()) == 2


def test_a_flag_of_a_pedal_and_one_by_hand_stand_side_by_side(room: Room) -> None:
    """The same bar, another kind: both count, and each is taken back by itself."""
    room.write(*(room.session(), room.take("aa11"), room.rolled("aa11")))
    room.write(*(room.flag("f1", "aa11", FlagKind.FIX_HERE), room.ended("aa11")))
    run(room, "flag", "1", "7.2", "keeper")
    marks = TakeLog(room.folder).takes()[0].flags
    assert [(mark.kind, mark.bar, mark.beat) for mark in marks] == [
        ("fix_here", 7, 2),
        ("keeper", 7, 2),
    ]
    run(room, "flag", "1", "7", "fix", "--take-back")
    assert [mark.kind for mark in TakeLog(room.folder).takes()[0].flags] == ["keeper"]
