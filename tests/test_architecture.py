"""docs/architecture.md names every module, in the layers that import-linter enforces."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs/architecture.md").read_text()


def _section(app: str) -> str:
    return re.split(r"(?m)^## ", TEXT.split(f"\n## `{app}/`", 1)[1])[0]


def _modules(app: str) -> set[str]:
    """The app's packages and top-level modules, such as `views/` and `urls.py`."""
    packages = {f"{path.parent.name}/" for path in (ROOT / app).glob("*/__init__.py")}
    modules = {path.name for path in (ROOT / app).glob("*.py")}
    return (packages | modules) - {"__init__.py", "migrations/"}


@pytest.mark.parametrize("app", ["accounts", "config", "seminars"])
def test_every_module_is_named(app: str) -> None:
    first_cells = " ".join(re.findall(r"(?m)^\| (`[^|]+) \|", _section(app)))
    named = re.findall(r"`([\w/.]+)`", first_cells)
    assert sorted(named) == sorted(_modules(app))


@pytest.mark.parametrize(
    "package",
    ["cache", "facets", "formats", "listings", "planitpurple", "rendering", "search", "text"],
)
def test_every_module_of_a_package_is_named(package: str) -> None:
    (row,) = re.findall(rf"(?m)^\| `{package}/` \|.*$", _section("seminars"))
    modules = {path.name for path in (ROOT / "seminars" / package).glob("*.py")} - {"__init__.py"}
    assert {name for name in modules if f"`{name}`" not in row} == set()


@pytest.mark.parametrize("app", ["accounts", "config", "seminars"])
def test_no_module_is_named_that_is_not_there(app: str) -> None:
    missing = []
    for row in re.findall(r"(?m)^\| `.*$", _section(app)):
        folder = re.match(r"\| `(\w+)/`", row)
        for name in re.findall(r"`([\w/]+\.py)`", row):
            places = [ROOT / app, ROOT / app / (folder[1] if folder else "")]
            if not any((place / name).exists() for place in places):
                missing.append(name)
    for name in re.findall(r"`((?:seminars|accounts|config|tests)/[\w/]+(?:\.py|/))`", TEXT):
        if not (ROOT / name).exists():
            missing.append(name)
    assert missing == []


def test_the_layers_are_those_that_are_enforced() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    (contract,) = (
        contract
        for contract in tools["importlinter"]["contracts"]
        if contract.get("containers") == ["seminars"]
    )
    enforced = [
        sorted(re.findall(r"\w+", layer)) for layer in contract["layers"] if layer != "(importers)"
    ]
    rows = re.findall(r"(?m)^\| (`[^|]+) \|", _section("seminars"))
    named = [name for row in rows for name in re.findall(r"`(\w+)", row)]
    there = [[name for name in layer if name in named] for layer in enforced]
    assert [sorted(layer) for layer in there if layer] == _grouped(named, enforced)


def _grouped(named: list[str], enforced: list[list[str]]) -> list[list[str]]:
    """The names in their order, one list for each run that belongs to one layer."""
    runs: list[tuple[int, list[str]]] = []
    for name in named:
        (index,) = (number for number, layer in enumerate(enforced) if name in layer)
        if not runs or runs[-1][0] != index:
            runs.append((index, []))
        runs[-1][1].append(name)
    return [sorted(run) for _index, run in runs]
