"""Hears a DAW over the network: a thread that takes packets and posts what they say.

On a thread of its own, never near real time. It sends only what asks the DAW for its state. What
comes from another machine than the DAW's is thrown away.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from countoff.core.events import Event
    from countoff.daw.osc.listening import OscListener

_LOOK_EVERY_S = 0.05
_TRY_AGAIN_S = 2.0
_MOST_BYTES = 65_536
# A flood takes no more than this before time is looked at again.
_PACKETS_A_TURN = 200


class OscInput:
    """One UDP port that a DAW's feedback comes to."""

    def __init__(
        self,
        listener: OscListener,
        daw: tuple[str, int],
        port: int,
        *,
        post: Callable[[Event], None],
        say: Callable[[str], None],
    ) -> None:
        """Listen on UDP `port`, 0 for any, to the DAW at `daw`; `say` gets sentences of faults."""
        self._listener = listener
        self._daw = daw
        self._port = port
        self._post = post
        self._say = say
        self._said = ""
        self._stopping = threading.Event()
        self._is_to_tell_again = threading.Event()
        self._thread = threading.Thread(target=self._run, name="osc", daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on, once it is open."""
        return self._port

    def start(self) -> None:
        """Begin to listen; a port that cannot be had is tried again until it can."""
        self._thread.start()

    def tell_again(self) -> None:
        """Have the DAW's last word posted again: it was forgotten. Any thread; does not wait."""
        self._is_to_tell_again.set()

    def stop(self) -> None:
        """End the thread and close the port."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                address = socket.gethostbyname(self._daw[0])
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
                    # A DAW on this machine needs no port that is open to the network.
                    heard.bind(("127.0.0.1" if address.startswith("127.") else "", self._port))
                    heard.settimeout(0)
                    self._port = heard.getsockname()[1]
                    self._hear(heard, address)
            except OSError as error:
                self._complain(f"OSC cannot be heard on UDP port {self._port}: {error.strerror}.")
                self._stopping.wait(_TRY_AGAIN_S)

    def _hear(self, heard: socket.socket, address: str) -> None:
        while not self._stopping.is_set():
            select.select([heard], [], [], _LOOK_EVERY_S)
            for _ in range(_PACKETS_A_TURN):
                try:
                    packet, (sender, *_) = heard.recvfrom(_MOST_BYTES)
                except BlockingIOError:
                    break
                except ConnectionRefusedError:
                    # Nobody listened to what was asked: the DAW is not running yet.
                    continue
                if sender == address:
                    self._post_all(packet)
            now_ns = time.monotonic_ns()
            if self._is_to_tell_again.is_set():
                self._is_to_tell_again.clear()
                self._listener.tell_again()
            for event in self._listener.look(now_ns):
                self._post(event)
            for question in self._listener.asked_for(now_ns):
                with contextlib.suppress(ConnectionRefusedError):
                    heard.sendto(question, (address, self._daw[1]))

    def _post_all(self, packet: bytes) -> None:
        for event in self._listener.hear(time.monotonic_ns(), packet):
            self._post(event)

    def _complain(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._say(sentence)
