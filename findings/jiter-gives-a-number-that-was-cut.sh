#!/usr/bin/env bash
# jiter 0.19.0, which openai and pydantic read the JSON of a running stream by: `from_json(partial_mode=True)`, whose mode
# leaves out what may not be whole: a text without its closing mark, a word such as `tru`, a number that ends in a point.
# Expected: a number at the end is left out too, as long as nothing follows it.
# Seen: `{"celsius": 12` is 12, on its way to 120, in jiter and in pydantic_core: a false value that looks like a whole one.
exec "$(dirname "$0")/lib/run.sh" jiter==0.19.0 pydantic==2.14.0 << 'PLAY'
import jiter
import pydantic_core
from served import finish

whole = b'{"city": "Seoul", "celsius": 120, "sunny": true}'
cuts = [whole[: whole.index(end) + len(end)] for end in (b'"Seo', b": 12", b": 120", b": tru")]
seen = [jiter.from_json(cut, partial_mode=True) for cut in cuts]
same = seen == [pydantic_core.from_json(cut, allow_partial=True) for cut in cuts]
finish(
    "jiter", "pydantic_core",
    expected="no celsius in the second and the third",
    seen=[*seen, f"pydantic_core the same: {same}"],
    still=same and [value.get("celsius") for value in seen] == [None, 12, 120, 120],
)
PLAY
