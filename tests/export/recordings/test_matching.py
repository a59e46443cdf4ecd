from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.export.recordings.days import (
    FORMS,
    MICROPHONES,
    Daw,
    Made,
    any_daw,
    any_lengths,
    day_of,
    folder_of,
    left_out,
    with_stranger,
    wrongly_matched,
)

from countoff.export.recordings.find import UnknownPassError, matched

if TYPE_CHECKING:
    from countoff.export.recordings.takes import TakeToFind
    from countoff.export.recordings.values import MatchedRecordings

SEEDS = st.integers(0, 2**32)
FIVE = [("ended", 221.3), ("ended", 187.0), ("false_start", 9.4), ("ended", 221.3), ("ended", 64.2)]


def five_takes(
    daw: Daw, *, without: int | None = None, stranger_s: float | None = None
) -> tuple[MatchedRecordings, dict[str, str | None]]:
    """Match a day of five takes on twelve microphones, one pass lost or one too many."""
    random = Random(3)
    takes, passes = day_of(random, daw, FIVE)
    if stranger_s is not None:
        before = passes[1]
        place_s = 3600.0 if daw.way == "stack" else before.place_s + 400
        passes.insert(2, Made(None, before.began_s + before.length_s + 3, stranger_s, place_s))
    if without is not None:
        del passes[without - 1]
    folder, truth = folder_of(random, daw, passes)
    return matched(folder, takes, {}), truth


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("can_answer", [True, False])
@pytest.mark.parametrize("has_headers", [True, False])
def test_twelve_microphones_and_five_takes_are_matched(
    form: str, can_answer: bool, has_headers: bool
) -> None:
    """Every file goes to its take, in each DAW's names, answered or not, with and without headers."""
    daw = Daw(form, has_headers=has_headers, can_answer=can_answer)
    found, truth = five_takes(daw)

    assert wrongly_matched(found, truth) == []
    assert left_out(found, truth) == set()
    assert [len(take.tracks) for take in found.takes] == [len(MICROPHONES)] * 5
    assert (found.missing, found.extra, found.open) == ((), (), ())


@pytest.mark.parametrize("without", [1, 2, 4, 5])
@pytest.mark.parametrize("way", ["string_out", "stack", "follow"])
def test_a_missing_pass_is_said(without: int, way: str) -> None:
    """The others are matched all the same, and the take that has none is named."""
    found, truth = five_takes(Daw("pro_tools", way=way), without=without)

    assert wrongly_matched(found, truth) == []
    assert left_out(found, truth) == set()
    assert found.missing == (f"take{without:02}",)
    assert any(f"T{without} of Harbour" in doubt and "missing" in doubt for doubt in found.doubts)


@pytest.mark.parametrize("stranger_s", [4.0, 7.0])
@pytest.mark.parametrize("has_headers", [True, False])
def test_one_too_many_is_said(stranger_s: float, has_headers: bool) -> None:
    """A pass that the box knows nothing of is of no take, and is named."""
    found, truth = five_takes(Daw("logic", has_headers=has_headers), stranger_s=stranger_s)

    assert wrongly_matched(found, truth) == []
    assert left_out(found, truth) == set()
    assert found.extra == ("P3",)
    assert any("P3 (12 tracks" in doubt and "one too many" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    ("daw", "apart"),
    [
        (Daw("pro_tools"), "by their places on the timeline"),
        (Daw("pro_tools", knows_place=False), "by the times at which they were recorded"),
        (
            Daw("ardour", knows_place=False, is_stamped_late=True),
            "by the times at which they were recorded",
        ),
        (Daw("ardour", has_headers=False, is_copy=True), "by their order alone"),
    ],
)
def test_two_of_equal_length_are_said(daw: Daw, apart: str) -> None:
    """They are matched, and what told them apart is named."""
    found, truth = five_takes(daw)

    assert wrongly_matched(found, truth) == []
    assert (
        f"T1 of Harbour and T4 of Harbour are equally long (3:41.3): they were told apart {apart}."
        in (found.doubts)
    )


def test_what_nothing_tells_apart_stays_open() -> None:
    """Two equally long takes, one pass, no clock: it is of none until somebody says, and then it is."""
    random = Random(1)
    daw = Daw("ardour", has_headers=False, is_copy=True)
    takes, passes = day_of(random, daw, [("ended", 200.0), ("ended", 200.0)])
    folder, truth = folder_of(random, daw, passes[1:])
    found = matched(folder, takes, {})

    assert found.takes == ()
    assert [(each.pass_name, set(each.take_ids)) for each in found.open] == [
        ("P1", {"take01", "take02"})
    ]
    assert "equally long" in found.doubts[0]
    assert "--match" in found.doubts[0]

    told = matched(folder, takes, {"P1": "take02"})
    assert wrongly_matched(told, truth) == []
    assert told.open == ()
    assert told.takes[0].by_hand


def test_one_answer_settles_what_depends_on_it() -> None:
    """Of five equally long takes one pass is lost: said of one pass, the order tells the others."""
    random = Random(2)
    daw = Daw("ardour", has_headers=False, is_copy=True)
    takes, passes = day_of(random, daw, [("ended", 200.0)] * 5)
    folder, truth = folder_of(random, daw, [*passes[:2], *passes[3:]])
    found = matched(folder, takes, {})
    assert found.takes == ()
    assert len(found.open) == 4

    told = matched(folder, takes, {"P2": "take02", "P3": "take04"})
    assert wrongly_matched(told, truth) == []
    assert left_out(told, truth) == set()


def test_what_somebody_says_holds_against_every_clue() -> None:
    """Order, length and place give way; what was said to be of none is of none."""
    random = Random(4)
    takes, passes = day_of(random, Daw("pro_tools"), FIVE)
    folder, _ = folder_of(random, Daw("pro_tools"), passes)
    found = matched(folder, takes, {"P1": "take02", "P2": "take01", "P5": None})

    by_take = {take.take_id: (take.pass_name, take.by_hand) for take in found.takes}
    assert by_take["take02"] == ("P1", True)
    assert by_take["take01"] == ("P2", True)
    assert by_take["take04"] == ("P4", False)
    assert found.extra == ("P5",)
    assert found.missing == ("take05",)

    with pytest.raises(UnknownPassError, match="P1 to P5"):
        matched(folder, takes, {"P9": "take01"})


def test_passes_in_another_order_than_the_takes_stay_open() -> None:
    """Two lengths that fit crosswise cannot both be right: neither is taken, and the order is named."""
    random = Random(8)
    daw = Daw("ardour", has_headers=False, is_copy=True)
    takes, passes = day_of(random, daw, [("ended", 200.0), ("ended", 100.0), ("ended", 150.0)])
    folder, _ = folder_of(random, daw, [passes[0], passes[2], passes[1]])
    found = matched(folder, takes, {})

    assert [take.take_id for take in found.takes] == ["take01"]
    assert [each.pass_name for each in found.open] == ["P2", "P3"]
    assert "by the order of the day not both can be" in found.doubts[0]


def test_a_length_that_the_log_denies_is_asked_for() -> None:
    """A pass at the right time and place, but minutes too short, is not taken silently."""
    random = Random(5)
    daw = Daw("pro_tools")
    takes, passes = day_of(random, daw, [("ended", 200.0), ("ended", 150.0)])
    folder, _ = folder_of(random, daw, [passes[0], replace(passes[1], length_s=40.0)])
    found = matched(folder, takes, {})

    assert [take.take_id for take in found.takes] == ["take01"]
    assert [each.pass_name for each in found.open] == ["P2"]
    assert "the log has that take as 2:30.0 long" in found.doubts[0]


def test_nothing_matches_nothing() -> None:
    """A folder without recordings, or a session without takes, is no error."""
    random = Random(6)
    takes, passes = day_of(random, Daw("logic"), FIVE)
    folder, _ = folder_of(random, Daw("logic"), passes)

    assert matched(folder, [], {}).extra == ("P1", "P2", "P3", "P4", "P5")
    assert matched(replace(folder, recordings=()), takes, {}).missing == (
        "take01",
        "take02",
        "take04",
        "take05",
    )


@given(SEEDS)
@settings(max_examples=120, deadline=None)
def test_no_file_goes_to_a_wrong_take(seed: int) -> None:
    """Whatever the DAW, its clock and its timeline: lost passes, lost files and strangers mislead nobody.

    A stranger that is as long as a lost take, in its place, could only be told by ear: it is left out here.
    """
    random = Random(seed)
    daw = any_daw(random)
    takes, passes = day_of(random, daw, any_lengths(random))
    what = random.choice(("a stranger", "a loss", "losses"))
    if what == "a stranger":
        passes = with_stranger(random, daw, passes)
    else:
        gone = random.sample(passes, k=min(len(passes) - 1, 1 if what == "a loss" else 2))
        passes = [one for one in passes if one not in gone]
    folder, truth = folder_of(random, daw, passes, drop=random.choice((0.0, 0.1)))
    found = matched(folder, takes, {})

    assert wrongly_matched(found, truth) == []
    named = {each.pass_name for each in found.open} | set(found.extra)
    assert named | {take.pass_name for take in found.takes} == {p.name for p in found.passes}
    assert len({take.take_id for take in found.takes}) == len(found.takes)


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_a_day_recorded_by_hand_is_matched(seed: int) -> None:
    """Where the box moves no DAW, somebody records before each take and stops after it: no file goes wrong.

    And bar 1 lies where it was, within what is said of it.
    """
    random = Random(seed)
    daw = replace(
        any_daw(random),
        has_headers=True,
        can_answer=False,
        knows_place=False,
        way="follow",
        clock_ahead_s=random.choice((0, 3600, -18_000)),
    )
    takes, passes = day_of(random, daw, any_lengths(random), gaps_s=(40, 200))
    by_hand = []
    for one in passes:
        before_s, after_s = random.uniform(1, 12), random.uniform(1, 25)
        length_s = before_s + one.length_s + after_s
        by_hand.append(replace(one, began_s=one.began_s - before_s, length_s=length_s))
    folder, truth = folder_of(random, daw, by_hand)
    found = matched(folder, takes, {})

    assert wrongly_matched(found, truth) == []
    assert_bar_1_is_where_it_was(found, takes, by_hand)


def assert_bar_1_is_where_it_was(
    found: MatchedRecordings, takes: list[TakeToFind], passes: list[Made]
) -> None:
    """In every matched recording bar 1 lies on its frame, as nearly as is said."""
    began_s = {one.take_id: one.began_s for one in passes}
    bar1_s = {take.id: take.began_s + take.bar1_after_s for take in takes}
    for take in found.takes:
        for track in take.tracks:
            for placed in track.recordings:
                true_s = bar1_s[take.take_id] - began_s[take.take_id]
                said_s = -placed.bar1_offset_frames / placed.recording.rate_hz
                assert abs(said_s - true_s) * 1000 <= take.bar1_within_ms + 1


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_whole_day_is_matched_whole(seed: int) -> None:
    """Three takes or more, nothing lost, nothing added: every file goes to its take, nothing is open."""
    random = Random(seed)
    daw = any_daw(random)
    lengths = [*any_lengths(random), ("ended", 100.0), ("ended", 100.0), ("ended", 131.0)]
    takes, passes = day_of(random, daw, lengths)
    folder, truth = folder_of(random, daw, passes)
    found = matched(folder, takes, {})

    assert wrongly_matched(found, truth) == []
    assert left_out(found, truth) == set()
    assert_bar_1_is_where_it_was(found, takes, passes)
