"""Makes whole messages of the bytes of one cable, however they were cut up. Pure.

One thread feeds one stream. Running status is undone, real-time bytes inside other messages come
first, and what was cut short is dropped: the message after it is whole again.
"""

from __future__ import annotations

# Nothing that a DAW says to the box is nearly as long; a sample dump must not fill the memory.
LONGEST_EXCLUSIVE = 1024

_EXCLUSIVE = 0xF0
_EXCLUSIVE_END = 0xF7
_FIRST_STATUS = 0x80
_FIRST_COMMON = 0xF0
_FIRST_REALTIME = 0xF8

# By the upper half of a channel message's status, and by the whole status of a common one.
_CHANNEL_LENGTHS = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
_COMMON_LENGTHS = {0xF1: 2, 0xF2: 3, 0xF3: 2, 0xF6: 1}


class MessageStream:
    """The bytes of one cable, in the order in which they came."""

    def __init__(self) -> None:
        self._begun = bytearray()
        self._length = 0
        self._is_exclusive = False

    def feed(self, at_ns: int, data: bytes) -> list[tuple[int, bytes]]:
        """Return the messages that `data`, which came at `at_ns`, completes, each with its moment.

        A message came when its last byte did.
        """
        return [(at_ns, message) for byte in data if (message := self._take(byte))]

    def forget(self) -> None:
        """Drop what was begun: the cable was away, and what comes next is not its rest."""
        self._begin(b"", 0)

    def _take(self, byte: int) -> bytes:
        """Take one byte in; return the message that it completes, or nothing."""
        if byte >= _FIRST_REALTIME:
            return bytes((byte,))
        if byte >= _FIRST_STATUS:
            return self._take_status(byte)
        if self._is_exclusive:
            if len(self._begun) < LONGEST_EXCLUSIVE:
                self._begun.append(byte)
            else:
                self._begin(b"", 0)
            return b""
        if not self._begun:
            return b""  # no status: the rest of something that was cut short
        self._begun.append(byte)
        return self._finished()

    def _take_status(self, byte: int) -> bytes:
        if byte == _EXCLUSIVE_END:
            message = bytes((*self._begun, byte)) if self._is_exclusive else b""
            self._begin(b"", 0)
            return message
        if byte >= _FIRST_COMMON:
            length = _COMMON_LENGTHS.get(byte, 0)
        else:
            length = _CHANNEL_LENGTHS[byte & 0xF0]
        is_known = length > 0 or byte == _EXCLUSIVE
        self._begin(bytes((byte,)) if is_known else b"", length)
        self._is_exclusive = byte == _EXCLUSIVE
        return self._finished()

    def _begin(self, begun: bytes, length: int) -> None:
        self._begun = bytearray(begun)
        self._length = length
        self._is_exclusive = False

    def _finished(self) -> bytes:
        """Return the message if it is whole; a channel's status then stays for the next one."""
        if not self._begun or len(self._begun) != self._length:
            return b""
        message = bytes(self._begun)
        status = message[:1] if message[0] < _FIRST_COMMON else b""
        self._begin(status, self._length if status else 0)
        return message
