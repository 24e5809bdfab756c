"""A process from nothing to its first answer: `python -m benchmarks.cold NAME URL` prints its seconds of CPU."""

import os
import sys
import time

from benchmarks.contenders.roster import make

if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    make(sys.argv[1], sys.argv[2]).chat()
    print(time.process_time(), file=answers, flush=True)
    os._exit(0)
