"""The front panel in the terminal, `countoff press` and `countoff status`: clients of the socket.

None of it is part of the daemon, and nothing here can delay or end it.
"""
