#!/bin/sh
# Makes the certificates of the unit tests anew: a leaf, an intermediate, a root, and an intermediate of the same name
# that another root issued. Needs openssl; valid for 100 years.
set -eu
cd "$(dirname "$0")"
new_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1-key.pem"; }
root() {
  new_key "$1"
  openssl req -x509 -new -key "$1-key.pem" -subj "/CN=Test root" -days 36500 -out "$1.pem"
}
issue() { # NAME CN ISSUER EXTENSIONS
  new_key "$1"
  openssl req -new -key "$1-key.pem" -subj "/CN=$2" -out request
  printf '%s\n' "$4" > extensions
  openssl x509 -req -in request -CA "$3.pem" -CAkey "$3-key.pem" -days 36500 -extfile extensions -out "$1.pem"
}
authority='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign'
root root
root other-root
issue intermediate "Test intermediate" root "$authority"
issue other-intermediate "Test intermediate" other-root "$authority"
issue leaf "Test leaf" intermediate 'subjectAltName=DNS:leaf.example
extendedKeyUsage=serverAuth,clientAuth'
# Neither sealed nor encrypted, so that tests which damage it get past the seal.
openssl pkcs12 -export -in leaf.pem -inkey leaf-key.pem -passout pass: -keypbe NONE -certpbe NONE -nomac -out leaf.p12
rm -f request extensions root-key.pem other-root-key.pem other-root.pem intermediate-key.pem other-intermediate-key.pem
