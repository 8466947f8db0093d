"""Reads questions (name, kind, host, folder) and prints name, verdict, text."""

import ipaddress
import sys

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store


def content(folder, name):
    with open(f"{folder}/{name}", "rb") as file:
        return file.read()


def certificates(folder, name):
    return x509.load_pem_x509_certificates(content(folder, name))


def request(folder, host):
    csr = x509.load_pem_x509_csr(content(folder, "request.csr"))
    if not csr.is_signature_valid:
        raise ValueError("the signature is wrong")
    csr.public_key()
    list(csr.extensions)


def revocation_list(folder, host):
    crl = x509.load_pem_x509_crl(content(folder, "list.crl"))
    authority = certificates(folder, "authority.pem")[0]
    if not crl.is_signature_valid(authority.public_key()):
        raise ValueError("the signature is wrong")
    if crl.get_revoked_certificate_by_serial_number(certificates(folder, "server.pem")[0].serial_number):
        raise ValueError("revoked")
    list(crl.extensions)


def server(folder, host):
    try:
        subject = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    verify(folder, lambda builder: builder.build_server_verifier(subject))


def client(folder, host):
    verify(folder, PolicyBuilder.build_client_verifier)


def verify(folder, build):
    leaf, *others = certificates(folder, "server.pem")
    builder = PolicyBuilder().store(Store(certificates(folder, "root.pem")))
    build(builder).verify(leaf, others)


KINDS = {"server": server, "client": client, "request": request, "list": revocation_list}

for line in sys.stdin:
    name, kind, host, folder = line.rstrip("\n").split("\t")
    try:
        KINDS[kind](folder, host)
        print(name, "accepted", "", sep="\t")
    except Exception as error:
        print(name, "refused", f"{type(error).__name__}: {error}".replace("\n", " "), sep="\t")
