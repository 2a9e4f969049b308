"""Lectures that changed a subject. Who, what, where and on which day are history's; texts are ours.

Hours are left open, as the sources at hand do not give them.
"""

import datetime
from typing import Any, Final

from seminars.demo.shape import TalkData, prose

_LANDMARK: Final = "landmark-lectures"


def _landmark(
    day: tuple[int, int, int], zone: str, room: str, title: str, by: str, **further: Any
) -> TalkData:
    """One lecture; the hour is not known, and the place is said in words."""
    language = further.pop("language", "en")
    return TalkData(
        series=_LANDMARK,
        on=datetime.date(*day),
        zone=zone,
        place="",
        title=title,
        by=(by,),
        hour_known=False,
        more={"kind": "lecture", "room": room, "language": language},
        **further,
    )


TALKS: list[TalkData] = [
    _landmark(
        (1900, 8, 8),
        "Europe/Paris",
        "Sorbonne, Paris",
        "Mathematische Probleme",
        "hilbert",
        language="de",
        topics=("history of science", "number theory", "analysis"),
        abstract=prose(
            r"""
            To the second International Congress of Mathematicians Hilbert brought no theorem but
            questions: ten in the hall, twenty-three in print. Is there a set larger than the whole
            numbers and smaller than the line? Can arithmetic be proved free of contradiction? Is
            there a procedure that decides whether an equation such as $x^3 + y^3 + z^3 = 33$ has a
            solution in whole numbers?

            The answers took the century by surprise. The first turned out to be neither true nor
            false on the usual axioms; the second led to Gödel; the third has the answer *no*; and
            the eighth, about the zeros of $\zeta(s)$, is as open as it was that morning.
            """
        ),
    ),
    _landmark(
        (1911, 12, 11),
        "Europe/Stockholm",
        "Stockholm",
        "Radium and the new concepts in chemistry",
        "curie",
        topics=("history of science",),
        abstract=prose(
            """
            The second Nobel lecture of Marie Skłodowska-Curie, this time for chemistry. She sets
            out how a tenth of a gram of radium chloride was won from tons of pitchblende, why its
            atomic weight settled that it was an element, and what follows if elements can turn
            into one another. She takes care to say which of the work was hers alone and which was
            shared with Pierre Curie, who had died five years before.
            """
        ),
    ),
    _landmark(
        (1932, 9, 7),
        "Europe/Zurich",
        "Zürich",
        "Hyperkomplexe Systeme in ihren Beziehungen zur kommutativen Algebra und zur Zahlentheorie",
        "noether",
        language="de",
        topics=("history of science", "number theory"),
        abstract=prose(
            r"""
            The first plenary lecture of a woman at an International Congress of Mathematicians.
            Noether's theme is that the way to understand commutative fields leads through algebras
            that do *not* commute: with $ab \neq ba$ allowed, theorems of number theory that had
            been proved by calculation become statements about structure. Those who heard it went
            home and rewrote their lecture notes. The next plenary lecture by a woman was to be
            given fifty-eight years later.
            """
        ),
    ),
    _landmark(
        (1947, 2, 20),
        "Europe/London",
        "London Mathematical Society, London",
        "Lecture on the Automatic Computing Engine",
        "turing",
        topics=("history of science", "machine learning"),
        abstract=prose(
            """
            There were at that moment no stored-program computers in the world. Turing described to
            the London Mathematical Society how his would work: mercury delay lines for memory, a
            million operations where a person makes one, and a library of subroutines looked after
            by what we would now call programmers, who, he foresaw, would guard their mystery.

            At the end he turned to machines that alter their own instructions by experience, and
            asked for fair play towards them: one cannot demand of a machine that it be infallible
            and intelligent as well.
            """
        ),
    ),
    _landmark(
        (1949, 3, 9),
        "America/New_York",
        "National IRE Convention, New York",
        "Programming a Computer for Playing Chess",
        "shannon",
        topics=("history of science", "algorithms"),
        abstract=prose(
            r"""
            Shannon reckons that chess has about $10^{120}$ possible games, so no machine will ever
            play it by looking at them all. He then does what is possible: a value for each
            position, a search a few moves deep, and the choice of whatever leaves the opponent the
            least good answer. He distinguishes a type A of machine, which looks at everything, from
            a type B, which looks only at what is worth it. Every chess program since is one of the
            two, or a quarrel between them.
            """
        ),
    ),
    _landmark(
        (1959, 12, 29),
        "America/Los_Angeles",
        "Annual meeting of the American Physical Society, Pasadena",
        "There’s Plenty of Room at the Bottom",
        "feynman",
        topics=("history of science", "condensed matter"),
        abstract=prose(
            """
            An after-dinner talk with two prizes of a thousand dollars. Feynman asks what stops us
            from writing an encyclopaedia on the head of a pin, and finds that nothing in physics
            does: it is a matter of making tools that make smaller tools. He asks for better
            electron microscopes, for computers with wires a hundred atoms wide, for machines that
            move atoms one at a time.

            The first prize, for a tiny motor, was claimed within a year by a patient craftsman who
            used tweezers. The second, for the page of a book at 1/25,000 of its size, took until
            1985.
            """
        ),
    ),
    _landmark(
        (1968, 12, 9),
        "America/Los_Angeles",
        "Fall Joint Computer Conference, San Francisco",
        "A Research Center for Augmenting Human Intellect",
        "engelbart",
        topics=("history of science", "human–computer interaction"),
        abstract=prose(
            """
            Ninety minutes in which a thousand people saw, for the first time and all at once, a
            mouse, windows, links between documents, two people editing one text, and a video
            conference. The machine stood thirty miles away in Menlo Park and was reached over two
            microwave links. Engelbart's subject was none of these things: it was how groups of
            people might learn to deal with problems that grow faster than they do.
            """
        ),
    ),
    _landmark(
        (1972, 8, 14),
        "America/New_York",
        "ACM Annual Conference, Boston",
        "The Humble Programmer",
        "dijkstra",
        topics=("history of science", "programming languages"),
        abstract=prose(
            """
            The Turing Award lecture of 1972. When there were no machines, programming was no
            problem; with a few weak ones it became a mild problem, and with powerful ones a very
            great one. Dijkstra's remedy is modesty: to respect how small our heads are, and to
            build programs together with the argument that they are right, since tests can only
            ever find that they are not.
            """
        ),
    ),
    _landmark(
        (1982, 8, 19),
        "America/New_York",
        "National Security Agency, Fort Meade",
        "Future Possibilities: Data, Hardware, Software, and People",
        "hopper",
        topics=("history of science", "Research Careers"),
        abstract=prose(
            """
            Captain Hopper hands round nanoseconds: pieces of wire just under a foot long, as far
            as light can go in a billionth of a second. A coil of nearly a thousand feet is a
            microsecond, and ought to hang over the desk of every programmer who throws one away.
            Her subject is what information is worth, why many small computers will do more than
            one large one, and how to lead people. The tapes lay unseen until 2024.
            """
        ),
    ),
    _landmark(
        (1986, 3, 7),
        "America/New_York",
        "Bell Communications Research, Morristown, New Jersey",
        "You and Your Research",
        "hamming",
        topics=("history of science", "Research Careers"),
        abstract=prose(
            """
            Why do so few scientists do work that is remembered? Hamming used to ask his neighbours
            at lunch what the important problems of their field were, then why they were not
            working on them, and soon had to lunch elsewhere. He speaks of luck and the prepared
            mind, of keeping one's door open, of turning a fault round until it is an asset, and of
            the need to sell what one has done.
            """
        ),
    ),
]
