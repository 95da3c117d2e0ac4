"""Editions and comparisons as Markdown, one readable file each, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from mulu.catalogue.editions import Edition, Listing
from mulu.catalogue.records import OfficialPoint, Point
from mulu.reports.exports.contents import BEYOND, MARKS, WITHHELD, Contents, marked
from mulu.reports.exports.tables import Table, code_certainty
from mulu.vocabulary import Control, Presence, point_called

Json = dict[str, Any]
_CLASSES = {
    "added": "新增 Added", "deleted": "删除 Deleted", "moved": "移动 Moved", "modified": "修改 Modified",
    "renumbered": "改编号 Renumbered", "unchanged": "未变 Unchanged", "not known": "不明 Not known",
}  # fmt: skip

_SIDES: tuple[tuple[str, Literal["from", "to"]], ...] = (("code_before", "from"), ("code_after", "to"))


def markdown(contents: Contents, _: Sequence[Table]) -> Iterator[tuple[str, bytes]]:
    """A file an edition and a file a comparison."""
    if contents.difference is not None:
        yield f"{_file(contents.difference)}.md", _comparison(contents, contents.difference)
        return
    for edition in contents.editions:
        yield f"{edition.id}.md", _edition(contents, edition)
    for one in contents.differences:
        yield f"{_file(one)}.md", _comparison(contents, one)


def _file(difference: Json) -> str:
    return f"{difference['from']['edition']}..{difference['to']['edition']}"


def _plain(text: str | None) -> str:
    """A text as Markdown shows it, letter for letter, on one line."""
    escaped = re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", (text or "").replace("\n", " "))
    return re.sub(r"^([-+]|[0-9]+[.)])(?=\s)", r"\\\1", escaped)


def _head(contents: Contents, title: str) -> list[str]:
    lines = [
        f"# {title}",
        "",
        f"数据 data **{contents.catalogue.version}** · 日期 day **{contents.on}** · 来源核查至 sources checked up to {contents.catalogue.known_to}",
        "",
    ]
    for note in contents.notes:
        lines += [
            f"> {'**' if note is BEYOND else ''}{note.zh}{'**' if note is BEYOND else ''}",
            ">",
            f"> {note.en}",
            "",
        ]
    lines += [" · ".join(f"{marked(mark)}: {MARKS[mark][2].zh}, {MARKS[mark][2].en}" for mark in MARKS), ""]
    return lines


def _edition(contents: Contents, edition: Edition) -> bytes:
    title = (
        f"目录征求意见稿 Draft of the Catalogue {edition.id.removeprefix('draft-')}"
        if edition.draft
        else f"目录 Catalogue {edition.id}"
    )
    lines = _head(contents, title)
    if edition.draft:
        lines += ["**征求意见稿，从未施行。 A draft, never in force.**", ""]
    else:
        lines += [f"施行 effective {edition.effective}", ""]
    held = contents.considered[edition.id]

    def number(key: str) -> str:
        return "–" if held[key] is None else str(held[key])

    lines += [
        "| 公告 announced | 收录为在列 held as listed | 已公布 published | 存疑 open | 未收录 not held | 无已公布要点 without a published point |",
        "|--:|--:|--:|--:|--:|--:|",
        "| " + " | ".join(number(key) for key in ("announced", "held", "published", "open", "not_held", "without_published_point")) + " |",
        "",
    ]  # fmt: skip
    sources: dict[str, None] = {}
    for control in Control:
        of = [one for one in edition.listings.values() if one.item.control is control and one.presence is not Presence.ABSENT]  # fmt: skip
        lines += [f"## {control.name_in.zh} {control.name_in.en.capitalize()} ({len(of)})", ""]
        for listing in of:
            lines += _item(contents, listing, sources)
    lines += ["## 来源 Sources", ""]
    for name in sorted(sources):
        one = contents.catalogue.pack.sources[name]
        address = f" <{one.address}>" if one.address and re.match(r"https?://\S+$", one.address) else ""
        lines.append(f"- `{name}` {_plain(one.described)}{address}")
    return ("\n".join(lines) + "\n").encode()


def _item(contents: Contents, listing: Listing, sources: dict[str, None]) -> list[str]:
    name = " ".join(_plain(text) for text in (listing.name.zh, listing.name.en) if text)
    code = "编号未知 code not known"
    if listing.code is not None:
        code = f"{listing.code} {marked(listing.code_certainty or 'unconfirmed')}"
    lines = [
        f"### {name}",
        "",
        f"`{listing.item.id}` · {code} · {'**存疑 OPEN** · ' if listing.presence is Presence.OPEN else ''}在列 listed: {marked(listing.certainty)}",
        "",
    ]
    for point in listing.points:
        lines += _point(contents, point, sources)
    if not listing.points:
        lines += [
            "未收录任何控制要点（不等于没有）。 No control point is held (which does not mean that there is none).",
            "",
        ]
    lines += [f"来源 sources: {_named(listing.item.sources, sources)}", ""]
    return lines


def _named(names: Sequence[str], sources: dict[str, None]) -> str:
    sources |= dict.fromkeys(names)
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names)) or "**无 none**"


def _called(number: str) -> str:
    called = point_called(number)
    return called.zh if called.zh == called.en else f"{called.zh} {called.en}"


def _point(contents: Contents, point: Point, sources: dict[str, None]) -> list[str]:
    topic = "主题 topic, " if point.certainty == "unconfirmed" else ""
    zh, en = (point.zh, point.en) if point.zh or point.en else (WITHHELD.zh, WITHHELD.en)
    lines = [f"- **{_called(point.number)}** ({topic}{marked(point.certainty)}) {_plain(zh)}  ", f"  {_plain(en)}"]
    if isinstance(point, OfficialPoint) and contents.official_wording:
        words = point.wording
        lines[-1] += "  "
        lines.append(f"  官方文字 official wording (SHA-256 {words.document}, p. {words.page}): {_plain(words.text)}")
    for parameter in point.parameters:
        value = parameter.value
        shown = f"{value[0]}–{value[1]}" if isinstance(value, tuple) else str(value)
        when = (
            ""
            if parameter.condition is None
            else f" ({_plain(parameter.condition.zh)} / {_plain(parameter.condition.en)})"
        )
        lines.append(f"  - {_plain(parameter.name.zh)} {_plain(parameter.name.en)} {_plain(parameter.operator)} {_plain(shown)} {_plain(parameter.unit)}{when}")  # fmt: skip
    if point.sources:
        lines.append(f"  - 来源 sources: {_named(point.sources, sources)}")
    return [*lines, ""]


def _comparison(contents: Contents, difference: Json) -> bytes:
    before, after = difference["from"]["edition"], difference["to"]["edition"]
    lines = _head(contents, f"{before} → {after}")
    if difference["if_adopted"]:
        lines += ["**征求意见稿，从未施行：如获通过的变动。 A draft, never in force: what would change if it were adopted.**", ""]  # fmt: skip
    counts, announced = difference["counts"], difference["announced"] or {}
    lines += ["| 变动 change | 收录 held | 公告 announced |", "|---|--:|--:|"]
    for kind, word in _CLASSES.items():
        if counts[kind]:
            lines.append(f"| {word} | {counts[kind]} | {announced.get(kind, {}).get('announced', '–')} |")
    lines.append("")
    for kind, word in _CLASSES.items():
        of = [one for one in difference["changes"] if one["class"] == kind]
        if not of:
            continue
        lines += [f"## {word} ({len(of)})", ""]
        if kind in ("unchanged", "not known"):
            lines += ["、".join(f"`{one['item']}` {_plain(one['name']['zh'])}" for one in of), ""]
            continue
        for one in of:
            lines += _change(contents, difference, one)
    return ("\n".join(lines) + "\n").encode()


def _change(contents: Contents, difference: Json, one: Json) -> list[str]:
    name = " ".join(_plain(one["name"][language]) for language in ("zh", "en") if one["name"][language])
    codes = " → ".join(
        dict.fromkeys(
            f"{one[key]} {marked(code_certainty(contents, one, side, difference) or 'unconfirmed')}"
            for key, side in _SIDES
            if one[key]
        )
    )
    lines = [f"### {name}", "", f"`{one['item']}`{f' · {codes}' if codes else ''} · {marked(one['certainty'])}{' · **实质修改 substantive**' if one['substantive'] else ''}", ""]  # fmt: skip
    if one["to_item"]:
        lines += [f"→ `{one['to_item']}`", ""]
    for point in one["points"]:
        lines.append(f"- **{_called(point['number'])}** {marked(point['certainty'])}")
        for side, sign in (("before", "−"), ("after", "+")):
            if point[side] is not None:
                lines.append(f"  - {sign} {_plain(point[side]['zh'])} / {_plain(point[side]['en'])}")
        lines += [f"  - {_plain(why['zh'])} / {_plain(why['en'])}" for why in point["reasons"]]
    return [*lines, ""]
