"""Reads certificates (path, role, host, chain with the issuer first, or -), prints what pkilint and cryptography say."""

import sys

from cryptography import x509
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store
from pkilint import loader
from pkilint.pkix import certificate, extension, name

LINTER = certificate.create_pkix_certificate_validator_container(
    certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
    [
        certificate.create_issuer_validator_container([]),
        certificate.create_validity_validator_container(),
        certificate.create_subject_validator_container([]),
        certificate.create_extensions_validator_container([]),
        certificate.create_spki_validator_container([]),
    ],
)


def lint(path):
    with open(path) as file:
        document = loader.load_pem_certificate(file.read(), path)
    for result in LINTER.validate(document.root):
        for found in result.finding_descriptions:
            if found.finding.severity.name in ("FATAL", "ERROR", "WARNING"):
                yield f"{found.finding.code}: {found.message}"


def read(path):
    with open(path, "rb") as file:
        return x509.load_pem_x509_certificate(file.read())


def verify(path, role, host, chain):
    *between, anchor = [read(path) for path in chain]
    subject = read(path)
    if role == "authority":
        subject.verify_directly_issued_by((between + [anchor])[0])
        return
    builder = PolicyBuilder().store(Store([anchor]))
    if role == "server":
        builder.build_server_verifier(x509.DNSName(host)).verify(subject, between)
        return
    # Clients are known by their subjects here; all else is the policy of the web.
    ours = ExtensionPolicy.webpki_defaults_ee().may_be_present(
        x509.SubjectAlternativeName, Criticality.AGNOSTIC, None
    )
    builder = builder.extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ours)
    builder.build_client_verifier().verify(subject, between)


for line in sys.stdin:
    path, role, host, chain = line.rstrip("\n").split("\t")
    for finding in lint(path):
        print(path, "pkilint", finding, sep="\t")
    try:
        if chain != "-":
            verify(path, role, host, chain.split(","))
    except Exception as error:
        print(path, "python", f"{type(error).__name__}: {error}".replace("\n", " "), sep="\t")
    print(path, "asked", "", sep="\t")
