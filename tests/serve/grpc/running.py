"""A service over HTTP and gRPC, in an event loop of a thread of its own."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass

import uvicorn

from flowspec.serve import Application, ServeOptions
from flowspec.serve.grpc.server import start_grpc
from flowspec.serve.service import Service
from flowspec.serve.sources import Source

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Running:
    """Where a service listens."""

    service: Service
    http: str
    grpc: str


@contextlib.contextmanager
def running(*bundles, **options):
    """Serve some bundles until the block ends."""
    service = service_of(*bundles, **options)
    ready, done = threading.Event(), threading.Event()
    ports = []

    async def serve():
        config = uvicorn.Config(
            Application(service), host=HOST, port=0, log_config=None, access_log=False,
            ws="none", lifespan="on",
        )  # fmt: skip
        server = uvicorn.Server(config)
        grpc_server, grpc_port = await start_grpc(service, HOST, 0)
        task = asyncio.create_task(server.serve())
        while not (server.started and service.is_ready):
            await asyncio.sleep(0.01)
        ports.extend([server.servers[0].sockets[0].getsockname()[1], grpc_port])
        ready.set()
        while not done.is_set():
            await asyncio.sleep(0.05)
        await grpc_server.stop(5)
        server.should_exit = True
        await task

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(120), "the service did not start"
        yield Running(service, *(f"{HOST}:{port}" for port in ports))
    finally:
        done.set()
        thread.join()


def service_of(*bundles, **options):
    """A service that is not started: nothing is loaded."""
    return Service([Source(one) for one in bundles], ServeOptions(watch=0, **options))
