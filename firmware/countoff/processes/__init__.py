"""What a process of our own takes: start, talk, be on time, be watched, be replaced.

Shared by the player, the sender and the controller that supervises them.
"""
