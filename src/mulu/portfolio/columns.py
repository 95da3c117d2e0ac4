"""Which column of a table says what: guessed by what columns are called and hold, shown, and as a person gives it."""

from __future__ import annotations

import itertools
import re
import statistics
import unicodedata
from collections.abc import Mapping as Given
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

import msgspec

from mulu.errors import Misused
from mulu.sources.delimited import visible
from mulu.sources.tables import Value
from mulu.vocabulary import Said

Role = Literal["id", "text", "title", "kind", "recipient", "on", "family", "owner", "priority", "numbers"]
How = Literal["given", "named", "held", "title"]

ROLES: tuple[Role, ...] = ("id", "text", "title", "kind", "recipient", "on", "family", "owner", "priority", "numbers")
# A day is asked of the name as a whole: "Date (filing)" is none of a transfer.
_BY_VARIANTS = ("id", "text", "title", "recipient", "family", "owner")
_SEVERAL = ("text", "numbers")  # roles that more than one column may have


def _joined(*parts: str) -> tuple[str, ...]:
    """Every name that joins one word of each part, the words divided by blanks, in their order."""
    return tuple("".join(words) for words in itertools.product(*(part.split() for part in parts)))


# The country that a technology goes to, by whose it is said to be, and the day on which it goes, by what happens then.
_TO_COUNTRY = (
    *_joined("接收 目的 最终目的 进口", "国 国家 国别 国地区 国家地区 国别地区"), "目的地", "目的地国家", "最终目的地", "输出国家", "出口目的国", "出口目的地",
    "出口国别", "出口国地区", "出口国别地区", "出口国家地区",
    *_joined(
        "接收方 受让方 被许可方 被许可人 受让人 引进方 技术进口方 进口方 最终用户 买方",
        "国 国家 国别 国地区 国家地区 国别地区 所在国 所在国家 所在国别 所在国地区 所在国家地区",
    ),
    "destination", "receivingcountry", "importingcountry",
    *_joined("recipient licensee transferee destination importer enduser consignee buyer", "country countryregion countrycode nation"),
    *_joined("countryof nationof", "recipient therecipient licensee thelicensee transferee thetransferee destination importer enduser consignee buyer"),
)  # fmt: skip
_OF_TRANSFER = (
    *_joined("转让 许可 签订 签约 签署 合同 合同签订 合同签署 转移 出口 技术出口 拟出口 计划出口", "日期 日 时间"),
    *_joined("transfer licence license licensing contract agreement signing signature export plannedexport plannedtransfer", "date day"),
    *_joined("dateof", "transfer licence license contract agreement signing signature export"),
)  # fmt: skip

# What tables call their columns, the first that a table has is taken; blanks, brackets, case and full width apart.
# Known from public programs that read the files: the CSV of Google Patents (id, title, assignee …: no abstract) and its
# tables (title_localized), of Lens (Display Key, Abstract, Owners, Priority Numbers, Simple Family Members), of Espacenet
# (Publication number, Family number, Applicants: no abstract), of Derwent (Title - DWPI, Assignee/Applicant, 受让人/申请人,
# INPADOC Family ID), the tables of PatentsView (patent_id, patent_abstract) and PATSTAT (appln_id, appln_abstract), the
# lists of PATENTSCOPE (Application Id, Priorities Data), the workbooks of incoPat (公开(公告)号, 标题 (中文), 摘要 (中文), 当前权利人,
# 优先权号, 简单同族ID, 受让人, 被许可人) and PatSnap (公开(公告)号, 摘要(译)(简体中文), [标]当前申请(专利权)人, 简单同族, INPADOC同族), the CSV
# of CNIPR (公开(公告)号, 发明名称, 申请人/专利权人, 摘要). The others are words of the trade.
NAMES: dict[Role, tuple[str, ...]] = {
    "text": (
        "text", "描述", "技术描述", "技术内容", "description", "technicaldescription", "正文", "内容", "文本", "abstract", "摘要",
        "摘要中文", "中文摘要", "申请摘要", "摘要译简体中文", "摘要翻译", "abstracttranslated", "abstractenglish", "englishabstract", "abstractdwpi", "摘要dwpi",
        "patentabstract", "abstractlocalized", "applnabstract", "技术要点", "技术方案", "summary", "content", "scope",
        "licensedtechnology", "许可技术", "首项权利要求", "首权", "主权项", "firstclaim", "独立权利要求", "权利要求", "claims",
    ),
    "title": (
        "title", "标题", "题名", "专利名称", "发明名称", "发明创造名称", "技术名称", "名称", "合同名称", "项目名称", "标题中文",
        "标题译简体中文", "标题翻译", "titletranslated", "titleenglish", "englishtitle", "titledwpi", "标题dwpi", "patenttitle", "titlelocalized",
        "applntitle", "technologyname", "nameoftechnology", "inventiontitle", "subject", "name",
    ),
    "id": (
        "id", "编号", "标识", "recordid", "记录号", "合同编号", "合同号", "contractno", "contractnumber", "licenceno", "licenseno",
        "reference", "ref", "publicationnumber", "publicationnumbers", "公开公告号", "公开公告号码", "公开号", "公告号", "授权公告号", "专利号", "patentnumber",
        "patentno", "displaykey", "lensid", "patentid", "documentid", "applicationid", "applnid", "申请号", "applicationnumber", "号", "序号", "no", "number", "#",
    ),
    "kind": ("kind", "类型", "类别", "专利类型", "documenttype", "doctype", "patenttype", "type"),
    "recipient": (  # a country tells more than a name from which one has to be read
        *_TO_COUNTRY, "recipient", "接收方", "受让方", "被许可方", "技术进口方", "被许可人", "当前被许可人", "受让人", "licensee", "transferee",
    ),
    "on": ("on", "day", "date", "日期", *_OF_TRANSFER),
    "family": (
        "family", "familyid", "简单同族id", "简单同族族号", "simplefamilyid", "docdbfamilyid", "docdb同族id", "familynumber", "同族号",
        "同族id", "同族", "简单同族", "simplefamily", "simplefamilymembers", "docdb同族", "inpadoc同族", "inpadocfamily",
        "inpadocfamilyid", "inpadoc同族id", "扩展同族id", "dwpifamilymembers", "dwpi同族成员", "group",
    ),
    "owner": (
        "owner", "owners", "权利人", "当前权利人", "标当前申请专利权人", "当前申请专利权人", "申请专利权人", "申请人专利权人", "专利权人",
        "所有人", "proprietor", "currentassignee", "currentassignees", "assignee", "assignees", "assigneeorganization",
        "assigneeapplicant", "受让人申请人", "assigneeapplicantfirst", "assigneeoriginal", "assigneestandardized", "assigneedwpi", "申请人", "applicant", "applicants", "许可人", "许可方",
        "转让方", "licensor", "transferor",
    ),
    "priority": ("优先权号", "优先权号码", "prioritynumber", "prioritynumbers", "prioritiesdata", "prioritydata", "priority"),
    "numbers": (
        "publicationnumber", "公开公告号", "公开公告号码", "公开号", "公告号", "授权公告号", "专利号", "patentnumber", "patentno", "displaykey",
        "申请号", "applicationnumber",
    ),
}  # fmt: skip
# Of these the first two kinds of numbers are of publications, the others of applications, by which families are known.
APPLICATIONS = ("申请号", "applicationnumber")
# A country that is said of nobody: in a list of licences the recipient's, in one of patents the office's or the applicant's.
_COUNTRY = ("country", "countryregion", "国家", "国别", "国家地区", "国别地区", "所在国", "所在国家")
# Days of the procedure before an office, on which nothing goes to anybody.
_BEFORE_OFFICE = re.compile(
    r"(?:application|app|filing|creation|publication|pub|grant|issue|priority|patent)dates?"
    r"|earliest(?:priority|publication)|(?:申请|公开|公告|公布|授权|优先权|颁证)日"
)
_RUNNING = ("号", "序号", "no", "number", "#")  # a running number: an id only where there is none better
_LEAST = 24  # characters that a column of descriptions has at the median where its name does not say so
_SHOWN = 60


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the first rows of a table show of a column."""

    name: str
    letter: str  # as a spreadsheet calls it
    filled: int  # of `rows`
    rows: int
    median: int  # characters of what is filled
    examples: tuple[str, ...]


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """What the columns of one table say. `how` tells of each role whether its column was given, is called so
    ("named"), holds such texts ("held"), or stands in for a text that the table has not ("title")."""

    sheet: str | None
    header: (
        int | None
    )  # the line or row that names the columns; None where each row names them (JSON Lines), or none does
    names: tuple[str, ...]
    roles: dict[Role, tuple[str, ...]]
    how: dict[Role, How]
    seen: tuple[Seen, ...]
    notes: tuple[Said, ...] = ()

    @property
    def lacking(self) -> Said | None:
        """What must be given before the table can be read."""
        told = "、".join(self.names[:40]), ", ".join(self.names[:40])
        if "text" not in self.roles:
            return Said(
                "no_text_column",
                f"没有可作为技术描述的列。现有列：{told[0]}。请以 `columns` 指明，如 text=摘要,title=标题,id=公开号。",
                f"no column could be the description of a technology. There are: {told[1]}. Name it with `columns`, such "
                f"as text=Abstract,title=Title,id=Publication number.",
            )
        if "id" not in self.roles:
            return Said(
                "no_id_column",
                f"没有可作为编号的列，记录的判断无法保留。现有列：{told[0]}。请以 `columns` 指明（id=列名），或以 id=row 按行号编号。",
                f"no column could be the id, without which no judgement of a record can be kept. There are: {told[1]}. "
                f"Name it with `columns` (id=NAME), or number the rows with id=row.",
            )
        return None


ROW = "row"  # given as the column of ids: the number of the row is its id


def letter(column: int) -> str:
    """The name that a spreadsheet gives to a column, from 0: A, B … Z, AA."""
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(ord("A") + rest) + made
    return made


@lru_cache(4096)
def plain(name: str) -> str:
    """A name as names are compared: no blanks, brackets, marks, case and full width."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum()) or folded.strip()


@cache
def variants(name: str) -> tuple[str, ...]:
    """What else a name may be known by: that outside its brackets, that in them, its Chinese and its English part."""
    folded = unicodedata.normalize("NFKC", name)
    parts = [re.sub(r"[(\[{（【〔][^)\]}）】〕]{0,60}[)\]}）】〕]", " ", folded)]
    parts += re.findall(r"[(\[{（【〔]([^)\]}）】〕]{1,60})[)\]}）】〕]", folded)
    parts += re.split(r"[/|;；、:：]", folded)
    parts += [
        "".join(re.findall(r"[\u4e00-\u9fff]", parts[0])),
        " ".join(re.findall(r"[A-Za-z][A-Za-z .&'-]{0,60}", parts[0])),
    ]
    return tuple(dict.fromkeys(said for one in parts if (said := plain(one)) and said != plain(name)))


@cache
def _known() -> frozenset[str]:
    return frozenset(plain(name) for names in NAMES.values() for name in names)


def known_names(cells: Sequence[Value]) -> int:
    """How many cells of a row are names that columns are known by."""
    return sum(not _known().isdisjoint((plain(cell), *variants(cell))) for cell in _cells(cells))


def names_it(column: str, cell: Value) -> bool:
    """Whether a cell is the name of its own column, or one that columns are known by, and nothing else."""
    return isinstance(cell, str) and len(cell) <= 40 and (plain(cell) in _known() or plain(cell) == plain(column))


def header_of(rows: Sequence[Sequence[Value]]) -> int | None:
    """Which of the first rows names the columns: that with most known names, else the first of short cells alone.

    None where no row does; titles, notes and the address of a search may stand above it.
    """
    known = [known_names(row) for row in rows[:30]]
    if known and max(known) > 0:
        best = known.index(max(known))
        if known[best] > 1 or len(_cells(rows[best])) == 1 or all(_names_something(c) for c in _cells(rows[best])):
            return best
    for number, row in enumerate(rows[:30]):
        cells = _cells(row)
        if len(cells) >= min(2, max((len(_cells(one)) for one in rows), default=0)) and cells:
            return number if all(_names_something(cell) for cell in cells) else None
    return None


def _cells(row: Sequence[Value]) -> list[str]:
    return [cell for cell in row if isinstance(cell, str) and cell.strip()]


def _names_something(cell: str) -> bool:
    """Short, no sentence, no number: as the head of a column is."""
    said = cell.strip()
    return len(said) <= 40 and not said.endswith(("。", ".")) and re.fullmatch(r"[\d.,:/ -]{1,40}", said) is None


def named(cells: Sequence[Value], above: Sequence[Value] = ()) -> tuple[str, ...]:
    """The names of columns, each once: a second of one name is `name (2)`, one without a name its letter.

    `above` is the row before: where it names several columns, a column that it alone names is called so, as one is whose
    name stands in a cell that is merged over both.
    """
    made: list[str] = []
    over = above if len(held := _cells(above)) > 1 and all(map(_names_something, held)) else ()
    for number, cell in enumerate(cells):
        if number < len(over) and not (isinstance(cell, str) and cell.strip()):
            cell = over[number]
        name = visible(" ".join(cell.split())) if isinstance(cell, str) and cell.strip() else f"[{letter(number)}]"
        times = 2
        once = name
        while name in made:
            name = f"{once} ({times})"
            times += 1
        made.append(name)
    return tuple(made)


def guessed(
    sheet: str | None,
    header: int | None,
    names: tuple[str, ...],
    sample: Sequence[Sequence[Value]],
    given: Given[str, str] | None = None,
) -> Columns:
    """What the columns say, from their names and their first rows; `given` goes before any guess.

    Raises Misused where a column that is given is not there, or a guess would have to choose between two of one name.
    """
    seen = tuple(_seen(number, name, [row[number] if number < len(row) else None for row in sample]) for number, name in enumerate(names))  # fmt: skip
    roles: dict[Role, tuple[str, ...]] = {}
    how: dict[Role, How] = {}
    notes: list[Said] = []
    for role, column in (given or {}).items():
        if role not in ROLES:
            raise _no_role(role)
        roles[role] = (ROW,) if role == "id" and column == ROW else _given(role, column, names)
        how[role] = "given"
    taken = {name for role in ("id", "text", "title") for name in roles.get(role, ())}
    by_plain: dict[str, list[str]] = {}
    for name in names:
        by_plain.setdefault(plain(re.sub(r" \(\d{1,3}\)$", "", name)), []).append(name)
    by_variant: dict[str, list[str]] = {}
    for name in names:
        for one in variants(re.sub(r" \(\d{1,3}\)$", "", name)):
            by_variant.setdefault(one, []).append(name)
    filled = {one.name for one in seen if one.filled}
    owners = set(map(plain, NAMES["owner"]))
    for role in ROLES:
        if role in roles:
            continue
        found = [by_plain[one] for one in map(plain, NAMES[role]) if one in by_plain]
        if not found and role in _BY_VARIANTS:
            found = [by_variant[one] for one in map(plain, NAMES[role]) if one in by_variant]
        if role == "recipient":  # 受让人/申请人 is how some call the owner of a patent
            found = [group for group in found if not any(owners.intersection(variants(name)) for name in group)]
        if role == "numbers":
            columns = tuple(dict.fromkeys(name for group in found for name in group))
            if columns:
                roles[role], how[role] = columns, "named"
            continue
        # A column without a single entry says nothing: Lens and incoPat export columns that a search left empty.
        found = [group for group in found if set(group) & filled] or found[:1] if role != "on" else found
        found = [group for group in found if not set(group) <= taken]
        if not found:
            continue
        if len(found[0]) > 1 and role in ("id", "text", "title", "on", "recipient"):
            raise _twice(role, found[0])
        roles[role], how[role] = (found[0][0],), "named"
        if role in ("id", "text", "title"):
            taken.add(found[0][0])
    if "text" not in roles:
        held = [one for one in seen if one.median >= _LEAST and 2 * one.filled >= one.rows and one.name not in taken]
        if held:
            best = max(held, key=lambda one: one.median)
            roles["text"], how["text"] = (best.name,), "held"
        elif "title" in roles:
            roles["text"], how["text"] = roles.pop("title"), "title"
            how.pop("title")
            notes.append(
                Said(
                    "titles_alone",
                    f"没有摘要或描述列，只能比较标题“{roles['text'][0]}”：结果远不如摘要可靠。请尽量导出摘要。",
                    f"there is no column of abstracts or descriptions; only the titles in “{roles['text'][0]}” can be "
                    f"compared, which tells far less. Export the abstracts if you can.",
                )
            )
    if "recipient" not in roles or (how["recipient"] == "named" and not _names_country(roles["recipient"][0])):
        notes += [
            Said(
                "country_of_whom",
                f"“{name}”列未用作接收方：国家也可能是申请人的或专利局的。如为接收方的国家，请以 `columns` 指明 recipient={name}。",
                f"the column “{name}” is not taken for the recipient: a country may be the applicant's or the patent office's. If it is "
                f"the recipient's, say so with `columns`: recipient={name}.",
            )
            for name in names
            if plain(name) in _COUNTRY and name in filled
        ]
    before = [name for name in names if name in filled and _BEFORE_OFFICE.search(plain(name))]
    if "on" not in roles and before:
        notes.append(
            Said(
                "day_before_office",
                f"{'、'.join(f'“{name}”' for name in before)}未用作记录的日期：记录按其转让或许可之日有效的目录比较，没有该日的按筛查之日。申请、公开、授权等日期"
                f"随记录保留。确需按其中一日比较时，请以 `columns` 指明，如 on={before[0]}。",
                f"{', '.join(f'“{name}”' for name in before)}: not taken for the day of a record, which is compared with the edition of the "
                f"day of its transfer or licence, or of the screening where it has none. Days of filing, publication or grant are kept with "
                f"the record. To compare by one of them, say so with `columns`: on={before[0]}.",
            )
        )
    if "id" in roles and how["id"] == "named" and plain(roles["id"][0]) in _RUNNING:
        notes.append(
            Said(
                "running_numbers",
                f"编号取自“{roles['id'][0]}”，看来是序号：再次导出时同一编号可能指另一条记录。请以 `columns` 指明固定的编号。",
                f"the ids are those of “{roles['id'][0]}”, which look like running numbers: in another export they may "
                f"mean other records. Name a column of lasting ids with `columns`.",
            )
        )
    return Columns(sheet=sheet, header=header, names=names, roles=roles, how=how, seen=seen, notes=tuple(notes))


def _names_country(name: str) -> bool:
    return not {plain(name), *variants(name)}.isdisjoint(_TO_COUNTRY)


def _seen(number: int, name: str, values: Sequence[Value]) -> Seen:
    said = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    shown = tuple(dict.fromkeys(visible(" ".join(one[: 2 * _SHOWN].split())[:_SHOWN]) for one in said))[:3]
    median = int(statistics.median(map(len, said))) if said else 0
    return Seen(name=name, letter=letter(number), filled=len(said), rows=len(values), median=median, examples=shown)


def _given(role: str, column: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that a person means: one of exactly this name, else of the name in other spelling, else by its letter."""

    def find(said: str) -> str | None:
        if said in names:
            return said
        same = [name for name in names if plain(name) == plain(said)]
        if len(same) == 1:
            return same[0]
        letters = {letter(number): name for number, name in enumerate(names)}
        return letters.get(said)

    if (one := find(column.strip())) is not None:
        return (one,)
    parts = [part.strip() for part in column.split("+")]
    found = [find(part) for part in parts]
    whole = tuple(one for one in found if one is not None)
    if role in _SEVERAL and len(whole) == len(parts):
        return whole
    lacking = next((part for part, one in zip(parts, found, strict=True) if one is None), column)
    raise Misused(
        Said(
            "no_such_column",
            f"没有名为“{lacking}”的列（{role}）。现有列：{'、'.join(names[:40])}。",
            f"there is no column “{lacking}” ({role}). There are: {', '.join(names[:40])}.",
        )
    )


def parse_given(said: str) -> dict[str, str]:
    """`text=摘要,title=标题,id=公开号` as roles and columns; a name may hold commas, and `+` joins columns of text.

    Raises Misused for what is no such list.
    """
    made: dict[str, str] = {}
    for part in re.split(rf",(?=\s{{0,9}}(?:{'|'.join(ROLES)})\s{{0,9}}=)", said):
        role, mark, column = (one.strip() for one in part.partition("="))
        if not mark or not column:
            raise Misused(
                Said(
                    "columns_malformed",
                    f"列的写法应为 text=摘要,title=标题,id=公开号；无法读取“{part.strip()}”。",
                    f"columns are given as text=Abstract,title=Title,id=Number; “{part.strip()}” cannot be read.",
                )
            )
        if role not in ROLES:
            raise _no_role(role)
        if role in made:
            raise Misused(Said("role_twice", f"{role} 给出了两次。", f"{role} is given twice."))
        made[role] = column
    return made


def _no_role(role: str) -> Misused:
    listed = ", ".join(ROLES)
    return Misused(
        Said("no_such_role", f"没有“{role}”这一项。可用：{listed}。", f"there is no “{role}”; use {listed}.")
    )


def _twice(role: str, names: Sequence[str]) -> Misused:
    return Misused(
        Said(
            "column_twice",
            f"有 {len(names)} 列同名，都可能是 {role}：{'、'.join(names)}。请以 `columns` 指明，如 {role}={names[0]}。",
            f"{len(names)} columns of one name could be the {role}: {', '.join(names)}. Name one with `columns`, such as "
            f"{role}={names[0]}.",
        )
    )
