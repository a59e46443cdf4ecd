from __future__ import annotations

import select
import socket

import pytest

from countoff.cables.cable import NoCableError
from countoff.cables.datagrams import Datagrams


def test_whoever_asks_is_answered() -> None:
    """Nobody before; then each packet goes to whoever asked last."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker, Datagrams(0) as net:
        asker.bind(("127.0.0.1", 0))
        asker.settimeout(20)
        net.say(b"to nobody")
        assert net.take() == []
        with socket.fromfd(net.fileno(), socket.AF_INET, socket.SOCK_DGRAM) as same:
            port = same.getsockname()[1]
        asker.sendto(b"question", ("127.0.0.1", port))
        select.select([net], [], [], 20)
        (arrived,) = net.take()
        assert arrived.data == b"question"
        net.say(b"answer")
        assert asker.recv(100) == b"answer"


def test_nobody_listening_is_no_fault() -> None:
    """What is said to a port that nobody has is lost, and that is all."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Datagrams(0, ("127.0.0.1", port)) as net:
        for _ in range(5):
            net.say(b"hello")
            assert net.take() == []


def test_a_port_that_is_taken() -> None:
    """A sentence says so."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with pytest.raises(NoCableError, match=f"UDP port {port} cannot be had"):
            Datagrams(port).__enter__()
