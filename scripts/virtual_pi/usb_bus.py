"""What went over the USB bus to the audio interface, and when: the grid's own witness.

The recording of the virtual machine has no time in it for what was never sent, so it cannot tell
where a click lies after an underrun. The bus can: each packet of the stream takes one millisecond
of it. Runs on the host, on what usbmon noted in the guest. Shares no code with the product.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from virtual_pi.recording import RATE_HZ, onsets_in

if TYPE_CHECKING:
    from pathlib import Path

    from virtual_pi.recording import Onset

_HEADER = struct.Struct("<QBBBBHccqiiII8x")
_DESCRIPTOR = struct.Struct("<iII4x")
_SUBMITTED, _COMPLETED = ord("S"), ord("C")
_ISOCHRONOUS = 0
_IN = 0x80
_FRAME_BYTES = 4
_US_PER_PACKET = 1000
_FRAMES_PER_PACKET = RATE_HZ // 1000


def onsets_on_bus(noted: Path) -> list[Onset]:
    """Return the clicks of the stream, in frames of the bus since it began."""
    at_frames: list[int] = []
    stretches: list[bytes] = []
    pending: dict[int, list[bytes]] = {}
    next_packet: int | None = None
    first_us: int | None = None
    body = noted.read_bytes()
    at = 0
    while at + _HEADER.size <= len(body):
        (urb, kind, transfer, endpoint, _, _, _, _, second, us, _, length, captured) = (
            _HEADER.unpack_from(body, at)
        )
        data = body[at + _HEADER.size : at + _HEADER.size + captured]
        at += _HEADER.size + captured
        if transfer != _ISOCHRONOUS or endpoint & _IN:
            continue
        if kind == _SUBMITTED:
            pending[urb] = _packets(data, length)
        elif kind == _COMPLETED and urb in pending:
            packets = pending.pop(urb)
            ended_us = second * 1_000_000 + us
            first_us = ended_us if first_us is None else first_us
            # When its first packet went, in packets: the completion comes after its last.
            packet = round((ended_us - first_us) / _US_PER_PACKET) - len(packets)
            # A completion is told late by less than a packet, now and then: packets do not overlap.
            if next_packet is not None and abs(packet - next_packet) <= 1:
                packet = next_packet
            next_packet = packet + len(packets)
            for number, samples in enumerate(packets):
                at_frames.append((packet + number) * _FRAMES_PER_PACKET)
                stretches.append(samples)
    return _onsets(at_frames, stretches)


def _packets(data: bytes, length: int) -> list[bytes]:
    count = (len(data) - length) // _DESCRIPTOR.size
    start = count * _DESCRIPTOR.size
    packets = []
    for number in range(count):
        _, offset, size = _DESCRIPTOR.unpack_from(data, number * _DESCRIPTOR.size)
        packets.append(data[start + offset : start + offset + size])
    return packets


def _onsets(at_frames: list[int], stretches: list[bytes]) -> list[Onset]:
    """Lay the packets out on the bus, silence between them, and find the clicks."""
    first = min(at_frames)
    end = max(at_frames) + 2 * _FRAMES_PER_PACKET
    samples = np.zeros(end - first, dtype=np.int16)
    for at_frame, stretch in zip(at_frames, stretches, strict=True):
        left = np.frombuffer(stretch[: len(stretch) // _FRAME_BYTES * _FRAME_BYTES], "<i2")[::2]
        samples[at_frame - first : at_frame - first + len(left)] = left
    return onsets_in(samples, first)
