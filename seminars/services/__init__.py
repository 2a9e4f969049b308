"""Every write: verbs with keyword-only arguments, atomic, that know nothing of requests."""
