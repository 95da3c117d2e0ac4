"""The facts of an export as tables: the same rows go into every tabular format.

A column means the same in whatever table it stands; its name, kind and titles are in `COLUMNS`. Rows follow the order of the
pack, so that the same data give the same files.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from mulu.catalogue.records import Counts, OfficialPoint, Texts
from mulu.reports.exports.contents import WAITS, Contents
from mulu.vocabulary import Bilingual

Json = dict[str, Any]
Kind = Literal["text", "integer", "number", "flag", "day", "certainty"]
Cell = str | int | float | bool | datetime.date | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `refers` is the table whose key it names."""

    name: str
    kind: Kind
    title: Bilingual
    refers: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its rows. `key`: the columns that name a row."""

    name: str
    title: Bilingual
    says: Bilingual
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[Row, ...]


# name: (kind, Chinese, English); a name in _zh or _en is a text in that language.
_NAMED: dict[str, tuple[Kind, str, str]] = {
    "about": ("text", "内容", "subject"), "act": ("text", "变动", "act"), "address": ("text", "网址", "address"),
    "also_possible": ("text", "亦可能", "also possible"), "amends": ("text", "修改", "amends"), "announced": ("integer", "公告项数", "announced"),
    "applies": ("flag", "是否适用", "applies"), "article": ("text", "条", "article"), "basis": ("text", "依据", "basis"),
    "because": ("text", "理由", "reason"), "before": ("text", "之前", "before"), "after": ("text", "之后", "after"), "becomes": ("text", "改为", "becomes"),
    "certainty": ("certainty", "确定性", "certainty"), "change": ("text", "本次变动", "change"), "change_certainty": ("certainty", "变动确定性", "certainty of change"),
    "class": ("text", "变动类别", "class of change"), "clause": ("text", "条款", "clause"), "code": ("text", "官方编号", "official code"),
    "code_after": ("text", "之后编号", "code after"), "code_basis": ("text", "编号依据", "basis of code"), "code_before": ("text", "之前编号", "code before"), "code_before_certainty": ("certainty", "之前编号确定性", "certainty of code before"), "code_after_certainty": ("certainty", "之后编号确定性", "certainty of code after"),
    "code_certainty": ("certainty", "编号确定性", "certainty of code"), "column": ("text", "字段", "column"), "comment_deadline": ("day", "意见截止", "comments until"),
    "complete": ("flag", "整表收录", "held whole"), "condition": ("text", "测定条件", "condition"), "conflict": ("text", "矛盾", "conflict"),
    "contradicts": ("flag", "与他源矛盾", "contradicts another"), "control": ("text", "部分", "list"), "cues": ("text", "识别用语", "cues"),
    "described": ("text", "说明", "description"), "division": ("text", "行业大类", "industry division"), "document_before": ("text", "之前文件 SHA-256", "document before (SHA-256)"), "document_after": ("text", "之后文件 SHA-256", "document after (SHA-256)"), "document": ("text", "文件摘要 SHA-256", "document (SHA-256)"),
    "does": ("text", "作用", "does"), "draft": ("flag", "征求意见稿", "draft"), "draft_of": ("text", "属于", "draft of"),
    "edition": ("text", "版本", "edition"), "effect": ("text", "处理", "effect"), "effective": ("day", "施行日期", "effective"),
    "effective_certainty": ("certainty", "施行日期确定性", "certainty of date of effect"), "english": ("text", "英文名来源", "whose English"),
    "english_certainty": ("certainty", "英文名确定性", "certainty of English name"), "family": ("text", "类别", "family"), "field": ("text", "字段", "field"),
    "file": ("text", "文件", "file"), "from_item": ("text", "原条目", "from item"), "to_item": ("text", "后续条目", "to item"), "held": ("integer", "收录项数", "held"),
    "how": ("text", "如何得知", "how"), "id": ("text", "标识", "id"), "if_adopted": ("flag", "如获通过", "if adopted"), "in_force_certainty": ("certainty", "效力确定性", "certainty of standing"),
    "industry": ("text", "行业", "industry"), "industry_certainty": ("certainty", "行业确定性", "certainty of industry"), "instrument": ("text", "文书", "instrument"),
    "issuers": ("text", "发布机关", "issuers"), "item": ("text", "条目", "item"), "kind": ("text", "种类", "kind"), "known_to": ("day", "来源核查至", "sources checked up to"),
    "language": ("text", "语言", "language"), "line": ("integer", "行", "line"), "manner": ("text", "说法", "manner"), "mark": ("text", "条文标记", "mark of provision"),
    "media": ("text", "文件类型", "media"), "name": ("text", "名称", "name"), "name_certainty": ("certainty", "名称确定性", "certainty of name"),
    "name_is_description": ("flag", "名称为描述", "name is a description"), "not_held": ("integer", "未收录项数", "not held"), "note": ("text", "说明", "note"),
    "number": ("text", "序号", "number"), "number_before": ("text", "之前序号", "number before"), "open": ("integer", "存疑项数", "open"), "operator": ("text", "关系", "operator"),
    "own_term_ends": ("day", "期满日", "own term ends"), "page": ("integer", "页", "page"), "parameter": ("text", "参数", "parameter"), "part": ("text", "部分内容", "part"),
    "place": ("integer", "次序", "place"), "point": ("text", "要点", "control point"), "point_place": ("integer", "要点次序", "place of point"), "presence": ("text", "是否在列", "presence"), "presence_after": ("text", "之后是否在列", "presence after"),
    "presence_before": ("text", "之前是否在列", "presence before"), "prohibited": ("integer", "禁止", "prohibited"), "published": ("text", "公布日期", "published"),
    "published_certainty": ("certainty", "公布日期确定性", "certainty of publication"), "published_items": ("integer", "已公布项数", "held as published"),
    "question": ("text", "问题", "question"), "read_by_machine": ("flag", "机器识读", "read by machine"), "repealed_by": ("text", "废止文书", "repealed by"),
    "repealed_on": ("day", "废止日期", "repealed on"), "repeals": ("text", "废止", "repeals"), "restricted": ("integer", "限制", "restricted"), "role": ("text", "作用", "role"),
    "rule": ("text", "规则", "rule"), "says": ("text", "内容", "says"), "side": ("text", "一侧", "side"), "since": ("text", "始于版本", "since edition"), "since_day": ("day", "施行自", "since"),
    "source": ("text", "来源", "source"), "standard": ("text", "分类标准", "standard"), "standing": ("text", "效力状态", "standing"), "standing_certainty": ("certainty", "效力状态确定性", "certainty of standing on the day"),
    "substance": ("text", "是否实质", "substance"), "substantive": ("flag", "实质修改", "substantive"), "surplus": ("integer", "多出", "surplus"), "shortfall": ("integer", "短缺", "shortfall"),
    "suspended_by": ("text", "暂停文书", "suspended by"), "suspended_from": ("day", "暂停自", "suspended from"), "suspended_to": ("day", "暂停至", "suspended to"), "taken": ("text", "所采立场", "position taken"),
    "term": ("text", "用语", "term"), "text": ("text", "文字", "text"), "title": ("text", "标题", "title"), "title_certainty": ("certainty", "标题确定性", "certainty of title"), "to_confirm": ("integer", "待人工确认", "to be confirmed by a person"),
    "together": ("text", "条件关系", "conditions together"), "topic": ("flag", "主题（未确认）", "topic (unconfirmed)"), "total": ("integer", "合计", "total"),
    "unconfirmed": ("flag", "未确认", "unconfirmed"), "unit": ("text", "单位", "unit"), "until": ("text", "止于版本", "until edition"), "until_day": ("day", "施行至", "until"),
    "value": ("text", "值", "value"), "value_high": ("number", "上限值", "value, high"), "value_low": ("number", "下限值", "value, low"), "version": ("text", "版本", "version"),
    "was": ("text", "原为", "was"), "why": ("text", "理由", "why"), "without_published_point": ("integer", "无已公布要点", "without a published point"), "words": ("text", "用语", "words"), "words_after": ("text", "之后的文字来源", "whose words after"), "words_before": ("text", "之前的文字来源", "whose words before"),
    "provision": ("text", "条文", "provision"), "position": ("text", "立场", "position"), "table": ("text", "数据表", "table"),
}  # fmt: skip
_LANGUAGES = {"_zh": ("（中文）", " (Chinese)"), "_en": ("（英文）", " (English)")}


def _column(told: str) -> Column:
    """A column from `name` or `name>table`."""
    name, _, refers = told.partition(">")
    stem, ending = (name[:-3], name[-3:]) if name[-3:] in _LANGUAGES else (name, "")
    kind, zh, en = _NAMED[stem]
    more = _LANGUAGES.get(ending, ("", ""))
    return Column(name, kind, Bilingual(zh + more[0], en + more[1]), refers or None)


@dataclass(frozen=True, slots=True)
class _Of:
    """How a table is made. `needs`: whether it is part of a pack (p), an edition (e), a difference (d)."""

    name: str
    needs: str
    title: Bilingual
    says: Bilingual
    columns: str
    key: str
    rows: Callable[[Contents], Iterable[Row]]


def tables(contents: Contents) -> tuple[Table, ...]:
    """Every table of an export that has rows, those that others refer to first."""
    made: list[Table] = []
    for one in _TABLES:
        if contents.kind[0] not in one.needs:
            continue
        rows = tuple(tuple(None if cell == "" else cell for cell in row) for row in one.rows(contents))
        if rows:
            columns = tuple(map(_column, one.columns.split()))
            made.append(Table(one.name, one.title, one.says, columns, tuple(one.key.split()), rows))
    return tuple(made)


# ---- rows ------------------------------------------------------------------------------------------------------------


def _both(texts: Texts | Json | None) -> tuple[str | None, str | None]:
    if texts is None:
        return None, None
    zh, en = (texts["zh"], texts["en"]) if isinstance(texts, dict) else (texts.zh, texts.en)
    return zh or None, en or None


def _joined(words: Iterable[str]) -> str | None:
    return "; ".join(words) or None


def _items(c: Contents) -> list[str]:
    """The items of which something is said, and those that they continue."""
    if c.kind == "pack":
        return list(c.catalogue.pack.items)
    if c.difference is not None:
        named = {one["item"] for one in c.difference["changes"]} | {one["to_item"] for one in c.difference["changes"]}
    else:
        named = {listing.item.id for edition in c.editions for listing in c.listings(edition)}
        for line in c.catalogue.lineage:
            if named & {line.from_item, line.to_item}:
                named = named | {line.from_item, line.to_item}
    return [name for name in c.catalogue.pack.items if name in named]


def _source_rows(c: Contents) -> Iterator[Row]:
    named: set[str] = set()
    if c.kind != "pack":
        named |= {str(row[1]) for rows in (_item_sources, _instrument_sources) for row in rows(c)}
    if c.kind == "edition":
        named |= {str(row[1]) for row in _point_sources(c)} | {str(row[-1]) for row in _statements(c)}
        named |= {str(row[-1]) for row in _act_sources(c)} | {str(row[-1]) for row in _lineage_sources(c)}
    for one in c.catalogue.pack.sources.values():
        if c.kind == "pack" or one.id in named:
            yield one.id, one.address, one.described


def _instruments(c: Contents) -> Iterator[Row]:
    stands = {one["instrument"]: one for one in c.standing["measures"]}
    for one in c.catalogue.instruments.values():
        issuers = [_both(texts) for texts in one.issuers]
        on = stands.get(one.id)
        gone = one.suspension
        yield (
            one.id, one.family, *_both(one.title), one.title_certainty.value,
            _joined(zh or "" for zh, _ in issuers), _joined(en or "" for _, en in issuers), one.published,
            None if one.published_certainty is None else one.published_certainty.value, one.effective,
            None if one.effective_certainty is None else one.effective_certainty.value, one.draft, one.draft_of,
            one.comment_deadline, _joined(one.amends), _joined(one.repeals), one.repealed_on, one.repealed_by, one.own_term_ends,
            None if gone is None else gone.begins, None if gone is None else gone.to, None if gone is None else gone.by,
            None if on is None else on["standing"], None if on is None else on["certainty"], None if on is None else on["applies"],
            *_both(None if on is None else on["because"]), *_both(one.note),
        )  # fmt: skip


def _instrument_sources(c: Contents) -> Iterator[Row]:
    for one in c.catalogue.instruments.values():
        yield from ((one.id, source) for source in dict.fromkeys(one.sources))


def _announced(c: Contents) -> Iterator[Row]:
    for one in c.catalogue.instruments.values():
        if one.announced is None:
            continue
        derived = _joined(one.announced.derived)
        for kind in ("whole", "added", "deleted", "modified"):
            counts: Counts | None = getattr(one.announced, kind)
            if counts is not None:
                yield (
                    one.id,
                    kind,
                    counts.prohibited,
                    counts.restricted,
                    counts.total,
                    derived if kind == "whole" else None,
                )


def _editions(c: Contents) -> Iterator[Row]:
    for one in sorted(c.catalogue.editions.values(), key=lambda e: c.catalogue.place(e.id)):
        held = c.considered[one.id]
        yield (
            one.id, one.instrument.id, one.draft, one.effective, one.instrument.published, held["announced"], held["held"],
            held["published"], held["open"], held["not_held"], held["without_published_point"], one.complete, one.document,
        )  # fmt: skip


def _item_rows(c: Contents) -> Iterator[Row]:
    for name in _items(c):
        one = c.catalogue.pack.items[name]
        yield (
            one.id, one.control.value, *_both(one.name), one.name_certainty.value, one.english_certainty.value, one.english,
            one.name_is_description, one.division, *_both(one.industry),
            None if one.industry_certainty is None else one.industry_certainty.value, *_both(one.note),
        )  # fmt: skip


def _item_sources(c: Contents) -> Iterator[Row]:
    for name in _items(c):
        yield from ((name, source) for source in dict.fromkeys(c.catalogue.pack.items[name].sources))


def _listings(c: Contents) -> Iterator[Row]:
    for edition in c.editions:
        for one in c.listings(edition):
            place = one.official
            yield (
                edition.id, one.item.id, one.item.control.value, one.presence.value, one.certainty.value, one.code,
                None if one.code_certainty is None else one.code_certainty.value, *_both(one.name), one.name_certainty.value,
                *_both(one.industry), None if one.industry_certainty is None else one.industry_certainty.value,
                one.change, None if one.change_certainty is None else one.change_certainty.value,
                *_both(one.basis), *_both(one.code_basis), None if place is None else place.document,
            )  # fmt: skip


def _points(c: Contents) -> Iterator[Row]:
    for key, one in c.points.items():
        yield (
            key, one.item, one.number, one.certainty.value, one.certainty.value == "unconfirmed", one.zh or None, one.en or None,
            one.since, one.until, _joined(one.drafts), one.together, *_both(one.note),
            one.wording.document if isinstance(one, OfficialPoint) else None,
        )  # fmt: skip


def _point_editions(c: Contents) -> Iterator[Row]:
    for edition in c.editions:
        for listing in c.listings(edition):
            for place, point in enumerate(listing.points, start=1):
                yield edition.id, listing.item.id, c.key(point), place, point.certainty.value


def _point_sources(c: Contents) -> Iterator[Row]:
    for key, one in c.points.items():
        yield from ((key, source) for source in dict.fromkeys(one.sources))


def _terms(c: Contents) -> Iterator[Row]:
    for key, one in c.points.items():
        if isinstance(one, OfficialPoint) and not one.zh and not c.official_wording:
            continue  # phrases of the document itself
        for language, words in (("zh", one.terms_zh), ("en", one.terms_en)):
            for word in dict.fromkeys(words):
                yield key, language, word, word in one.terms_unconfirmed


def _parameters(c: Contents) -> Iterator[Row]:
    for key, one in c.points.items():
        for place, parameter in enumerate(one.parameters, start=1):
            value, low, high = parameter.value, None, None
            if isinstance(value, tuple):
                low, high = float(value[0]), float(value[1])
            elif not isinstance(value, str):
                low = float(value) if parameter.operator in ("≥", ">", "=") else None
                high = float(value) if parameter.operator in ("≤", "<", "=") else None
            shown = f"{value[0]}–{value[1]}" if isinstance(value, tuple) else str(value)
            yield key, place, *_both(parameter.name), parameter.operator, shown, low, high, parameter.unit, *_both(parameter.condition)  # fmt: skip


def _wording(c: Contents) -> Iterator[Row]:
    if not c.official_wording:
        return
    for key, one in c.points.items():
        if isinstance(one, OfficialPoint):
            said = one.wording
            yield key, said.text, said.document, said.page, said.line, said.machine, len(said.doubtful)


def _acts(c: Contents) -> Iterator[Row]:
    for instrument, acts in c.catalogue.released.acts.items():
        if c.edition is not None and instrument != c.edition.instrument.id:
            continue
        for one in acts.values():
            if c.kind == "pack" or one.item in _items(c):
                yield instrument, one.item, one.does, one.certainty.value, *_both(one.clause), *_both(one.basis)


def _act_sources(c: Contents) -> Iterator[Row]:
    for row in _acts(c):
        one = c.catalogue.released.acts[str(row[0])][str(row[1])]
        yield from ((row[0], row[1], source) for source in dict.fromkeys(one.sources))


def _statements(c: Contents) -> Iterator[Row]:
    wanted = {edition.id for edition in c.editions}
    for item in _items(c):
        for place, (edition, one) in enumerate(c.catalogue.statements(item), start=1):
            if edition not in wanted:
                continue
            value = one.value
            zh, en = _both(value) if isinstance(value, Texts) else (None, None)
            plain = None if isinstance(value, Texts) else str(value).lower() if isinstance(value, bool) else str(value)
            yield (
                item, place, edition, one.field, plain, zh, en, *_both(one.how), *_both(one.note), _joined(one.also_possible),
                one.contradicts, one.source,
            )  # fmt: skip


def _lineage(c: Contents) -> Iterator[Row]:
    items = set(_items(c))
    for one in c.catalogue.lineage:
        if {one.from_item, one.to_item} <= items:
            yield one.from_item, one.to_item, one.kind, one.certainty.value, one.instrument, *_both(one.basis)


def _lineage_sources(c: Contents) -> Iterator[Row]:
    items = set(_items(c))
    for one in c.catalogue.lineage:
        if {one.from_item, one.to_item} <= items:
            yield from ((one.from_item, one.to_item, source) for source in dict.fromkeys(one.sources))


def _conflicts(c: Contents) -> Iterator[Row]:
    items = set(_items(c))
    for one in c.catalogue.pack.conflicts:
        if c.kind == "pack" or items & set(one.items):
            yield one.id, *_both(one.about), _joined(one.items), _joined(one.editions)
    for edition in c.editions:
        for place, conflict in enumerate(edition.conflicts, start=1):
            said = conflict.said
            about = (said.zh, said.en) if said.id != "amendment_waits" else (WAITS.zh, WAITS.en)
            yield f"{edition.id}/{place}", *about, conflict.item or None, edition.id


def _glossary(c: Contents) -> Iterator[Row]:
    if c.glossary is not None:
        for place, one in enumerate(c.glossary.lines, start=1):
            item = one.point.partition("#")[0]
            yield (
                place,
                item,
                one.point if one.point in c.points else None,
                one.role,
                _joined(one.zh),
                _joined(one.en),
                one.why,
            )


def _near_misses(c: Contents) -> Iterator[Row]:
    if c.glossary is not None:
        for place, one in enumerate(c.glossary.near_misses, start=1):
            yield place, one.item, one.zh, one.en, _joined(one.cues_zh), _joined(one.cues_en), one.why


def _manners(c: Contents) -> Iterator[Row]:
    if c.glossary is not None:
        for place, one in enumerate(c.glossary.manners, start=1):
            yield place, one.manner, _joined(one.zh), _joined(one.en), one.why


def _parameter_words(c: Contents) -> Iterator[Row]:
    if c.glossary is not None:
        for place, one in enumerate(c.glossary.parameter_words, start=1):
            yield place, one.parameter, _joined(one.zh), _joined(one.en), one.why


def _addresses(c: Contents) -> Iterator[Row]:
    for one in c.catalogue.released.addresses:
        yield one.id, one.instrument, one.address, one.media, one.described.zh, one.described.en, one.certainty.value


def _law(c: Contents) -> Iterator[Row]:
    for one in () if c.law is None else c.law.instruments.values():
        yield one.id, one.family, one.name.zh, one.name.en, one.version.zh, one.version.en, one.since, one.until, one.mark.value, one.source  # fmt: skip


def _provisions(c: Contents) -> Iterator[Row]:
    for one in () if c.law is None else c.law.provisions.values():
        yield one.id, one.instrument, one.article, one.mark.value, one.rule, one.says.zh, one.says.en


def code_certainty(
    c: Contents, change: Json, side: Literal["from", "to"], difference: Json | None = None
) -> str | None:
    """How the code of a changed item is known in one of the two editions."""
    compared = difference or c.difference
    assert compared is not None
    item = change["item"] if side == "from" else change["to_item"] or change["item"]
    listing = c.catalogue.editions[compared[side]["edition"]].listings.get(item)
    return None if listing is None or listing.code_certainty is None else listing.code_certainty.value


# ---- two editions compared -------------------------------------------------------------------------------------------


def _changes(c: Contents) -> Iterator[Row]:
    assert c.difference is not None
    for one in c.difference["changes"]:
        yield (
            one["item"], one["class"], one["certainty"], one["control"], *_both(one["name"]), one["to_item"], one["code_before"],
            code_certainty(c, one, "from"), one["code_after"], code_certainty(c, one, "to"), one["presence_before"], one["presence_after"], one["substantive"],
        )  # fmt: skip


def _changed_points(c: Contents) -> Iterator[Row]:
    assert c.difference is not None
    documents = [c.catalogue.editions[c.difference[side]["edition"]].document for side in ("from", "to")]
    for one in c.difference["changes"]:
        for place, p in enumerate(one["points"], start=1):
            whose = (p["words_before"], p["words"] if p["after"] else None)
            before, after = (d if of == "official" else None for d, of in zip(documents, whose, strict=True))
            reasons = [(r["zh"], r["en"]) for r in p["reasons"]]
            yield (
                one["item"], place, p["number"], p["number_before"], p["does"], p["kind"], p["certainty"], *whose,
                *_both(p["before"]), *_both(p["after"]), "；".join(zh for zh, _ in reasons) or None, _joined(en for _, en in reasons), before, after,
            )  # fmt: skip


def _changed_parameters(c: Contents) -> Iterator[Row]:
    assert c.difference is not None
    for one in c.difference["changes"]:
        for place, p in enumerate(one["points"], start=1):
            number = 0
            for limits in p["parameters"]:
                for side in ("before", "after"):
                    for limit in limits[side]:
                        number += 1
                        value = limit["value"]
                        shown = f"{value[0]}–{value[1]}" if isinstance(value, list | tuple) else str(value)
                        yield one["item"], place, number, side, *_both(limit["name"]), limit["operator"], shown, limit["unit"], *_both(limit["condition"])  # fmt: skip


def _steps(c: Contents) -> Iterator[Row]:
    assert c.difference is not None
    for one in c.difference["changes"]:
        for place, step in enumerate(one["by"], start=1):
            printed = _joined(step["official_clauses"])
            yield (
                one["item"],
                place,
                step["instrument"],
                step["does"],
                step["certainty"],
                *_both(step["clause"]),
                printed,
            )


# ---- the tables, those that others refer to first --------------------------------------------------------------------


_TABLES: tuple[_Of, ...] = (
    _Of("sources", "ped", Bilingual("来源", "Sources"), Bilingual("事实的出处", "where facts were read"), "id address described", "id", _source_rows),
    _Of("instruments", "ped", Bilingual("文书", "Instruments"), Bilingual("公告、征求意见稿与相邻措施，及其在该日的效力", "announcements, drafts and neighbouring measures, with their standing on the day"), "id family title_zh title_en title_certainty issuers_zh issuers_en published published_certainty effective effective_certainty draft draft_of comment_deadline amends repeals repealed_on repealed_by own_term_ends suspended_from suspended_to suspended_by standing standing_certainty applies because_zh because_en note_zh note_en", "id", _instruments),
    _Of("instrument_sources", "ped", Bilingual("文书的来源", "Sources of instruments"), Bilingual("哪些来源说明该文书", "which sources tell of an instrument"), "instrument>instruments source>sources", "instrument source", _instrument_sources),
    _Of("announced", "ped", Bilingual("公告数目", "Announced counts"), Bilingual("文书或其发布稿公布的项数", "the numbers that an instrument or its press notice announces"), "instrument>instruments kind prohibited restricted total note", "instrument kind", _announced),
    _Of("editions", "ped", Bilingual("版本", "Editions"), Bilingual("目录各版本与征求意见稿，及其收录情况", "editions of the Catalogue and drafts, and how much of each is held"), "id instrument>instruments draft effective published announced held published_items open not_held without_published_point complete document", "id", _editions),
    _Of("items", "ped", Bilingual("条目", "Items"), Bilingual("跨版本跟踪的技术条目", "technologies followed through every edition"), "id control name_zh name_en name_certainty english_certainty english name_is_description division industry_zh industry_en industry_certainty note_zh note_en", "id", _item_rows),
    _Of("item_sources", "ped", Bilingual("条目的来源", "Sources of items"), Bilingual("哪些来源说明该条目", "which sources tell of an item"), "item>items source>sources", "item source", _item_sources),
    _Of("listings", "pe", Bilingual("各版本条目", "Listings"), Bilingual("条目在某一版本中的状态", "an item as one edition lists it"), "edition>editions item>items control presence certainty code code_certainty name_zh name_en name_certainty industry_zh industry_en industry_certainty change change_certainty basis_zh basis_en code_basis_zh code_basis_en document", "edition item", _listings),
    _Of("points", "pe", Bilingual("控制要点", "Control points"), Bilingual("自拟表述的控制要点；未确认者为主题", "control points in our own words; unconfirmed ones are topics"), "id item>items number certainty topic text_zh text_en since>editions until>editions draft_of together note_zh note_en document", "id", _points),
    _Of("point_editions", "pe", Bilingual("各版本要点", "Points of editions"), Bilingual("要点见于哪些版本", "which points stand in which edition"), "edition>editions item>items point>points place certainty", "edition point", _point_editions),
    _Of("point_sources", "pe", Bilingual("要点的来源", "Sources of points"), Bilingual("哪些来源说明该要点", "which sources tell of a point"), "point>points source>sources", "point source", _point_sources),
    _Of("terms", "pe", Bilingual("要点用语", "Terms of points"), Bilingual("要点的专业用语", "terms of art of a point"), "point>points language term unconfirmed", "point language term", _terms),
    _Of("parameters", "pe", Bilingual("参数", "Parameters"), Bilingual("要点的技术参数，按来源所述", "technical parameters of a point, as a source states them"), "point>points place name_zh name_en operator value value_low value_high unit condition_zh condition_en", "point place", _parameters),
    _Of("official_wording", "pe", Bilingual("官方文字", "Official wording"), Bilingual("使用者所导入文件中的原文；文件以摘要标明", "the wording of documents that the user imported; each document is named by its digest"), "point>points text document page line read_by_machine to_confirm", "point", _wording),
    _Of("acts", "pe", Bilingual("文书的变动", "Acts"), Bilingual("文书对条目作了什么", "what an instrument does to an item"), "instrument>instruments item>items act certainty clause_zh clause_en basis_zh basis_en", "instrument item", _acts),
    _Of("act_sources", "pe", Bilingual("变动的来源", "Sources of acts"), Bilingual("哪些来源说明该变动", "which sources tell of an act"), "instrument>instruments item>items source>sources", "instrument item source", _act_sources),
    _Of("sightings", "pe", Bilingual("来源所述", "Sightings"), Bilingual("某来源就某条目所作的陈述", "what one source says of an item in an edition"), "item>items place edition>editions field value value_zh value_en how_zh how_en note_zh note_en also_possible contradicts source>sources", "item place", _statements),
    _Of("lineage", "pe", Bilingual("延续关系", "Lineage"), Bilingual("条目之间的延续、拆分、合并", "items that continue, split or join others"), "from_item>items to_item>items kind certainty instrument>instruments basis_zh basis_en", "from_item to_item", _lineage),
    _Of("lineage_sources", "pe", Bilingual("延续的来源", "Sources of lineage"), Bilingual("哪些来源说明该延续", "which sources tell of it"), "from_item>items to_item>items source>sources", "from_item to_item source", _lineage_sources),
    _Of("conflicts", "pe", Bilingual("矛盾", "Conflicts"), Bilingual("不能同时为真的来源，均予保留", "sources that cannot both be right, both kept"), "id about_zh about_en item edition", "id", _conflicts),
    _Of("divisions", "p", Bilingual("行业大类", "Industry divisions"), Bilingual("国民经济行业分类的大类", "divisions of the national industry classification"), "standard number name_zh name_en", "standard number", lambda c: ((d.standard, d.number, d.name.zh, d.name.en) for d in c.catalogue.pack.divisions.values())),
    _Of("addresses", "p", Bilingual("官方网址", "Official addresses"), Bilingual("据称载有官方文本的网址", "where official texts are said to stand"), "id instrument>instruments address media described_zh described_en certainty", "id", _addresses),
    _Of("corrections", "p", Bilingual("更正", "Corrections"), Bilingual("我方对所收集数据的更正及理由", "changes of ours to gathered rows, with the reason"), "id table column field was becomes why", "id", lambda c: ((r.id, r.file, r.key, r.field, r.was, r.becomes, r.why) for r in c.catalogue.pack.corrections)),
    _Of("glossary", "p", Bilingual("词汇", "Glossary"), Bilingual("行业用语，供筛查", "words of the trade, for screening"), "place item>items point>points role words_zh words_en why", "place", _glossary),
    _Of("near_misses", "p", Bilingual("近似而非", "Near misses"), Bilingual("用语相同而不属该条目的主题", "subjects that share words with an item and are not it"), "place item>items text_zh text_en cues_zh cues_en why", "place", _near_misses),
    _Of("manners", "p", Bilingual("说法", "Manners of speaking"), Bilingual("文本谈及事物的方式", "in what manner a text speaks of a thing"), "place manner words_zh words_en why", "place", _manners),
    _Of("parameter_words", "p", Bilingual("参数写法", "Spellings of parameters"), Bilingual("行业对参数名称的写法", "how the trade writes the name of a parameter"), "place parameter words_zh words_en why", "place", _parameter_words),
    _Of("law", "p", Bilingual("法律法规", "Laws and rules"), Bilingual("所引法律法规的版本", "the versions of laws and rules that are cited"), "id family name_zh name_en version_zh version_en since_day until_day mark described", "id", _law),
    _Of("provisions", "p", Bilingual("条文", "Provisions"), Bilingual("条文所据之义，自拟表述", "what an article is relied on for, in our own words"), "id instrument>law article mark rule says_zh says_en", "id", _provisions),
    _Of("changes", "d", Bilingual("变动", "Changes"), Bilingual("两个版本之间条目的变动", "what became of each item between two editions"), "item>items class certainty control name_zh name_en to_item>items code_before code_before_certainty code_after code_after_certainty presence_before presence_after substantive", "item", _changes),
    _Of("changed_points", "d", Bilingual("要点变动", "Changed points"), Bilingual("两个版本之间要点的变动", "points that changed between two editions"), "item>items place number number_before does substance certainty words_before words_after before_zh before_en after_zh after_en because_zh because_en document_before document_after", "item place", _changed_points),
    _Of("changed_parameters", "d", Bilingual("参数变动", "Changed parameters"), Bilingual("要点变动涉及的参数", "parameters of changed points"), "item>items point_place place side name_zh name_en operator value unit condition_zh condition_en", "item point_place place", _changed_parameters),
    _Of("steps", "d", Bilingual("变动步骤", "Steps"), Bilingual("其间各文书作了什么", "what each instrument between the two did"), "item>items place instrument>instruments does certainty clause_zh clause_en clause", "item place", _steps),
)  # fmt: skip


def as_json(value: Cell) -> str | int | float | bool | None:
    """A cell as JSON has it: a day is a text."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def line(table: Table, row: Row) -> str:
    """A row as one line of JSON, its keys in the order of the columns."""
    named = {column.name: as_json(cell) for column, cell in zip(table.columns, row, strict=True)}
    return json.dumps(named, ensure_ascii=False, separators=(",", ":"))
