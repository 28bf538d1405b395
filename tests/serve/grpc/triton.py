"""Does what it is told with the public clients of Open Inference Protocol, a JSON line each.

Run by an environment of its own: `python triton.py HTTP GRPC`, where these are HOST:PORT. A line
says `{"face": "http", "do": "is_server_live", "with": {...}}`; the answer has `result` or `fault`.
"""

import asyncio
import importlib
import inspect
import json
import sys

import numpy as np
from tritonclient.utils import InferenceServerException

FACES = ("http", "grpc", "http.aio", "grpc.aio")
DTYPES = {"FP32": np.float32, "FP64": np.float64, "INT32": np.int32, "INT64": np.int64}


class Face:
    """One of the clients."""

    def __init__(self, name, address):
        self.module = importlib.import_module(f"tritonclient.{name}")
        self.is_http = name.startswith("http")
        self.client = self.module.InferenceServerClient(address)

    def call(self, do, **arguments):
        """What the client's method of that name returns."""
        if do == "infer":
            return self.infer(**arguments)
        return getattr(self.client, do)(**arguments)

    def infer(self, model, inputs, binary=True, outputs=None, **options):
        """Ask a model; inputs are (name, datatype, values), outputs (name, binary)."""
        if outputs is not None:
            options["outputs"] = [self.output(*one) for one in outputs]
        tensors = [self.input(*one, binary) for one in inputs]
        return self.client.infer(model, tensors, **options)

    def input(self, name, datatype, values, binary):
        array = np.array(values, DTYPES[datatype])
        tensor = self.module.InferInput(name, list(array.shape), datatype)
        tensor.set_data_from_numpy(array, **({"binary_data": binary} if self.is_http else {}))
        return tensor

    def output(self, name, binary=True, class_count=0):
        options = {"binary_data": binary} if self.is_http else {}
        return self.module.InferRequestedOutput(name, class_count=class_count, **options)


def told(value):
    """What a client returned, as JSON."""
    if not hasattr(value, "as_numpy"):
        return value
    head = value.get_response()
    if not isinstance(head, dict):
        head = {
            "id": head.id, "model_name": head.model_name, "model_version": head.model_version,
            "outputs": [{"name": one.name, "datatype": one.datatype} for one in head.outputs],
        }  # fmt: skip
    arrays = {one["name"]: value.as_numpy(one["name"]) for one in head["outputs"]}
    return {
        "id": head.get("id", ""),
        "model": [head["model_name"], head["model_version"]],
        "datatypes": {one["name"]: one["datatype"] for one in head["outputs"]},
        "as_json": [one["name"] for one in head["outputs"] if "data" in one],
        "arrays": {name: array.tolist() for name, array in arrays.items()},
    }


async def main(addresses):
    faces = {}
    for line in sys.stdin:
        order = json.loads(line)
        name = order["face"]
        face = faces.get(name) or Face(name, addresses[name.partition(".")[0]])
        faces[name] = face
        try:
            found = face.call(order["do"], **order["with"])
            answer = {"result": told(await found if inspect.isawaitable(found) else found)}
        except InferenceServerException as error:
            answer = {"fault": error.message(), "status": error.status()}
        print(json.dumps(answer), flush=True)
    for face in faces.values():
        closed = face.client.close()
        if inspect.isawaitable(closed):
            await closed


if __name__ == "__main__":
    asyncio.run(main(dict(zip(("http", "grpc"), sys.argv[1:], strict=True))))
