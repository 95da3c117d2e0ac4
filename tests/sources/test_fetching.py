"""Fetching from a server that does what servers do; nothing here leaves this computer."""

import datetime
import hashlib
import socket
import ssl
from pathlib import Path

import httpx
import msgspec
import pytest
import trustme
from misbehaving import (
    EveryHostIsTheServer,
    babbles,
    breaks_off,
    chunked,
    drips,
    hangs_up,
    moved,
    raw,
    says_nothing,
    serving,
    status,
    whole,
    zipped,
)

from mulu.sources import fetching
from mulu.sources.fetching import OfficialAddress, Texts, fetch
from mulu.vocabulary import Certainty

DATA = Path(fetching.__file__).parents[1] / "data"
AT = datetime.datetime(2031, 5, 6, 7, 8, tzinfo=datetime.UTC)
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 400 + b"\n%%EOF\n"
OTHER_PDF = PDF.replace(b"1.7", b"1.4")
PAGE = (
    "<!DOCTYPE html><html><head><title>示例</title></head><body><p>" + "示例文字。" * 60 + "</p></body></html>"
).encode()
SHELL = (
    b"<html><head><title>Just a moment, this page checks your browser</title><script>"
    + b"var a=1;" * 99
    + b"</script></head></html>"
)


@pytest.fixture
def server():
    with serving() as made:
        yield made


@pytest.fixture
def get(tmp_path):
    """Fetches an address without waiting and without proxies."""

    def get(address, media="pdf", **options):
        told = OfficialAddress(
            id="a-text",
            instrument="announcement-a",
            address=address,
            media=media,
            described=Texts(zh="示例", en="example"),
            certainty=Certainty.UNCONFIRMED,
        )
        usual = {"at": AT, "timeout": 1.5, "sleep": lambda _: None, "transport": httpx.HTTPTransport()}
        return fetch(told, tmp_path, **(usual | options))

    return get


def ids(fetched):
    return {said.id for said in fetched.warnings} - {"fetch_unencrypted"}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def refused(get, kind, address, **options):
    with pytest.raises(kind) as caught:
        get(address, **options)
    assert type(caught.value) is kind
    for text in (caught.value.said.zh, caught.value.said.en):
        assert address in text
        assert "mulu import FILE" in text
    return caught.value


# A body that comes whole


def test_a_body_that_comes_whole_is_kept_with_its_digest_and_marks(server, get, tmp_path):
    address = server.at("/a.pdf", whole(PDF, Last_Modified="Tue, 06 May 2031 00:00:00 GMT"))
    fetched = get(address)
    assert fetched.path.read_bytes() == PDF
    assert (fetched.path.name, fetched.bytes, fetched.media, fetched.status) == ("a-text.pdf", len(PDF), "pdf", 200)
    assert fetched.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (fetched.etag, fetched.last_modified) == ('"one"', "Tue, 06 May 2031 00:00:00 GMT")
    assert (fetched.address, fetched.redirected, fetched.resumed_from) == (address, (), 0)
    assert (fetched.fetched_at, fetched.changed, fetched.older) == (AT, False, None)
    assert names(tmp_path) == ["a-text.pdf"]


def test_the_program_says_what_it_is_and_asks_for_plain_bytes(server, get):
    get(server.at("/a.pdf", whole(PDF)))
    (asked,) = server.asked
    assert asked.headers["user-agent"].startswith("mulu/")
    assert asked.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(PAGE, id="utf-8"),
        pytest.param(PAGE.decode().encode("gb18030"), id="gb18030"),
        pytest.param(b"\xef\xbb\xbf\r\n" + PAGE, id="byte order mark"),
        pytest.param(PAGE.replace(b"<p>", b"<script>var a = '<!--';</script><p>"), id="script that opens a comment"),
        pytest.param(PAGE.replace(b"<p>", b"<script><!--\nf()\n//--></script><p>"), id="script inside a comment"),
    ],
)
def test_a_page_with_text_is_kept_as_it_came(server, get, page):
    fetched = get(server.at("/a.html", whole(page)), media="html")
    assert (fetched.media, fetched.path.name, fetched.path.read_bytes()) == ("html", "a-text.html", page)


def test_a_body_over_plain_http_is_kept_with_a_warning(server, get):
    assert {said.id for said in get(server.at("/a.pdf", whole(PDF))).warnings} == {"fetch_unencrypted"}


def test_a_slow_drip_that_never_pauses_for_long_arrives(server, get):
    assert get(server.at("/a.pdf", drips(PDF, 8, 0.06))).path.read_bytes() == PDF


def test_a_gzipped_body_is_kept_unpacked(server, get, tmp_path):
    assert get(server.at("/a.pdf", zipped(PDF))).path.read_bytes() == PDF
    assert names(tmp_path) == ["a-text.pdf"]


def test_a_chunked_body_is_kept(server, get):
    fetched = get(server.at("/a.pdf", chunked(PDF)))
    assert (fetched.bytes, ids(fetched)) == (len(PDF), set())


def test_a_body_of_unannounced_length_is_kept_with_a_warning(server, get):
    assert ids(get(server.at("/a.pdf", raw(PDF)))) == {"fetch_length_unknown"}


def test_progress_is_told_against_the_length_announced(server, get):
    told = []
    get(server.at("/a.pdf", whole(PDF)), progress=lambda so_far, all_: told.append((so_far, all_)))
    assert told[-1] == (len(PDF), len(PDF))
    assert told == sorted(told)


# A body that is broken off, and the rest of it


@pytest.mark.parametrize("stalls", [True, False], ids=["stalls", "drops"])
def test_what_came_before_a_break_is_kept_and_the_next_call_resumes(server, get, tmp_path, stalls):
    address = server.at("/a.pdf", breaks_off(PDF, 5000, stalls=stalls), whole(PDF))
    failure = refused(get, fetching.Stalled if stalls else fetching.BodyTruncated, address)
    assert failure.kept == 5000
    assert "run again to resume" in failure.said.en
    assert names(tmp_path) == ["a-text.pdf.part", "a-text.pdf.part.json"]
    fetched = get(address)
    assert server.asked[-1].headers["range"] == "bytes=5000-"
    assert server.asked[-1].headers["if-range"] == '"one"'
    assert (fetched.resumed_from, fetched.status, ids(fetched)) == (5000, 206, set())
    assert fetched.path.read_bytes() == PDF
    assert names(tmp_path) == ["a-text.pdf"]


def test_a_download_broken_off_twice_goes_on_from_the_second_break(server, get):
    # The second answer does not repeat the tag: the first one still holds.
    address = server.at("/a.pdf", breaks_off(PDF, 5000), breaks_off(PDF, 3000, etag=None), whole(PDF))
    assert refused(get, fetching.BodyTruncated, address).kept == 5000
    assert refused(get, fetching.BodyTruncated, address).kept == 8000
    fetched = get(address)
    assert (fetched.resumed_from, fetched.path.read_bytes()) == (8000, PDF)


def test_a_download_is_resumed_on_the_day_of_change_where_there_is_no_strong_tag(server, get):
    day = "Tue, 06 May 2031 00:00:00 GMT"
    address = server.at(
        "/a.pdf",
        breaks_off(PDF, 5000, etag='W/"weak"', Last_Modified=day),
        whole(PDF, etag='W/"weak"', Last_Modified=day),
    )
    refused(get, fetching.BodyTruncated, address)
    assert get(address).resumed_from == 5000
    assert server.asked[-1].headers["if-range"] == day


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(whole(OTHER_PDF, etag='"two"'), id="the tag changed"),
        pytest.param(whole(OTHER_PDF, etag='"two"', heeds_marks=False), id="the tag changed and If-Range is ignored"),
        pytest.param(whole(OTHER_PDF, ranges=False), id="Range is ignored"),
        pytest.param(raw(b"", 206, ETag='"one"', Content_Range="bytes 7-9/10", Content_Length=0), id="another range"),
        pytest.param(raw(b"", 206, ETag='"one"', Content_Length=0), id="no range named"),
        pytest.param(status(416), id="no such range"),
    ],
)
def test_where_a_download_cannot_be_continued_it_begins_anew_and_says_so(server, get, second):
    address = server.at("/a.pdf", breaks_off(PDF, 5000), second, whole(OTHER_PDF, etag='"two"'))
    refused(get, fetching.BodyTruncated, address)
    fetched = get(address)
    assert (fetched.resumed_from, ids(fetched)) == (0, {"fetch_started_over"})
    assert fetched.path.read_bytes() == OTHER_PDF


def test_a_download_that_the_user_stops_is_resumed(server, get):
    def stop(so_far, _):
        if so_far >= 5000:
            raise KeyboardInterrupt

    address = server.at("/a.pdf", breaks_off(PDF, 5000, stalls=True), whole(PDF))
    with pytest.raises(KeyboardInterrupt):
        get(address, progress=stop)
    assert get(address).resumed_from == 5000


def test_a_part_for_which_nothing_vouches_is_not_continued(server, get):
    address = server.at("/a.pdf", breaks_off(PDF, 5000, etag=None), whole(PDF))
    assert "start over" in refused(get, fetching.BodyTruncated, address).said.en
    assert ids(get(address)) == {"fetch_started_over"}
    assert "range" not in server.asked[-1].headers


def test_a_part_whose_sidecar_is_damaged_is_not_continued(server, get, tmp_path):
    (tmp_path / "a-text.pdf.part").write_bytes(b"%PDF of something else")
    (tmp_path / "a-text.pdf.part.json").write_text("{", encoding="utf-8")
    fetched = get(server.at("/a.pdf", whole(PDF)))
    assert (ids(fetched), fetched.path.read_bytes()) == ({"fetch_started_over"}, PDF)


def test_a_part_from_another_address_is_not_continued(server, get):
    refused(get, fetching.BodyTruncated, server.at("/a.pdf", breaks_off(PDF, 5000)))
    fetched = get(server.at("/b.pdf", whole(OTHER_PDF)))
    assert (ids(fetched), fetched.path.read_bytes()) == ({"fetch_started_over"}, OTHER_PDF)


def test_a_range_shorter_than_the_rest_is_no_whole_body(server, get):
    short = raw(PDF[5000:5100], 206, ETag='"one"', Content_Range=f"bytes 5000-5099/{len(PDF)}", Content_Length=100)
    address = server.at("/a.pdf", breaks_off(PDF, 5000), short, whole(PDF))
    refused(get, fetching.BodyTruncated, address)
    assert refused(get, fetching.BodyTruncated, address).kept == 5100
    fetched = get(address)
    assert (fetched.resumed_from, fetched.path.read_bytes()) == (5100, PDF)


def test_a_failure_that_says_nothing_of_the_file_leaves_the_part_to_be_resumed(server, get):
    address = server.at("/a.pdf", breaks_off(PDF, 5000), status(403), whole(PDF))
    refused(get, fetching.BodyTruncated, address)
    refused(get, fetching.AccessRefused, address)
    assert get(address).resumed_from == 5000


def test_a_server_silent_before_its_answer_is_told_as_a_stall_with_nothing_kept(server, get):
    assert refused(get, fetching.Stalled, server.at("/a.pdf", says_nothing)).kept == 0


@pytest.mark.parametrize("answer", [hangs_up, babbles])
def test_what_is_no_http_answer_is_told_as_such(server, get, answer):
    refused(get, fetching.NoProperAnswer, server.at("/a.pdf", answer))


# A body that is not the text


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(raw(PDF, Content_Length=len(PDF) + 9, ETag='"one"'), id="length announced too great"),
        pytest.param(raw(PDF, Content_Length=len(PDF) - 9, ETag='"one"'), id="length announced too small"),
        pytest.param(chunked(PDF, ends=False), id="chunks without an end"),
        pytest.param(zipped(PDF, cut=-20), id="gzip without its end"),
        pytest.param(whole(PDF[:-9]), id="PDF without its end"),
    ],
)
def test_a_body_that_is_not_whole_is_refused(server, get, tmp_path, answer):
    refused(get, fetching.BodyTruncated, server.at("/a.pdf", answer))
    assert not (tmp_path / "a-text.pdf").exists()


@pytest.mark.parametrize(
    ("media", "body", "kind"),
    [
        ("pdf", PAGE, "html"),
        ("html", PDF, "pdf"),
        ("pdf", b"PK\x03\x04 office", "other"),
        ("pdf", b"", "empty"),
        ("html", b"just words", "other"),
    ],
)
def test_a_body_of_another_kind_is_refused_whatever_type_it_claims(server, get, tmp_path, media, body, kind):
    claims = {"Content_Type": "application/pdf" if media == "pdf" else "text/html"}
    assert refused(get, fetching.WrongMedia, server.at("/a", whole(body, **claims)), media=media).kind == kind
    assert names(tmp_path) == []


@pytest.mark.parametrize("media", ["pdf", "html"])
@pytest.mark.parametrize(
    "body",
    [
        SHELL,
        b"<!-- " + PAGE[20:] + b" --><html><body><noscript>" + b"enable scripts " * 30 + b"</noscript></body></html>",
        b"<html><body><script>" + b"'<script>' words " * 30,
    ],
    ids=["script", "comment and noscript", "script without an end"],
)
def test_a_page_that_only_scripts_would_fill_is_refused_as_such(server, get, media, body):
    assert refused(get, fetching.ScriptShell, server.at("/a", whole(body)), media=media).characters < 20


def test_a_page_of_nothing_but_openings_is_judged_in_time(server, get):
    refused(get, fetching.ScriptShell, server.at("/a", whole(b"<html>" + b"<script " * 200_000)), media="html")


@pytest.mark.parametrize("answer", [whole(PDF), chunked(PDF), zipped(PDF)], ids=["length", "chunks", "gzip"])
def test_a_body_over_the_limit_is_refused_and_not_kept(server, get, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(fetching, "MAX_BODY", 50_000)
    refused(get, fetching.TooLarge, server.at("/a.pdf", answer))
    assert names(tmp_path) == []


# A body that differs


def test_a_changed_body_is_told_with_both_digests_and_the_older_file_stays_under_its_digest(server, get, tmp_path):
    address = server.at("/a.pdf", whole(PDF), whole(OTHER_PDF, etag='"two"'))
    first = get(address)
    second = get(address, known_digest=first.sha256)
    assert (second.changed, second.known_digest) == (True, first.sha256)
    (told,) = (said for said in second.warnings if said.id == "fetch_changed")
    assert first.sha256 in told.zh and second.sha256 in told.en
    assert second.older is not None
    assert second.older.name == f"a-text.{first.sha256[:16]}.pdf"
    assert (second.older.read_bytes(), second.path.read_bytes()) == (PDF, OTHER_PDF)
    assert ids(second) == {"fetch_changed", "fetch_older_kept"}
    assert len(names(tmp_path)) == 2


def test_the_same_body_again_is_not_changed(server, get, tmp_path):
    address = server.at("/a.pdf", whole(PDF))
    again = get(address, known_digest=get(address).sha256.upper())
    assert (again.changed, again.older, ids(again)) == (False, None, set())
    assert names(tmp_path) == ["a-text.pdf"]


def test_a_failed_call_leaves_the_file_of_an_earlier_one(server, get):
    address = server.at("/a.pdf", whole(PDF), whole(PAGE))
    kept = get(address).path
    refused(get, fetching.WrongMedia, address)
    assert kept.read_bytes() == PDF


# Redirects


def test_a_redirect_on_the_same_host_is_followed_and_told(server, get):
    to = server.at("/b.pdf", whole(PDF))
    fetched = get(server.at("/a.pdf", moved("/b.pdf", 301)))
    assert (fetched.address, fetched.redirected, ids(fetched)) == (to, (to,), {"fetch_moved"})


def test_a_redirect_to_another_official_host_is_followed_and_told(server, get):
    server.at("/a.pdf", moved("https://old.example.gov.cn/b.pdf"))
    server.at("/b.pdf", whole(PDF))
    hosts = EveryHostIsTheServer(server)
    fetched = get("http://www.example.gov.cn/a.pdf", transport=hosts)
    assert hosts.hosts == ["www.example.gov.cn", "old.example.gov.cn"]
    assert {said.id for said in fetched.warnings} == {"fetch_moved", "fetch_unencrypted"}


def test_a_redirect_out_of_an_encrypted_connection_is_told_and_not_followed(server, get, tmp_path):
    server.at("/a.pdf", moved("http://www.example.gov.cn/b.pdf"))
    server.at("/b.pdf", whole(PDF))
    hosts = EveryHostIsTheServer(server)
    failure = refused(get, fetching.Downgraded, "https://www.example.gov.cn/a.pdf", transport=hosts)
    assert failure.to == "http://www.example.gov.cn/b.pdf"
    assert hosts.hosts == ["www.example.gov.cn"]
    assert not list(tmp_path.glob("*.pdf"))


@pytest.mark.parametrize(
    "to",
    [
        "https://elsewhere.example/b.pdf",
        "//elsewhere.example/b.pdf",
        "https://examplegov.cn/b.pdf",
        "https://www.example.gov.cn.elsewhere.example/b.pdf",
        "https://www.example.gov.cn@elsewhere.example/b.pdf",
        "ftp://www.example.gov.cn/b.pdf",
        "file:///etc/hostname",
        "https://[oops/",
        "http://127.0.0.1/b.pdf",
        "http://localhost/b.pdf",
        "http://[::1]/b.pdf",
        "http://0.0.0.0/b.pdf",
        "http://2130706433/b.pdf",
        "http://127.1/b.pdf",
        "http://10.0.0.1/b.pdf",
        "http://192.168.0.1/b.pdf",
        "http://169.254.169.254/latest/meta-data/b.pdf",
        "http://[::ffff:127.0.0.1]/b.pdf",
        "https://www.example.gov.cn:8443/b.pdf",
        "https://other.example.gov.cn:22/b.pdf",
        "gopher://127.0.0.1:25/b.pdf",
        "https://gov.cn.elsewhere.example/b.pdf",
        "https://www.example.gov.cn\\@elsewhere.example/b.pdf",
    ],
)
def test_a_redirect_to_anywhere_else_is_told_and_never_followed(server, get, to):
    server.at("/a.pdf", moved(to))
    hosts = EveryHostIsTheServer(server)
    failure = refused(get, fetching.MovedElsewhere, "https://www.example.gov.cn/a.pdf", transport=hosts)
    assert to.split("/")[-1] in failure.to
    assert hosts.hosts == ["www.example.gov.cn"]


def test_a_loop_of_redirects_ends(server, get):
    server.at("/b.pdf", moved("/a.pdf"))
    refused(get, fetching.TooManyRedirects, server.at("/a.pdf", moved("/b.pdf")))
    assert len(server.asked) == fetching.MAX_REDIRECTS + 1


def test_a_page_that_sets_a_cookie_and_sends_back_to_itself_is_passed(server, get):
    address = server.at("/a.pdf", status(302, b"", Location="/a.pdf", Set_Cookie="seen=1"), whole(PDF))
    get(address)
    assert server.asked[-1].headers["cookie"] == "seen=1"


# Refusals and retries


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (403, fetching.AccessRefused),
        (404, fetching.NoLongerThere),
        (410, fetching.NoLongerThere),
        (412, fetching.BrowserDemanded),
        (521, fetching.BrowserDemanded),
        (418, fetching.UnexpectedStatus),
        (206, fetching.UnexpectedStatus),
        (302, fetching.UnexpectedStatus),
    ],
)
def test_a_refusal_is_told_with_its_status_and_not_tried_again(server, get, code, kind):
    assert refused(get, kind, server.at("/a.pdf", status(code))).status == code
    assert len(server.asked) == 1


def test_a_failing_server_is_tried_three_times_in_all(server, get):
    pauses = []
    assert refused(get, fetching.ServerFailed, server.at("/a.pdf", status(503)), sleep=pauses.append).status == 503
    assert (len(server.asked), pauses) == (3, [0.5, 2.0])


def test_a_server_that_recovers_serves_and_the_attempts_are_told(server, get):
    fetched = get(server.at("/a.pdf", status(503), status(500), whole(PDF)))
    assert ids(fetched) == {"fetch_retried"}


# No connection


def test_a_refused_connection_is_tried_again_and_told(get):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    pauses = []
    refused(get, fetching.ConnectionRefused, f"http://127.0.0.1:{port}/a.pdf", sleep=pauses.append)
    assert len(pauses) == 2


def test_a_name_that_does_not_resolve_is_told(get, monkeypatch):
    def nowhere(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    refused(get, fetching.NoSuchHost, "https://nowhere.invalid/a.pdf")


def test_a_network_without_a_way_to_the_server_is_told(get, monkeypatch):
    def no_way(*_, **__):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", no_way)
    assert "Network is unreachable" in refused(get, fetching.Unreachable, "http://192.0.2.1/a.pdf").said.en


def test_a_connection_that_is_never_made_times_out(get):
    with serving(shakes_hands=False) as server:
        refused(get, fetching.ConnectTimedOut, server.at("/a.pdf"))


def test_a_proxy_that_cannot_be_used_or_does_not_serve_is_told(server, get, monkeypatch):
    for name in ("HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:9")
    refused(get, fetching.ProxyFailed, "https://www.example.gov.cn/a.pdf", transport=None)
    server.at("www.example.gov.cn:443", status(403))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.port}")
    assert "403" in refused(get, fetching.ProxyFailed, "https://www.example.gov.cn/a.pdf", transport=None).said.en


# Encrypted connections


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def guarded(cert):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return httpx.HTTPTransport(verify=context)


def self_signed(folder):
    itself = trustme.CA()
    itself.cert_pem.write_to_path(folder / "cert.pem")
    itself.private_key_pem.write_to_path(folder / "key.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_a_body_over_a_trusted_connection_needs_no_warning(get, authority):
    with serving(guarded(authority.issue_cert("127.0.0.1"))) as server:
        assert get(server.at("/a.pdf", whole(PDF)), transport=trusting(authority)).warnings == ()


@pytest.mark.parametrize(
    ("named", "zh", "en"),
    [
        ("self-signed", "自签名", "self-signed"),
        ("expired", "过期", "expired"),
        ("another host", "另一主机", "another host"),
        ("unknown issuer", "签发机构", "issuer"),
    ],
)
def test_a_certificate_that_cannot_be_trusted_is_named_and_not_tried_again(
    get, authority, tmp_path_factory, named, zh, en
):
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    context = {
        "self-signed": lambda: self_signed(tmp_path_factory.mktemp("tls")),
        "expired": lambda: guarded(
            authority.issue_cert("127.0.0.1", not_before=past, not_after=past.replace(year=2021))
        ),
        "another host": lambda: guarded(authority.issue_cert("elsewhere.example")),
        "unknown issuer": lambda: guarded(trustme.CA().issue_cert("127.0.0.1")),
    }[named]()
    with serving(context) as server:
        failure = refused(get, fetching.NotTrusted, server.at("/a.pdf", whole(PDF)), transport=trusting(authority))
    assert zh in failure.said.zh and en in failure.said.en
    assert failure.verify_code is not None
    assert server.asked == []


def test_a_server_that_speaks_no_tls_is_not_trusted(server, get):
    address = server.at("/a.pdf", whole(PDF)).replace("http:", "https:")
    assert refused(get, fetching.NotTrusted, address).verify_code is None


# The folder


def test_a_folder_that_cannot_be_written_is_told(server, get, tmp_path):
    (tmp_path / "a-text.pdf.part").mkdir()
    with pytest.raises(fetching.CannotKeep) as caught:
        get(server.at("/a.pdf", whole(PDF)))
    assert "a-text.pdf.part" in caught.value.said.zh


# The addresses known


def test_every_known_address_is_official_and_of_an_instrument_that_is_held():
    text = (DATA / "sources" / "official.jsonl").read_bytes()
    known = [msgspec.json.decode(line, type=OfficialAddress) for line in text.splitlines()]
    assert known
    assert len({one.id for one in known}) == len({one.address for one in known}) == len(known)
    for one in known:
        assert (DATA / "instruments" / f"{one.instrument}.jsonl").is_file()
        assert httpx.URL(one.address).host.endswith(".gov.cn")
        assert one.certainty is Certainty.UNCONFIRMED


def test_an_address_with_an_unknown_key_or_an_id_that_is_no_file_name_is_refused():
    line = {"id": "a", "instrument": "i", "address": "https://a.gov.cn/x", "media": "pdf", "certainty": "unconfirmed"}
    line["described"] = {"zh": "甲", "en": "a"}
    assert msgspec.convert(line, OfficialAddress).id == "a"
    for wrong in ({"surprise": 1}, {"id": "../a"}, {"address": "file:///etc/hostname"}, {"media": "docx"}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(line | wrong, OfficialAddress)
