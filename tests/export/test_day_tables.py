"""Tables of what is of no single take: the day, songs, people, tempo and meters, as the JSON has them."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from tests.export.days import days
from tests.export.test_exports_agree import written
from tests.export.two_takes import two_takes

from countoff.export.from_log import as_recorded
from countoff.export.session_reading import read_session
from countoff.takelog.edits import Edit, EditKind
from countoff.takelog.reader import TakeLog

if TYPE_CHECKING:
    from tests.export.made_days import MadeDay

    from countoff.export.session_reading import SessionRead
    from countoff.export.timeline import Timeline


def table(name: str, timeline: Timeline, found: SessionRead) -> list[dict[str, str]]:
    """Return the rows of a table."""
    text = written("csv", timeline, found, name).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(days())
def test_tempo_and_meters_are_those_of_the_timeline(day: MadeDay) -> None:
    """Each is on the frame on which JSON has it, a ramp with where it goes."""
    with TemporaryDirectory() as folder:
        day.write(Path(folder))
        found = read_session(TakeLog(Path(folder)))
    timeline = as_recorded(found, found.songs)
    values = json.loads(written("json", timeline, found))
    rows = table("tempo", timeline, found)
    for row, told in zip(rows, values["tempo_map"], strict=True):
        assert (int(row["start_tick"]), int(row["start_frame"])) == (
            told["start_tick"],
            told["start_frame"],
        )
        assert float(row["quarters_per_minute"]) == float(Fraction(told["quarters_per_minute"]))
        to = "" if told["to"] is None else str(float(Fraction(told["to"])))
        assert (row["to_quarters_per_minute"], row["linear_in"]) == (to, told["linear_in"] or "")
        assert (row["between_takes"] == "yes") is any(
            each["start_tick"] <= told["start_tick"] < each["end_tick"]
            for each in values["fillings"]
        )
    assert [(int(row["start_tick"]), row["meter"]) for row in table("meters", timeline, found)] == [
        (each["start_tick"], each["meter"]) for each in values["meters"]
    ]
    assert [(row["song"], int(row["takes"])) for row in table("songs", timeline, found)] == [
        (title, len(day.of(title))) for title in day.titles
    ]


def test_people_and_the_day_are_told(tmp_path: Path) -> None:
    """Who plays in the session stands there without a song; who plays in a song with it."""
    day = two_takes()
    players = [("Ann", "drums", None), ("Bo", "double bass", "Harbour")]
    day.edits.extend(
        Edit(EditKind.PLAYER, {"player": name, "instrument": does}, session_id="s1", song=song)
        for name, does, song in players
    )
    day.edits.append(Edit(EditKind.ENGINEER, "Mona", session_id="s1"))
    day.edits.append(Edit(EditKind.NOTE, "new snare", session_id="s1"))
    day.write(tmp_path)
    found = read_session(TakeLog(tmp_path))
    timeline = as_recorded(found, found.songs)
    assert [tuple(row.values()) for row in table("people", timeline, found)] == [
        ("", "Ann", "drums"),
        ("Harbour", "Ann", "drums"),
        ("Harbour", "Bo", "double bass"),
    ]
    (row,) = table("session", timeline, found)
    assert (row["id"], row["engineer"], row["notes"]) == ("s1", "Mona", "new snare")
