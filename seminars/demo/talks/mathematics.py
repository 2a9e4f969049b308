"""Mathematics Colloquium: Thursdays at four, with tea before."""

from typing import Any, Final

from seminars.demo.shape import TalkData, prose

_MATHS: Final = "mathematics-colloquium"
_TEA: dict[str, Any] = {
    "kind": "colloquium",
    "refreshments": "Tea at half past three in the common room",
}

TALKS: list[TalkData] = [
    TalkData(
        series=_MATHS,
        week=-14,
        title="Knots that cannot make up their minds",
        by=("daniel.achterberg",),
        topics=("knot theory", "geometry and topology"),
        more=_TEA | {"room": "Seminar room 101"},
        slides=True,
        abstract=prose(
            r"""
            Changing one crossing turns the trefoil into a circle. How many changes does a given
            knot need? This *unknotting number* $u(K)$ was defined in the 1930s and is still
            unknown for some knots with ten crossings. Worse, it is not known how to compute it
            at all.

            I will explain what is known: a lower bound from the signature,
            $$u(K) \ge \tfrac12\,\lvert\sigma(K)\rvert,$$
            why the obvious upper bounds can be as bad as you like, and a family of knots for
            which the quickest way to simplicity leads through something more complicated. There
            will be rope.
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=-11,
        title="The equations of viscous flow, after Ольга Ладыженская",
        by=("nadezhda.orlova",),
        topics=("partial differential equations", "history of science"),
        more=_TEA | {"room": "Seminar room 101"},
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            r"""
            In two dimensions the Navier–Stokes equations
            $$\partial_t u + (u\cdot\nabla)u = \nu\,\Delta u - \nabla p, \qquad \nabla\cdot u = 0$$
            have smooth solutions for all time. Olga Ladyzhenskaya proved it in the late 1950s, in
            Leningrad, with an inequality that is now named after her:
            $$\lVert u\rVert_{4}^{4} \le C\,\lVert u\rVert_{2}^{2}\,\lVert\nabla u\rVert_{2}^{2}.$$

            Half of this colloquium is about the proof, which is short and deserves to be seen
            once by everybody. The other half is about what she did with the rest of her life:
            a school, a seminar of fifty years, and a firm refusal to be impressed.
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=-8,
        title="陈省身与整体微分几何的诞生",
        by=("lin.xiaoyu",),
        topics=("geometry and topology", "history of science"),
        more=_TEA | {"language": "zh", "room": "Seminar room 101", "notice": "In Chinese"},
        attendance="hybrid",
        join="public",
        recorded=True,
        slides=True,
        abstract=prose(
            r"""
            高斯–博内公式告诉我们，曲面的总曲率只依赖于它的拓扑：
            $$\int_M K\,dA = 2\pi\,\chi(M).$$

            1944 年，陈省身给出了高维情形的一个内蕴证明，只用了六页。这篇短文开启了示性类与
            联络理论的时代。本次报告从曲面讲起，介绍他的证明思想，并回顾他在杭州、昆明、
            普林斯顿和芝加哥的岁月。

            *The talk is in Chinese; the formulas and the slides are in English.*
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=-5,
        title="Wie der Grenzwert streng wurde",
        by=("tobias.krahenbuhl",),
        topics=("analysis", "history of science"),
        more=_TEA | {"language": "de", "room": "Seminar room 101", "notice": "In German"},
        abstract=prose(
            r"""
            Zwischen 1821 und 1872 lernte die Analysis, ihren eigenen Worten zu misstrauen. Cauchy
            bewies einen Satz, zu dem Abel Ausnahmen sah; Dirichlet zeichnete eine Funktion, die
            niemand zeichnen kann; und Weierstraß ließ seine Hörer für jedes $\varepsilon > 0$ ein
            $\delta > 0$ suchen.

            Der Vortrag folgt drei Vorlesungsmitschriften aus Berlin und zeigt, wie sich eine
            Definition von Jahr zu Jahr verändert, bis sie aussieht, als wäre sie immer so
            gewesen. *(Slides in English.)*
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=-2,
        title="Paul Erdős and the art of the small prize",
        by=("eilidh.macrae",),
        topics=("combinatorics", "number theory", "history of science"),
        more=_TEA | {"room": "Seminar room 101"},
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            r"""
            Ten dollars for an hour's thought, a thousand for a year's. Erdős Pál priced several
            hundred problems in his lifetime, and the prices are a record of what he believed to
            be hard. How good was he?

            We went through them all. Taking the time until a solution as the measure, his prices
            were right, to within a factor of two, surprisingly often; his great mistakes were all
            in one direction. I will discuss four of the problems, among them whether
            $\sum_{a \in A} \tfrac1a = \infty$ forces $A$ to contain long arithmetic progressions,
            which is still open and remains a bargain.
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=-1,
        title="What do random surfaces know about gravity?",
        by=("hanna.virtanen",),
        topics=("probability", "geometry and topology"),
        joint_with=("physics-and-astronomy-colloquium",),
        more=_TEA,
        place="garrett-physics-lecture-room",
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        abstract=prose(
            r"""
            Physicists in two dimensions wished to average over all shapes of space. Polyakov told
            them in 1981 how to do so, with a random field $h$ and the formal metric
            $$e^{\gamma h}\,(dx^2 + dy^2),$$
            which makes no sense, since $h$ is too rough to have values.

            Forty years later it does make sense, and agrees with what one gets by gluing random
            triangles. I will tell the story with pictures for an audience of mathematicians and
            physicists, who will, I hope, each find the other half the difficult one.
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=0,
        title="Arabic algebra before symbols",
        by=("yasmin.haddad",),
        topics=("history of science",),
        more=_TEA | {"room": "Seminar room 101"},
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            r"""
            Around the year 820 محمد بن موسى الخوارزمي solved $x^2 + 10x = 39$ entirely in words:
            *a square and ten roots equal thirty-nine*. Two and a half centuries later عمر الخيام
            met cubics with conic sections, and apologised for not finding a rule in numbers.

            What can one think without symbols, and what not? We will read three short passages
            together, in translation, draw the figures that go with them, and notice how often the
            figure is the proof. No Arabic is needed; those who have it may enjoy the handout.
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=1,
        title="Untying by force",
        by=("daniel.achterberg",),
        topics=("knot theory",),
        more=_TEA,
        place="",
        abstract=prose(
            """
            Pull both ends of a long tangled rope: will it come loose or jam? For ropes with
            friction this is a question of physics, and for ideal ropes of pure geometry. Between
            the two there is a theorem, and a surprisingly simple test that can be done with a
            thumb. The room will be announced when the lift in Noyes works again.
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=2,
        title="Wave equations that remember",
        by=("tobias.krahenbuhl",),
        topics=("partial differential equations", "analysis"),
        hour_known=False,
        more=_TEA | {"notice": "The hour depends on the train from O’Hare"},
        abstract=prose(
            r"""
            For $u_{tt} - \Delta u = u^p$ small data live for ever or blow up according to a
            critical power $p_0(n)$. I will explain why it is the root of a quadratic equation, and
            what changes when the medium keeps a memory of the wave that has passed.
            """
        ),
    ),
    TalkData(
        series=_MATHS,
        week=4,
        title="Six pages from 1944",
        by=("lin.xiaoyu",),
        topics=("geometry and topology",),
        more=_TEA | {"room": "Seminar room 101"},
        attendance="hybrid",
        join="signed-in",
        abstract=prose(
            """
            A slow reading, in English, of one short paper on curvature. Each participant explains
            one paragraph; the speaker explains what was left out. Copies are in the common room
            from Monday.
            """
        ),
    ),
    TalkData(series=_MATHS, week=6, by=(), title="", more=_TEA | {"room": "Seminar room 101"}),
    TalkData(
        series=_MATHS,
        week=9,
        title="",
        by=("nadezhda.orlova",),
        status="draft",
        topics=("partial differential equations",),
        more={"kind": "colloquium", "notes": "Visa not certain. Ask again in a month."},
    ),
]
