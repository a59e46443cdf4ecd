"""`countoff comp`: a whole session through the real rules, its grid on the screen, choices by hand."""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from tests.core.comp.making import Takes, fix, keep, mishap, no_good

from countoff.core.comp.grid import grid_of
from countoff.core.entries import HowEnded
from countoff.rehearsal.commands import ALL_MET, add_rehearse_command
from countoff.takelog import comp_tables
from countoff.takelog.commands import add_takes_commands
from countoff.takelog.comp_command import add_comp_command
from countoff.takelog.comp_signs import drawn, signs
from countoff.takelog.schema import FILE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from tests.takelog.conftest import Room

# Bars of a second. T1 keeps its verse and has a chorus to be fixed; T2 breaks off in the verse; T3 has a
# gap in its chorus; T4 loops the chorus, the second pass is a keeper; T5 is faster; T6 is stopped in its
# outro, and kept as a whole; nobody saw T7.
DAY = """
song "Night Bus" tempo 240 length 12 bars section "Intro" at bar 1 section "Verse" at bar 3
     section "Chorus" at bar 7 section "Outro" at bar 11
daw reaper without answer warn
at 1.0            press ROLL
bar 5.3           press KEEPER
bar 9.1           hold KEEPER 0.7 s
bar 12.4          see page rolling
after 3 s         press ROLL
after 0.5 s       press ROLL
bar 3.2           press AGAIN
bar 10.2          fault gap 400 frames
bar 12.4          see page rolling
after 3 s         press ROLL
after 0.5 s       choose "Night Bus" from "Chorus" looped
after 0.5 s       press ROLL
bar 7.2 pass 3    press KEEPER
bar 9.2 pass 4    hold ROLL 0.7 s
after 3 s         press ROLL
after 0.5 s       choose "Night Bus" from "Intro"
after 0.5 s       do nudge_up
after 0.5 s       press ROLL
bar 8.3           press KEEPER
bar 12.4          see page rolling
after 3 s         press ROLL
after 0.5 s       do nudge_down
after 0.5 s       press ROLL
bar 11.3          do stop
after 1 s         press KEEPER
after 20 s        the daw is deaf
after 0.5 s       press ROLL
bar 12.4          see page rolling
after 3 s         press ROLL
""".replace("\n     section", " section")

GRID = """
                T1   T2   T3   T4   T5   T6   T7
                    false     loop  241
 Intro   1-2     ●    ●    ●    ·    ●   [★]   ?
 Verse   3-6     ★    ◐    ●    ·    ●   [★]   ?
 Chorus  7-10    F    ·    !    ★    ★   [★]   ?
 Outro   11-12  [●]   ·    ●    ·    ●   ◐★    ?
"""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play the session once, and give its log's folder, which nobody writes to."""
    folder = tmp_path_factory.mktemp("day")
    script = folder / "day.session"
    script.write_text(DAY)
    parser = argparse.ArgumentParser()
    add_rehearse_command(parser.add_subparsers())
    arguments = parser.parse_args(["rehearse", str(script), "--keep", str(folder / "kept")])
    assert arguments.run(arguments) == ALL_MET
    return folder / "kept"


@pytest.fixture
def log(day: Path, tmp_path: Path) -> Path:
    """Give a test a log of that session of its own."""
    for file in day.glob("takes.sqlite*"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print as onto a terminal of that width, without its colours."""
    monkeypatch.setattr(comp_tables, "PIPE_WIDTH", 80)


def run(folder: Path, *words: str) -> int:
    """Run a `comp` or `takes` command on a log; return the exit code."""
    parser = argparse.ArgumentParser(prog="countoff")
    commands = parser.add_subparsers(required=True)
    add_comp_command(commands, lambda _config: folder)
    add_takes_commands(commands, lambda _config: folder)
    arguments = parser.parse_args(words)
    code: int = arguments.run(arguments)
    return code


def comp(folder: Path, capsys: pytest.CaptureFixture[str], song: str = "night bus") -> Any:
    """Return a song's comp as JSON."""
    capsys.readouterr()
    assert run(folder, "comp", song, "--json") == 0
    return json.loads(capsys.readouterr().out)


def givers(values: Any) -> list[int | None]:
    """Return the number of each section's take."""
    return [section["take"] for section in values["sections"]]


def test_the_grid_is_as_a_drummer_would_draw_it(
    day: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sections down, takes across, what is in the comp in brackets, and the reasons below."""
    assert run(day, "comp", "Night Bus") == 0
    printed = capsys.readouterr().out
    assert GRID in printed
    assert printed.startswith("Night Bus  4 sections, 7 takes, 1 switch in the comp\n")
    assert "Master T6: keeper for the whole take, T5 not.\n" in printed
    assert " Intro to Chorus  ← T6  master" in printed
    assert "← T1  nothing against it there; T6 plays only to bar 11" in printed
    assert "T5 is not cut in beside T6: it is at 241, and T6 at 240.\n" in printed
    assert "T7 was not seen to be recorded by the DAW, and was left out." in printed
    assert 'countoff comp "Night Bus" Outro T7' in printed
    assert all(len(line) <= 80 for line in printed.splitlines())


def test_signs_are_few_and_those_apart_are_dim() -> None:
    """The worst come first; what cannot be in the comp stands back."""
    take = Takes().take(flags=(no_good(2), fix(2), keep(2)), incidents=(mishap(15),))
    found = signs(take, grid_of([take]).cell(take.id, 2))
    assert found == "✗F★"
    apart = drawn(found, 5, is_chosen=False, is_apart=True)
    assert (apart.plain, {span.style for span in apart.spans}) == (" ✗F★ ", {"dim"})
    assert drawn("●", 5, is_chosen=True, is_apart=False).plain == " [●] "


def test_only_signs_that_are_there_are_explained(
    day: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was flagged no good."""
    run(day, "comp", "Night Bus")
    printed = capsys.readouterr().out
    assert "★ keeper  ● played whole  ◐ in part  · not played  F fix here  ! incident" in printed
    assert "no good" not in printed


def test_many_takes_go_into_rows(
    log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit beside the titles comes below, with the titles again."""
    monkeypatch.setattr(comp_tables, "PIPE_WIDTH", 40)
    assert run(log, "comp", "Night Bus") == 0
    printed = capsys.readouterr().out
    assert printed.count(" Chorus  7-10 ") == 2
    assert all(len(line) <= 40 for line in printed.splitlines() if "T4" in line or "●" in line)


def test_json_holds_the_whole_grid(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each take's sections with what they are worth and why, in ticks, and the choices."""
    values = comp(day, capsys)
    assert (values["song"], values["switch_count"], givers(values)) == (
        "Night Bus",
        1,
        [6, 6, 6, 1],
    )
    assert values["left_out"] == {}
    one, two, three, loop, fast, last, unseen = values["takes"]
    assert [cell["standing"] for cell in one["sections"]] == ["good", "kept", "flawed", "good"]
    assert one["sections"][2]["flags"] == [{"kind": "fix_here", "place": "bar 9"}]
    assert [cell["standing"] for cell in two["sections"]] == ["good", "partly", "absent", "absent"]
    assert three["sections"][2]["incidents"] == [
        {"what": "click gap", "place": "bar 10.2", "spoils": True}
    ]
    assert (loop["looped_section"], loop["sections"][2]["pass"]) == (2, 2)
    assert loop["sections"][2]["from_tick"] == 10 * 3840
    assert (fast["tempo"], fast["sections"][2]["fits_the_comp"]) == ("241", False)
    assert (last["whole_take_flag"], last["sections"][3]["standing"]) == ("keeper", "partly")
    assert (unseen["verdict"], unseen["sections"][0]["standing"]) == ("not_seen", "good")


def test_choices_by_hand_are_kept_and_can_be_given_back(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the section's name, initials or number; each says how it is undone."""
    assert run(log, "comp", "night bus", "Chorus", "T4") == 0
    assert capsys.readouterr().out == (
        "Chorus of Night Bus comes from T4 now.\nTo undo it: countoff takes undo 1\n"
    )
    assert run(log, "comp", "Night Bus", "v", "1") == 0
    assert run(log, "comp", "Night Bus", "1", "T7") == 0
    values = comp(log, capsys)
    assert givers(values) == [7, 1, 4, 1]
    run(log, "comp", "Night Bus")
    assert "left out" not in capsys.readouterr().out
    assert [section["is_by_hand"] for section in values["sections"]] == [True, True, True, False]
    assert (values["sections"][2]["pass"], values["sections"][2]["take_tick"]) == (2, 10 * 3840)
    assert run(log, "takes", "undo", "2") == 0
    assert givers(comp(log, capsys)) == [7, 6, 4, 1]
    assert run(log, "comp", "Night Bus", "intro", "proposed") == 0
    assert "Intro of Night Bus is proposed again: it comes from T6." in capsys.readouterr().out
    values = comp(log, capsys)
    assert (givers(values), values["unused"]) == ([6, 6, 4, 1], [])
    run(log, "takes", "edits")
    assert "section 1 in the comp of Night Bus: as proposed" in capsys.readouterr().out
    assert run(log, "comp", "Night Bus", "Chorus", "T4") == 2
    assert "comes from T4 by hand already" in capsys.readouterr().err


def test_the_master_by_hand(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be followed beside it any more is told, and stays chosen."""
    run(log, "comp", "Night Bus", "Chorus", "T1")
    capsys.readouterr()
    assert run(log, "comp", "Night Bus", "--master", "T5") == 0
    told = "T1 cannot give Chorus beside T5: it is at 240, and T5 at 241."
    assert f"T5 is the master of Night Bus now. {told}" in capsys.readouterr().out
    values = comp(log, capsys)
    assert givers(values) == [5, 5, 5, 5]
    assert values["unused"][0].startswith(told)
    run(log, "comp", "Night Bus")
    assert f"Not followed: {told}" in capsys.readouterr().out.replace("\n", " ")
    assert run(log, "comp", "Night Bus", "--master", "T5") == 2
    assert "T5 is the master of Night Bus by hand already." in capsys.readouterr().err
    assert run(log, "comp", "Night Bus", "--master", "proposed") == 0
    assert givers(comp(log, capsys)) == [6, 6, 1, 1]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["Night Bus", "Chorus", "T2"], 2, "T2 does not play Chorus."),
        (["Night Bus", "Chorus", "T5"], 2, "T5 cannot give Chorus beside T6: it is at 241"),
        (["Night Bus", "Chorus", "T9"], 2, 'Night Bus has no take "T9" for a comp; there are: T1'),
        (["Night Bus", "Chorsu", "T1"], 2, 'no section "Chorsu". Did you mean "Chorus"?'),
        (["Night Bus", "Chorus"], 2, 'Say which take is to give "Chorus"'),
        (["Night Bus", "Chorus", "proposed"], 2, "Chorus of Night Bus is proposed already."),
        (["Night Bus", "--master", "proposed"], 2, "is proposed already."),
        (["Night Bus", "Chorus", "T1", "--master", "T1"], 2, "one at a time"),
        (["Night Bus", "Chorus", "T1", "--session", "last"], 2, "leave out --session"),
        (["Night Bsu"], 1, 'no take of a song "Night Bsu". Did you mean "Night Bus"?'),
        (["Night Bus", "--session", "2020-01-01"], 1, 'No session is called "2020-01-01"'),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    log: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, sentence: str
) -> None:
    """Nothing is written then."""
    assert run(log, "comp", *words) == code
    assert sentence in capsys.readouterr().err
    assert run(log, "takes", "edits") == 1


def test_a_session_alone(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The takes of one session only; one without any has none."""
    assert run(log, "comp", "Night Bus", "--session", "last") == 0
    assert "7 takes" in capsys.readouterr().out


def test_a_log_that_is_not_there_has_no_comp(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is nothing found; a file of something else cannot be read."""
    assert run(tmp_path, "comp", "Night Bus") == 1
    assert "There is no take yet" in capsys.readouterr().err
    (tmp_path / "takes.sqlite").write_text("not a log, but long enough to be looked at " * 20)
    assert run(tmp_path, "comp", "Night Bus") == 3


def test_takes_that_give_nothing_are_told(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    """One that still runs, and two that were cancelled: there is no comp of them."""
    room.write(
        room.session(),
        room.take("take-of-1", "Harbour", 1),
        room.ended("take-of-1", -1, how=HowEnded.CANCELLED),
        room.take("take-of-2", "Harbour", 2),
        room.ended("take-of-2", -1, how=HowEnded.CANCELLED),
        room.take("take-of-3", "Harbour", 3),
        room.rolled("take-of-3"),
    )
    assert run(room.folder, "comp", "Harbour") == 0
    assert capsys.readouterr().out == (
        "Harbour  0 takes\n\nNo comp: there is no take.\n\n"
        "T1 and T2 never rolled.\nT3 still runs.\n"
    )
    assert run(room.folder, "comp", "Harbour", "--master", "T3") == 2
    assert "T3 still runs. It cannot be chosen." in capsys.readouterr().err
    assert run(room.folder, "comp", "Harbour", "Verse", "T2") == 2
    assert "has no comp to choose a section of: there is no take." in capsys.readouterr().err


def test_several_that_still_run_are_told_as_several(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence for those that have the same to say, in the plural."""
    room.write(
        room.session(),
        *(room.take(f"take-of-{number}", "Harbour", number) for number in (1, 2, 3, 4)),
        *(room.ended(f"take-of-{number}") for number in (3, 4)),
        *(room.closed(f"take-of-{number}") for number in (3, 4)),
    )
    with closing(sqlite3.connect(room.folder / FILE_NAME, isolation_level=None)) as log:
        # As an older Countoff has left them.
        log.execute("UPDATE takes SET chart_hash = NULL WHERE number > 2")
    assert run(room.folder, "comp", "Harbour") == 0
    assert capsys.readouterr().out.endswith(
        "T1 and T2 still run.\nT3 and T4 had no chart yet: their sections are not known.\n"
    )


def test_a_take_without_bars_is_one_whole_take(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no section to choose; the master is the comp."""
    from countoff.core.song import free_song  # a song that no session script has

    for number in (1, 2):
        take_id = f"id-{number}" if number == 2 else "take-of-1"
        room.write(
            room.session(f"s{number}"),
            room.take(take_id, "Drift [red]", number, f"s{number}", chart=free_song("Drift")),
            room.rolled(take_id),
        )
        room.at_ns += 60_000_000_000
        room.write(room.ended(take_id, 0), room.closed(take_id))
    assert run(room.folder, "comp", "Drift [red]") == 0
    printed = capsys.readouterr().out
    assert "Drift [red]  2 takes" in printed
    assert " whole song     ●   [●]" in printed
    assert "Master T2: as good as T1, and later." in printed
    assert run(room.folder, "comp", "Drift [red]", "--session", "s2") == 0
    assert "Drift [red]  1 take\n" in capsys.readouterr().out
    assert run(room.folder, "comp", "Drift [red]", "1", "T1") == 2
    assert "is one whole take: choose it as --master" in capsys.readouterr().err
    assert run(room.folder, "comp", "Drift [red]", "--master", "id") == 2
    assert 'no take "id"' in capsys.readouterr().err
    assert run(room.folder, "comp", "Drift [red]", "--master", "take-of-1") == 0
    assert givers(comp(room.folder, capsys, "drift [red]")) == [1]
