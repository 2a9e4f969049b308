"""The demonstration data: a term of talks around today, and everything they refer to."""
