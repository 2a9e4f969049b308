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


def _files(*folders: str) -> list[Path]:
    files = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return [path for path in files if path.suffix in (".py", ".html", ".js", ".css", ".mjs")]


def test_documents_for_developers_name_files_and_identifiers_that_exist() -> None:
    files = _files("seminars", "accounts", "config", "tests", "bench", "docs", "templates")
    paths = [path.relative_to(ROOT).as_posix() for path in files]
    code = "\n".join(path.read_text() for path in files)
    # The file that the guide to adding a format adds.
    paths.append("seminars/formats/text.py")
    unknown = []
    pages = ["architecture", "decisions", "speed", "how-to-add-a-field", "how-to-add-a-filter"]
    pages += ["how-to-add-a-format", "../CONTRIBUTING", "../SECURITY"]
    for page in pages:
        text = re.sub(r"(?s)```.*?```", "", (ROOT / "docs" / f"{page}.md").read_text())
        for name in re.findall(r"`([\w/.-]+)(?:\(\)|::\w+)?`", text):
            if re.search(r"\.(py|html|js|css|mjs)$", name):
                known = any(path == name or path.endswith(f"/{name}") for path in paths)
            elif re.fullmatch(r"[A-Z]\w+(\.\w+)?", name):
                known = name.rpartition(".")[2] in code
            else:
                continue
            if not known:
                unknown.append(f"{page}.md: {name}")
    assert unknown == []
