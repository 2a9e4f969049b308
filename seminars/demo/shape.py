"""The form in which demonstration talks are written; `fill` turns them into rows."""

import datetime
import inspect
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class By:
    """A speaker at a talk, with affiliation and biography if they differ from the speaker's own."""

    speaker: str
    role: str = "speaker"
    affiliation: str | None = None
    biography: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkData:
    """One talk; anything missing comes from its series.

    Its day is given by `week` (0 is the current week, on the series' or its own `weekday`), by a
    fixed date `on`, by a `moment` of today, or not at all. `series`, `place`, `by`, `topics` and
    `audiences` are keys of rows; `place=""` means no venue. `recorded` and `slides` apply once the
    talk is over.
    """

    series: str
    title: str = ""
    by: tuple[By | str, ...] = ()
    abstract: str = ""
    topics: tuple[str, ...] = ()
    joint_with: tuple[str, ...] = ()
    audiences: tuple[str, ...] | None = None

    week: int | None = None
    weekday: int | None = None
    on: datetime.date | None = None
    moment: Literal["now", "tonight"] | None = None
    start: datetime.time | None = None
    minutes: int | None = None
    hour_known: bool = True
    end_known: bool = True
    days: int = 1
    zone: str = ""
    moved_days: int = 0

    place: str | None = None
    attendance: Literal["in-person", "online", "hybrid"] = "in-person"
    join: Literal["public", "signed-in", "timed", "never"] | None = None
    recorded: bool = False
    slides: bool = False

    status: str = "announced"
    #: Values of further fields of Talk.
    more: dict[str, Any] = field(default_factory=dict)


def prose(text: str) -> str:
    """Unwrap the paragraphs of Markdown from a source file, except lists."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        one if one.startswith("- ") else " ".join(one.split("\n")) for one in paragraphs
    )
