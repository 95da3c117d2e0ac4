"""How well screening finds, ranks and holds back, on labelled texts; Mulu beside other engines in one run."""

import os
import sys

# Importing the encoder sets one thread for linear algebra, which only counts where NumPy is not loaded yet. Timings
# are comparable only then, so the report says whether it was so.
ONE_THREAD = "numpy" not in sys.modules or os.environ.get("OPENBLAS_NUM_THREADS") == "1"

from mulu.screening import encoder as _encoder  # noqa: E402, F401  # before anything that imports NumPy
