"""The documentation matches the code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A reader takes the variable's name first: `env.text("SITE_NAME", …)`.
_READ = re.compile(r"""env\.\w+\(\s*["']([A-Z_]+)["']""")


def test_every_setting_is_documented_and_no_other() -> None:
    read = {
        name for path in (ROOT / "config").glob("*.py") for name in _READ.findall(path.read_text())
    }
    table = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/deploy.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(read)


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []
