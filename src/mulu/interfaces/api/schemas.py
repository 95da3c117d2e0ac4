"""What the answers of the acts hold, as JSON Schema (2020-12): every key is named, and none may be lost or added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
INTEGER: Json = {"type": "integer"}
COUNT: Json = {"type": "integer", "minimum": 0}
NUMBER: Json = {"type": "number"}
SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}
FLAG: Json = {"type": "boolean"}
DAY: Json = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
MOMENT: Json = {"type": "string", "format": "date-time"}
SHA256: Json = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
NONE: Json = {"type": "null"}


def record(fields: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    """An object with these keys and no other; those of `optional` may lack."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


def lists(of: Json) -> Json:
    return {"type": "array", "items": of}


def keyed(of: Json) -> Json:
    """An object whose keys are names that the data give."""
    return {"type": "object", "additionalProperties": of}


def one_of(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


def maybe(of: Json) -> Json:
    """It, or null where there is none."""
    if isinstance(of.get("type"), str) and "enum" not in of:
        return {**of, "type": [of["type"], "null"]}
    return {"anyOf": [of, NONE]}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


SPAN = {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2}
CERTAINTY, CONTROL = ref("Certainty"), ref("Control")
PRESENCE, TEXTS, SAID, SOURCE, PROVISION = (ref(n) for n in ("Presence", "Texts", "Said", "Source", "Provision"))
PRESENCE_OR_NOT_HELD = one_of("present", "absent", "open", "not held")
PARAMETER_FIELDS = {
    "name": TEXTS,
    "operator": one_of("≥", ">", "≤", "<", "=", "between"),
    "value": {"anyOf": [NUMBER, TEXT, lists(NUMBER)]},
    "unit": TEXT,
    "condition": maybe(TEXTS),
}
PLACE = record({"document": SHA256, "page": COUNT, "line": maybe(COUNT)})
OUTCOME = one_of("prohibited", "restricted", "not listed", "other regime", "not an export", "undetermined")
TRACK = one_of("blocked", "licence", "registration", "export_control", "out_of_scope", "undetermined")
RESULT = one_of("meets", "does-not", "unknown", "open")
CLASS = one_of("added", "deleted", "modified", "renumbered", "moved", "unchanged", "not known")
REASON = one_of(
    "different field", "object differs", "parameter below", "excluded by wording", "fact missing", "not comparable here"
)
COUNTED = record({"day": maybe(DAY), "nominal": maybe(DAY), "cautious": maybe(DAY), "provisional": FLAG, "said": SAID})

LINE_FIELDS: Json = {
    "item": TEXT,
    "code": maybe(TEXT),
    "code_certainty": maybe(CERTAINTY),
    "control": CONTROL,
    "name": TEXTS,
    "name_certainty": CERTAINTY,
    "presence": PRESENCE,
    "certainty": CERTAINTY,
    "division": maybe(TEXT),
    "industry": maybe(TEXTS),
    "published_points": COUNT,
    "topics": COUNT,
}
FRAME: Json = {
    "on": DAY,
    "edition": TEXT,
    "draft": FLAG,
    "instrument": record({"id": TEXT, "title": TEXTS, "effective": maybe(DAY), "published": maybe(TEXT)}),
    "data": TEXT,
    "known_to": DAY,
    "beyond_knowledge": FLAG,
}
CHANGED_POINT = record(
    {
        "number": TEXT,
        "number_before": maybe(TEXT),
        "certainty": CERTAINTY,
        "words": one_of("official", "own"),
        "words_before": maybe(one_of("official", "own")),
        "before": maybe(TEXTS),
        "after": maybe(TEXTS),
        "redline": maybe(ref("Redline")),
        "reasons": lists(SAID),
        "parameters": lists(
            record({"before": lists(record(PARAMETER_FIELDS)), "after": lists(record(PARAMETER_FIELDS))})
        ),
        "kind": one_of("editorial", "substantive", "unknown"),
        "does": one_of("added", "deleted", "modified", "renumbered", "not comparable"),
    }
)
CHANGED_BY = record(
    {
        "instrument": TEXT,
        "does": TEXT,
        "certainty": maybe(CERTAINTY),
        "clause": maybe(TEXTS),
        "official_clauses": lists(TEXT),
    }
)
STEP = record(
    {
        "test": TEXT,
        "question": TEXTS,
        "answer": maybe(TEXT),
        "from": one_of("given", "status", "description", "person", "candidates", "none"),
        "because": TEXTS,
        "follows": maybe(TEXTS),
        "reached": FLAG,
        "decides": FLAG,
        "provisions": lists(PROVISION),
    }
)
OPEN_TEST = record({"test": TEXT, "question": TEXTS, "because": TEXTS, "decides": FLAG})
RUNNING: Json = {
    "limit": TEXT,
    "owner": one_of("exporter", "authority"),
    "says": TEXTS,
    "start": DAY,
    "late": FLAG,
    **COUNTED["properties"],
}
CASE_LINE: Json = {
    "case": TEXT,
    "title": TEXT,
    "state": TEXT,
    "name": TEXTS,
    "track": maybe(TEXT),
    "outcome": maybe(OUTCOME),
    "reopened": FLAG,
    "awaits_second": FLAG,
}
HAPPENED: Json = {
    "transition": TEXT,
    "event": TEXT,
    "actor": TEXT,
    "day": DAY,
    "evidence": keyed({}),
    "before": TEXT,
    "after": TEXT,
    "warnings": lists(TEXT),
}
EXPOSURE = record(
    {
        "breach": TEXT,
        "says": TEXTS,
        "day": DAY,
        "gains": maybe(NUMBER),
        "sanctions": lists(
            record(
                {
                    "says": TEXTS,
                    "from": maybe(NUMBER),
                    "to": maybe(NUMBER),
                    "provisions": lists(PROVISION),
                    "contested": maybe(TEXT),
                }
            )
        ),
        "not_yet_law": lists(TEXTS),
    }
)
PAPER_FIELDS: Json = {
    "document": SHA256,
    "name": TEXT,
    "kept": MOMENT,
    "status": one_of("claimed", "attested", "applied"),
    "instrument": maybe(TEXT),
    "claims": maybe(record({"instrument": TEXT, "title": maybe(TEXT)})),
    "attested_by": maybe(TEXT),
    "attested_at": maybe(MOMENT),
    "obtained_from": maybe(TEXT),
    "obtained_on": maybe(DAY),
    "applied": maybe(MOMENT),
}
PREVIEW: Json = {
    "kind": one_of("list", "amendment"),
    "instrument": TEXT,
    "edition": TEXT,
    "draft": FLAG,
    "title": maybe(TEXT),
    "effective": maybe(DAY),
    "comments": maybe(
        record(
            {
                "deadline": maybe(DAY),
                "by_hand": maybe(DAY),
                "read": lists(record({"until": maybe(DAY), "page": COUNT, "words": TEXT, "because": maybe(TEXTS)})),
                "told": lists(SAID),
            }
        )
    ),
    "pages": maybe(COUNT),
    "entries": COUNT,
    "points": COUNT,
    "operations": lists(record({"does": TEXT, "clause": TEXT, "label": TEXT, "page": COUNT})),
    "complete": FLAG,
    "counts_differ": FLAG,
    "report": record(dict.fromkeys(("confirmed", "corrected", "completed", "struck out"), COUNT)),
    "findings": lists(
        record(
            {
                "kind": one_of("confirmed", "corrected", "completed", "struck out"),
                "what": one_of("entry", "code", "name", "control point", "parameter"),
                "item": TEXT,
                "point": maybe(TEXT),
                "ours": maybe(TEXT),
                "official": maybe(TEXT),
                "certainty": maybe(CERTAINTY),
                "page": COUNT,
            }
        )
    ),
    "by_likeness": lists(record({"entry": TEXT, "code": maybe(TEXT), "item": TEXT, "likeness": maybe(NUMBER)})),
    "taken_as_new": lists(record({"entry": TEXT, "code": maybe(TEXT), "item": TEXT})),
    "unread": lists(record({"page": COUNT, "text": TEXT, "because": TEXTS})),
    "conflicts": lists(SAID),
    "to_confirm": COUNT,
    "lists": lists(record({"control": CONTROL, "announced": maybe(COUNT), "official": COUNT})),
}
SET_ASIDE = record(
    {
        "item": TEXT,
        "code": maybe(TEXT),
        "name": TEXTS,
        "certainty": CERTAINTY,
        "presence": PRESENCE,
        "reason": REASON,
        "because": SAID,
    }
)
LAST_HELD: Json = {"edition": TEXT, "draft": FLAG, "deleted_by": maybe(TEXT)}
MEASURE: Json = {
    "instrument": TEXT,
    "family": TEXT,
    "title": TEXTS,
    "title_certainty": CERTAINTY,
    "published": maybe(TEXT),
    "effective": maybe(DAY),
    "sources": lists(SOURCE),
    "note": maybe(TEXTS),
}
# The time for comments on a draft as of the day that is asked about, and what became of it as far as is held.
_DRAFT_ON: Json = {
    "comment_deadline": maybe(DAY),
    "comment_open": maybe(FLAG),
    "comments_closed": maybe(FLAG),
    "comments": SAID,
    "followed_by": maybe(TEXT),
    "became": SAID,
}
COMPARISON = record(
    {
        "name": TEXTS,
        "required": TEXT,
        "stated": maybe(TEXT),
        "result": one_of("meets", "below", "above", "overlaps", "not stated", "cannot compare"),
        "margin": maybe(NUMBER),
        "condition": maybe(TEXTS),
        "condition_stated": maybe(FLAG),
        "in_description": maybe(SPAN),
        "in_title": maybe(SPAN),
    }
)
EXPLANATION = record(
    {
        "read_for_meaning": FLAG,
        "features": lists(record({"name": TEXT, "value": NUMBER, "weight": NUMBER, "adds": NUMBER})),
        "products": lists(record({"of": lists(TEXT), "weight": NUMBER, "adds": NUMBER})),
        "bias": NUMBER,
        "logit": NUMBER,
        "sentences_alone": FLAG,
        "point_counts": NUMBER,
        "item_counts": NUMBER,
        "calibration": record({"slope": NUMBER, "offset": NUMBER}),
        "score_at_model_base_rate": SHARE,
    }
)
POINT_CANDIDATE = record(
    {
        "number": maybe(TEXT),
        "certainty": maybe(CERTAINTY),
        "topic": FLAG,
        "of_another_edition": FLAG,
        "zh": maybe(TEXT),
        "en": maybe(TEXT),
        "official": maybe(ref("Wording")),
        "score": SHARE,
        "evidence": lists(
            record(
                {
                    "kind": TEXT,
                    "because": SAID,
                    "in_description": maybe(SPAN),
                    "all_in_description": lists(SPAN),
                    "all_in_title": lists(SPAN),
                    "in_point": record({"zh": maybe(SPAN), "en": maybe(SPAN)}),
                    "strength": NUMBER,
                    "weight": NUMBER,
                    "against": FLAG,
                }
            )
        ),
        "parameters": lists(COMPARISON),
        "conditions": maybe(record({"together": one_of("all", "any"), "result": one_of("meets", "fails", "open")})),
    },
    {"explanation": EXPLANATION},
)
CANDIDATE = record(
    {
        **{k: v for k, v in LINE_FIELDS.items() if k not in ("division", "industry", "published_points", "topics")},
        "score": SHARE,
        "flag": FLAG,
        "near_boundary": FLAG,
        "beyond_knowledge": FLAG,
        "points": lists(POINT_CANDIDATE),
        "missing_facts": lists(SAID),
        "shortfall": maybe(SAID),
    }
)
BOX = {"type": "array", "prefixItems": [COUNT, {"type": "array", "items": NUMBER, "minItems": 4, "maxItems": 4}]}
ROLE = one_of(
    "title", "heading", "abstract", "claim", "description", "background", "clause", "table", "body", "quoted", "signature"
)  # fmt: skip
SUPPORT = record(
    {
        "place": record(
            {
                "part": COUNT,
                "part_name": TEXT,
                "page": maybe(COUNT),
                "last_page": maybe(COUNT),
                "paragraph": COUNT,
                "number": maybe(TEXT),
                "clause": maybe(TEXT),
                "sheet": maybe(TEXT),
                "cell": maybe(TEXT),
                "in_document": SPAN,
                "boxes": lists(BOX),
            }
        ),
        "role": ROLE,
        "heading": maybe(TEXT),
        "read_by_machine": FLAG,
        "text": TEXT,
        "text_begins": COUNT,
        "score": SHARE,
        "flag": FLAG,
        "why": lists(SAID),
        "read_with": SPAN,
        "in_document": lists(SPAN),
        "in_passage": lists(SPAN),
    }
)
SCREENED = record(
    {
        "name": TEXT,
        "kind": one_of("document", "patent", "email", "table"),
        "digest": TEXT,
        "title": maybe(TEXT),
        "language": one_of("zh", "en", "mixed"),
        "characters": COUNT,
        "pages": maybe(COUNT),
        "passages": COUNT,
        "roles": keyed(COUNT),
        "by_passage": FLAG,
        "stretches": COUNT,
        "parts": lists(
            record(
                {
                    "name": TEXT,
                    "media": TEXT,
                    "digest": TEXT,
                    "inside": maybe(COUNT),
                    "in_document": SPAN,
                    "unread": maybe(SAID),
                }
            )
        ),
        "facts": keyed(lists(TEXT)),
        "unread": lists(record({"page": COUNT, "because": SAID})),
        "read_by_machine": lists(COUNT),
        "family": lists(TEXT),
    }
)
PROVISION_FIELDS: Json = {
    "id": TEXT,
    "where": TEXTS,
    "says": TEXTS,
    "version": TEXTS,
    "mark": one_of("full", "part", "secondary", "unsettled", "memory"),
    "mark_says": TEXTS,
    "in_force": maybe(FLAG),
    "note": maybe(TEXTS),
}
TALLY: Json = {
    "control": CONTROL,
    "announced": maybe(COUNT),
    **dict.fromkeys(("official", "published", "unconfirmed", "open", "held", "without_published_point", "codes_published", "codes_unconfirmed"), COUNT),
    "shortfall": maybe(COUNT),
    "surplus": maybe(COUNT),
}  # fmt: skip

NAMED: Mapping[str, Json] = {
    "Certainty": {"type": "string", "enum": ["unconfirmed", "published", "official"], "description": "How a fact is known."},
    "Control": one_of("prohibited", "restricted"),
    "Presence": {"type": "string", "enum": ["present", "absent", "open"], "description": "`open`: the sources held do not settle it."},
    "Texts": record({"zh": TEXT, "en": TEXT}),
    "Said": record({"id": TEXT, "zh": TEXT, "en": TEXT}),
    "Source": record({"id": TEXT, "address": maybe(TEXT), "described": TEXT}),
    "Provision": record(PROVISION_FIELDS),
    "Redline": record(
        {
            "kind": one_of("none", "editorial", "substantive"),
            "reasons": lists(SAID),
            "pieces": lists(record({"kind": one_of("same", "deleted", "inserted"), "text": TEXT})),
        }
    ),
    "Wording": record(
        {
            "zh": TEXT,
            "document": SHA256,
            "page": COUNT,
            "line": maybe(COUNT),
            "read_by_machine": FLAG,
            "to_confirm": lists(TEXT),
        }
    ),
    "Line": record(LINE_FIELDS),
    "Point": record(
        {
            "number": TEXT,
            "certainty": CERTAINTY,
            "topic": FLAG,
            "zh": TEXT,
            "en": TEXT,
            "since": maybe(TEXT),
            "until": maybe(TEXT),
            "drafts": lists(TEXT),
            "terms": record({"zh": lists(TEXT), "en": lists(TEXT)}),
            "terms_unconfirmed": lists(TEXT),
            "parameters": lists(record(PARAMETER_FIELDS)),
            "sources": lists(SOURCE),
            "note": maybe(TEXTS),
            "english": TEXT,
            "official": maybe(ref("Wording")),
        }
    ),
    "Statement": record(
        {
            "edition": TEXT,
            "field": TEXT,
            "value": {"anyOf": [TEXTS, {"type": ["string", "boolean", "number", "null"]}]},
            "how": TEXTS,
            "note": maybe(TEXTS),
            "also_possible": lists(TEXT),
            "source": SOURCE,
        }
    ),
    "Considered": record(
        {
            "announced": maybe(COUNT),
            "held": COUNT,
            "published": COUNT,
            "open": COUNT,
            "not_held": maybe(COUNT),
            "without_published_point": COUNT,
            "gaps": lists(ref("Gap")),
        }
    ),
    "Gap": record(
        {"division": TEXT, "industry": maybe(TEXTS), "control": CONTROL, "at_least": COUNT, "because": TEXTS}
    ),
    "Candidate": CANDIDATE,
    "Support": SUPPORT,
    "Document": SCREENED,
    "Screening": record(
        {
            "id": maybe(TEXT),
            "on": DAY,
            "edition": TEXT,
            "draft": FLAG,
            "data": TEXT,
            "engine": TEXT,
            "known_to": DAY,
            "language": one_of("zh", "en"),
            "unread": maybe(record({"because": SAID, "in_description": lists(SPAN), "in_title": lists(SPAN)})),
            "flagged": COUNT,
            "operating_point": SHARE,
            "base_rate": SHARE,
            "candidates": lists(ref("Candidate")),
            "elsewhere": lists(
                record({"item": TEXT, "name": TEXTS, "control": CONTROL, "certainty": CERTAINTY, "score": SHARE}, LAST_HELD)
            ),
            "considered": ref("Considered"),
            "beyond_knowledge": FLAG,
            "excluded": record(
                {
                    "absent": COUNT,
                    "set_aside": COUNT,
                    "by_reason": keyed(COUNT),
                    "by_industry": lists(record({"division": maybe(TEXT), "industry": maybe(TEXTS), "by_reason": keyed(COUNT)})),
                    "denied": lists(SET_ASIDE),
                },
                {"items": lists(SET_ASIDE)},
            ),
        }
    ),
    "Problem": record(
        {"type": TEXT, "title": TEXT, "status": INTEGER, "detail": TEXT, "said": SAID},
        {
            "errors": lists(
                record({"parameter": TEXT, "in": one_of("path", "query", "body", "header"), "said": SAID})
            )
        },
    ),
}  # fmt: skip

ITEMS = record({**FRAME, "items": lists(ref("Line")), "open": lists(ref("Line")), "considered": ref("Considered")})
ITEM: Json = {
    "anyOf": [
        record({**FRAME, "item": TEXT, "presence": {"const": "not held"}, "name": TEXTS}),
        record(
            {
                **FRAME,
                **LINE_FIELDS,
                "asked_by_code": maybe(
                    record({"code": TEXT, "printed_in": lists(TEXT), "certainty": CERTAINTY, "in_this_edition": FLAG})
                ),
                "basis": maybe(TEXTS),
                "code_basis": maybe(TEXTS),
                "decoded": maybe(
                    record(
                        {
                            "prefix": TEXT,
                            "prefix_means": maybe(TEXTS),
                            "division": TEXT,
                            "standard": TEXT,
                            "division_name": maybe(TEXTS),
                            "number": INTEGER,
                            "control": CONTROL,
                        }
                    )
                ),
                "change": maybe(one_of("adds", "deletes", "modifies", "keeps")),
                "change_certainty": maybe(CERTAINTY),
                "official": maybe(
                    record({**PLACE["properties"], "all_points": FLAG, "clauses": lists(TEXT)})
                ),
                "english_certainty": CERTAINTY,
                "english": TEXT,
                "name_is_description": FLAG,
                "industry": maybe(TEXTS),
                "industry_certainty": maybe(CERTAINTY),
                "note": maybe(TEXTS),
                "points": lists(ref("Point")),
                "statements": lists(ref("Statement")),
                "sources": lists(SOURCE),
                "conflicts": lists(SAID),
                "last_held": maybe(record(LAST_HELD)),
            }
        ),
    ]
}  # fmt: skip
HISTORY = record(
    {
        "item": TEXT,
        "name": TEXTS,
        "control": CONTROL,
        "data": TEXT,
        "known_to": DAY,
        "note": maybe(TEXTS),
        "editions": lists(
            record(
                {
                    "edition": TEXT,
                    "draft": FLAG,
                    "instrument": TEXT,
                    "title": TEXTS,
                    "effective": maybe(DAY),
                    "published": maybe(TEXT),
                    "comment_deadline": maybe(DAY),
                    "compared_with": maybe(TEXT),
                    "class": maybe(CLASS),
                    "changed_points": lists(CHANGED_POINT),
                    "by": lists(CHANGED_BY),
                    "name": maybe(TEXTS),
                    "official": maybe(PLACE),
                    "presence": PRESENCE_OR_NOT_HELD,
                    "certainty": maybe(CERTAINTY),
                    "basis": maybe(TEXTS),
                    "code": maybe(TEXT),
                    "code_certainty": maybe(CERTAINTY),
                    "change": maybe(one_of("adds", "deletes", "modifies", "keeps")),
                    "change_certainty": maybe(CERTAINTY),
                    "points": lists(ref("Point")),
                    "statements": lists(ref("Statement")),
                }
            )
        ),
        "lineage": lists(
            record(
                {
                    "from": maybe(TEXT),
                    "to": maybe(TEXT),
                    "kind": one_of("moved", "split", "merged", "possible"),
                    "certainty": CERTAINTY,
                    "instrument": maybe(TEXT),
                    "basis": TEXTS,
                }
            )
        ),
    }
)
_OF_DIFF = record(
    {
        "edition": TEXT,
        "draft": FLAG,
        "instrument": TEXT,
        "title": TEXTS,
        "effective": maybe(DAY),
        "published": maybe(TEXT),
        "comment_deadline": maybe(DAY),
    }
)
_CLASS_COUNTS = record(dict.fromkeys(CLASS["enum"], COUNT))
DIFF = record(
    {
        "data": TEXT,
        "known_to": DAY,
        "from": _OF_DIFF,
        "to": _OF_DIFF,
        "if_adopted": FLAG,
        "counts": _CLASS_COUNTS,
        "published": _CLASS_COUNTS,
        "announced": maybe(keyed(record({"announced": COUNT, "held": COUNT, "shortfall": COUNT}))),
        "changes": lists(
            record(
                {
                    "item": TEXT,
                    "class": CLASS,
                    "certainty": CERTAINTY,
                    "control": CONTROL,
                    "name": TEXTS,
                    "to_item": maybe(TEXT),
                    "code_before": maybe(TEXT),
                    "code_after": maybe(TEXT),
                    "presence_before": PRESENCE_OR_NOT_HELD,
                    "presence_after": PRESENCE_OR_NOT_HELD,
                    "renamed": maybe(record({"zh": ref("Redline"), "before": TEXTS, "after": TEXTS})),
                    "points": lists(CHANGED_POINT),
                    "substantive": FLAG,
                    "by": lists(CHANGED_BY),
                }
            )
        ),
    }
)
COVERAGE = record(
    {
        "data": TEXT,
        "known_to": keyed(record({"day": DAY, "zh": TEXT, "en": TEXT})),
        "editions": lists(
            record(
                {
                    "edition": TEXT,
                    "draft": FLAG,
                    "instrument": TEXT,
                    "effective": maybe(DAY),
                    "lists": lists(record(TALLY)),
                    "changes": lists(
                        record(
                            {
                                "kind": one_of("added", "deleted", "modified"),
                                "announced": maybe(COUNT),
                                "held": COUNT,
                                "published": COUNT,
                            }
                        )
                    ),
                    "document": maybe(SHA256),
                    "complete": FLAG,
                    "derived_counts": lists(TEXT),
                    "gaps": lists(ref("Gap")),
                    "conflicts": lists(SAID),
                }
            )
        ),
        "not_held": lists(record({"instrument": TEXT, "zh": TEXT, "en": TEXT, "note": maybe(TEXTS)})),
        "conflicts": lists(record({"id": TEXT, "zh": TEXT, "en": TEXT, "items": lists(TEXT)})),
        "corrections": COUNT,
        "sources": COUNT,
    }
)
STANDING = record(
    {
        "on": DAY,
        "edition": maybe(TEXT),
        "data": TEXT,
        "known_to": keyed(DAY),
        "beyond_knowledge": FLAG,
        "measures": lists(
            record(
                {
                    **MEASURE,
                    "standing": one_of("not yet", "in force", "suspended", "repealed", "unconfirmed"),
                    "certainty": CERTAINTY,
                    "applies": FLAG,
                    "part": maybe(TEXT),
                    "because": SAID,
                    "control_codes": lists(TEXT),
                }
            )
        ),
        "drafts": lists(record({**MEASURE, **_DRAFT_ON})),
    }
)
DEADLINES = record(
    {
        "start": DAY,
        "notices": lists(TEXT),
        "limits": lists(
            record(
                {
                    "limit": maybe(TEXT),
                    "owner": maybe(one_of("exporter", "authority")),
                    "from": maybe(TEXTS),
                    "says": maybe(TEXTS),
                    "n": maybe(INTEGER),
                    "unit": one_of("wd", "cd", "year", "promptly"),
                    **COUNTED["properties"],
                    "sure": maybe(FLAG),
                    "provisions": lists(PROVISION),
                }
            )
        ),
    }
)
PENALTIES = record({"on": DAY, "penalties": lists(EXPOSURE)})
NUMBER_ANSWER = record({"number": TEXT, "doubts": lists(TEXTS), "provisions": lists(PROVISION)})
SCREENING = ref("Screening")
SCREENED_DOCUMENT = record(
    {
        **NAMED["Screening"]["properties"],
        "language": one_of("zh", "en", "mixed"),
        "candidates": lists(record({**CANDIDATE["properties"], "passages": lists(ref("Support"))})),
        "document": ref("Document"),
    }
)
BATCH_COUNTS = record({"rows": COUNT, "answered": COUNT, "refused": COUNT, "flagged": COUNT})
BATCH_LINE: Json = {
    "anyOf": [
        ref("Screening"),
        record({"line": {"type": "integer", "minimum": 1}, "id": maybe(TEXT), "error": SAID}),
        record({"counts": BATCH_COUNTS}),
    ]
}
DRAFT = record(
    {
        "is_technology_export": maybe(FLAG),
        "track": TRACK,
        "also": lists(TRACK),
        "regime": maybe(TEXTS),
        "rests_on": one_of("status given", "facts given"),
        "signed": {"const": False},
        "outcome": OUTCOME,
        "lacks": lists(TEXTS),
        "on": maybe(DAY),
        "edition": maybe(TEXT),
        "data": TEXT,
        "beyond_knowledge": FLAG,
        "deadline": maybe(DAY),
        "deadline_limit": maybe(TEXT),
        "deadline_detail": maybe(COUNTED),
        "deadline_provisions": lists(PROVISION),
        "next": maybe(TEXT),
        "documents": lists(TEXT),
        "documents_detail": lists(
            record(
                {
                    "key": TEXT,
                    "name": TEXTS,
                    "asked": one_of("by law", "in some cases"),
                    "provisions": lists(PROVISION),
                }
            )
        ),
        "steps": lists(STEP),
        "open": lists(OPEN_TEST),
        "disputed": lists(
            record(
                {
                    "id": TEXT,
                    "question": TEXTS,
                    "taken": maybe(TEXT),
                    "effect": TEXTS,
                    "positions": lists(record({"id": TEXT, "says": TEXTS, "source": TEXT, "provisions": lists(TEXT)})),
                }
            )
        ),
        "candidates": lists(
            record(
                {
                    "item": TEXT,
                    "code": maybe(TEXT),
                    "control": CONTROL,
                    "name": TEXTS,
                    "certainty": CERTAINTY,
                    "score": SHARE,
                    "flag": FLAG,
                }
            )
        ),
        "warnings": lists(record({"says": TEXTS, "provisions": lists(PROVISION)})),
        "editions": lists(record({"what": TEXT, "day": DAY, "edition": TEXT})),
    }
)
CASES = record({"on": DAY, "cases": lists(record({**CASE_LINE, "due": lists(record(RUNNING))}))})
EVIDENCE_KIND: Json = {
    "id": TEXT,
    "name": TEXTS,
    "type": one_of("text", "reference", "number", "date", "names", "items"),
    "choices": lists(TEXT),
}
TAKEN = keyed(record({"value": TEXT, "facts": lists(TEXT), "places": lists(TEXT), "by": lists(TEXT)}))
CASE_FIELDS: Json = {
    **CASE_LINE,
    "on": DAY,
    "says": TEXTS,
    "stations": lists(record({"state": TEXT, "name": TEXTS, "standing": one_of("passed", "here", "ahead")})),
    "technology": TEXT,
    "accepted": TAKEN,
    "opened": DAY,
    "opened_by": TEXT,
    "two_persons": FLAG,
    "due": lists(record({**RUNNING, "provisions": lists(PROVISION)})),
    "possible": lists(
        record(
            {
                "event": TEXT,
                "actor": lists(TEXT),
                "says": TEXTS,
                "mark": PROVISION_FIELDS["mark"],
                "mark_says": TEXTS,
                "refused_now": maybe(record({"guard": TEXT, "zh": TEXT, "en": TEXT})),
                "leads_to": maybe(record({"state": TEXT, "name": TEXTS})),
                "needs": lists(record(EVIDENCE_KIND)),
                "may": lists(record(EVIDENCE_KIND)),
                "missing_papers": lists(record({"key": TEXT, "name": TEXTS})),
                "provisions": lists(PROVISION),
            }
        )
    ),
    "history": lists(
        record(
            {
                **HAPPENED,
                "by": TEXT,
                "says": TEXTS,
                "came_from": TEXTS,
                "went_to": TEXTS,
                "warned": lists(TEXTS),
                "shown": lists(record({**EVIDENCE_KIND, "value": {}})),
                "taken": TAKEN,
            }
        )
    ),
    "deliveries": lists(record({"day": DAY, "delivered": {}, "medium": {}, "place": {}, "method": {}})),
    "licensed_data": {},
    "exposure": lists(EXPOSURE),
    "hand_off": maybe({"type": "object", "properties": {"provisions": lists(PROVISION)}, "required": ["provisions"]}),
}
CASE = record(CASE_FIELDS)
CASE_RECORDED = record({**CASE_FIELDS, "recorded": record(HAPPENED)})
QUESTION = record(
    {
        "test": TEXT,
        "answers": lists(TEXT),
        "question": TEXTS,
        "why": TEXTS,
        "evidence": TEXTS,
        "then": keyed(TEXTS),
        "provisions": lists(PROVISION),
    }
)
ANY_FACT = {"type": ["string", "boolean"]}
_IN_CONTRACT: Json = {"in_document": SPAN, "page": maybe(COUNT), "clause": maybe(TEXT), "quote": TEXT}
_STANDS = record(_IN_CONTRACT)
_ABOUT = lists(record({"type": TEXT, "name": TEXTS, "weight": INTEGER, "words": lists(TEXT)}))
_UNDER: Json = {
    "item": TEXT,
    "code": maybe(TEXT),
    "control": CONTROL,
    "name": TEXTS,
    "certainty": CERTAINTY,
    "score": SHARE,
    "flag": FLAG,
    "near_boundary": FLAG,
    "beyond_knowledge": FLAG,
}
CONTRACT = record(
    {
        **FRAME,
        "engine": TEXT,
        "name": TEXT,
        "digest": SHA256,
        "characters": COUNT,
        "pages": maybe(COUNT),
        "language": one_of("zh", "en", "mixed"),
        "is_contract": FLAG,
        "signs": lists(record({"sign": TEXT, "says": TEXTS})),
        "title": maybe(TEXT),
        "parties": lists(
            record(
                {
                    "name": TEXT,
                    "labels": lists(TEXT),
                    "side": maybe(
                        one_of("transferor", "transferee", "licensor", "licensee", "provider", "recipient", "partner")
                    ),
                    "side_from": maybe(_STANDS),
                    "country": maybe(TEXT),
                    "inside_china": maybe(FLAG),
                    "basis": maybe(one_of("registration", "address", "name")),
                    "foreign_owned": FLAG,
                    "place": _STANDS,
                    "country_place": maybe(_STANDS),
                }
            )
        ),
        "related": maybe(_STANDS),
        "days": lists(record({"what": one_of("signed", "effective"), "day": DAY, "place": _STANDS})),
        "price": lists(
            record(
                {
                    "kind": one_of("lump_sum", "royalty"),
                    "place": _STANDS,
                    "sums": lists(record({"value": TEXT, "currency": maybe(TEXT), "in_words": FLAG, "place": _STANDS})),
                    "rates": lists(TEXT),
                    "differs": FLAG,
                }
            )
        ),
        "law": maybe(record({"country": maybe(TEXT), "place": _STANDS})),
        "clauses": lists(
            record(
                {
                    "id": TEXT,
                    "number": TEXT,
                    "label": TEXT,
                    "within": maybe(TEXT),
                    "depth": COUNT,
                    "heading": lists(TEXT),
                    "page": maybe(COUNT),
                    "in_document": lists(SPAN),
                    "text": TEXT,
                    "types": _ABOUT,
                    "excludes": _ABOUT,
                    "licence": lists(record({"what": TEXT, "place": _STANDS})),
                    "defined": lists(record({"term": TEXT, "places": lists(_STANDS)})),
                    "screened": FLAG,
                    "not_compared": maybe(SAID),
                    "candidates": lists(
                        record(
                            {
                                **_UNDER,
                                "points": lists(
                                    record(
                                        {
                                            "number": maybe(TEXT),
                                            "score": SHARE,
                                            "passages": lists(
                                                record({"from": one_of("clause", "definition"), **_IN_CONTRACT})
                                            ),
                                        }
                                    )
                                ),
                            }
                        )
                    ),
                }
            )
        ),
        "candidates": lists(
            record(
                {
                    **_UNDER,
                    "clauses": lists(record({"id": TEXT, "label": TEXT, "page": maybe(COUNT), "score": SHARE})),
                }
            )
        ),
        "screened": COUNT,
        "proposals": lists(
            record(
                {
                    "fact": TEXT,
                    "value": ANY_FACT,
                    "test": FLAG,
                    "because": TEXTS,
                    "rests_on": lists(TEXT),
                    "places": lists(_STANDS),
                }
            )
        ),
        "unread": lists(record({"page": COUNT, "because": SAID})),
        "considered": ref("Considered"),
        "case": maybe(TEXT),
        "accepted": lists(TEXT),
    }
)
DETERMINATION = record(
    {
        "case": TEXT,
        "version": TEXT,
        "title": TEXT,
        "technology": TEXT,
        "two_persons": FLAG,
        **FRAME,
        "complete": FLAG,
        "outcome": OUTCOME,
        "track": TRACK,
        "is_technology_export": maybe(FLAG),
        "lacks": lists(TEXTS),
        "steps": lists(STEP),
        "open": lists(OPEN_TEST),
        "next": maybe(QUESTION),
        "questions": lists(QUESTION),
        "answers": keyed(
            record(
                {"value": maybe(TEXT), "because": maybe(TEXT), "by": TEXT, "at": MOMENT, "source": maybe(TEXT)},
                {"rests_on": lists(TEXT), "says": TEXTS},
            )
        ),
        "facts": keyed(
            record(
                {"value": ANY_FACT, "because": TEXT, "source": TEXT, "place": maybe(TEXT), "by": TEXT, "at": MOMENT},
                {"says": TEXTS},
            )
        ),
        "screened": maybe(
            record(
                {
                    "on": DAY,
                    "edition": TEXT,
                    "data": TEXT,
                    "engine": TEXT,
                    "known_to": DAY,
                    "considered": ref("Considered"),
                    "beyond_knowledge": FLAG,
                    "shown": COUNT,
                    "asked": COUNT,
                },
                {"unread": record({"because": SAID, "in_description": lists(SPAN), "in_title": lists(SPAN)})},
            )
        ),
        "candidates": lists(
            record(
                {
                    "item": TEXT,
                    "origin": TEXT,
                    "control": maybe(CONTROL),
                    "name": maybe(TEXTS),
                    "code": maybe(TEXT),
                    "presence": PRESENCE,
                    "certainty": maybe(CERTAINTY),
                    "score": maybe(SHARE),
                    "answer": one_of("hit", "miss", "open"),
                    "points": lists(
                        record(
                            {
                                "number": TEXT,
                                "certainty": maybe(CERTAINTY),
                                "requires": maybe(TEXTS),
                                "clauses": lists(
                                    record(
                                        {
                                            "clause": TEXT,
                                            "name": TEXTS,
                                            "required": TEXT,
                                            "stated": maybe(TEXT),
                                            "read_as": maybe(TEXT),
                                            "margin": maybe(NUMBER),
                                            "result": RESULT,
                                            "fact": maybe(TEXT),
                                            "source": maybe(TEXT),
                                            "by": maybe(TEXT),
                                        }
                                    )
                                ),
                                "passages": lists(TEXT),
                                "result": RESULT,
                                "fact": maybe(TEXT),
                                "source": maybe(TEXT),
                                "by": maybe(TEXT),
                            }
                        )
                    ),
                }
            )
        ),
        "statements": lists(
            record({"edition": TEXT, "address": TEXT, "day": DAY, "digest": maybe(TEXT), "by": TEXT})
        ),
        "checks": lists(record({"where": TEXT, "day": DAY, "by": TEXT})),
        "signed": lists(
            record(
                {
                    "reference": TEXT,
                    "by": TEXT,
                    "at": MOMENT,
                    "outcome": OUTCOME,
                    "on": DAY,
                    "edition": TEXT,
                    "because": TEXT,
                    "approved_by": maybe(TEXT),
                    "dissents": lists(record({"by": TEXT, "because": TEXT})),
                    "supersedes": maybe(TEXT),
                    "superseded_by": maybe(TEXT),
                    "reopened": lists(TEXTS),
                    "stands_on": lists(record({"item": TEXT, "number": TEXT, "version": maybe(TEXT)})),
                }
            )
        ),
        "precedents": lists(
            record(
                {
                    "case": TEXT,
                    "title": TEXT,
                    "determination": TEXT,
                    "outcome": OUTCOME,
                    "on": DAY,
                    "edition": TEXT,
                    "alike": NUMBER,
                    "shared_candidates": lists(TEXT),
                    "reopened": FLAG,
                }
            )
        ),
        "straddle": lists(
            record(
                {"what": TEXT, "day": DAY, "edition": TEXT, "beyond_knowledge": FLAG, "candidates": keyed(TEXT)}
            )
        ),
    }
)  # fmt: skip
DOCUMENTS = record(
    {
        "store": TEXT,
        "documents": lists(record(PAPER_FIELDS)),
        "records": lists(record({"at": MOMENT, "act": TEXT, "document": maybe(SHA256), "by": maybe(TEXT)})),
    }
)
PAPER = record(PAPER_FIELDS)
IMPORTED = record({"document": SHA256, "name": TEXT, "new": FLAG, "status": PAPER_FIELDS["status"], **PREVIEW})
APPLIED = record({**PAPER_FIELDS, "changed": FLAG}, {k: v for k, v in PREVIEW.items() if k != "instrument"})
CONFIRMATION = record(
    {
        **PAPER_FIELDS,
        "parts": lists(
            record(
                {
                    "item": TEXT,
                    "point": maybe(TEXT),
                    "read": TEXT,
                    "seen": lists(record({"page": COUNT, "box": lists(NUMBER)})),
                    "tokens": lists(record({"token": TEXT, "read": TEXT, "at": COUNT, "confirmed": maybe(TEXT)})),
                    "picture": NONE,
                }
            )
        ),
        "confirmed": COUNT,
        "corrected": COUNT,
        "left": COUNT,
    }
)
_BOTH = record({"zh": TEXT, "en": TEXT})
PAPER_FIELDS = record(
    {
        "kind": TEXT,
        "title": _BOTH,
        "about": _BOTH,
        "unofficial": FLAG,
        "fields": lists(
            record(
                {
                    "field": TEXT,
                    "name": _BOTH,
                    "means": _BOTH,
                    "certainty": one_of("law", "derived", "memory", "record"),
                    "certainty_says": _BOTH,
                    "comes_from": _BOTH,
                    "repeats": FLAG,
                }
            )
        ),
    }
)
PAPER_MADE = record(
    {
        "case": TEXT,
        "kind": TEXT,
        "on": DAY,
        "language": one_of("zh", "en", "both"),
        "form": one_of("docx", "pdf", "svg", "ics"),
        "media": TEXT,
        "name": TEXT,
        "bytes": COUNT,
        "sha256": SHA256,
        "unfilled": lists(TEXT),
        "written": NONE,
        "content": TEXT,
    }
)
_JUDGEMENT = {"judgement": maybe(TEXT), "reason": maybe(TEXT), "source": maybe(TEXT)}
_QUESTION = {"case": TEXT, "kind": TEXT, "item": maybe(TEXT), "number": TEXT}
_CHANGED = {
    "line": COUNT,
    "changed": lists(one_of("judgement", "reason", "source")),
    **_QUESTION,
    "before": record({**_JUDGEMENT, "by": maybe(TEXT)}),
    "after": record(_JUDGEMENT),
}
MATRIX = record(
    {
        "on": DAY,
        "cases": lists(TEXT),
        "rows": lists(
            record(
                {
                    **_QUESTION,
                    "title": TEXT,
                    "name": keyed(maybe(TEXT)),
                    "requires": maybe(keyed(maybe(TEXT))),
                    "code": maybe(TEXT),
                    "code_certainty": maybe(TEXT),
                    "control": maybe(TEXT),
                    "certainty": maybe(TEXT),
                    "score": maybe(NUMBER),
                    "parameters": lists({"type": "object"}),
                    **_JUDGEMENT,
                    "by": maybe(TEXT),
                    "allowed": lists(TEXT),
                    "version": TEXT,
                }
            )
        ),
        "name": TEXT,
        "media": TEXT,
        "bytes": COUNT,
        "sha256": SHA256,
        "written": NONE,
        "content": TEXT,
    }
)
MATRIX_READ = record(
    {
        "on": DAY,
        "by": TEXT,
        "rows": COUNT,
        "unchanged": COUNT,
        "changes": lists(record(_CHANGED)),
        "conflicts": lists(record({"line": maybe(COUNT), **_QUESTION, "conflict": TEXT, "because": _BOTH})),
        "applied": FLAG,
        "recorded": lists(record(_CHANGED)),
        "refused": lists(record({**_CHANGED, "because": record({"id": TEXT, "zh": TEXT, "en": TEXT})})),
    }
)
TRAIL = record(
    {
        "records": COUNT,
        "head": maybe(TEXT),
        "written": NONE,
        "entries": lists(
            record(
                {
                    "id": COUNT,
                    "at": MOMENT,
                    "act": TEXT,
                    "by": maybe(TEXT),
                    "document": maybe(SHA256),
                    "body": {"type": "object"},
                    "chain": TEXT,
                }
            )
        ),
    }
)
ENGINE = record({"mulu": TEXT, "version": maybe(TEXT), "digest": maybe(SHA256), "parts": keyed(TEXT)})
CERTIFIED = record(
    {
        "verdict": one_of("reproduced", "differs", "not replayable here", "holder not known"),
        "kind": one_of("screening", "determination", "portfolio"),
        "at": MOMENT,
        "says": TEXTS,
        "on": DAY,
        "edition": TEXT,
        "data": TEXT,
        "text": SHA256,
        "reference": maybe(TEXT),
        "beyond_knowledge": FLAG,
        "near_boundary": lists(TEXT),
        "tolerance": TEXT,
        "documents": lists(record({"document": SHA256, "instrument": TEXT})),
        "signature": record({"holder_known": FLAG, "fingerprint": SHA256, "said": SAID}),
        "replay": record(
            {
                "status": one_of("reproduced", "differs", "not replayable here"),
                "said": SAID,
                "because": lists(SAID),
                "result": one_of("same", "differs", "not compared"),
                "engine": record({"same": FLAG, "changed": lists(TEXT), "recorded": ENGINE, "here": ENGINE}),
                "equal": lists(TEXT),
                "differing": COUNT,
                "differences": lists(record({"where": TEXT, "recorded": {}, "here": {}})),
            }
        ),
        "since": maybe(
            record(
                {
                    "record": one_of("same", "another", "not here"),
                    "said": SAID,
                    "superseded_by": maybe(TEXT),
                    "reopened": lists(TEXTS),
                    "answers_changed": FLAG,
                    "approved_by": maybe(TEXT),
                    "dissents": lists(record({"by": TEXT, "because": TEXT})),
                }
            )
        ),
    }
)

# ---- portfolios ----------------------------------------------------------------------------------------------------
_ANSWER = one_of("concerns", "does-not", "open")
_JUDGED = record(
    {"judgement": _ANSWER, "because": TEXT, "by": TEXT, "at": MOMENT, "version": TEXT, "case": maybe(TEXT)}
)
_FOUND = {"score": SHARE, "flag": FLAG, "near_boundary": FLAG, "point": TEXT}
_HELD: Json = {
    "id": TEXT,
    "text": TEXT,
    "place": TEXT,
    "title": maybe(TEXT),
    "kind": maybe(TEXT),
    "recipient": maybe(TEXT),
    "country": maybe(TEXT),
    "day": maybe(DAY),
    "family": maybe(TEXT),
    "owner": maybe(TEXT),
    "numbers": lists(TEXT),
    "facts": keyed(TEXT),
    "document": maybe(TEXT),
    "same_text": maybe(TEXT),
    "parts": maybe(
        record(
            {
                "as_one": FLAG,
                "parts": lists(record({"start": COUNT, "end": COUNT, "less": INTEGER, "piece": FLAG})),
                "filed_under": lists(TEXT),
            }
        )
    ),
    "version": TEXT,
    "language": one_of("zh", "en"),
    "edition": TEXT,
    "draft": FLAG,  # the edition was never in force
    "run": COUNT,
    "seen": COUNT,
    "flagged": COUNT,
    "candidates": lists(
        record(
            {
                "item": TEXT,
                "code": maybe(TEXT),
                "control": CONTROL,
                "name": TEXTS,
                "certainty": CERTAINTY,
                "presence": PRESENCE,
                **_FOUND,
                "state": one_of("open", "answered", "raised again"),
                "judgement": maybe(_JUDGED),
                "raised_again": lists(one_of("record", "point", "portfolio")),
            }
        )
    ),
}
# Drafts, never in force, with which records were compared in place of the edition of their day.
_DRAFTS = lists(
    record(
        {
            "draft": TEXT,
            "title": TEXTS,
            "published": maybe(TEXT),
            **_DRAFT_ON,
            "records": COUNT,
        }
    )
)
_PORTFOLIO: Json = {"portfolio": TEXT, "data": TEXT, "known_to": DAY, "of": COUNT, "drafts": _DRAFTS}
RECORD = record(
    {
        **_PORTFOLIO,
        **_HELD,
        "versions": lists(record({"version": TEXT, "run": COUNT})),
        "judgements": lists(
            record(
                {
                    "item": TEXT,
                    "point": maybe(TEXT),
                    "edition": TEXT,
                    "version": TEXT,
                    "judgement": _ANSWER,
                    "because": TEXT,
                    "case": maybe(TEXT),
                    "by": TEXT,
                    "at": MOMENT,
                    "before_deletion": FLAG,  # given of a portfolio of this name that was deleted since
                }
            )
        ),
    }
)
RECORDS = record(
    {
        **_PORTFOLIO,
        "filters": keyed({}),
        "which": one_of("flagged", "near", "all"),
        "sort": one_of("score", "id", "day"),
        "total": COUNT,
        "records": lists(record(_HELD)),
        "next_cursor": maybe(TEXT),
    }
)
RUN = record(
    {
        "run": COUNT,
        "asked": keyed({}),
        "at": MOMENT,
        "by": maybe(TEXT),
        "state": one_of("open", "done", "given up"),
        "done": maybe(keyed({})),
        "done_at": maybe(MOMENT),
    }
)
PORTFOLIOS = record(
    {
        "portfolios": lists(
            record(
                {
                    "portfolio": TEXT,
                    "unusable": maybe(SAID),  # then nothing else is known of it
                    "records": maybe(COUNT),
                    "flagged": maybe(COUNT),
                    "runs": maybe(COUNT),
                    "drafts": _DRAFTS,
                    "last": maybe(RUN),
                }
            )
        ),
        "folder": TEXT,
        "left": lists(record({"portfolio": maybe(TEXT), "folder": TEXT})),  # of deleted ones, on the disk
    }
)
_WAS: Json = {
    "because": TEXT,
    "records": maybe(COUNT),  # nothing is known of one that could not be read
    "runs": maybe(COUNT),
    "last": maybe(record({"run": COUNT, "at": MOMENT, "digest": SHA256})),
    "judgements": COUNT,
}
DELETED = record({"portfolio": TEXT, **_WAS, "by": TEXT, "deleted": FLAG, "left": maybe(TEXT)})
_EFFECT = one_of("caught", "moved", "substance", "unknown", "released", "wording", "held", "line")
_AFFECTED = record(dict.fromkeys(_EFFECT["enum"], COUNT))
RUNS = record(
    {
        "portfolio": TEXT,
        "runs": lists(RUN),
        "on_clusters": lists(record({"at": MOMENT, "by": maybe(TEXT), "asked": keyed({}), "done": keyed({})})),
        "impacts": lists(
            record(
                {
                    "at": MOMENT,
                    "by": maybe(TEXT),
                    "record": COUNT,
                    "before_deletion": FLAG,
                    "portfolio": TEXT,
                    "from": _OF_DIFF,
                    "to": _OF_DIFF,
                    "data": TEXT,
                    "engine": TEXT,
                    "records": COUNT,
                    "touched": COUNT,
                    "affected": _AFFECTED,
                    "digest": SHA256,
                    "found": lists({"type": "array"}),
                }
            )
        ),
        "deleted": lists(record({"at": MOMENT, "by": TEXT, "record": COUNT, **_WAS})),
    }
)
_MET = {
    "record": TEXT,
    "version": TEXT,
    "title": maybe(TEXT),
    "text": TEXT,
    "recipient": maybe(TEXT),
    "country": maybe(TEXT),
    "owner": maybe(TEXT),
    "family": maybe(TEXT),
    "day": maybe(DAY),
    "before_effect": FLAG,
}
IMPACT = record(
    {
        "portfolio": TEXT,
        "from": _OF_DIFF,
        "to": _OF_DIFF,
        "if_adopted": FLAG,
        "on": DAY,
        "draft": maybe(record(_DRAFT_ON)),
        "data": TEXT,
        "engine": TEXT,
        "known_to": DAY,
        "counts": _CLASS_COUNTS,
        "records": COUNT,
        "touched": COUNT,
        "read_again": COUNT,
        "affected": _AFFECTED,
        "items": DIFF["properties"]["changes"],
        "results": lists(
            record(
                {
                    **_MET,
                    "effects": lists(
                        record(
                            {
                                "item": TEXT,
                                "kind": _EFFECT,
                                "to_item": maybe(TEXT),
                                "before": maybe(record(_FOUND)),
                                "after": maybe(record(_FOUND)),
                                "judgement": maybe(_JUDGED),
                            }
                        )
                    ),
                }
            )
        ),
        "nearest": lists(
            record({"item": TEXT, "name": TEXTS, "records": lists(record({**_MET, "score": SHARE, "point": TEXT}))})
        ),
        "digest": SHA256,
        "seconds": NUMBER,
        "seconds_with_loading": NUMBER,
        "cases": lists(
            record(
                {
                    **CASE_LINE,
                    "due": lists(record(RUNNING)),
                    "determination": maybe(TEXT),
                    "stands_on": lists(record({"item": TEXT, "number": TEXT})),
                    "candidates": lists(TEXT),
                }
            )
        ),
    }
)
JUDGEMENT = record(
    {
        "portfolio": TEXT,
        "record": TEXT,
        "version": TEXT,
        "item": TEXT,
        "point": maybe(TEXT),
        "edition": TEXT,
        "standing": TEXT,
        "judgement": _ANSWER,
        "because": TEXT,
        "case": maybe(TEXT),
        "by": TEXT,
        "candidate": FLAG,
    }
)
