"""`with multiprocessing.Pool()`, whose end sends SIGTERM to its workers; or processes that end by themselves."""

import multiprocessing
import sys

import shape

if __name__ == "__main__":
    method, kind = sys.argv[1:]
    context = multiprocessing.get_context(method)
    if kind == "pool":
        with context.Pool(3) as pool:
            pool.map(shape.call, range(12), chunksize=1)
    elif kind == "closed":
        with context.Pool(3) as pool:
            pool.map(shape.call, range(12), chunksize=1)
            pool.close()
            pool.join()
    else:
        processes = [context.Process(target=shape.call, args=[number]) for number in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        sys.exit(max(process.exitcode or 0 for process in processes))
