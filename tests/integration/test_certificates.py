"""The server's own CA: over real TLS, with rotation, and with damaged files."""

import asyncio
import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509

from server.certificates import CA_DAYS, LEAF_DAYS, Certificates, CertificatesDamaged

NOW = dt.datetime.now(dt.UTC)
NAMES = ("127.0.0.1", "localhost", "hop.example")


def leaf(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "server.pem").read_bytes())


async def connect(server: ssl.SSLContext, ca: bytes, host: str) -> str:
    """Shake hands as a tablet that trusts only this CA; returns the TLS version."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=ca.decode())
    return await handshake(server, client, host)


async def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> str:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server)
    try:
        port = listening.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=client, server_hostname=host
        )
        version: str = writer.get_extra_info("ssl_object").version()
        await reader.read()
        writer.close()
        await writer.wait_closed()
        return version
    finally:
        listening.close()
        await listening.wait_closed()


async def test_a_device_that_trusts_the_ca_connects_by_every_name(tmp_path: Path) -> None:
    certificates = Certificates.open(tmp_path / "tls", NOW)
    context = certificates.server_context(NAMES, NOW)
    for name in NAMES:
        assert await connect(context, certificates.ca_pem, name) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        await connect(context, certificates.ca_pem, "elsewhere.example")


async def test_an_impostor_with_a_ca_of_its_own_is_refused(tmp_path: Path) -> None:
    ours = Certificates.open(tmp_path / "ours", NOW)
    impostor = Certificates.open(tmp_path / "impostor", NOW)
    assert ours.ca_sha256 != impostor.ca_sha256
    with pytest.raises(ssl.SSLCertVerificationError):
        await connect(impostor.server_context(NAMES, NOW), ours.ca_pem, "localhost")


async def test_nothing_below_tls_13_is_spoken(tmp_path: Path) -> None:
    certificates = Certificates.open(tmp_path / "tls", NOW)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=certificates.ca_pem.decode())
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        await handshake(certificates.server_context(NAMES, NOW), client, "localhost")


def test_the_ca_lasts_ten_years_signs_leaves_only_and_stays_the_same(tmp_path: Path) -> None:
    first = Certificates.open(tmp_path / "tls", NOW)
    again = Certificates.open(tmp_path / "tls", NOW + dt.timedelta(days=400))
    assert again.ca_sha256 == first.ca_sha256
    ca = x509.load_pem_x509_certificate(first.ca_pem)
    assert ca.not_valid_after_utc - ca.not_valid_before_utc == dt.timedelta(days=CA_DAYS)
    limits = ca.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (limits.ca, limits.path_length) == (True, 0)


async def test_a_leaf_that_is_about_to_expire_is_made_anew_and_old_pairings_hold(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "tls"
    certificates = Certificates.open(folder, NOW - dt.timedelta(days=LEAF_DAYS - 10))
    context = certificates.server_context(NAMES, NOW - dt.timedelta(days=LEAF_DAYS - 10))
    old = leaf(folder).serial_number
    certificates.renew(context, NAMES, NOW - dt.timedelta(days=LEAF_DAYS - 11))
    assert leaf(folder).serial_number == old
    certificates.renew(context, NAMES, NOW)
    assert leaf(folder).serial_number != old
    assert await connect(context, certificates.ca_pem, "localhost") == "TLSv1.3"


def test_a_new_address_needs_a_new_leaf_and_a_lost_key_too(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    certificates = Certificates.open(folder, NOW)
    certificates.server_context(NAMES, NOW)
    before = leaf(folder).serial_number
    certificates.server_context(("localhost",), NOW)
    assert leaf(folder).serial_number == before
    certificates.server_context((*NAMES, "10.0.0.5"), NOW)
    moved = leaf(folder).serial_number
    assert moved != before
    (folder / "server.key").unlink()
    certificates.server_context(NAMES, NOW)
    assert leaf(folder).serial_number != moved


def test_keys_are_readable_by_the_server_only(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    Certificates.open(folder, NOW).server_context(NAMES, NOW)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["ca.pem", "ca.key"])
def test_damaged_files_are_named(tmp_path: Path, name: str) -> None:
    Certificates.open(tmp_path, NOW)
    (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(CertificatesDamaged, match=str(tmp_path)):
        Certificates.open(tmp_path, NOW)


def test_a_key_of_another_ca_is_refused(tmp_path: Path) -> None:
    Certificates.open(tmp_path / "a", NOW)
    Certificates.open(tmp_path / "b", NOW)
    (tmp_path / "b" / "ca.key").replace(tmp_path / "a" / "ca.key")
    with pytest.raises(CertificatesDamaged, match="does not belong"):
        Certificates.open(tmp_path / "a", NOW)
