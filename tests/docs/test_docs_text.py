"""Links between pages resolve, and no text names a machine or a registry."""

import re
import subprocess

import pytest

from tests.docs.markdown import PAGES, ROOT, anchors, links

LINKED = [*PAGES, ROOT / "CHANGELOG.md"]

# Put together here, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(
        [
            r"py" r"pi\.org/simple",
            r"files\.python" r"hosted\.org",
            r"--(?:extra-)?index" r"-url",
            r"registry\.npm" r"js\.org",
            r"proxy\.golang" r"\.org",
            r"https?://[^\s/]*(?:pypi|artifactory|nexus|mirror|registry)",
        ]
    )
)
MACHINES = re.compile(r"(?<![\w.~}-])/(?:home|mnt|root|srv|Users|work)/\w|\b[A-Z]:\\Users")


def is_broken(page, target):
    if re.match(r"[a-z]+:", target):
        return False
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    return not file.exists() or (bool(anchor) and anchor not in anchors(file))


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_every_link_between_pages_resolves(page):
    assert [target for target in links(page) if is_broken(page, target)] == []


@pytest.fixture(scope="module")
def tracked():
    """The text of every tracked file, by its name."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("this is no git repository")
    files = {name: ROOT / name for name in listing.stdout.decode().split("\0") if name}
    return {
        name: path.read_text(encoding="utf-8", errors="ignore")
        for name, path in files.items()
        if path.is_file()
    }


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINES], ids=["registry", "machine"])
def test_no_text_names_a_registry_or_a_machine(tracked, pattern):
    found = [f"{name}: {m[0]}" for name, text in tracked.items() for m in pattern.finditer(text)]
    assert found == []
