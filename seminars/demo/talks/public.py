"""Public Lectures: evenings for the whole town."""

import datetime
from typing import Any, Final

from seminars.demo.shape import By, TalkData, prose

_PUBLIC: Final = "public-lectures"


def _lecture(name: str, **further: Any) -> dict[str, Any]:
    return {
        "kind": "lecture",
        "registration_url": f"https://register.example.org/{name}",
        **further,
    }


TALKS: list[TalkData] = [
    TalkData(
        series=_PUBLIC,
        week=-10,
        title="Why the night sky is dark",
        by=("ngozi.adeyemi",),
        topics=("cosmology", "Public event"),
        attendance="hybrid",
        join="public",
        recorded=True,
        more=_lecture("dark"),
        abstract=prose(
            """
            If there were stars without end, and for ever, every line of sight would end on one,
            and midnight would be as bright as the sun. Astronomers worried about this for three
            centuries; a poet, Edgar Allan Poe, first wrote down the answer. It is not that stars
            are few or that dust is thick. It is that the light of most of them has not had time to
            arrive.

            From this one dark fact we shall work out, with no more than a pocket lamp and a
            balloon, that the universe had a beginning, and roughly when.
            """
        ),
    ),
    TalkData(
        series=_PUBLIC,
        week=-4,
        title="The woman who copied mathematics for fifty years",
        by=("yasmin.haddad",),
        topics=("history of science", "digital humanities", "Public event"),
        attendance="hybrid",
        join="public",
        recorded=True,
        more=_lecture("copied", refreshments="Mint tea afterwards"),
        abstract=prose(
            """
            She never signed her name. We know her by the way she wrote the letter ع, by her habit
            of leaving a small blank where a sum did not come out, and by the corrections that she
            began to make when she was about thirty. This is an evening about what one can learn
            of a person from forty thousand pages, and how a computer helped and nearly misled us.
            """
        ),
    ),
    TalkData(
        series=_PUBLIC,
        moment="tonight",
        title="What the ice remembers",
        by=("ingrid.solberg", By("leo.brandt", role="host")),
        topics=("climate science", "Public event"),
        attendance="hybrid",
        join="public",
        recorded=True,
        more=_lecture("ice", refreshments="Doors open an hour before; soup in the foyer"),
        abstract=prose(
            """
            A hundred metres down, the ice is as old as the cathedrals. It keeps the dust of
            droughts, the lead of Roman mines, the soot of a summer when half of Siberia burned,
            and, in bubbles no larger than a pinhead, the very air that people breathed.

            Ingrid Solberg has drilled for it and lived on it. She brings two pieces, which you
            may listen to: when old ice melts in a glass, its air comes out with a snap. Children
            from ten years are welcome; questions are taken from them first.
            """
        ),
    ),
    TalkData(
        series=_PUBLIC,
        week=1,
        start=datetime.time(20),
        minutes=90,
        title="A night at the eyepiece: Jupiter, and whatever the clouds allow",
        by=("leo.brandt",),
        topics=("astrophysics", "Public event"),
        place="lakeside-observatory",
        more=_lecture("eyepiece", cost="$5, children free", notice="Only if the sky is clear"),
        abstract=prose(
            """
            Twenty-four people, one telescope of 1889, and about six minutes each. We look at
            Jupiter's belts and moons, then at a star that turns out to be two. The picture is
            also shown in the library downstairs, where there is a stove.
            """
        ),
    ),
    TalkData(
        series=_PUBLIC,
        week=3,
        title="Can a machine be wrong on purpose?",
        by=("amara.okonkwo",),
        topics=("natural language processing", "Public event"),
        attendance="hybrid",
        join="public",
        more=_lecture("wrong"),
        abstract=prose(
            """
            A calculator that says 2 + 2 = 5 is broken. A machine that writes essays and says so
            may be joking, quoting, guessing or pleasing you. Which of these can a machine do, and
            how would we tell? An evening with examples, two of them live, and a vote before and
            after.
            """
        ),
    ),
    TalkData(
        series=_PUBLIC,
        week=7,
        title="Knots for sailors, surgeons and spiders",
        by=("daniel.achterberg",),
        topics=("knot theory", "Public event"),
        status="submitted",
        attendance="hybrid",
        join="public",
        more=_lecture("knots", notes="Needs 320 pieces of rope, 1 m each."),
        abstract="Everybody gets a piece of rope. Nobody goes home with it untied.",
    ),
    TalkData(
        series=_PUBLIC,
        week=9,
        title="The planet next door",
        by=("soledad.ibanez",),
        topics=("exoplanets", "Public event"),
        attendance="hybrid",
        join="public",
        more=_lecture("planet"),
    ),
]
