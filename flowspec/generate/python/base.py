"""What the class of a base computes: densities, latents from draws, a TFP distribution."""

from __future__ import annotations

from typing import Any

from flowspec.generate.python.block import Block
from flowspec.generate.python.code import Code, code
from flowspec.generate.python.module import Module
from flowspec.generate.python.networks import Networks
from flowspec.generate.python.views import PartView, kind_of
from flowspec.records import LayerRecord, Plan


def base_values(plan: Plan, module: Module, networks: Networks) -> dict[str, Any]:
    """The values of the base's template: bodies of methods as lines."""
    writer = _Base(plan.base, module, networks)
    origins = {output.origin for output in plan.outputs}
    return {
        "features": bool(plan.base.reads),
        "log_prob": writer.log_prob(),
        "place": writer.place(),
        "distribution": writer.distribution(),
        "noise": writer.noise() if "draw" in origins else None,
        "count": writer.kind.uniforms(plan.event.size),
        "centre": "centre" in origins,
    }


class _Base:
    """Unfolds the methods of a base."""

    def __init__(self, record: LayerRecord, module: Module, networks: Networks) -> None:
        self.kind = kind_of(record)
        self._record = record
        self._module = module
        self._networks = networks

    def log_prob(self) -> list[str]:
        """The log-density of latents."""
        block, raw = self._block("latent", "temperature")
        given = code("latent"), raw, code("temperature")
        return block.lines(block.run(self.kind.log_prob, *given, last=True))

    def place(self) -> list[str]:
        """Latents from standard draws, and their log-density."""
        block, raw = self._block("noise", "temperature")
        if self._record.reads:
            raw = block.let("raw", code(f"{raw}[:, tf.newaxis]"))
        given = raw, code("temperature")
        latent = block.let("latent", block.run(self.kind.place, code("noise"), *given))
        log_prob = block.let("log_prob", block.run(self.kind.log_prob, latent, *given))
        flat = (f"tf.reshape({latent}, (-1, SIZE))", f"tf.reshape({log_prob}, (-1,))")
        return block.lines(*map(code, flat))

    def distribution(self) -> list[str]:
        """The distribution of latents as TFP knows it."""
        block, raw = self._block("shape")
        given = raw, code("shape"), code("DTYPE")
        return block.lines(block.run(self.kind.distribution, *given, last=True))

    def noise(self) -> str:
        """Standard draws from uniform numbers."""
        self._module.excerpts.name_of("flowspec.build.uniforms", "uniforms")
        return str(Block(self._module).run(self.kind.draw, code("source"), None, code("SIZE")))

    def _block(self, *parameters: str) -> tuple[Block, Code | None]:
        """A function of these parameters, and the raw parameters in it."""
        block = Block(self._module, parameters, ["features"])
        view = PartView(self._record, block, self._networks)
        return block, block.let("raw", block.run(self.kind.raw, view))
