"""Ed25519 signatures, against the test vectors of RFC 8032."""

import pytest

from monitor.bundles.signature import Signature, check_signature, is_key, read_signature, sign
from tiering.faults import UserFault

SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNED = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
"""RFC 8032, section 7.1, test 2: the message is the byte 72."""


def test_the_signature_is_that_of_the_standard() -> None:
    assert sign(b"\x72", SECRET) == Signature(public_key=PUBLIC, signature=SIGNED)


def test_a_signature_holds_for_its_own_bytes_and_key_only() -> None:
    signature = sign(b"a manifest", SECRET)
    assert check_signature(signature, b"a manifest")
    assert not check_signature(signature, b"a manifesT")
    assert not check_signature(signature.model_copy(update={"public_key": "0" * 64}), b"a manifest")
    assert not check_signature(signature.model_copy(update={"signature": SIGNED}), b"a manifest")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"public_key": "x", "signature": "y"}'])
def test_what_is_no_signature_is_refused(content: bytes) -> None:
    with pytest.raises(UserFault, match=r"signature\.json: is not a signature"):
        read_signature("signature.json", content)
    stored = sign(b"x", SECRET)
    assert read_signature("signature.json", stored.model_dump_json().encode()) == stored


def test_a_key_is_64_hexadecimal_digits() -> None:
    assert is_key(SECRET)
    assert not any(map(is_key, ("", SECRET[1:], SECRET + "0", SECRET.upper(), "g" * 64)))
