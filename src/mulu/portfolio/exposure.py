"""What of a portfolio the Catalogue may touch: how an exposure is counted, filtered and told.

Counted is what screening put forward: a record under an item from the operating point on. It is a candidate and no finding
that the item applies. Each is told with two certainties: how sure it is that the item stands in the edition of the record's
day, and how well the control point is known that speaks loudest. The counting itself is a matter of the store, which knows the
table; here stands what the counts mean.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from mulu.catalogue.editions import Catalogue, Edition
from mulu.catalogue.pack import point_keys
from mulu.errors import Misused
from mulu.portfolio.countries import code_names, country_of, may_be
from mulu.vocabulary import Bilingual, Certainty, Control, Presence, Said

Json = dict[str, Any]
Grain = Literal["day", "month", "year"]
NONE: Final = "-"  # a filter's word for records that do not say it
STATES: Final = ("open", "raised again", "answered", "concerns", "does-not")
CERTAINTIES: Final = tuple(one.value for one in reversed(Certainty))
_DAYS_BY_DAY, _DAYS_BY_MONTH = 62, 1100  # a time longer than this is told by the month, or by the year
_COLUMNS, _FEW_COLUMNS = 16, 8  # countries or owners of a heat map, and countries of the table of industries


class Filters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which records and exposures are counted; all that is given must hold. `-` asks for records that do not say it.

    Conditions on an exposure (from `item` to `score_from`) must hold of the same one. `once` counts a family, and the
    same text under several ids, as one record.
    """

    query: str | None = None  # words in the text, the title or the id
    country: str | None = None  # ISO code, or a name of the country
    owner: str | None = None
    kind: str | None = None
    since: datetime.date | None = None  # of the record's own day
    until: datetime.date | None = None
    run: int | None = None  # records that this run saw
    item: str | None = None
    industry: str | None = None  # division of GB/T 4754
    control: str | None = None
    certainty: str | None = None  # of the listing
    point: str | None = None  # certainty of the control point, or `-`: no point of the item is known
    state: str | None = None
    score_from: int | None = None  # thousandths
    once: bool = False

    @property
    def of_exposures(self) -> bool:
        """Whether anything is asked of an exposure, so that records without one are left out."""
        asked = (self.item, self.industry, self.control, self.certainty, self.point, self.state, self.score_from)
        return any(one is not None for one in asked)


class WrongFilter(Misused):
    """A filter that can hold of nothing, because no such value exists."""

    def __init__(self, name: str, value: str, known: Sequence[str]) -> None:
        super().__init__(
            Said(
                "portfolio_filter",
                f"筛选 `{name}` 没有 {value!r} 这个值；可用：{'、'.join(known)}。",
                f"`{name}` has no value {value!r}; there are: {', '.join(known)}.",
            )
        )


def checked(filters: Filters, catalogue: Catalogue) -> Filters:
    """The filters with an item's code as its id. Raises WrongFilter, Unknown."""
    divisions = sorted({one.division for one in catalogue.pack.items.values() if one.division})
    for name, value, known in (
        ("control", filters.control, [one.value for one in Control]),
        ("certainty", filters.certainty, CERTAINTIES),
        ("point", filters.point, [*CERTAINTIES, NONE]),
        ("state", filters.state, STATES),
        ("industry", filters.industry, [*divisions, NONE]),
    ):
        if value is not None and value not in known:
            raise WrongFilter(name, value, known)
    if filters.since is not None and filters.until is not None and filters.since > filters.until:
        raise Misused(
            Said(
                "days_turned",
                f"`since`（{filters.since}）晚于 `until`（{filters.until}）。",
                f"`since` ({filters.since}) is after `until` ({filters.until}).",
            )
        )
    country = filters.country
    if country is not None and country != NONE and (country := country_of(country)) is None:
        if codes := may_be(str(filters.country)):
            raise Misused(
                Said(
                    "which_country",
                    f"`country` {filters.country!r} 可指 {'、'.join(codes)}。请写 ISO 代码。",
                    f"`country` {filters.country!r} may be {' or '.join(codes)}. Give the ISO code.",
                )
            )
        raise Misused(
            Said(
                "no_country",
                f"`country` {filters.country!r} 不是已知的国家或地区。请写 ISO 代码或名称，如 DE、德国；未写明的用 `-`。",
                f"`country` {filters.country!r} is no country or region that is known. Give its ISO code or name, such as DE or "
                "Germany; `-` for records that name none.",
            )
        )
    item = None if filters.item is None else catalogue.find(filters.item)[0].id
    return msgspec.structs.replace(filters, item=item, country=country)


@dataclass(frozen=True, slots=True)
class Stood:
    """An item as an edition lists it, with the certainty of each of its control points by key."""

    edition: str
    item: str
    division: str | None
    control: str
    presence: str
    certainty: str
    points: Mapping[str, str]


def stood(catalogue: Catalogue, editions: Iterable[str]) -> list[Stood]:
    """Every item of some editions. A point that a later edition shows first counts as unconfirmed: it may not have stood."""
    made = []
    for name in editions:
        edition = catalogue.editions[name]
        for listing in edition.listings.values():
            if listing.presence is Presence.ABSENT:
                continue
            of = catalogue.pack.points.get(listing.item.id, ())
            points = {
                key: Certainty.UNCONFIRMED.value
                for point in catalogue.possible_points(edition, listing.item.id)
                for key in point_keys(point, of)
            }
            points |= {key: point.certainty.value for point in listing.points for key in point_keys(point, of)}
            made.append(
                Stood(
                    name,
                    listing.item.id,
                    listing.item.division,
                    listing.item.control.value,
                    listing.presence.value,
                    listing.certainty.value,
                    points,
                )
            )
    return made


# ---- names ---------------------------------------------------------------------------------------------------------


def item_said(catalogue: Catalogue, edition: Edition, item: str) -> Json:
    """An item as the edition lists it, or as the last one that had it."""
    listing = edition.listings.get(item)
    known = catalogue.pack.items[item]
    name = known.name if listing is None else listing.name
    return {
        "item": item,
        "code": None if listing is None else listing.code,
        "code_certainty": None if listing is None or listing.code_certainty is None else listing.code_certainty.value,
        "name": {"zh": name.zh, "en": name.en},
        "name_certainty": None if listing is None else listing.name_certainty.value,
        "control": known.control.value,
        "presence": "absent" if listing is None else listing.presence.value,
        "certainty": None if listing is None else listing.certainty.value,
        "industry": known.division,
    }


def drafts_said(catalogue: Catalogue, editions: Iterable[tuple[str, int]], on: datetime.date) -> list[Json]:
    """The drafts among the editions that answered some records, with how many each answered, and the time for comments as of a day.

    A draft was never in force.
    """
    made: list[Json] = []
    for name, records in editions:
        edition = catalogue.editions.get(name)
        if edition is None or not edition.draft:
            continue
        one = edition.instrument
        made.append(
            {
                "draft": name,
                "title": {"zh": one.title.zh, "en": one.title.en},
                "published": one.published,
                **catalogue.draft_on(one, on),
                "records": records,
            }
        )
    return made


def draft_told(one: Json) -> Said:
    """What must be said wherever records are shown that a draft answered; `one` is of `drafts_said`."""
    count, name, comments = f"{one['records']:,}", one["draft"], one["comments"]
    were = ("record was", "it") if one["records"] == 1 else ("records were", "them")
    return Said(
        "answered_by_a_draft",
        f"{count} 条记录与征求意见稿 {name} 比较，该稿从未施行：所示为如获通过的结果，并非其日期所适用目录下的结果。{comments['zh']}"
        "不指定征求意见稿再次筛查，即按其日期的目录作答。",
        f"{count} {were[0]} compared with the draft {name}, which was never in force: what is shown of {were[1]} would hold if it were "
        f"adopted, and is not by the Catalogue of its day. {comments['en']} Screened again without a draft, the answer is by the edition "
        "of that day.",
    )


def industry_said(catalogue: Catalogue, division: str | None) -> Json:
    """A division of GB/T 4754-2017 by its number; items of which none is known stand together."""
    if division is None:
        return {"industry": NONE, "zh": "行业未知", "en": "industry not known"}
    held = catalogue.pack.divisions.get(("GB/T 4754-2017", division))
    if held is not None:
        return {"industry": division, "zh": held.name.zh, "en": held.name.en or division}
    of = next(one.industry for one in catalogue.pack.items.values() if one.division == division and one.industry)
    return {"industry": division, "zh": of.zh, "en": of.en}


_LONGER = {
    "CN": "中国", "HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾", "SA": "沙特阿拉伯", "CD": "刚果（金）", "BD": "孟加拉国",
    "KY": "开曼群岛", "VG": "英属维尔京群岛",
}  # fmt: skip
_SHORTER = {
    "GB": "United Kingdom", "KR": "South Korea", "KP": "North Korea", "CD": "Congo (Kinshasa)", "VG": "British Virgin Islands",
}  # fmt: skip


def country_said(code: str | None) -> Bilingual:
    """A country or region by its ISO code; one whose Chinese name is not held goes by its English one."""
    if code is None or code == NONE:
        return Bilingual("未写明或未识别", "not stated or not recognised")
    from mulu.screening.contracts import place_names

    english = _SHORTER.get(code) or code_names().get(code, code)
    return Bilingual(_LONGER.get(code) or place_names().get(code) or english, english)


# ---- the course of time --------------------------------------------------------------------------------------------


def grain_of(first: str | None, last: str | None) -> Grain:
    """Whether days are told one by one, by the month or by the year."""
    if first is None or last is None:
        return "year"
    length = (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days
    return "day" if length <= _DAYS_BY_DAY else "month" if length <= _DAYS_BY_MONTH else "year"


LENGTH: Final[Mapping[Grain, int]] = {"day": 10, "month": 7, "year": 4}  # characters of a day that say its time


def every(grain: Grain, first: str, last: str) -> list[str]:
    """Every day, month or year from the first to the last, also those of which there is nothing."""
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    if grain == "year":
        return [str(year) for year in range(start.year, end.year + 1)]
    if grain == "month":
        months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
        return [f"{n // 12:04}-{n % 12 + 1:02}" for n in months]
    return [(start + datetime.timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]


# ---- the funnel ----------------------------------------------------------------------------------------------------

REFUSED_FOR_LANGUAGE: Final = ("neither_language",)
_STEPS: Final[Mapping[str, Bilingual]] = {
    "rows": Bilingual("收到的行", "rows that came in"),
    "records": Bilingual("记录", "records"),
    "compared": Bilingual("以中文或英文比较", "compared, in Chinese or English"),
    "flagged": Bilingual("标记为候选", "flagged: a candidate"),
    "judged": Bilingual("已有人判断（至少一项）", "answered by a person, one candidate at least"),
    "concerns": Bilingual("判断为相关", "answered: it concerns"),
    "in_case": Bilingual("已列入案件", "in a case"),
    "determined": Bilingual("案件已签署判定", "its case is determined and signed"),
}
_LOST: Final[Mapping[str, Bilingual]] = {
    "repeated": Bilingual("同编号同内容重复", "the same row again under the same id"),
    "refused": Bilingual("拒收：缺文本、日期等", "refused: no text, no day and the like"),
    "language": Bilingual("拒收：非中文或英文", "refused: neither Chinese nor English"),
    "came_again": Bilingual("后续批次再次收到，或已被新版本取代", "came in again with a later run, or a newer version is held"),
    "filtered": Bilingual("不符合筛选条件", "not within the filters"),
    "together": Bilingual("同族或同文，合并计一", "of the same family or text, counted as one"),
    "not_flagged": Bilingual("无候选达到标记线（不等于不在目录内）", "no candidate reaches the operating point (which is not: not listed)"),
    "unanswered": Bilingual("尚待判断", "not answered yet"),
    "does_not": Bilingual("判断为不相关或仍存疑", "answered: it does not concern, or left open"),
    "no_case": Bilingual("未立案", "no case"),
    "undetermined": Bilingual("案件尚未判定", "its case is not determined"),
}  # fmt: skip


def funnel(counts: Mapping[str, int], lost: Mapping[str, int]) -> list[Json]:
    """From rows to determinations: at each step how many are left, and where the others went. Nothing goes unaccounted.

    Filters, and the counting of a family as one, begin with what was compared: a row that was refused has no values to filter.
    """
    ways = {
        "records": ("repeated", "refused", "came_again"),
        "compared": ("language", "filtered", "together"),
        "flagged": ("not_flagged",),
        "judged": ("unanswered",),
        "concerns": ("does_not",),
        "in_case": ("no_case",),
        "determined": ("undetermined",),
    }
    return [
        {
            "step": step,
            "zh": says.zh,
            "en": says.en,
            "count": counts[step],
            "lost": [
                {"way": way, "zh": _LOST[way].zh, "en": _LOST[way].en, "count": lost[way]}
                for way in ways.get(step, ())
                if lost[way]
            ],
        }
        for step, says in _STEPS.items()
    ]


# ---- the heat map --------------------------------------------------------------------------------------------------


def _columns(sums: Mapping[str, int], by: Literal["country", "owner"], most: int) -> tuple[list[Json], list[list[str]]]:
    """The columns of a table, each with its sum and with what it counts.

    Those with the most come first; what is left is one column, and what is not stated the last, so that nothing stands in none.
    """
    order = sorted((one for one in sums if one != NONE), key=lambda one: (-sums[one], one))
    most += len(order) == most + 1  # one that is left alone has its name and no less room
    shown, left = order[:most], order[most:]
    made: list[Json] = []
    parts = [[one] for one in shown]
    for column in shown:
        name = country_said(column) if by == "country" else Bilingual(column, column)
        made.append({by: column, "zh": name.zh, "en": name.en, "total": sums[column]})
    if left:
        total = sum(sums[one] for one in left)
        made.append({by: None, "zh": f"其余 {len(left)} 个", "en": f"{len(left)} others", "total": total})
        parts.append(left)
    if NONE in sums:
        none = country_said(None) if by == "country" else Bilingual("未写明", "not stated")
        made.append({by: NONE, "zh": none.zh, "en": none.en, "total": sums[NONE]})
        parts.append([NONE])
    return made, parts


def heat(items: Sequence[Json], cells: Iterable[tuple[str, str | None, int]], by: Literal["country", "owner"]) -> Json:
    """Items (grouped by their industry) against recipients or owners, as exposures.

    An item lies in one industry, so a table of one against the other would be a staircase; what a reader of a target asks
    of an exposed item is where it goes and whose it is. So industries are the groups of the rows, and the columns are the
    countries (or owners) with the most.
    """
    by_item: dict[str, dict[str, int]] = {}
    sums: dict[str, int] = {}
    for item, said, count in cells:
        column = said or NONE
        of = by_item.setdefault(item, {})
        of[column] = of.get(column, 0) + count
        sums[column] = sums.get(column, 0) + count
    columns, parts = _columns(sums, by, _COLUMNS)
    rows = []
    for one in sorted(
        items, key=lambda i: (i["industry"] or "~", i["control"] != "prohibited", -i["records"], i["item"])
    ):
        of = by_item.get(one["item"], {})
        counts = [sum(of.get(column, 0) for column in part) for part in parts]
        rows.append({"item": one["item"], "industry": one["industry"], "counts": counts, "total": sum(counts)})
    return {"by": by, "columns": columns, "rows": rows}


def industry_heat(
    industries: Sequence[Json], cells: Iterable[tuple[str | None, str | None, int]], countries: Mapping[str | None, int]
) -> Json:
    """Industries against recipient countries, as records.

    A record has one country, so that a row adds up; it may be flagged under items of several industries, so that a column has
    less than its cells together. `countries`: records flagged by country, each once.
    """
    found = {(division or NONE, country or NONE): count for division, country, count in cells}
    columns, parts = _columns(
        {one or NONE: count for one, count in countries.items() if count}, "country", _FEW_COLUMNS
    )
    rows = [
        {
            "industry": one["industry"],
            "counts": [sum(found.get((one["industry"], country), 0) for country in part) for part in parts],
            "total": one["records"],
        }
        for one in industries
    ]
    return {"by": "country", "columns": columns, "rows": rows}
