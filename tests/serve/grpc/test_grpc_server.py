"""The gRPC server itself: its port, its token, its start and end, and what it keeps to itself."""

import asyncio
import contextlib
import io
import json
import logging
import socket

import grpc
import pytest

from flowspec.diagnostics import UsageError
from flowspec.serve.faults import not_ready, too_late
from flowspec.serve.grpc import inference_pb2 as messages
from flowspec.serve.grpc.codes import code_of, details_of
from flowspec.serve.grpc.inference_pb2_grpc import GRPCInferenceServiceStub
from flowspec.serve.grpc.server import start_grpc
from flowspec.serve.logs import LOGGER, configure
from flowspec.serve.request_error import RequestError, unfit
from tests.serve.grpc.running import HOST, service_of

INFER = messages.ModelInferRequest(model_name="alone.sample_and_log_prob")


@contextlib.asynccontextmanager
async def started(service):
    """A stub of a service whose bundles are not loaded."""
    server, port = await start_grpc(service, HOST, 0)
    async with grpc.aio.insecure_channel(f"{HOST}:{port}") as channel:
        yield GRPCInferenceServiceStub(channel)
    await server.stop(5)
    await service.stop()


def code_and_details(service, message=INFER, **options):
    """How a call ends that a service refuses, and its trailing metadata."""

    async def ask():
        async with started(service) as stub:
            method = type(message).__name__.removesuffix("Request")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await getattr(stub, method)(message, **options)
            error = caught.value
            return error.code().name, error.details(), dict(error.trailing_metadata())

    return asyncio.run(ask())


@pytest.fixture
def log():
    """What is logged, a line an object."""
    handlers, stream = LOGGER.handlers[:], io.StringIO()
    configure("json")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LOGGER.handlers[0].formatter)
    LOGGER.handlers[:] = [handler]
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    LOGGER.handlers[:] = handlers
    LOGGER.setLevel(logging.NOTSET)
    LOGGER.propagate = True


def test_what_is_being_loaded_may_be_asked_again_later(bundles):
    code, details, metadata = code_and_details(service_of(bundles["alone"]))
    assert (code, details) == ("UNAVAILABLE", "`alone.sample_and_log_prob` is being loaded")
    assert metadata["grpc-retry-pushback-ms"] == "1000"


def test_a_service_that_is_being_loaded_lives_and_is_not_ready(bundles):
    async def facts():
        async with started(service_of(bundles["alone"])) as stub:
            model = messages.ModelReadyRequest(name="alone.log_prob")
            live = await stub.ServerLive(messages.ServerLiveRequest())
            ready = await stub.ServerReady(messages.ServerReadyRequest())
            return live.live, ready.ready, (await stub.ModelReady(model)).ready

    assert asyncio.run(facts()) == (True, False, False)


def test_a_service_that_is_told_to_stop_takes_nothing_more(bundles):
    service = service_of(bundles["alone"])
    service.is_closing = True
    assert code_and_details(service)[:2] == ("UNAVAILABLE", "the service is shutting down")


TOKEN = "a-long-secret"


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}"])
@pytest.mark.parametrize(
    "message",
    [INFER, messages.ServerMetadataRequest(), messages.ModelReadyRequest(name="alone.log_prob"),
     messages.ModelMetadataRequest(name="alone.log_prob")],
)  # fmt: skip
def test_nobody_is_answered_without_the_token(bundles, given, message):
    metadata = () if given is None else (("authorization", given),)
    service = service_of(bundles["alone"], token=TOKEN)
    code, details, _ = code_and_details(service, message, metadata=metadata)
    assert (code, TOKEN in details) == ("UNAUTHENTICATED", False)


def test_who_carries_the_token_is_answered_and_probes_need_none(bundles):
    async def facts():
        async with started(service_of(bundles["alone"], token=TOKEN)) as stub:
            mine = (("authorization", f"Bearer {TOKEN}"),)
            found = await stub.ServerMetadata(messages.ServerMetadataRequest(), metadata=mine)
            live = await stub.ServerLive(messages.ServerLiveRequest())
            ready = await stub.ServerReady(messages.ServerReadyRequest())
            return found.name, live.live, ready.ready

    assert asyncio.run(facts()) == ("flowspec", True, False)


def test_a_fault_of_ours_is_told_without_what_is_inside_and_logged_with_it(bundles, log):
    service = service_of(bundles["alone"])
    service.shelf = None
    metadata = (("x-request-id", "find-me"),)
    code, details, _ = code_and_details(service, metadata=metadata)
    assert code == "INTERNAL"
    assert details == "the request could not be answered; the log tells more of find-me"
    failed, request = log()
    assert (failed["event"], failed["id"]) == ("failed", "find-me")
    assert "AttributeError" in failed["traceback"]
    assert (request["level"], request["reason"]) == ("warning", "internal-error")


def test_every_call_is_logged_but_for_probes(bundles, log):
    async def ask():
        async with started(service_of(bundles["alone"])) as stub:
            await stub.ServerLive(messages.ServerLiveRequest())
            await stub.ServerMetadata(messages.ServerMetadataRequest())

    asyncio.run(ask())
    (line,) = log()
    assert (line["event"], line["method"], line["status"]) == ("request", "ServerMetadata", "OK")


def test_a_taken_port_is_refused_by_name(bundles):
    async def start(port):
        service = service_of(bundles["alone"])
        try:
            await start_grpc(service, HOST, port)
        finally:
            await service.stop()

    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError) as caught:
            asyncio.run(start(port))
    (fault,) = caught.value.diagnostics
    assert fault.slug == "port-in-use"
    assert str(port) in fault.message


def test_two_servers_do_not_share_a_port(bundles):
    async def start():
        services = [service_of(bundles["alone"]) for _ in range(2)]
        server, port = await start_grpc(services[0], HOST, 0)
        try:
            await start_grpc(services[1], HOST, port)
        finally:
            await server.stop(0)
            for service in services:
                await service.stop()

    with pytest.raises(UsageError, match="is taken"):
        asyncio.run(start())


def test_a_host_that_is_none_is_refused(bundles):
    async def start():
        service = service_of(bundles["alone"])
        try:
            await start_grpc(service, "256.0.0.1", 0)
        finally:
            await service.stop()

    with pytest.raises(UsageError) as caught:
        asyncio.run(start())
    assert caught.value.diagnostics[0].slug == "cannot-listen"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "INVALID_ARGUMENT"),
        (401, "UNAUTHENTICATED"),
        (404, "NOT_FOUND"),
        (413, "INVALID_ARGUMENT"),
        (422, "INVALID_ARGUMENT"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
    ],
)
def test_every_status_over_http_has_its_code(status, code):
    assert code_of(RequestError(status, not_ready("tiny.centre"))).name == code


def test_time_that_ran_out_has_a_code_of_its_own():
    assert code_of(RequestError(503, too_late(1.0))).name == "DEADLINE_EXCEEDED"


@pytest.mark.parametrize("letter", ["a", "é", "😀", "\ud800"])
def test_details_fit_into_a_header(letter):
    told = details_of(unfit(not_ready(letter * 100_000)))
    assert len(told.encode()) <= 2003
    assert told.endswith("…")
