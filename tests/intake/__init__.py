import gzip


def zipped(data: bytes) -> bytes:
    """Without the time of day in its header: the bytes become names of tests, equal in each process that runs them."""
    return gzip.compress(data, mtime=0)
