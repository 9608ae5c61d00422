import pytest


@pytest.fixture
def world(db):
    from .world import made_world  # the models are not ready yet when this file is read

    return made_world()
