"""One world for each test of the sweeps."""

import pytest


@pytest.fixture
def world(db):
    from .people import World

    return World()
