"""Where takes go on one timeline, known or not, and what is said of those that cannot lie where they were."""

from __future__ import annotations

from fractions import Fraction

from countoff.export.places import Placed, ToPlace, stacked_at, strung_out


def take(number: int, bar1_s: float | None, length_s: int = 200) -> ToPlace:
    """Return a take whose recording begins five seconds before bar 1."""
    known = None if bar1_s is None else Fraction(bar1_s)
    return ToPlace(f"T{number} of Harbour", number, Fraction(5), Fraction(length_s), known)


def places(*takes: ToPlace) -> list[Placed]:
    """Return where they go."""
    return strung_out(takes)[0]


def test_a_known_place_is_kept() -> None:
    """Whatever string out would have done with it."""
    found, remarks = strung_out([take(1, 12.5), take(2, 3600.25)])
    assert found == [Placed(Fraction("12.5"), True), Placed(Fraction("3600.25"), True)]
    assert remarks == ()


def test_unknown_places_are_ten_minutes_apart_by_number_in_the_session() -> None:
    """Where nobody was told of them; that is said."""
    found, remarks = strung_out([take(1, None), take(4, None)])
    assert [place.bar1_s for place in found] == [605, 2405]
    said = (
        "Nobody told the box where on the DAW's timeline 2 takes lie: they are laid out ten minutes"
        " apart, as string out does."
    )
    assert remarks == (said,)


def test_an_unknown_take_makes_room_for_known_ones() -> None:
    """Its own place is taken, so it comes after all others."""
    found = places(take(1, None), take(2, 700), take(3, 1800))
    assert [place.bar1_s for place in found] == [2405, 700, 1800]


def test_a_take_longer_than_ten_minutes_pushes_the_next() -> None:
    """To the next place after the last."""
    assert [place.bar1_s for place in places(take(1, None, 1500), take(2, None))] == [605, 2405]


def test_of_two_takes_on_one_place_the_earlier_stays() -> None:
    """The other cannot be there any more, and that is said."""
    found, remarks = strung_out([take(1, 700), take(2, 710)])
    assert found == [Placed(Fraction(700), True), Placed(Fraction(1205), False)]
    assert remarks == (
        "T2 of Harbour lies on the DAW's timeline where an earlier take lies: it is laid where there is room.",
    )


def test_a_place_before_the_beginning_is_not_believed() -> None:
    """No recording begins before 0:00."""
    found, remarks = strung_out([take(1, 2)])
    assert found == [Placed(Fraction(605), False)]
    assert "cannot have begun before the DAW's timeline did" in remarks[0]


def test_takes_may_follow_each_other_closely() -> None:
    """Beginning and end of a recording are not known to the half second."""
    found = places(take(1, 10, 20), take(2, 34.7))
    assert [place.is_known for place in found] == [True, True]


def test_takes_on_one_bar_1_are_stacked() -> None:
    """Two at least, as near to each other as a display can tell."""
    assert stacked_at([take(1, 3600), take(2, 3600.04), take(3, None)]) == 3600
    assert stacked_at([take(1, 3600)]) is None
    assert stacked_at([take(1, 3600), take(2, 3601)]) is None
    assert stacked_at([take(1, None), take(2, None)]) is None
