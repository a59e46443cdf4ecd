"""What a DAW says over the network in Open Sound Control: heard only, never said."""
