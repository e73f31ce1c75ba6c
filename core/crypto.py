"""Encryption of personal fields at rest: AES-256-GCM or SM4-GCM, key and cipher in front of every value.

Stored form, ASCII: `<key id>$<base64url(nonce ‖ ciphertext ‖ tag)>`, with `~sm4` after the key id for SM4
(GB/T 32907). The field's name is authenticated with the value, so a ciphertext moved to another column does
not decrypt. FIELD_CIPHER says how new values are written; both are read whatever it says.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

AES_GCM = "aes-gcm"
SM4_GCM = "sm4-gcm"
_NONCE_BYTES = 12
_TAG_BYTES = 16
# What stands between key id and "$"; neither sign may be part of a key id.
_SUFFIXES = {AES_GCM: "", SM4_GCM: "~sm4"}


class _SM4GCM:
    """SM4 in GCM mode, used as AESGCM is; its 128-bit key is drawn from the 256-bit one."""

    def __init__(self, key: bytes) -> None:
        self._cipher = algorithms.SM4(hmac.digest(key, b"sm4-gcm", "sha256")[:16])

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        encryptor = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        sealed, tag = data[:-_TAG_BYTES], data[-_TAG_BYTES:]
        decryptor = Cipher(self._cipher, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(sealed) + decryptor.finalize()


@lru_cache(maxsize=16)
def _cipher(configured: str, key_id: str, suffix: str) -> AESGCM | _SM4GCM:
    key = _keys(configured)[key_id]
    return _SM4GCM(key) if suffix else AESGCM(key)


@lru_cache(maxsize=4)
def _keys(configured: str) -> dict[str, bytes]:
    pairs = (part.split(":", 1) for part in configured.split(",") if part)
    keys = {key_id.strip(): base64.urlsafe_b64decode(encoded) for key_id, encoded in pairs}
    named = all(key_id and not set("$~") & set(key_id) for key_id in keys)
    if not keys or not named or any(len(key) != 32 for key in keys.values()):
        raise ValueError("FIELD_KEYS must hold id:base64url(32 bytes) pairs, newest first")
    return keys


def newest_prefix() -> str:
    """Return how every value begins that is written now: newest key, configured cipher."""
    return f"{next(iter(_keys(settings.FIELD_KEYS)))}{_SUFFIXES[settings.FIELD_CIPHER]}$"


def encrypt(text: str, *, field: str) -> str:
    """Return the stored form of the text under the newest key; empty text stays empty."""
    if not text:
        return ""
    key_id = next(iter(_keys(settings.FIELD_KEYS)))
    suffix = _SUFFIXES[settings.FIELD_CIPHER]
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(settings.FIELD_KEYS, key_id, suffix).encrypt(nonce, text.encode(), field.encode())
    return f"{key_id}{suffix}${base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, field: str) -> str:
    """Return the text; raises KeyError for an unknown key, InvalidTag for a changed value."""
    if not stored:
        return ""
    head, encoded = stored.split("$", 1)
    key_id, *suffix = head.split("~")
    raw = base64.urlsafe_b64decode(encoded)
    cipher = _cipher(settings.FIELD_KEYS, key_id, "".join(suffix))
    return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], field.encode()).decode()


def cipher_problem() -> str:
    """Return why the configured cipher cannot be used here; empty where it can."""
    if settings.FIELD_CIPHER not in _SUFFIXES:
        return f"FIELD_CIPHER must be one of {', '.join(_SUFFIXES)}."
    try:
        encrypt("readable", field="check")
    except UnsupportedAlgorithm:
        return f"The installed OpenSSL does not have {settings.FIELD_CIPHER}."
    return ""


def fingerprint(text: str, *, purpose: str) -> str:
    """Return a keyed one-way mark of the text (32 hex digits), for finding without storing it."""
    key = hashlib.sha256(b"fingerprint:" + purpose.encode() + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


@lru_cache
def _index_key(configured: str, purpose: str) -> bytes:
    return hmac.digest(configured.encode(), b"index:" + purpose.encode(), "sha256")


def mark(text: str, *, purpose: str) -> UUID:
    """Return a keyed one-way mark for an index, the same under every encryption key.

    16 bytes of HMAC-SHA256 under INDEX_KEY; changing that key means marking every row anew.
    """
    return UUID(bytes=hmac.digest(_index_key(settings.INDEX_KEY, purpose), text.encode(), "sha256")[:16])


def mask_document(number: str) -> str:
    """Return the number with all hidden but its first three signs and its last two; short ones wholly."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) >= 8 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """Return the phone with its middle hidden, or nothing readable for a short one."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def mask_name(name: str) -> str:
    """Return the family name with the rest hidden."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""
