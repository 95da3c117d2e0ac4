"""What every page has: its language and day, its form token, its templates; and how a form is read."""

from __future__ import annotations

import datetime
import re
import secrets
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import jinja2
from anyio import to_thread
from markupsafe import Markup, escape
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

import mulu
from mulu.desk import Desk, parse_day
from mulu.interfaces.keeper import today
from mulu.interfaces.safety import COOKIE, FIELD, FORMS, Refused
from mulu.interfaces.web.names import NAMES
from mulu.interfaces.words import CERTAINTY
from mulu.vocabulary import Bilingual, Certainty, Language, Said, in_order, named, point_called

Json = dict[str, Any]
T = TypeVar("T")
_LONGEST_SHOWN = 40  # characters of a name that was not asked for
_REMEMBERED = 64  # answers of the Catalogue kept for the pages
TEMPLATES = Path(__file__).parent / "templates"


class _LanguageConvertor(Convertor[Language]):
    regex = "zh|en"

    def convert(self, value: str) -> Language:
        return Language(value)

    def to_string(self, value: Language) -> str:
        return value.value


register_url_convertor("lang", _LanguageConvertor())


def wanted(request: Request) -> Language:
    """The language of an address without one: the first of the two that the browser asks for, else English."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        if part.strip()[:2] in ("zh", "en"):
            return Language(part.strip()[:2])
    return Language.EN


def now() -> datetime.datetime:
    """The moment of an act."""
    return datetime.datetime.now(datetime.UTC)


@cache
def templates() -> jinja2.Environment:
    """The templates: everything that is put into them is escaped, and a name that is not there is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["version"] = mulu.__version__
    return made


_AS_GIVEN = re.compile(r"(<textarea\b.*?</textarea>|<[^<>]*>)", re.DOTALL)


def shown(body: str) -> str:
    """A page on which characters that would turn the order of what is shown are written out by their numbers.

    What a form sends back stays as it was given.
    """
    if in_order(body) == body:
        return body
    return "".join(part if number % 2 else in_order(part) for number, part in enumerate(_AS_GIVEN.split(body)))


@cache
def _mark(value: str, meaning: str, word: str) -> Markup:
    return Markup('<span class="certainty {}" title="{}">{}</span>').format(value, meaning, word)


class Page:
    """One page for one request."""

    asks = True  # it has forms; the static site shows the same pages and has none

    def __init__(self, request: Request) -> None:
        self.request = request
        given = request.path_params.get("lang")
        path = request.url.path
        self.language = given or (Language(path[1:3]) if path[:4] in ("/zh/", "/en/") else wanted(request))
        self.given: dict[str, str | None] = {key: request.query_params.get(key) or None for key in ("on", "as_known")}

    @cached_property
    def desk(self) -> Desk:
        """The desk of this request; `as_known` asks it as it would have answered then."""
        desk: Desk = self.request.app.state.keeper.desk(self.given["as_known"])
        return desk

    @cached_property
    def on(self) -> datetime.date:
        """The day that is asked about. Raises MalformedDay."""
        given = self.given["on"]
        return parse_day(given) if given else today()

    def takes(self, once: tuple[str, ...], many: tuple[str, ...]) -> None:
        """Refuse an address that asks something else, or one thing twice: it would be passed over. Raises Refused."""
        known = (*self.given, *once, *many)
        for name, times in Counter(name for name, _ in self.request.query_params.multi_items()).items():
            shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
            if name not in known:
                raise Refused(
                    422,
                    Said(
                        "unknown_in_address",
                        f"此页的地址没有参数 {shown!r}（可用：{'、'.join(known)}）。请将其去掉；若照常作答，就会看似已计入它。",
                        f"The address of this page takes no {shown!r} (it takes {', '.join(known)}). Take it out: an answer would look "
                        "as if it had been taken into account.",
                    ),
                )
            if times > 1 and name not in many:
                raise Refused(
                    422,
                    Said(
                        "twice_in_address",
                        f"地址中的 {shown!r} 出现了不止一次，其中之一会被忽略。请只保留一个。",
                        f"The address has {shown!r} more than once, and one of them would be passed over. Leave one.",
                    ),
                )

    def say(self, zh: str, en: str) -> str:
        """The one of two texts that this page is in."""
        return zh if self.language is Language.ZH else en

    def of(self, both: Mapping[str, Any] | Bilingual | Said | None) -> str:
        """The text of this page's language from a value in both; where one is lacking, the other."""
        if both is None:
            return ""
        if isinstance(both, Bilingual | Said):
            return named(both.in_(self.language), NAMES, self.language)
        mine, other = both.get(self.language.value), both.get("en" if self.language is Language.ZH else "zh")
        return named(str(mine or other or ""), NAMES, self.language)

    def link(self, path: str = "", **query: Any) -> str:
        """An address in this page's language; the day is kept where one was asked, and empty values are left out."""
        kept = {k: v for k, v in {**self.given, **query}.items() if v not in (None, "", False)}
        return f"/{self.language.value}/{path.lstrip('/')}" + (f"?{urlencode(kept, doseq=True)}" if kept else "")

    @property
    def in_other_language(self) -> str:
        """The same address in the other language."""
        other = "en" if self.language is Language.ZH else "zh"
        path, query = self.request.url.path, self.request.url.query
        same = f"/{other}{path[3:]}" if path[:4] in ("/zh/", "/en/") else f"/{other}/"
        return same + (f"?{query}" if query and self.request.method == "GET" else "")

    @cached_property
    def session(self) -> str:
        session: str = self.request.app.state.sessions.of(self.request)
        return session

    @property
    def token(self) -> Markup:
        """The hidden field that every form of this page carries."""
        value = self.request.app.state.sessions.token(self.session)
        return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)

    def once(self) -> str:
        """A name for one form of this page: sent twice, it acts once."""
        return secrets.token_urlsafe(16)

    async def form(self) -> FormData:
        """What was sent, once the form is known to be this server's own. Raises Refused."""
        try:
            form = await self.request.form(max_files=20, max_fields=2000, max_part_size=8 * 1024 * 1024)
        except HTTPException as error:  # of the parser, in its own words
            raise Refused(
                400,
                Said(
                    "malformed_form",
                    "表单无法读取：不完整，或文件、字段过多。未作任何改动。请减少后重新提交。",
                    "The form cannot be read: it is incomplete, or has too many files or fields. Nothing was changed. Send less of it again.",
                ),
            ) from error
        self.request.scope.setdefault(FORMS, []).append(form)
        # What is screened may be a text that was read badly; what is recorded may not.
        if any(isinstance(value, str) and name != "text" and "\ufffd" in value for name, value in form.multi_items()):
            raise Refused(
                422,
                Said(
                    "broken_text",
                    "表单含有无法读取的字符（不是 UTF-8，或已损坏）。未作任何改动。请重新输入后提交。",
                    "The form holds characters that cannot be read (not UTF-8, or damaged). Nothing was changed. Type them again.",
                ),
            )
        self.request.app.state.sessions.check(self.request, form.get(FIELD))
        return form

    def certainty(self, value: str) -> Markup:
        """The mark of a certainty: a shape, a colour and a word, so that none of them alone carries it."""
        return _mark(value, self.meaning(value), self.word(CERTAINTY, value).lower())

    def meaning(self, certainty: str) -> str:
        """What a mark of certainty says of the fact beside it."""
        means = {
            Certainty.OFFICIAL: ("读自经声明的官方文件文本", "read in the text of an attested official document"),
            Certainty.PUBLISHED: ("有具名公开来源", "a named public source reports it"),
            Certainty.UNCONFIRMED: ("没有来源：可提示，不得据以判定", "no source held: may raise a candidate, may never carry a determination"),
        }  # fmt: skip
        return self.say(*means[Certainty(certainty)])

    def point(self, number: str, item: str = "") -> str:
        """The number of a control point, with its item where that is named."""
        return self.of(point_called(number, item))

    def word(self, table: Mapping[str, tuple[str, str]], key: str) -> str:
        """What a value of an answer is called in this page's language; `table` is one of `mulu.interfaces.words`."""
        return self.say(*table[key])

    def remembered(self, key: tuple[str, ...], build: Callable[[], T]) -> T:
        """What is costly to make and changes only with the data: kept for the next request that asks for the same."""
        kept: OrderedDict[tuple[str, ...], Any] = self.request.app.state.remembered
        whole = (self.desk.catalogue.version, self.request.app.state.keeper.version(), *key)
        found: T | None = kept.get(whole)
        if found is None:
            kept[whole] = found = build()
        while len(kept) > _REMEMBERED:
            kept.popitem(last=False)
        return found

    def control(self, value: str) -> Markup:
        """The mark of a list: prohibited or restricted."""
        return Markup('<span class="control {}">{}</span>').format(
            value, self.say("禁止", "prohibited") if value == "prohibited" else self.say("限制", "restricted")
        )

    def code(self, code: str | None, certainty: str | None) -> Markup:
        """A code as printed; one that no source shows bears its doubt, and none is said to be unknown."""
        if code is None:
            return Markup('<span class="code none">{}</span>').format(self.say("编号未知", "code not known"))
        if certainty == Certainty.UNCONFIRMED:
            return Markup('<span class="code doubtful" title="{}">{}?</span>').format(
                self.say("编号未确认，不可引用", "code UNCONFIRMED: do not cite it"), code
            )
        return Markup('<span class="code">{}</span>').format(code)

    def marked(self, text: str, spans: list[tuple[int, int]]) -> Markup:
        """A text with some of its stretches marked; stretches that overlap are joined."""
        parts: list[Markup] = []
        place = 0
        for start, end in sorted(spans):
            start = max(start, place)
            if end <= start:
                continue
            parts += [escape(text[place:start]), Markup("<mark>{}</mark>").format(text[start:end])]
            place = end
        return Markup("").join([*parts, escape(text[place:])])

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """The page. The session goes with it, so that its forms are known again."""
        body = (
            templates()
            .get_template(template)
            .render(page=self, t=self.say, lang=self.language.value, status=status, **context)
        )
        answer = HTMLResponse(shown(body), status_code=status)
        if self.request.cookies.get(COOKIE) != self.session:
            answer.set_cookie(COOKIE, self.session, httponly=True, samesite="lax", path="/")
        return answer

    def go(self, path: str, **query: Any) -> Response:
        """After an act: on to the page that shows it, so that reloading does not act again."""
        return RedirectResponse(self.link(path, **query), status_code=303)


def in_thread(
    build: Callable[[Page], Response], *takes: str, many: tuple[str, ...] = ()
) -> Callable[[Request], Awaitable[Response]]:
    """A route that computes: acts are ordinary functions and must not hold up other requests.

    `takes` names what its address may ask beside day and moment, each once; `many` what it may ask several times.
    """

    async def answer(request: Request) -> Response:
        page = Page(request)
        page.takes(takes, many)
        return await to_thread.run_sync(build, page)

    return answer
