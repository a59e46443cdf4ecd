"""What the screen shows, and how it is drawn."""
