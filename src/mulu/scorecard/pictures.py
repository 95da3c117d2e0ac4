"""The scorecard as pictures: SVG written here, readable without any font, script or file from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from mulu.errors import MuluError
from mulu.vocabulary import Bilingual, Said

Json = dict[str, Any]

FONTS = "'Helvetica Neue', Arial, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
INK, FAINT, GRID, PAPER = "#1c2733", "#5d6b7a", "#e3e8ee", "#ffffff"
# Colours that people who see few colours can tell apart; Mulu has the strongest.
COLOURS = ("#0b5fa5", "#d55e00", "#009e73", "#b0478c", "#b58900", "#6b7280", "#56b4e9", "#8c564b")


class CannotDraw(MuluError):
    """The folder for pictures cannot be written."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            Said(
                "cannot_draw",
                f"无法在 {folder} 中写入图片（{error.strerror}）。请换一个文件夹。",
                f"Pictures cannot be written to {folder} ({error.strerror}). Name another folder.",
            )
        )


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a chart: what it shows and where its ticks stand."""

    name: Bilingual
    ticks: tuple[tuple[float, str], ...]
    low: float
    high: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Where a value stands, from 0 to 1."""
        low, high, value = (math.log(max(v, 1e-9)) if self.logarithmic else v for v in (self.low, self.high, value))
        return min(max((value - low) / (high - low), 0.0), 1.0)


def shares(name: Bilingual, high: float = 1.0) -> Axis:
    return Axis(name, tuple((n / 5 * high, f"{n * 20 * high:g} %") for n in range(6)), 0.0, high)


@dataclass
class Panel:
    """A field between two axes, placed on a sheet."""

    sheet: Sheet
    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis

    def place(self, x: float, y: float) -> tuple[float, float]:
        return self.left + self.x.at(x) * self.width, self.top + (1 - self.y.at(y)) * self.height

    def frame(self, title: Bilingual | None = None) -> None:
        sheet, bottom = self.sheet, self.top + self.height
        for value, label in self.y.ticks:
            _, y = self.place(self.x.low, value)
            sheet.line([(self.left, y), (self.left + self.width, y)], GRID)
            sheet.text(self.left - 8, y + 4, label, anchor="end", size=12, colour=FAINT)
        for value, label in self.x.ticks:
            x, _ = self.place(value, self.y.low)
            sheet.line([(x, self.top), (x, bottom)], GRID)
            sheet.text(x, bottom + 18, label, anchor="middle", size=12, colour=FAINT)
        sheet.line([(self.left, bottom), (self.left + self.width, bottom)], FAINT)
        sheet.line([(self.left, self.top), (self.left, bottom)], FAINT)
        middle = self.left + self.width / 2
        sheet.text(middle, bottom + 38, self.x.name.en, anchor="middle")
        sheet.text(middle, bottom + 54, self.x.name.zh, anchor="middle", size=12, colour=FAINT)
        if self.y.name.en:
            at = self.left - 58, self.top + self.height / 2
            sheet.text(*at, f"{self.y.name.en} · {self.y.name.zh}", anchor="middle", turned=True)
        if title is not None:
            sheet.text(middle, self.top - 26, title.en, anchor="middle", bold=True)
            sheet.text(middle, self.top - 10, title.zh, anchor="middle", size=12, colour=FAINT)

    def curve(self, points: Sequence[tuple[float, float]], colour: str, wide: float = 1.8, dash: str = "") -> None:
        self.sheet.line([self.place(*point) for point in points], colour, wide, dash)

    def dot(self, x: float, y: float, colour: str, radius: float = 4.0, *, hollow: bool = False) -> None:
        self.sheet.circle(*self.place(x, y), radius, colour, hollow=hollow)

    def bar_of_interval(self, x: float, low: float, high: float, colour: str) -> None:
        self.sheet.line([self.place(x, low), self.place(x, high)], colour, 1.4)


@dataclass
class Sheet:
    """A picture in the making."""

    title: Bilingual
    note: Bilingual
    width: float = 820
    height: float = 560
    parts: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        size: float = 13,
        colour: str = INK,
        bold: bool = False,
        turned: bool = False,
        over: bool = False,
    ) -> None:
        """Words on the sheet; `over`: with a rim of paper, so that they can be read over lines."""
        if not words:
            return
        rim = f' stroke="{PAPER}" stroke-width="3" paint-order="stroke"' if over else ""
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"{weight}{rim}{turn}>'
            f"{escape(words)}</text>"
        )

    def line(self, points: Sequence[tuple[float, float]], colour: str, wide: float = 1.0, dash: str = "") -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{wide:g}" '
            f'stroke-linejoin="round" stroke-linecap="round"{dashed}/>'
        )

    def circle(self, x: float, y: float, radius: float, colour: str, *, hollow: bool = False) -> None:
        fill = PAPER if hollow else colour
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{colour}" stroke-width="1.6"/>'
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{colour}"/>'
        )

    def legend(self, x: float, y: float, entries: Sequence[tuple[str, Bilingual]]) -> None:
        for n, (colour, words) in enumerate(entries):
            top = y + 36 * n
            self.line([(x, top - 4), (x + 22, top - 4)], colour, 3)
            self.text(x + 30, top, words.en)
            self.text(x + 30, top + 15, words.zh, size=12, colour=FAINT)

    def svg(self) -> str:
        head = Sheet(self.title, self.note)
        head.text(28, 34, self.title.en, size=18, bold=True)
        head.text(28, 54, self.title.zh, size=14, colour=FAINT)
        head.text(28, self.height - 28, self.note.en, size=11, colour=FAINT)
        head.text(28, self.height - 12, self.note.zh, size=11, colour=FAINT)
        body = "\n".join([*head.parts, *self.parts])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" font-family="{escape(FONTS)}" role="img" '
            f'aria-label="{escape(self.title.en)}">\n'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>\n{body}\n</svg>\n'
        )


def make_ready(folder: Path) -> None:
    """Raises CannotDraw where pictures could not be written to a folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".written").touch()
        (folder / ".written").unlink()
    except OSError as error:
        raise CannotDraw(folder, error) from error


def draw(report: Json, folder: Path) -> list[Path]:
    """Write the pictures that a report has figures for; returns their paths. Raises CannotDraw."""
    engines = {one["engine"]: one for one in report["engines"]}
    sheets: dict[str, Sheet] = {}
    whence = _whence(report)
    if "mulu" in engines and engines["mulu"]["calibration"].get("n"):
        sheets["reliability"] = reliability(engines["mulu"]["calibration"], whence)
    if any("all" in one["precision_recall"]["curves"] for one in report["engines"]):
        sheets["precision-recall"] = precision_recall(report["engines"], whence)
    if any(one["macro_by_item"]["at_1"] for one in report["engines"]):
        sheets["recall-speed"] = recall_speed(report["engines"], whence)
    if "ablation" in report and report["ablation"]["all"]["at_1"]:
        sheets["ablation"] = evidence(report["ablation"], whence)
    if "robustness" in report and report["robustness"]["kinds"][0]["levels"][0]["at_1"]:
        sheets["robustness"] = robustness(report["robustness"], whence)
    make_ready(folder)
    written = []
    try:
        for name, sheet in sheets.items():
            path = folder / f"{name}.svg"
            path.write_text(sheet.svg(), encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise CannotDraw(folder, error) from error
    return written


def _whence(report: Json) -> Bilingual:
    what_zh, what = ("锁定案例", "locked cases") if report["locked"] else ("所给文本", "the files given")
    if report["trained_on"]:
        what_zh, what = "训练所用的案例", "cases that the weights were fitted to"
    rows = f"{report['rows']:,}"
    return Bilingual(f"{what_zh}，{rows} 行；{report['engine']}", f"{rows} rows: {what}; {report['engine']}")


def _with(whence: Bilingual, more: Bilingual) -> Bilingual:
    return Bilingual(f"{whence.zh}；{more.zh}", f"{whence.en}; {more.en}")


LANGUAGES = {"zh": Bilingual("中文文本", "Chinese texts"), "en": Bilingual("英文文本", "English texts")}


def reliability(calibration: Json, whence: Bilingual) -> Sheet:
    sheet = Sheet(
        Bilingual(
            "分值是否可信：首位候选的分值与实际正确率",
            "Are scores right as often as they say? Score of the first candidate",
        ),
        _with(whence, Bilingual("竖线为 95% 自助法区间", "upright lines: 95 % bootstrap intervals")),
    )
    panel = Panel(
        sheet, 100, 80, 470, 300,
        Axis(Bilingual("", ""), tuple((n / 5, f"{n / 5:.1f}") for n in range(6)), 0, 1),
        shares(Bilingual("实际正确", "share that is right")),
    )  # fmt: skip
    panel.frame()
    panel.curve([(0, 0), (1, 1)], FAINT, 1.2, "5 5")
    series = [("zh", COLOURS[1]), ("en", COLOURS[2])]
    for language, colour in series:
        bins = calibration["by_language"].get(language, {}).get("bins", [])
        points = [(b["mean_score"], b["right"][0]) for b in bins]
        panel.curve(points, colour, 1.4)
        for point in points:
            panel.dot(*point, colour, 2.6)
    for b in calibration["bins"]:
        panel.bar_of_interval(b["mean_score"], b["right"][1], b["right"][2], COLOURS[0])
    panel.curve([(b["mean_score"], b["right"][0]) for b in calibration["bins"]], COLOURS[0], 2.6)
    for b in calibration["bins"]:
        panel.dot(b["mean_score"], b["right"][0], COLOURS[0], 5)
    most = max(b["n"] for b in calibration["bins"])
    counts = Panel(
        sheet, 100, 410, 470, 50,
        Axis(Bilingual("分值（十等分，柱为行数）", "score (ten equal bins; bars: number of rows)"), (), 0, 1),
        Axis(Bilingual("", ""), (), 0, most * 1.35),
    )  # fmt: skip
    for b in calibration["bins"]:
        x, y = counts.place(b["from"], b["n"])
        sheet.box(x + 3, y, 41, counts.top + counts.height - y, "#c9d8e8")
        sheet.text(x + 23.5, y - 3, str(b["n"]), anchor="middle", size=11, colour=FAINT)
    counts.frame()
    sheet.legend(
        600, 110,
        [
            (COLOURS[0], Bilingual(f"全部（{calibration['n']} 行）", f"all ({calibration['n']} rows)")),
            *((colour, LANGUAGES[language]) for language, colour in series),
            (FAINT, Bilingual("完全可信", "perfectly reliable")),
        ],
    )  # fmt: skip
    for n, (zh, en) in enumerate(
        (
            ("期望校准误差", f"calibration error {calibration['expected_calibration_error']:.3f}"),
            ("完全可信的分值偶然也有", f"perfect scores by chance ≤ {calibration['of_perfect_scores']:.3f}"),
            (
                "Brier 分（仅用基率时）",
                f"Brier {calibration['brier'][0]:.3f} (base rate {calibration['brier_of_base_rate']:.3f})",
            ),
        )
    ):
        sheet.text(600, 286 + 38 * n, en, size=12)
        sheet.text(600, 301 + 38 * n, zh, size=12, colour=FAINT)
    return sheet


def precision_recall(engines: Sequence[Json], whence: Bilingual) -> Sheet:
    sheet = Sheet(
        Bilingual(
            "标记阈值移动时的查准率与查全率（首位候选正确才算对）",
            "Precision and recall as the flagging threshold moves (right: the first candidate is)",
        ),
        whence,
    )
    panel = Panel(
        sheet, 100, 80, 470, 380,
        shares(Bilingual("查全率：被标记且正确的正例", "recall: positives flagged and right")),
        shares(Bilingual("查准率", "precision")),
    )  # fmt: skip
    panel.frame()
    entries = []
    for n, one in reversed(list(enumerate(engines))):
        curve = one["precision_recall"]["curves"].get("all")
        if curve is None:
            continue
        colour = COLOURS[n % len(COLOURS)]
        points = [(p["recall_first"], p["precision_first"]) for p in curve["points"]]
        panel.curve(points, colour, 3 if n == 0 else 1.7)
        area = curve["average_precision_first"]
        entries.append((colour, Bilingual(f"平均查准率 {area:.2f}", one["engine"])))
        for name, radius in (("operating_point", 6), ("90_percent_of_core", 3.4)):
            at = one["precision_recall"]["at"].get(name, {}).get("all")
            if at is not None and at["first"]["precision"]:
                panel.dot(at["first"]["recall"][0], at["first"]["precision"][0], colour, radius, hollow=True)
    sheet.legend(600, 110, entries[::-1])
    notes = (
        "large ring: published operating",
        "point; small ones: where 90 % of",
        "core positives are flagged",
        "大圈：公布的标记线",
        "小圈：核心正例的 90% 被标记处",
    )
    for n, note in enumerate(notes):
        sheet.text(600, 396 + 16 * n, note, size=11, colour=FAINT)
    return sheet


def recall_speed(engines: Sequence[Json], whence: Bilingual) -> Sheet:
    sheet = Sheet(
        Bilingual("查全率与速度：首位命中率（按条目平均）与每秒篇数", "Recall against speed: right item first (macro over items), descriptions a second"),
        _with(whence, Bilingual("竖线为 95% 自助法区间", "upright lines: 95 % bootstrap intervals")),
    )  # fmt: skip
    speeds = [max(one["milliseconds"]["descriptions_a_second"], 0.1) for one in engines]
    low, high = math.floor(math.log10(min(speeds))), math.ceil(math.log10(max(speeds) * 1.05))
    decades = tuple((10.0**n, f"{10.0**n:,g}") for n in range(low, high + 1))
    panel = Panel(
        sheet, 100, 90, 470, 360,
        Axis(Bilingual("每秒描述数（单线程，对数刻度；排序用时）", "descriptions a second (one thread, log scale; time to rank)"),
             decades, 10.0**low, 10.0**high, logarithmic=True),
        shares(Bilingual("首位命中率", "macro recall@1")),
    )  # fmt: skip
    panel.frame()
    entries = []
    spots: list[tuple[str, str, bool, float, float, float]] = []
    for n, (one, speed) in enumerate(zip(engines, speeds, strict=True)):
        found = one["macro_by_item"]["at_1"]
        if not found:
            continue
        colour = COLOURS[n % len(COLOURS)]
        panel.bar_of_interval(speed, found[1], found[2], colour)
        panel.dot(speed, found[0], colour, 7 if n == 0 else 5)
        share = f"{100 * found[0]:.1f} % [{100 * found[1]:.0f}–{100 * found[2]:.0f}]"
        entries.append((colour, Bilingual(f"{share} · {speed:,.0f}/s", one["engine"])))
        x, over = panel.place(speed, found[2])
        _, under = panel.place(speed, found[1])
        spots.append((one["engine"], colour, n == 0, x, over, under))
    taken = [(x - 8, over - 8, x + 8, under + 8) for _, _, _, x, over, under in spots]
    for name, colour, bold, x, over, under in spots:
        half = 3.4 * len(name) + 3
        places = [
            (x, over - 10),
            (x, under + 21),
            (x + half + 10, (over + under) / 2 + 4),
            (x - half - 10, (over + under) / 2 + 4),
        ]
        free = [
            (a, b)
            for a, b in places
            if b > panel.top
            and not any(a - half < r and a + half > q and b - 12 < d and b + 3 > c for q, c, r, d in taken)
        ]
        a, b = (free or places)[0]
        taken.append((a - half, b - 12, a + half, b + 3))
        sheet.text(a, b, name, anchor="middle", size=12, colour=colour, bold=bold)
    sheet.legend(600, 110, entries)
    return sheet


def evidence(ablation: Json, whence: Bilingual) -> Sheet:
    kinds = ablation["evidence"]
    sheet = Sheet(
        Bilingual("每类证据的分量：去掉它，或只留它（权重未重新拟合）", "What each kind of evidence is worth: without it, and with it alone (weights not refitted)"),
        whence, height=150 + 58 * len(kinds) + 70,
    )  # fmt: skip
    near = ablation["negatives"]["kind"] == "near miss"
    against = Bilingual("近似反例", "near misses") if near else Bilingual("难反例", "hard negatives")
    height = 58.0 * len(kinds)
    panels = (
        ("at_1", 218.0, Bilingual("首位命中率", "recall@1")),
        ("flagged", 528.0, Bilingual(f"核心正例标记 90% 时，{against.zh}被标记的比例", f"{against.en} flagged at 90 % of core positives")),
    )  # fmt: skip
    for key, left, name in panels:
        panel = Panel(sheet, left, 100, 260, height, shares(name), Axis(Bilingual("", ""), (), 0, len(kinds)))
        panel.frame()
        whole = ablation["all"][key]
        if whole:
            x = left + panel.x.at(whole[0]) * panel.width
            sheet.line([(x, 92), (x, 100 + height)], COLOURS[1], 1.8, "4 3")
            anchor = "end" if x > left + 200 else "start"
            sheet.text(
                x, 88, f"all evidence 全部证据 {100 * whole[0]:.0f} %", anchor=anchor, size=11, colour=COLOURS[1]
            )
        for n, kind in enumerate(kinds):
            top = 100 + 58.0 * n + 8
            if key == "at_1":
                sheet.text(206, top + 15, kind["name"]["en"], anchor="end")
                sheet.text(206, top + 31, kind["name"]["zh"], anchor="end", size=12, colour=FAINT)
            for row, (how, colour) in enumerate((("without", COLOURS[0]), ("alone", "#a9c4de"))):
                share = kind[how][key]
                if share:
                    wide = panel.x.at(share[0]) * panel.width
                    sheet.box(left, top + 20 * row, wide, 17, colour)
                    outside = wide < 200
                    sheet.text(
                        left + wide + (5 if outside else -5), top + 20 * row + 13, f"{100 * share[0]:.0f} %",
                        anchor="start" if outside else "end", size=11,
                        colour=INK if outside or how == "alone" else PAPER, over=outside,
                    )  # fmt: skip
    at = 28.0
    for colour, words in ((COLOURS[0], "without it 去掉"), ("#a9c4de", "alone 只留")):
        sheet.box(at, 76, 14, 12, colour)
        sheet.text(at + 20, 87, words, size=12)
        at += 124
    return sheet


def robustness(found: Json, whence: Bilingual) -> Sheet:
    sheet = Sheet(
        Bilingual(
            "文本受扰动时：首位命中率与难反例被标记的比例", "Under noise: right item first, and hard negatives flagged"
        ),
        _with(
            whence,
            Bilingual(
                f"其中 {found['rows']} 行受扰动；灰带为无扰动时的 95% 区间",
                f"{found['rows']} of them disturbed; grey band: the 95 % interval without noise",
            ),
        ),
        width=940,
    )
    levels = sorted({level["level"] for kind in found["kinds"] for level in kind["levels"]})
    ticks = tuple((float(n), f"{100 * level:g} %") for n, level in enumerate(levels))
    axis = Axis(
        Bilingual("受扰动字符（或单词）的比例", "share of characters (or words) disturbed"), ticks, 0, len(levels) - 1
    )
    panels = (
        (90.0, "at_1", Bilingual("首位命中率", "recall@1")),
        (430.0, "hard_flagged", Bilingual("标记线上难反例（含近似）被标记", "hard negatives flagged at the operating point")),
    )  # fmt: skip
    for left, key, title in panels:
        figures = [
            [level[key] if key == "at_1" else level[key]["share"] for level in kind["levels"]]
            for kind in found["kinds"]
        ]
        most = max((figure[0] for kind in figures for figure in kind if figure), default=0.0)
        high = 1.0 if key == "at_1" else next(top for top in (0.2, 0.4, 0.6, 0.8, 1.0) if most <= top)
        panel = Panel(sheet, left, 120, 280, 330, axis, shares(Bilingual("", ""), high))
        quiet = figures[0][0]
        if quiet:
            (x, y), (right, bottom) = panel.place(0, quiet[2]), panel.place(len(levels) - 1, quiet[1])
            sheet.box(x, y, right - x, bottom - y, "#eef2f6")
        panel.frame(title)
        for n, kind in enumerate(found["kinds"]):
            at = [float(levels.index(level["level"])) for level in kind["levels"]]
            line = [(x, figure[0]) for x, figure in zip(at, figures[n], strict=True) if figure]
            panel.curve(line, COLOURS[n], 2)
            for point in line:
                panel.dot(*point, COLOURS[n], 3)
    sheet.legend(
        740, 140, [(COLOURS[n], Bilingual(k["name"]["zh"], k["name"]["en"])) for n, k in enumerate(found["kinds"])]
    )
    return sheet
