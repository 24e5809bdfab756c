"""A real Jupyter kernel: it delivers while it goes on, and at its restart and its end."""

from tests.shapes.conftest import Shape, script


def test_a_kernel_delivers_between_cells_and_when_it_is_restarted_and_stopped(shape: Shape, room: str) -> None:
    lines = (
        "import pathlib, shape, sys",
        "from jupyter_client.manager import start_new_kernel",
        "def run(code):",
        "    reply = client.execute_interactive(code, timeout=60)",
        "    assert reply['content']['status'] == 'ok', reply",
        "manager, client = start_new_kernel(kernel_name='python3')",
        "run('import shape; shape.call(0)')",
        "shape.ready()",
        "sys.stdin.readline()",
        "run('shape.call(1)')",
        "manager.restart_kernel()",
        "client.wait_for_ready(timeout=60)",
        "run('import shape; shape.call(2)')",
        "manager.shutdown_kernel()",
    )
    process = shape.start(*script(*lines), python=room)
    assert process.stdin is not None
    shape.until_ready(process)
    shape.until(lambda: shape.traces.total() == 1, process)
    process.stdin.write(b"\n")
    process.stdin.flush()
    assert shape.end(process) == 0, shape.log
    shape.assert_traces(3)
