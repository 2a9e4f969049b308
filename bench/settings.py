"""The production settings, with one more URL: the constant response."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
