#!/bin/sh
# Makes the key fixtures anew, in this directory, with OpenSSL 3.0. The password is "secret" throughout.
set -eu
cd "$(dirname "$0")"
quiet() { "$@" 2>/dev/null; }

# RSA, PKCS#1 and PKCS#8, and lengths ring does not take
quiet openssl genrsa -traditional -out rsa2048-pkcs1.pem 2048
quiet openssl pkcs8 -topk8 -nocrypt -in rsa2048-pkcs1.pem -out rsa2048-pkcs8.pem
for bits in 512 513 768 1024 1025 2047 3072 4096; do
    quiet openssl genrsa -traditional -out "rsa$bits.pem" "$bits"
done
quiet openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3 -out rsa2048-e3.pem
quiet openssl genrsa -primes 3 -out rsa2048-3primes.pem 2048
quiet openssl rsa -traditional -in rsa2048-3primes.pem -out rsa2048-3primes-pkcs1.pem
# (rsa-pss keys are another algorithm)
quiet openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out rsapss.pem

# PKCS#1 in OpenSSL's PEM encryption
for cipher in des des3 aes128 aes192 aes256; do
    quiet openssl rsa -traditional -in rsa1024.pem "-$cipher" -passout pass:secret -out "rsa1024-$cipher.pem" \
        -provider legacy -provider default
done
quiet openssl rsa -traditional -in rsa1024.pem -camellia128 -passout pass:secret -out rsa1024-camellia128.pem

# SEC1: with an EC PARAMETERS block, without, without public key, with explicit parameters; PKCS#8
openssl ecparam -genkey -name prime256v1 -out p256-params.pem
openssl ec -in p256-params.pem -out p256-sec1.pem 2>/dev/null
openssl ec -in p256-params.pem -no_public -out p256-nopublic.pem 2>/dev/null
openssl ec -in p256-params.pem -param_enc explicit -out p256-explicit.pem 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in p256-params.pem -out p256-pkcs8.pem
openssl ec -in p256-params.pem -aes256 -passout pass:secret -out p256-aes256.pem 2>/dev/null
for curve in secp384r1 secp521r1 secp224r1 secp256k1; do
    openssl ecparam -genkey -noout -name "$curve" -out "$curve.pem"
done

# PKCS#8, encrypted
for prf in hmacWithSHA1 hmacWithSHA224 hmacWithSHA256 hmacWithSHA384 hmacWithSHA512; do
    openssl pkcs8 -topk8 -in p256-params.pem -v2 aes-256-cbc -v2prf "$prf" -passout pass:secret -out "p256-$prf.pem"
done
for cipher in aes-128-cbc aes-192-cbc des3; do
    openssl pkcs8 -topk8 -in p256-params.pem -v2 "$cipher" -passout pass:secret -out "p256-pbes2-$cipher.pem"
done
openssl pkcs8 -topk8 -in p256-params.pem -scrypt -passout pass:secret -out p256-scrypt.pem
openssl pkcs8 -topk8 -in p256-params.pem -v2 camellia-128-cbc -passout pass:secret -out p256-pbes2-camellia.pem
openssl pkcs8 -topk8 -in p256-params.pem -v1 PBE-SHA1-3DES -passout pass:secret -out p256-pbes1.pem
# A cost no honest tool writes (OpenSSL itself refuses to write such a scrypt: the test patches one)
openssl pkcs8 -topk8 -in p256-params.pem -v2 aes-256-cbc -iter 10000001 -passout pass:secret -out p256-pbkdf2-costly.pem

# Ed25519, PKCS#8 version 1 (OpenSSL), version 2 (RFC 8410 section 10.3, with attributes and public key), and
# under the label cfssl once wrote
openssl genpkey -algorithm ed25519 -out ed25519-v1.pem
cat >ed25519-v2.pem <<'V2'
-----BEGIN PRIVATE KEY-----
MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PRIVATE KEY-----
V2
sed 's/PRIVATE KEY/Ed25519 PRIVATE KEY/' ed25519-v1.pem >ed25519-label.pem
openssl genpkey -algorithm x25519 -out x25519.pem
openssl genpkey -algorithm ed448 -out ed448.pem
