"""Patent publications: the XML of the offices, and the same publications as text, PDF or DOCX.

The elements of WIPO ST.36 (US grants and applications, EP, WO, and the older Chinese files) and of ST.96 (the Chinese
files since 2012) go by the same names but for hyphens and capitals, so one walk reads both: `invention-title` and
`InventionTitle` are one. EP publications keep their bibliography under the numbers of ST.32 (B110, B540 …).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html.entities import html5
from typing import Any

from mulu.sources.described import Composer, Kind, Passage, Reading, Role
from mulu.sources.document import Unread
from mulu.sources.documents import Corrupt, Held, check_length, lowered, raised
from mulu.vocabulary import Said

Facts = list[tuple[str, str]]

_ROOTS = frozenset(
    (
        "uspatentgrant",
        "uspatentapplication",
        "eppatentdocument",
        "wopublishedapplication",
        "wopatentdocument",
        "woapplicationbody",
        "cnpatentdocument",
        "patentdocumentandrelated",
        "patentpublication",
        "patentgrantpublication",
        "applicationbody",
        "patentdocument",
        "exchangedocument",
    )
)
_SECTIONS = {
    "technicalfield": Role.DESCRIPTION,
    "backgroundart": Role.BACKGROUND,
    "background": Role.BACKGROUND,
    "disclosure": Role.DESCRIPTION,
    "inventionsummary": Role.DESCRIPTION,
    "summaryofinvention": Role.DESCRIPTION,
    "descriptionofdrawings": Role.DESCRIPTION,
    "drawingsdescription": Role.DESCRIPTION,
    "modeforinvention": Role.DESCRIPTION,
    "inventionmode": Role.DESCRIPTION,
    "bestmode": Role.DESCRIPTION,
    "embodimentdescription": Role.DESCRIPTION,
    "industrialapplicability": Role.DESCRIPTION,
}
_CLASSED = (
    ("classificationipcr", "ipc"),
    ("classificationipc", "ipc"),
    ("ipcrclassification", "ipc"),
    ("ipcclassification", "ipc"),
    ("classificationcpc", "cpc"),
    ("cpcclassification", "cpc"),
)
_PARAGRAPHS = frozenset(("p", "paragraphs", "para", "paragraph"))
_APART = frozenset(("claimtext", "li", "row", "tr", "p", "paragraphs", "br", "tables", "table", "dt", "dd", "heading"))
_UNSAID = frozenset(
    ("drawings", "figure", "figures", "image", "img", "sequencelist", "searchreportdata", "amendedclaims")
)
_MATH = frozenset(
    [
        "math",
        "mrow",
        "mfrac",
        "msup",
        "msub",
        "msubsup",
        "msqrt",
        "mroot",
        "mstyle",
        "mfenced",
        "munder",
        "mover",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
    ]
)
_STATEMENTS = ("usclaimstatement", "claimstatement", "claimsstatement")
_DRAWN = {  # what is kept as pictures, by the element that holds it
    "chemistry": ("化学结构式", "chemical structures"),
    "maths": ("公式", "formulae"),
    "math": ("公式", "formulae"),
    "tables": ("表格", "tables"),
    "table": ("表格", "tables"),
    "": ("附图", "drawings"),
}
_REMARK = re.compile("[\u3400-\u9fff]|[A-Za-z]{2,40} [A-Za-z]{2,40}")  # a comment that says something
_IPC = re.compile(r"\b([A-H])\s?([0-9]{2})\s?([A-Z])\s{0,6}([0-9]{1,4})\s?/\s?([0-9]{2,6})(?![0-9])")

# What heads the parts of a publication, as printed.
_HEADS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"(权利要求书|申請專利範圍|专利权利要求|权利要求|發明專利申請專利範圍)$|(what (is|we) claim(ed)?( is)?|(we|i) claim|claims?|the invention claimed is)\s*[:：]?$", re.IGNORECASE), Role.CLAIM),
    (re.compile(r"(说明书|發明)?摘要$|abstract( of the (disclosure|invention))?[:：]?$", re.IGNORECASE), Role.ABSTRACT),
    (re.compile(r"【?(背景技术|现有技术|先前技術|背景技術)】?$|(technical )?background\b.*$|.*\b(prior|related) art$", re.IGNORECASE), Role.BACKGROUND),
    (re.compile(r"【?(说明书|說明書|技术领域|技術領域|发明内容|發明內容|实用新型内容|附图说明|圖式簡單說明|具体实施方式|实施方式|具体实施例|實施方式)】?$|(technical )?field\b.*$|(brief )?(summary|description)\b.*$|detailed description.*$|(best )?modes?\b.*$|examples?$|disclosure( of (the )?invention)?$|industrial applicability$|cross[- ]references?\b.*$|embodiments?$", re.IGNORECASE), Role.DESCRIPTION),
)  # fmt: skip
_INID = re.compile(r"[(（\[]\s*(1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|6[0-9]|7[0-9]|8[0-9])\s*[)）\]]\s*")
_CLAIM = re.compile(r"(?:权利要求\s*|claim\s+)?([0-9]{1,3})\s*[.、．:：](?![0-9])\s*", re.IGNORECASE)
_NUMBERS = {
    "publication": re.compile(
        r"\b(CN\s?[0-9]{7,9}\s?[A-CSUY][0-9]?|US\s?[0-9]{1,2},[0-9]{3},[0-9]{3}\s?[A-Z][0-9]?|US\s?20[0-9]{2}/[0-9]{7}\s?[A-Z][0-9]?"
        r"|EP\s?[0-9](?:\s?[0-9]{3}){2}\s?[AB][0-9]|WO\s?(?:19|20)[0-9]{2}/[0-9]{6}(?:\s?A[0-9])?)\b"
    ),
    "application": re.compile(r"\b((?:CN\s?)?(?:19|20)[0-9]{2}[1-9][0-9]{7}\.[0-9X]|PCT/[A-Z]{2}\s?20[0-9]{2}/[0-9]{6})(?![0-9])"),
}  # fmt: skip


def is_patent_xml(root_name: str) -> bool:
    """Whether an XML file whose root has this name is a publication of an office."""
    return _plain(root_name) in _ROOTS or _plain(root_name) == "exchangedocuments"


def root_of(data: bytes) -> str | None:
    """The name of the root element of an XML file, without its prefix; None where the file is none."""
    head = data[:20_000].lstrip(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    head = re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", head, flags=re.DOTALL)
    head = re.sub(rb"<!DOCTYPE[^\[>]*(\[.*?\])?\s*>", b"", head, flags=re.DOTALL)
    found = re.match(rb"\s*<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)", head)
    return found[2].decode("ascii", "ignore") if found else None


def read_patent_xml(held: Held) -> Reading:
    """The publication in an office's XML file. Raises Corrupt."""
    from lxml import etree

    # Entities stay as they stand: none that the file declares is expanded, and no DTD is fetched.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(held.data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Corrupt(held.path, "xml", Said("broken_xml", "XML 无法解析", "the XML cannot be parsed")) from error
    if _local(root) == "exchangedocuments":
        documents = [child for child in root if _local(child) == "exchangedocument"]
        return _Publication(documents[0] if documents else root, held, more=max(0, len(documents) - 1)).reading()
    return _Publication(root, held).reading()


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


def _local(element: Any) -> str:
    """The name of an element without namespace, hyphens and capitals; nothing for a comment."""
    tag = element.tag
    return _plain(tag.rpartition("}")[2]) if isinstance(tag, str) else ""


def _all(element: Any, *names: str) -> Iterator[Any]:
    return (one for one in element.iter() if _local(one) in names)


def _first(element: Any, *names: str) -> Any:
    return next(_all(element, *names), None)


def _said(element: Any) -> str:
    """The text of an element in one line for each part that stands apart, scripts raised and lowered."""
    pieces: list[str] = []
    _say(element, pieces, None)
    lines = [re.sub(r"[ \t\r\n\xa0]+", " ", line).strip() for line in "".join(pieces).split("\x00")]
    return _closed("\n".join(line for line in lines if line))


def _closed(text: str) -> str:
    """A text without the blanks that the layout of the file left between Chinese characters."""
    wide = "[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]"
    return re.sub(rf"(?<={wide}) (?={wide})", "", text)


def _say(element: Any, pieces: list[str], shift: str | None) -> None:
    name = _local(element)
    if name in ("sub", "sup"):
        shift = name
    pieces += {"msqrt": ["√("], "mroot": ["√("], "mfenced": [element.get("open", "(")]}.get(name, [])
    apart = name in _APART
    if apart:
        pieces.append("\x00")

    def put(text: str | None) -> None:
        if text and not (name in _MATH and text.isspace()):  # white space means nothing between the parts of a formula
            pieces.append(lowered(text) if shift == "sub" else raised(text) if shift == "sup" else text)

    put(element.text)
    for place, child in enumerate(element):
        if not isinstance(child.tag, str):
            if called := getattr(child, "name", None):  # a named character, declared in the DTD of the office
                put(html5.get(f"{called};", "\ufffd"))
        elif _local(child) not in _UNSAID:
            if _local(child) in ("entry", "td"):
                pieces.append(" | " if child.getprevious() is not None else "")
            if place and name == "mfrac":
                pieces.append("/")
            script = "sub" if name == "msub" or (name == "msubsup" and place == 1) else "sup"
            _say(child, pieces, script if place and name in ("msup", "msub", "msubsup") else shift)
        put(child.tail)
    pieces += {"msqrt": [")"], "mroot": [")"], "mfenced": [element.get("close", ")")]}.get(name, [])
    if apart:
        pieces.append("\x00")


class _Publication:
    """One publication, walked in the order in which it is to be read: title, abstract, claims, description."""

    def __init__(self, root: Any, held: Held, more: int = 0) -> None:
        self.root, self.held = root, held
        self.more = more  # publications in the file besides this one
        self.read: set[Any] = set()  # elements whose text was read
        self.composer = Composer()
        self.language = self._language()
        self.left: set[str] = set()  # languages of texts that were left out
        self.titles: list[str] = []  # in languages that are not read

    def _language(self) -> str | None:
        """Of the languages in which the publication prints its claims, the one in which it is read."""
        own = _attribute(self.root, "lang", "languagecode").lower()
        spoken = [
            (_attribute(one, "lang", "languagecode") or own).lower() for one in _all(self.root, "claims", "description")
        ]
        return next((one for one in ("zh", "cn", "en", own) if one and one in spoken), None)

    def _chosen(self, name: str) -> list[Any]:
        found = [one for one in _all(self.root, name) if not _inside(one, ("citation", "referencescited"))]
        if len(found) > 1 and self.language is not None:
            own = _attribute(self.root, "lang", "languagecode").lower()
            wanted = [one for one in found if (_attribute(one, "lang", "languagecode") or own).lower() == self.language]
            if wanted:
                self.left |= {(_attribute(one, "lang", "languagecode") or own).lower() for one in found} - {
                    self.language
                }
                return wanted
        return found

    def reading(self) -> Reading:
        from mulu.sources.received import finished

        composer = self.composer
        composer.begin(self.held.name, "xml", self.held.digest)
        title = self._title()
        if title:
            composer.add(title, Role.TITLE)
        abstracts = self._chosen("abstract")
        for abstract in abstracts[:1]:
            self.read.add(abstract)
            for text in self._paragraphs(abstract):
                composer.add(text, Role.ABSTRACT)
        claimed = self._chosen("claims")
        for statement in _all(self.root, *_STATEMENTS):
            if not _inside(statement, ("claims", "description")):
                self.read.add(statement)
                composer.add(_said(statement), Role.HEADING)
        for claims in claimed:
            self.read.add(claims)
            self._claims(claims)
        for description in self._chosen("description")[:1]:
            self.read.add(description)
            self._description(description, Role.DESCRIPTION)
        check_length(self.held.path, composer.length)
        if not composer.passages:
            raise Corrupt(
                self.held.path,
                "xml",
                Said(
                    "no_patent_text",
                    "没有权利要求、说明书和摘要的文字，可能只有图像",
                    "it holds no text of claims, description or abstract, perhaps only pictures",
                ),
            )
        return finished(
            composer,
            Kind.PATENT,
            self.held.name,
            self.held.digest,
            title=title,
            facts=(facts := self._facts()),
            unread=self._notes(facts),
        )

    def _notes(self, facts: tuple[tuple[str, str], ...]) -> tuple[Unread, ...]:
        """What of the file was not read: texts in other languages, pictures, further parts, further publications."""
        said: list[Said] = []
        if self.left:
            others = ", ".join(sorted(self.left))
            said.append(
                Said(
                    "other_languages",
                    f"公开文本另有其他语种（{others}），只读取了 {self.language} 文本。",
                    f"the publication has texts in other languages too ({others}); the one in {self.language} was read.",
                )
            )
        if self.titles:
            titles = " / ".join(self.titles)
            said.append(
                Said(
                    "other_titles",
                    f"名称的其他文本未读取：{titles}。",
                    f"other titles of the publication were not read: {titles}.",
                )
            )
        if pictures := self._pictures():
            zh = "、".join(f"{count} 个{_DRAWN[kind][0]}" for kind, count in pictures.items())
            en = ", ".join(f"{count} {_DRAWN[kind][1]}" for kind, count in pictures.items())
            said.append(
                Said(
                    "pictures",
                    f"以图片给出的内容未读取：{zh}。请对照公开文本核对。",
                    f"what is given as pictures was not read: {en}. Compare the publication.",
                )
            )
        parts, entries = self._left_out(facts)
        if parts:
            names = ", ".join(f"{name} ({count:,})" for name, count in parts.items())
            said.append(
                Said(
                    "parts_left",
                    f"公开文本的下列部分未读取（元素名及字数）：{names}。",
                    f"parts of the publication were not read (element and characters): {names}.",
                )
            )
        if entries:
            names = ", ".join(f"{name} ({count:,})" for name, count in entries.items())
            said.append(
                Said(
                    "bibliography_left",
                    f"著录项目的下列内容不参与比较（元素名及字数）：{names}。",
                    f"entries of the bibliography take no part in the comparison (element and characters): {names}.",
                )
            )
        if unmapped := self.composer.text.count("\ufffd"):
            said.append(
                Said(
                    "unmapped_characters",
                    f"有 {unmapped} 个字符以未知的名称给出，文中以 � 表示。请对照公开文本核对。",
                    f"{unmapped} characters are given by names that are not known; they read � in the text. Compare the "
                    f"publication.",
                )
            )
        if self.more:
            said.append(
                Said(
                    "other_publications",
                    f"文件中还有 {self.more} 件公开文本，只读取了第一件。请分别给出。",
                    f"the file holds {self.more} more publications; the first was read. Give them one by one.",
                )
            )
        return tuple(Unread(1, one) for one in said)

    def _pictures(self) -> dict[str, int]:
        """How many pictures there are of each kind; a formula that is given in words too is none."""
        counted: dict[str, int] = {}
        for one in _all(self.root, "img", "image"):
            kinds = [above for above in one.iterancestors() if _local(above) in _DRAWN]
            if kinds and _local(kinds[0]) != "chemistry" and _text(kinds[0]):
                continue
            kind = _local(kinds[0]) if kinds else ""
            counted[kind] = counted.get(kind, 0) + 1
        return counted

    def _left_out(self, facts: Sequence[tuple[str, str]]) -> tuple[dict[str, int], dict[str, int]]:
        """Parts of the file, and entries of its bibliography, that hold text and were not read, with how many characters.

        An entry is told where it holds words that no fact and no title says.
        """
        parts: dict[str, int] = {}
        entries: dict[str, int] = {}
        known = " ".join([value for _, value in facts] + [self.composer.text[:500]] + self.titles)

        def count(into: dict[str, int], part: str, text: str | None) -> None:
            if said := (text or "").strip():
                into[part] = into.get(part, 0) + len(said)

        def entry(part: str, text: str | None) -> None:
            said = " ".join((text or "").split())
            if sum(map(str.isalpha, said)) > 1 and said not in known:
                count(entries, part, said)

        stack: list[tuple[Any, str, bool]] = [(self.root, "", False)]  # element, part, whether of the bibliography
        while stack:
            element, part, listed = stack.pop()
            name = _local(element)
            if not name:
                if getattr(element, "text", None) and not getattr(element, "name", None):
                    count(parts, "<!-- -->", element.text if _REMARK.search(element.text) else "")
                continue
            other = (_attribute(element, "lang", "languagecode") or "").lower()
            if name == "inventiontitle" or (other and other in self.left):
                continue
            if element in self.read:
                stack += [(one, "", False) for one in _all(element, "abstract", "claims") if one not in self.read]
                continue
            if listed:
                part = part or element.tag.rpartition("}")[2]
                entry(part, element.text)
            else:
                listed = "bibliographic" in name or name == "sdobi"
                part = "" if name in _ROOTS or listed else part or element.tag.rpartition("}")[2]
                count(parts, part or element.tag.rpartition("}")[2], element.text)
            for child in element:
                stack.append((child, part, listed))
                if listed:
                    entry(part or name, child.tail)
                else:
                    count(parts, part or element.tag.rpartition("}")[2], child.tail)
        for holder in self.read:
            for one in _all(holder, *(_UNSAID - {"img", "image"})):
                if not _inside(one, tuple(_UNSAID)):
                    count(parts, one.tag.rpartition("}")[2], _text(one))
        return parts, entries

    def _title(self) -> str | None:
        """The title in the language that is read, in English, or the first."""
        titles: dict[str, str] = {}
        for block in _all(self.root, "b540"):
            language = ""
            for child in block:
                if _local(child) == "b541":
                    language = _said(child).lower()
                elif _local(child) == "b542":
                    titles.setdefault(language, _said(child))
        for one in _all(self.root, "inventiontitle"):
            if not _inside(one, ("citation", "referencescited")):
                titles.setdefault((_attribute(one, "lang", "languagecode") or self.language or "").lower(), _said(one))
        wanted = (titles.get(self.language or ""), titles.get("zh"), titles.get("en"), *titles.values())
        title = next((one.replace("\n", " ") for one in wanted if one), None)
        every = (*titles.values(), *map(_said, _all(self.root, "inventiontitle")))
        self.titles = list(dict.fromkeys(one for each in every if (one := each.replace("\n", " ")) and one != title))
        return title

    def _paragraphs(self, element: Any) -> list[str]:
        """The paragraphs of an element; what stands between them is one too."""
        if not any(_local(one) in _PARAGRAPHS for one in element.iter() if one is not element):
            return [_said(element)]
        said = [element.text or ""]
        for child in element:
            name = _local(child)
            if name and name not in _UNSAID:
                said += [_said(child)] if name in _PARAGRAPHS else self._paragraphs(child)
            said.append(child.tail or "")
        return [one for one in said if one.strip()]

    def _claims(self, claims: Any) -> None:
        place = 0
        self.composer.add(_closed(claims.text or ""), Role.CLAIM)
        for claim in claims:
            if _local(claim) != "claim":
                if _local(claim) and _local(claim) not in _UNSAID:
                    heads = _local(claim) in ("heading", *_STATEMENTS)
                    self.composer.add(_said(claim), Role.HEADING if heads else Role.CLAIM)
            else:
                place += 1
                text = _said(claim)
                number = (_attribute(claim, "num") or _text(_first(claim, "claimnumber"))).lstrip("0") or None
                printed = _CLAIM.match(text)
                number = printed[1] if printed else number if number and number.isdigit() else str(place)
                self.composer.add(text, Role.CLAIM, number=number, clause=number)
            self.composer.add(_closed(claim.tail or ""), Role.CLAIM)

    def _description(self, element: Any, role: Role) -> Role:
        """The parts of a description in order; a heading tells what follows it until the next one."""
        self.composer.add(_closed(element.text or ""), role)
        for child in element:
            role = self._piece(child, _local(child), role)
            self.composer.add(_closed(child.tail or ""), role)
        return role

    def _piece(self, child: Any, name: str, role: Role) -> Role:
        """A part of a description; the role of what follows it."""
        if name in ("inventiontitle", "claims", "abstract", "") or name in _UNSAID:
            return role
        if name == "heading":
            text = _said(child)
            role = _role_of(text) or role
            self.composer.add(text, Role.HEADING)
        elif name in _PARAGRAPHS:
            text = _said(child)
            if headed := _role_of(text):  # the older Chinese files print headings as paragraphs
                self.composer.add(text, Role.HEADING)
                return headed
            number = _attribute(child, "num", "pnumber", "paragraphnumber").strip("[]")
            self.composer.add(text, role, number=f"[{number}]" if number.isdigit() else None)
        elif any(_local(one) in _PARAGRAPHS for one in child.iter() if one is not child):
            role = self._description(child, _SECTIONS.get(name, role))
        else:
            self.composer.add(_said(child), _SECTIONS.get(name, role))
        return role

    # ---- what the bibliography says --------------------------------------------------------------------------------

    def _facts(self) -> tuple[tuple[str, str], ...]:
        facts: Facts = []
        root = self.root
        country = _attribute(root, "country") or _text(_first(root, "b190"))
        number = _attribute(root, "docnumber") or _text(_first(root, "b110"))
        kind = _attribute(root, "kind") or _text(_first(root, "b130"))
        if number:
            facts.append(("publication", f"{country}{number}{kind}"))
        published = list(
            self._references("publicationreference", "cnpublicationreference", "patentpublicationidentification")
        )
        facts += [("publication", _document_number(one)) for one in published]
        for one in self._references("applicationreference", "applicationidentification"):
            facts.append(("application", _document_number(one)))
        for one in _all(root, "b210"):
            facts.append(("application", f"{country or 'EP'}{_text(one)}"))
        for one in self._references("pctorregionalfilingdata", "internationalfilingdata"):
            facts.append(("application", _document_number(one)))
        for one in _all(root, "b860", "b870"):
            facts += [("application", _text(dnum)) for dnum in _all(one, "anum", "pnum") if _text(dnum)]
        for one in _all(root, "priorityclaim"):
            facts.append(("priority", _document_number(one)))
        for block in _all(root, "b300"):
            state = ""
            numbers = []
            for child in block.iter():
                if _local(child) == "b310":
                    numbers.append(_text(child))
                elif _local(child) == "ctry":
                    state = _text(child)
            facts += [("priority", f"{state}{one}") for one in numbers if one]
        family = _attribute(root, "familyid")
        if family:
            facts.append(("family", family))
        dates = [
            _attribute(root, "datepubl", "datepublication", "documentpublicationdate"),
            _text(_first(root, "b140")),
        ]
        dates += [_text(_first(one, "date", "publicationdate")) for one in published]
        facts += [("published", one) for one in dates if one][:1]
        if office := _office(facts) or country or _office_of_root(_local(root)):
            facts.append(("office", office))
        for name, fact in _CLASSED:
            for one in _all(root, name):
                if not _inside(one, ("citation", "referencescited", "uscitation", "fieldofsearch")):
                    facts += [(fact, code) for code in _codes(one)]
        for one in _all(root, "applicant", "usapplicant", "cnapplicant", "b711"):
            name = _text(_first(one, "orgname", "organizationname", "organizationstandardname", "snm", "name"))
            if name:
                facts.append(("applicant", name))
        return tuple(dict.fromkeys((key, value) for key, value in facts if value))

    def _references(self, *names: str) -> list[Any]:
        return [
            one for one in _all(self.root, *names) if not _inside(one, ("citation", "referencescited", "uscitation"))
        ]


def _inside(element: Any, names: tuple[str, ...]) -> bool:
    return any(_local(above) in names for above in element.iterancestors())


def _attribute(element: Any, *names: str) -> str:
    """The value of the first attribute of one of these names, without prefix, hyphens and capitals."""
    found = {_plain(str(key).rpartition("}")[2]): str(value) for key, value in element.attrib.items()}
    return next((found[name] for name in names if found.get(name)), "")


def _office(facts: Sequence[tuple[str, str]]) -> str | None:
    """The office that published, by the letters that its publication number begins with."""
    numbers = (value for name, value in facts if name == "publication")
    return next((one[:2] for one in numbers if re.match(r"[A-Z]{2}[0-9]", one)), None)


def _office_of_root(name: str) -> str | None:
    """The office after which a root element is called: us-patent-grant, wo-published-application."""
    return next((office for office in ("CN", "US", "EP", "WO") if name.startswith(office.lower())), None)


def _text(element: Any) -> str:
    return "" if element is None else re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _document_number(element: Any) -> str:
    """Country, number and kind of the document that an element refers to."""
    country = _text(_first(element, "country", "wipost3code", "ipofficecode"))
    number = _text(_first(element, "docnumber", "applicationnumbertext", "publicationnumber", "applicationnumber"))
    kind = _text(_first(element, "kind", "patentdocumentkindcode"))
    if not number:
        return ""
    return f"{'' if number.startswith((country, 'PCT')) and country else country}{number}{kind}"


def _codes(element: Any) -> list[str]:
    """The classes that an element names: as a text, or in parts."""
    named = {_local(one): _text(one) for one in element.iter()}
    parts = [named.get(one, "") for one in ("section", "class", "subclass", "maingroup", "subgroup")]
    parts[1] = parts[1] or named.get("mainclass", "")
    if all(parts):
        return [f"{parts[0]}{parts[1]}{parts[2]} {parts[3]}/{parts[4]}"]
    return classes_in(" ".join(element.itertext()))


def classes_in(text: str) -> list[str]:
    """The classes of the IPC and CPC that stand in a text, in one spelling: H01M 4/58."""
    return list(dict.fromkeys(f"{a}{b}{c} {int(d)}/{e}" for a, b, c, d, e in _IPC.findall(text)))


# ---- publications as printed ---------------------------------------------------------------------------------------


def _role_of(heading: str) -> Role | None:
    """Which part of a publication a heading begins."""
    plain = re.sub(r"^[\[【]?[0-9]{4,5}[\]】]\s*|^[0-9IVX]+[.、]\s*", "", heading.strip())
    plain = re.sub(r"\s+", "" if re.search("[\u4e00-\u9fff]", plain) else " ", plain).strip(" :：")
    if not plain or len(plain) > 60:
        return None
    return next((role for pattern, role in _HEADS if pattern.match(plain)), None)


@dataclass(frozen=True, slots=True)
class Marked:
    """A page whose head names the part of the publication that is printed on it: 权利要求书 1/2 页."""

    page: int
    role: Role


def marked_pages(running: Sequence[tuple[int, str]]) -> dict[int, Role]:
    """The parts that heads of pages name, from page and text of each head."""
    made: dict[int, Role] = {}
    for page, text in running:
        plain = re.sub(r"[\s0-9/／页第共]+", "", text)
        if "权利要求书" in plain:
            made[page] = Role.CLAIM
        elif "说明书附图" in plain or plain.endswith("说明书"):
            made.setdefault(page, Role.DESCRIPTION)
        elif plain.endswith("摘要"):
            made.setdefault(page, Role.ABSTRACT)
    return made


def as_patent(reading: Reading, pages: dict[int, Role], printed: int | None = None) -> Reading:
    """A publication told from any other document, its passages marked; another document as it is.

    A publication prints claims, and besides them an abstract, a background or the codes of its bibliography (INID). What
    follows the first `printed` passages stands beside the text and is in none of its parts.
    """
    beside = () if printed is None else reading.passages[printed:]
    if beside:
        told = as_patent(replace(reading, passages=reading.passages[:printed]), pages)
        return replace(told, passages=(*told.passages, *beside))
    heads = {role for one in reading.passages if (role := _role_of(one.text)) is not None} | set(pages.values())
    coded = sum(_INID.match(one.text) is not None for one in reading.passages[:60]) >= 3
    others = heads & {Role.ABSTRACT, Role.BACKGROUND, Role.DESCRIPTION}
    if not (Role.CLAIM in heads and (len(others) >= 2 or coded)):
        return reading
    part: Role | None = Role.ABSTRACT if coded else None
    claim: str | None = None
    made: list[Passage] = []
    title = reading.title
    last = 0
    for one in reading.passages:
        headed = _role_of(one.text)
        page = one.place.page or 0
        if page != last and page in pages and not (pages[page] is Role.DESCRIPTION and part is Role.BACKGROUND):
            part = pages[page]
        last = page
        if headed is not None:
            part, claim = headed, None
            made.append(replace(one, role=Role.HEADING))
            continue
        code = _INID.match(one.text)
        if code is not None and part is not Role.CLAIM:
            rest = re.sub(
                r"^(发明名称|发明创造名称|實用新型名稱|实用新型名称|發明名稱|新型名稱|Title)\s*[:：]?\s*",
                "",
                one.text[code.end() :],
            )
            if code[1] == "54" and rest:
                title = rest
            role = Role.TITLE if code[1] == "54" else Role.ABSTRACT if code[1] == "57" else Role.BODY
            made.append(replace(one, role=role))
            continue
        number = one.place.number
        if part is Role.CLAIM:
            found = _CLAIM.match(one.text)
            claim = found[1] if found else claim
            number = found[1] if found else None
        role = part or one.role
        if one.role is Role.HEADING and part is not Role.CLAIM:
            role = Role.HEADING
        place = replace(one.place, number=number, clause=claim if part is Role.CLAIM else None)
        made.append(replace(one, role=role, place=place))
    return replace(
        reading, kind=Kind.PATENT, title=title, passages=tuple(made), facts=(*reading.facts, *_printed_facts(reading))
    )


def _printed_facts(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Numbers and classes from the first page of a printed publication."""
    front = reading.text[:4000]
    facts: Facts = []
    for name, pattern in _NUMBERS.items():
        facts += [(name, re.sub(r"\s", "", found)) for found in pattern.findall(front)[:1]]
    coded = list(_INID.finditer(front))
    for code, after in zip(coded, [*coded[1:], None], strict=False):
        said = front[code.end() : after.start() if after else code.end() + 200]
        if code[1] in ("30", "31", "33"):
            facts += [("priority", re.sub(r"\s", "", one)) for one in re.findall(r"\b(?:[A-Z]{2}\s?)?[0-9]{4,}[0-9./]*[0-9X]", said)[:4] if not re.fullmatch(r"(?:19|20)[0-9]{6}|[0-9.]{10}", one)]  # fmt: skip
        elif code[1] in ("51", "52"):
            facts += [("ipc" if code[1] == "51" else "cpc", one) for one in classes_in(said)]
    if office := _office(facts):
        facts.append(("office", office))
    return tuple(dict.fromkeys(facts))


# ---- families ------------------------------------------------------------------------------------------------------


def number_key(number: str) -> str:
    """A number by which two publications can be found to go back to one filing: no blanks, check digits and kinds."""
    plain = re.sub(r"[\s,/.-]", "", number.upper())
    chinese = re.fullmatch(r"(?:CN)?((?:19|20)[0-9]{10})[0-9X]?[A-Z]?", plain)
    return f"CN{chinese[1]}" if chinese else re.sub(r"[A-Z][0-9]?$", "", plain)


def families(readings: Sequence[Reading]) -> list[tuple[int, ...]]:
    """Which of some publications are members of one family: places in the sequence, families of two or more.

    One family: an office says the same family number, or they share an application or a priority (an application may be
    the priority of another). The members may differ in their claims, so each is screened; nothing is left out.
    """
    keys: list[set[str]] = []
    for one in readings:
        own = {f"family {value}" for value in one.fact("family")}
        own |= {number_key(value) for name in ("application", "priority") for value in one.fact(name)}
        keys.append(own if one.kind is Kind.PATENT else set())
    groups: list[tuple[set[int], set[str]]] = []
    for place, own in enumerate(keys):
        if not own:
            continue
        members, shared = {place}, set(own)
        for group in [group for group in groups if group[1] & own]:
            members |= group[0]
            shared |= group[1]
            groups.remove(group)
        groups.append((members, shared))
    return sorted(tuple(sorted(members)) for members, _ in groups if len(members) > 1)
