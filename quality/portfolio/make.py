"""A made-up portfolio of any size: `python -m quality.portfolio.make OUT --rows 100000 --seed 1 [--form csv|jsonl|parquet|xlsx]`.

What it is: descriptions composed of this repository's own sentences (`quality/training`, and `fields.py` for what lies far
from the Catalogue), cut, joined and given other figures, firms, recipients and days, so that no two have the same title
and text but where that is meant. Of 100 rows about 11 are composed of texts on a listed technology, 14 of texts that come
near to an item and are not it, 74 of others, and 1 repeats an earlier text under another id; 11 belong to families, most
of them of two or three. Some 55 in a hundred are Chinese, 35 English, 9 both. Every item with a text in `training`, which
are all of the pack, is drawn as often as any other, whichever edition lists it.

What it is not: a real portfolio, or like one in its shares. Nobody wrote, read or labelled these rows; figures were changed
without regard to thresholds, so that a row composed of a listed technology may lie outside its control point. It shows how
fast and how large a run is, and that nothing is lost; it shows nothing of how well technology is found, all the less as
the weights were learned from the same sentences. Of a large portfolio many rows are near copies of each other. Firms, numbers and days are invented.

The same seed gives the same bytes, and the first rows of a longer portfolio are those of a shorter one. Time grows with the
rows; of each row 8 bytes are kept. `--truth FILE` says of each row what it was composed of.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from quality.portfolio import fields

TRAINING = Path(__file__).resolve().parent.parent / "training"
COLUMNS = ("id", "title", "text", "on", "recipient", "kind", "family", "owner")
LISTED, NEAR = 0.12, 0.15
FAMILY, REPEATED = 0.10, 0.01
_LANGUAGES = (("zh", 0.55), ("en", 0.35), ("mixed", 0.10))
_FIRST, _LAST = date(2002, 1, 1), date(2026, 11, 1)
_CONTEXT = 64  # rows within which a text is repeated

_SENTENCE = re.compile(r"[^。；！？!?;.]+(?:[。；！？!?;]+|\.(?=\s|$)|\.(?!\s)[^。；！？!?;.]*)*")
_FIGURE = re.compile(
    r"(?<![A-Za-z0-9.,~～\-–])([0-9]{1,5}(?:\.[0-9]{1,3})?)(?=\s?(?:%|℃|°C|mm|nm|μm|cm|kg|mg|mL|ml|MPa|kPa|GHz|MHz|kHz|Hz|kW|rpm|min|天|小时|分钟|次|mol|days|hours|cycles)(?![A-Za-z]))"
)
_RECIPIENTS = {
    "zh": ("德国", "日本", "美国", "韩国", "新加坡", "越南", "泰国", "马来西亚", "印度", "法国", "匈牙利", "墨西哥", "中国香港", "阿联酋", "俄罗斯", "巴西"),
    "en": ("Germany", "Japan", "United States", "South Korea", "Singapore", "Viet Nam", "Thailand", "Malaysia", "India", "France", "Hungary", "Mexico", "Hong Kong", "UAE", "Russia", "Brazil"),
}  # fmt: skip
_WEIGHTS = (9, 9, 10, 8, 7, 6, 5, 5, 4, 4, 4, 3, 6, 2, 2, 2)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_STEMS_EN = ("Jia", "Yi", "Bing", "Ding", "Wu", "Ji", "Geng", "Xin", "Ren", "Gui")
_BRANCHES_EN = ("zi", "chou", "yin", "mao", "chen", "si", "wu", "wei", "shen", "you", "xu", "hai")
_TRADES = (("材料", "Materials"), ("机电", "Electric"), ("生物", "Biotech"), ("仪器", "Instruments"), ("信息", "Information"), ("化工", "Chemicals"))  # fmt: skip

_BEGIN = {
    "zh": ("本发明公开了一种方案：", "本项目的内容如下。", "摘要：", "技术要点：", "", "", "", "据内部第{n}号报告，", "本许可涉及下述技术。", "成果简介："),
    "en": ("Disclosed is the following. ", "The project covers this: ", "Abstract: ", "In short: ", "", "", "", "As report no. {n} has it, ", "The licence covers what follows. ", "Summary of results: "),
}  # fmt: skip
_END = {
    "zh": ("已在{n}批样品上重复。", "目前完成了{n}次试验。", "相关资料共{n}页。", "", "", "", "下一步计划再做{n}组对照。", "记录编号{n}。"),
    "en": (" It was repeated on {n} samples.", " So far {n} trials are done.", " The file has {n} pages.", "", "", "", " Another {n} runs are planned.", " Record {n}."),
}  # fmt: skip
_LICENCE = {
    "zh": "{owner}许可{recipient}的被许可方在{years}年内使用下述技术，许可费分{parts}期支付。{text}许可方交付图纸{n}张并派{people}人指导。",
    "en": "{owner} licenses the licensee in {recipient} to use the technology below for {years} years, paid in {parts} parts. {text} The licensor hands over {n} drawings and sends {people} engineers.",
}  # fmt: skip
_ABSTRACT = {
    "zh": "针对{name}中的常见问题，提出{thing}。其中，{way}；{other}。{end}，并且{last}。",
    "en": "In the field of {name}, {thing} is proposed. Here {way}, and {other}. As a result {end}, and {last}.",
}


@dataclass(frozen=True, slots=True)
class Base:
    """A text of ours from which rows are composed."""

    language: str
    title: str
    sentences: tuple[str, ...]
    of: str  # "listed", "near" or "other"
    item: str  # that it falls under or comes near to, or ""


@dataclass(slots=True)
class Stock:
    """All that rows are composed of, by what it is, language and item."""

    listed: dict[str, dict[str, list[Base]]] = field(default_factory=lambda: {"zh": {}, "en": {}})
    near: dict[str, dict[str, list[Base]]] = field(default_factory=lambda: {"zh": {}, "en": {}})
    other: dict[str, list[Base]] = field(default_factory=lambda: {"zh": [], "en": []})


def stock() -> Stock:
    """The texts of `quality/training`, read in the order of their files."""
    made = Stock()
    for path in sorted(TRAINING.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            sentences = tuple(one.strip() for one in _SENTENCE.findall(row["text"]) if len(one.strip()) > 3)
            if row["lang"] not in ("zh", "en") or not sentences:
                continue
            if row["items"]:
                base = Base(row["lang"], row["title"], sentences, "listed", row["items"][0])
                made.listed[row["lang"]].setdefault(base.item, []).append(base)
            elif row["of"]:
                base = Base(row["lang"], row["title"], sentences, "near", row["of"])
                made.near[row["lang"]].setdefault(base.item, []).append(base)
            else:
                made.other[row["lang"]].append(Base(row["lang"], row["title"], sentences, "other", ""))
    for path in sorted(TRAINING.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            items, _, language, sign, text = line.split("\t")
            of, held = ("listed", made.listed) if sign == "+" else ("near", made.near)
            item = items.split("|")[0]
            held[language].setdefault(item, []).append(Base(language, "", (text,), of, item))
    return made


@dataclass(slots=True)
class _Maker:
    """Composes one row after another."""

    seed: int
    stock: Stock
    chance: random.Random = field(init=False)
    recent: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=_CONTEXT))
    open: deque[tuple[str, Base, str]] = field(default_factory=deque)  # family, its text, its owner
    seen: set[int] = field(default_factory=set)
    families: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def row(self, number: int) -> tuple[dict[str, str], dict[str, str]]:
        """The row, and what it was composed of."""
        chance = self.chance
        ident = f"S{self.seed}-{number:07d}"
        drawn = chance.random()
        if drawn < REPEATED and len(self.recent) == _CONTEXT:
            earlier = chance.choice(self.recent)
            row = {**earlier, "id": ident, "owner": self._owner(), "family": ""}
            return row, {"id": ident, "of": "repeated", "item": earlier["id"], "language": ""}
        if self.open and drawn < REPEATED + FAMILY:
            return self._member(ident)
        language = chance.choices([one for one, _ in _LANGUAGES], [share for _, share in _LANGUAGES])[0]
        base = self._base("zh" if language == "zh" or (language == "mixed" and chance.random() < 0.5) else "en")
        family = ""
        # Of families only the first members are drawn here; with the others they make the share.
        if chance.random() < 0.66 * FAMILY and len(base.sentences) > 1:
            self.families += 1
            family = f"F{self.seed}-{self.families:06d}"
        row = self._composed(ident, base, language == "mixed", self._owner())
        row["family"] = family
        if family:
            self.open.append((family, base, row["owner"]))
        return self._kept(row, base, "mixed" if language == "mixed" else base.language)

    def _member(self, ident: str) -> tuple[dict[str, str], dict[str, str]]:
        family, base, owner = self.open.popleft()
        row = self._composed(ident, base, False, owner)
        row["family"], row["kind"] = family, "patent"
        if self.chance.random() < 0.3:
            self.open.append((family, base, owner))
        return self._kept(row, base, base.language)

    def _kept(self, row: dict[str, str], base: Base, language: str) -> tuple[dict[str, str], dict[str, str]]:
        """The row, its text made unlike every earlier one."""
        while (digest := _digest(row["title"], row["text"])) in self.seen:
            end = self.chance.choice([one for one in _END[base.language] if one])
            row["text"] += self._ending(row["text"], end.format(n=self.chance.randrange(1, 100_000)))
        self.seen.add(digest)
        self.recent.append(row)
        return row, {"id": row["id"], "of": base.of, "item": base.item, "language": language}

    def _base(self, language: str) -> Base:
        drawn = self.chance.random()
        if drawn < LISTED + NEAR:
            held = (self.stock.listed if drawn < LISTED else self.stock.near)[language]
            return self.chance.choice(held[self.chance.choice(list(held))])
        if drawn < LISTED + NEAR + 0.23:
            return self.chance.choice(self.stock.other[language])
        return self._far(language)

    def _far(self, language: str) -> Base:
        chance = self.chance
        one = chance.choice(fields.ZH if language == "zh" else fields.EN)
        way, other = chance.sample(one.ways, 2)
        end, last = chance.sample(one.ends, 2)
        thing = chance.choice(one.things)
        text = _ABSTRACT[language].format(name=one.name, thing=thing if language == "en" else f"一种{thing}", way=way, other=other, end=end, last=last)  # fmt: skip
        text = re.sub(r"\{n\}", lambda _: str(chance.choice((2, 3, 5, 8, 10, 12, 15, 18, 20, 25, 30, 40, 45, 50, 60, 75, 80, 90))), text)  # fmt: skip
        title = f"一种{thing}及其使用方法" if language == "zh" else thing[0].upper() + thing[1:]
        return Base(language, title, tuple(part.strip() for part in _SENTENCE.findall(text)), "other", "")

    def _composed(self, ident: str, base: Base, mixed: bool, owner: str) -> dict[str, str]:
        chance = self.chance
        language = base.language
        drawn = chance.random()
        most = len(base.sentences)
        long = min(most, 1 if drawn < 0.15 else 3 if drawn < 0.5 else 8)
        begin = chance.randrange(0, most - long + 1)
        between = "" if language == "zh" else " "
        body = _FIGURE.sub(self._figure, between.join(base.sentences[begin : begin + long]))
        recipient = chance.choices(range(len(_WEIGHTS)), _WEIGHTS)[0]
        tongue = language if chance.random() < 0.9 else ("en" if language == "zh" else "zh")
        to = _RECIPIENTS[tongue][recipient]
        number = chance.randrange(2, 900)
        kind = chance.choices(("patent", "licence", "abstract"), (60, 10, 30))[0]
        if kind == "licence":
            text = _LICENCE[language].format(owner=owner, recipient=_RECIPIENTS[language][recipient], years=chance.randrange(2, 20), parts=chance.randrange(1, 6), text=body, n=number, people=chance.randrange(1, 9))  # fmt: skip
        else:
            text = chance.choice(_BEGIN[language]).format(n=number) + body
            text += self._ending(text, chance.choice(_END[language]).format(n=chance.randrange(2, 900)))
            to = to if chance.random() < 0.35 else ""
        if mixed:
            other = self.stock.listed if base.of == "listed" else self.stock.near
            kin = other["en" if language == "zh" else "zh"].get(base.item)
            text += " " + (chance.choice(kin or self.stock.other["en" if language == "zh" else "zh"]).sentences[0])
        day = self._day() if chance.random() < 0.95 else ""
        return {"id": ident, "title": base.title, "text": text, "on": day, "recipient": to, "kind": kind, "family": "", "owner": owner}  # fmt: skip

    @staticmethod
    def _ending(text: str, end: str) -> str:
        """What is put after a text, a full stop before it where the text has none."""
        if not end or text.endswith(tuple("。；！？!?;.")):
            return end
        return f".{end}" if end.startswith(" ") else f"。{end}"

    def _figure(self, match: re.Match[str]) -> str:
        """Another figure of the same order, written with as many places."""
        places = len(match[1].partition(".")[2])
        changed = float(match[1]) * self.chance.uniform(0.8, 1.25)
        if match.string[match.end() :].lstrip().startswith("%") and float(match[1]) <= 100:
            changed = min(changed, 100.0)
        return f"{max(changed, 10.0**-places):.{places}f}"

    def _day(self) -> str:
        """Half of the days since the edition of 2025, a quarter since that of 2023, the others since 2002."""
        begin = self.chance.choices(
            (date(2025, 7, 15), date(2023, 12, 21), date(2020, 8, 28), _FIRST), (50, 25, 15, 10)
        )[0]
        return (begin + timedelta(days=self.chance.randrange((_LAST - begin).days))).isoformat()

    def _owner(self) -> str:
        stem, branch = self.chance.randrange(10), self.chance.randrange(12)
        trade = self.chance.choice(_TRADES)
        if self.chance.random() < 0.6:
            return f"示例{_STEMS[stem]}{_BRANCHES[branch]}{trade[0]}有限公司"
        return f"Example {_STEMS_EN[stem]}{_BRANCHES_EN[branch]} {trade[1]} Co., Ltd."


def _digest(title: str, text: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{title}\n{text}".encode(), digest_size=8).digest(), "big")


def rows(count: int, seed: int) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Rows, each with what it was composed of, one at a time."""
    maker = _Maker(seed, stock())
    for number in range(1, count + 1):
        yield maker.row(number)


# ---- writing -------------------------------------------------------------------------------------------------------

Write = Callable[[dict[str, str]], None]


def _csv(path: Path, left: ExitStack) -> Write:
    file = left.enter_context(path.open("x", encoding="utf-8", newline=""))
    made = csv.writer(file, lineterminator="\n")
    made.writerow(COLUMNS)
    return lambda row: made.writerow([row[name] for name in COLUMNS])


def _jsonl(path: Path, left: ExitStack) -> Write:
    file = left.enter_context(path.open("x", encoding="utf-8", newline=""))
    return lambda row: print(json.dumps({name: row[name] for name in COLUMNS}, ensure_ascii=False), file=file)


def _parquet(path: Path, left: ExitStack) -> Write:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = left.enter_context(path.open("xb"))
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    made = left.enter_context(pq.ParquetWriter(file, schema))
    held: list[dict[str, str]] = []

    def put() -> None:
        if held:
            made.write_table(pa.Table.from_pylist(held, schema))
            held.clear()

    left.callback(put)

    def write(row: dict[str, str]) -> None:
        held.append({name: row[name] for name in COLUMNS})
        if len(held) == 5000:
            put()

    return write


def _xlsx(path: Path, left: ExitStack) -> Write:
    import xlsxwriter

    file = left.enter_context(path.open("xb"))
    made = left.enter_context(xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}))  # fmt: skip
    made.set_properties({"created": datetime(2026, 1, 1)})  # else the time of writing is in the file
    sheet = made.add_worksheet("portfolio")
    sheet.write_row(0, 0, COLUMNS)
    written = 0

    def write(row: dict[str, str]) -> None:
        nonlocal written
        written += 1
        sheet.write_row(written, 0, [row[name] for name in COLUMNS])

    return write


FORMS: dict[str, Callable[[Path, ExitStack], Write]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "xlsx": _xlsx,
}


def make(out: Path, count: int, seed: int, form: str, truth: Path | None = None) -> None:
    """Write a portfolio to a file that is not there yet."""
    with ExitStack() as left:
        write = FORMS[form](out, left)
        told = None if truth is None else left.enter_context(truth.open("x", encoding="utf-8"))
        for row, of in rows(count, seed):
            write(row)
            if told is not None:
                print(json.dumps(of, ensure_ascii=False), file=told)


def main(given: Sequence[str] | None = None) -> None:
    """Read the command line; see the module."""
    reader = argparse.ArgumentParser(prog="python -m quality.portfolio.make", description=__doc__.partition("\n")[0])
    reader.add_argument("out", type=Path)
    reader.add_argument("--rows", type=int, default=100_000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--form", choices=sorted(FORMS))
    reader.add_argument("--truth", type=Path)
    asked: Any = reader.parse_args(given)
    form = asked.form or asked.out.suffix.lstrip(".")
    if form not in FORMS:
        reader.error(f"name the form: {', '.join(sorted(FORMS))}")
    make(asked.out, asked.rows, asked.seed, form, asked.truth)


if __name__ == "__main__":
    main()
