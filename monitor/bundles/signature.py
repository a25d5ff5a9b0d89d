"""Sign the manifest of a bundle with Ed25519 (RFC 8032), and check such a signature."""

import re
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tiering.faults import UserFault

_KEY: Final = r"[0-9a-f]{64}"


class Signature(BaseModel):
    """A signature as a bundle holds it; both in hexadecimal digits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: str = Field(pattern=f"^{_KEY}$")
    signature: str = Field(pattern="^[0-9a-f]{128}$")


def sign(content: bytes, key: str) -> Signature:
    """Sign bytes; key: the 32 bytes of the private key in hexadecimal digits."""
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
    return Signature(public_key=private.public_key().public_bytes_raw().hex(), signature=private.sign(content).hex())


def read_signature(name: str, content: bytes) -> Signature:
    """The signature in a member of that name; raises UserFault if it is none."""
    try:
        return Signature.model_validate_json(content)
    except ValidationError:
        raise UserFault([f"{name}: is not a signature"]) from None


def check_signature(signature: Signature, content: bytes) -> bool:
    """Whether a signature is one of these bytes by the key that it names."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.public_key))
        public.verify(bytes.fromhex(signature.signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_key(text: str) -> bool:
    """Whether a text is a private or a public key: 64 hexadecimal digits, small letters."""
    return bool(re.fullmatch(_KEY, text, re.ASCII))
