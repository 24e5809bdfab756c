"""Where no call can work, the error says what to do: no event loop of asyncio's, and a subinterpreter."""

import subprocess
import sys
from types import ModuleType

import pytest

from genai_sdk import ConfigurationError

MESSAGES = [{"role": "user", "content": "Hello!"}]

SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = '''
import sys
sys.path[:0] = {path!r}
try:
    from genai_sdk import GenAIClient
    GenAIClient(public_key="pk", secret_key="sk", host="https://127.0.0.1:9")
except Exception as error:
    print(type(error).__name__, error)
'''.format(path=sys.path)
interpreters.run_string(interpreters.create(), code)
"""


def drive(coroutine):
    """Run a coroutine as trio does: by hand, without an event loop of asyncio's."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    finally:
        coroutine.close()
    raise AssertionError("it waits for something")


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_an_async_call_without_asyncio_says_how_to_make_it(client, monkeypatch, warm):
    monkeypatch.setitem(sys.modules, "trio", ModuleType("trio"))
    if warm:
        client.completion("openai_test/gpt-4o-mini", MESSAGES)
    with pytest.raises(ConfigurationError, match=r"run on asyncio.*trio is loaded.*trio\.to_thread\.run_sync"):
        drive(client.acompletion("openai_test/gpt-4o-mini", MESSAGES))


def test_a_subinterpreter_is_told_to_use_the_main_one():
    ran = subprocess.run([sys.executable, "-c", SUBINTERPRETER], capture_output=True, text=True, timeout=60)
    assert "ConfigurationError GenAI SDK does not run in a subinterpreter" in ran.stdout, ran.stderr
    assert "ProcessPoolExecutor" in ran.stdout
