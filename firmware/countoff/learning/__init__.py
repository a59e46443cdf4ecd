"""`countoff midi learn`: which message a foot controller's pedal sends, and what it is to be for."""
