"""The course of a case as a drawing: what happened on which day, where it stands, what is due. SVG, readable by programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mulu.reports.drawing import FONTS, INK, LINE, SOFT, Drawing, cut, plain, said
from mulu.reports.words import NOTICE
from mulu.vocabulary import Language

Json = dict[str, Any]
_WIDE, _ROW, _LEFT = 760, 34, 118
_DUE, _LATE = "#7a5200", "#9c1c1c"


@dataclass(frozen=True, slots=True)
class _Station:
    day: str
    title: Json
    under: Json
    kind: str  # opened, event, here, due, late


def timeline(case: Json, language: Language | None) -> Drawing:
    """The drawing in one language, or in both where `language` is None."""
    stations = _stations(case)
    double = language is None
    row = _ROW + 16 if double else _ROW
    high = 80 + row * len(stations)
    named = said({"zh": f"{case['case']} 的经过", "en": f"Course of {case['case']}"}, language)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" width="{_WIDE}" height="{high}" role="img"'
        f' aria-labelledby="t d" lang="{"zh-CN" if language is not Language.EN else "en"}" font-family="{FONTS}">',
        f'<title id="t">{plain(named)}</title>',
        f'<desc id="d">{plain("; ".join(_words(one, language) for one in stations))}</desc>',
        f'<rect width="{_WIDE}" height="{high}" fill="#ffffff"/>',
        f'<text x="14" y="26" font-size="15" fill="{INK}">{plain(cut(case["case"] + "  " + case["title"], 84))}</text>',
    ]
    first, last = 56, 56 + row * (len(stations) - 1)
    parts.append(f'<line x1="{_LEFT}" y1="{first}" x2="{_LEFT}" y2="{last}" stroke="{LINE}" stroke-width="2"/>')
    for n, one in enumerate(stations):
        y = 56 + n * row
        colour = {"due": _DUE, "late": _LATE}.get(one.kind, INK)
        parts.append(
            f'<text x="{_LEFT - 16}" y="{y + 4}" font-size="12" text-anchor="end" fill="{colour}">{plain(one.day)}</text>'
        )
        if one.kind in ("due", "late"):  # a shape of its own, so that colour alone carries nothing
            parts.append(
                f'<rect x="{_LEFT - 6}" y="{y - 6}" width="12" height="12" transform="rotate(45 {_LEFT} {y})" fill="#ffffff" stroke="{colour}" stroke-width="2"/>'
            )
        else:
            fill = colour if one.kind != "event" else "#ffffff"
            parts.append(f'<circle cx="{_LEFT}" cy="{y}" r="6" fill="{fill}" stroke="{colour}" stroke-width="2"/>')
        lines = [language] if language is not None else [Language.ZH, Language.EN]
        for k, each in enumerate(lines):
            title, under = one.title[each.value], one.under[each.value]
            tail = f'<tspan dx="10" fill="{SOFT}" font-size="11">{plain(cut(under, 54))}</tspan>' if under else ""
            parts.append(
                f'<text x="{_LEFT + 18}" y="{y + 4 + 16 * k}" font-size="12.5" fill="{colour}">{plain(cut(title, 70))}{tail}</text>'
            )
    notice = said({"zh": NOTICE.zh, "en": NOTICE.en}, language)
    parts.append(f'<text x="14" y="{high - 12}" font-size="10.5" fill="{SOFT}">{plain(notice)}</text>')
    parts.append("</svg>")
    return Drawing("\n".join(parts), "; ".join(_words(one, language) for one in stations))


def _stations(case: Json) -> list[_Station]:
    none = {"zh": "", "en": ""}
    found = [_Station(case["opened"], {"zh": "立案", "en": "case opened"}, none, "opened")]
    for one in case["history"]:
        moved = none
        if one["before"] != one["after"]:
            moved = {"zh": f"→ {one['went_to']['zh']}", "en": f"→ {one['went_to']['en']}"}
        found.append(_Station(one["day"], one["says"], moved, "event"))
    here = case["name"]
    found.append(_Station(case["on"], {"zh": f"现处于：{here['zh']}", "en": f"stands at: {here['en']}"}, none, "here"))
    for one in sorted(case["due"], key=lambda due: due["day"] or "9999"):
        doubt = {"zh": "暂定", "en": "provisional"} if one["provisional"] else none
        promptly = {"zh": "及时", "en": "promptly"}
        says = {
            key: ("已过期：" if key == "zh" else "passed: ") + one["says"][key] if one["late"] else one["says"][key]
            for key in ("zh", "en")
        }
        found.append(
            _Station(
                one["day"] or "—", says, promptly if one["day"] is None else doubt, "late" if one["late"] else "due"
            )
        )
    return found


def _words(one: _Station, language: Language | None) -> str:
    title, under = said(one.title, language), said(one.under, language)
    return f"{one.day} {title}{f' ({under})' if under else ''}"
