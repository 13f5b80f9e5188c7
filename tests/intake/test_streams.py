from __future__ import annotations

import io

import pytest

from tests.intake import zipped
from workers.errors import Refused
from workers.intake.streams import read_at_most, read_lines, read_pieces, unzip


def split(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_come_out_alike_however_the_bytes_arrive(size: int) -> None:
    data = b"one\r\n\nthree is too long\nfour"
    assert list(read_lines(split(data, size), 10)) == [(1, b"one"), (2, b""), (3, None), (4, b"four")]


def test_a_line_end_at_the_end_makes_no_further_line() -> None:
    assert list(read_lines([b"a\n", b"b\n"], 10)) == [(1, b"a"), (2, b"b")]


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_gzip_of_several_members_is_one_text(size: int) -> None:
    members = zipped(b"first ") + zipped(b"") + zipped(b"second") + b"\0" * 9
    assert b"".join(unzip(split(members, size))) == b"first second"


@pytest.mark.parametrize("damaged", [
    b"", b"plain text", zipped(b"x" * 999)[:-1], zipped(b"x" * 999)[:12],
    zipped(b"x") + b"rubbish", zipped(b"x") + zipped(b"y")[:-3],
    zipped(b"x" * 999)[:-8] + b"\0" * 8,
])
def test_damaged_gzip_is_refused(damaged: bytes) -> None:
    with pytest.raises(Refused) as caught:
        b"".join(unzip([damaged] if damaged else []))
    assert (caught.value.field, caught.value.status) == ("body", 400)


def test_what_exceeds_the_limit_is_not_read_to_its_end() -> None:
    stream = io.BytesIO(b"x" * 1_000_000)
    with pytest.raises(Refused) as caught:
        read_at_most(read_pieces(stream), 100_000)
    assert (caught.value.status, stream.tell() < 200_000) == (413, True)
