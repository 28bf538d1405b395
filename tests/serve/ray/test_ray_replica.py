"""The application in a replica: it says who answers, and is healthy once everything was run."""

import asyncio
import shutil

import httpx
import pytest

from flowspec.serve.options import ServeOptions
from flowspec.serve.rayserve.replica import Replica
from flowspec.serve.service import Service
from flowspec.serve.sources import Source


def replica(folder):
    return Replica(Service([Source(folder)], ServeOptions(max_batch=1, watch=0)), "left")


async def answers(application, *paths):
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://replica") as client:
        return [await client.get(path) for path in paths]


def test_a_healthy_replica_is_ready_and_marks_its_answers_and_its_metrics(small):
    async def run():
        application = replica(small[1])
        application.service.start()
        await application.check()
        found = await answers(application, "/readyz", "/metrics", "/nowhere")
        await application.service.stop()
        await application.check()  # Ray goes on asking while a replica ends
        return found

    ready, metrics, nowhere = asyncio.run(run())
    assert [ready.status_code, nowhere.status_code] == [200, 404]
    assert {one.headers["x-flowspec-replica"] for one in (ready, metrics, nowhere)} == {"left"}
    samples = [line for line in metrics.text.splitlines() if not line.startswith("#")]
    assert samples
    assert all('replica="left"' in line for line in samples)


def test_a_replica_that_cannot_load_says_why_in_one_line(small, tmp_path):
    folder = shutil.copytree(small[1], tmp_path / "damaged.bundle")

    async def run():
        application = replica(folder)
        for saved in folder.glob("saved_model*"):
            shutil.rmtree(saved)
        application.service.start()
        try:
            await application.check()
        finally:
            await application.service.stop()

    with pytest.raises(RuntimeError, match="cannot be served") as caught:
        asyncio.run(run())
    assert "\n" not in str(caught.value)
