"""What the site sends of talks, to whom and when; one file a kind of message."""
