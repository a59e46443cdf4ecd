"""The session's report: one HTML page that a studio hands to its client. For commands only."""
