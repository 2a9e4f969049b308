"""docs/how-to-add-a-field.md names every file that its example is in."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = (ROOT / "docs" / "how-to-add-a-field.md").read_text()
ROWS = re.findall(r"(?m)^\| `([\w/.]+)` \| `([^`]+)` \|", HOW_TO)


def test_the_table_has_every_file_with_the_field() -> None:
    field = re.search(r"follow a field that exists\. `(\w+)`", HOW_TO)
    assert field is not None
    folders = ["seminars", "accounts", "config", "templates", "static", "tests"]
    excluded = [":!*/migrations/*", ":!seminars/demo/talks", ":!*.jsonl"]
    command = ["git", "grep", "--files-with-matches", "--word-regexp", field[1], "--", *folders]
    listed = subprocess.run([*command, *excluded], cwd=ROOT, capture_output=True, text=True)
    if not listed.stdout:
        pytest.skip("This is not a Git repository.")
    assert sorted(path for path, _line in ROWS) == sorted(listed.stdout.split())


@pytest.mark.parametrize(("path", "line"), ROWS)
def test_each_line_is_in_its_file(path: str, line: str) -> None:
    assert line in (ROOT / path).read_text()
