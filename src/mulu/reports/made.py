"""Every paper by its kind: which forms of file it comes in, and the file itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mulu.errors import Misused
from mulu.reports import workbook
from mulu.reports.forms import FORMS, Filled, filled, form_paper
from mulu.reports.model import Paper, Writer
from mulu.reports.papers import Values, dossier, languages_of, memo, screening_report
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]
MEDIA: Final[Mapping[str, str]] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "ics": "text/calendar; charset=utf-8",
    "xlsx": workbook.MEDIA,
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
KINDS: Final[Mapping[str, Bilingual]] = {
    "memo": Bilingual("判定备忘录", "determination memo"),
    "screening": Bilingual("筛查报告", "screening report"),
    "application": Bilingual("限制出口技术申请书", "application for restricted technology"),
    "intent": Bilingual("意向书阶段材料", "letter of intent and licence application"),
    "registration": Bilingual("合同登记申请表", "registration of the contract"),
    "data-list": Bilingual("技术资料出口清单", "list of technical data"),
    "change": Bilingual("数据变更记录表", "change record"),
    "dossier": Bilingual("案件卷宗", "case dossier"),
    "timeline": Bilingual("经过图", "timeline"),
    "deadlines": Bilingual("期限日历", "calendar of time limits"),
}
_OWN = {"timeline": ("svg",), "deadlines": ("ics",)}
_PRINTED: Mapping[str, Callable[[Writer, Values], Paper]] = {
    "memo": memo,
    "screening": screening_report,
    "dossier": dossier,
}


def forms_of(kind: str) -> tuple[str, ...]:
    """The kinds of file in which a paper comes, the usual one first."""
    return _OWN.get(kind, ("docx", "pdf"))


@dataclass(frozen=True, slots=True)
class Made:
    """A file, with its name, and the fields that nobody gave."""

    content: bytes
    form: str
    name: str
    unfilled: tuple[str, ...] = ()

    def as_json(self) -> Json:
        return {
            "form": self.form,
            "media": MEDIA[self.form],
            "name": self.name,
            "bytes": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "unfilled": list(self.unfilled),
        }


def make(
    kind: str,
    values: Values,
    language: str,
    form: str | None = None,
    template: bytes | None = None,
    given: Mapping[str, str] | None = None,
    alarms: bool = False,
) -> Made:
    """The paper as a file. Raises Misused where the kind has no such form, no such field, or takes no template."""
    form = form or forms_of(kind)[0]
    if form not in forms_of(kind):
        offered = ", ".join(forms_of(kind))
        raise Misused(
            Said(
                "paper_form",
                f"{KINDS[kind].zh}（{kind}）没有 {form} 形式；可用：{offered}。",
                f"There is no {kind} as {form}; it comes as {offered}.",
            )
        )
    if (kind not in FORMS and (template is not None or given)) or (kind == "memo" and given):
        raise Misused(
            Said(
                "paper_without_fields",
                f"{KINDS[kind].zh}（{kind}）没有可填写的字段；有字段的：{'、'.join(FORMS)}，其中 memo 只用于模板。",
                f"{kind} has no fields to fill in. Those that have: {', '.join(FORMS)}; of these memo for a template alone.",
            )
        )
    w = Writer(languages_of(language))
    name = f"{values.case['case']}-{kind}-{language}-{values.day}.{form}"
    fields = filled(FORMS[kind], w, values, given or {}) if kind in FORMS else None
    if template is not None:
        assert fields is not None
        return _from_template(template, fields, form, name)
    if kind == "timeline":
        from mulu.reports.timeline import timeline

        drawn = timeline(values.case, w.languages[0] if len(w.languages) == 1 else None)
        return Made(drawn.svg.encode(), form, name)
    if kind == "deadlines":
        from mulu.reports.calendar import ics

        return Made(ics(w, values, alarms), form, name)
    printed = _PRINTED.get(kind)
    if printed is not None:
        return Made(file_of(printed(w, values), form), form, name)
    assert fields is not None
    return Made(file_of(form_paper(fields, w, values), form), form, name, tuple(fields.unfilled))


def file_of(paper: Paper, form: str) -> bytes:
    """A paper as DOCX or PDF."""
    if form == "pdf":
        from mulu.reports.pdf import pdf

        return pdf(paper)
    from mulu.reports.word import docx

    return docx(paper)


def _from_template(template: bytes, fields: Filled, form: str, name: str) -> Made:
    from mulu.reports.template import Fields, fill, text

    if form != "docx":
        raise Misused(
            Said(
                "template_form",
                "模板只能生成 DOCX。",
                "A template is filled as DOCX; leave the form out, or give docx.",
            )
        )
    named = Fields(
        {key: text(line) for key, line in fields.values.items()},
        {key: [{k: text(v) for k, v in row.items()} for row in rows] for key, rows in fields.rows.items()},
        {rows.id: tuple(one.id for one in rows.entries) for rows in fields.form.rows},
    )
    content, empty = fill(template, named)
    return Made(content, form, name, tuple(empty))
