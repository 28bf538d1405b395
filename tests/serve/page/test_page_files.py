"""The page's files: nothing from elsewhere, nothing that could run a text, nothing to hide."""

import asyncio
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from flowspec.serve import Application, ServeOptions
from flowspec.serve.http.page import FILES
from flowspec.serve.service import Service

FOLDER = files("flowspec.serve") / "page"
TEXTS = {one.name: one.read_text(encoding="utf-8") for one in FOLDER.iterdir()}
SCRIPTS = {name: text for name, text in TEXTS.items() if name.endswith(".js")}
SVG = "http://www.w3.org/2000/svg"


def answers(*paths, **options):
    """What a service without bundles, and with a token, answers to those who have none."""

    async def ask():
        application = Application(Service([], ServeOptions(token="secret", **options)))
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(ask())


def test_every_file_is_served_and_packed():
    assert sorted(FILES.values()) == sorted(TEXTS)
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert "serve/page/*" in project["tool"]["setuptools"]["package-data"]["flowspec"]


def test_what_the_files_name_is_there():
    for name, text in SCRIPTS.items():
        for other in re.findall(r'from "\./([^"]+)"', text):
            assert other in SCRIPTS, f"{name} imports {other}"
    for name in re.findall(r'"page/([^"]+)"', TEXTS["index.html"]):
        assert name in TEXTS


def test_every_script_is_used():
    named = set(re.findall(r'"\./([^"]+)"', " ".join(SCRIPTS.values())))
    named |= set(re.findall(r'"page/([^"]+)"', TEXTS["index.html"]))
    assert {*SCRIPTS, *(name for name in TEXTS if name.endswith(".css"))} <= named


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_nothing_comes_from_elsewhere(name):
    assert set(re.findall(r"https?://[^\s\"'`<>)]*", TEXTS[name])) <= {SVG}
    assert not re.search(r"""(src|href)=["']//|@import|\burl\(""", TEXTS[name])


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_no_script_makes_markup_or_code_of_a_text(name):
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert not re.search(forbidden, SCRIPTS[name])


def test_the_markup_holds_neither_scripts_nor_styles():
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", TEXTS["index.html"])


def test_the_page_needs_no_token_and_everything_behind_it_does():
    pages = answers(*FILES)
    assert {one.status_code for one in pages} == {200}
    assert {one.status_code for one in answers("/flows", "/openapi.json", "/metrics")} == {401}
    assert not any("secret" in one.text for one in pages)


def test_only_the_page_s_own_files_can_be_reached():
    strange = [
        "/page/",
        "/page/index.html",
        "/page/../page.py",
        "/page/%2e%2e/page.py",
        "/page/x.js",
    ]
    assert {one.status_code for one in answers(*strange)} <= {401, 404}


def test_a_policy_forbids_what_the_page_does_not_need():
    for one in answers(*FILES):
        policy = one.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert one.headers["x-content-type-options"] == "nosniff"


def test_a_file_has_the_kind_of_its_name():
    kinds = dict(zip(FILES.values(), answers(*FILES), strict=True))
    for ending, kind in (
        (".css", "text/css"),
        (".js", "text/javascript"),
        (".svg", "image/svg+xml"),
    ):
        for name in FILES.values():
            if name.endswith(ending):
                assert kinds[name].headers["content-type"].startswith(kind)
