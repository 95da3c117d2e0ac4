"""Writes what the documentation takes from the code: docs/commands.md, docs/addresses.md, and the weights in docs/weights.md.

python tools/document.py [--check]

With --check nothing is written; the exit status is 1 where a page is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mulu.desk import ACTS
from mulu.interfaces.api.reference import statuses
from mulu.interfaces.api.table import ROUTES, asked
from mulu.interfaces.cli.names import NAMES
from mulu.screening.features import FEATURES
from mulu.screening.gathering import by_passage, version
from mulu.screening.model import new_items, new_items_version, read_model
from mulu.vocabulary import Bilingual, Language, named

DOCS = Path(__file__).resolve().parent.parent / "docs"


def commands() -> str:
    lines = [
        "# Commands",
        "",
        "Generated from the registry of acts by `tools/document.py`. Every command also takes `--format` (text, json; `screen` also jsonl,",
        "csv, xlsx) and `--lang zh|en`. Exit codes: 0 done, 1 error, 2 usage, 3 something flagged (`--exit-code`), 4 answered in part;",
        "of a certificate also 5 the holder of its key is not known, 6 done again it differs.",
        "",
        "`--format json` is one JSON whatever was given: of several files or of a table `mulu screen` gives `rows`, each an answer or its",
        "refusal, then `answered`, `flagged` and `refused`. `--format jsonl` gives each of them a line of its own.",
        "",
    ]
    for act in ACTS:
        positional = " ".join(f"{a.name.upper()}{'' if a.required else '?'}" for a in act.arguments if a.positional)
        lines += [f"## mulu {act.name} {positional}".rstrip(), "", _both(act.help), ""]
        for argument in act.arguments:
            name = argument.name.upper() if argument.positional else "--" + argument.name.replace("_", "-")
            choices = f" ({', '.join(argument.choices)})" if argument.choices else ""
            lines.append(f"- `{name}`{choices}: {_both(argument.help)}")
        if act.name == "screen":
            lines.append("- `--output`, `-o`: write to a file (needed for xlsx). 写入文件（xlsx 必需）。")
            lines.append("- `--exit-code`: exit with 3 where something is flagged. 有标记候选时退出码为 3。")
        if act.name == "certificate":
            lines.append("- `--passphrase`: key: keep the private key under a passphrase. key：以口令保护私钥。")
        lines.append("")
    return "\n".join(lines)


def _both(help_: Bilingual) -> str:
    return f"{named(help_.en, NAMES, Language.EN)}. {named(help_.zh, NAMES, Language.ZH)}。"


def addresses() -> str:
    lines = [
        "# Addresses of the API",
        "",
        "Generated from the table of routes by `tools/document.py`; [api.md](api.md) explains what holds for all of them. A parameter with *",
        "must be given.",
        "",
    ]
    for route in ROUTES:
        lines += [f"## {route.method} /api/v1{route.path}", "", f"{route.says.en}. {route.says.zh}。", ""]
        for one in asked(route):
            choices = f" ({', '.join(one.argument.choices)})" if one.argument.choices else ""
            name = f"- `{one.argument.name}`{'*' if one.required else ''} in {one.place}{choices}"
            lines.append(f"{name}: {one.argument.help.en}. {one.argument.help.zh}。")
        refused = ", ".join(map(str, statuses(route)))
        lines += [*([""] if asked(route) else []), f"Errors: {refused}.", ""]
    return "\n".join(lines)


def weights() -> str:
    model = read_model()
    lines = [
        "# Weights",
        "",
        f"Generated from `src/mulu/screening/model.json` ({model.version}) by `tools/document.py`. A weight is added to the logit of a point",
        "for a feature at its full value of 1; the features are explained in `src/mulu/screening/features.py`.",
        "",
        f"Operating point {model.operating_point / 1000:.3f}; base rate {model.base_rate / 1000:.2f}; a candidate below "
        f"{model.share_of_best / 1000:.2f} of the best score of its text is not flagged.",
        "",
        "| feature | weight |",
        "|---|---|",
    ]
    lines += [f"| {name} | {model.weights.get(name, 0) / 1000:+.2f} |" for name in FEATURES]
    lines += [f"| {a} × {b} | {p.weight / 1000:+.2f} |" for p in model.products for a, b in [p.of]]
    lines += [f"| (always) | {model.bias / 1000:+.2f} |", ""]
    return "\n".join([*lines, *weights_of_new_items(), *numbers_by_passage()])


def weights_of_new_items() -> list[str]:
    new = new_items()
    columns = [*new.languages.values(), new.first]
    names = [name for name in FEATURES if any(name in of.weights for of in columns)]
    lines = [
        "## New items",
        "",
        f"Generated from `src/mulu/screening/new_items.json` (`{new_items_version()}`), which is read with the program: for items that an official",
        "text adds and of which nothing was learned; a logit of nothing is one that is just flagged. decisions/0018 tells how they were found.",
        "",
        f"| feature | {' | '.join(f'{language} text' for language in new.languages)} | by the words alone |",
        "|---|---|---|---|",
    ]
    lines += [f"| {n} | {' | '.join(f'{of.weights.get(n, 0) / 1000:+.2f}' for of in columns)} |" for n in names]
    return [*lines, f"| (always) | {' | '.join(f'{of.bias / 1000:+.2f}' for of in columns)} |", ""]


def numbers_by_passage() -> list[str]:
    rule = by_passage()
    lines = [
        "## By passage",
        "",
        f"Generated from `src/mulu/screening/by_passage.json` (`{version()}`), which is read with the program: `--weights` replaces the weights",
        "above and not these. [screening.md](screening.md#a-document) tells the rule.",
        "",
        "| number | value |",
        "|---|---|",
        f"| characters up to which a document is read as one | {rule.whole:,} |",
        f"| characters of a stretch | {', '.join(f'{of} {size:,}' for of, size in rule.stretch.items())} |",
        f"| least characters of a piece | {', '.join(f'{of} {size:,}' for of, size in rule.piece.items())} |",
        f"| score from which a stretch is shown as speaking for an item | {rule.supports / 1000:.2f} |",
        f"| leading items of each stretch that are looked at | {rule.looked_at} |",
        f"| taken from each of n stretches, times ln n | {rule.among / 1000:.2f} |",
        f"| part of a stretch below which one is a fragment | {rule.short / 1000:.2f} |",
        f"| taken from a fragment, times ln of how many times shorter it is | {rule.of_short / 1000:.2f} |",
        f"| logit that the words of a piece of a long document must reach | {rule.near / 1000:.2f} |",
        f"| taken from a piece besides | {rule.alone / 1000:.2f} |",
        f"| taken from the loudest stretch or piece of n stretches, times ln n, which a short document must not exceed | {rule.agrees / 1000:.2f} |",
        f"| added where a class of the patent names the matter of an item | {rule.filed_under / 1000:.2f} |",
    ]
    lines += [f"| taken from a stretch of role {role} | {less / 1000:.2f} |" for role, less in rule.less.items()]
    lines += [
        f"| taken from role {role} where the best support is told | {less / 1000:.2f} |"
        for role, less in rule.after.items()
    ]
    lines += ["", "| class of the IPC or CPC | items |", "|---|---|"]
    return [*lines, *(f"| {name} | {', '.join(items)} |" for name, items in rule.classes.items()), ""]


def main() -> int:
    stale = 0
    for name, text in (
        ("commands.md", commands()),
        ("addresses.md", addresses()),
        ("weights.md", weights()),
    ):
        path = DOCS / name
        if "--check" in sys.argv:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                print(f"docs/{name} is out of date: run python tools/document.py", file=sys.stderr)
                stale = 1
        else:
            path.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
