"""Theory Lunch: Wednesdays at a quarter past twelve, at the blackboard."""

import datetime
from typing import Final

from seminars.demo.shape import TalkData, prose

_TCS: Final = "theory-lunch"

TALKS: list[TalkData] = [
    TalkData(
        series=_TCS,
        week=-13,
        title="Sorting with a liar",
        by=("joao.figueiredo",),
        topics=("algorithms",),
        abstract=prose(
            r"""
            You sort $n$ numbers by comparisons, and up to $k$ of the answers are lies. Asking
            everything $2k+1$ times is safe and slow. I will show how to sort with
            $n\log_2 n + O(nk)$ questions, why the second term cannot be avoided, and what changes
            if the liar has to decide in advance which answers will be false. No background is
            needed beyond merge sort.
            """
        ),
    ),
    TalkData(
        series=_TCS,
        week=-11,
        title="Random surfaces made of triangles",
        by=("hanna.virtanen",),
        topics=("probability", "combinatorics"),
        abstract=prose(
            r"""
            Glue $2n$ triangles along their edges at random and keep the result if it is a sphere.
            What does it look like? Not like a sphere: typical distances grow as $n^{1/4}$, so the
            surface is far more crumpled than anything in $\mathbb{R}^3$. I will explain Schaeffer's
            bijection with labelled trees, which makes the exponent $\tfrac14$ almost obvious, and
            then sample a few surfaces by hand with dice.
            """
        ),
    ),
    TalkData(
        series=_TCS,
        week=-9,
        title="A gentle introduction to zero knowledge, with sudoku",
        by=("rahul.deshpande",),
        topics=("cryptography",),
        slides=True,
        abstract=prose(
            """
            I have solved your sudoku and would like you to believe me without learning a single
            digit. With 27 envelopes and a pack of cards this takes five minutes. The talk goes
            from the envelopes to a definition: a conversation is *zero-knowledge* if you could
            have written down a convincing record of it by yourself. We then see why every problem
            in NP has such a conversation, and where in the proof a one-way function is needed.
            """
        ),
    ),
    TalkData(
        series=_TCS,
        week=-7,
        title="Approximate counting by wandering about",
        by=("ana.petrovic",),
        topics=("algorithms", "probability"),
        recorded=True,
        attendance="hybrid",
        join="signed-in",
        abstract=prose(
            r"""
            If you can pick a random solution you can count the solutions, and the other way
            round. So people who want to count learn to wander: start anywhere, make small random
            changes, and hope that you forget where you came from. How long does this take?

            I will prove that for colourings of a graph of largest degree $\Delta$ with
            $k > 2\Delta$ colours $O(n \log n)$ steps suffice, by the method of *coupling*, which
            is a conversation between two wanderers. At the end I will say where between $\Delta+2$
            and $2\Delta$ the truth is thought to lie.
            """
        ),
    ),
    TalkData(
        series=_TCS,
        week=-5,
        title="Lower bounds by lunch",
        by=("joao.figueiredo",),
        topics=("computational complexity",),
        abstract="Five lower bounds, ten minutes each, no slides and no asymptotics.",
    ),
    TalkData(
        series=_TCS,
        week=-3,
        title="Quantum error correction as a game on a chessboard",
        by=("nguyen.thi.lan",),
        topics=("quantum information",),
        abstract=prose(
            """
            Put a coin on every edge of a chessboard. An adversary turns some of them over; you may
            ask, of each square, only whether an even number of its four coins show heads. When can
            you put everything right? This is the surface code, with the physics taken out. We will
            play it, find the winning strategy (it is a matching problem), and see at which rate of
            errors it stops working: close to eleven in a hundred, for reasons that come from
            magnets.
            """
        ),
    ),
    TalkData(
        series=_TCS,
        week=0,
        title="Can a proof be checked without being read?",
        by=("rahul.deshpande",),
        topics=("computational complexity", "cryptography"),
        abstract=prose(
            r"""
            Yes. Every proof of length $n$ can be rewritten so that a checker who looks at three
            of its bits, chosen at random, catches a false one with probability at least one in
            ten. I shall not prove the PCP theorem over lunch, but I shall prove its cheap cousin,
            in which the proof becomes exponentially long and the argument fits on one board. The
            only tool is that two different linear functions agree on exactly half of their inputs.
            """
        ),
    ),
    TalkData(
        series=_TCS,
        week=1,
        title="Matching markets when nobody knows what they want",
        by=("ana.petrovic",),
        topics=("algorithms",),
        more={"notice": "Bring a coin"},
        abstract=prose(
            """
            The deferred acceptance algorithm of Gale and Shapley needs complete lists of
            preferences. Real applicants find out what they want by visiting, and visits are
            dear. How many are needed before a stable matching can be found and *known* to be
            stable? We give an algorithm that is within a factor of two of the best possible on
            every instance, and a family of instances on which politeness makes everybody worse
            off.
            """
        ),
    ),
    TalkData(
        series=_TCS,
        week=2,
        title="Open problems",
        by=("joao.figueiredo", "hanna.virtanen"),
        topics=("theory of computing",),
        end_known=False,
        more={"notice": "We stop when the sandwiches do"},
    ),
    TalkData(series=_TCS, week=3, title="", by=("ana.petrovic",), topics=("algorithms",)),
    TalkData(
        series=_TCS,
        week=5,
        title="Derandomization from hardness, and hardness from derandomization",
        by=("joao.figueiredo",),
        topics=("computational complexity",),
        status="submitted",
        abstract="If coins help, then something is easy; if nothing is easy, coins do not help.",
    ),
    TalkData(
        series=_TCS,
        week=8,
        title="Two days of lattices",
        by=("rahul.deshpande", "ana.petrovic", "nguyen.thi.lan"),
        weekday=3,
        start=datetime.time(9),
        minutes=8 * 60,
        days=2,
        topics=("cryptography", "number theory"),
        attendance="hybrid",
        join="signed-in",
        place="superior-street-centre",
        more={
            "kind": "workshop",
            "registration_url": "https://register.example.org/lattices",
            "refreshments": "Lunch on both days for those who have registered",
            "cost": "$20, students free",
        },
        abstract=prose(
            r"""
            A lattice is what you get from a basis if you allow only whole coefficients:
            $$L = \{\, a_1 b_1 + \dots + a_n b_n : a_i \in \mathbb{Z} \,\}.$$
            Finding its shortest vector is hard, and half of the cryptography that is to replace
            today's rests on it.

            - *First day:* Minkowski's theorem, the LLL algorithm, and an afternoon of breaking
              things with it.
            - *Second day:* learning with errors, ideal lattices, and what quantum computers can
              and cannot do to them.

            The first day needs linear algebra only. Bring a laptop.
            """
        ),
    ),
]
