"""Amending announcements of the real Catalogue that nobody made, and texts that they may concern: all from a seed.

What an announcement puts in is put together from words of two kinds: those of an invented trade, which stand in no text, and
pieces cut from the texts that it will meet, so that its words do stand in some of them and its meaning is near to many.
"""

from __future__ import annotations

import datetime
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from tests.official import documents

from mulu.archive import Archive
from mulu.catalogue.editions import Catalogue, Listing
from mulu.vocabulary import Control, Presence

QUALITY = Path(__file__).parents[2] / "quality"
AT = datetime.datetime(2027, 3, 1, 9, tzinfo=datetime.UTC)
BASE = "2025-28"


@dataclass(frozen=True, slots=True)
class Text:
    """A text, with its title where it has one."""

    text: str
    title: str | None


@cache
def texts() -> tuple[Text, ...]:
    """The open texts of the repository: training and open cases, in both languages, listed and not."""
    made = []
    for file in sorted((QUALITY / "training").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            made.append(Text(one["text"], one.get("title") or None))
    for file in sorted((QUALITY / "open").glob("*.yaml")):
        for case in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
            made.append(Text(case["text"], case.get("title") or None))
    return tuple(made)


def some_texts(seed: int, count: int) -> list[Text]:
    """Different texts, some of them joined from two or three, some short."""
    rng = random.Random(seed)
    made = rng.sample(texts(), count)
    for place in range(0, count, 7):
        others = rng.sample(texts(), rng.randint(1, 3))
        made[place] = Text("\n\n".join([made[place].text, *(other.text for other in others)]), made[place].title)
    for place in range(3, count, 11):
        made[place] = Text(made[place].text[: rng.randint(8, 60)], None)
    return made


class Author:
    """Writes what an amendment puts in. Everything follows from its seed."""

    def __init__(self, seed: int, met: Sequence[Text] = ()) -> None:
        self.rng = random.Random(seed)
        self._met = met
        self._pieces = [p for one in met for p in pieces(one.text)]

    def name(self) -> str:
        if self._pieces and self.rng.random() < 0.4:
            return f"{self.rng.choice(self._pieces)[:16]}技术"
        division = self.rng.choice(sorted(documents.INDUSTRIES))
        return str(documents.author(self.rng, division).name())

    def point(self) -> str:
        if self._pieces and self.rng.random() < 0.6:
            return f"{self.rng.choice(self._pieces)}的制备方法"
        division = self.rng.choice(sorted(documents.INDUSTRIES))
        return documents.folded(documents.author(self.rng, division).short()).replace("“", "").replace("”", "")

    def points(self) -> str:
        if self._met and self.rng.random() < 0.4:  # one text is spoken of, sentence by sentence
            one = self.rng.choice(self._met)
            said = ["、".join(of) for sentence in re.split("[。；]", one.text) if (of := pieces(sentence))]
            if said:
                return "\n".join(f"{number}.{text}" for number, text in enumerate(said[:6], 1))
        return "\n".join(f"{number}.{self.point()}" for number in range(1, self.rng.randint(2, 4)))


def pieces(text: str) -> list[str]:
    """Runs of Chinese of some length: what a control point might name."""
    made, run = [], ""
    for sign in text + "。":
        if "\u4e00" <= sign <= "\u9fff":
            run += sign
            continue
        if 6 <= len(run) <= 24:
            made.append(run)
        run = ""
    return made


def announcement(
    catalogue: Catalogue, seed: int, met: Sequence[Text] = (), *, moved: str = "", struck: str = ""
) -> str:
    """An announcement that amends the edition in force: new entries, points put in, put otherwise and taken out.

    `moved`: an item with a code that goes to the other list; `struck`: one of which point 2 is struck out.
    """
    rng, author = random.Random(seed), Author(seed, met)
    coded = [
        one
        for one in catalogue.editions[BASE].listings.values()
        if one.presence is Presence.PRESENT
        and one.code
        and one.item.id not in (moved, struck)
        and any(p.number[0].isdigit() for p in one.published_points)
    ]
    clauses: dict[Control, list[str]] = {Control.PROHIBITED: [], Control.RESTRICTED: []}
    if struck:
        listing = catalogue.editions[BASE].listings[struck]
        clauses[listing.item.control].append(f"删除{listing.name.zh}（编号：{listing.code}）控制要点2。")
    for listing in rng.sample(coded, 2):
        clauses[listing.item.control].append(_changed(rng, author, listing))
    for number in range(2):
        control = rng.choice(list(clauses))
        code = f"25{rng.randint(10, 43)}{90 + number:02}{'J' if control is Control.PROHIBITED else 'X'}"
        clauses[control].append(f"新增{author.name()}（编号：{code}），控制要点：\n{author.points()}")
    if moved:
        goes = catalogue.editions[BASE].listings[moved]
        assert goes.item.control is Control.PROHIBITED and goes.code is not None
        clauses[Control.PROHIBITED].append(
            f"将{goes.name.zh}（编号：{goes.code}）由禁止出口部分调整至限制出口部分，编号调整为{goes.code[:4]}99X。"
        )
    lines = [
        f"商务部 科技部公告2027年第{seed + 1}号",
        "关于调整《中国禁止出口限制出口技术目录》的公告",
        "",
        "现对《中国禁止出口限制出口技术目录》（商务部 科技部公告2023年第57号附件）部分条目予以调整（具体内容见附件），"
        "自2027年4月1日起施行。",
        "",
        "商务部 科技部",
        "2027年3月1日",
        "",
        "附件",
        "《中国禁止出口限制出口技术目录》调整内容",
    ]
    number = 0
    for place, control in enumerate(control for control in clauses if clauses[control]):
        lines += ["", f"{'一二'[place]}、{documents.PARTS[control]}", "（一）专用设备制造业"]
        for clause in clauses[control]:
            number += 1
            lines.append(f"{number}.{clause}")
    return "\n".join(lines) + "\n"


def spoken_of(announced: str) -> list[Text]:
    """Short descriptions of what the new entries of an announcement name."""
    made = []
    for entry in re.finditer(
        r"新增(.+?)技术（编号.*?控制要点：\n((?:\d+\..+\n(?!\n?\d+\.[将在删新]))*\d+\..+)", announced
    ):
        points = [line.partition(".")[2] for line in entry[2].split("\n") if re.match(r"\d+\.(?![将在删新])", line)]
        made.append(Text(f"{entry[1]}的制备：{'；'.join(points)}。", None))
        made.append(Text(f"一种{entry[1]}及其制备方法，{points[0]}，经称量、混合、成型、烧结而成。", None))
    return made


def whole_list(catalogue: Catalogue, seed: int, met: Sequence[Text] = (), *, draft: bool = False) -> str:
    """A list that replaces the one in force: items of it with points of one's own, and some that are new."""
    rng, author = random.Random(seed), Author(seed, met)
    entries = []
    for control in Control:
        of = [
            one
            for one in catalogue.editions[BASE].listings.values()
            if one.item.control is control and one.presence is Presence.PRESENT and not one.item.name_is_description
        ]
        named = [one.name.zh for one in rng.sample(of, min(len(of), 25))] + [author.name() for _ in range(3)]
        entries += [(control, name, author.points().split("\n")) for name in named]
    return printed(entries, seed, draft=draft)


def printed(entries: Sequence[tuple[Control, str, Sequence[str]]], number: int, *, draft: bool = False) -> str:
    """A list of entries, each with its part, name and points, as it would be printed."""
    lines = [
        *(
            ["《中国禁止出口限制出口技术目录》（征求意见稿）", ""]
            if draft
            else [
                f"商务部 科技部公告2027年第{number + 1}号",
                "关于公布《中国禁止出口限制出口技术目录》的公告",
                "",
                "现公布修订后的《中国禁止出口限制出口技术目录》，自2027年4月1日起施行。",
                "",
                "商务部 科技部",
            ]
        ),
        "2027年3月1日",
        "",
        *([] if draft else ["附件"]),
        documents.TITLE,
    ]
    for place, control in enumerate(documents.PARTS):
        lines += ["", f"{'一二'[place]}、{documents.PARTS[control]}", "（一）专用设备制造业"]
        for nth, (_, name, points) in enumerate(one for one in entries if one[0] is control):
            lines += [
                f"编号：25{50 + place}{nth:02}{control.letter}",
                f"技术名称：{name}",
                f"控制要点：{points[0]}",
                *points[1:],
            ]
    return "\n".join(lines) + "\n"


def _changed(rng: random.Random, author: Author, listing: Listing) -> str:
    named = f"{listing.name.zh}（编号：{listing.code}）"
    numbered = [p.number for p in listing.published_points if p.number[0].isdigit()]
    return rng.choice(
        [
            f"将{named}控制要点{rng.choice(numbered)}修改为：“{author.point()}”。",
            f"在{named}控制要点中增加：“{90 + rng.randint(1, 9)}.{author.point()}”。",
            f"删去{named}控制要点{rng.choice(numbered)}。",
            f"删去{named}条目。",
            f"将{named}的技术名称修改为“{author.name()}”。",
        ]
    )


def amended(archive: Archive, folder: Path, text: str) -> tuple[Catalogue, str]:
    """The Catalogue as it would be if such an announcement counted, and the edition that it makes."""
    path = folder / "announcement.txt"
    path.write_text(text, encoding="utf-8")
    return archive.as_if(archive.read(path, AT)["document"])
