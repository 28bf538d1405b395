"""git for tests, whatever the user's configuration of git says."""

import os
import subprocess

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "team",
    "GIT_AUTHOR_EMAIL": "team@localhost",
    "GIT_COMMITTER_NAME": "team",
    "GIT_COMMITTER_EMAIL": "team@localhost",
}


def git(folder, *words):
    """What git prints, run in a folder."""
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **ENVIRONMENT}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def repository(folder):
    """A repository in a folder, whose first commit on `main` holds the files that are there."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
