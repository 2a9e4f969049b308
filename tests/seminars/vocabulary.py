"""Checks JSON-LD against schema.org's own vocabulary, which a package provides."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from schema_org import registry

_SCHEMA = "https://schema.org/"
#: Ranges whose values are strings in JSON.
_TEXTS = {"Text", "CssSelectorType", "PronounceableText"}


def unknown_terms(node: dict[str, Any]) -> list[str]:
    """Return the paths in a document that the vocabulary does not know or has superseded."""
    body = dict(node)
    if body.pop("@context", None) != _SCHEMA.rstrip("/"):
        return ["@context"]
    return list(_unknown_terms(body, str(body["@type"])))


def _unknown_terms(node: dict[str, Any], where: str) -> Iterator[str]:
    kind = node.get("@type", "")
    if kind not in registry.CLASS_METADATA or registry.CLASS_METADATA[kind].superseded_by:
        yield f"{where}: no type {kind}"
        return
    classes = {kind, *registry.ancestry(kind)}
    for name, value in node.items():
        here = f"{where}.{name}"
        if name.startswith("@"):
            continue
        known = registry.PROPERTY_BY_SCHEMA.get(name)
        if known is None or known.superseded_by or not classes & set(known.domains):
            yield f"{here}: {kind} has no such property"
            continue
        for one in value if isinstance(value, list) else [value]:
            yield from _value(one, known.ranges, here)


def _value(value: Any, ranges: tuple[str, ...], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        kinds = {value.get("@type"), *registry.ancestry(str(value.get("@type")))}
        if not kinds & set(ranges):
            yield f"{where}: {value.get('@type')} is none of {ranges}"
        yield from _unknown_terms(value, where)
    elif not any(_fits(value, one) for one in ranges):
        yield f"{where}: {value!r} is none of {ranges}"


def _fits(value: Any, kind: str) -> bool:
    if kind in registry.ENUM_MEMBERS:
        return value in {f"{_SCHEMA}{one}" for one in registry.ENUM_MEMBERS[kind]}
    if isinstance(value, bool) or kind == "Boolean":
        return isinstance(value, bool) and kind == "Boolean"
    if isinstance(value, int | float):
        return kind == "Number" or (kind == "Integer" and isinstance(value, int))
    if kind == "URL":
        return bool(urlsplit(value).scheme and urlsplit(value).netloc)
    if kind in ("Date", "DateTime"):
        return _is_time(value, kind)
    return kind in _TEXTS


def _is_time(value: str, kind: str) -> bool:
    """Whether the value is in ISO 8601, with a UTC offset if it is an instant."""
    try:
        if kind == "Date":
            return date.fromisoformat(value).isoformat() == value
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
