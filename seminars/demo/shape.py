"""How a demonstration talk is written down; `fill` turns it into rows."""

import datetime
import inspect
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class By:
    """Somebody at a talk. An affiliation or biography given here is the one at that talk."""

    speaker: str
    role: str = "speaker"
    affiliation: str | None = None
    biography: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkData:
    """One talk. What is not said is taken from its series.

    Its day is one of: `week` (0 is the week of today, on the series' or its own `weekday`), a true
    date `on`, a `moment` of today, or none. `series`, `place`, `by`, `topics` and `audiences` name
    rows by their keys; `place=""` is no venue. `recorded` and `slides` take effect once it is over.
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
    #: Further fields of the Talk, as they are.
    more: dict[str, Any] = field(default_factory=dict)


def prose(text: str) -> str:
    """Markdown as a source file wraps it, with each paragraph on one line; lists stay."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        one if one.startswith("- ") else " ".join(one.split("\n")) for one in paragraphs
    )
