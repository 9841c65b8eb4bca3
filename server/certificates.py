"""The server's own certificate authority, its leaf, and the TLS context made of them.

Made at first start: nobody has to buy or install a certificate. Devices trust the CA (by its hash,
from pairing on), so a new leaf needs no pairing anew. Keys lie in the data folder, readable by the
server's account only.
"""

import datetime as dt
import hashlib
import ipaddress
import os
import ssl
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
LEAF_DAYS = 397
RENEW_DAYS = 30
"""A leaf is made anew when it has fewer days left than this."""
_BACKDATE = dt.timedelta(days=1)
"""Tablets whose clock is a little slow must accept a certificate made a minute ago."""


class CertificatesDamaged(Exception):  # noqa: N818 - it names the state of the files
    """The key or certificate files cannot be read; the text names the file."""


class Certificates:
    """The files of one data folder: `ca.pem`, `ca.key`, `server.pem`, `server.key`."""

    def __init__(self, folder: Path, ca: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        """Use `open`."""
        self._folder = folder
        self._ca = ca
        self._key = key

    @classmethod
    def open(cls, folder: Path, now: dt.datetime) -> "Certificates":
        """Read the CA, or make it in an empty folder. Raises CertificatesDamaged or OSError."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (folder / "ca.pem").exists():
            _make_ca(folder, now)
        try:
            ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
            key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
        except (ValueError, TypeError, FileNotFoundError) as fault:
            raise CertificatesDamaged(f"{folder}: {fault}") from fault
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != ca.public_key():
            raise CertificatesDamaged(f"{folder}: ca.key does not belong to ca.pem")
        return cls(folder, ca, key)

    @property
    def ca_pem(self) -> bytes:
        """What a device fetches and compares with the hash of the pairing code."""
        return self._ca.public_bytes(serialization.Encoding.PEM)

    @property
    def ca_sha256(self) -> bytes:
        """SHA-256 of the CA's DER form, 32 bytes."""
        der = self._ca.public_bytes(serialization.Encoding.DER)
        return hashlib.sha256(der).digest()

    def server_context(self, names: Sequence[str], now: dt.datetime) -> ssl.SSLContext:
        """Return a TLS 1.3 context whose leaf is fresh and names all of `names`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.renew(context, names, now)
        return context

    def renew(self, context: ssl.SSLContext, names: Sequence[str], now: dt.datetime) -> None:
        """Give the context a fresh leaf, a new one when needed; lines that are open stay."""
        if not self._fits(names, now):
            self._make_leaf(names, now)
        context.load_cert_chain(self._folder / "server.pem", self._folder / "server.key")

    def _fits(self, names: Sequence[str], now: dt.datetime) -> bool:
        try:
            leaf = x509.load_pem_x509_certificate((self._folder / "server.pem").read_bytes())
            leaf.verify_directly_issued_by(self._ca)
            found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except Exception:  # noqa: BLE001 - whatever is wrong with it, a new one is made
            return False
        fresh = leaf.not_valid_after_utc - now > dt.timedelta(days=RENEW_DAYS)
        begun = leaf.not_valid_before_utc <= now
        key = (self._folder / "server.key").exists()
        return fresh and begun and key and set(_alternative_names(names)) <= set(found)

    def _make_leaf(self, names: Sequence[str], now: dt.datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder("Phiên họp", self._ca.subject, key.public_key(), now, LEAF_DAYS)
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (x509.SubjectAlternativeName(_alternative_names(names)), False),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            (_usage(signs_certificates=False), True),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False),
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        leaf = builder.sign(self._key, hashes.SHA256())
        chain = leaf.public_bytes(serialization.Encoding.PEM) + self.ca_pem
        _write(self._folder / "server.key", _private(key))
        _write(self._folder / "server.pem", chain)


def _make_ca(folder: Path, now: dt.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Phiên họp CA")
    builder = _builder("Phiên họp CA", name, key.public_key(), now, CA_DAYS)
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (_usage(signs_certificates=True), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    ca = builder.sign(key, hashes.SHA256())
    _write(folder / "ca.key", _private(key))  # first: a certificate without its key is of no use
    _write(folder / "ca.pem", ca.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: str,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: dt.datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now - _BACKDATE + dt.timedelta(days=days))
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_names(names: Sequence[str]) -> list[x509.GeneralName]:
    """Return every name once, addresses as addresses."""
    return [_alternative_name(name) for name in dict.fromkeys(names)]


def _alternative_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all, readable by the owner only."""
    made = path.with_name(path.name + ".new")
    made.unlink(missing_ok=True)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
