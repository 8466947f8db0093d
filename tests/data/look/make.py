"""Makes the files beside this script: `python3 make.py` with the package cryptography. Keys and serial numbers are new
each time, so the transcripts in tests/refusals/inspect.md and diff.md have to be rewritten after it."""

import datetime
import ipaddress
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

FOLDER = pathlib.Path(__file__).parent
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
PKCS8 = serialization.PrivateFormat.PKCS8


def day(text):
    return datetime.datetime.fromisoformat(text)


def name(common_name, *others):
    attributes = [x509.NameAttribute(oid, value) for oid, value in others]
    return x509.Name(attributes + [x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def usage(*wanted):
    words = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{word: word in wanted for word in words})


def certificate(subject, key, issuer, issuer_key, begin, end, extensions, ca=None, hash_=hashes.SHA256()):
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(day(begin)).not_valid_after(day(end)))
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(True, ca if ca >= 0 else None), True)
        builder = builder.add_extension(usage("key_cert_sign", "crl_sign"), True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hash_)


def write(file, *parts):
    (FOLDER / file).write_bytes(b"".join(parts))


def pem(key, password=None):
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(PEM, PKCS8, encryption)


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


BOTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
root_name = name("Example Root", (NameOID.COUNTRY_NAME, "DE"), (NameOID.ORGANIZATION_NAME, "Example"))
issuing_name = name("Example Issuing", (NameOID.ORGANIZATION_NAME, "Example"))

root_key, old_key, issuing_key, server_key, client_key, orphan_key = (new_key() for _ in range(6))
root = certificate(root_name, root_key, root_name, root_key, "2026-01-01", "2036-01-01", [], ca=-1)
issuing = certificate(issuing_name, issuing_key, root_name, root_key, "2026-01-01", "2028-01-01", [], ca=0)
sans = x509.SubjectAlternativeName([x509.DNSName("etcd-1.example.com"), x509.DNSName("localhost"),
                                    x509.IPAddress(ipaddress.ip_address("10.0.0.1")),
                                    x509.IPAddress(ipaddress.ip_address("::1"))])
leaf_usage = (usage("digital_signature"), True)
server = certificate(name("etcd-1"), server_key, issuing_name, issuing_key, "2026-06-01", "2027-06-01",
                     [leaf_usage, (BOTH, False), (sans, False)])
renewed = certificate(name("etcd-1"), server_key, issuing_name, issuing_key, "2027-05-01", "2027-12-01",
                      [leaf_usage, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
                       (x509.SubjectAlternativeName([x509.DNSName("etcd-1.example.com"), x509.DNSName("etcd-2.example.com"),
                                                     x509.IPAddress(ipaddress.ip_address("::1"))]), True)])
client = certificate(name("alice", (NameOID.ORGANIZATION_NAME, "Ops, Night")), client_key, issuing_name, issuing_key,
                     "2026-06-01", "2030-06-01", [leaf_usage, (CLIENT, False)])
orphan = certificate(name("lost"), orphan_key, root_name, old_key, "2026-03-01", "2026-09-01", [leaf_usage, (CLIENT, False)])
request = (x509.CertificateSigningRequestBuilder().subject_name(name("etcd-1")).add_extension(sans, False)
           .sign(server_key, hashes.SHA256()))

write("root.pem", root.public_bytes(PEM))
write("root-key.pem", pem(root_key))
write("issuing.pem", issuing.public_bytes(PEM))
write("server.pem", server.public_bytes(PEM))
write("server-key.pem", pem(server_key))
write("server.csr", request.public_bytes(PEM))
write("renewed.pem", renewed.public_bytes(PEM))
write("client.pem", client.public_bytes(PEM))
write("client-key.pem", pem(client_key, b"secret"))
write("orphan.pem", orphan.public_bytes(PEM))
write("store.p12", pkcs12.serialize_key_and_certificates(b"etcd", server_key, server, [issuing, root],
                                                         serialization.BestAvailableEncryption(b"secret")))

crl = (x509.CertificateRevocationListBuilder().issuer_name(issuing_name).last_update(day("2026-06-01"))
       .next_update(day("2026-07-01")).add_extension(x509.CRLNumber(7), False)
       .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing_key.public_key()), False))
for serial, reason in [(4711, x509.ReasonFlags.key_compromise), (0x1234567890abcdef, None)]:
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(day("2026-05-01"))
    if reason:
        entry = entry.add_extension(x509.CRLReason(reason), False)
    crl = crl.add_revoked_certificate(entry.build())
write("issuing.crl", crl.sign(issuing_key, hashes.SHA256()).public_bytes(DER))

# Every extension, a name that attacks terminals, and a key that we do not verify with.
odd_key = ec.generate_private_key(ec.SECP256K1())
utf8 = b"\x0c\x0dalice@example"
odd_names = x509.SubjectAlternativeName([
    x509.DNSName("\x1b[2Jevil.example"), x509.RFC822Name("a@example.com"),
    x509.UniformResourceIdentifier("spiffe://example.com/a"), x509.RegisteredID(ObjectIdentifier("1.2.3.4")),
    x509.OtherName(ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), utf8), x509.DirectoryName(name("inner"))])
odd = certificate(
    name("\x1b[31mred\u202e\u009b", (NameOID.ORGANIZATION_NAME, "a+b=\"c\"; \\")), odd_key, root_name, old_key,
    "2025-01-01", "2025-02-01",
    [(odd_names, True),
     (x509.BasicConstraints(True, 3), False),
     (x509.NameConstraints([x509.DNSName("example.com"), x509.IPAddress(ipaddress.ip_network("10.0.0.0/8"))],
                           [x509.DNSName("evil.example.com")]), True),
     (x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier("2.5.29.32.0"), None),
                                x509.PolicyInformation(ObjectIdentifier("1.2.3.4"), ["https://example.com/cps"])]), False),
     (x509.PolicyConstraints(0, 1), True),
     (x509.InhibitAnyPolicy(2), True),
     (x509.CRLDistributionPoints([x509.DistributionPoint([x509.UniformResourceIdentifier("http://example.com/crl")],
                                                         None, frozenset([x509.ReasonFlags.superseded]), None)]), False),
     (x509.AuthorityInformationAccess([
         x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp")),
         x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier("http://ca"))]), False),
     (x509.TLSFeature([x509.TLSFeatureType.status_request]), False),
     (x509.OCSPNoCheck(), False),
     (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING, ObjectIdentifier("1.2.3.5")]), False),
     (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\x04\x02\xde\xad"), True)],
    hash_=hashes.SHA384())
write("odd.pem", odd.public_bytes(PEM))

ed = ed25519.Ed25519PrivateKey.generate()
alone = certificate(name("alone"), ed, name("alone"), ed, "2026-06-01", "9999-12-31T23:59:59", [])
small = rsa.generate_private_key(65537, 2048)
write("alone.pem", alone.public_bytes(PEM))
write("alone-key.pem", pem(ed))
write("rsa-key.der", small.private_bytes(DER, PKCS8, serialization.NoEncryption()))
server_text = server.public_bytes(PEM)
write("bundle.pem", b"a note\n", server_text, b"-----BEGIN CERTIFICATE-----\nMIIB*\n-----END CERTIFICATE-----\n",
      issuing.public_bytes(PEM), pem(server_key), b"-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n",
      b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
      b"-----BEGIN X Y-----\nQUJD\n-----END X Y-----\n", b"-----BEGIN CERTIFICATE-----\nMIIB")
