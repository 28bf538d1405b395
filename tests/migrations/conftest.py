"""The command line, speaking a language with a past."""

import pytest

from tests.migrations.language import LANGUAGE_3, OLD


@pytest.fixture
def speaking(monkeypatch, tmp_path):
    """A working folder with an old file, where flowspec's own language is version 3 of the tests'.

    The command line takes no language, so this one is put in the place of flowspec's.
    """
    monkeypatch.setattr("flowspec.spec.load.CURRENT", LANGUAGE_3)
    monkeypatch.setattr("flowspec.versioning.migrate.CURRENT", LANGUAGE_3)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(OLD)
    return tmp_path
