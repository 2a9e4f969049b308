"""Date and time formats by language, as Django's FORMAT_MODULE_PATH expects them."""
