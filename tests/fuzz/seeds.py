"""The seed of a fuzzing run: another each time, printed, and given again by the environment."""

from __future__ import annotations

import os
import random

SEED = int(os.environ.get("NEWSCAT_FUZZ_SEED", random.randrange(1 << 32)))
EXAMPLES = int(os.environ.get("NEWSCAT_FUZZ_EXAMPLES", 2_500))
