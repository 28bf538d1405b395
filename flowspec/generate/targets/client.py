"""A typed Python client, sync and async, with a method for each output.

It is one module, `NAME_client.py`, that needs httpx and NumPy. It calls `flowspec serve` and the
generated server alike.
"""

from __future__ import annotations

from typing import Final

from flowspec.bundle import Bundle
from flowspec.generate.endpoints import Endpoint, Quantity, endpoints, example
from flowspec.generate.identifiers import camel, identifiers
from flowspec.generate.quoting import listed
from flowspec.generate.render import render

_METHODS: Final = frozenset({"aclose", "close"})
"""What a client has by itself."""

_PARAMETERS: Final = frozenset({"draws", "seed", "self"})
"""What a method has by itself, and what it uses."""


def files(bundle: Bundle) -> dict[str, str | bytes]:
    """The module."""
    plan = bundle.plan
    found = endpoints(plan)
    inputs = [one.name for endpoint in found for one in endpoint.inputs]
    returns = [one.name for endpoint in found for one in endpoint.returns]
    name = camel(plan.name)
    client, error = f"{name}Client", f"{name}Error"
    results = [f"{endpoint.type}Result" for endpoint in found]
    code = render(
        "client/client.py.j2",
        plan=plan,
        endpoints=found,
        client=client,
        error=error,
        methods=identifiers((endpoint.name for endpoint in found), _METHODS),
        parameters=identifiers(dict.fromkeys(inputs), _PARAMETERS),
        attributes=identifiers(dict.fromkeys(returns), {"self"}),
        exported=sorted([f"Async{client}", client, error, *results]),
        about=_about,
        call=_call(found[0]),
    )
    return {f"{plan.name}_client.py": code}


def _about(one: Quantity) -> str:
    """What an input is, with its labels or fields."""
    names = one.labels or one.fields
    kind = "labels" if one.labels else "fields"
    return f"{one.meaning}; {kind} {listed(names)}" if names else one.meaning


def _call(endpoint: Endpoint) -> str:
    """The arguments of an example, where they are short."""
    given = [f"{name}={rows!r}" for name, rows in example(endpoint, rows=1).items()]
    text = ", ".join(given)
    return text if len(text) < 50 and text.isascii() and "\\" not in text else "..."
