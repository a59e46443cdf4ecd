"""The simulated DAW on real cables: the model, its cable, its user's words, and what is told of it.

One thread, which waits for whatever comes first: bytes, a word of the user, the model's next moment.
It is a program of its own, without a screen: a sound server would wait for whoever draws.
"""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Protocol

from countoff.daw.osc.packets import decode
from countoff.daw.simulated.asked import Ask
from countoff.daw.simulated.time_text import clock_text
from countoff.daw.simulated.wording import OFTEN, Wording, osc_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from countoff.cables.cable import Cable
    from countoff.cables.datagrams import Datagrams
    from countoff.daw.simulated.keys import Word
    from countoff.daw.simulated.model import SimulatedDaw
    from countoff.daw.timed import Timed

_MS = 1_000_000
_TEND_EVERY_NS = 250 * _MS
# What the words `late` and `flood` switch on, where nothing else was asked for.
USUAL_LATE_NS: Final = 400 * _MS
USUAL_FLOOD_HZ: Final = 1000
_BEGINNING: Final = Fraction(0)


class Teller(Protocol):
    """Whoever is told what goes on."""

    def heard(self, at_ns: int, words: str) -> None:
        """Take in what the box has said to the DAW."""

    def said(self, at_ns: int, words: str) -> None:
        """Take in what the DAW has said to the box."""

    def did(self, at_ns: int, words: str) -> None:
        """Take in what the DAW has done, or what has happened to it."""

    def stands(self, at_ns: int, state: dict[str, object]) -> None:
        """Take in how everything stands: called whenever that may have changed."""


class Bench:
    """One simulated DAW on one cable."""

    def __init__(
        self, daw: SimulatedDaw, cable: Cable, teller: Teller, net: Datagrams | None = None
    ) -> None:
        """Prepare; `start` opens the cable, and `net` where it answers over the network."""
        self._net = net
        self._daw = daw
        self._cable = cable
        self._teller = teller
        self._peers: tuple[str, ...] = ()
        self._is_open = False
        self._tend_ns = 0
        self._deeds_told = 0
        self._heard_words = Wording(is_from_daw=False)
        self._said_words = Wording(is_from_daw=True)
        self._told_often: set[tuple[bool, str]] = set()
        self._late_ns = daw.faults.late_ns or USUAL_LATE_NS
        self._flood_hz = daw.faults.flood_hz or USUAL_FLOOD_HZ

    def start(self) -> None:
        """Open the cable and run the DAW. Raises NoCableError."""
        self._open()
        self._send(self._daw.start(time.monotonic_ns()))
        self._tell()

    def close(self) -> None:
        """Close the cable."""
        if self._is_open:
            self._cable.__exit__()
            self._is_open = False
            if self._net is not None:
                self._net.__exit__()

    def descriptors(self) -> list[int]:
        """Return what is worth waiting for."""
        if not self._is_open:
            return []
        found = [self._cable.fileno()]
        if self._net is not None:
            found.append(self._net.fileno())
        return found

    def rest_ns(self) -> int:
        """Return how long there is nothing to do unless something comes."""
        moments = [self._tend_ns]
        if (moment_ns := self._daw.next_moment_ns()) is not None:
            moments.append(moment_ns)
        return max(min(moments) - time.monotonic_ns(), 0)

    def turn(self) -> None:
        """Take in what has come, say what is due, look after the cable. Raises NoCableError."""
        if self._is_open:
            for at_ns, data in self._cable.take():
                self._word(at_ns, data, is_from_daw=False)
                self._send(self._daw.hear(at_ns, data))
            if self._net is not None:
                for at_ns, packet in self._net.take():
                    self._daw.hear_osc(at_ns, packet)
        now_ns = time.monotonic_ns()
        self._send(self._daw.pass_time(now_ns))
        if now_ns >= self._tend_ns:
            self._tend_ns = now_ns + _TEND_EVERY_NS
            self._tend(now_ns)
        self._tell()

    def do(self, word: Word) -> bool:
        """Do what the user asks for; return False where that is to leave. Raises NoCableError."""
        now_ns = time.monotonic_ns()
        if word.ask is not None:
            place_s = _BEGINNING if word.ask is Ask.LOCATE else None
            self._send(self._daw.use(now_ns, word.ask, place_s))
        else:
            self._break(word.word, now_ns)
        self._tell()
        return word.word != "quit"

    def state(self) -> dict[str, object]:
        """Return how everything stands, for a face or a program that watches."""
        now_ns = time.monotonic_ns()
        daw, faults = self._daw, self._daw.faults
        return {
            "transport": str(daw.transport) if daw.is_running else "crashed",
            "place": clock_text(daw.seconds_at(now_ns)),
            "takes": len(daw.machine.takes),
            "markers": len(daw.machine.markers),
            "peers": list(self._peers),
            "deaf": faults.is_deaf,
            "refuse": faults.refuses,
            "late": faults.late_ns // _MS,
            "flood": faults.flood_hz,
            "unplug": not daw.is_port_there,
            "crash": not daw.is_running,
        }

    def _break(self, word: str, now_ns: int) -> None:
        """Switch a fault on or off."""
        daw, faults = self._daw, self._daw.faults
        match word:
            case "deaf":
                faults.is_deaf = not faults.is_deaf
                self._teller.did(now_ns, "is deaf" if faults.is_deaf else "hears again")
            case "refuse":
                faults.refuses = not faults.refuses
                words = "refuses to record" if faults.refuses else "records again when asked to"
                self._teller.did(now_ns, words)
            case "late":
                faults.late_ns = 0 if faults.late_ns else self._late_ns
                self._teller.did(now_ns, f"says everything {faults.late_ns // _MS} ms late")
            case "flood":
                faults.flood_hz = 0 if faults.flood_hz else self._flood_hz
                self._teller.did(now_ns, f"floods with {faults.flood_hz} messages a second")
            case "unplug" if daw.is_port_there:
                self._send(daw.unplug(now_ns))
                self.close()
            case "unplug":
                if daw.is_running:
                    self._open()
                self._send(daw.plug_in(now_ns))
            case "crash" if daw.is_running:
                self._send(daw.crash(now_ns))
                self.close()
            case "crash":
                if daw.is_port_there:
                    self._open()
                self._send(daw.start(now_ns))

    def _open(self) -> None:
        self._cable.__enter__()
        self._is_open = True
        if self._net is not None:
            self._net.__enter__()
        self._tend_ns = 0

    def _tend(self, now_ns: int) -> None:
        peers: Sequence[str] = self._cable.tend() if self._is_open else ()
        for name in peers:
            if name not in self._peers:
                self._teller.did(now_ns, f"is connected to {name}")
        for name in self._peers:
            if name not in peers:
                self._teller.did(now_ns, f"is not connected to {name} any more")
        self._peers = tuple(peers)

    def _send(self, said: Iterable[Timed]) -> None:
        self._tell_deeds()
        for at_ns, data in said:
            self._word(at_ns, data, is_from_daw=True)
            if self._is_open:
                self._cable.say(data)

    def _send_osc(self) -> None:
        for at_ns, packet in self._daw.osc_said(time.monotonic_ns()):
            for message in decode(packet):
                self._tell_once(at_ns, osc_words(message), is_from_daw=True)
            if self._is_open and self._net is not None:
                self._net.say(packet)

    def _word(self, at_ns: int, data: bytes, *, is_from_daw: bool) -> None:
        words = (self._said_words if is_from_daw else self._heard_words).of(data)
        if words:
            self._tell_once(at_ns, words, is_from_daw=is_from_daw)

    def _tell_once(self, at_ns: int, words: str, *, is_from_daw: bool) -> None:
        """Tell it; of what comes often only the first time."""
        if (is_from_daw, words) in self._told_often:
            return
        if words in OFTEN:
            self._told_often.add((is_from_daw, words))
        (self._teller.said if is_from_daw else self._teller.heard)(at_ns, words)

    def _tell(self) -> None:
        self._tell_deeds()
        self._send_osc()
        self._teller.stands(time.monotonic_ns(), self.state())

    def _tell_deeds(self) -> None:
        deeds = self._daw.deeds
        for deed in deeds[self._deeds_told :]:
            self._teller.did(deed.at_ns, deed.words)
        self._deeds_told = len(deeds)
