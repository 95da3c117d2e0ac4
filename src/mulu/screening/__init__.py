"""What a described technology may fall under: candidates with their reasons, never a conclusion."""

import os

# One thread for whatever linear algebra library NumPy was built with. It reads this when NumPy is first imported, so it
# stands here, before any module of this package can import it: on few cores more threads are many times slower.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
