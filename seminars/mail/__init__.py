"""The emails that list talks; one file for each kind."""
