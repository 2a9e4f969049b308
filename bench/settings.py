"""The production settings, with one more address: the constant answer that others are held to."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
