"""Physics and Astronomy Colloquium: Mondays at half past three."""

from typing import Any, Final

from seminars.demo.shape import By, TalkData, prose

_PHYSICS: Final = "physics-and-astronomy-colloquium"
_COFFEE: dict[str, Any] = {
    "kind": "colloquium",
    "refreshments": "Coffee and biscuits from 15:10 in the foyer",
}

TALKS: list[TalkData] = [
    TalkData(
        series=_PHYSICS,
        week=-14,
        title="A sky full of hydrogen",
        by=("ngozi.adeyemi",),
        topics=("astrophysics",),
        attendance="hybrid",
        join="public",
        recorded=True,
        slides=True,
        more=_COFFEE,
        abstract=prose(
            r"""
            A hydrogen atom left to itself flips its electron once in eleven million years and
            emits a photon of 21 cm. There is so much hydrogen that we see the glow anyway.

            With sixty-four dishes in the Karoo we have mapped it round thirty nearby galaxies,
            down to column densities of $10^{18}\,\mathrm{cm}^{-2}$. Out there the discs do not
            end: they thin out into ribbons, and most of the ribbons lead somewhere. I will show
            the maps, weigh the gas that falls in against the stars that are born, and find that
            the sum is out by a factor of two.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=-12,
        title="Crystals that conduct only on their skin",
        by=("kenji.morimoto",),
        topics=("condensed matter",),
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        more=_COFFEE,
        abstract=prose(
            """
            Cut a topological insulator and each new face conducts; the inside never does. The
            reason is a twist in the electrons' bands that cannot be undone without closing a gap,
            just as a belt cannot be untwisted without opening the buckle.

            That is the theory. In the laboratory every crystal I grew for four years conducted
            all the way through, because one atom in ten thousand sat in the wrong place. This is
            a talk about how to persuade the last atom, about a furnace that cools by one degree a
            day, and about what the skin does when at last it is the only way through.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=-9,
        title="Listening for pulsars with an orchestra of dishes",
        by=("chloe.beaumont",),
        topics=("astrophysics", "cosmology"),
        attendance="hybrid",
        join="public",
        recorded=True,
        slides=True,
        more=_COFFEE,
        abstract=prose(
            r"""
            A pulsar that turns six hundred times a second keeps time to a few parts in $10^{15}$.
            If a gravitational wave passes between us and it, the ticks come early, then late, by
            some tens of nanoseconds over ten years.

            One pulsar could always be to blame by itself. Sixty-eight, spread over the sky, would
            have to conspire, and in a pattern that depends only on the angle between them. I will
            explain that pattern, show the evidence for it so far, and be frank about the solar
            wind, which has fooled us before.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=-7,
        title="Small planets in bad weather",
        by=(By("soledad.ibanez", affiliation="European Southern Observatory, Chile"),),
        topics=("exoplanets",),
        recorded=True,
        attendance="hybrid",
        join="public",
        more=_COFFEE,
        abstract=prose(
            """
            When a planet crosses its star, a little starlight comes to us through its air. For a
            planet like Neptune the signal is one part in ten thousand; for most of them there is
            no signal at all. The usual explanation is cloud.

            I will argue that we have been looking at the wrong edge. Morning and evening on these
            planets differ by hundreds of degrees, so one edge may be overcast and the other
            clear, and the average of the two looks like nothing. Taking a transit apart into its
            first and last minutes, we find sodium in the evening of four planets out of nine.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=-5,
        title="The price of forgetting one bit",
        by=("nguyen.thi.lan",),
        topics=("quantum information",),
        attendance="hybrid",
        join="signed-in",
        slides=True,
        more=_COFFEE,
        abstract=prose(
            r"""
            Landauer showed in 1961 that whoever erases a bit must give off at least
            $$k_B\,T \ln 2$$
            of heat. At room temperature this is three thousandths of an attojoule, and today's
            chips waste many times as much, so why care? Because an error-correcting quantum
            computer does little else than forget: it measures, learns what went wrong, and must
            throw the knowledge away, a million times a second, at a temperature where every
            microwatt counts.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=-3,
        title="Snow, salt and the colour of the Arctic",
        by=("ingrid.solberg",),
        topics=("climate science",),
        attendance="hybrid",
        join="public",
        recorded=True,
        more=_COFFEE,
        abstract=prose(
            """
            Fresh snow sends back nine tenths of the sunlight; a melt pond a quarter. Between the
            two lies a week in June in which the fate of the summer's ice is decided. I spent that
            week twice on a floe with a spectrometer, a broom and a bear guard, and will tell what
            the snow's salt has to do with it.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=0,
        title="How old is a galaxy’s outer edge?",
        by=("ngozi.adeyemi",),
        topics=("astrophysics", "cosmology"),
        attendance="hybrid",
        join="public",
        recorded=True,
        more=_COFFEE,
        abstract=prose(
            r"""
            Galaxies grow from the inside out: so says every simulation. Then the stars at the edge
            should be the youngest. We looked at the edges of twelve galaxies long enough to count
            their stars one by one, and in five of them the edge is *older* than the middle.

            Three ways out are on offer: stars wander; small galaxies are swallowed; or the disc
            stopped growing when its supply of gas was cut off. Each leaves a different trace in
            the metals, of order $0.1$ dex in $[\mathrm{Fe}/\mathrm{H}]$. I will show what we see,
            and put the question to a vote before I give my own answer.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=1,
        title="Growing the last crystal",
        by=("kenji.morimoto",),
        topics=("condensed matter",),
        status="cancelled",
        more=_COFFEE | {"notice": "Canceled: the furnace will not wait"},
        abstract="Why the best samples are always the ones that were forgotten over a holiday.",
    ),
    TalkData(
        series=_PHYSICS,
        week=2,
        title="Three hundred nights in the Atacama",
        by=("soledad.ibanez", "chloe.beaumont"),
        topics=("exoplanets", "astrophysics"),
        attendance="hybrid",
        join="public",
        recorded=True,
        moved_days=7,
        more=_COFFEE,
        abstract=prose(
            """
            One of us looks at planets in visible light, the other at dead stars in radio waves.
            Over four years we kept a common diary: what we asked for, what the weather gave us,
            what we published. Of a hundred nights granted, thirty-one led to a figure in a paper
            and four to a result that somebody else has used.

            We offer this as data and not as a complaint. A committee that had drawn lots among
            the upper half of the proposals would have done as well; a committee that had asked
            for *shorter* proposals would have saved nine working years. And the four results came
            from nights that had been meant for something else.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=3,
        title="",
        by=("chloe.beaumont",),
        topics=("astrophysics",),
        attendance="hybrid",
        join="public",
        more=_COFFEE,
    ),
    TalkData(
        series=_PHYSICS,
        week=5,
        title="Quantum memories made of light and patience",
        by=("nguyen.thi.lan",),
        topics=("quantum information",),
        attendance="hybrid",
        join="signed-in",
        more=_COFFEE,
        abstract=prose(
            """
            A photon can be stopped in a crystal and started again some minutes later, with its
            phase intact. Minutes are a long time; networks need hours. What stands in the way is
            the crystal's own nuclear spins, and the talk is about teaching them to look elsewhere.
            """
        ),
    ),
    TalkData(
        series=_PHYSICS,
        week=8,
        title="Magnetism in two dimensions",
        by=("kenji.morimoto",),
        topics=("condensed matter",),
        status="tentative",
        attendance="hybrid",
        more={"kind": "colloquium"},
    ),
    TalkData(
        series=_PHYSICS,
        week=10,
        title="What the deepest radio surveys will not see",
        by=("ngozi.adeyemi",),
        topics=("cosmology",),
        attendance="online",
        join="public",
        more=_COFFEE | {"refreshments": ""},
        abstract=prose(
            """
            Before there were stars, the universe was full of hydrogen and dark. Its faint line is
            now stretched to the length of a bus, under a foreground ten thousand times as bright.
            An honest account of what the next ten years can and cannot show.
            """
        ),
    ),
]
