"""Official documents: dropped, read beside the pictures of their pages, attested, applied, undone, withdrawn, confirmed."""

from __future__ import annotations

import re
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from mulu.errors import MuluError
from mulu.interfaces.safety import Refused
from mulu.interfaces.web.cases import shared
from mulu.interfaces.web.forms import Form, Forms, done, sends, shows
from mulu.interfaces.web.page import Page, in_thread, now
from mulu.interfaces.words import FACT, FOUND, PAPER
from mulu.vocabulary import Said

Json = dict[str, Any]
_FINDINGS = 60  # of one page of the document shown at once
_PARTS = 12  # machine-read parts to confirm shown at once
_LINES = 8 * _PARTS  # pictures of lines kept
_PASSAGES = 80  # of the document beside its preview
_ALIKE = 12  # characters by which a passage is known
_LONGEST = 200  # bytes of a file name
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\]")


def _preview(page: Page, document: str, instrument: str | None, effective: Any) -> Json:
    """What applying a document would change. Turning a page of it must not read it again."""
    key = ("preview", document, instrument or "", str(effective))
    return page.remembered(key, lambda: page.desk.preview(document, instrument, effective))


class Lines:
    """The last pictures of lines of this server: a page shows many, and its paper must not be drawn once for each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, int], bytes | None] = OrderedDict()

    def of(self, page: Page, document: str, part: int) -> bytes | None:
        desk = page.desk  # first: it looks whether the documents of the store have changed
        version = page.request.app.state.keeper.version()
        with self._lock:  # while they are drawn too: whoever asks for the next line of that paper waits for it
            if (version, document, part) not in self._kept:
                drawn = desk.line_pictures(document, part, _PARTS)
                self._kept |= {(version, document, n): picture for n, picture in drawn.items()}
            self._kept.move_to_end((version, document, part))
            while len(self._kept) > _LINES:
                self._kept.popitem(last=False)
            return self._kept[version, document, part]


_DRAWN = Lines()


# ---- the list, and handing one in --------------------------------------------------------------------------------


def listed(page: Page) -> Response:
    """Every document that was handed in, and where the official ones are to be had."""
    return _list(page, Forms(), 200)


def _list(page: Page, forms: Forms, status: int) -> Response:
    return page.render(
        "documents.html",
        status,
        documents=page.desk.papers(),
        sources=page.desk.sources(now()),
        names=PAPER,
        **{**shared(page, forms), "here": "documents"},
    )


def imported(page: Page, form: Form) -> Response:
    """Read a file that was sent and keep it as claimed; on to its preview."""
    form.name = "import"
    form.takes("file", "instrument", "effective", "ocr")
    file, status = form.files.get("file"), 422
    if file is None:
        form.errors["file"] = page.say("请选择文件。", "Choose a file.")
    effective = form.day(page, "effective")
    if not form.errors and file is not None:
        try:
            answer = _import(page, file, form.text("instrument") or None, effective, form.text("ocr") == "yes")
            day = None if effective is None else effective.isoformat()
            query = {"instrument": form.text("instrument") or None, "effective": day}
            return done(page, "", f"documents/{answer['document']}", **query)
        except MuluError as error:
            status = form.refused(page, error, "file")
    return _list(page, Forms(form), status)


def _import(page: Page, file: UploadFile, instrument: str | None, effective: Any, ocr: bool) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name(file.filename or "")
        with path.open("wb") as into:
            while piece := file.file.read(1 << 20):
                into.write(piece)
        try:
            return page.desk.import_(str(path), now(), instrument, effective, ocr)
        except MuluError as error:
            # The folder is ours and says nothing to the person who handed the file in.
            said, within = error.said, f"{folder}/"
            error.said = Said(said.id, said.zh.replace(within, ""), said.en.replace(within, ""))
            raise


def file_name(given: str) -> str:
    """The name under which a file is kept: as it was given, without folders and control characters, and not too long."""
    last = re.split(r"[/\\]", given)[-1]
    name = _NOT_IN_NAMES.sub("_", last).encode("utf-8", "replace").decode().strip()
    stem, dot, ending = name.rpartition(".")
    while len(name.encode()) > _LONGEST:
        stem, ending = stem[:-1] if dot else "", ending if dot and len(ending) < 9 else ending[:8]
        name = f"{stem}{dot}{ending}"
    return name if name.strip(". ") else "document"


# ---- one document ------------------------------------------------------------------------------------------------


def shown(page: Page) -> Response:
    """What applying a document would change, beside its pages, and the act that is next."""
    return _document(page, Forms(), 200)


_FIELDS: Mapping[str, tuple[str, ...]] = {
    "attest": ("obtained_from", "obtained_on", "instrument", "effective", "comment_deadline", "by"),
    "apply": ("(entry|match|other|proposed)-(new)?[0-9]+", "counts_differ"),
    "undo": ("because", "by"),
    "withdraw": ("because", "by"),
}


def acted(page: Page, form: Form) -> Response:
    """Attest, apply, undo or withdraw, as the form that was sent says."""
    document = page.request.path_params["document"]
    desk, text, by, status = page.desk, form.text, form.text("by"), 422
    form.takes(*_FIELDS.get(form.name, ()))
    name, because = ("by", page.say("您的姓名", "Your name")), ("because", page.say("理由", "The reason"))
    try:
        if form.name == "attest":
            day, effective, until = (form.day(page, of) for of in ("obtained_on", "effective", "comment_deadline"))
            where = ("obtained_from", page.say("取得来源", "Where it was obtained"))
            form.needs(page, [where, ("obtained_on", page.say("取得日期", "Day on which it was obtained")), name])
            if not form.errors and day is not None:
                instrument = text("instrument") or None
                desk.attest(document, now(), by, text("obtained_from"), day, instrument, effective, until)
        elif form.name == "apply":
            desk.apply(document, now(), _matches(form), text("counts_differ") == "yes")
        elif form.name in ("undo", "withdraw"):
            form.needs(page, [name, because])
            if not form.errors:
                (desk.undo if form.name == "undo" else desk.withdraw)(document, now(), by, text("because"))
        else:
            raise _no_form(form.name)
        if not form.errors:
            return done(page, by, f"documents/{document}", done=form.name)
    except Refused:
        raise
    except MuluError as error:
        status = form.refused(page, error)
    return _document(page, Forms(form), status)


def _no_form(name: str) -> Refused:
    return Refused(
        422,
        Said(
            "form_unknown",
            f"没有表单 {name!r}。未作任何改动。请刷新页面后再提交。",
            f"There is no form {name!r}. Nothing was changed. Reload the page and send it again.",
        ),
    )


def _matches(form: Form) -> list[str]:
    """What a person decided of entries, as `CODE=item`; an entry that was left as proposed is not decided."""
    decided = []
    for name, entry in form.values.items():
        if not name.startswith("entry-"):
            continue
        n = name.removeprefix("entry-")
        chosen = form.text(f"match-{n}")
        chosen = form.text(f"other-{n}") if chosen in ("", "other") else chosen
        if chosen and chosen != form.text(f"proposed-{n}"):
            decided.append(f"{entry}={chosen}")
    return decided


def _document(page: Page, forms: Forms, status: int) -> Response:
    given, query = page.request.path_params["document"], page.request.query_params
    everything = page.desk.documents()
    preview: Json | None = None
    stopped: Said | None = None
    instrument = query.get("instrument") or None
    try:
        effective = Form("", dict(query)).day(page, "effective")
        preview = _preview(page, given, instrument, effective)
    except MuluError as error:
        if error.said.id in ("document_unknown", "ambiguous_prefix", "store_missing"):
            raise
        stopped = error.said
    held = next(one for one in everything["documents"] if one["document"].startswith(given.lower()))
    kind = query.get("kind") if query.get("kind") in FOUND else None
    leaves = [] if preview is None else _leaves(preview, kind)
    wanted = query.get("leaf", "1")
    at = min(len(leaves), max(1, int(wanted))) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 1
    return page.render(
        "document.html",
        status,
        held=held,
        preview=preview,
        stopped=stopped,
        leaves=leaves,
        leaf=leaves[at - 1] if leaves else None,
        at=at,
        beside=None if preview is None else _beside(page, held["document"], leaves[at - 1] if leaves else None),
        kind=kind,
        kinds=FOUND,
        what=FACT,
        names=PAPER,
        worded=lambda text: page.say("不在列", "not listed") if text == "absent" else text,
        view=query.get("view"),
        just=query.get("done"),
        given={"instrument": instrument, "effective": query.get("effective")},
        items=page.desk.items(page.on)["items"] if query.get("view") == "matches" or _likely(preview) else [],
        # what it would change may touch records that are held; of one that is applied already nothing would
        portfolios=page.desk.portfolios.names()
        if preview is not None and held["status"] in ("claimed", "attested")
        else [],
        records=[one for one in everything["records"] if one["document"] == held["document"]],
        **{**shared(page, forms), "here": "documents"},
    )


def _beside(page: Page, document: str, leaf: Json | None) -> Json | None:
    """The passages of a document that stand beside a leaf of its preview; None where its picture shows them all."""
    whole: Json = page.remembered(("passages", document), lambda: page.desk.passages(document))
    if leaf is None or leaf["page"] is None:
        return None
    passages = [one for one in whole["passages"] if one["page"] == leaf["page"]]
    if not passages:
        return None
    said = [one["official"] for group in leaf["items"] for one in group["findings"] if one["official"]]
    said += [one["clause"] for one in leaf["operations"]] + [one["text"] for one in leaf["unread"]]
    wanted = {head for one in said if len(head := _packed(one)[:_ALIKE]) >= 2}
    texts = [_packed(one["text"]) for one in passages]
    shown = [n for n, text in enumerate(texts) if any(one in text for one in wanted)]
    start = shown[0] if shown else 0
    query = page.request.query_params.get("from", "")
    if query.isascii() and query.isdigit() and len(query) < 9:
        start = min(int(query), len(passages)) - 1
    start = max(0, start)
    return {
        "passages": [
            {**one, "speaks": start + n in shown} for n, one in enumerate(passages[start : start + _PASSAGES])
        ],
        "first": start + 1,
        "count": len(passages),
        "before": max(1, start + 1 - _PASSAGES) if start else None,
        "after": start + 1 + _PASSAGES if start + _PASSAGES < len(passages) else None,
        "media": whole["media"],
        "fonts": whole["undrawn"].get(leaf["page"], []),
    }


def _packed(text: str) -> str:
    return "".join(text.split())


def _likely(preview: Json | None) -> bool:
    return preview is not None and bool(preview["by_likeness"])


def _leaves(preview: Json, kind: str | None) -> list[Json]:
    """The preview page by page of the document; what stands on no page of it, for it is not named there, comes last.

    A page with much on it makes several leaves. With `kind` only findings of that kind, and only pages that have some.
    """
    by_page: dict[int | None, Json] = {}

    def on(number: int | None) -> Json:
        return by_page.setdefault(number, {"page": number, "findings": [], "operations": [], "unread": []})

    if kind is None:
        for pictured in range(1, preview["pictured"] + 1):
            on(pictured)
        for name in ("operations", "unread"):
            for one in preview[name]:
                on(one["page"])[name].append(one)
    for one in preview["findings"]:
        if kind is None or one["kind"] == kind:
            on(one["page"] or None)["findings"].append(one)  # page 0: what a whole list does not name
    leaves = []
    for number in sorted(by_page, key=lambda n: (n is None, n or 0)):
        whole = by_page[number]
        rows = [("operations", one) for one in whole["operations"]] + [("findings", one) for one in whole["findings"]]
        for start in range(0, max(1, len(rows)), _FINDINGS):
            part = rows[start : start + _FINDINGS]
            leaves.append(
                {
                    "page": number,
                    "part": start // _FINDINGS + 1 if len(rows) > _FINDINGS else None,
                    "unread": whole["unread"] if start == 0 else [],
                    "operations": [one for of, one in part if of == "operations"],
                    "items": [
                        {"item": item, "findings": list(group)}
                        for item, group in groupby((one for of, one in part if of == "findings"), itemgetter("item"))
                    ],
                }
            )
    return leaves


# ---- what a machine read -----------------------------------------------------------------------------------------


def to_confirm(page: Page) -> Response:
    """Every number, unit, sign and code that a machine read, beside the picture of its line."""
    return _confirm(page, Forms(), 200)


def confirmed(page: Page, form: Form) -> Response:
    """Record what a person saw in the pictures, token by token."""
    document, status = page.request.path_params["document"], 422
    form.name = "confirm"
    form.takes("by", "(token|read|seen|same)-[0-9]+-[0-9]+")
    tokens = []
    for name, token in form.values.items():
        if not name.startswith("token-"):
            continue
        n = name.removeprefix("token-")
        seen = form.text(f"seen-{n}") or (form.text(f"read-{n}") if form.text(f"same-{n}") == "yes" else "")
        if seen:
            tokens.append(f"{token}={seen}")
    form.needs(page, [("by", page.say("您的姓名", "Your name"))])
    if not tokens:
        form.errors[""] = page.say(
            "请至少确认一处：写下图上所见，或勾选“与识读相同”。",
            "Confirm at least one: write what you see, or tick “as it was read”.",
        )
    if not form.errors:
        try:
            page.desk.confirm(document, now(), form.text("by"), tokens)
            leaf = page.request.query_params.get("leaf")
            return done(page, form.text("by"), f"documents/{document}/confirm", leaf=leaf)
        except MuluError as error:
            status = form.refused(page, error)
    return _confirm(page, Forms(form), status)


def _confirm(page: Page, forms: Forms, status: int) -> Response:
    document = page.request.path_params["document"]
    answer = page.desk.confirm(document, now())
    every = [{**part, "place": n} for n, part in enumerate(answer["parts"]) if part["tokens"]]
    waiting = [part for part in every if any(token["confirmed"] is None for token in part["tokens"])]
    settled = page.request.query_params.get("view") == "settled"
    parts = [part for part in every if part not in waiting] if settled else waiting
    leaves = max(1, -(-len(parts) // _PARTS))
    wanted = page.request.query_params.get("leaf", "1")
    at = min(leaves, max(1, int(wanted))) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 1
    return page.render(
        "confirm.html",
        status,
        answer=answer,
        parts=[{**part, "marked": _tokens_marked(page, part)} for part in parts[(at - 1) * _PARTS : at * _PARTS]],
        settled=settled,
        at=at,
        leaves=leaves,
        **{**shared(page, forms), "here": "documents"},
    )


def _tokens_marked(page: Page, part: Json) -> Markup:
    """What was read, with every token in it marked."""
    return page.marked(part["read"], [(token["at"], token["at"] + len(token["read"])) for token in part["tokens"]])


# ---- pictures ----------------------------------------------------------------------------------------------------


def page_picture(page: Page) -> Response:
    """A page of a kept document. Nothing is served from anywhere but the store."""
    return _picture(page.desk.page_picture(page.request.path_params["document"], page.request.path_params["number"]))


def line_picture(page: Page) -> Response:
    """The printed lines of a part that a machine read."""
    drawn = _DRAWN.of(page, page.request.path_params["document"], page.request.path_params["part"])
    if drawn is None:
        raise Refused(404, Said("no_line", "此段没有图像。", "There is no picture of this part."))
    return _picture(drawn)


def _picture(data: bytes) -> Response:
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    # A document is named by the digest of its bytes: what is shown under that name never changes.
    return Response(data, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})


ROUTES = [
    Route("/documents", shows(listed), methods=["GET"]),
    Route("/documents", sends(imported), methods=["POST"]),
    Route(
        "/documents/{document}",
        shows(shown, "instrument", "effective", "kind", "view", "leaf", "from", "done"),
        methods=["GET"],
    ),
    Route("/documents/{document}", sends(acted), methods=["POST"]),
    Route("/documents/{document}/confirm", shows(to_confirm, "leaf", "view"), methods=["GET"]),
    Route("/documents/{document}/confirm", sends(confirmed), methods=["POST"]),
    Route("/documents/{document}/pages/{number:int}.png", in_thread(page_picture), methods=["GET"]),
    Route("/documents/{document}/lines/{part:int}.png", in_thread(line_picture), methods=["GET"]),
]
