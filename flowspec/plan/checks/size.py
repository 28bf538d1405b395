"""The variables of a flow must fit into memory."""

from __future__ import annotations

from flowspec.plan.chain import Chain
from flowspec.plan.problems import Problems

LIMIT = 2**30
"""The greatest number of elements of all variables: 4 GiB in float32."""


def check_size(chain: Chain, problems: Problems) -> None:
    """Report variables that together are larger than the limit."""
    parts = (*(context.layer for context in chain.contexts), chain.base, *chain.layers)
    sizes = [sum(variable.size for variable in part.variables) for part in parts]
    total, most = sum(sizes), max(sizes)
    if total > LIMIT:
        largest = parts[sizes.index(most)]
        problems.report(
            "too-many-parameters", f"the variables of the flow have {total:,} elements in all",
            largest.source, expected=f"at most {LIMIT:,}",
            got=f"{most:,} in {largest.path}, which has the most",
            help="use smaller networks, an encoder for a large input, or fewer layers",
        )  # fmt: skip
