"""All demonstration talks. A new file of them is added to TALKS here."""

from seminars.demo.talks import (
    cs,
    data,
    landmark,
    mathematics,
    number_theory,
    physics,
    public,
    seed,
    theory,
)

TALKS = (
    seed.SEED,
    *cs.TALKS,
    *theory.TALKS,
    *data.TALKS,
    *mathematics.TALKS,
    *number_theory.TALKS,
    *physics.TALKS,
    *public.TALKS,
    *landmark.TALKS,
)
