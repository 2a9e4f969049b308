"""CS Seminar: a visitor each Friday at noon."""

import datetime
from typing import Any, Final

from seminars.demo.shape import By, TalkData, prose

_CS: Final = "cs-seminar"
_LUNCH: dict[str, Any] = {"refreshments": "Sandwiches and fruit from 11:45 outside the room"}

TALKS: list[TalkData] = [
    TalkData(
        series=_CS,
        week=-13,
        title="What a night shift taught me about consensus",
        by=("lukasz.wrobel",),
        topics=("distributed systems",),
        attendance="hybrid",
        join="public",
        recorded=True,
        slides=True,
        more=_LUNCH,
        abstract=prose(
            """
            Textbooks say that a machine either works or has stopped. The machines I looked after
            did neither: they answered the heartbeat and lost every third write. Such *grey
            failures* are now the main cause of long outages in large stores.

            I will describe 214 of them, collected over six years with the consent of three
            operators, and sort them by what a neighbour could have noticed. Four in five were
            visible to some client long before they were visible to the monitor. A small change
            to the leader's lease, in which clients vote too, would have ended most of them
            within a minute. The protocol needs one more message a second and no new hardware.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=-12,
        title="Compilers for machines that do not exist yet",
        by=("mei-ling.tsai",),
        topics=("programming languages",),
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        abstract=prose(
            """
            A new chip is designed years before it is made, and its compiler is begun when the
            first sample arrives. By then it is too late to tell the designers that one of their
            instructions can never be used.

            We turn this round. From a formal description of an instruction set we derive a code
            generator, a simulator and a list of questions for the architects, overnight. On four
            accelerators that were later built, the questions found eleven instructions that no
            program could profit from and two that were missing. I will show the description
            language, the proof that keeps the three outputs consistent, and what happened when
            an architect answered our question with "because it was there in 1987".
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=-10,
        title="Speech tools for languages with ten hours of recordings",
        by=("fatou.diallo",),
        topics=("natural language processing", "machine learning"),
        attendance="hybrid",
        join="public",
        recorded=True,
        slides=True,
        more=_LUNCH,
        abstract=prose(
            """
            Wolof has five million speakers; Serer has one and a half. The largest public
            collection of recorded Serer, when we began, was ten hours of sermons. Models trained
            on ten hours of sermons recognise sermons.

            This talk is about what to do next: which sentences to ask people to read, how to
            borrow sounds from a neighbouring language without borrowing its words, and when to
            stop. A measure of *coverage per minute of a volunteer's time* turned out to matter
            more than any choice of model. I will play the results, mistakes included, and end
            with the licence that the communities wrote for their own recordings.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=-8,
        title="The missing rows: who is not in your data set, and why",
        by=("aroha.tamihana", By("ruth.castellanos", role="host")),
        topics=("statistics", "Implicit Bias in Technology"),
        attendance="online",
        join="public",
        recorded=True,
        more={"notice": "Online only: our speaker joins from Wellington, where it is Saturday"},
        abstract=prose(
            """
            Fairness audits compare the groups that a data set contains. They say nothing of the
            people who never reached it: those who hung up, who had no address, who were told at
            the desk that the form was not for them.

            With two hospitals and a housing office I followed the paper backwards, from the row
            in the table to the queue in the corridor, and counted at each step who left. In all
            three places the largest loss came *before* the first computer. I will propose a short
            statement, one page, that could travel with a data set and say how its rows came to
            be; and show what became of a well-known benchmark when we tried to write one for it.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=-6,
        title="Passwords that can be forgiven",
        by=("rahul.deshpande",),
        topics=("cryptography", "human–computer interaction"),
        status="cancelled",
        more={"notice": "Canceled: our speaker is ill"},
        abstract="What should a system do with a password that is almost right?",
    ),
    TalkData(
        series=_CS,
        week=-4,
        title="Do people believe a paragraph less if they know a machine wrote it?",
        by=("amara.okonkwo",),
        topics=("natural language processing", "human–computer interaction"),
        attendance="hybrid",
        join="timed",
        recorded=True,
        slides=True,
        abstract=prose(
            """
            Yes, but only for a while, and not in the way that I expected. In five experiments
            with 6,200 readers in Nigeria, Finland and the United States, a label "written by a
            machine" lowered trust in true and false paragraphs alike. After two weeks of labels,
            readers trusted *unlabelled* paragraphs more than before, whoever had written them.

            I will go through the design, in particular how we kept the length, the spelling and
            the politeness of the texts the same; then the puzzle of the Finnish readers, who
            behaved differently; and finally what this says to those who are drafting rules for
            labels now.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=-2,
        title="Eight hundred students and one honest grade",
        by=("priya.raman",),
        topics=("human–computer interaction", "Accessible Teaching"),
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        more=_LUNCH,
        abstract=prose(
            """
            When every exercise can be answered by a program that writes programs, what does the
            exercise measure? We gave up guarding the answers and began to grade the
            *conversation* instead: a student explains a program of their own to another student,
            who has to change it.

            Over three terms, explained grades agreed with a later written examination much better
            than the old ones did, and the gap between students who had programmed before and
            those who had not became smaller by a third. It costs each student fifty minutes and
            each assistant none. I will also describe what failed, including the bot.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=-1,
        by=("joao.figueiredo",),
        title="Why is it so hard to prove that anything is hard?",
        topics=("computational complexity",),
        joint_with=("theory-lunch",),
        attendance="hybrid",
        join="public",
        recorded=True,
        abstract=prose(
            r"""
            Most Boolean functions of $n$ variables need circuits of size about
            $$\frac{2^n}{n},$$
            by a counting argument that fits on a napkin. For no function that anybody cares about
            can we prove a bound larger than $5n$. This talk is about the gap.

            I will explain, for a general audience, three walls that every attempt has run into:
            relativization, natural proofs and algebrization. Each of them is a theorem that says
            "your method cannot work", and each has taught us something about the methods that
            might. The last part reports on a modest success, a bound for circuits in which each
            wire may be read only a few times, which passes just under one of the walls.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=0,
        title="A storage system that tells you what it forgot",
        by=("lukasz.wrobel", "mei-ling.tsai"),
        topics=("distributed systems", "programming languages"),
        attendance="hybrid",
        join="public",
        recorded=True,
        more=_LUNCH,
        abstract=prose(
            """
            Backups are complete until the day they are needed. We describe *Mnemo*, a store in
            which loss is a value like any other: a read returns either the data, or a signed
            statement of what is gone, since when, and which other records depended on it.

            The first speaker explains the protocol. The second shows how a small type system
            makes programs deal with the second kind of answer, and how a compiler removes the
            cost where it can prove that nothing can have been lost. Together they run a live
            experiment on a cluster of twelve machines, for which the audience is asked to bring
            a pair of scissors.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=1,
        title="",
        by=("rahul.deshpande",),
        topics=("cryptography",),
        attendance="hybrid",
        join="timed",
        more=_LUNCH,
    ),
    TalkData(
        series=_CS,
        week=2,
        title="Joinery for programs: fitting old code to new interfaces without glue",
        by=("marcus.bell",),
        weekday=1,
        start=datetime.time(10),
        minutes=120,
        topics=("programming languages", "Thesis defence"),
        attendance="hybrid",
        join="timed",
        more={
            "kind": "defence",
            "notice": "Tuesday at ten, not Friday at noon",
            "external_url": "https://cs.example.org/defences/bell",
        },
        abstract=prose(
            """
            **Doctoral defence.** A cabinet maker joins two pieces of wood by cutting both. A
            programmer joins two programs by writing a third, and must look after it ever after.

            The thesis asks when the third piece can be avoided. It gives a calculus in which an
            interface and a program meet half-way, each changed by steps that provably keep what
            its other users rely on. An implementation for a widely used language carried out 61
            of 80 real migrations without adapters; the other 19 show the limits of the idea.

            The public part lasts about fifty minutes. The committee is chaired by
            Ruth Castellanos.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=2,
        title="Should a research group publish its failures? A discussion",
        by=(
            By("amara.okonkwo", role="panellist"),
            By("sean.oriordain", role="panellist"),
            By("priya.raman", role="panellist"),
            By("ruth.castellanos", role="host"),
        ),
        topics=("Research Careers", "Academic (general)"),
        attendance="hybrid",
        join="public",
        minutes=90,
        place="hollis-hall-auditorium",
        more={
            "kind": "panel",
            "notice": "Note the unusual room",
            "registration_url": "https://register.example.org/failures",
            "refreshments": "Coffee and cake at half past one in the foyer",
        },
        abstract=prose(
            """
            Everybody agrees that negative results should be published, and almost nobody does
            it. Three people who have tried tell what became of it:

            - a linguist whose retraction is cited more often than the paper;
            - a statistician who runs a journal of null results, with eleven readers;
            - a teacher who lets her first-year students watch her debug.

            Half of the time belongs to questions. They can be sent in advance, without a name,
            on the registration page.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=3,
        title="Learning to translate from people who disagree",
        by=("fatou.diallo",),
        moved_days=7,
        topics=("natural language processing",),
        attendance="hybrid",
        join="signed-in",
        recorded=True,
        abstract=prose(
            """
            Give one sentence to five good translators and you get five translations. The usual
            corpus keeps one of them, chosen by whoever was paid to choose. We kept them all, for
            forty thousand sentences in seven languages, together with the translators' arguments.

            A model trained on all five, and on the reasons, learns *where* there is a choice. It
            asks a question there (formal or familiar? the river or the bank?) and is silent
            elsewhere. Readers preferred its translations to those of a model twenty times as
            large, mostly because it asked.
            """
        ),
    ),
    TalkData(series=_CS, week=4, attendance="hybrid", join="timed", more=_LUNCH),
    TalkData(
        series=_CS,
        week=5,
        title="Counting what cannot be listed",
        by=("ana.petrovic",),
        status="postponed",
        topics=("algorithms", "probability"),
        more={"notice": "Postponed: a new date will be found in the spring"},
        abstract=prose(
            r"""
            How many ways are there to tile an $m \times n$ floor with dominoes? To colour a map?
            To seat guests who are not on speaking terms? The first has an exact formula, the
            third almost certainly has none, and the second lies on the border.
            """
        ),
    ),
    TalkData(
        series=_CS,
        week=6,
        title="Error messages for the second-language reader",
        by=("nguyen.thi.lan", "priya.raman"),
        status="draft",
        topics=("human–computer interaction", "programming languages"),
        attendance="hybrid",
        more={"notes": "Waiting for Lan's final abstract. Both arrive on Thursday evening."},
    ),
    TalkData(
        series=_CS,
        week=7,
        title="",
        by=("hanna.virtanen",),
        status="tentative",
        more={"notes": "Asked on Monday; she prefers the week after if we can move the panel."},
    ),
    TalkData(
        series=_CS,
        title="Unlearning on request",
        by=("aroha.tamihana",),
        status="draft",
        topics=("machine learning",),
        more={"notes": "No date yet. She is in Chicago twice next year."},
    ),
]
