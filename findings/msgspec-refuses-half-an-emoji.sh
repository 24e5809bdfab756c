#!/usr/bin/env bash
# msgspec 0.22.0: JSON that holds one half of a surrogate pair as an escape, as servers send it that cut a text between
# tokens and encode it by Python's own json. RFC 8259, section 8.2, allows it.
# Expected: what Python's json reads: a str of one surrogate; or an error that says what is wrong.
# Seen: DecodeError, "Input data was truncated", of data that is complete.
exec "$(dirname "$0")/lib/run.sh" msgspec==0.22.0 << 'PLAY'
import json

import msgspec
from served import finish

data = json.dumps({"content": "\ud83d"}).encode()
read = json.loads(data)
try:
    seen = repr(msgspec.json.decode(data))
except msgspec.DecodeError as error:
    seen = f"DecodeError: {error}"
finish("msgspec", expected=repr(read), seen=seen, still="truncated" in seen)
PLAY
