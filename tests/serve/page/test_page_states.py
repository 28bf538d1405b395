"""The page copes with a token, a service that loads, a bundle that changes, and silence."""

from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import expect

from flowspec.serve import Application, ServeOptions, parse_source
from flowspec.serve.service import Service
from tests.serve.conftest import SPEC, compiled, listening, serving, wait_for
from tests.serve.page.conftest import opened, press

pytestmark = pytest.mark.slow

TOKEN = "open-sesame"


class Held:
    """An application whose bundles are not loaded before somebody says so."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/load":
            self.application.service.start()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        elif scope["type"] == "http":
            await self.application(scope, receive, send)
        else:
            await self.live(receive, send)

    async def live(self, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.application.service.stop()
        await send({"type": "lifespan.shutdown.complete"})


@contextmanager
def held(bundle):
    service = Service([parse_source(str(bundle))], ServeOptions(max_batch=16, watch=0.0))
    with listening(Held(Application(service))) as address, httpx.Client(base_url=address) as client:
        yield client


def test_a_token_is_asked_for_kept_in_the_tab_and_sent(page, alone):
    with serving(alone[1], token=TOKEN) as site:
        page.goto(str(site.base_url))
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("wants a token")
        assert "alone" not in page.locator("body").inner_text()
        field = dialog.get_by_label("Token")
        expect(field).to_be_focused()
        field.fill("guess")
        field.press("Enter")
        expect(dialog).to_contain_text("not the right one")
        dialog.get_by_label("Token").fill(TOKEN)
        dialog.get_by_label("Token").press("Enter")
        expect(page.locator("h1")).to_have_text("alone")
        endpoint = page.locator("details[data-output=sample]")
        with page.expect_request("**/flows/alone/sample") as asked:
            press(endpoint, "Ask")
        assert asked.value.headers["authorization"] == f"Bearer {TOKEN}"
        expect(endpoint.locator(".answer")).to_be_visible()
        assert page.evaluate("() => JSON.stringify(localStorage)") == "{}"
        assert TOKEN in page.evaluate("() => JSON.stringify(sessionStorage)")
        assert TOKEN not in page.content()
        endpoint.locator("summary", has_text="curl").click()
        command = endpoint.locator(".snippets pre", has_text="curl").inner_text()
        assert "$FLOWSPEC_TOKEN" in command
        assert TOKEN not in command
        page.reload()
        expect(page.locator("h1")).to_have_text("alone")
        page.get_by_role("button", name="Forget the token").click()
        expect(page.get_by_role("dialog")).to_contain_text("wants a token")
        assert TOKEN not in page.evaluate("() => JSON.stringify(sessionStorage)")


def test_a_service_that_loads_is_waited_for(page, alone):
    with held(alone[1]) as site:
        endpoint = opened(page, site, "alone", "sample")
        expect(page.locator("#state")).to_have_text("loading")
        press(endpoint, "Ask")
        expect(endpoint.locator(".waiting")).to_contain_text("asking again")
        site.get("/load")
        expect(endpoint.locator(".answer")).to_be_visible(timeout=60_000)
        expect(page.locator("#state")).to_have_text("ready")


def test_who_waits_can_stop(page, alone):
    with held(alone[1]) as site:
        endpoint = opened(page, site, "alone", "sample")
        endpoint.get_by_label("seed").press("Enter")
        expect(endpoint.locator(".waiting")).to_contain_text("asking again")
        endpoint.get_by_label("seed").press("Escape")
        expect(endpoint.locator(".waiting")).to_have_text("stopped")
        expect(endpoint.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_a_flow_that_was_saved_with_other_outputs_is_shown_anew(page, tmp_path):
    compiled(SPEC, tmp_path, 1)
    with serving(tmp_path / "tiny.bundle", watch=0.1) as site:
        old = site.get("/flows/tiny").json()["fingerprint"]
        endpoint = opened(page, site, "tiny", "centre")
        press(endpoint, "Ask")
        expect(endpoint.locator(".answer")).to_be_visible()
        compiled(SPEC.replace("centre:", "middle:"), tmp_path, 2)
        wait_for(lambda: site.get("/flows/tiny").json()["fingerprint"] != old)
        expect(page.locator("details[data-output=middle]")).to_be_visible()
        expect(page.locator("details[data-output=centre]")).to_have_count(0)
        expect(page.locator("#told")).to_have_text("tiny is shown as it is now")


def test_a_service_that_is_gone_is_told_and_what_was_shown_stays(page, alone):
    with serving(alone[1]) as site:
        opened(page, site, "alone")
        expect(page.locator("#state")).to_have_text("ready")
    expect(page.locator("#state")).to_have_text("unreachable")
    endpoint = page.locator("details[data-output=sample]")
    press(endpoint, "Ask")
    expect(endpoint.locator(".fault")).to_contain_text("cannot be reached")
