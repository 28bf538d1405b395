"""TFP's own test helpers read absl's flags, which nobody parses under pytest."""

import pytest
from absl import flags


@pytest.fixture(autouse=True, scope="session")
def parsed_flags():
    flags.FLAGS.mark_as_parsed()
    yield
    flags.FLAGS.unparse_flags()
