"""`python -m config.probe`: exits with 0 if the site in this container is ready to serve."""

import sys
import urllib.request

from config import env


def main() -> int:
    port = env.number("PORT", 8000, least=1, most=65535)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return 0
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
