"""What a type checker knows of the values."""

from mypy import api

CODE = """
from genai_sdk import ChatCompletion
answer = ChatCompletion()
text: str = answer.text
answer.txet
answer.choices[0].mesage
"""


def test_a_misspelt_field_is_caught_by_the_type_checker(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(CODE)
    report, wrong, status = api.run(["--cache-dir", str(tmp_path / "cache"), "--follow-imports=silent", str(script)])
    assert status == 1, wrong
    errors = [line for line in report.splitlines() if "error:" in line]
    assert len(errors) == 2, report
    assert '"txet"' in errors[0]
    assert '"mesage"' in errors[1]
