"""Reads questions (name, purpose, host, subject, trusted, intermediates) and prints name, verdict, text."""

import sys

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store


def read(path):
    with open(path, "rb") as file:
        return x509.load_pem_x509_certificates(file.read())


def judge(purpose, host, subject, trusted, others):
    if purpose == "request":
        with open(subject, "rb") as file:
            if not x509.load_pem_x509_csr(file.read()).is_signature_valid:
                raise ValueError("the signature is wrong")
        return
    leaf, anchor = read(subject)[0], read(trusted)[0]
    if purpose == "authority":
        # The verifier judges leaves only; an authority is checked by hand.
        leaf.verify_directly_issued_by(anchor)
        constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints)
        if not (constraints.critical and constraints.value.ca):
            raise ValueError("not an authority")
        return
    intermediates = [] if others == "-" else read(others)
    builder = PolicyBuilder().store(Store([anchor]))
    if purpose == "client":
        builder.build_client_verifier().verify(leaf, intermediates)
    else:
        builder.build_server_verifier(x509.DNSName(host)).verify(leaf, intermediates)


for line in sys.stdin:
    name, *words = line.rstrip("\n").split("\t")
    try:
        judge(*words)
        print(name, "accepted", "", sep="\t")
    except Exception as error:
        print(name, "refused", f"{type(error).__name__}: {error}".replace("\n", " "), sep="\t")
