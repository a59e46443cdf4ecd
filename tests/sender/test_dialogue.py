"""The conversation at the pace of the owner: what is sent, when it is told, and what a flood cannot do."""

from __future__ import annotations

import contextlib
import select
from typing import TYPE_CHECKING

from countoff.core.actions import DawCommand, TellDaw
from countoff.core.daw import DawTransport
from countoff.core.events import DawHeard, DawNotTold, DawTold, Part, PartState
from countoff.daw.conversation import Conversation
from countoff.daw.finding import find_profile
from countoff.daw.timed import Timed
from countoff.sender.dialogue import Dialogue
from countoff.sender.outbox import Outbox
from countoff.sender.port_state import PortState
from countoff.sender.reports import PeersChanged
from sender_at_work import open_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from countoff.core.events import Event

MS = 1_000_000
T = 1_000_000_000_000
RECORD_LIGHT, PLAY_LIGHT = bytes.fromhex("90 5F 7F"), bytes.fromhex("90 5E 7F")
DARK = bytes.fromhex("90 5F 00"), bytes.fromhex("90 5E 00")
GREETING = bytes.fromhex("F0 00 00 66 14 01")
DAW = frozenset({"ardour:out", "ardour:in"})


class Sent(list[tuple[TellDaw | None, Timed]]):
    """What was sent, and of which command."""

    def take(self, messages: tuple[Timed, ...], command: TellDaw | None) -> None:
        """Send messages."""
        self.extend((command, message) for message in messages)

    def data(self) -> list[str]:
        """Return the bytes and forget them."""
        said = [message.data.hex() for _, message in self]
        self.clear()
        return said


@contextlib.contextmanager
def dialogue_with(profile: str) -> Iterator[tuple[Dialogue, Sent]]:
    """Hold a dialogue for a while."""
    sent = Sent()
    dialogue = Dialogue(Conversation(find_profile(profile, None)), sent.take)
    dialogue.open()
    try:
        yield dialogue, sent
    finally:
        dialogue.close()


def transports(events: list[Event]) -> list[DawTransport]:
    """Return what was told of the transport."""
    return [one.transport for one in events if isinstance(one, DawHeard) and one.transport]


def has_more(dialogue: Dialogue) -> bool:
    """Return whether the owner would wake for it at once."""
    return bool(select.select([dialogue.fileno()], [], [], 0)[0])


def test_a_dialogue_opens_nothing_before_it_is_opened() -> None:
    """One descriptor, from `open` on, however often that is called, until `close`."""
    before = open_files()
    dialogue = Dialogue(Conversation(find_profile("ardour", None)), Sent().take)
    assert (dialogue.fileno(), open_files()) == (-1, before)
    dialogue.open()
    first = dialogue.fileno()
    dialogue.open()
    assert dialogue.fileno() == first >= 0
    dialogue.close()
    assert (dialogue.fileno(), open_files()) == (-1, before)


def test_a_daw_is_greeted_when_it_is_reached_and_when_another_comes() -> None:
    """Not again where somebody leaves; anew after nobody was there."""
    with dialogue_with("ardour") as (dialogue, sent):
        for who, greetings in ((None, 0), (frozenset({"a"}), 1), (DAW | {"a"}, 1), (DAW, 0)):
            dialogue.reach(who, T)
            assert len(sent.data()) == greetings
        dialogue.reach(None, T)
        dialogue.reach(DAW, T + MS)
        ((_, greeting),) = sent
        assert greeting.at_ns == T + MS
        assert greeting.data.startswith(GREETING)


def test_what_was_heard_before_the_port_was_known_is_told_then() -> None:
    """A DAW may say its lights before anybody has looked who is connected."""
    with dialogue_with("ardour") as (dialogue, _):
        for light in (RECORD_LIGHT, PLAY_LIGHT):
            dialogue.hear(T, light)
        dialogue.turn(T, T)
        dialogue.reach(DAW, T + 250 * MS)
        events = dialogue.turn(T + 250 * MS, T + 250 * MS)
        assert transports(events) == [DawTransport.RECORDING]


def test_a_port_that_is_lost_takes_along_what_was_not_taken_in() -> None:
    """Nothing that was heard before comes after the loss."""
    with dialogue_with("ardour") as (dialogue, _):
        dialogue.reach(DAW, T)
        dialogue.hear(T, RECORD_LIGHT)
        dialogue.reach(None, T + MS)
        assert dialogue.turn(T + 2 * MS, T + 2 * MS) == []


def test_a_flood_is_taken_in_turn_by_turn() -> None:
    """Each turn does a few messages, the owner is woken for the rest, and the end is right."""
    with dialogue_with("ardour") as (dialogue, _):
        dialogue.reach(DAW, T)
        for number in range(300):
            dialogue.hear(T + number, bytes((0xB0, 0x40 + number % 10, 0x30 + number % 7)))
        dialogue.hear(T + 300, RECORD_LIGHT)
        turns = 0
        events: list[Event] = []
        while not transports(events):
            assert turns == 0 or has_more(dialogue)
            events += dialogue.turn(T + MS, T + MS)
            turns += 1
        assert turns == 5
        assert not has_more(dialogue)


def test_a_silence_that_nobody_listened_to_is_none() -> None:
    """Time passes only as far as the sender has listened: a record that waits is not said early."""
    with dialogue_with("ardour") as (dialogue, sent):
        dialogue.reach(DAW, T)
        sent.clear()
        dialogue.say(TellDaw(T + MS, DawCommand.RECORD))
        dialogue.turn(T + 10 * MS, T + 900 * MS)
        assert sent == []
        for light in DARK:
            dialogue.hear(T + 20 * MS, light)
        dialogue.turn(T + 60 * MS, T + 950 * MS)
        assert sent.data() == ["905f7f", "905f00", "905e7f", "905e00"]


def test_what_is_lost_on_the_way_is_asked_for_again() -> None:
    """The rest is not believed, and the DAW is greeted so that it says its state."""
    with dialogue_with("ardour") as (dialogue, sent):
        dialogue.reach(DAW, T)
        dialogue.hear(T, RECORD_LIGHT)
        sent.clear()
        dialogue.miss(T + MS)
        assert dialogue.turn(T + 2 * MS, T + 2 * MS) == []
        assert len(sent.data()) == 1


def test_pings_are_answered_in_the_same_turn() -> None:
    """As part of no command."""
    with dialogue_with("pro-tools") as (dialogue, sent):
        dialogue.reach(DAW, T)
        sent.clear()
        dialogue.hear(T, bytes.fromhex("90 00 00"))
        dialogue.turn(T + MS, T + 2 * MS)
        assert sent == [(None, Timed(T + 2 * MS, bytes.fromhex("90 00 7F")))]


RECORD = TellDaw(T, DawCommand.RECORD)
STOP = TellDaw(T + 5, DawCommand.STOP)
TWO = (Timed(T, b"\x01"), Timed(T, b"\x02"))


def test_a_command_is_told_with_its_last_message() -> None:
    """When it left, and when it was due; what is no command is never told."""
    outbox = Outbox()
    first, second = outbox.put(TWO, RECORD)
    (answer,) = outbox.put(TWO[:1])
    assert outbox.is_of_command(first)
    assert not outbox.is_of_command(answer)
    assert outbox.left(first, T + 7) is None
    assert outbox.left(answer, T + 8) is None
    assert not outbox.is_of_command(first)
    assert outbox.left(second, T + 9) == DawTold(T + 9, DawCommand.RECORD, T)
    assert outbox.left(second, T + 10) is None


def test_a_command_that_did_not_leave_whole_is_not_told() -> None:
    """It is given up once, and its other message is no proof."""
    outbox = Outbox()
    first, second = outbox.put(TWO, RECORD)
    third, fourth = outbox.put(TWO, RECORD)
    assert outbox.give_up(first, "Gone.", T + 7) == DawNotTold(T + 7, DawCommand.RECORD, T, "Gone.")
    assert outbox.give_up(second, "Gone.", T + 8) is None
    assert (outbox.left(third, T), outbox.left(fourth, T)) == (None, None)


def test_what_goes_to_a_successor() -> None:
    """Commands that are fresh; what was an answer to something is dropped without a word."""
    outbox = Outbox()
    outbox.put(TWO, RECORD)
    outbox.put(TWO[:1])
    fresh = outbox.put(TWO, STOP)
    assert outbox.for_successor(T + 1) == (fresh, [1, 2])
    assert outbox.message(fresh[0]) == TWO[0]


def port_with(peers: tuple[str, ...] | None, sources: tuple[str, ...] | None) -> PortState:
    """Return an open port with somebody at its other ends."""
    port = PortState(Part.DAW)
    port.is_open = True
    port.note_peers(PeersChanged("Countoff:DAW", peers, (), sources))
    return port


def test_who_is_reached() -> None:
    """Nobody where nobody hears, or is heard, though somebody should; else all of them."""
    assert port_with(("a",), ("b",)).who == {"a", "b"}
    assert port_with(None, None).who == frozenset()
    assert port_with((), ("b",)).who is None
    assert port_with(("a",), ()).who is None


def test_what_the_screen_says_of_the_port() -> None:
    """A DAW that hears but is not heard is worth a look; so is a cable that leads back."""
    silent = port_with(None, ()).report(T)
    assert silent.state is PartState.WARNING
    assert silent.sentence == (
        "No DAW speaks to Countoff:DAW, so that nothing is known of it;"
        " choose that port as the DAW's output too."
    )
    looped = port_with(("a",), ("b",))
    assert looped.report(T).state is PartState.OK
    looped.is_looped = True
    assert looped.report(T).sentence.startswith("What is sent to Countoff:DAW comes back on it")


def test_a_daw_is_asked_again_only_where_it_is() -> None:
    """A line check asks it for its state; nobody there, nothing is said, and nothing waits for it."""
    with dialogue_with("logic") as (dialogue, sent):
        dialogue.ask(T)
        assert sent.data() == []
        dialogue.reach(DAW, T)
        greeting = sent.data()
        dialogue.hear(T, DARK[0])
        dialogue.turn(T, T)
        dialogue.ask(T + 1000 * MS)
        assert sent.data() == greeting
        dialogue.say(TellDaw(T + 1000 * MS, DawCommand.RECORD))
        dialogue.turn(T + 1000 * MS, T + 1000 * MS)
        assert sent.data() != []
