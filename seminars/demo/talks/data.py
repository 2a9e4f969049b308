"""Data Across Disciplines: Wednesdays at three, in Chicago."""

from typing import Final

from seminars.demo.shape import By, TalkData, prose

_DAD: Final = "data-across-disciplines"

TALKS: list[TalkData] = [
    TalkData(
        series=_DAD,
        week=-12,
        title="How many bees?",
        by=(By("sean.oriordain", affiliation="University of Limerick"),),
        topics=("statistics",),
        attendance="hybrid",
        join="public",
        recorded=True,
        slides=True,
        abstract=prose(
            r"""
            Counting animals that move, look alike and would rather not be counted is one of the
            oldest problems of statistics. Catch $M$, mark them, let them go; catch $C$ later, of
            which $R$ are marked; then there are about
            $$\hat N = \frac{(M+1)(C+1)}{R+1} - 1.$$

            For bees everything in this argument is false: marked bees are avoided by their
            sisters, hives merge, and the recapture is done by a camera that is wrong one time in
            thirty. I will repair it step by step, with four summers of data from the Burren, and
            answer the question at the end. The error bar will be disappointing.
            """
        ),
    ),
    TalkData(
        series=_DAD,
        week=-9,
        title="Reading sea ice from below",
        by=("ingrid.solberg",),
        topics=("climate science", "statistics"),
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            """
            Satellites measure how far sea ice stands out of the water. Nine tenths of it is under
            the surface, and so a centimetre of snow taken for ice becomes an error of nearly ten
            in thickness. Upward-looking sonar has no such trouble, but hangs from a rope in one
            place.

            I will show how two winters of sonar, a handful of drill holes and a model of drifting
            snow together correct the satellite record back to 2003. The corrected ice is thinner
            than was thought in the east and thicker in the west. What this means for the summers
            to come is a smaller change than the newspapers would like.
            """
        ),
    ),
    TalkData(
        series=_DAD,
        week=-6,
        title="Maize, memory and four hundred farmers",
        by=("samuel.kiplagat",),
        topics=("computational biology", "statistics"),
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        slides=True,
        abstract=prose(
            """
            A field trial lasts three seasons. A farmer's memory lasts thirty. We asked four
            hundred farmers in Uasin Gishu to rank the years since 1990 by how well their own seed
            had done, and sequenced the seed.

            Rankings are noisy, and people remember droughts better than good years; a simple
            model of forgetting, fitted to years for which there are records, takes most of this
            out. What remains predicted the next dry season better than the station's trial did.
            Three stretches of the genome stand out, of which one was known. The seed stays with
            the farmers; the talk explains how that was agreed, and why it made the data better.
            """
        ),
    ),
    TalkData(
        series=_DAD,
        week=-3,
        title="Whose handwriting is this? Forty thousand pages from a convent library",
        by=("yasmin.haddad",),
        topics=("digital humanities", "machine learning"),
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            """
            The library at Deir el-Sahel holds forty thousand pages in Arabic and Syriac, copied
            over five centuries by people who seldom signed. We set out to tell the hands apart
            with a neural network, and found that it was telling the *ink* apart.

            After a year of repairs (the network now sees only outlines, and is asked to explain
            itself to a palaeographer) it distinguishes 61 hands. One of them, busy from 1512 to
            1561, copied mathematics for fifty years and slowly began to correct it. I would like
            to introduce her to you.
            """
        ),
    ),
    TalkData(
        series=_DAD,
        week=-1,
        title="Small areas, large errors",
        by=("sean.oriordain",),
        topics=("statistics",),
        status="cancelled",
        attendance="hybrid",
        join="public",
        abstract="The places with the highest rates of anything are small, and so are the lowest.",
    ),
    TalkData(
        series=_DAD,
        week=0,
        title="What a hospital corridor knows",
        by=("sean.oriordain",),
        topics=("statistics",),
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            """
            Waiting times are measured from the moment when somebody is entered in the computer.
            Patients begin to wait earlier. With nothing but the sensors that open the doors, and
            a permission that took two years, we reconstructed how people move through an
            emergency department without following any one of them.

            The method is an old one from traffic: count at both ends of a road, and let the
            differences speak. It finds a queue of twenty-three minutes that no table contains,
            on Mondays, in front of a printer. I will explain the model, the safeguards that were
            asked for and why I came to like them, and what happened to the printer.
            """
        ),
    ),
    TalkData(
        series=_DAD,
        week=2,
        title="Drifting stations, drifting instruments",
        by=("ingrid.solberg",),
        topics=("climate science",),
        attendance="online",
        join="timed",
        abstract=prose(
            """
            A thermometer on an ice floe moves four hundred kilometres in a winter, while its zero
            moves by a tenth of a degree. Which of the two did the series record? The talk
            describes how neighbours that drift past each other can be used to calibrate each
            other, years later.
            """
        ),
    ),
    TalkData(
        series=_DAD,
        week=4,
        title="Consent as a variable",
        by=("aroha.tamihana",),
        topics=("statistics", "Implicit Bias in Technology"),
        attendance="online",
        join="never",
        more={
            "join_note": "The link is sent by mail to everybody who has registered.",
            "registration_url": "https://register.example.org/consent",
        },
        abstract=prose(
            """
            Those who say no are not a random sample, and their reasons are data too, if they wish
            them to be. How do we learn from a refusal without turning it into an answer? A
            proposal, with mathematics, from the other side of the table.
            """
        ),
    ),
    TalkData(
        series=_DAD,
        week=6,
        title="Genomes of neglected crops: a progress report",
        by=("samuel.kiplagat",),
        topics=("computational biology",),
        status="submitted",
        attendance="hybrid",
        join="public",
        abstract="Finger millet, cowpea, teff and the spider plant: what one year has brought.",
    ),
    TalkData(
        series=_DAD,
        week=9,
        title="",
        by=("yasmin.haddad",),
        topics=("digital humanities",),
        status="tentative",
    ),
]
