"""Every key is found on its line, also in a file that is partly broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from countoff.config.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_of_keys_are_known(tmp_path: Path) -> None:
    """Headers, dotted and quoted keys, arrays of tables and texts of many lines keep their lines."""
    path = tmp_path / "file.toml"
    path.write_text(
        'title = """\n'
        "not = 1\n"
        '"""\n'
        "[audio]\n"
        "rate_hz = 48000\n"
        'map.roll."idle" = 3\n'
        "[[section]]\n"
        'name = "Verse"\n'
        "[[section]]\n"
        'name = "Chorus"\n'
        "inner = { key = 1 }\n"
    )
    table, problems = read_table(path)

    assert not problems
    assert ("not",) not in table.lines
    assert table.line_of(("title",)) == 1
    assert table.line_of(("audio", "rate_hz")) == 5
    assert table.line_of(("audio", "map", "roll", "idle")) == 6
    assert table.line_of(("section", 0, "name")) == 8
    assert table.line_of(("section", 1, "name")) == 10
    assert table.line_of(("section", 1, "inner", "key")) == 11
    assert table.line_of(("section", 1, "missing")) == 9
    assert table.line_of(("nowhere",)) is None


def test_broken_lines_are_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    """Two lines without quotes are two problems; the keys around them count."""
    path = tmp_path / "file.toml"
    path.write_text("a = 1\nb = one\nc = 3\nd = two\ne = 5\ne = 6\n")
    table, problems = read_table(path)

    assert table.values == {"a": 1, "c": 3, "e": 5}
    assert [problem.line for problem in problems] == [2, 4, 6]


def test_file_of_another_kind_is_one_problem(tmp_path: Path) -> None:
    """A text that is no TOML anywhere gives one sentence, not one for each line."""
    path = tmp_path / "file.toml"
    path.write_text("Dear drummer, \n" * 40)
    table, problems = read_table(path)

    assert table.values == {}
    assert len(problems) == 1


def test_windows_lines_and_byte_order_mark_are_read(tmp_path: Path) -> None:
    """A file that was saved on another system is read like any other."""
    path = tmp_path / "file.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")

    assert read_table(path)[0].values == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "line",
    [
        "tempo = 92,5",
        "tempo=92,5  # brisk",
        "tempo = { from = 92,5, to = 70 }",
        "tempo = { from = 96, to = 92,5 }",
        'tempo = [{ at = "1.1", tempo = 92,5 }]',
    ],
)
def test_a_decimal_comma_is_said_with_the_point_that_it_should_be(
    tmp_path: Path, line: str
) -> None:
    """Half of Europe writes one: the sentence says the number as TOML has it."""
    path = tmp_path / "a.toml"
    path.write_text(f'title = "A"\n{line}\n')
    _, problems = read_table(path)

    assert len(problems) == 1
    assert problems[0].line == 2
    assert "a point in it, not a comma: 92.5." in problems[0].sentence


@pytest.mark.parametrize("line", ["values = [1,2", 'name = "1,5" x', "a = { b = 1,2 = 3"])
def test_a_comma_that_parts_two_things_is_no_decimal_comma(tmp_path: Path, line: str) -> None:
    """What is wrong there is something else."""
    path = tmp_path / "a.toml"
    path.write_text(f"{line}\n")
    _, problems = read_table(path)

    assert problems
    assert "comma:" not in problems[0].sentence
