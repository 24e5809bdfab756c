"""The import of litellm: too late, impossible, and without a voice of its own."""

from tests.drivers.test_isolation import run

# Both ways that a program has to call late, one after the other: threads end before what is registered with atexit.
LATE = """
import atexit, threading
fake = FakeProvider("seoul", keys={KEY}).start()
deployment = Stage(fake).deployment("openai")

def told(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, str(error).partition(":")[0])

def calls():
    told(driver.warm_up)
    for is_async in (False, True):
        told(lambda: Face(driver, is_async=is_async).complete(deployment).value.text)

def after_the_main_thread():
    threading.main_thread().join()
    calls()

def at_the_end():
    calls()
    fake.stop()
    sync.close()

atexit.register(at_the_end)
threading.Thread(target=after_the_main_thread).start()
"""


def test_a_first_call_while_the_interpreter_ends_is_told_so() -> None:
    assert run(LATE) == "ClientClosedError the interpreter is shutting down\n" * 6


def test_a_program_that_imported_litellm_itself_keeps_its_handlers_and_is_answered_while_it_ends() -> None:
    script = """
    import logging, warnings
    own = logging.NullHandler()
    logging.getLogger("LiteLLM").addHandler(own)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import litellm
    before = [list(logging.getLogger(name).handlers) for name in ("LiteLLM", "LiteLLM Router")]
    driver.warm_up()
    after = [list(logging.getLogger(name).handlers) for name in ("LiteLLM", "LiteLLM Router")]
    print(before == after, own in after[0], len(after[0]))
    """
    printed = run(script, LATE, LITELLM_LOCAL_MODEL_COST_MAP="True")
    assert printed == "True True 2\n" + ("None\n" + "seoul: one two three\n" * 2) * 2


def test_a_broken_installation_is_a_fault_of_the_set_up_and_leaves_the_environment_as_it_was() -> None:
    script = """
    sys.modules["litellm"] = None  # what Python takes for a package that is not there
    before = dict(os.environ)
    from genai_sdk.errors import ConfigurationError
    for _ in range(2):
        try:
            driver.warm_up()
        except ConfigurationError as error:
            print("litellm cannot be imported (ModuleNotFoundError" in str(error), "install" in str(error))
    assert dict(os.environ) == before
    """
    assert run(script) == "True True\n" * 2


def test_litellm_s_lines_are_logged_once_through_the_program_s_own_handlers() -> None:
    script = """
    import logging, io
    text = io.StringIO()
    logging.basicConfig(level=logging.DEBUG, stream=text)
    with FakeProvider("seoul", keys={KEY}) as fake:
        Face(driver, is_async=False).complete(Stage(fake).deployment("anthropic"), temperature=0.1)
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).warning("a line of %s", name)
    sync.close()
    print(text.getvalue().count("a line of LiteLLM"))
    """
    assert run(script) == "3\n"
