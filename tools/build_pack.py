"""Builds the data pack from the gathered research files, and reports what changed.

    python tools/build_pack.py GATHERED [--version 2026.11.2]

GATHERED is a folder with `index.jsonl`, `facts.jsonl` and `instruments.jsonl`. Our own changes to what was gathered
stand in `src/mulu/data/corrections.jsonl`, our Chinese renderings of its notes in `tools/translations.jsonl`; both
are applied here and nowhere else. Run it again whenever those files grow: the report names every item, point, reading,
act and statement that was added, removed or changed. The estimates called `belief` in the gathered files never enter.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mulu.catalogue.editions import Catalogue
from mulu.catalogue.pack import DATA, digest
from mulu.catalogue.records import FILES, schemas
from mulu.determination import law
from mulu.procedure import following, limits, machine, penalties

Row = dict[str, Any]

EDITIONS = {
    "2008": "2008-12",
    "2020": "2020-38",
    "draft-2022-12": "draft-2022-12-30",
    "2023": "2023-57",
    "draft-2025-01": "draft-2025-01-02",
    "2025": "2025-28",
}
INSTRUMENT_OF = {
    "2008": "order-2008-12",
    "2020": "announcement-2020-38",
    "draft-2022-12": "draft-2022-12-30",
    "2023": "announcement-2023-57",
    "draft-2025-01": "draft-2025-01-02",
    "2025": "announcement-2025-28",
}
# Only of these does a source name every change, so that what they do not touch is carried over.
ALL_CHANGES_NAMED = {"announcement-2025-28", "draft-2025-01-02"}
# Numbers of clauses that sources give; of the other acts the clause is not known.
CLAUSES = {
    ("announcement-2020-38", "silkworm-j"): "2",
    ("announcement-2020-38", "spacecraft-ttc-j"): "6",
    ("announcement-2020-38", "information-processing-x"): "45",
}
CHANGES = {"added": "adds", "deleted": "deletes", "modified": "modifies", "unchanged": "keeps"}
# One unit, one spelling: g/cc is the trade's way to write g/cm³.
UNITS = {"g/cc": "g/cm³", "A/cm2": "A/cm²"}
KNOWN_TO = {
    "catalogue": {
        "day": "2026-11-23",
        "basis": {
            "zh": "来源核查至 2026-11-23；未发现晚于 2025 年第 28 号公告的目录文书（未见不等于没有）。",
            "en": "Sources were checked up to 2026-11-23; no act on the Catalogue later than Announcement 28 of 2025 was "
            "found (that none was found is weak evidence that there is none).",
        },
    },
    "dual-use": {
        "day": "2026-11-23",
        "basis": {
            "zh": "来源核查至 2026-11-23；所读资料的日期均不晚于 2026-10-09。",
            "en": "Sources were checked up to 2026-11-23; nothing that was read is dated after 2026-10-09.",
        },
    },
}


class Gathered:
    """The research files, with translations at hand."""

    def __init__(self, folder: Path, translations: Path) -> None:
        self.index = rows(folder / "index.jsonl")
        self.facts = rows(folder / "facts.jsonl")
        self.instruments = rows(folder / "instruments.jsonl")
        self.chinese = {row["en"]: row["zh"] for row in rows(translations)}
        self.sources: dict[str, Row] = {}

    def texts(self, english: str | None) -> Row | None:
        if not english:
            return None
        # Our own estimates do not enter the pack, not even in a note.
        english = re.sub(
            r"(\w+) entries of this index with belief above [\d.]+", r"\1 likelier entries of this index", english
        )
        if english not in self.chinese:
            sys.exit(f"No Chinese for this note; add it to tools/translations.jsonl: {english!r}")
        return {"zh": self.chinese[english], "en": english}

    def source(self, text: str) -> str:
        """The id of a source: derived from its address, so that it stays the same from build to build."""
        id_ = "s" + hashlib.sha256(text.encode()).hexdigest()[:8]
        address = text if text.startswith("http") else None
        described = re.sub(r"^https?://(www\.)?", "", text).split("/")[0] if address else text
        self.sources[id_] = {"id": id_, "address": address, "described": described}
        return id_


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def pruned(row: Row) -> Row:
    """Without nulls and empty lists in optional places: absent and null say the same, the shorter is kept."""
    return {k: v for k, v in row.items() if v is not None and v != []}


def item_row(row: Row, gathered: Gathered) -> Row:
    industry = row["industry_zh"]
    return {
        "id": row["id"],
        "control": row["control"],
        "name": {"zh": row["name_zh"], "en": row["name_en"]},
        "name_certainty": row["name_certainty"],
        "english_certainty": row["name_en_certainty"],
        "english": "published translation" if row["name_en_certainty"] == "published" else "own translation",
        **pruned(
            {
                "name_is_description": row.get("name_is_description") or None,
                "industry": {"zh": industry, "en": INDUSTRIES[industry]} if industry else None,
                "industry_certainty": row["industry_certainty"],
                "division": row["gbt4754_division"],
                "sources": [gathered.source(s) for s in row["sources"]],
                "note": gathered.texts(row["notes"]),
            }
        ),
    }


def point_row(item: Row, point: Row, gathered: Gathered) -> Row:
    published = point["certainty"] == "published"
    sources = []
    for fact in gathered.facts:
        value = fact["value"]
        if fact["item"] == item["id"] and fact["field"] == "point" and isinstance(value, dict):
            same = value.get("n") == point["n"] and (
                value.get("summary_zh") == point["summary_zh"] or fact["edition"] == point["since"]
            )
            sources += [gathered.source(fact["source"])] if same else []
    # An unconfirmed point goes in as a topic: what it is about and its terms of art, no parameter.
    parameters = [parameter_row(p, gathered) for p in point["parameters"]] if published else []
    return {
        "item": item["id"],
        "number": point["n"],
        "certainty": point["certainty"],
        "zh": point["summary_zh"],
        "en": point["summary_en"],
        **pruned(
            {
                "terms_zh": list(dict.fromkeys(point["terms_zh"])),
                "terms_en": list(dict.fromkeys(point["terms_en"])),
                "terms_unconfirmed": list(dict.fromkeys(point.get("terms_unconfirmed", []))) if published else [],
                "since": EDITIONS[point["since"]] if point["since"] else None,
                "until": EDITIONS[point["until"]] if point["until"] else None,
                "drafts": [EDITIONS[d] for d in point.get("drafts", [])],
                "parameters": parameters,
                "sources": list(dict.fromkeys(sources)),
                "note": gathered.texts(point.get("note")),
            }
        ),
    }


def parameter_row(parameter: Row, gathered: Gathered) -> Row:
    return {
        "name": {"zh": parameter["name_zh"], "en": parameter["name_en"]},
        "operator": parameter["operator"],
        "value": parameter["value"],
        "unit": UNITS.get(parameter["unit"], parameter["unit"]),
        **pruned({"condition": gathered.texts(parameter["condition"])}),
    }


def instrument_row(row: Row, gathered: Gathered) -> Row:
    certainty = row["certainty"]
    catalogue = row["kind"] == "catalogue instrument"
    edition = next((EDITIONS[e] for e, i in INSTRUMENT_OF.items() if i == row["id"]), None)
    announced = None
    if row["counts"]:
        counts = row["counts"]
        announced = pruned(
            {
                "whole": pruned({k: counts[k] for k in ("prohibited", "restricted", "total")}),
                **{k: pruned(counts[k]) if counts[k] else None for k in ("added", "deleted", "modified")},
                "derived": counts.get("derived"),
            }
        )
    suspension = None
    if row.get("suspended_from"):
        suspension = {
            "begins": row["suspended_from"],
            "to": row["suspended_to"],
            "by": row["suspended_by"],
            "certainty": certainty["suspension"],
            "formal_extension_seen": row["formal_extension_text_seen"],
            **pruned(
                {
                    "part": {"zh": "第二款", "en": "paragraph 2"} if "paragraph 2" in row["standing"] else None,
                    "extension": extension_row(row.get("extension_reported"), gathered),
                }
            ),
        }
    ends = {"announcement-2025-70": "2026-11-10", "announcement-2025-72": "2026-11-27"}.get(row["id"])
    return {
        "kind": "instrument",
        "id": row["id"],
        "family": "catalogue" if catalogue else "dual-use",
        "title": {"zh": row["title_zh"], "en": row["title_en"]},
        "title_certainty": certainty.get("title_zh", "unconfirmed"),
        "issuers": row["issuers"],
        "issuers_certainty": certainty["issuers"],
        "published": row["published"],
        "published_certainty": certainty["published"],
        "effective": row["effective"],
        "effective_certainty": certainty.get("effective"),
        "draft": "draft_of" in row,
        **pruned(
            {
                "edition": edition,
                "draft_of": row.get("draft_of"),
                "comment_deadline": row.get("comment_deadline"),
                "amends": row["amends"],
                "repeals": row["repeals"],
                "repealed_on": row.get("repealed_on"),
                "repealed_by": row.get("repealed_by"),
                "announced": announced,
                "changes_all_named": (row["id"] in ALL_CHANGES_NAMED) or None,
                "in_force_certainty": certainty.get("standing"),
                "own_term_ends": ends,
                "suspension": suspension,
                "control_codes": row.get("control_codes"),
                "sources": [gathered.source(s) for s in row["urls"]],
                "note": gathered.texts(row["notes"]),
            }
        ),
    }


def extension_row(row: Row | None, gathered: Gathered) -> Row | None:
    if row is None:
        return None
    return {
        "reported_to": row["reported_to"],
        "reported_on": row["reported_on"],
        "reported_by": gathered.texts(row["reported_by"]),
        "address": row["url"],
    }


def act_rows(edition: str, gathered: Gathered) -> Iterable[Row]:
    """The acts of the instrument of an edition. Carried-over items need no act: their edition is computed."""
    computed = INSTRUMENT_OF[edition] in ALL_CHANGES_NAMED
    for item in gathered.index:
        seen = item["editions"][edition]
        if seen["change"] is None or (computed and seen["change"] == "unchanged"):
            continue
        sources = [
            gathered.source(f["source"])
            for f in gathered.facts
            if f["item"] == item["id"] and f["edition"] == edition and f["field"] == "change"
        ]
        yield {
            "kind": "act",
            "does": CHANGES[seen["change"]],
            "item": item["id"],
            "certainty": seen["change_certainty"],
            **pruned(
                {
                    "sources": list(dict.fromkeys(sources)),
                    "basis": gathered.texts(seen.get("change_basis")),
                    "clause": clause_of(INSTRUMENT_OF[edition], item["id"]),
                }
            ),
        }


def clause_of(instrument: str, item: str) -> Row | None:
    number = CLAUSES.get((instrument, item))
    return None if number is None else {"zh": f"第 {number} 条", "en": f"clause {number}"}


def basis_of(item: Row, edition: str, gathered: Gathered) -> Row | None:
    """Why a published reading without a basis of its own holds: it follows from what the next act does, or the named additions."""
    seen = item["editions"][edition]
    if seen.get("basis") or seen["certainty"] != "published" or has_fact(item, edition, gathered) or seen["change"]:
        return gathered.texts(seen.get("basis"))
    later = {"2008": "2020", "2020": "2023"}.get(edition)
    if seen["present"] and later and item["editions"][later]["change"] in ("deleted", "modified"):
        return {
            "zh": "推定：后一文书删除或修改该条目，故此前在列",
            "en": "follows: the next act deletes or modifies it, so it stood before",
        }
    if edition == "2023" and seen["present"] is False:
        return {
            "zh": "推定：2023 年新增条目均已列明，此条不在其中",
            "en": "follows: all additions of 2023 are named, and it is none of them",
        }
    sys.exit(f"{item['id']} in {edition}: published without a statement, an act or a basis")


def code_basis_of(item: Row, edition: str, gathered: Gathered) -> Row | None:
    """Why a published code without a statement of that edition holds: the next act cites the entry by it."""
    seen = item["editions"][edition]
    if (
        seen.get("code_basis")
        or seen["code_certainty"] != "published"
        or has_fact(item, edition, gathered, seen["code"])
    ):
        return gathered.texts(seen.get("code_basis"))
    if edition == "2008" and has_fact(item, "2020", gathered, seen["code"]):
        return {
            "zh": "推定：2020 年第 38 号公告按此编号引用该条目",
            "en": "follows: Announcement 38 of 2020 cites the entry by this code",
        }
    sys.exit(f"{item['id']} in {edition}: code {seen['code']} is published without a statement or a basis")


def has_fact(item: Row, edition: str, gathered: Gathered, code: str | None = None) -> bool:
    return any(
        fact["item"] == item["id"]
        and fact["edition"] == edition
        and (code is None or (fact["field"] == "code" and fact["value"] == code))
        for fact in gathered.facts
    )


def reading_rows(edition: str, gathered: Gathered) -> Iterable[Row]:
    computed = INSTRUMENT_OF[edition] in ALL_CHANGES_NAMED
    for item in gathered.index:
        seen = item["editions"][edition]
        if computed and not differs_from_carried(item, edition):
            continue
        presence = {True: "present", False: "absent", None: "open"}[seen["present"]]
        code = seen["code"]
        yield {
            "kind": "reading",
            "item": item["id"],
            "presence": presence,
            "certainty": seen["certainty"],
            **pruned(
                {
                    "basis": basis_of(item, edition, gathered),
                    "code": code,
                    "code_certainty": seen["code_certainty"] if code else None,
                    "code_basis": code_basis_of(item, edition, gathered) if code else None,
                    "serial": seen.get("serial"),
                }
            ),
        }


def differs_from_carried(item: Row, edition: str) -> bool:
    """Does the gathered reading say anything that the edition before and the named changes do not already say?"""
    seen, before = item["editions"][edition], item["editions"]["2023"]
    if seen["change"] not in (None, "unchanged"):
        return bool(seen["code"] and not before["code"])  # a new entry's code is read, all else is its act
    same = all(seen[k] == before[k] for k in ("present", "code", "code_certainty"))
    return not same or (seen["present"] is not False and seen["certainty"] != before["certainty"])


def statement_rows(edition: str, gathered: Gathered) -> Iterable[Row]:
    for fact in gathered.facts:
        if fact["edition"] != edition or fact["item"] is None:
            continue
        value = fact["value"]
        if isinstance(value, dict) and "summary_zh" in value:
            value = {"zh": f"{value['n']}：{value['summary_zh']}", "en": f"{value['n']}: {value['summary_en']}"}
        elif isinstance(value, dict) and "zh" in value:
            value = {"zh": value["zh"], "en": value.get("en") or value["zh"]}
        yield {
            "kind": "statement",
            "item": fact["item"],
            "field": fact["field"],
            "value": value,
            "source": gathered.source(fact["source"]),
            "how": gathered.texts(fact["how"]),
            **pruned({"note": gathered.texts(fact.get("note")), "also_possible": fact.get("also_possible")}),
        }


def corrected(kind: str, made: list[Row], corrections: list[Row]) -> list[Row]:
    """Apply our corrections; one that no longer finds what it corrects stops the build."""
    by_key = {row["id"] if kind == "items" else point_key(row): row for row in made}
    for one in corrections:
        if one["file"] != kind:
            continue
        named = [row for key, row in by_key.items() if one["key"] in (key, key.split("@")[0])]
        if len(named) != 1:
            sys.exit(f"corrections.jsonl: {one['id']}: {len(named)} {kind} rows are named {one['key']!r}")
        row = named[0]
        holder, leaf = row, one["field"]
        while "." in leaf:
            head, leaf = leaf.split(".", 1)
            holder = holder[head]
        was = holder.get(leaf, "")
        shown = was if isinstance(was, str) else "、".join(was)
        if shown != one["was"]:
            sys.exit(
                f"corrections.jsonl: {one['id']}: {one['key']} {one['field']} is now {shown!r}, not {one['was']!r}"
            )
        holder[leaf] = one["becomes"] if isinstance(was, str) else [t for t in one["becomes"].split("、") if t]
    return made


def point_key(row: Row) -> str:
    return f"{row['item']}#{row['number']}" + (f"@{row['since']}" if "since" in row else "")


def write(path: Path, made: Iterable[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(", ", ": ")) + "\n" for row in made)
    path.write_text(text, encoding="utf-8")


def snapshot(folder: Path) -> dict[str, dict[str, str]]:
    """Every line of the pack by file and by what it speaks of, to report differences."""
    held: dict[str, dict[str, str]] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        name = path.relative_to(folder).as_posix()
        lines: dict[str, str] = {}
        for row in rows(path):
            key = row.get("id") or "/".join(
                str(row[k]) for k in ("kind", "item", "number", "since", "field", "source", "point", "role") if k in row
            )
            while key in lines:
                key += "'"
            lines[key] = json.dumps(row, ensure_ascii=False, sort_keys=True)
        held[name] = lines
    return held


def report(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> None:
    changes = 0
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, {}), after.get(name, {})
        for mark, keys in (
            ("+", new.keys() - old.keys()),
            ("-", old.keys() - new.keys()),
            ("~", {k for k in old.keys() & new.keys() if old[k] != new[k]}),
        ):
            changes += len(keys)
            for key in sorted(keys)[:20]:
                print(f"{mark} {name}: {key}")
            if len(keys) > 20:
                print(f"{mark} {name}: … and {len(keys) - 20} more")
    print(f"{changes} lines added, removed or changed.")


def check_against(gathered: Gathered, catalogue: Catalogue) -> None:
    """The computed editions must say of every item what was gathered of it."""
    words = {True: "present", False: "absent", None: "open"}
    for item in gathered.index:
        for edition, seen in item["editions"].items():
            listing = catalogue.editions[EDITIONS[edition]].listings.get(item["id"])
            computed = "not held" if listing is None else listing.presence.value
            if computed != words[seen["present"]]:
                sys.exit(f"{item['id']} in {edition}: gathered as {words[seen['present']]}, computed as {computed}")
            if listing is not None and seen["present"] and listing.certainty.value != seen["certainty"]:
                print(f"note: {item['id']} in {edition}: {seen['certainty']} gathered, {listing.certainty} computed")


LINES = {**FILES, **law.FILES, **limits.FILES, **following.FILES, **machine.FILES, **penalties.FILES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gathered", type=Path, nargs="?", help="folder of the research files; omitted: reseal the pack")
    parser.add_argument("--version", default="2026.11.2")
    parser.add_argument("--issued", type=datetime.date.fromisoformat, default=datetime.date(2026, 11, 23))
    arguments = parser.parse_args()
    before = snapshot(DATA)
    gathered = None
    if arguments.gathered is not None:
        gathered = Gathered(arguments.gathered, Path(__file__).with_name("translations.jsonl"))
        build(gathered)
    for name, schema in schemas(LINES).items():
        path = DATA / "schemas" / f"{name}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    seal(arguments.version, arguments.issued)
    catalogue = Catalogue.load()
    if gathered is not None:
        check_against(gathered, catalogue)
    report(before, snapshot(DATA))
    for edition in catalogue.editions.values():
        for conflict in edition.conflicts:
            print(f"conflict in {edition.id}: {conflict.said.en}")


def build(gathered: Gathered) -> None:
    corrections = rows(DATA / "corrections.jsonl")
    items = corrected("items", [item_row(r, gathered) for r in gathered.index], corrections)
    points = corrected("points", [point_row(r, p, gathered) for r in gathered.index for p in r["points"]], corrections)
    write(DATA / "items.jsonl", items)
    write(DATA / "points.jsonl", points)
    editions = {instrument: edition for edition, instrument in INSTRUMENT_OF.items()}
    for row in gathered.instruments:
        acts = act_rows(editions[row["id"]], gathered) if row["id"] in editions else ()
        write(DATA / "instruments" / f"{row['id']}.jsonl", [instrument_row(row, gathered), *acts])
    for edition, name in EDITIONS.items():
        sightings = [*reading_rows(edition, gathered), *statement_rows(edition, gathered)]
        write(DATA / "sightings" / f"{name}.jsonl", sightings)
    write(DATA / "sources" / "sources.jsonl", sorted(gathered.sources.values(), key=lambda s: str(s["id"])))


def seal(version: str, issued: datetime.date) -> None:
    """Write the manifest: version, reach and the digest of every file."""
    files = {path.relative_to(DATA).as_posix(): digest(path) for path in sorted(DATA.rglob("*.jsonl"))}
    manifest = {"version": version, "issued": issued.isoformat(), "known_to": KNOWN_TO, "files": files}
    (DATA / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


INDUSTRIES = {
    "农业": "Agriculture",
    "林业": "Forestry",
    "畜牧业": "Animal husbandry",
    "渔业": "Fishery",
    "农、林、牧、渔专业及辅助性活动": "Support activities for agriculture, forestry, husbandry and fishery",
    "有色金属矿采选业": "Mining and dressing of non-ferrous metal ores",
    "农副食品加工业": "Processing of farm and sideline food",
    "食品制造业": "Food manufacturing",
    "酒、饮料和精制茶制造业": "Liquor, beverages and refined tea",
    "纺织业": "Textiles",
    "造纸和纸制品业": "Paper and paper products",
    "文教、工美、体育和娱乐用品制造业": "Articles for culture, education, crafts, sport and recreation",
    "化学原料和化学制品制造业": "Chemical raw materials and chemical products",
    "医药制造业": "Pharmaceutical manufacturing",
    "橡胶和塑料制品业": "Rubber and plastic products",
    "非金属矿物制品业": "Non-metallic mineral products",
    "黑色金属冶炼和压延加工业": "Smelting and rolling of ferrous metals",
    "有色金属冶炼和压延加工业": "Smelting and rolling of non-ferrous metals",
    "金属制品业": "Metal products",
    "通用设备制造业": "General-purpose machinery",
    "专用设备制造业": "Special-purpose machinery",
    "铁路、船舶、航空航天和其他运输设备制造业": "Railway, ship, aerospace and other transport equipment",
    "电气机械和器材制造业": "Electrical machinery and equipment",
    "计算机、通信和其他电子设备制造业": "Computers, communication and other electronic equipment",
    "仪器仪表制造业": "Measuring instruments",
    "电力、热力生产和供应业": "Electric power and heat production and supply",
    "建筑装饰、装修和其他建筑业": "Building decoration and other construction",
    "电信、广播电视和卫星传输服务": "Telecommunication, broadcasting and satellite transmission",
    "软件和信息技术服务业": "Software and information technology services",
    "研究和试验发展": "Research and experimental development",
    "专业技术服务业": "Professional technical services",
    "卫生": "Health",
    "文化艺术业": "Culture and arts",
}

if __name__ == "__main__":
    main()
