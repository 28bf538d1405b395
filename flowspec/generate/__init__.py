"""Code and deployment files written from a bundle: `flowspec generate`.

A target is a module in `targets/`: from a bundle it makes files by their path, without headers.
Here they are formatted, given a header that says what they were made from, and written.
"""

from flowspec.generate.run import generate
from flowspec.generate.targets import targets
from flowspec.generate.write import Written

__all__ = ["Written", "generate", "targets"]
