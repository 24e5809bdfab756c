#!/usr/bin/env bash
# litellm 1.110.2: a sync `Router.completion` whose first deployment is away and whose fallback answers.
# Expected: once the answer is there and the Router is retired, nothing of the call is left open.
# Seen: an event loop that nobody closed, and its sockets, are found by the garbage collector; programs and tests that
# make warnings errors fail at some later, unrelated place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check litellm==1.110.2
cat > "$folder/play.py" << 'PLAY'
import gc
import json
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        choice = {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
warnings.simplefilter("ignore")
from litellm import Router


def deployment(name, port):
    base = f"http://127.0.0.1:{port}/v1"
    return {"model_name": name, "litellm_params": {"model": "openai/m", "api_key": "no-key", "api_base": base}}


rows = [deployment("away", 9), deployment("here", server.server_port)]
router = Router(model_list=rows, fallbacks=[{"away": ["here"]}], num_retries=0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always", ResourceWarning)
    answer = router.completion("away", [{"role": "user", "content": "hi"}])
    assert answer.choices[0].message.content == "hello"
    router.retire()
    del answer
    gc.collect()
left = sum("unclosed event loop" in str(each.message) for each in caught)
print(f"litellm {version('litellm')}: expected 0 event loops left open after a fallback that was served, seen {left}")
sys.exit(left == 0)
PLAY
LITELLM_LOCAL_MODEL_COST_MAP=True "$folder/venv/bin/python" -W ignore "$folder/play.py"
