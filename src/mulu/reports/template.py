"""A DOCX of the user's, with its named fields filled in: `{{field}}` marks and content controls whose tag names a field.

Word may split a mark over several runs; it is found in the text of its paragraph. A table row that names fields of a group
(`{{data.title}}`) is repeated for each line of the group. What is filled in is text, and is not looked at for marks again.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mulu.errors import Misused
from mulu.reports.model import Line
from mulu.reports.word import saved
from mulu.vocabulary import Said

BLANK = "________"  # what stands in the place of a field that nobody gave
MOST = 20 * 1024 * 1024
_MARK = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z][A-Za-z0-9_-]*)?)\s*\}\}")
# What is left of a mark that is not whole, or was typed with the braces of a Chinese keyboard.
_LEFT = re.compile(r"[{｛﹛]{2}[^{}｛｝﹛﹜]{0,60}[}｝﹜]{0,2}|[}｝﹜]{2}")
_WIDE = str.maketrans("｛｝﹛﹜", "{}{}")


class TemplateRefused(Misused):
    """A template cannot be filled; nothing was made."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(
            Said("template_refused", f"模板：{zh}。未生成任何文件。", f"The template: {en}. Nothing was made.")
        )


@dataclass(frozen=True, slots=True)
class Fields:
    """What a template may name: fields with their text, and groups with a line of texts for each row."""

    single: Mapping[str, str]
    groups: Mapping[str, list[Mapping[str, str]]]
    columns: Mapping[str, tuple[str, ...]]

    @property
    def known(self) -> list[str]:
        return [*self.single, *(f"{group}.{one}" for group, names in self.columns.items() for one in names)]


def text(line: Line) -> str:
    return "".join(run.text for run in line)


def fill(template: bytes, fields: Fields) -> tuple[bytes, list[str]]:
    """The filled DOCX, and the fields of the template that stayed empty. Raises TemplateRefused."""
    from docx import Document

    if len(template) > MOST:
        raise TemplateRefused(f"超过 {MOST // 1024**2} MB", f"it is larger than {MOST // 1024**2} MB")
    try:
        document = Document(io.BytesIO(template))
        parts = list(_parts(document))
    except Exception as error:  # whatever the reader stumbles over, the file is no DOCX that it can read
        raise TemplateRefused(f"不是可读取的 DOCX（{error}）", f"it is no DOCX that can be read ({error})") from error
    named = {name for _, root in parts for name in _names(root)}
    unknown = sorted(named - set(fields.known))
    if unknown:
        known = ", ".join(fields.known)
        raise TemplateRefused(
            f"不认识的字段 {'、'.join(unknown)}；可用：{known}",
            f"it names unknown fields {', '.join(unknown)}; known are {known}",
        )
    if not named:
        raise TemplateRefused(
            "没有任何 {{字段}} 标记或内容控件标记", "it has no {{field}} mark and no content control with a tag"
        )
    values = {**fields.single, **_joined(fields)}
    for part, root in parts:
        _fill(root, values, _repeat(root, fields))
        _written(part, root)
    return saved(document), sorted(name for name in named if not values[name])


def _joined(fields: Fields) -> dict[str, str]:
    """A field of a group outside any row: its values, one under the other."""
    return {
        f"{group}.{one}": "\n".join(row.get(one, "") for row in fields.groups[group]).strip("\n")
        for group, names in fields.columns.items()
        for one in names
    }


def _parts(document: Any) -> Iterator[tuple[Any, Any]]:
    """All that is printed: body, heads and feet, notes; each part with its root."""
    from docx.opc.part import XmlPart
    from docx.oxml import parse_xml

    for part in document.part.package.iter_parts():
        if re.search(r"/word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$", str(part.partname)):
            yield part, part.element if isinstance(part, XmlPart) else parse_xml(part.blob)


def _written(part: Any, root: Any) -> None:
    """Give a part that python-docx keeps as bytes (notes) what was filled into it."""
    from docx.opc.oxml import serialize_part_xml
    from docx.opc.part import XmlPart

    if not isinstance(part, XmlPart):
        part._blob = serialize_part_xml(root)


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    found: str = qn(f"w:{name}")
    return found


def _own(paragraph: Any) -> list[Any]:
    """The texts of a paragraph, without those of a paragraph inside it (a text box)."""
    return [t for t in paragraph.iter(_w("t")) if next(t.iterancestors(_w("p"))) is paragraph]


def _names(root: Any) -> Iterator[str]:
    """Every field that a part names. A mark that is not whole is refused."""
    for paragraph in root.iter(_w("p")):
        whole = "".join(t.text or "" for t in _own(paragraph))
        left = _LEFT.search(_MARK.sub("", whole))
        if left is not None:
            found = left[0]
            if (plain := found.translate(_WIDE)) != found and _MARK.fullmatch(plain):
                raise TemplateRefused(
                    f"标记 {found} 用了全角花括号，不会被填写；请改为半角 {plain}",
                    f"the mark {found} has full-width braces and would not be filled in; write {plain}",
                )
            raise TemplateRefused(f"标记不完整：{found!r}", f"a mark is not whole: {found!r}")
        yield from (one[1] for one in _MARK.finditer(whole))
    for tag in root.iter(_w("tag")):
        if tag.getparent().tag == _w("sdtPr") and tag.get(_w("val")):
            yield tag.get(_w("val"))


def _repeat(root: Any, fields: Fields) -> list[Any]:
    """Give a table row that names fields of a group as many lines as the group has; one, empty, where it has none.

    The rows are given back: they are filled, and what stands in them now is not looked at again.
    """
    done: list[Any] = []
    for row in list(root.iter(_w("tr"))):
        groups = {name.partition(".")[0] for name in _names(row) if "." in name}
        if not groups or any("." in name for inner in row.iter(_w("tr")) if inner is not row for name in _names(inner)):
            continue
        if len(groups) > 1:
            both = ", ".join(sorted(groups))
            raise TemplateRefused(
                f"同一表格行中有多组字段：{both}", f"a table row names fields of several groups: {both}"
            )
        (group,) = groups
        place, parent = row.getparent().index(row), row.getparent()
        lines = fields.groups[group] or [{}]
        for n, line in enumerate(lines):
            made = copy.deepcopy(row)
            parent.insert(place + n, made)
            _fill(made, {**fields.single, **{f"{group}.{one}": line.get(one, "") for one in fields.columns[group]}})
            done.append(made)
        parent.remove(row)
    return done


def _fill(root: Any, values: Mapping[str, str], done: Iterable[Any] = ()) -> None:
    """Put the values in, save in the rows that are done; names that are not among them stay."""
    rows = set(done)

    def left(one: Any) -> bool:
        return not rows.intersection(one.iterancestors(_w("tr")))

    for paragraph in filter(left, list(root.iter(_w("p")))):
        _fill_paragraph(paragraph, values)
    for control in filter(left, list(root.iter(_w("sdt")))):
        tag = control.find(f"{_w('sdtPr')}/{_w('tag')}")
        if tag is not None and tag.get(_w("val")) in values:
            _fill_control(control, values[tag.get(_w("val"))])


def _fill_paragraph(paragraph: Any, values: Mapping[str, str]) -> None:
    texts = _own(paragraph)
    whole = "".join(t.text or "" for t in texts)
    for found in reversed(list(_MARK.finditer(whole))):
        if found[1] not in values:
            continue
        place, first = 0, True
        for t in texts:
            held = t.text or ""
            start, end = max(found.start() - place, 0), min(found.end() - place, len(held))
            place += len(held)
            if start >= end:
                continue
            _put(t, held[:start], values[found[1]] or BLANK if first else "", held[end:])
            first = False


def _put(t: Any, before: str, value: str, after: str) -> None:
    """Text, value and text in the place of one text; the lines of a value are broken as lines."""
    from docx.oxml import OxmlElement

    space = "{http://www.w3.org/XML/1998/namespace}space"
    lines = value.split("\n")
    t.text = before + lines[0]
    last = t
    for line in lines[1:]:
        broken, more = OxmlElement("w:br"), OxmlElement("w:t")
        more.text = line
        last.addnext(broken)
        broken.addnext(more)
        more.set(space, "preserve")
        last = more
    last.text = (last.text or "") + after
    t.set(space, "preserve")


def _fill_control(control: Any, value: str) -> None:
    """The content of a control: its first text takes the value in the type of the template, all others go."""
    from docx.oxml import OxmlElement

    content = control.find(_w("sdtContent"))
    properties = control.find(_w("sdtPr"))
    for hint in properties.findall(_w("showingPlcHdr")):
        properties.remove(hint)
    if content is None:
        content = OxmlElement("w:sdtContent")
        control.append(content)
    texts = list(content.iter(_w("t")))
    if not texts:
        run, made = OxmlElement("w:r"), OxmlElement("w:t")
        run.append(made)
        holder: Iterable[Any] = content.iter(_w("p"))
        block = next(iter(holder), None)
        if block is None:
            inline = control.getparent().tag == _w("p")
            block = content
            if not inline:
                block = OxmlElement("w:p")
                content.append(block)
        block.append(run)
        texts = [made]
    for style in content.iter(_w("rStyle")):
        if "laceholder" in (style.get(_w("val")) or ""):  # the grey of a hint is not that of a value
            style.getparent().remove(style)
    for extra in texts[1:]:
        extra.text = ""
    _put(texts[0], "", value or BLANK, "")
    paragraphs = list(content.iter(_w("p")))
    for empty in paragraphs[1:]:
        if not "".join(t.text or "" for t in empty.iter(_w("t"))):
            empty.getparent().remove(empty)
