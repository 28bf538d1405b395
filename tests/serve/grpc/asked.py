"""What the tests ask of every output: arrays, and the tensors that hold them."""

import numpy as np

from tests.serve.grpc.conftest import ALONE, TINY

MODELS = {
    f"{spec['name']}.{output}": (spec["name"], output)
    for spec in (TINY, ALONE)
    for output in spec["outputs"]
}
"""Flow and output of every model."""

ROWS = 5
DATATYPES = {"float32": "FP32", "float64": "FP64", "int32": "INT32", "int64": "INT64"}


def inputs_of(flow, output):
    """The records of an output's inputs."""
    return next(one for one in flow.plan.outputs if one.name == output).inputs


def arrays_of(flow, output, without=()):
    """Some rows for each input of an output, the same every time."""
    random = np.random.default_rng(3)
    arrays = {}
    for record in inputs_of(flow, output):
        shape = (ROWS, *record.shape[1:])
        if record.dtype.startswith("int"):
            arrays[record.name] = random.integers(0, 3, size=shape).astype(record.dtype)
        else:
            arrays[record.name] = random.normal(size=shape).astype(record.dtype)
    return {name: array for name, array in arrays.items() if name not in without}


def tensors_of(flow, output, arrays=None):
    """The same as name, datatype and values."""
    arrays = arrays_of(flow, output) if arrays is None else arrays
    return [[name, DATATYPES[one.dtype.name], one.tolist()] for name, one in arrays.items()]


def ask(triton, face, model, tensors, **options):
    """What a client is answered; it must be."""
    found = triton(face, "infer", model=model, inputs=tensors, **options)
    assert "fault" not in found, found
    return found["result"]
