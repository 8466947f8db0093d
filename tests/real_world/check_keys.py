"""Checks the keys in the JSON results of `cfssl genkey`, and that the checks find weak keys."""

import json
import math
import sys

import badkeys
import gmpy2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

# Without the lists of known keys, which are a download, and without the checks that badkeys itself calls prone to
# false alarms.
CHECKS = [name for name in badkeys.allchecks if name not in ("blocklist", "pattern", "xzbackdoor")]


def spki(key):
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def findings(n, e):
    return sorted(badkeys.checkrsa(n, e=e, checks=CHECKS))


def check(path, seen, moduli):
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    key = load_pem_private_key(result["key"].encode(), None)
    request = x509.load_pem_x509_csr(result["csr"].encode())
    public = spki(key.public_key())
    found = []
    if public != spki(request.public_key()) or not request.is_signature_valid:
        found.append("request does not match")
    if public in seen:
        found.append("made twice")
    seen.add(public)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        n = numbers.public_numbers.n
        found += findings(n, numbers.public_numbers.e)
        if not (gmpy2.is_prime(numbers.p, 40) and gmpy2.is_prime(numbers.q, 40)):
            found.append("composite factor")
        # FIPS 186-5, A.1.3: the primes lie apart, and d is not small.
        if abs(numbers.p - numbers.q) <= 1 << (n.bit_length() // 2 - 100):
            found.append("close primes")
        if numbers.d <= 1 << (n.bit_length() // 2):
            found.append("small d")
        if math.gcd(n, moduli[0]) != 1:
            found.append("shares a prime")
        moduli[0] *= n
    return found


def weak_keys():
    """Weak RSA keys, each with the check that has to find it."""
    p = gmpy2.next_prime(gmpy2.mpz(3) << 1022)
    q = gmpy2.next_prime(gmpy2.mpz(7) << 1021)
    yield "fermat", int(p * gmpy2.next_prime(p + 2**20)), 65537
    yield "smallfactors", int(p * 65537), 65537
    yield "rsainvalid", int(p * q), 1


def main(paths):
    seen, moduli, bad = set(), [1], 0
    for path in paths:
        found = check(path, seen, moduli)
        if found:
            bad += 1
            print(path, *found, sep=": ")
    weak = [(name, findings(n, e)) for name, n, e in weak_keys()]
    for name, found in weak:
        print(f"weak by {name}: {found}")
    hits = sum(name in found for name, found in weak)
    print(f"{len(paths)} keys, {bad} bad, {hits} of {len(weak)} weak keys found")


main(sys.argv[1:])
