"""Messages between the controller and its two real-time processes, over a socket pair.

A message is a kind, a few named values (JSON) and, where arrays travel, raw bytes. Both ends are
ours and start together, so there is no version to negotiate.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

_HEAD = struct.Struct("<II")
_READ_BYTES = 1 << 16
_BUFFER_BYTES = 1 << 20


class PeerGoneError(ConnectionError):
    """The other end has closed, died, or stopped reading."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `values` are plain JSON values, `payload` raw bytes."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected ends with room for many messages: ours and the child's."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
    return ours, theirs


def send(end: socket.socket, message: Message) -> None:
    """Send a message without waiting.

    Raises PeerGoneError where the peer has closed, or has read nothing for so long that the
    buffer is full: either way it is to be replaced.
    """
    values = json.dumps({"kind": message.kind, **message.values}).encode()
    data = _HEAD.pack(len(values), len(message.payload)) + values + message.payload
    sent = 0
    try:
        while sent < len(data):
            sent += end.send(data[sent:], socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
    except BlockingIOError as error:
        raise PeerGoneError("The other process has stopped reading.") from error
    except OSError as error:
        raise PeerGoneError("The other process has closed its end.") from error


class Inbox:
    """Puts the bytes that arrive together into messages. One thread only."""

    def __init__(self, end: socket.socket) -> None:
        """Read from `end`, which stays the caller's to close."""
        self._end = end
        self._pending = bytearray()

    def fileno(self) -> int:
        """Return the descriptor to select on."""
        return self._end.fileno()

    def receive(self) -> list[Message]:
        """Return the messages that have arrived, without waiting. Raises PeerGoneError at the end."""
        try:
            data = self._end.recv(_READ_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        except OSError as error:
            raise PeerGoneError("The other process has closed its end.") from error
        if not data:
            raise PeerGoneError("The other process has closed its end.")
        self._pending += data
        messages = []
        while (message := self._take()) is not None:
            messages.append(message)
        return messages

    def _take(self) -> Message | None:
        if len(self._pending) < _HEAD.size:
            return None
        values_length, payload_length = _HEAD.unpack_from(self._pending)
        end = _HEAD.size + values_length + payload_length
        if len(self._pending) < end:
            return None
        values_end = _HEAD.size + values_length
        values = json.loads(self._pending[_HEAD.size : values_end])
        payload = bytes(self._pending[values_end:end])
        del self._pending[:end]
        return Message(values.pop("kind"), values, payload)
