"""Texts as they come from scanners, mail programs and keyboards: the same disturbance for the same text, every time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from mulu.catalogue.editions import Catalogue
from mulu.scorecard.figures import judged_rows, places_of, recalls, tops
from mulu.scorecard.labelled import Labelled
from mulu.scorecard.resampling import SEED, share
from mulu.scorecard.runs import Run, run_mulu
from mulu.screening.engine import Screener
from mulu.vocabulary import Bilingual

Json = dict[str, Any]
LEVELS = (0.02, 0.05, 0.1, 0.2)
ROWS = 240

# What a scanner takes for what: the first character of each group is read as the rest.
_MISREAD = """
O0 0O o0 l1 1l Il i1 5S S5 8B B8 6b 9g g9 q9 2Z Z2 mrn rm nr h6 b6 d0 c( eo ao u0 vy yv wvv tf ft kx xk
未末 末未 土士 士土 已己 己已 日目 目日 人入 入人 大太 太大 天夭 干千 千干 王玉 自白 白自 力刀 鸟乌 间问 侯候 候侯
治冶 冶治 折拆 析折 晴睛 科料 料科 光先 先光 村材 材村 相柏 代伐 贝见 今令 休体 体休 住往 复夏 币巾 微徵 准淮 拔拨
锂钾 钛钦 钴钻 锰锤 铝铅 铜钢 氢氧 氟氰 硅砝 碳磺 磷鳞 酸酚 烧烷 结给 极板 制剁 备各 机杭 控挖 测侧 检捡 导异 池地
电甩 无元 源原 基墓 因困 细组 胞抱 药约 植值 种钟 苗茁 永水 水永 油抽 气乞 压庄 高亮 低底 温湿 度席 热势 速述 转传
动劝 教数 数教 据锯 法去 网冈 络珞 信倍 号导 软较 件仵 系糸 统纺 用甩 于干 的旳 为力 工土 上土 下卞 中申 小水 面而
成戍 合台 分公 方万 生主 本木 子了 学字 术木 理埋 化比 加如 器哭 料科 质庚 量里 设没 计汁 要耍 可司 进迸 行仃
"""
LOOKALIKE = {group[0]: group[1:] for group in _MISREAD.split()}


def misread(text: str, level: float, chance: random.Random) -> str:
    """A share of the letters, figures and Han characters taken for ones that look like them."""
    made = []
    for character in text:
        if chance.random() < level:
            if character in LOOKALIKE:
                character = LOOKALIKE[character]
            elif "\u4e00" <= character < "\u9fff":
                # The order of Unicode is by radical and strokes: neighbours mostly look alike.
                character = chr(ord(character) + 1)
        made.append(character)
    return "".join(made)


def dropped(text: str, level: float, chance: random.Random) -> str:
    """A share of the characters lost."""
    return "".join(c for c in text if c.isspace() or chance.random() >= level) or text[:1]


def broken(text: str, level: float, chance: random.Random) -> str:
    """A space or a line break put after a share of the characters."""
    return "".join(c + (chance.choice(" \n") if chance.random() < level else "") for c in text)


@cache
def _to_traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def traditional(text: str, level: float, chance: random.Random) -> str:
    """A share of the characters in traditional script."""
    other = str(_to_traditional().convert(text))
    if len(other) != len(text):
        return other if chance.random() < level else text
    return "".join(new if chance.random() < level else old for old, new in zip(text, other, strict=True))


def full_width(text: str, level: float, chance: random.Random) -> str:
    """A share of the letters, figures and signs of ASCII in full-width form."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and chance.random() < level else c for c in text)


def upper_case(text: str, level: float, chance: random.Random) -> str:
    """A share of the words in capitals."""
    return re.sub(r"[A-Za-z]+", lambda m: m.group().upper() if chance.random() < level else m.group(), text)


@dataclass(frozen=True, slots=True)
class Noise:
    """A kind of noise. What a program does to a text it does to all of it, so some kinds are tried at 100 % too."""

    name: Bilingual
    disturb: Callable[[str, float, random.Random], str]
    levels: tuple[float, ...] = LEVELS


NOISES = (
    Noise(Bilingual("误识字符", "misread characters"), misread),
    Noise(Bilingual("漏失字符", "dropped characters"), dropped),
    Noise(Bilingual("多余空格与换行", "spaces and line breaks"), broken),
    Noise(Bilingual("繁体字", "traditional script"), traditional, (*LEVELS, 1.0)),
    Noise(Bilingual("全角字符", "full-width forms"), full_width, (*LEVELS, 1.0)),
    Noise(Bilingual("大写字母", "upper case"), upper_case, (*LEVELS, 1.0)),
)


def disturbed(row: Labelled, noise: Noise, level: float) -> Labelled:
    """A row with noise; the same for the same text, whatever stands beside it."""
    chance = random.Random(f"{SEED}/{noise.name.en}/{level}/{row.id}")
    title = noise.disturb(row.title, level, chance) if row.title else row.title
    return replace(row, title=title, text=noise.disturb(row.text, level, chance))


def robustness(rows: Sequence[Labelled], catalogue: Catalogue, screener: Screener, operating_point: float) -> Json:
    """Recall and flags at every level of every kind of noise; traditional script is tried on Chinese texts alone."""
    quiet = run_mulu(rows, catalogue, screener)
    made: Json = {"rows": len(rows), "threshold": operating_point, "kinds": []}
    for noise in NOISES:
        numbers = [n for n, row in enumerate(rows) if noise.disturb is not traditional or row.language == "zh"]
        chosen = [rows[n] for n in numbers]
        found = [_at(0.0, chosen, Run("quiet", [quiet.ranked[n] for n in numbers], []), operating_point)]
        for level in noise.levels:
            run = run_mulu([disturbed(row, noise, level) for row in chosen], catalogue, screener)
            found.append(_at(level, chosen, run, operating_point))
        made["kinds"].append({"name": {"zh": noise.name.zh, "en": noise.name.en}, "levels": found})
    return made


def _at(level: float, rows: Sequence[Labelled], run: Run, operating_point: float) -> Json:
    found = recalls(rows, judged_rows(rows), places_of(rows, run))
    passed = tops(run) >= operating_point
    made: Json = {"level": level, "n": found["n"], "refused": run.refused, "at_1": found["at_1"], "at_3": found["at_3"]}
    for name, kinds in (("positives", ("positive",)), ("hard", ("near miss", "hard")), ("easy", ("easy",))):
        flagged = [n for n, row in enumerate(rows) if row.kind in kinds]
        values = np.asarray(passed[flagged], dtype=np.float64)
        made[f"{name}_flagged"] = {"n": len(flagged), "share": share(values, [rows[n].document for n in flagged])}
    return made
