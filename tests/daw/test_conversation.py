"""What is said to a DAW and heard of it, in each dialect: bytes written out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from countoff.core.actions import DawCommand, TellDaw
from countoff.core.daw import DawPlace, DawTransport, KnownFrom
from countoff.core.events import DawHeard
from countoff.daw.conversation import Conversation, Heard
from countoff.daw.finding import SHIPPED
from countoff.daw.profile import Answers, Dialect, Profile, Recording, Said, Transport
from countoff.daw.reading import read_profile
from countoff.daw.speaking import Address
from countoff.daw.timed import Timed
from countoff.midi.timecode import Rate

if TYPE_CHECKING:
    from pathlib import Path

MS = 1_000_000
T = 1_000_000_000_000

REC = ("90 5F 7F", "90 5F 00")
PLAY = ("90 5E 7F", "90 5E 00")
STOP = ("90 5D 7F", "90 5D 00")
HUI_REC = ("B0 0F 0E", "B0 2F 45", "B0 0F 0E", "B0 2F 05")
HUI_PLAY = ("B0 0F 0E", "B0 2F 44", "B0 0F 0E", "B0 2F 04")
STROBE, EXIT, MMC_STOP = "F0 7F 7F 06 06 F7", "F0 7F 7F 06 07 F7", "F0 7F 7F 06 01 F7"


def shipped(key: str) -> Profile:
    """Return a profile that comes with the box."""
    profile, problems = read_profile(SHIPPED / f"{key}.toml")
    assert profile is not None, problems
    return profile


def talk(key: str) -> Conversation:
    """Return a conversation with a DAW whose port has been there for a while, and said nothing."""
    conversation = Conversation(shipped(key))
    conversation.opened(T - 10_000 * MS)
    conversation.look(T - 5_000 * MS)
    return conversation


def hear(conversation: Conversation, at_ms: float, *messages: str) -> Heard:
    """Have it hear messages at a moment; return all that came of them."""
    heard = Heard()
    for message in messages:
        one = conversation.hear(T + round(at_ms * MS), bytes.fromhex(message))
        heard = Heard(
            heard.events + one.events, heard.replies + one.replies, heard.spoken + one.spoken
        )
    return heard


def transports(heard: Heard) -> list[DawTransport]:
    """Return what was told of the transport."""
    return [event.transport for event in heard.events if event.transport is not None]


def say(
    conversation: Conversation, at_ms: float, command: DawCommand, locate_s: int = 0
) -> list[str]:
    """Return the bytes that a command says at once, as hex."""
    return as_hex(conversation.say(TellDaw(T + round(at_ms * MS), command, locate_s)))


def as_hex(messages: tuple[Timed, ...]) -> list[str]:
    """Return the messages as they are written here."""
    return [message.data.hex(" ").upper() for message in messages]


class TestMmc:
    """The profile that boxes have had so far."""

    def test_says_what_it_always_said(self) -> None:
        """Record is one strobe, stop leaves record first, locate goes to the seconds displayed."""
        conversation = talk("mmc")
        assert say(conversation, 0, DawCommand.RECORD) == [STROBE]
        assert say(conversation, 0, DawCommand.STOP) == [EXIT, MMC_STOP]
        assert say(conversation, 0, DawCommand.LOCATE, 1200) == [
            "F0 7F 7F 06 44 06 01 20 14 00 00 00 F7"
        ]
        assert say(conversation, 0, DawCommand.LOCATE, 16 * 3600) == []
        assert say(conversation, 0, DawCommand.MARKER) == []

    def test_says_it_at_the_moment_asked_for(self) -> None:
        """Each message carries the moment of its command."""
        (message,) = talk("mmc").say(TellDaw(T + 7, DawCommand.RECORD))
        assert message == Timed(T + 7, bytes.fromhex(STROBE))

    def test_listens_to_nobody(self) -> None:
        """It needs no input, greets nobody, and makes nothing up."""
        conversation = Conversation(shipped("mmc"))
        assert conversation.attention is None
        assert conversation.opened(T) == ()
        assert hear(conversation, 0, STROBE, "90 5F 7F") == Heard()
        assert conversation.next_moment_ns() is None

    def test_speaks_to_one_device_in_its_own_rate(self) -> None:
        """The device's number and the rate of its time code are in the bytes."""
        conversation = Conversation(shipped("mmc"), Address(5, Rate.FPS_30))
        assert say(conversation, 0, DawCommand.LOCATE, 3600) == [
            "F0 7F 05 06 44 06 01 61 00 00 00 00 F7"
        ]


def test_no_daw_is_told_nothing() -> None:
    """Where somebody else presses record, the box says nothing."""
    conversation = talk("none")
    assert [say(conversation, 0, command) for command in DawCommand] == [[], [], [], []]
    assert conversation.attention is None


@pytest.mark.parametrize(
    ("profile", "is_silent"),
    [
        ("none", True),
        ("ardour-clock", True),
        ("mmc", False),
        ("ardour", False),
        ("ardour-osc", False),
    ],
)
def test_only_a_port_over_which_something_passes_misses_its_daw(
    profile: str, *, is_silent: bool
) -> None:
    """A DAW that the clock moves, or nobody, need not be connected to the port of the commands."""
    assert talk(profile).is_silent is is_silent


class TestMackie:
    """Lights both ways."""

    def test_record_is_pressed_by_what_is_lit(self) -> None:
        """Nothing lit: Record and Play. Armed: Play alone. Rolling: Record alone. Recording: none."""
        lights = {
            ("90 5F 00", "90 5E 00"): [*REC, *PLAY],
            ("90 5F 01", "90 5E 00"): [*PLAY],
            ("90 5F 00", "90 5E 7F"): [*REC],
            ("90 5F 7F", "90 5E 7F"): [],
        }
        for lit, pressed in lights.items():
            conversation = talk("ardour")
            hear(conversation, 0, *lit)
            assert say(conversation, 100, DawCommand.RECORD) == pressed, lit

    def test_a_daw_that_has_said_nothing_is_taken_for_dark(self) -> None:
        """Some DAWs send a light only when it changes."""
        assert say(talk("ardour"), 0, DawCommand.RECORD) == [*REC, *PLAY]

    def test_buttons_have_the_time_they_need_between_them(self) -> None:
        """Press and release come together, the next button 20 ms later."""
        messages = talk("ardour").say(TellDaw(T, DawCommand.RECORD))
        assert [message.at_ns - T for message in messages] == [0, 0, 20 * MS, 20 * MS]

    def test_marker(self) -> None:
        """The button is pressed and released, which is when the marker is made."""
        assert say(talk("ardour"), 0, DawCommand.MARKER) == ["90 54 7F", "90 54 00"]

    def test_what_its_lights_say(self) -> None:
        """Armed while the light blinks, recording while it is on, then stopped."""
        conversation = talk("ardour")
        assert transports(hear(conversation, 0, "90 5F 00", "90 5E 00")) == [DawTransport.STOPPED]
        assert transports(hear(conversation, 10, "90 5F 01")) == [DawTransport.ARMED]
        assert transports(hear(conversation, 20, "90 5E 7F")) == [DawTransport.PLAYING]
        assert transports(hear(conversation, 21, "90 5F 7F")) == [DawTransport.RECORDING]
        assert transports(hear(conversation, 500, "90 5F 7F", "90 5E 7F")) == []
        heard = hear(conversation, 900, "90 5E 00", "90 5F 00", "90 5D 7F")
        assert transports(heard)[-1] is DawTransport.STOPPED

    def test_a_light_that_is_not_known_is_not_off(self) -> None:
        """What the DAW does is not told before the lights that decide it have come."""
        conversation = talk("ardour")
        assert transports(hear(conversation, 0, "90 5F 00")) == []
        assert transports(hear(conversation, 5, "90 5D 7F")) == [DawTransport.STOPPED]

    def test_lights_from_before_the_port_went_are_not_known(self) -> None:
        """A DAW that came back and says its play light alone has not said that it records."""
        conversation = talk("ardour")
        heard = hear(conversation, 0, "90 5F 7F", "90 5E 7F")
        assert transports(heard)[-1] is DawTransport.RECORDING
        conversation.lost()
        conversation.opened(T + 50 * MS)
        assert transports(hear(conversation, 60, "90 5E 7F", "90 5D 00", "B0 49 31")) == []
        assert conversation.look(T + 5_000 * MS).events == ()
        assert transports(hear(conversation, 6_000, "90 5F 00")) == [DawTransport.PLAYING]

    def test_armed_and_recording_are_told_apart_by_the_play_light(self) -> None:
        """Where the record light alone means armed, both lights mean that it records."""
        conversation = talk("live")
        assert transports(hear(conversation, 0, "90 5F 7F", "90 5E 00")) == [DawTransport.ARMED]
        assert transports(hear(conversation, 9, "90 5E 7F")) == [DawTransport.RECORDING]
        assert transports(hear(conversation, 99, "90 5E 00")) == [DawTransport.ARMED]

    def test_a_play_light_that_beats_is_not_asked(self) -> None:
        """Where it goes on and off with the beat, the stop light tells."""
        conversation = talk("fl-studio")
        hear(conversation, 0, "90 5F 7F", "90 5D 00")
        assert transports(hear(conversation, 9, "90 5E 7F", "90 5E 00", "90 5E 7F")) == []
        assert transports(hear(conversation, 99, "90 5D 7F")) == [DawTransport.ARMED]

    def test_stopping_is_no_gap(self) -> None:
        """A record light that goes off a moment before the play light is a stop, not a punch-out."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 5F 7F", "90 5E 7F")
        assert transports(hear(conversation, 500, "90 5F 00")) == []
        assert transports(hear(conversation, 501, "90 5E 00")) == [DawTransport.STOPPED]

    def test_a_punch_out_is_told_since_when(self) -> None:
        """A record light that stays off is told a moment later, with the moment it went off."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 5F 7F", "90 5E 7F")
        hear(conversation, 500, "90 5F 00")
        assert conversation.next_moment_ns() == T + 520 * MS
        assert conversation.look(T + 519 * MS).events == ()
        assert conversation.look(T + 520 * MS).events == (
            DawHeard(T + 500 * MS, DawTransport.PLAYING),
        )

    def test_signs_of_life_are_thinned_out(self) -> None:
        """Whatever comes is a sign of life, ten times a second and no more; nobody's clock is."""
        conversation = talk("ardour")
        events = hear(conversation, 0, "E0 00 40").events
        assert events == (DawHeard(T),)
        for at_ms in range(1, 300):
            events += hear(conversation, at_ms, "D0 01", "F8").events
        assert [event.at_ns - T for event in events] == [0, 100 * MS, 200 * MS]

    def test_handshake(self) -> None:
        """A query is answered with who we are, a response with that it is right, a version too."""
        conversation = talk("mackie")
        (online,) = hear(conversation, 0, "F0 00 00 66 14 00 F7").replies
        assert online.startswith(bytes.fromhex("F0 00 00 66 14 01 58 59 5A"))
        (confirmed,) = hear(
            conversation, 1, "F0 00 00 66 14 02 58 59 5A 43 4E 54 46 01 02 03 04 F7"
        ).replies
        assert confirmed == bytes.fromhex("F0 00 00 66 14 03 58 59 5A 43 4E 54 46 F7")
        (version,) = hear(conversation, 2, "F0 00 00 66 14 13 00 F7").replies
        assert version[:6] == bytes.fromhex("F0 00 00 66 14 14")
        assert len(version) == 12
        (logic,) = hear(conversation, 3, "F0 00 00 66 10 00 F7").replies
        assert logic[4] == 0x10

    def test_where_it_is(self) -> None:
        """The display is read once it is whole, at 25 frames a second, in seconds as displayed."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 71 7F")
        digits = ("B0 40 32", "B0 41 31", "B0 42 30", "B0 43 33", "B0 44 30")
        hear(conversation, 1, *digits)
        hear(conversation, 1, "B0 45 32", "B0 46 30", "B0 47 31", "B0 48 30", "B0 49 30")
        assert conversation.look(T + 20 * MS).events == ()
        (event,) = conversation.look(T + 30 * MS).events
        assert event == DawHeard(
            T + 1 * MS, place=DawPlace(3723 + Fraction(12, 25), KnownFrom.DISPLAY)
        )

    def test_what_comes_back_as_it_was_said_is_not_believed(self) -> None:
        """A cable, or a DAW, that sends our own bytes back would confirm every press by itself."""
        conversation = talk("ardour")
        (greeting,) = conversation.opened(T)
        hear(conversation, 1, greeting.hex())
        assert conversation.is_looped
        assert hear(conversation, 2, "90 5F 7F", "90 5E 7F").events == ()
        conversation.lost()
        conversation.opened(T + 9 * MS)
        assert transports(hear(conversation, 10, "90 5F 7F"))
        assert not conversation.is_looped


class TestLightsOfYesterday:
    """A button that toggles is pressed by lights that are up to date."""

    def test_a_port_that_was_just_opened_has_300_ms_to_light_up(self) -> None:
        """The command waits for the lights, and then needs Play alone, at once."""
        conversation = Conversation(shipped("ardour"))
        conversation.opened(T)
        command = TellDaw(T + 50 * MS, DawCommand.RECORD)
        assert conversation.say(command) == ()
        assert conversation.next_moment_ns() == T + 300 * MS
        hear(conversation, 60, "90 5F 01", "90 5E 00")
        assert conversation.look(T + 79 * MS).spoken == ()
        (spoken,) = conversation.look(T + 81 * MS).spoken
        assert spoken.command is command
        assert as_hex(spoken.messages) == [*PLAY]
        assert spoken.messages[0].at_ns == T + 81 * MS
        assert conversation.look(T + 500 * MS).spoken == ()

    def test_a_daw_that_does_not_light_up_is_taken_for_dark(self) -> None:
        """After 300 ms it is said as if nothing were lit."""
        conversation = Conversation(shipped("ardour"))
        conversation.opened(T)
        conversation.say(TellDaw(T + 50 * MS, DawCommand.RECORD))
        assert conversation.look(T + 299 * MS).spoken == ()
        (spoken,) = conversation.look(T + 300 * MS).spoken
        assert as_hex(spoken.messages) == [*REC, *PLAY]

    def test_a_stop_takes_the_place_of_a_record_that_waits(self) -> None:
        """Who cancels before it was said leaves nothing behind; so does who drops it."""
        conversation = Conversation(shipped("ardour"))
        conversation.opened(T)
        say(conversation, 50, DawCommand.RECORD)
        assert say(conversation, 60, DawCommand.STOP) == [*STOP]
        assert conversation.look(T + 1000 * MS).spoken == ()
        conversation.opened(T + 2000 * MS)
        say(conversation, 2001, DawCommand.RECORD)
        conversation.drop()
        assert conversation.look(T + 3000 * MS).spoken == ()

    def test_stop_and_record_again(self) -> None:
        """The lights of the take before still burn: Record waits until they have gone out."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 5F 7F", "90 5E 7F")
        assert say(conversation, 100, DawCommand.STOP) == [*STOP]
        again = TellDaw(T + 350 * MS, DawCommand.RECORD)
        assert conversation.say(again) == ()
        hear(conversation, 130, "90 5F 00", "90 5E 00")
        (spoken,) = conversation.look(T + 155 * MS).spoken
        assert as_hex(spoken.messages) == [*REC, *PLAY]
        assert spoken.messages[0].at_ns == again.at_ns

    def test_stop_and_record_again_where_arming_stays(self) -> None:
        """What is still armed after the stop is not disarmed by a second press."""
        conversation = talk("live")
        hear(conversation, 0, "90 5F 7F", "90 5E 7F")
        say(conversation, 100, DawCommand.STOP)
        conversation.say(TellDaw(T + 350 * MS, DawCommand.RECORD))
        hear(conversation, 130, "90 5E 00")
        (spoken,) = conversation.look(T + 155 * MS).spoken
        assert as_hex(spoken.messages) == [*PLAY]

    def test_a_cancel_before_the_lights_came(self) -> None:
        """Told to record and to stop at once: both answers are awaited before the next record."""
        conversation = talk("live")
        hear(conversation, 0, "90 5F 00", "90 5E 00")
        assert say(conversation, 100, DawCommand.RECORD) == [*REC, *PLAY]
        say(conversation, 110, DawCommand.STOP)
        assert conversation.say(TellDaw(T + 360 * MS, DawCommand.RECORD)) == ()
        assert hear(conversation, 140, "90 5F 7F", "90 5E 7F").spoken == ()
        assert conversation.look(T + 165 * MS).spoken == ()
        hear(conversation, 170, "90 5E 00")
        (spoken,) = conversation.look(T + 195 * MS).spoken
        assert as_hex(spoken.messages) == [*PLAY]

    def test_lights_that_do_not_follow_are_not_trusted(self) -> None:
        """A DAW told to stop whose lights still burn 300 ms later: they are those of before."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 5F 7F", "90 5E 7F")
        say(conversation, 100, DawCommand.STOP)
        conversation.say(TellDaw(T + 350 * MS, DawCommand.RECORD))
        (spoken,) = conversation.look(T + 400 * MS).spoken
        assert as_hex(spoken.messages) == [*REC, *PLAY]

    def test_a_stop_that_changes_nothing_is_not_waited_for(self) -> None:
        """Where it stands already no light will move."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 5F 01", "90 5E 00")
        say(conversation, 100, DawCommand.STOP)
        assert say(conversation, 101, DawCommand.RECORD) == [*PLAY]


class TestHotPlug:
    """Stale is not off."""

    def test_a_port_that_comes_back_is_asked_anew(self) -> None:
        """What was heard before is forgotten, greeted anew, and told again though it is the same."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 5F 7F", "90 5E 7F")
        conversation.lost()
        assert conversation.look(T + 50 * MS).events == ()
        (greeting,) = conversation.opened(T + 100 * MS)
        assert greeting.startswith(bytes.fromhex("F0 00 00 66 14 01"))
        assert transports(hear(conversation, 110, "90 5F 7F")) == [DawTransport.RECORDING]

    def test_another_who_connects_changes_nothing_that_is_known(self) -> None:
        """Greeted again, it need not say its lights again."""
        conversation = talk("ardour")
        hear(conversation, 0, "90 5F 01", "90 5E 00")
        conversation.opened(T + 100 * MS)
        assert transports(conversation.look(T + 100 * MS)) == [DawTransport.ARMED]
        assert say(conversation, 101, DawCommand.RECORD) == [*PLAY]


class TestHui:
    """Zones, ports, and a ping."""

    def test_record_by_what_is_lit(self) -> None:
        """Nothing lit: Record and Play; armed: Play."""
        conversation = talk("pro-tools")
        assert say(conversation, 0, DawCommand.RECORD) == [*HUI_REC, *HUI_PLAY]
        conversation = talk("pro-tools")
        hear(conversation, 0, "B0 0C 0E", "B0 2C 45", "B0 0C 0E", "B0 2C 04")
        assert say(conversation, 50, DawCommand.RECORD) == [*HUI_PLAY]

    def test_ping(self) -> None:
        """Each ping is answered, and is a sign of life."""
        conversation = talk("pro-tools")
        heard = hear(conversation, 0, "90 00 00")
        assert heard == Heard(events=(DawHeard(T),), replies=(bytes.fromhex("90 00 7F"),))

    def test_a_light_that_flashes_is_not_off_in_between(self) -> None:
        """Armed, whichever half of the flash it is; once it stays off for a while it is off."""
        conversation = talk("pro-tools")
        on, off, still = (
            ("B0 0C 0E", "B0 2C 45"),
            ("B0 0C 0E", "B0 2C 05"),
            ("B0 0C 0E", "B0 2C 04"),
        )
        hear(conversation, 0, *still, *on)
        hear(conversation, 500, *off)
        hear(conversation, 1000, *on)
        assert transports(hear(conversation, 1500, *off)) == []
        assert say(conversation, 1600, DawCommand.RECORD) == [*HUI_PLAY]

    def test_a_light_that_flashed_and_stays_off_is_off(self) -> None:
        """A second and a half after it went off nobody waits for it to come on again."""
        conversation = talk("pro-tools")
        on, off, still = (
            ("B0 0C 0E", "B0 2C 45"),
            ("B0 0C 0E", "B0 2C 05"),
            ("B0 0C 0E", "B0 2C 04"),
        )
        hear(conversation, 0, *still, *on)
        hear(conversation, 500, *off)
        hear(conversation, 1000, *on)
        hear(conversation, 1500, *off)
        assert conversation.next_moment_ns() == T + 3000 * MS
        heard = conversation.look(T + 3000 * MS)
        assert transports(heard) == [DawTransport.STOPPED]

    def test_recording(self) -> None:
        """Both lights on; a stop in between, asked for, is no flash."""
        conversation = talk("pro-tools")
        hear(conversation, 0, "B0 0C 0E", "B0 2C 05", "B0 0C 0E", "B0 2C 04")
        say(conversation, 10, DawCommand.RECORD)
        both = ("B0 0C 0E", "B0 2C 45", "B0 0C 0E", "B0 2C 44")
        assert transports(hear(conversation, 50, *both))[-1] is DawTransport.RECORDING
        say(conversation, 500, DawCommand.STOP)
        none = ("B0 0C 0E", "B0 2C 04", "B0 0C 0E", "B0 2C 05")
        assert transports(hear(conversation, 520, *none))[-1] is DawTransport.STOPPED
        assert say(conversation, 750, DawCommand.RECORD) == [*HUI_REC, *HUI_PLAY]
        assert transports(hear(conversation, 800, *both))[-1] is DawTransport.RECORDING


def moved_by_mmc(answers: Dialect) -> Conversation:
    """Return a conversation with a DAW that MMC moves and that answers in another dialect."""
    profile = Profile(
        "own",
        "Own",
        transport=Transport(Dialect.MMC, record=(Said.RECORD,), stop=(Said.STOP,)),
        answers=Answers(answers, Recording.RECORD_LIGHT),
    )
    conversation = Conversation(profile)
    conversation.opened(T)
    return conversation


def test_what_moves_after_it_was_told_to_record_records() -> None:
    """A clock that comes back proves that it rolls; before the command, or anew, it only plays."""
    conversation = moved_by_mmc(Dialect.REALTIME)
    assert transports(hear(conversation, 0, "FA")) == [DawTransport.PLAYING]
    say(conversation, 10, DawCommand.RECORD)
    assert transports(hear(conversation, 20, "FB")) == []
    assert transports(hear(conversation, 30, "FC")) == [DawTransport.STOPPED]
    say(conversation, 40, DawCommand.RECORD)
    assert transports(hear(conversation, 50, "FA")) == [DawTransport.RECORDING]
    assert transports(hear(conversation, 60, "FC", "FA")) == [
        DawTransport.STOPPED,
        DawTransport.PLAYING,
    ]


def test_pulses_of_a_daw_that_answers_by_its_clock_show_life() -> None:
    """Ten times a second, though they say nothing of the transport."""
    conversation = moved_by_mmc(Dialect.REALTIME)
    events = [
        event for at_ms in range(0, 250, 10) for event in hear(conversation, at_ms, "F8").events
    ]
    assert events == [DawHeard(T), DawHeard(T + 100 * MS), DawHeard(T + 200 * MS)]


def test_mmc_that_comes_back_at_once_proves_nothing() -> None:
    """A strobe that is passed back is no recording; what its user does later is told."""
    conversation = moved_by_mmc(Dialect.MMC)
    say(conversation, 0, DawCommand.RECORD)
    assert transports(hear(conversation, 9, STROBE)) == []
    assert transports(hear(conversation, 5000, STROBE)) == [DawTransport.RECORDING]
    assert transports(hear(conversation, 5100, EXIT)) == []
    assert transports(conversation.look(T + 5200 * MS)) == [DawTransport.PLAYING]
    assert transports(hear(conversation, 5300, MMC_STOP)) == [DawTransport.STOPPED]
    (event,) = hear(conversation, 5400, "F0 7F 7F 07 01 21 02 03 05 00 F7").events
    assert event.place == DawPlace(3723 + Fraction(5, 25), KnownFrom.TIME_CODE)


def test_each_message_of_a_command_that_comes_back_proves_nothing() -> None:
    """A stop is two of them: passed back just before the DAW obeys, neither is its user's."""
    conversation = Conversation(replace(shipped("ardour-mmc"), answers=Answers(Dialect.MMC)))
    assert transports(hear(conversation, 0, STROBE)) == [DawTransport.RECORDING]
    assert say(conversation, 5000, DawCommand.STOP) == [EXIT, MMC_STOP]
    assert transports(hear(conversation, 5009, EXIT, MMC_STOP)) == []
    assert transports(conversation.look(T + 5100 * MS)) == []
    assert transports(hear(conversation, 5600, MMC_STOP)) == [DawTransport.STOPPED]


def quarter_frames(first_ms: int, minute: int, second: int) -> list[tuple[float, str]]:
    """Return the eight pieces of 01:MM:SS:00 at 25 frames a second, 10 ms apart."""
    nibbles = (0, 0, second & 15, second >> 4, minute & 15, minute >> 4, 1, 2)
    return [
        (first_ms + 10 * piece, f"F1 {piece << 4 | nibble:02X}")
        for piece, nibble in enumerate(nibbles)
    ]


def test_time_code_that_comes_back() -> None:
    """It rolls while quarter frames come, records if told before, and a tenth later has stopped."""
    conversation = moved_by_mmc(Dialect.MTC)
    say(conversation, 0, DawCommand.RECORD)
    events: list[DawHeard] = []
    for at_ms, piece in quarter_frames(20, 10, 30):
        events += hear(conversation, at_ms, piece).events
    rolls, place = events[-2:]
    assert rolls.transport is DawTransport.RECORDING
    assert place.place == DawPlace(4230 + Fraction(175, 2500), KnownFrom.TIME_CODE)
    assert conversation.look(T + 190 * MS).events == ()
    assert conversation.next_moment_ns() == T + 190 * MS + 1
    assert transports(conversation.look(T + 191 * MS)) == [DawTransport.STOPPED]
    for at_ms, piece in quarter_frames(400, 20, 0):
        events += hear(conversation, at_ms, piece).events
    assert transports(Heard(tuple(events)))[-1] is DawTransport.PLAYING
    located = hear(conversation, 900, "F0 7F 7F 01 01 22 00 00 00 F7")
    assert transports(located) == [DawTransport.STOPPED]
    assert located.events[-1].place == DawPlace(Fraction(7200), KnownFrom.TIME_CODE)


def test_answers_of_another_dialect_need_no_lights_to_record() -> None:
    """MMC says record whatever Mackie's lights are; those confirm."""
    conversation = moved_by_mmc(Dialect.MACKIE)
    assert say(conversation, 0, DawCommand.RECORD) == [STROBE]
    assert transports(hear(conversation, 9, "90 5F 7F")) == [DawTransport.RECORDING]


def test_lights_move_a_daw_that_answers_elsewhere() -> None:
    """Where OSC confirms, Mackie's lights only decide what is pressed: they are no events."""
    profile = shipped("ardour")
    profile = replace(profile, answers=replace(profile.answers, dialect=Dialect.OSC))
    conversation = Conversation(profile)
    conversation.opened(T - 5000 * MS)
    assert hear(conversation, 0, "90 5F 01", "90 5E 00", "E0 00 40").events == ()
    assert say(conversation, 100, DawCommand.RECORD) == [*PLAY]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_profile_says_what_it_is_moved_by(path: Path) -> None:
    """Each that is moved from here has bytes for record and stop; each that answers is listened to.

    One that time code moves is armed at most: time code also stops it and sends it to its place.
    """
    profile = shipped(path.stem)
    conversation = talk(path.stem)
    is_moved = profile.transport.dialect not in (Dialect.NONE, Dialect.REALTIME, Dialect.MTC)
    is_armed = profile.transport.armed_by is not Dialect.NONE
    is_located = profile.abilities().can_locate and not profile.is_moved_by_time_code
    assert bool(say(conversation, 0, DawCommand.RECORD)) is (is_moved or is_armed)
    assert bool(say(conversation, 999, DawCommand.STOP)) is is_moved
    assert bool(say(conversation, 999, DawCommand.LOCATE, 60)) is is_located
    assert bool(say(conversation, 999, DawCommand.MARKER)) is profile.abilities().can_mark
    if profile.answers.dialect not in (Dialect.NONE, Dialect.OSC):
        assert conversation.attention is not None
