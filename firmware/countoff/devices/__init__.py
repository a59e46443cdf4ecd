"""The parts of the box, real and simulated: thin, each on its own, none importing another."""
