import pytest


@pytest.fixture
def office(db):
    from .office import Office  # the models are not ready yet when this file is read

    return Office()
