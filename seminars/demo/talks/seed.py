"""The talk that the seed page describes, each fact in its own field."""

import datetime

from seminars.demo.shape import TalkData, prose

#: Its links are invented, and so is its contact, which its series gives.
SEED = TalkData(
    series="cs-seminar",
    title="Deep Learning Theory in the Age of Generative AI",
    by=("malladi",),
    on=datetime.date(2025, 2, 21),
    start=datetime.time(12),
    minutes=60,
    place="mudd-hall-3514",
    attendance="hybrid",
    topics=(
        "machine learning",
        "theoretical machine learning",
        "natural language processing",
        "optimization",
        "Implicit Bias in Technology",
        "Academic (general)",
    ),
    audiences=("Faculty/Staff", "Student", "Post Docs/Docs", "Graduate Students"),
    more={
        "join_url": "https://zoom.example.org/j/93400000000",
        "join_access": "public",
        "recording_url": "https://panopto.example.org/Panopto/Pages/Viewer.aspx?id=deep-learning",
        "recording_consent": "yes",
    },
    abstract=prose(
        """
        Nobody can afford to train a large language model a hundred times to find out which recipe
        is best, and yet trial and error is still how most recipes are found. Theory could narrow
        the search, if it described the models that people train now and not those of twenty years
        ago.

        This talk shows theory of that prescriptive kind: start from what really happens during
        fine-tuning, prove something about it, and read off an algorithm. One outcome is MeZO,
        which fine-tunes a model with forward passes alone. It needs as little as a twelfth of the
        memory, and about half of the GPU-hours. Other examples come from earlier and later stages
        of a model’s training, each tested on settings that appeared only after the theorem.
        """
    ),
)
