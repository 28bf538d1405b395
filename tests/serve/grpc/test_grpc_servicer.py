"""What the gRPC face answers, and what it refuses by which code, naming the field."""

import gzip
import json
import threading
import urllib.request

import grpc
import numpy as np
import pytest

from flowspec.serve.grpc import inference_pb2 as messages
from flowspec.serve.grpc.message import parse
from flowspec.serve.request_error import RequestError
from tests.serve.grpc.asked import ROWS, arrays_of
from tests.serve.grpc.conftest import MAX_BODY, MAX_ROWS

MODEL = "tiny.centre"
INFER = "/inference.GRPCInferenceService/ModelInfer"


def x(values=((1.0, 2.0, 3.0),), **changes):
    """A typed tensor for the input `x`, changed as the test likes."""
    flat = [number for row in values for number in row]
    described = {"name": "x", "datatype": "FP32", "shape": [len(values), 3]}
    contents = {"fp32_contents": flat}
    return {**described, "contents": contents, **changes}


def task(values=(1,), **changes):
    described = {"name": "task", "datatype": "INT32", "shape": [len(values)]}
    return {**described, "contents": {"int_contents": values}, **changes}


def request(*inputs, raw=(), outputs=(), model=MODEL, **parameters):
    """A request, its parameters integers."""
    return messages.ModelInferRequest(
        model_name=model, inputs=inputs, raw_input_contents=raw,
        outputs=[{"name": name} for name in outputs],
        parameters={name: {"int64_param": value} for name, value in parameters.items()},
    )  # fmt: skip


def raw_request(arrays, model, **parameters):
    """A request that holds the bytes of some arrays."""
    datatypes = {"float32": "FP32", "float64": "FP64", "int32": "INT32", "int64": "INT64"}
    described = [
        {"name": name, "datatype": datatypes[array.dtype.name], "shape": array.shape}
        for name, array in arrays.items()
    ]
    raw = [array.tobytes() for array in arrays.values()]
    return request(*described, raw=raw, model=model, **parameters)


def over_http(address, row):
    """The event that the typed route answers for one row."""
    body = json.dumps({name: one.tolist() for name, one in row.items()}).encode()
    url = f"http://{address}/flows/tiny/sample_and_log_prob"
    with urllib.request.urlopen(url, body) as answer:
        return json.load(answer)["y"][0]


def refused(call, message, code=grpc.StatusCode.INVALID_ARGUMENT, **options):
    """The details with which a call is refused, and its trailing metadata."""
    with pytest.raises(grpc.RpcError) as caught:
        call(message, timeout=30, **options)
    assert caught.value.code() is code, caught.value.details()
    return caught.value.details(), dict(caught.value.trailing_metadata())


def without(tensor, *keys):
    return {name: value for name, value in tensor.items() if name not in keys}


HUGE = 2**62
BAD = {
    "values of another type": (
        [x(contents={"fp64_contents": [1, 2, 3]}), task()],
        "the values of `x` are not where they belong (expected `fp32_contents`, or bytes in "
        "`raw_input_contents`, got fp64_contents)",
    ),
    "values of two types": (
        [x(contents={"fp32_contents": [1, 2, 3], "int_contents": [1]}), task()],
        "got int_contents, fp32_contents",
    ),
    "no values": ([without(x(), "contents"), task()], "`x` are not where they belong"),
    "empty contents": ([x(contents={}), task()], "`x` are not where they belong"),
    "too few values": (
        [x(contents={"fp32_contents": [1, 2]}), task()],
        "the contents of `x` do not fill its shape (expected 3 numbers, got 2)",
    ),
    "too many values": ([x(contents={"fp32_contents": [1] * 4}), task()], "of `x` do not fill"),
    "a wrong datatype": ([x(datatype="FP64"), task()], "`x` has the wrong datatype"),
    "no datatype": ([x(datatype=""), task()], "`x` has the wrong datatype"),
    "an unknown datatype": ([x(datatype="B" * 9000), task()], "`x` has the wrong datatype"),
    "a negative size": ([x(shape=[-1, 3]), task()], "the shape of `x` is none"),
    "a huge size": ([x(shape=[HUGE, 3]), task()], "the shape of `x` is none"),
    "a product that wraps": ([x(shape=[2**52, 3]), task()], "`x` makes more rows than"),
    "too many axes": ([x(shape=[1] * 33), task()], "the shape of `x` is none"),
    "no axes": ([x(shape=[]), task()], "`x` has the wrong shape (expected (B, 3), got ())"),
    "a missing axis": ([x(shape=[3]), task()], "`x` has the wrong shape"),
    "no rows": ([x(shape=[0, 3], contents={}), task()], "`x` has no rows"),
    "an input twice": ([x(), task(), x()], "the input 'x' is given twice"),
    "an unknown input": ([x(), task(name="tusk")], "did you mean `task`?"),
    "a name that is none": ([x(), task(name="\n" * 5000)], "there is no input named"),
    "a missing input": ([x()], "the input `task` is missing (expected (B,) int32)"),
    "rows that differ": ([x(), task((1, 2))], "different numbers of rows"),
    "a number that is none": ([x([(1, float("nan"), 3)]), task()], "row 0 of `x.1` is not finite"),
    "an infinite number": ([x([(1, 2, float("inf"))]), task()], "row 0 of `x.2` is not finite"),
    "a category out of range": ([x(), task([3])], "row 0 of `task` is no such value"),
    "too many rows": (
        [x([(1, 2, 3)] * (MAX_ROWS + 1)), task([1] * (MAX_ROWS + 1))],
        f"`x` makes more rows than are answered at once (expected at most {MAX_ROWS}, got 51)",
    ),
}


@pytest.mark.parametrize("why", BAD)
def test_typed_contents_that_lie_are_refused_by_name(stub, why):
    inputs, told = BAD[why]
    details, _ = refused(stub.ModelInfer, request(*inputs))
    assert told in details


THREE = np.array([1, 2, 3], np.float32).tobytes()
ONE = np.array([1], np.int32).tobytes()
BARE = without(x(), "contents"), without(task(), "contents")
BAD_BYTES = {
    "too few bytes": (BARE, [THREE[:-1], ONE], "the bytes of `x` do not fill its shape"),
    "too many bytes": (BARE, [THREE, ONE * 2], "the bytes of `task` do not fill its shape"),
    "no bytes": (BARE, [THREE, b""], "the bytes of `task` do not fill its shape"),
    "bytes that are missing": (BARE, [THREE], "`raw_input_contents` does not hold one for each"),
    "bytes of no input": (BARE, [THREE, ONE, ONE], "`raw_input_contents` does not hold one for"),
    "bytes and contents": ((x(), task()), [THREE, ONE], "`x` has contents, and"),
    "a nan in bytes": (BARE, [b"\0\0\xc0\x7f" * 3, ONE], "row 0 of `x.0` is not finite"),
    "a huge shape": ((x(shape=[2**50, 3]), task()), [THREE, ONE], "`x` makes more rows than"),
}


@pytest.mark.parametrize("why", BAD_BYTES)
def test_bytes_that_lie_are_refused_by_name(stub, why):
    inputs, raw, told = BAD_BYTES[why]
    details, _ = refused(stub.ModelInfer, request(*inputs, raw=raw))
    assert told in details


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"draws": {"int64_param": 0}}, "the number of draws is one positive integer"),
        ({"draws": {"double_param": 2.0}}, "the number of draws is one positive integer"),
        ({"draws": {"bool_param": True}}, "the number of draws is one positive integer"),
        ({"draws": {"int64_param": 51}}, "`draws` makes more rows than are answered at once"),
        ({"draws": {"int64_param": 2**62}}, "`draws` makes more rows than are answered at once"),
        ({"seed": {"string_param": "7"}}, "a seed is an integer of 64 bits"),
        ({"seed": {"uint64_param": 2**63}}, "a seed is an integer of 64 bits"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(stub, parameters, told):
    message = messages.ModelInferRequest(
        model_name="alone.sample_and_log_prob", parameters=parameters
    )
    assert told in refused(stub.ModelInfer, message)[0]


def test_draws_of_what_does_not_draw_are_refused(stub):
    details, _ = refused(stub.ModelInfer, request(x(), task(), draws=2))
    assert details == "`draws` has no effect: `centre` does not draw"


def test_an_output_that_there_is_not_or_twice_is_refused(stub):
    details, _ = refused(stub.ModelInfer, request(x(), task(), outputs=["z"]))
    assert details.startswith("`centre` returns nothing named `z`")
    details, _ = refused(stub.ModelInfer, request(x(), task(), outputs=["y", "y"]))
    assert details == "`y` is asked for twice"


def test_shared_memory_is_refused(stub):
    region = {"shared_memory_region": {"string_param": "here"}}
    message = request(x(), task())
    message.outputs.add(name="y", parameters=region)
    assert (
        "`y` cannot be answered with `shared_memory_region`" in refused(stub.ModelInfer, message)[0]
    )


@pytest.mark.parametrize("version", ["0", "2", "-1", "1.0", "latest", "٣", "9" * 5000])
def test_a_version_that_there_is_not_is_not_found(stub, version):
    asked = {"name": MODEL, "version": version}
    refused(stub.ModelReady, messages.ModelReadyRequest(**asked), grpc.StatusCode.NOT_FOUND)
    refused(stub.ModelMetadata, messages.ModelMetadataRequest(**asked), grpc.StatusCode.NOT_FOUND)


def test_typed_values_are_answered_typed_and_bytes_by_bytes(flows, stub):
    arrays = arrays_of(flows["tiny"], "centre")
    rows = [x(arrays["x"].tolist()), task(arrays["task"].tolist())]
    typed = stub.ModelInfer(request(*rows))
    raw = stub.ModelInfer(raw_request(arrays, MODEL))
    expected = flows["tiny"].ask("centre", **arrays)["y"]
    (values,) = raw.raw_output_contents
    np.testing.assert_allclose(
        np.frombuffer(values, "<f4").reshape(ROWS, 2), expected, rtol=1e-6, atol=1e-6
    )
    assert not typed.raw_output_contents
    assert not raw.outputs[0].HasField("contents")
    assert list(typed.outputs[0].contents.fp32_contents) == np.frombuffer(values, "<f4").tolist()
    assert list(typed.outputs[0].shape) == list(raw.outputs[0].shape) == [ROWS, 2]


def test_typed_doubles_and_seeds_are_read_and_answered(flows, stub):
    seeds = {
        "name": "seed", "datatype": "INT64", "shape": [3],
        "contents": {"int64_contents": [5, -6, 2**62]},
    }  # fmt: skip
    found = stub.ModelInfer(request(seeds, model="alone.sample_and_log_prob"))
    expected = flows["alone"].ask("sample_and_log_prob", seed=np.array([5, -6, 2**62]))
    for output in found.outputs:
        values = np.reshape(output.contents.fp64_contents, output.shape)
        np.testing.assert_allclose(values, expected[output.name], rtol=1e-12)


def test_a_name_of_the_request_comes_back_whatever_becomes_of_it(stub):
    named = (("x-request-id", "my-name.7"),)
    _, call = stub.ServerLive.with_call(messages.ServerLiveRequest(), metadata=named)
    assert dict(call.trailing_metadata())["x-request-id"] == "my-name.7"
    _, metadata = refused(stub.ModelInfer, request(), metadata=named)
    assert metadata["x-request-id"] == "my-name.7"


@pytest.mark.parametrize("given", [(), (("x-request-id", "two words"),), (("x-request-id", ""),)])
def test_a_request_without_a_good_name_gets_one(stub, given):
    made = []
    for _ in range(2):
        _, call = stub.ServerLive.with_call(messages.ServerLiveRequest(), metadata=given)
        made.append(dict(call.trailing_metadata())["x-request-id"])
    assert made[0] != made[1]
    assert not {value for _, value in given} & set(made)


def test_calls_are_counted_beside_those_over_http(service, stub):
    labels = 'flow="tiny",output="centre",protocol="grpc",revision="1"'

    def counted():
        with urllib.request.urlopen(f"http://{service.http}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return {
            line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in lines
            if 'protocol="grpc"' in line and "_total{" in line
        }

    before = counted()
    stub.ModelInfer(request(x(), task()))
    refused(stub.ModelInfer, request(x()))
    after = counted()
    for name in (
        f'flowspec_requests_total{{{labels},status="OK"}}',
        f'flowspec_requests_total{{{labels},status="INVALID_ARGUMENT"}}',
        'flowspec_errors_total{flow="tiny",output="centre",protocol="grpc",'
        'reason="missing-input",revision="1"}',
    ):
        assert after[name] - before.get(name, 0) == 1


@pytest.mark.parametrize("body", [b"\xff", b"\x0a\xff\xff\xff\xff\x0f", b"\x2a\x05abc"])
def test_what_is_no_message_is_refused(service, body):
    with grpc.insecure_channel(service.grpc) as channel:
        details, _ = refused(channel.unary_unary(INFER), body)
    assert details.startswith("the body is no message of this method")


@pytest.mark.parametrize(
    "field", [b"\x22\x00", b"\x2a\x00", b"\x2a\x02\x2a\x00", b"\x32\x00", b"\x3a\x00"]
)
def test_a_message_of_countless_fields_is_refused_before_it_is_read(service, field):
    body = b"\x0a\x0btiny.centre" + field * (MAX_BODY // len(field) - 10)
    with grpc.insecure_channel(service.grpc) as channel:
        details, _ = refused(channel.unary_unary(INFER), body)
    assert details.startswith("the message has more fields than are read")


def test_integers_that_grow_when_they_are_read_are_counted_too():
    def infer(count, value):
        contents = {"int64_contents": [value] * count}
        return messages.ModelInferRequest(inputs=[{"contents": contents}]).SerializeToString()

    assert parse(messages.ModelInferRequest, infer(100_000, -1)).inputs
    with pytest.raises(RequestError, match="more fields than are read"):
        parse(messages.ModelInferRequest, infer(2_000_000, 1))


def test_a_large_message_of_numbers_and_bytes_is_read():
    contents = {"fp32_contents": [1.0] * 1_000_000}
    message = messages.ModelInferRequest(
        inputs=[{"name": "x", "contents": contents}], raw_input_contents=[b"a" * 4_000_000]
    )
    assert parse(messages.ModelInferRequest, message.SerializeToString()) == message


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip, grpc.Compression.Deflate])
def test_a_message_that_is_too_large_also_once_it_is_unpacked_is_refused(service, compression):
    body = messages.ModelInferRequest(id="a" * (4 * MAX_BODY)).SerializeToString()
    assert len(gzip.compress(body, 1)) < MAX_BODY // 10
    with grpc.insecure_channel(service.grpc, [("grpc.max_send_message_length", -1)]) as channel:
        call = channel.unary_unary(INFER)
        refused(call, body, grpc.StatusCode.RESOURCE_EXHAUSTED, compression=compression)


def test_callers_over_both_protocols_get_their_own_rows(flows, service, stub):
    flow = flows["tiny"]
    arrays = {
        name: np.repeat(one, 8, axis=0)
        for name, one in arrays_of(flow, "sample_and_log_prob").items()
    }
    arrays["seed"] = np.arange(8 * ROWS, dtype=np.int64)
    expected = flow.ask("sample_and_log_prob", **arrays)["y"]
    found = np.zeros_like(expected)

    def ask(at):
        row = {name: one[at : at + 1] for name, one in arrays.items()}
        if at % 2:
            answer = stub.ModelInfer(raw_request(row, "tiny.sample_and_log_prob"))
            found[at] = np.frombuffer(answer.raw_output_contents[0], "<f4")
        else:
            found[at] = over_http(service.http, row)

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(8 * ROWS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
