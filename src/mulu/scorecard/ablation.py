"""What each kind of evidence is worth: recall and false alarms without it, and with it alone.

The weights are those of the whole and are not fitted anew, so a part that others could stand in for looks dearer than
it is, and a part that is only ever used beside others looks poorer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from mulu.catalogue.editions import Catalogue
from mulu.errors import Misused
from mulu.scorecard.figures import judged_rows, places_of, recalls, threshold_for, tops
from mulu.scorecard.labelled import Labelled
from mulu.scorecard.resampling import share
from mulu.scorecard.runs import Run
from mulu.screening.engine import Screener
from mulu.screening.features import measure
from mulu.screening.model import Model, logits
from mulu.screening.text import describe
from mulu.vocabulary import Bilingual

Json = dict[str, Any]

# Every feature of a point belongs to one kind of evidence.
EVIDENCE: dict[Bilingual, tuple[str, ...]] = {
    Bilingual("术语角色", "term roles"): (
        "names",
        "object",
        "activity",
        "together",
        "head",
        "item_words",
        "dominance",
    ),
    Bilingual("领域用语", "field words"): ("field",),
    Bilingual("含义相近", "meaning likeness"): ("meaning", "whole_meaning", "standing_out"),
    Bilingual("与近似主题对照", "contrast with near misses"): ("contrast", "contrast_over", "cues", "rival_cues"),
    Bilingual("习得的措辞", "learned wording"): ("wording", "wording_lead", "wording_of_point"),
    Bilingual("习得的含义", "learned sense"): ("sense", "sense_lead", "sense_of_point"),
    Bilingual("技术诀窍与叙述方式", "know-how and manner"): ("know_how", "making", "aside", "regulating"),
    Bilingual("标题与篇幅", "title and length"): ("titled", "length"),
    Bilingual("参数与否定", "parameters and denial"): ("meets", "falls_short", "denied"),
}
ROWS = 1000


def without(model: Model, features: Sequence[str]) -> Model:
    """The model with these features, and every product that one of them is in, weighing nothing."""
    return _kept(model, lambda name: name not in features)


def alone(model: Model, features: Sequence[str]) -> Model:
    """The model with all other features, and every product that one of them is in, weighing nothing."""
    return _kept(model, lambda name: name in features)


def _kept(model: Model, held: Callable[[str], bool]) -> Model:
    return msgspec.structs.replace(
        model,
        weights={name: weight for name, weight in model.weights.items() if held(name)},
        products=tuple(p for p in model.products if all(held(name.removeprefix("not ")) for name in p.of)),
    )


def ablation(rows: Sequence[Labelled], catalogue: Catalogue, screener: Screener) -> Json:
    """Recall and near misses flagged (where 90 % of core positives are) of every variant; every text is read in full."""
    model = screener.model
    variants = {("all", "with"): model}
    for name, features in EVIDENCE.items():
        variants |= {(name.en, "without"): without(model, features), (name.en, "alone"): alone(model, features)}
    runs = {key: Run(" ".join(key), [], []) for key in variants}
    for row in rows:
        edition = catalogue.editions[row.edition]
        try:
            table = measure(describe(row.text, row.title), screener.index).features
        except Misused:
            table = None
        for key, variant in variants.items():
            scored = [] if table is None else screener.scores(logits(variant, table), edition, 5)
            runs[key].ranked.append([(listing.item.id, score / 1000) for listing, score, _ in scored])
    made = {key: _judged(rows, run) for key, run in runs.items()}
    misleading = _misleading(rows)
    return {
        "rows": len(rows),
        "negatives": {"kind": misleading, "n": sum(row.kind == misleading for row in rows)},
        "all": made["all", "with"],
        "evidence": [
            {
                "name": {"zh": name.zh, "en": name.en},
                "features": list(features),
                "without": made[name.en, "without"],
                "alone": made[name.en, "alone"],
            }
            for name, features in EVIDENCE.items()
        ],
    }


def _judged(rows: Sequence[Labelled], run: Run) -> Json:
    found = recalls(rows, judged_rows(rows), places_of(rows, run))
    top = tops(run)
    threshold = threshold_for(rows, top)
    misled = [n for n, row in enumerate(rows) if row.kind == _misleading(rows)]
    flagged = None
    if threshold is not None:
        flagged = share(np.asarray(top[misled] >= threshold, dtype=np.float64), [rows[n].document for n in misled])
    return {"n": found["n"], "at_1": found["at_1"], "at_3": found["at_3"], "flagged": flagged}


def _misleading(rows: Sequence[Labelled]) -> str:
    """The kind of negative that is held against a variant: near misses, or hard ones in files that have none."""
    return "near miss" if any(row.kind == "near miss" for row in rows) else "hard"
