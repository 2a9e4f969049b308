"""London–Evanston Number Theory, by London's clock, and Around the Clock, by everybody's."""

import datetime
from typing import Any, Final

from seminars.demo.shape import By, TalkData, prose

_LENT: Final = "london-evanston-number-theory"
_CLOCK: Final = "around-the-clock"
_SCREEN: dict[str, Any] = {"join_note": "Evanston meets in front of the screen in Noyes 227."}

TALKS: list[TalkData] = [
    TalkData(
        series=_LENT,
        week=-12,
        title="Gaps between primes, large and small",
        by=("eilidh.macrae",),
        topics=("number theory",),
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        more=_SCREEN,
        abstract=prose(
            r"""
            The primes near $x$ are about $\log x$ apart on average. Since 2013 we know that some
            gaps stay bounded for ever; since 2014 that some are larger than the average by more
            than Rankin's factor. Both proofs sieve, in opposite directions, with much the same
            tool. I will explain the tool, say why parity stops it at the number two, and report
            on gaps among primes in a short arithmetic progression.
            """
        ),
    ),
    TalkData(
        series=_LENT,
        week=-8,
        title="Class numbers by the hundred million",
        by=("ana.petrovic",),
        topics=("number theory", "algorithms"),
        attendance="hybrid",
        join="signed-in",
        slides=True,
        more=_SCREEN,
        abstract=prose(
            r"""
            Cohen and Lenstra predicted how often 3 divides the class number of
            $\mathbb{Q}(\sqrt{-d})$: a little under $44$ times in a hundred. Tables disagreed for
            decades, because the limit is approached from one side and slowly. With a new way to
            compute many class groups at once we reach $d < 10^{13}$, where the secondary term can
            be seen with the naked eye.
            """
        ),
    ),
    TalkData(
        series=_LENT,
        week=-4,
        title=(
            "On the distribution of the least quadratic non-residue in families of short intervals,"
            " with an application to the deterministic factorization of polynomials over finite"
            " fields of moderate characteristic, a correction to a lemma of the speaker’s, and some"
            " numerical evidence for a conjecture which nobody has so far dared to make"
        ),
        by=("eilidh.macrae",),
        topics=("number theory",),
        attendance="hybrid",
        join="signed-in",
        more=_SCREEN,
        abstract="The title leaves little to say. There will be biscuits.",
    ),
    TalkData(
        series=_LENT,
        week=0,
        title="Elliptic curves of uncommonly high rank",
        by=("eilidh.macrae",),
        topics=("number theory",),
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        more=_SCREEN,
        abstract=prose(
            r"""
            The rational points of $y^2 = x^3 + ax + b$ form a finitely generated group; its rank
            is a single number, and nobody knows whether it can be arbitrarily large. Half of all
            curves seem to have rank 0, half rank 1, and all the others together no weight at all.
            And yet people find curves of rank above twenty.

            I will show how they are found, by looking for curves with unusually many points
            modulo many small primes, and what a random model of the whole affair predicts: that
            the supply ends, and that we may already have seen the last of them.
            """
        ),
    ),
    TalkData(
        series=_LENT,
        week=1,
        title="Lattices and the numbers that almost add up",
        by=("rahul.deshpande",),
        topics=("number theory", "cryptography"),
        attendance="hybrid",
        join="signed-in",
        more=_SCREEN,
        abstract=prose(
            """
            Given a hundred numbers and a sum, which of them were added? A reduced lattice basis
            often knows. The talk compares what is proved, what is observed and what is feared.
            """
        ),
    ),
    TalkData(
        series=_LENT,
        week=3,
        title="A bilingual introduction to modular forms",
        by=("eilidh.macrae", "daniel.achterberg"),
        topics=("number theory", "knot theory"),
        joint_with=("mathematics-colloquium",),
        attendance="hybrid",
        join="public",
        more=_SCREEN,
        abstract=prose(
            r"""
            There is a knot in the space of lattices for every closed geodesic of the modular
            surface, and how it winds round the trefoil is counted by a function of Dedekind's. One
            speaker tells this as number theory, the other as topology, alternately, five minutes
            each. Ghys discovered it in 2006; we would like to find out together why it is true.
            """
        ),
    ),
    TalkData(
        series=_LENT,
        week=7,
        title="",
        by=("ana.petrovic",),
        attendance="hybrid",
        join="signed-in",
        more=_SCREEN,
    ),
    TalkData(
        series=_CLOCK,
        week=-7,
        weekday=3,
        start=datetime.time(10),
        zone="Asia/Kolkata",
        title="Open problems from Kolkata: partitions",
        by=("ana.petrovic",),
        topics=("number theory", "combinatorics"),
        place="bose-hall-kolkata",
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            r"""
            Ramanujan saw that $p(5n+4)$ is always divisible by five. A century later we know why,
            in three ways, and still cannot say how often $p(n)$ is even. Two hours, eight
            problems, and a prize of sweets for the first counterexample.
            """
        ),
    ),
    TalkData(
        series=_CLOCK,
        moment="now",
        title="Open problem session: questions that a pencil can attack",
        by=(By("hanna.virtanen", role="host"), "joao.figueiredo", "daniel.achterberg"),
        topics=("combinatorics", "probability", "geometry and topology"),
        attendance="online",
        join="public",
        recorded=True,
        more={"join_note": "Come and go as you please."},
        abstract=prose(
            r"""
            Each participant brings a question that can be stated in a minute. We choose three by
            vote and work on them in small rooms. To begin with:

            - Is every knot with unknotting number one a *prime* knot? (Yes. Find a proof that
              fits on a page.)
            - How many straight cuts does it take to divide a random triangulation of $n$
              triangles into two equal parts?
            - Colour the plane so that no two points at distance one agree. Five colours are
              needed and seven are enough. Can you at least *draw* the argument for five?
            """
        ),
    ),
    TalkData(
        series=_CLOCK,
        week=4,
        weekday=4,
        start=datetime.time(11),
        zone="Australia/Sydney",
        title="Open problems from Sydney: tilings and time",
        by=("aroha.tamihana", "daniel.achterberg"),
        topics=("combinatorics", "geometry and topology"),
        attendance="online",
        join="timed",
        more={"notice": "It is still Thursday evening in Evanston"},
        abstract=prose(
            """
            A single tile that covers the plane and never repeats was found in 2023 by a hobbyist.
            What else is lying on the kitchen table? Two hours with scissors and a clock.
            """
        ),
    ),
]
