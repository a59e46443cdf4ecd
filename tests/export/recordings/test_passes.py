from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tests.export.recordings.days import FORMS, MICROPHONES, RATE_HZ, Daw, day_of, folder_of

from countoff.export.recordings.passes import passes_of
from countoff.export.recordings.values import Recording

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def made(
    track: str,
    number: int,
    length_s: float,
    *,
    side: str = "",
    place_s: float | None = None,
    recorded_s: float | None = None,
    closed_s: float = 0.0,
) -> Recording:
    """Return a recording that is named as Pro Tools names it."""
    return Recording(
        path=f"{track}_{number:02}{side and f'.{side}'}.wav",
        track=track,
        track_number=None,
        side=side,
        pass_key=(number,),
        rate_hz=RATE_HZ,
        length_frames=round(length_s * RATE_HZ),
        channels=1,
        time_reference_frames=None if place_s is None else round(place_s * RATE_HZ),
        recorded=None if recorded_s is None else NOON + timedelta(seconds=recorded_s),
        recorded_within_s=1.0,
        changed_ns=round(closed_s * 1e9),
    )


def grouped(*recordings: Recording) -> list[list[str]]:
    """Return the paths of each pass, in the order of the passes."""
    return [
        sorted(recording.path for recording in found.recordings)
        for found in passes_of(recordings).passes
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", ["string_out", "stack", "follow"])
@pytest.mark.parametrize("has_headers", [True, False])
def test_a_day_of_twelve_microphones_falls_into_its_passes(
    form: str, way: str, has_headers: bool
) -> None:
    """In each DAW's names, with and without headers, each pass is found whole and in its order."""
    random = Random(7)
    daw = Daw(form, has_headers=has_headers, way=way)
    _, passes = day_of(random, daw, [("ended", 180.0)] * 4 + [("ended", 61.0)])
    folder, truth = folder_of(random, daw, passes)
    found = passes_of(folder.recordings)

    assert [{truth[one.path] for one in each.recordings} for each in found.passes] == [
        {one.take_id} for one in passes
    ]
    assert [each.name for each in found.passes] == ["P1", "P2", "P3", "P4", "P5"]
    assert {len(each.tracks) for each in found.passes} == {len(MICROPHONES)}
    assert found.ordered_by
    assert found.remarks == ()


def test_split_stereo_is_one_track() -> None:
    """Two sides are two recordings of one track, the left first."""
    (found,) = passes_of([made("OH", 1, 9, side="R"), made("OH", 1, 9, side="L")]).passes

    (track,) = found.tracks
    assert [recording.side for recording in track.recordings] == ["L", "R"]


def test_delay_compensation_parts_no_pass() -> None:
    """Tracks that begin some milliseconds apart are of one pass; a pass half a second later is not."""
    assert grouped(
        made("Kick", 1, 9, place_s=10.0),
        made("OH", 1, 9, place_s=10.04),
        made("Kick", 2, 9, place_s=19.5),
    ) == [["Kick_01.wav", "OH_01.wav"], ["Kick_02.wav"]]


def test_passes_on_one_place_are_told_apart_by_the_clock() -> None:
    """Where every take is recorded at 01:00:00, the second tells two passes apart."""
    assert grouped(
        made("Kick", 1, 9, place_s=3600, recorded_s=0),
        made("OH", 1, 9, place_s=3600, recorded_s=1),
        made("Kick", 2, 9, place_s=3600, recorded_s=30),
        made("OH", 2, 9, place_s=3600, recorded_s=30),
    ) == [["Kick_01.wav", "OH_01.wav"], ["Kick_02.wav", "OH_02.wav"]]


def test_numbers_that_have_fallen_behind_are_put_right() -> None:
    """A track that was not armed once numbers its passes one lower: lengths tell, and it is said."""
    found = passes_of(
        [made(track, number, 100 + 7 * number) for track in ("Kick", "Hat") for number in (1, 2, 3)]
        + [replace(made("OH", 1, 114), pass_key=(1,)), replace(made("OH", 2, 121), pass_key=(2,))]
    )

    assert [[track.name for track in each.tracks] for each in found.passes] == [
        ["Hat", "Kick"],
        ["Hat", "Kick", "OH"],
        ["Hat", "Kick", "OH"],
    ]
    assert len(found.remarks) == 2
    assert "OH_01.wav is taken to be of the same pass as Hat_02.wav" in found.remarks[0]


def test_a_track_that_ended_early_stays_in_its_pass() -> None:
    """Where headers say that they began together, another length parts nothing."""
    assert len(grouped(made("Kick", 1, 9, place_s=5), made("OH", 1, 4, place_s=5))) == 1


def test_two_files_of_one_track_are_two_passes() -> None:
    """Whatever the clues say, nobody records one track twice at once."""
    twice = [replace(made("Kick", 1, 9), path=f"{copy}/Kick_01.wav") for copy in ("a", "b")]

    assert grouped(*twice) == [["a/Kick_01.wav"], ["b/Kick_01.wav"]]


def test_the_order_of_the_day_is_that_of_the_clock() -> None:
    """Numbers and places do not matter where the headers say when."""
    assert grouped(
        made("Kick", 2, 9, place_s=10, recorded_s=0),
        made("Kick", 1, 9, place_s=0, recorded_s=60),
    ) == [["Kick_02.wav"], ["Kick_01.wav"]]


def test_moments_that_cannot_be_are_not_believed() -> None:
    """Recordings that were exported in one go have one moment; it is not used, and that is said."""
    found = passes_of(
        [made("Kick", number, 60, place_s=100.0 * number, recorded_s=number) for number in (2, 1)]
    )

    assert [each.begun for each in found.passes] == [None, None]
    assert found.ordered_by == "the numbers in their names"
    assert "passes would overlap" in found.remarks[0]


def test_a_moment_may_be_that_of_the_end() -> None:
    """Where only that leaves room between the passes, each began so much earlier as it is long."""
    found = passes_of(
        [made("Kick", 1, 60, recorded_s=60), made("Kick", 2, 10, recorded_s=75)]
    ).passes

    assert [each.begun for each in found] == [None, None]
    late = [each.begun_if_late for each in found]
    assert all(
        span is not None and span.has(NOON.timestamp() + at_s + 0.5)
        for span, at_s in zip(late, (0, 65), strict=True)
    )


@pytest.mark.parametrize("closed_s", [[60, 130], [60, 61], [130, 60]])
def test_the_times_of_files_count_unless_they_are_those_of_a_copy(closed_s: list[float]) -> None:
    """A file that was closed too soon after another was copied, and so were files in another order."""
    found = passes_of([made("Kick", n, 60, closed_s=closed_s[n - 1]) for n in (1, 2)])

    assert [each.begun is not None for each in found.passes] == [closed_s == [60, 130]] * 2
    assert [each.recordings[0].pass_key for each in found.passes] == [(1,), (2,)]


def test_no_order_is_said() -> None:
    """Where nothing says an order it is that of the names, and nothing else is claimed."""
    plain = [replace(made("Kick", 1, 9 + n), path=f"{n}.wav", pass_key=()) for n in (1, 2)]
    found = passes_of(plain)

    assert len(found.passes) == 2
    assert found.ordered_by == ""
    assert passes_of([]).passes == ()
