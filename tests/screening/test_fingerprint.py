"""The name of the engine says which weights made an answer."""

import importlib.util
import sys
from pathlib import Path

import msgspec
import numpy as np

from mulu.screening.model import read_model
from mulu.screening.subjects import SUBJECTS

TRAIN = Path(__file__).parents[2] / "tools" / "train.py"


def test_the_version_of_the_weights_is_the_fingerprint_of_both_files():
    spec = importlib.util.spec_from_file_location("train", TRAIN)
    train = importlib.util.module_from_spec(spec)
    sys.modules["train"] = train
    spec.loader.exec_module(train)
    with np.load(SUBJECTS) as held:
        learned = {name: held[name] for name in held.files}
    model = read_model()
    assert model.version == f"linear-2.{train.fingerprint(model, learned)}"
    other = msgspec.structs.replace(model, bias=model.bias + 1)
    assert train.fingerprint(other, learned) != train.fingerprint(model, learned)
