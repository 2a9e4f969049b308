"""The demonstration data: a term of talks around today, with all that they refer to."""
