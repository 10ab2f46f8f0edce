"""The site beside the lab: only with the token, only what lies in its folder, and cut off from the lab's own page."""

import asyncio
import http.client

import pytest
from served_lab import served

pytest.importorskip("streamlit", reason="the lab needs Streamlit: pip install 'redesign[lab]'")

from starlette.applications import Starlette

from experiments.configuration.compose import compose
from experiments.errors import ConfigurationError
from experiments.lab.site import beside
from experiments.questions.lab.question import check, site_of

TOKEN = "a-token"
OPEN = f"/{beside.WHERE}/{beside.OPEN}/index.html"


@pytest.fixture
def folder(tmp_path):
    """A site with a page and a lesson, and beside it what is nobody's business."""
    site = tmp_path / "build" / "redesign-site"
    (site / "lessons").mkdir(parents=True)
    (site / "index.html").write_text("<title>Home</title>", encoding="utf-8")
    (site / "lessons" / "one.html").write_text("<title>One</title>", encoding="utf-8")
    (site.parent / "secret.txt").write_text("secret", encoding="utf-8")
    (site / "link.txt").symlink_to(site.parent / "secret.txt")
    return site


def asked(folder, path, token=TOKEN, method="GET"):
    """The status, the headers and the body that the site answers with, without anything of Streamlit's before it."""
    server, sent = Starlette(routes=beside.routes({"site": str(folder), "token": token})), []

    async def receive():
        await asyncio.Event().wait()  # a visitor who stays until all is read

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    asyncio.run(server({**scope, "root_path": "", "http_version": "1.1", "scheme": "http"}, receive, send))
    body = b"".join(each.get("body", b"") for each in sent if each["type"] == "http.response.body")
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, body


def test_pages_are_served_to_whoever_knows_the_token_and_cannot_act_for_the_lab(folder):
    status, headers, body = asked(folder, f"/site/{TOKEN}/lessons/one.html")
    assert (status, body) == (200, b"<title>One</title>")
    assert headers["content-type"].startswith("text/html")
    assert headers["content-security-policy"].startswith("sandbox ")
    assert "allow-same-origin" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer", "the address holds the token"
    assert asked(folder, OPEN, token="")[0] == 200, "a lab without a token"


@pytest.mark.parametrize("path", [
    "index.html", "/index.html", "a-toke/index.html", "a-tokens/index.html", f"{beside.OPEN}/index.html",
    "A-TOKEN/index.html", "ä/index.html", "%61-token/index.html", "a-token", "",
])  # fmt: skip
def test_without_the_token_nothing_is_there(folder, path):
    assert asked(folder, f"/{beside.WHERE}/{path}")[0] == 404


@pytest.mark.parametrize("path", [
    "../secret.txt", "../../build/secret.txt", "lessons/../../secret.txt", "/etc/passwd", "//etc/passwd", "..%2fsecret.txt",
    "..\\secret.txt", "link.txt", "lessons", "lessons/", "", ".", "nothing.html", "index.html/../../secret.txt",
    "lessons/one.html\x00.txt",
])  # fmt: skip
def test_nothing_outside_the_folder_is_there_and_no_list_of_what_is_inside(folder, path):
    status, _, body = asked(folder, f"/site/{TOKEN}/{path}")
    assert status == 404
    assert b"secret" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(folder, method):
    assert asked(folder, f"/site/{TOKEN}/index.html", method=method)[0] == 405


def test_a_lab_without_a_site_serves_none_and_one_that_is_no_site_is_refused(tmp_path, folder, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert site_of("auto") == str(folder)
    monkeypatch.chdir(folder)
    assert site_of("auto") == ""
    assert beside.routes({"site": "", "token": TOKEN}) == []
    with pytest.raises(ConfigurationError) as refused:
        check(compose("lab", [f"site={tmp_path}", "port=1"], []))
    assert "holds no index.html, so it is no site" in refused.value.message()


@pytest.mark.slow
def test_the_lab_serves_the_site_that_was_built_where_it_was_started(tmp_path, folder):
    """Over the wire, through Streamlit's own server, with addresses as they are typed."""
    with served(tmp_path) as (where, token):
        line = http.client.HTTPConnection(where.removeprefix("http://"), timeout=20)

        def status(path):
            line.putrequest("GET", path, skip_accept_encoding=True)
            line.endheaders()
            answer = line.getresponse()
            body = answer.read()
            assert b"secret" not in body
            return answer.status

        assert status(f"/site/{token}/index.html") == 200
        assert status(f"/{beside.WHERE}/wrong/index.html") == 404
        for path in (
            "../secret.txt",
            "%2e%2e/secret.txt",
            "..%2fsecret.txt",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "/etc/passwd",
        ):
            assert status(f"/site/{token}/{path}") in (400, 404)
        assert status("/_stcore/health") == 200
