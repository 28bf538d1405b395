"""What an owner of a generated module does where flowspec cannot be imported.

Run in a process of its own: `python owner.py FOLDER`. Prints one JSON object.
"""

import importlib.abc
import json
import sys
from pathlib import Path


class Blocker(importlib.abc.MetaPathFinder):
    """Refuses every import of flowspec."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "flowspec":
            raise ImportError(f"{name} is not installed here")
        return


def main(folder: Path) -> None:
    sys.meta_path.insert(0, Blocker())
    sys.path.insert(0, str(folder))
    import policy

    inputs = json.loads((folder / "inputs.json").read_text())
    returns = policy.load().candidates(**inputs)
    assert not any(name.partition(".")[0] == "flowspec" for name in sys.modules)
    print(json.dumps({name: value.numpy().tolist() for name, value in returns.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
