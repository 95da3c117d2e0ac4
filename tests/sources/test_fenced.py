"""Files read in a process of their own: what comes back is what would have been read here, and no file can do more."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import msgspec
import pytest
from tests.official import documents as fixtures

from mulu.sources import documents, fenced, reading, rows
from mulu.sources.documents import Held, TooLarge, UnreadableDocument, take
from mulu.sources.fenced import Limits, Stopped

MIB = 1024 * 1024
FORMS = ("table_pdf", "list_pdf", "list_docx", "table_docx", "list_html", "table_html", "list_txt_gb18030")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")


@pytest.mark.parametrize("form", FORMS)
def test_a_document_read_apart_is_the_same_document(form, tmp_path):
    path = getattr(fixtures, form)(tmp_path).path
    assert fenced.read_document(path) == documents.read_document(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\nbroken\n%%EOF\n",
        b"%PDF-1.7\ncut off",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        bytes(range(256)) * 9,
        b"<html><script>x</script></html>",
        b"a\f" * (documents.MAX_PAGES + 1),
        b"<html><head><meta charset=iso-8859-7></head><body>" + b"\xe1\xe2 a text " * 9 + b"</body></html>",
        b"<html><head><meta charset=no-such></head><body>" + b"a text " * 9 + b"</body></html>",
    ],
)
@pytest.mark.parametrize("name", ["文件.bin", os.fsdecode(b"caf\xe9.bin")])
def test_an_error_that_comes_back_is_the_error_that_was_raised(content, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)

    def outcome(read):
        try:
            return read(path)
        except UnreadableDocument as error:
            return type(error), error.args[0].partition(": ")[2], error.said.id, vars(error) | {"said": None}

    assert outcome(fenced.read_document) == outcome(documents.read_document)


def test_a_workbook_read_apart_has_the_same_rows(tmp_path):
    import xlsxwriter

    path = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("id", "text"), ("a", "示例技术"), ("b", ""), ("a", "again"), (7, "seven")]):
            sheet.write_row(number, 0, row)
    read = fenced.read_rows(path)
    assert read == list(rows.read_rows(path))
    assert [type(row).__name__ for row in read] == ["Row", "BadRow", "BadRow", "Row"]
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(reading.UnreadableFile, match=r"rows\.xlsx: it cannot be read as XLSX"):
        fenced.read_rows(path)


# ---- what a reader that has fallen can do ----------------------------------------------------------------------------

FALLEN = """
import sys
sys.path[:] = sys.argv[2:]
import ctypes, os, signal
from mulu.sources import fenced
libc = fenced._system()
fenced._limit(fenced.READING)
fenced._shut_in()
def native(did):
    return "done" if did >= 0 else "refused"
def python(act):
    try:
        act()
    except BaseException as error:
        return "refused"
    return "done"
print({
    "open": native(libc.open(sys.argv[1].encode(), os.O_RDONLY)),
    "write": native(libc.open(sys.argv[1].encode(), os.O_WRONLY)),
    "create": native(libc.creat((sys.argv[1] + ".new").encode(), 0o600)),
    "unlink": native(libc.unlink(sys.argv[1].encode())),
    "rename": native(libc.rename(sys.argv[1].encode(), (sys.argv[1] + ".moved").encode())),
    "mkdir": native(libc.mkdir((sys.argv[1] + ".folder").encode(), 0o700)),
    "symlink": native(libc.symlink(b"/", (sys.argv[1] + ".link").encode())),
    "tcp": native(libc.socket(2, 1, 0)),
    "udp": native(libc.socket(2, 2, 0)),
    "unix": native(libc.socket(1, 1, 0)),
    "pipe": native(libc.pipe((ctypes.c_int * 2)())),
    "signal": native(libc.kill(int(os.environ["PARENT"]), 0)),
    "execute": native(libc.execv(b"/bin/true", (ctypes.c_char_p * 2)(b"true", None))),
    "python open": python(lambda: open(sys.argv[1])),
    "python socket": python(lambda: __import__("_socket").socket()),
    "python process": python(lambda: os.posix_spawn("/bin/true", ["true"], {})),
    "python fork": python(os.fork),
    "python system": python(lambda: os.system("true")),
    "python remove": python(lambda: os.remove(sys.argv[1])),
    "python import": python(lambda: __import__("wave")),
    "raise the limits": python(lambda: fenced.resource.setrlimit(fenced.resource.RLIMIT_NOFILE, (100, 100))),
})
"""


@LINUX
def test_a_reader_that_has_fallen_opens_changes_reaches_and_starts_nothing(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("a text")
    paths = [str(Path(fenced.__file__).parents[2]), *filter(None, sys.path)]
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", FALLEN, str(victim), *paths],
        capture_output=True,
        text=True,
        env={"PARENT": str(os.getpid())},
        check=True,
    )
    done = eval(run.stdout)
    stands = fenced.fence()
    assert stands["files"] and stands["network"]
    # Without Landlock the system keeps no process from removing what its user may remove.
    by_landlock = {"unlink", "rename", "mkdir", "symlink", "execute", "signal"}
    allowed = set() if stands["landlock"] else by_landlock
    assert {name for name, outcome in done.items() if outcome == "done"} <= allowed
    assert not stands["landlock"] or [victim.read_text()] == [one.read_text() for one in tmp_path.iterdir()]


def test_what_a_fallen_reader_says_is_checked_before_it_is_believed(monkeypatch):
    lies = [
        b"",
        b"\xc1 rubbish",
        msgspec.msgpack.encode({"value": {"media": 3}}),
        msgspec.msgpack.encode({"value": {"media": "pdf", "pages": 1, "order": b"\0\1", "blocks": [[], []], "running": [], "unread": []}}),
        msgspec.msgpack.encode({"error": {"kind": "SystemExit", "said": 1, "facts": {}}}),
    ]  # fmt: skip
    for said in lies:
        monkeypatch.setattr(fenced, "_run", lambda _, said=said: (said, 0, False))
        with pytest.raises(Stopped) as stopped:
            fenced.read(Held("a.txt", "a.txt", b"a text"))
        assert stopped.value.because.id == "reader_fell"


@pytest.mark.parametrize("read", [fenced.read_described, fenced.read_document])
def test_a_path_may_be_given_as_text(read, tmp_path):
    (tmp_path / "a.html").write_text("<html><body><p>Said under a path that is text.</p></body></html>")
    assert read(str(tmp_path / "a.html")) == read(tmp_path / "a.html")
    with pytest.raises(UnreadableDocument, match=r"none\.html"):
        read(str(tmp_path / "none.html"))


def test_the_digest_is_that_of_the_bytes_handed_in(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a text")
    assert fenced.read_document(path).digest == take(path).digest


def test_the_environment_of_the_user_does_not_reach_the_reader(monkeypatch):
    seen = {}

    class Watched(subprocess.Popen):
        def __init__(self, command, **options):
            seen.update(options, command=command)
            super().__init__(command, **options)

    monkeypatch.setenv("HTTPS_PROXY", "http://secret@proxy.example")
    monkeypatch.setenv("LD_PRELOAD", "")
    monkeypatch.setattr(subprocess, "Popen", Watched)
    fenced.read(Held("a.txt", "a.txt", b"a text"))
    assert set(seen["env"]) <= {"LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "SYSTEMROOT"}
    assert "-I" in seen["command"] and "" not in seen["command"]


# ---- bombs -----------------------------------------------------------------------------------------------------------


def a_docx(document: str, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">'
BODY = "<w:document {W}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"


def outcome(held: Held) -> str:
    """All the text that was read, or the id of the error."""
    try:
        document = fenced.read(held, limits=Limits(memory=1024 * MIB, cpu=20, wall=60))
    except UnreadableDocument as error:
        return error.said.id
    return "\n".join(line.text for line in document.blocks if hasattr(line, "text"))


@pytest.mark.parametrize("entities", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
def test_entities_of_a_word_file_are_neither_multiplied_nor_fetched(entities):
    for lead in ("", " " * 3000, "<!-- " + "x" * 3000 + " -->"):
        text = lead + entities + "]>" + BODY.format(W=W, text="&a;&j;" if entities is LAUGHS else "&a;")
        read = outcome(Held("a.docx", "a.docx", a_docx(text)))
        assert read in ("corrupt_document", "no_text")


@pytest.mark.parametrize("entities", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
def test_entities_of_a_web_page_are_neither_multiplied_nor_fetched(entities):
    page = (
        entities + "]><html><body><p>" + "&j;&a; a text of some length that a reader sees. " * 4 + "</p></body></html>"
    )
    read = outcome(Held("a.html", "a.html", page.encode()))
    assert "a text of some length" in read
    assert len(read) < 2000
    hostname = Path("/etc/hostname")
    assert not hostname.exists() or hostname.read_text().strip() not in read


def test_a_word_file_that_unpacks_to_gigabytes_is_refused():
    body = a_docx(BODY.format(W=W, text="0" * 300_000_000))
    assert len(body) < 2 * MIB
    assert outcome(Held("a.docx", "a.docx", body)) == "document_too_large"


def test_a_word_file_that_lies_about_its_size_is_refused():
    body = bytearray(a_docx(BODY.format(W=W, text="0" * 300_000_000)))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    lying = bytes(body).replace(size, (5000).to_bytes(4, "little"))
    assert outcome(Held("a.docx", "a.docx", lying)) in ("corrupt_document", "document_too_large")


def test_a_word_file_that_counts_without_end_is_read_in_time():
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="900000000000"><w:start w:val="900000000000"/>'
        f'<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%32768"/></w:lvl></w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    listed = '<w:pPr><w:numPr><w:ilvl w:val="900000000000"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    odd = '<w:r><w:sym w:font="x" w:char="D800"/><w:sym w:font="x" w:char="7FFFFFFF"/><w:sym w:font="x" w:char="-5"/></w:r>'
    paragraph = f"<w:p>{listed}<w:r><w:t>示例</w:t></w:r>{odd}</w:p>"
    document = f"<w:document {W}><w:body>{paragraph * 50}</w:body></w:document>"
    read = outcome(Held("a.docx", "a.docx", a_docx(document, numbering=numbering)))
    assert read.count("示例\ufffd\ufffd\ufffd") == 50


@pytest.mark.parametrize("depth", [500, 200_000])
def test_nesting_without_end_does_not_break_the_program(depth):
    runs = "<w:ins>" * depth + "<w:p><w:r><w:t>示例</w:t></w:r></w:p>" + "</w:ins>" * depth
    document = f"<w:document {W}><w:body>{runs}</w:body></w:document>"
    assert isinstance(outcome(Held("a.docx", "a.docx", a_docx(document))), str)
    page = "<html><body>" + "<div>" * depth + "示例文字" * 30 + "</div>" * depth + "</body></html>"
    assert isinstance(outcome(Held("a.html", "a.html", page.encode())), str)


def a_pdf(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + each + b"endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def streamed(content: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), extra, content)


def one_page(content: bytes, resources: bytes = b"", *further: bytes) -> bytes:
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s/Font<</F1 5 0 R>>>>>>"
        % resources
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return a_pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages, page, content, font, *further])


SHOW = b"BT /F1 9 Tf 50 700 Td (a text) Tj ET\n"
PAGES = b"<</Type/Catalog/Pages 2 0 R>>"


def forms_in_forms(depth: int, times: int) -> bytes:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X%d %d 0 R>>>>"
    forms = [streamed(b"/X%d Do " % (n + 1) * times, form % (n + 1, n + 7)) for n in range(depth)]
    return one_page(streamed(SHOW + b"/X0 Do " * times), b"/XObject<</X0 6 0 R>>", *forms)


PDF_BOMBS = {
    "nested arrays": lambda: one_page(streamed(b"[" * 2_000_000 + b"]" * 2_000_000 + SHOW)),
    "nested dictionaries": lambda: a_pdf([PAGES[:-2] + b"/X " + b"<</A" * 500_000 + b">>" * 500_000 + b">>"]),
    "a huge stream": lambda: one_page(streamed(zlib.compress(b" " * 1_500_000_000, 1), b"/Filter/FlateDecode")),
    "a stream packed twice": lambda: one_page(
        streamed(zlib.compress(zlib.compress(b"0 " * 300_000_000, 1), 9), b"/Filter[/FlateDecode/FlateDecode]")
    ),
    "forms in forms": lambda: forms_in_forms(40, 12),
    "pages of pages": lambda: a_pdf([PAGES, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]),
    "many pages": lambda: a_pdf(
        [PAGES, b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>", b"<</Type/Page/Parent 2 0 R>>"]
    ),
    "graphics states": lambda: one_page(streamed(b"q " * 5_000_000 + SHOW)),
    "rules": lambda: one_page(streamed(b"".join(b"%d 0 m %d 800 l S\n" % (n % 600, n % 600) for n in range(400_000)))),
    "glyphs": lambda: one_page(streamed(b"BT /F1 9 Tf 50 700 Td (" + b"a" * 8_000_000 + b") Tj ET\n")),
}


@pytest.mark.parametrize("bomb", PDF_BOMBS)
def test_a_pdf_made_to_harm_ends_in_text_or_in_an_error_that_names_it(bomb):
    read = outcome(Held("a.pdf", "a.pdf", PDF_BOMBS[bomb]()))
    assert isinstance(read, str)
    if bomb == "many pages":
        assert read == "too_many_pages"


# ---- limits ----------------------------------------------------------------------------------------------------------

TEXT = Held("说明.txt", "说明.txt", ("示例技术的控制要点。\n" * 200_000).encode())


@LINUX
@pytest.mark.parametrize(
    ("limits", "because"),
    [
        (Limits(memory=80 * MIB, cpu=60, wall=60), "memory"),
        (Limits(memory=1024 * MIB, cpu=1, wall=60), "cpu_time"),
        (Limits(memory=1024 * MIB, cpu=60, wall=1), "wall_time"),
    ],
)
def test_a_file_that_passes_a_limit_is_named_with_the_limit_in_both_languages(limits, because):
    held = TEXT if because == "memory" else Held("图.pdf", "图.pdf", PDF_BOMBS["rules"]())
    with pytest.raises(Stopped) as stopped:
        fenced.read(held, limits=limits)
    assert stopped.value.because.id == because
    assert held.path in stopped.value.said.zh and held.path in stopped.value.said.en
    number = {"memory": "80 MiB", "cpu_time": "1 ", "wall_time": "1 "}[because]
    assert number in stopped.value.because.zh and number in stopped.value.because.en


def test_after_a_stopped_file_the_next_is_read():
    with pytest.raises(Stopped):
        fenced.read(TEXT, limits=Limits(memory=60 * MIB, cpu=60, wall=60))
    assert fenced.read(Held("a.txt", "a.txt", b"a text")).blocks


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = tmp_path / "rows.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(450):
            part.write(b"<si>" + b"0" * MIB)
    with pytest.raises(reading.UnreadableFile, match=r"rows\.xlsx: it has 4.. ?...,...,... bytes|471,861,000"):
        fenced.read_rows(path)


@pytest.mark.parametrize("entities", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
def test_entities_of_a_workbook_are_neither_multiplied_nor_fetched(entities, tmp_path):
    import xlsxwriter

    plain, path = tmp_path / "plain.xlsx", tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(plain) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("id", "text"))
        sheet.write_row(1, 0, ("a", "XXXX"))
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name).decode()
            if name == "xl/sharedStrings.xml":
                head, _, rest = content.partition("?>")
                content = head + "?>" + entities + "]>" + rest.replace("XXXX", "&a; text &j;")
            after.writestr(name, content)
    try:
        read = fenced.read_rows(path, limits=Limits(memory=512 * MIB, cpu=20, wall=60))
    except reading.UnreadableFile:
        return
    assert all(len(getattr(row, "text", "")) < 100 for row in read)


def test_a_file_over_the_size_that_is_read_never_reaches_the_reader(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_BYTES", 10)
    monkeypatch.setattr(fenced, "_run", lambda _: pytest.fail("it was handed on"))
    (tmp_path / "a.txt").write_bytes(b"more than ten bytes")
    with pytest.raises(TooLarge):
        fenced.read_document(tmp_path / "a.txt")
