#!/usr/bin/env bash
# opentelemetry-instrumentation-openai-v2 2.4b0 with what pip installs for it today: opentelemetry-util-genai 1.3b0 satisfies
# its requirement, `>=0.4b0.dev`.
# Expected: it can be imported.
# Seen: ModuleNotFoundError; the module `opentelemetry.util.genai.instruments` has another name there, and nothing in the
# requirements says that the two do not go together.
exec "$(dirname "$0")/lib/run.sh" opentelemetry-instrumentation-openai-v2==2.4b0 opentelemetry-util-genai==1.3b0 \
    openai==3.57.0 httpx==0.28.1 << 'PLAY'
from served import finish

try:
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

    seen = str(OpenAIInstrumentor)
except ModuleNotFoundError as error:
    seen = str(error)
finish(
    "opentelemetry-instrumentation-openai-v2", "opentelemetry-util-genai", expected="a class", seen=seen,
    still=seen == "No module named 'opentelemetry.util.genai.instruments'",
)
PLAY
