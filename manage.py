#!/usr/bin/env python
"""Django's command line: `python manage.py help` lists what it can do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        # The sentence says which setting is wrong; a traceback would bury it.
        sys.exit(str(wrong))
    except (OperationalError, ProgrammingError) as wrong:
        if "--traceback" in sys.argv:
            raise
        sys.exit(
            f"The database cannot be used: {str(wrong).strip()}\n"
            "Check DATABASE_URL, and run `manage.py migrate` first. Add --traceback for details."
        )
