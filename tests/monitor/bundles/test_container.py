"""The file of a bundle: none of its bytes can be altered unnoticed, and no file of anyone does harm."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.bundles import container
from monitor.bundles.container import read_container, read_member_frame, write_container
from monitor.bundles.manifest import hashes_of
from tiering.faults import UserFault

MEMBERS = {"inputs/rows.parquet": b"PAR1 rows", "figures/units.csv": b"code,points\nT1,1\n", "manifest.json": b"{}\n"}


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UserFault) as refused:
        read_container(path)
    return "\n".join(refused.value.faults)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", how) as file:
        for name, content in members:
            file.writestr(name, content)
    return sink.getvalue()


def test_what_is_written_is_read_again_and_the_order_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(write_container(MEMBERS))
    assert read_container(path) == MEMBERS
    assert write_container(dict(reversed(MEMBERS.items()))) == path.read_bytes()


def test_every_byte_that_is_altered_is_noticed(tmp_path: Path) -> None:
    path, content = tmp_path / "b.zip", write_container(MEMBERS)
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(UserFault):
            # A member's own bytes are in the hashes of the manifest, which is signed.
            assert hashes_of(read_container(path)) == hashes_of(MEMBERS)


@pytest.mark.parametrize("more", [(b"x", b""), (b"", b"x"), (b"", b"\0" * 40)])
def test_bytes_before_and_after_are_noticed(more: tuple[bytes, bytes], tmp_path: Path) -> None:
    says = refusal(tmp_path / "b.zip", more[0] + write_container(MEMBERS) + more[1])
    assert "altered, or packed again by another program" in says or "is not a bundle" in says


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "/etc/passwd", "figures/../../x.csv", "figures\\x.csv", "C:x.csv", "figures/", "x\n.csv", ""],
)
def test_no_member_lies_outside_of_the_bundle(name: str, tmp_path: Path) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    assert "is not the name of a member of a bundle" in refusal(tmp_path / "b.zip", zipped((info, b"x")))


def test_a_packed_member_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zipped(("figures/units.csv", b"0" * 50_000_000), how=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert "figures/units.csv is packed" in refusal(tmp_path / "b.zip", bomb)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_and_too_many_of_them_are_refused(tmp_path: Path) -> None:
    twice = zipped(("a.csv", b"1"), ("a.csv", b"2"))
    assert "a.csv is there twice" in refusal(tmp_path / "b.zip", twice)
    many = zipped(*((f"a{number}.csv", b"") for number in range(501)))
    assert "lists 501 members, more than the 500" in refusal(tmp_path / "b.zip", many)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"not a zip file", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_zip_file_is_refused(content: bytes, tmp_path: Path) -> None:
    assert "is not a bundle" in refusal(tmp_path / "b.zip", content)


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserFault, match="cannot be read: No such file"):
        read_container(tmp_path / "none.zip")
    monkeypatch.setattr(container, "LARGEST", 100)
    assert "is larger than 100 bytes" in refusal(tmp_path / "b.zip", write_container(MEMBERS))


def test_a_table_that_unpacks_to_more_than_a_bundle_may_have_is_refused() -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"nothing": pa.nulls(20_000_001)}), sink)
    assert len(sink.getvalue()) < 100_000
    with pytest.raises(UserFault, match=r"a\.parquet: unpacks to 20,000,001 rows"):
        read_member_frame("a.parquet", sink.getvalue())


def test_a_table_is_read_with_its_types_and_damage_is_named() -> None:
    sink = io.BytesIO()
    frame = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": pd.array(["x", None], dtype="str")})
    frame.to_parquet(sink, index=False)
    pd.testing.assert_frame_equal(read_member_frame("a.parquet", sink.getvalue()), frame)
    for damaged in (b"", b"PAR1", sink.getvalue()[:-9], sink.getvalue()[9:]):
        with pytest.raises(UserFault, match=r"a\.parquet: cannot be read"):
            read_member_frame("a.parquet", damaged)
