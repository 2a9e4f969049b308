"""All writes: atomic functions with keyword-only arguments that know nothing of requests."""
