"""Every context input should be read by something."""

from __future__ import annotations

from flowspec.plan.chain import Chain
from flowspec.plan.problems import Problems


def check_reading(chain: Chain, problems: Problems) -> None:
    """Warn of context inputs that neither the base nor any layer reads."""
    read = {name for part in (chain.base, *chain.layers) for name in part.reads}
    for context in chain.contexts:
        if context.name not in read:
            problems.report(
                "unread-context", f"nothing reads the context input `{context.name}`",
                ("context", context.name), key=True, severity="warning",
                help="give a layer or the base a conditioner that reads it, or remove it",
            )  # fmt: skip
