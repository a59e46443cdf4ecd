from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countoff.midi.pedals import (
    Assignment,
    FootController,
    Kind,
    PedalMessage,
    Sent,
    Trodden,
    decode,
)

messages = st.builds(
    PedalMessage,
    st.sampled_from(Kind),
    st.integers(0, 127),
    st.none() | st.integers(1, 16),
)


def pedals(*assigned: str, latches: bool = False) -> FootController[str]:
    """Return a foot controller whose messages are for `message: use`."""
    return FootController(
        [
            Assignment(PedalMessage.parse(message), use.strip(), latches)
            for message, use in (one.split(":") for one in assigned)
        ]
    )


def moves(controller: FootController[str], *sent: str) -> list[tuple[str, bool]]:
    """Return what the bytes, written as hex, move."""
    return [
        (trodden.use, trodden.is_down)
        for data in sent
        for trodden in controller.hear(7, bytes.fromhex(data))
    ]


@given(messages)
def test_a_message_is_read_as_it_is_written(message: PedalMessage) -> None:
    """What is written into the configuration is read from it again."""
    assert PedalMessage.parse(str(message)) == message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Note 60", PedalMessage(Kind.NOTE, 60)),
        ("controller 64 on channel 2", PedalMessage(Kind.CONTROLLER, 64, 2)),
        ("  program  3   channel 16 ", PedalMessage(Kind.PROGRAM, 3, 16)),
    ],
)
def test_a_message_may_be_written_as_people_do(text: str, said: PedalMessage) -> None:
    """Case, spaces and the word "on" do not matter."""
    assert PedalMessage.parse(text) == said


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sixty", "is no message of a pedal"),
        ("note C4", "is no message of a pedal"),
        ("contoller 64", 'Did you mean "controller"?'),
        ("note 128", "from 0 to 127"),
        ("note 60 channel 0", "from 1 to 16"),
        ("note 60 channel 17", "from 1 to 16"),
    ],
)
def test_a_wrong_message_gets_a_sentence(text: str, part: str) -> None:
    """The sentence quotes what was written, and says what is allowed."""
    with pytest.raises(ValueError, match=re.escape(part)) as refused:
        PedalMessage.parse(text)

    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ("903c40", Sent(PedalMessage(Kind.NOTE, 60, 1), is_down=True)),
        ("903c00", Sent(PedalMessage(Kind.NOTE, 60, 1), is_down=False)),
        ("893c40", Sent(PedalMessage(Kind.NOTE, 60, 10), is_down=False)),
        ("b0407f", Sent(PedalMessage(Kind.CONTROLLER, 64, 1), is_down=True)),
        ("b04040", Sent(PedalMessage(Kind.CONTROLLER, 64, 1), is_down=True)),
        ("b0403f", Sent(PedalMessage(Kind.CONTROLLER, 64, 1), is_down=False)),
        ("cf03", Sent(PedalMessage(Kind.PROGRAM, 3, 16), is_down=None)),
        ("", None),
        ("f8", None),
        ("903c", None),
        ("90ff40", None),
        ("e00040", None),
        ("f07f7f0606f7", None),
    ],
)
def test_published_messages_are_decoded(data: str, sent: Sent | None) -> None:
    """Notes, controllers and program changes are told apart, and nothing else is a pedal."""
    assert decode(bytes.fromhex(data)) == sent


def test_a_press_lasts_until_its_release() -> None:
    """A note is down from note-on to note-off, so that a hold works."""
    controller = pedals("note 60: roll", "controller 64: again")

    assert controller.hear(7, bytes.fromhex("903c40")) == (Trodden(7, "roll", is_down=True),)
    assert controller.hear(9, bytes.fromhex("803c00")) == (Trodden(9, "roll", is_down=False),)
    assert moves(controller, "b0407f", "b04000") == [("again", True), ("again", False)]


def test_only_the_way_past_the_middle_counts() -> None:
    """A pedal that sends a sweep of values goes down once and comes up once."""
    values = (0, 20, 63, 64, 90, 127, 127, 65, 63, 10, 0)

    found = moves(pedals("controller 4: keeper"), *(f"b004{value:02x}" for value in values))

    assert found == [("keeper", True), ("keeper", False)]


def test_a_program_change_is_a_step() -> None:
    """It never says that the foot has gone, so it is down and up at once."""
    assert moves(pedals("program 3: roll"), "c003", "c003") == 2 * [("roll", True), ("roll", False)]


def test_each_message_of_a_pedal_that_latches_is_a_step() -> None:
    """On and off in turn, such a pedal means the same each time."""
    found = moves(pedals("controller 64: song", latches=True), "b0407f", "b04000")

    assert found == 2 * [("song", True), ("song", False)]


def test_a_channel_is_only_asked_where_it_is_named() -> None:
    """Without a channel any of the 16 will do; with one, only that."""
    assert moves(pedals("note 60: roll"), "953c40") == [("roll", True)]
    assert moves(pedals("note 60 channel 6: roll"), "953c40") == [("roll", True)]
    assert moves(pedals("note 60 channel 1: roll"), "953c40") == []


def test_a_cable_that_goes_takes_the_feet_with_it() -> None:
    """What was down comes up, once; what was up stays up."""
    controller = pedals("note 60: roll", "note 61: again")
    moves(controller, "903c40", "903d40", "803d40")

    assert controller.let_go(11) == (Trodden(11, "roll", is_down=False),)
    assert controller.let_go(12) == ()
    assert moves(controller, "803c40") == []


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_no_bytes_leave_a_pedal_in_two_minds(sent: list[bytes]) -> None:
    """Whatever comes, a pedal goes down and comes up in turn, and is up when its cable has gone."""
    controller = pedals("note 60: roll", "controller 64: roll2", "program 3: roll3")
    is_down: dict[str, bool] = {}
    found = [trodden for data in sent for trodden in controller.hear(1, data)]

    for trodden in (*found, *controller.let_go(2)):
        assert is_down.get(trodden.use, False) is not trodden.is_down
        is_down[trodden.use] = trodden.is_down
    assert not any(is_down.values())
