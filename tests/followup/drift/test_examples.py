import doctest
import importlib
import pkgutil

import numpy as np
import pytest

from followup import drift


@pytest.mark.parametrize("module", [info.name for info in pkgutil.iter_modules(drift.__path__)])
def test_examples_in_docstrings_are_true(module):
    found = doctest.testmod(importlib.import_module(f"followup.drift.{module}"), extraglobs={"np": np})

    assert found.failed == 0
