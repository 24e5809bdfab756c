import pytest

from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS, REFUSED_PARAMETERS


def test_no_parameter_is_both_taken_and_refused():
    assert not REFUSED_PARAMETERS.keys() & {*CHAT_PARAMETERS, *EMBEDDING_PARAMETERS}


@pytest.mark.parametrize("table", [CHAT_PARAMETERS, EMBEDDING_PARAMETERS, REFUSED_PARAMETERS])
def test_every_parameter_has_one_line_of_text(table):
    assert all(text and "\n" not in text for text in table.values())


def test_nothing_that_carries_a_credential_is_taken():
    assert not {"api_key", "api_base", "base_url", "vertex_credentials"} & {*CHAT_PARAMETERS, *EMBEDDING_PARAMETERS}
