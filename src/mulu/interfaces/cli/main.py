"""`mulu …`: the acts of the desk as commands, in Chinese or English.

Here, and nowhere deeper, an omitted day becomes today in Asia/Shanghai; it is resolved once and printed in the answer.
Exit codes: 0 done, 1 error, 2 usage, 3 something flagged (with --exit-code), 4 answered in part (before 3); of a certificate 5 the
holder of its key is not known, 6 done again it differs.
"""

from __future__ import annotations

import datetime
import json
import locale
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

import mulu
from mulu.desk import ACTS, EXPORTS, Act, Argument, Desk, parse_day
from mulu.errors import Misused, MuluError
from mulu.interfaces.cli.names import NAMES
from mulu.interfaces.keeper import today as today_in_shanghai
from mulu.sources.reading import decode, read_text
from mulu.sources.rows import BadRow, Row
from mulu.vocabulary import Language, Said, named

if TYPE_CHECKING:
    from mulu.interfaces.cli.render import Page
    from mulu.sources.described import Reading

Json = dict[str, Any]
FLAGGED, PARTLY = 3, 4
_LONG_ROWS_NAMED = 20
_FAR = 10.0  # seconds between two lines that say how far a run is


def language_wanted(arguments: Sequence[str]) -> Language:
    """`--lang`, else the locale; English where neither says Chinese."""
    for place, argument in enumerate(arguments):
        value = argument[7:] if argument.startswith("--lang=") else None
        if argument == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in ("zh", "en"):
            return Language(value)
    named = next((os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), None)
    if named is None:
        named = locale.getlocale()[0] or ""
    return Language.ZH if named.lower().startswith(("zh", "chinese")) else Language.EN


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_wanted(given)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a substitute, not a crash.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        result = program(language).main(given, prog_name="mulu", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except MuluError as error:
        said = error.said.named(NAMES)
        wants_json = any(a in ("--format=json", "--format=jsonl") for a in given) or _after(given, "--format") in (
            "json",
            "jsonl",
        )
        if wants_json:
            click.echo(json.dumps({"error": said.as_json()}, ensure_ascii=False), err=True)
        else:
            click.echo(f"mulu: {said.in_(language)}", err=True)
        return 2 if isinstance(error, Misused) else 1
    except click.UsageError as error:
        return _usage(error, given, language)
    except click.exceptions.Abort:
        return 130
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            message = (
                f"mulu: 无法写出结果：{error.strerror}"
                if language is Language.ZH
                else f"mulu: the output cannot be written: {error.strerror}"
            )
            click.echo(message, err=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _usage(error: click.UsageError, given: Sequence[str], language: Language) -> int:
    """Wrong words on the command line, in the language asked."""
    context = error.ctx.command_path if error.ctx is not None else "mulu"
    what = error.format_message()
    zh = f"命令用法有误：{what}"
    if isinstance(error, click.NoSuchOption):
        zh = f"没有选项 {error.option_name}。"
    elif isinstance(error, click.MissingParameter):
        zh = "缺少必需的参数。"
    elif isinstance(error, click.BadParameter) and error.param is not None:
        zh = f"参数 {error.param.opts[0]} 的值无效：{error.message}"
    said = Said("usage", f"{zh} 用法见 `{context} --help`。", f"{what} See `{context} --help`.")
    wants_json = any(a in ("--format=json", "--format=jsonl") for a in given) or _after(given, "--format") in (
        "json",
        "jsonl",
    )
    text = json.dumps({"error": said.as_json()}, ensure_ascii=False) if wants_json else f"mulu: {said.in_(language)}"
    click.echo(text, err=True)
    return 2


def _after(arguments: Sequence[str], name: str) -> str | None:
    places = [i for i, a in enumerate(arguments) if a == name]
    return arguments[places[-1] + 1] if places and places[-1] + 1 < len(arguments) else None


def program(language: Language) -> click.Group:
    """The whole command line in one language."""
    description = (
        "目录：中国禁止出口限制出口技术目录的数据与筛查。结果不是法律意见。"
        if language is Language.ZH
        else "China's Catalogue of Technologies Prohibited or Restricted from Export: data and screening. Not legal advice."
    )
    group = click.Group("mulu", help=description, context_settings={"help_option_names": ["-h", "--help"]})
    group.params.append(_lang())
    group.params.append(
        click.Option(
            ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version."
        )
    )
    for act in ACTS:
        if "cli" in act.doors:
            group.add_command(_command(act, language))
    return group


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"mulu {mulu.__version__}")
        context.exit()


def _lang() -> click.Option:
    return click.Option(["--lang"], type=click.Choice(["zh", "en"]), expose_value=False, help="中文 / English")


def _command(act: Act, language: Language) -> click.Command:
    parameters: list[click.Parameter] = [_parameter(argument, language) for argument in act.arguments]
    formats = {
        "screen": ["text", "json", "jsonl", "csv", "xlsx"],
        "determine": ["text", "json", "jsonl"],
        "export": ["text", "json", *EXPORTS],
    }.get(act.name, ["text", "json"])

    def say(zh: str, en: str) -> str:
        return zh if language is Language.ZH else en

    parameters.append(
        click.Option(
            ["--format", "shape"],
            type=click.Choice(formats),
            default="text",
            help=say("输出格式", "form of the output"),
        )
    )
    if act.name == "screen":
        parameters += [
            click.Option(
                ["--output", "-o"],
                type=click.Path(path_type=Path),
                help=say("写入文件（xlsx 必需）", "write to a file (needed for xlsx)"),
            ),
            click.Option(
                ["--exit-code", "exit_code"],
                is_flag=True,
                help=say("有标记候选时退出码为 3", "exit with 3 where something is flagged"),
            ),
        ]
    if act.name == "determine":
        parameters.append(
            click.Option(
                ["--ask", "ask"],
                is_flag=True,
                help=say(
                    "逐题提问，可返回、保存、下次继续（省略编号则立案）",
                    "ask one question at a time; go back, save, resume (opens a case where none is named)",
                ),
            )
        )
    if act.name == "certificate":
        parameters.append(
            click.Option(
                ["--passphrase", "ask"],
                is_flag=True,
                help=say(
                    "key：以口令保护私钥（输入，或取自 MULU_KEY_PASSPHRASE；从不写在命令行上）",
                    "key: keep the private key under a passphrase (typed, or from MULU_KEY_PASSPHRASE; never on the command line)",
                ),
            )
        )
    if act.recalls:
        parameters.append(
            click.Option(
                ["--as-known", "as_known"],
                help=say(
                    "按当时所知回答：数据版本（如 2026.11.1，不含导入）或日期；省略则按现有数据",
                    "answer with what was known then: a data release (e.g. 2026.11.1, without imports) or a day; today's data where omitted",
                ),
            )
        )
    parameters += [
        click.Option(
            ["--store", "store"],
            help=say(
                "存放导入文件的位置（文件或网址；默认取 MULU_STORE 或用户目录）",
                "where imported documents are kept (file or address; default: MULU_STORE or the user's folder)",
            ),
        )
    ]
    parameters.append(_lang())

    def run(**given: Any) -> int:
        return RUNNERS.get(act.name, _read)(act, language, given)

    return click.Command(act.name, params=parameters, callback=run, help=named(act.help.in_(language), NAMES, language))


def _parameter(argument: Argument, language: Language) -> click.Parameter:
    help_ = named(argument.help.in_(language), NAMES, language)
    if argument.positional:
        many = argument.kind == "files"
        one_of = click.Choice(argument.choices) if argument.choices else click.STRING
        kind = click.Path(path_type=Path) if many else one_of
        return click.Argument([argument.name], required=argument.required, nargs=-1 if many else 1, type=kind)
    if argument.kind == "flag":
        return click.Option(["--" + argument.name.replace("_", "-"), argument.name], is_flag=True, help=help_)
    kinds: dict[str, Any] = {
        "integer": click.INT,
        "number": click.FLOAT,
        "file": click.Path(path_type=Path),
        "files": click.Path(path_type=Path),
        "choice": click.Choice(argument.choices) if argument.choices else None,
    }
    return click.Option(
        ["--" + argument.name.replace("_", "-"), argument.name],
        type=kinds.get(argument.kind, click.STRING),
        multiple=argument.kind in ("files", "texts"),
        required=argument.required,
        default=argument.default,
        help=help_,
    )


def _page(language: Language, *, err: bool = False) -> Page:
    from rich.console import Console

    from mulu.interfaces.cli.render import Page

    console = Console(stderr=err, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(stderr=err, highlight=False, width=120)
    return Page(console, language, today_in_shanghai())


def _day(given: Json) -> datetime.date:
    text = given.pop("on", None)
    return today_in_shanghai() if text is None else parse_day(text)


def _desk(store: str | None, as_known: str | None = None) -> Desk:
    if store is None and as_known is None:
        return Desk()
    desk = Desk(store=store, as_known=as_known)
    desk.refuse_to_come(today_in_shanghai())
    return desk


def _read(act: Act, language: Language, given: Json) -> int:
    """An act that answers with one JSON value."""
    shape = given.pop("shape")
    if any(argument.name == "on" for argument in act.arguments):
        given["on"] = _day(given)
    for argument in act.arguments:
        if argument.kind == "day" and argument.name != "on" and given.get(argument.name) is not None:
            given[argument.name] = parse_day(given[argument.name])
    if act.timed:
        given["at"] = datetime.datetime.now(datetime.UTC)
    desk = _desk(given.pop("store"), given.pop("as_known", None))
    answer = getattr(desk, act.method)(**{k: v for k, v in given.items() if v is not None})
    if shape == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        getattr(_page(language), act.method)(answer)
    if act.name == "matrix" and (answer.get("conflicts") or answer.get("refused")):
        return PARTLY
    failed = act.name == "sources" and any(not one["ok"] for one in answer["fetched"])
    return PARTLY if failed and any(one["ok"] for one in answer["fetched"]) else int(failed)


def _second(_: Act, language: Language, given: Json) -> int:
    """In part (4) where the reader failed: the screening is there, its opinion is not."""
    shape = given.pop("shape")
    given["on"], given["at"] = _day(given), datetime.datetime.now(datetime.UTC)
    text = given.pop("text")
    desk = _desk(given.pop("store"))
    described = _standard_input() if text == "-" else text
    answer = desk.second(described, **{k: v for k, v in given.items() if v is not None})
    if shape == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _page(language).second(answer, answer["text"])
    return PARTLY if answer["second"] is not None and answer["second"]["state"] == "failed" else 0


def _matrix(act: Act, language: Language, given: Json) -> int:
    """In part (4) where rows of a table, or judgements of a workbook, were not taken over."""
    from mulu.sources.fenced import read_rows

    table = given.pop("input")
    if table is None:
        return _read(act, language, given)
    if any(given[name] for name in ("file", "workbook", "cases", "apply")) or not given["by"]:
        raise Misused(
            Said(
                "matrix_of_table",
                "由描述表制作矩阵：须以 `by` 写明立案人，不用 `file`、`workbook`、`cases`、`apply`。",
                "A matrix of a table opens cases: name who opens them with `by`, and leave out `file`, `workbook`, `cases`, `apply`.",
            )
        )
    shape, desk = given["shape"], _desk(given["store"])
    rows, moment = read_rows(table), datetime.datetime.now(datetime.UTC)
    answer = desk.matrix_of_rows(rows, _day(given), moment, given["by"], given["into"])
    if shape == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _page(language).matrix(answer)
    return 0 if not answer["refused_rows"] else PARTLY if answer["cases"] else 1


def _portfolio(act: Act, language: Language, given: Json) -> int:
    """In part (4) where rows were refused, or sheets or files were not read; how far a screening is stands on standard error."""
    if given["what"] == "show" and given["form"] is not None and given["into"] is None:
        raise Misused(Said("into_which", "请以 `into` 给出要写入的文件。", "Name the file to write with `into`."))
    if given["what"] != "screen":
        return _read(act, language, given)
    shape, desk = given.pop("shape"), _desk(given.pop("store"))
    given["on"] = _day(given)
    try:
        with _far(language) as told:
            answer = desk.portfolio(
                datetime.datetime.now(datetime.UTC), told=told, **{k: v for k, v in given.items() if v is not None}
            )
    except KeyboardInterrupt:
        click.echo(
            "\nmulu: 已中断。已读取的均已保存；再次运行同一命令即从断点继续。"
            if language is Language.ZH
            else "\nmulu: interrupted. What was read is kept; the same command goes on from there.",
            err=True,
        )
        return 130
    if shape == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _page(language).portfolio(answer)
    if not answer["refused"] and not answer.get("skipped"):
        return 0
    return PARTLY if answer["read"] + answer.get("held_already", 0) else 1


@contextmanager
def _far(language: Language) -> Iterator[Callable[[Any], None]]:
    """Tells on standard error how far a run is: a line that moves on a terminal, else one every ten seconds."""
    from time import monotonic

    moves, last = sys.stderr.isatty(), [monotonic()]

    def told(one: Any) -> None:
        if not moves and monotonic() - last[0] < _FAR:
            return
        last[0] = monotonic()
        if language is Language.ZH:
            left = "" if one.left is None else f"，约余 {one.left:,.0f} 秒"
            line = f"{one.rows:,} 行（{one.share:.0%}），{one.rate:,.0f} 行/秒，{one.flagged:,} 行有标记{left}"
        else:
            left = "" if one.left is None else f", about {one.left:,.0f} s left"
            line = f"{one.rows:,} rows ({one.share:.0%}), {one.rate:,.0f} a second, {one.flagged:,} flagged{left}"
        click.echo(f"\r\x1b[2K{line}" if moves else line, err=True, nl=not moves)

    yield told
    if moves:
        click.echo("\r\x1b[2K", err=True, nl=False)


def _doctor(_: Act, language: Language, given: Json) -> int:
    shape = given.pop("shape")
    answer = _desk(given.pop("store")).doctor(_day(given), given.pop("heads"))
    if shape == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _page(language).doctor(answer)
    return 0 if answer["ok"] else 1


def _screen(_: Act, language: Language, given: Json) -> int:
    shape, output, exit_code = given.pop("shape"), given.pop("output"), given.pop("exit_code")
    store, as_known = given.pop("store"), given.pop("as_known")
    text, files, table, ocr = given.pop("text"), given.pop("file"), given.pop("input"), given.pop("ocr")
    asked = [bool(text is not None), bool(files), table is not None]
    if sum(asked) != 1:
        raise Misused(
            Said(
                "one_input",
                "请给出且只给出一种输入：文本、--file 或 --input。例：mulu screen “一种……的制备方法”",
                'Give exactly one input: a text, --file or --input. Example: mulu screen "A process for …"',
            )
        )
    if shape == "xlsx" and output is None:
        raise Misused(Said("xlsx_needs_output", "xlsx 须用 --output 指定文件。", "xlsx needs a file: give --output."))
    day_given = given.get("on")
    day = _day(given)
    options: Json = {k: str(v) if k == "weights" else v for k, v in given.items() if v is not None}
    if output is not None:
        if any(output.resolve() == Path(given_file).resolve() for given_file in (*files, *([table] if table else []))):
            raise Misused(
                Said(
                    "output_is_input",
                    f"输出 {output} 就是输入文件，会被覆盖。请另给文件名。",
                    f"The output {output} is the input and would be overwritten. Name another file.",
                )
            )
        _check_writable(output)
    desk = _desk(store, as_known)
    desk.items(day, given.get("draft"))  # an impossible day or draft is refused before any row is read
    if text is not None or (len(files) == 1 and shape in ("text", "json")):
        if text is not None:
            described = _standard_input() if text == "-" else text
            answer = desk.screen(described, day, **options)
        else:
            described, answer = _document(desk, files[0], day, ocr, options)
        answers: list[Json] = [answer]
        if shape == "text" and output is None:
            _page(language).screening(answer, described)
        else:
            _written(shape, iter(answers), output, language, described)
        return FLAGGED if exit_code and answer["flagged"] else 0
    return _batch(desk, day, day_given is not None, options, files, table, ocr, shape, output, exit_code, language)


def _document(desk: Desk, path: Path, day: datetime.date, ocr: bool, options: Json) -> tuple[str, Json]:
    """The text of a file of any kind, and the answer for it; the engine is made ready while it is read."""
    from concurrent.futures import ThreadPoolExecutor

    from mulu.sources.fenced import read_described

    with ThreadPoolExecutor(1) as reader:
        being_read = reader.submit(read_described, path, ocr=ocr)
        desk.prepare()
        reading = being_read.result()
    return reading.text, desk.screen_document(reading, day, **options, id=str(path))


def _batch(
    desk: Desk,
    day: datetime.date,
    day_given: bool,
    options: Json,
    files: Sequence[Path],
    table: Path | None,
    ocr: bool,
    shape: str,
    output: Path | None,
    exit_code: bool,
    language: Language,
) -> int:
    from mulu.interfaces.cli.render import printable
    from mulu.interfaces.cli.tables import refused
    from mulu.sources.fenced import read_rows

    rows: list[Row | BadRow] = read_rows(table) if table is not None else []
    found = desk.screen_rows(rows, day, **options) if table is not None else _documents(desk, files, day, ocr, options)
    bad: list[BadRow] = []
    flagged = answered = 0
    page = _page(language, err=True)
    if table is not None and not day_given and not all(isinstance(r, Row) and r.on for r in rows):
        page.print(
            page.say(
                f"未给出日期的行按上海今日 {day} 处理。",
                f"Rows without a day are answered for today in Shanghai, {day}.",
            )
        )

    def answers() -> Iterator[Json]:
        nonlocal flagged, answered
        for answer in _progress(found, len(rows) or len(files), language):
            if isinstance(answer, BadRow):
                bad.append(answer)
                yield refused(answer.line, answer.id, answer.because)
                continue
            answered += 1
            flagged += bool(answer["flagged"])
            yield answer

    if shape == "text" and output is None:
        out = _page(language)
        headed = None
        for answer in answers():
            if "error" in answer:
                continue  # said below, with all others
            if headed != (answer["on"], answer["edition"]):  # rows may have days of their own
                out.head(answer)
                headed = (answer["on"], answer["edition"])
            out.batch_line(answer)
    else:
        shape = "jsonl" if shape == "text" else shape
        _written(
            shape,
            answers(),
            output,
            language,
            None,
            lambda: {"answered": answered, "flagged": flagged, "refused": len(bad)},
        )
    _say_long_rows(rows, page)
    for row in bad:
        where = page.say(f"第 {row.line} 行", f"line {row.line}")
        page.line(f"{where}{f' ({printable(row.id)})' if row.id else ''}: {page.of(row.because.as_json())}")
    page.print(
        page.say(
            f"已答复 {answered} 行，其中 {flagged} 行有标记候选；拒收 {len(bad)} 行。",
            f"{answered} rows answered, {flagged} of them with a flagged candidate; {len(bad)} refused.",
        )
    )
    if bad:
        return PARTLY if answered else 1
    return FLAGGED if exit_code and flagged else 0


def _say_long_rows(rows: Sequence[Row | BadRow], page: Page) -> None:
    """Say which rows of a table run over several lines: a forgotten quote makes one row of many."""
    from mulu.interfaces.cli.render import printable

    several = [row for row in rows if isinstance(row, Row) and row.last is not None]
    for row in several[:_LONG_ROWS_NAMED]:
        page.line(
            page.say(
                f"第 {row.line}–{row.last} 行 ({printable(row.id)}): 引号内有换行，作为一行读取。",
                f"lines {row.line} to {row.last} ({printable(row.id)}): read as one row, for a quoted text runs over them.",
            )
        )
    if len(several) > _LONG_ROWS_NAMED:
        more, last = len(several) - _LONG_ROWS_NAMED, several[-1]
        page.line(
            page.say(
                f"另有 {more} 行同样跨越多行，最后一行为第 {last.line}–{last.last} 行 ({printable(last.id)})。",
                f"{more} more rows run over several lines, the last of them lines {last.line} to {last.last} ({printable(last.id)}).",
            )
        )


def _check_writable(path: Path) -> None:
    """Refuse at once what could not be written at the end."""
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        path.open("ab").close()
    except OSError as error:
        raise MuluError(
            Said(
                "cannot_write",
                f"无法写入 {path}（{error.strerror}）。请换一个位置或检查权限。",
                f"{path} cannot be written ({error.strerror}). Choose another place or check permissions.",
            )
        ) from error


def _documents(
    desk: Desk, files: Sequence[Path], day: datetime.date, ocr: bool, options: Json
) -> Iterator[Json | BadRow]:
    """The answer for each file in order; one that cannot be read or compared comes back as BadRow with the remedy."""
    from concurrent.futures import ThreadPoolExecutor

    from mulu.sources.fenced import read_described
    from mulu.sources.patents import families

    with ThreadPoolExecutor(2) as readers:
        being_read = [readers.submit(read_described, path, ocr=ocr) for path in files]
        desk.prepare()
        readings: list[Reading | MuluError] = []
        for one in being_read:
            try:
                readings.append(one.result())
            except MuluError as error:
                readings.append(error)
    read = [n for n, one in enumerate(readings) if not isinstance(one, MuluError)]
    kin: dict[int, list[str]] = {}
    for members in families([one for one in readings if not isinstance(one, MuluError)]):
        for member in members:
            kin[read[member]] = [str(files[read[other]]) for other in members if other != member]
    for number, (path, reading) in enumerate(zip(files, readings, strict=True)):
        try:
            if isinstance(reading, MuluError):
                raise reading
            yield desk.screen_document(reading, day, **options, id=str(path), family=kin.get(number, ()))
        except MuluError as error:
            yield BadRow(number + 1, str(path), error.said)


def _standard_input() -> str:
    if sys.stdin is None:
        raise Misused(
            Said(
                "no_standard_input",
                "标准输入已关闭。请给出文本或 --file。",
                "Standard input is closed. Give a text or --file.",
            )
        )
    return decode(sys.stdin.buffer.read(), "-")


def _progress(rows: Iterator[Json | BadRow], total: int, language: Language) -> Iterator[Json | BadRow]:
    if total < 20 or not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("筛查" if language is Language.ZH else "Screening"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(rows, total=total)


def _written(
    shape: str,
    answers: Iterator[Json],
    output: Path | None,
    language: Language,
    given: str | None,
    tally: Callable[[], Json] | None = None,
) -> None:
    from mulu.interfaces.cli import tables

    if shape == "xlsx":
        assert output is not None
        tables.write_xlsx(answers, output, language)
        return
    stream = (
        cast(TextIO, click.open_file("-", "w")) if output is None else output.open("w", encoding="utf-8", newline="")
    )
    try:
        if shape == "csv":
            tables.write_csv(answers, stream)
        elif shape == "text":
            from rich.console import Console

            from mulu.interfaces.cli.render import Page

            page = Page(Console(file=stream, width=120, highlight=False), language, today_in_shanghai())
            for answer in answers:
                page.screening(answer, given or "")
        else:
            stream.writelines(_as_json(shape, answers, tally))
    finally:
        if output is not None:
            stream.close()


def _as_json(shape: str, answers: Iterator[Json], tally: Callable[[], Json] | None) -> Iterator[str]:
    """One answer a line; or one JSON: the only answer, or with a tally the answers in `rows` and then how many there were."""
    if shape == "json" and tally is not None:
        yield '{"rows": ['
        for n, answer in enumerate(answers):
            yield (",\n" if n else "\n") + json.dumps(answer, ensure_ascii=False)
        yield "\n], " + json.dumps(tally())[1:] + "\n"
        return
    for answer in answers:
        yield json.dumps(answer, ensure_ascii=False, indent=2 if shape == "json" else None) + "\n"


def _determine(act: Act, language: Language, given: Json) -> int:
    """A file of facts row by row, questions one at a time, or the acts named on one case."""
    if given.pop("ask"):
        from mulu.interfaces.cli.asking import ask

        if given["shape"] != "text" or not sys.stdin.isatty():
            raise Misused(
                Said(
                    "not_a_terminal",
                    "--ask 只能在终端中逐题回答；在脚本中请用 --answer、--compare 等选项。",
                    "--ask needs a terminal to answer in; in a script use --answer, --compare and the other options.",
                )
            )
        return ask(_desk(given["store"]), _page(language), given["case"], given["by"])
    if given["facts"] is None:
        if given["shape"] == "jsonl":
            given["shape"] = "json"
        if given["sign"] and given["version"] is None and given["shape"] == "text" and given["case"] is not None:
            given["version"] = _shown_first(language, given)
        return _read(act, language, given)
    others = [name for name, value in given.items() if value and name not in ("facts", "shape", "store")]
    if others:
        raise Misused(
            Said(
                "facts_alone",
                f"--facts 不能与 {'、'.join(others)} 同用。",
                f"--facts does not go with {', '.join(others)}.",
            )
        )
    rows, refused, page = 0, 0, _page(language)
    answers = []
    for row in _desk(given["store"]).determine_rows(given["facts"]):
        rows += 1
        if "error" in row:
            refused += 1
            named = "" if row["id"] is None else f"{row['id']}: "
            click.echo(f"mulu: {named}{row['error'][language.value]}", err=True)
        if given["shape"] == "jsonl":
            click.echo(json.dumps(row, ensure_ascii=False))
        elif given["shape"] == "json":
            answers.append(row)
        else:
            page.determined_row(row)
    if given["shape"] == "json":
        click.echo(json.dumps({"rows": answers}, ensure_ascii=False, indent=2))
    if rows == 0:
        raise Misused(Said("no_rows", f"{given['facts']} 中没有任何行。", f"{given['facts']} holds no row."))
    if refused:
        text = (
            f"mulu: {rows} 行中有 {refused} 行未能读取，其余已回答"
            if language is Language.ZH
            else f"mulu: {refused} of {rows} rows could not be read; the others are answered"
        )
        click.echo(text, err=True)
        return PARTLY
    return 0


def _shown_first(language: Language, given: Json) -> str:
    """Show the determination that is about to be signed; gives its version, so that nothing else can be signed."""
    answer = _desk(given["store"]).determine(datetime.datetime.now(datetime.UTC), given["case"])
    page = _page(language)
    page.determine(answer)
    page.line("")
    page.line(page.say("以上判定现予签署；签署之后：", "This determination is signed now; after the signature:"))
    return str(answer["version"])


# What a check of a certificate comes to, for a script. What is refused is an error.
VERDICTS = {"reproduced": 0, "not replayable here": PARTLY, "holder not known": 5, "differs": 6}


def _certificate(_: Act, language: Language, given: Json) -> int:
    """Keys, certificates and checks; files are read here, for the other doors send what is in them."""
    shape, what, asks = given.pop("shape"), given["what"], given.pop("ask")
    if what == "make":
        named = given["case"] is not None or given["portfolio"] is not None
        given["on"] = None if named and given["on"] is None else _day(given)
        given["passphrase"] = None if given["key"] is None else _passphrase_of(Path(given["key"]), language)
        if given["given"] == "-":
            given["given"] = _standard_input()
    desk = _desk(given.pop("store"))
    if what == "verify" and given["given"] is not None:
        from mulu.certification import read_file

        given["given"] = read_file(Path(given["given"]))
        given["text"] = None if given["text"] is None else read_text(Path(given["text"]))
        if given["public"] is not None:
            given["public"] = read_file(Path(given["public"])).decode("utf-8", "replace")
    elif what == "key" and asks:
        given["passphrase"] = os.environ.get(PASSPHRASE) or _typed(language, twice=True)
    asked: Json = {k: str(v) if isinstance(v, Path) else v for k, v in given.items() if v is not None}
    with _far(language) as told:
        answer = desk.certificate(at=datetime.datetime.now(datetime.UTC), told=told, **asked)
    if shape == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _page(language).certificate(answer)
    return VERDICTS[answer["verdict"]] if what == "verify" else 0


PASSPHRASE = "MULU_KEY_PASSPHRASE"


def _passphrase_of(key: Path, language: Language) -> str | None:
    """The passphrase of a key that has one: from the environment, else typed."""
    from mulu.certification import read_file
    from mulu.reports.certificate import is_encrypted

    if not is_encrypted(read_file(key)):
        return None
    return os.environ.get(PASSPHRASE) or (_typed(language, twice=False) if sys.stdin.isatty() else None)


def _typed(language: Language, *, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise Misused(
            Said(
                "no_passphrase",
                f"口令须在终端输入，或以环境变量 {PASSPHRASE} 给出。",
                f"The passphrase is typed at a terminal, or given as {PASSPHRASE}.",
            )
        )
    asked = "私钥口令" if language is Language.ZH else "passphrase of the private key"
    given: str = click.prompt(asked, hide_input=True, confirmation_prompt=twice)
    return given


def _export(_: Act, language: Language, given: Json) -> int:
    """An export, with the pages of the site; 1 where a check finds that something differs."""
    shape, formats = given.pop("shape"), given.pop("formats")
    if shape not in ("text", "json"):  # --format xlsx is as well understood as --formats xlsx
        formats, shape = (shape,) if formats == ("all",) else (*formats, shape), "text"
    given["on"] = _day(given)
    desk = _desk(given.pop("store"), given.pop("as_known"))
    if given["check"] is None:
        from mulu.interfaces.site import pages

        given["site"] = pages
    answer = desk.export(**{k: v for k, v in given.items() if v is not None}, formats=formats)
    if shape == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _page(language).export(answer)
    return int(not answer.get("ok", True))


def _serve(_: Act, language: Language, given: Json) -> int:
    from mulu.interfaces.serve import serve

    def ready(address: str) -> None:
        said = f"Mulu 在 {address}（仅本机；Ctrl+C 结束）"
        if language is Language.EN:
            said = f"Mulu is at {address} (this machine only; Ctrl+C ends it)"
        click.echo(said)

    serve(given["port"], given["store"], ready)
    return 0


def _mcp(_: Act, __: Language, given: Json) -> int:
    from mulu.interfaces.mcp import run_stdio

    run_stdio(given["store"])
    return 0


RUNNERS = {
    "screen": _screen,
    "second": _second,
    "matrix": _matrix,
    "portfolio": _portfolio,
    "doctor": _doctor,
    "determine": _determine,
    "certificate": _certificate,
    "export": _export,
    "serve": _serve,
    "mcp": _mcp,
}


def run() -> None:
    """Entry point of the console script."""
    sys.exit(main())


if __name__ == "__main__":
    run()
