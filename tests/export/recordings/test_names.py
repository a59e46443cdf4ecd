from __future__ import annotations

from datetime import UTC, datetime

import pytest

from countoff.export.recordings.names import FORMS, PLAIN, NameParts, common_form, parts_of

# As the makers' manuals have them, as a real project had them, or as people tell it.
WRITTEN = {
    "Kick In_03": NameParts("Kick In", pass_key=(3,)),
    "Electric Gtr_01-01": NameParts("Electric Gtr", pass_key=(1,)),
    "OH_02.L": NameParts("OH", side="L", pass_key=(2,)),
    "Tom 1_12": NameParts("Tom 1", pass_key=(12,)),
    "Kick.dup1_02": NameParts("Kick", pass_key=(1, 2)),
    "Kick.02_01": NameParts("Kick", pass_key=(2, 1)),
    "Kick#03": NameParts("Kick", pass_key=(3,)),
    "Kick(3)": NameParts("Kick", pass_key=(3,)),
    "01 - bass_02": NameParts("bass", 1, pass_key=(2,)),
    "Take3_Kick-1": NameParts("Kick", pass_key=(3,)),
    "Take1_2_Gtr-1": NameParts("Gtr", 2, pass_key=(1,)),
    "Room-3%L": NameParts("Room", side="L", pass_key=(3,)),
    "01-Kick-003": NameParts("Kick", 1, pass_key=(3,)),
    "10-Audio 0005 [2024-02-03 124542]": NameParts(
        "Audio", 10, recorded=datetime(2024, 2, 3, 12, 45, 42, tzinfo=UTC)
    ),
    "01-Kick-251122_1403": NameParts(
        "Kick",
        1,
        pass_key=(0,),
        recorded=datetime(2025, 11, 22, 14, 3, tzinfo=UTC),
        recorded_within_s=60.0,
    ),
    "04-251122_1403-02": NameParts(
        "Track 4",
        4,
        pass_key=(2,),
        recorded=datetime(2025, 11, 22, 14, 3, tzinfo=UTC),
        recorded_within_s=60.0,
    ),
    "Kick": NameParts("Kick"),
}


@pytest.mark.parametrize("stem", WRITTEN)
def test_each_form_is_read(stem: str) -> None:
    """Track, number, side, pass and moment are told apart in every DAW's form."""
    parts = parts_of(stem, common_form([stem]))

    assert parts == WRITTEN[stem]


def test_every_example_is_of_its_own_form() -> None:
    """Each form reads its example, and says a pass or a moment in it."""
    for form in FORMS:
        parts = parts_of(form.example, form)

        assert form.pattern.fullmatch(form.example)
        assert parts.track == "Kick"
        assert parts.pass_key or parts.recorded


def test_a_folder_has_one_form() -> None:
    """A track whose own name ends in a number is not taken for a pass of another form."""
    form = common_form(["Gtr-2_01", "Gtr-2_02", "Tom-1_01", "Room_01"])

    assert form.example == "Kick_03"
    assert parts_of("Gtr-2_02", form) == NameParts("Gtr-2", pass_key=(2,))


def test_a_form_that_numbers_later_passes_only_has_a_first() -> None:
    """In Studio One's form a name without a number is the first pass."""
    form = common_form(["Kick", "Kick(2)", "Kick(3)", "OH", "OH(2)", "OH(3)"])

    assert parts_of("OH", form) == NameParts("OH", pass_key=(1,))


def test_most_of_the_first_pass_does_not_hide_the_form() -> None:
    """A name without a number whose track has one elsewhere is of the form, too."""
    form = common_form(["Kick", "OH", "Vox", "Hat", "Kick(2)", "Hat(2)", "OH(2)"])

    assert parts_of("Vox", form) == NameParts("Vox", pass_key=(1,))
    assert parts_of("OH(2)", form) == NameParts("OH", pass_key=(2,))


def test_digits_that_are_no_date_are_none() -> None:
    """A moment that no calendar has is not believed."""
    assert parts_of("01-Kick-259922_1403", common_form(["01-Kick-259922_1403"])).recorded is None


def test_names_without_a_form_are_tracks() -> None:
    """Where no name says a pass, each is the track's."""
    assert common_form(["Kick", "Snare Top"]) is PLAIN
    assert common_form([]) is PLAIN


def test_what_nobody_verified_is_marked() -> None:
    """Forms that were read nowhere are marked so."""
    unverified = {form.example for form in FORMS if not form.documented}

    assert unverified == {
        "01-Kick-251122_1403",
        "Kick.dup1_02",
        "Kick#03",
        "Kick(3)",
        "01-Kick-003",
    }
