"""Provider keys are sealed for one row and open nowhere else."""

from __future__ import annotations

import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistants import keys
from assistants.models import ProviderKey
from tenants import sealing
from tenants.models import Tenant

SECRET = "sk-live-000000000000000000007f2Q"
ROW = {"tenant_id": uuid.uuid4(), "provider": "openai", "row_id": uuid.uuid4()}
FIRST, SECOND = b"1" * 32, b"2" * 32


@pytest.fixture(autouse=True)
def ring(settings):
    settings.ENCRYPTION_KEYS = {"2026-a": FIRST, "2025-b": SECOND}


def test_d11_a_key_opens_for_its_own_row_only() -> None:
    sealed = keys.seal(SECRET, **ROW)

    assert keys.unseal(sealed, **ROW) == SECRET
    elsewhere = {"address": "https://models.example.com/v1"}
    for other in ({"tenant_id": uuid.uuid4()}, {"row_id": uuid.uuid4()}, {"provider": "other"}, elsewhere):
        with pytest.raises(sealing.SecretTampered):
            keys.unseal(sealed, **{**ROW, **other})


def test_d11_a_changed_bit_anywhere_is_refused() -> None:
    sealed = keys.seal(SECRET, **ROW)
    for at in range(len(sealed)):
        for bit in (1, 128):
            changed = bytearray(sealed)
            changed[at] ^= bit
            with pytest.raises(sealing.SecretUnreadable):
                keys.unseal(bytes(changed), **ROW)


def test_d11_a_key_id_of_the_ring_does_not_open_what_another_sealed(settings) -> None:
    sealed = keys.seal(SECRET, **ROW)
    relabelled = sealed.replace(b"2026-a", b"2025-b", 1)

    with pytest.raises(sealing.SecretTampered):
        keys.unseal(relabelled, **ROW)
    settings.ENCRYPTION_KEYS = {"2025-b": SECOND}
    with pytest.raises(sealing.SecretRetired):
        keys.unseal(sealed, **ROW)


def test_d11_an_older_key_of_the_ring_still_opens_and_is_due_for_renewal(settings) -> None:
    sealed = keys.seal(SECRET, **ROW)
    settings.ENCRYPTION_KEYS = {"2027-c": b"3" * 32, "2026-a": FIRST}

    assert keys.unseal(sealed, **ROW) == SECRET
    assert not keys.is_current(sealed)
    assert keys.is_current(keys.seal(SECRET, **ROW))


def test_d11_what_the_first_version_sealed_opens_and_is_due_for_renewal() -> None:
    header = b"\x01\x062026-a"
    row = ROW["tenant_id"].bytes + ROW["row_id"].bytes + b"openai"
    nonce = b"n" * sealing.NONCE_BYTES
    sealed = header + nonce + AESGCM(FIRST).encrypt(nonce, SECRET.encode(), header + row)

    assert keys.unseal(sealed, **ROW) == SECRET
    assert not keys.is_current(sealed)
    with pytest.raises(sealing.SecretTampered):
        keys.unseal(b"\x02" + sealed[1:], **ROW)


@pytest.mark.parametrize("junk", [b"", b"\x01", b"\x03" + b"0" * 60, b"\x01\x06abc", b"\x01\x02\xff\xff" + b"0" * 40])
def test_d11_what_was_never_sealed_is_refused(junk: bytes) -> None:
    with pytest.raises(sealing.SecretMalformed):
        keys.unseal(junk, **ROW)


def test_d11_sealing_twice_gives_different_bytes_without_the_key_in_them() -> None:
    one, two = keys.seal(SECRET, **ROW), keys.seal(SECRET, **ROW)

    assert one != two
    assert SECRET.encode() not in one


def test_d11_a_row_shows_four_characters_and_no_more() -> None:
    row = ProviderKey(tenant=Tenant(name="Acme"), label="OpenAI")
    keys.put_secret(row, SECRET)

    assert row.last4 == "7f2Q"
    assert keys.open_secret(row) == SECRET
    assert SECRET not in repr(row) + str(row) + repr(row.__dict__)


def test_d11_of_a_short_key_nothing_is_shown() -> None:
    row = ProviderKey(tenant=Tenant(name="Acme"), label="Local")
    keys.put_secret(row, "short")

    assert row.last4 == ""
    assert keys.open_secret(row) == "short"


def test_d11_errors_say_what_to_do_and_hold_no_key() -> None:
    for error in (sealing.SecretMalformed(), sealing.SecretRetired(), sealing.SecretTampered()):
        assert "nter" in str(error)
        assert SECRET not in str(error)
