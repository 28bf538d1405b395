"""The six methods of Open Inference Protocol V2 over gRPC.

References: https://github.com/kserve/open-inference-protocol
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc

from flowspec import __version__
from flowspec.plan.solver import SEED
from flowspec.serve.endpoint import DRAWS
from flowspec.serve.grpc import inference_pb2 as messages
from flowspec.serve.grpc.contents import is_typed, read_arrays, write_arrays
from flowspec.serve.grpc.guard import Method, guarded
from flowspec.serve.service import Service
from flowspec.serve.tensors import (
    SERVER,
    check_options,
    find_model,
    make_call,
    metadata,
    wanted_outputs,
)
from flowspec.serve.trace import Trace

SERVICE = "inference.GRPCInferenceService"
"""The service's name in the protocol."""


class Servicer:
    """What answers over gRPC, from what is on the shelf when it is asked.

    Attributes:
        methods: The methods of the protocol by name.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.methods = {
            "ServerLive": Method(messages.ServerLiveRequest, self._live, is_probe=True),
            "ServerReady": Method(messages.ServerReadyRequest, self._ready, is_probe=True),
            "ServerMetadata": Method(messages.ServerMetadataRequest, self._server),
            "ModelReady": Method(messages.ModelReadyRequest, self._model_ready),
            "ModelMetadata": Method(messages.ModelMetadataRequest, self._model),
            "ModelInfer": Method(messages.ModelInferRequest, self._infer),
        }

    def handler(self) -> Any:
        """What a gRPC server is given."""
        handlers = {
            name: grpc.unary_unary_rpc_method_handler(
                guarded(self._service, name, method), response_serializer=_bytes
            )
            for name, method in self.methods.items()
        }
        return grpc.method_handlers_generic_handler(SERVICE, handlers)

    async def _live(self, message: Any, context: Any, trace: Trace) -> Any:
        return messages.ServerLiveResponse(live=True)

    async def _ready(self, message: Any, context: Any, trace: Trace) -> Any:
        return messages.ServerReadyResponse(ready=self._service.is_ready)

    async def _server(self, message: Any, context: Any, trace: Trace) -> Any:
        return messages.ServerMetadataResponse(name=SERVER, version=__version__)

    async def _model_ready(self, message: Any, context: Any, trace: Trace) -> Any:
        endpoint = find_model(self._service.shelf, message.name, message.version)
        return messages.ModelReadyResponse(ready=endpoint.is_ready)

    async def _model(self, message: Any, context: Any, trace: Trace) -> Any:
        shelf = self._service.shelf
        endpoint = find_model(shelf, message.name, message.version)
        return messages.ModelMetadataResponse(**metadata(shelf, endpoint))

    async def _infer(self, message: Any, context: Any, trace: Trace) -> Any:
        endpoint = find_model(self._service.shelf, message.model_name, message.model_version)
        trace.endpoint = endpoint
        for one in message.outputs:
            check_options(one.name, one.parameters)
        names = wanted_outputs(endpoint, [one.name for one in message.outputs])
        arrays = read_arrays(endpoint, message)
        call = make_call(endpoint, arrays, _options(message.parameters))
        trace.rows = call.rows
        results = await endpoint.answer(call, timeout=context.time_remaining())
        answer = messages.ModelInferResponse(
            model_name=endpoint.model, model_version=str(endpoint.revision), id=message.id
        )
        write_arrays(answer, results, names, typed=is_typed(message))
        return answer


def _options(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says of its draws; the protocol's other parameters have no effect here."""
    return {
        name: getattr(parameters[name], parameters[name].WhichOneof("parameter_choice") or "", None)
        for name in (SEED, DRAWS)
        if name in parameters
    }


def _bytes(message: Any) -> bytes:
    return message.SerializeToString()
