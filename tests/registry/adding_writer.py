"""A program for test_registry_writers: adds bundles, beside others that do the same.

It is given a registry, then bundles, and adds each of them when a line comes in; then it prints
the number of each.
"""

from __future__ import annotations

import sys

from flowspec.registry import Registry


def main(place: str, folders: list[str]) -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    print(*[Registry(place).add(folder).revision.revision for folder in folders], flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
