#!/bin/sh
# Makes every fixture of this folder anew: make.sh CFSSL, where CFSSL is cfssl 1.6.5 built with Go 1.27.
set -eu
cfssl=$1
here=$(cd "$(dirname "$0")" && pwd)
cd "$(mktemp -d)"
mkdir out

# Keys; RSA and DSA ones as small as the tools make them, nobody is to trust them.
openssl genrsa -out rsa.key 1024 2>/dev/null
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out pss.key 2>/dev/null
openssl genpkey -algorithm ed25519 -out ed25519.key
openssl genpkey -algorithm ed448 -out ed448.key
openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out dsa.params 2>/dev/null
openssl genpkey -paramfile dsa.params -out dsa.key 2>/dev/null
for curve in secp224r1 prime256v1 secp384r1 secp521r1 brainpoolP256r1; do
    openssl ecparam -name $curve -genkey -noout -out $curve.key
done

cat >req.cnf <<'END'
[req]
distinguished_name = dn
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
CN = example.test
[bare]
[ids]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
[request_ids]
subjectKeyIdentifier = hash
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
[critical_ski]
subjectKeyIdentifier = critical,hash
[sans]
subjectAltName = @all
[all]
DNS.1 = *.example.test
DNS.2 = xn--bcher-kva.example
IP.1 = 192.0.2.1
IP.2 = 2001:db8::1
IP.3 = ::1.2.3.4
email.1 = someone@example.test
URI.1 = https://user:secret@Host.example:8443/a%20b/%2F/c*?q=<1>&r=2#part%41
URI.2 = spiffe://example.test/service
URI.3 = urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6
URI.4 = http://[fe80::1%25en0]/?
URI.5 = file:/etc/passwd
URI.6 = /%ff
RID.1 = 1.2.3.4
otherName.1 = 1.3.6.1.4.1.311.20.2.3;UTF8:someone
dirName.1 = dn
END

# cert NAME KEY [openssl req options]; extensions must be named with -extensions
cert() {
    name=$1 key=$2
    shift 2
    openssl req -new -x509 -config req.cnf -key $key.key -days 3650 "$@" -out out/cert-$name.pem
}
csr() {
    name=$1 key=$2
    shift 2
    openssl req -new -config "${config:-req.cnf}" -key $key.key "$@" -out out/csr-$name.pem
}
masked() { sed "s/string_mask = .*/string_mask = MASK:$1/" req.cnf >masked.cnf; }

cert rsa rsa -extensions ids -set_serial 1
cert ec prime256v1 -extensions ids
cert ed25519 ed25519 -extensions ids
cert ed448 ed448 -extensions ids
cert p224 secp224r1 -extensions ids
cert p521-sha512 secp521r1 -extensions ids -sha512
cert dsa dsa -extensions ids -sha256
cert pss pss -extensions ids
cert sha1 rsa -extensions ids -sha1
cert md5 rsa -extensions ids -md5
cert no-extensions prime256v1 -extensions bare
cert sans prime256v1 -extensions sans
cert empty-subject prime256v1 -extensions sans -subj /
cert names prime256v1 -extensions bare -multivalue-rdn \
    -subj '/C=GB/C=FR/ST=a/L=b/O=one, two+OU=x+OU=y/O=three/street=s/postalCode=p/serialNumber=n1/serialNumber=n2/CN=first/CN=last/DC=test/emailAddress=a@b'
cert escapes prime256v1 -extensions bare -utf8 -subj "/O=<a>&\"'\\\\\\/$(printf '\342\200\250\342\200\251\001\010\014\011\177\302\200\303\251\360\237\230\200')/CN= "
masked 2048 && openssl req -new -x509 -config masked.cnf -key prime256v1.key -days 3650 -extensions bare -utf8 \
    -subj '/O=Bücher €/CN=bmp' -out out/cert-bmp.pem
masked 4 && openssl req -new -x509 -config masked.cnf -key prime256v1.key -days 3650 -extensions bare -utf8 \
    -subj '/O=Bücher/CN=t61' -out out/cert-t61.pem
for serial in 0 -1 -128 -129 127 128 255 256 0x7fffffffffffffff 0xffffffffffffffff \
    0x7fffffffffffffffffffffffffffffffffffffff 0xffffffffffffffffffffffffffffffffffffffff; do
    cert serial$serial ed25519 -extensions bare -set_serial $serial
done

csr rsa rsa
csr ec prime256v1
csr p224 secp224r1
csr p384 secp384r1
csr p521 secp521r1
csr ed25519 ed25519
csr ed448 ed448
csr dsa dsa
csr pss pss
csr pss-sha384 pss -sha384 -sigopt rsa_pss_saltlen:48
csr sans prime256v1 -reqexts sans
csr extensions prime256v1 -reqexts request_ids
csr empty-subject prime256v1 -subj /
cat >attributes.cnf <<'END'
[req]
distinguished_name = dn
attributes = attributes
prompt = no
[dn]
O = a
O = b
CN = example.test
[attributes]
challengePassword = secret word
unstructuredName = an unstructured name
END
config=attributes.cnf csr attributes prime256v1

# What openssl has no option for, spelled out; the signatures are none.
cat >odd.cnf <<'END'
cert = SEQUENCE:certificate
csr = SEQUENCE:request
[certificate]
tbs = SEQUENCE:tbs
algorithm = SEQUENCE:ed25519
signature = FORMAT:HEX,BITSTRING:00ff
[tbs]
version = EXPLICIT:0,INTEGER:2
serial = INTEGER:77
algorithm = SEQUENCE:ed25519
issuer = SEQUENCE:values
validity = SEQUENCE:validity
subject = SEQUENCE:strings
key = SEQUENCE:key
[ed25519]
oid = OID:1.3.101.112
[key]
algorithm = SEQUENCE:ed25519
key = FORMAT:HEX,BITSTRING:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
[validity]
notBefore = UTC:2601020304-0130
notAfter = GENTIME:20500102030405+0200
[strings]
1 = SET:printable
2 = SET:ia5
3 = SET:numeric
4 = SET:empty
[printable]
1 = SEQUENCE:printable_value
[printable_value]
1 = OID:2.5.4.3
2 = IMPLICIT:19U,IA5STRING:*.example.test & co
[ia5]
1 = SEQUENCE:ia5_value
[ia5_value]
1 = OID:2.5.4.10
2 = IA5STRING:a@b_c
[numeric]
1 = SEQUENCE:numeric_value
[numeric_value]
1 = OID:2.5.4.17
2 = NUMERICSTRING:01 23
[empty]
[values]
1 = SET:all_values
[all_values]
1 = SEQUENCE:v1
2 = SEQUENCE:v2
3 = SEQUENCE:v3
4 = SEQUENCE:v4
5 = SEQUENCE:v5
6 = SEQUENCE:v6
7 = SEQUENCE:v7
8 = SEQUENCE:v8
9 = SEQUENCE:v9
10 = SEQUENCE:v10
[v1]
1 = OID:2.5.4.3
2 = INTEGER:-5
[v2]
1 = OID:2.5.4.3
2 = BOOLEAN:TRUE
[v3]
1 = OID:2.5.4.3
2 = NULL
[v4]
1 = OID:2.5.4.3
2 = OID:2.999.3
[v5]
1 = OID:2.5.4.3
2 = FORMAT:HEX,OCTETSTRING:00ff
[v6]
1 = OID:2.5.4.3
2 = FORMAT:HEX,BITSTRING:f8
[v7]
1 = OID:2.5.4.3
2 = GENTIME:20260102030405Z
[v8]
1 = OID:2.5.4.3
2 = GENERALSTRING:general
[v9]
1 = OID:2.5.4.3
2 = SEQUENCE:v1
[v10]
1 = OID:2.5.4.3
2 = IMPLICIT:1,INTEGER:1
[request]
info = SEQUENCE:info
algorithm = SEQUENCE:ed25519
signature = FORMAT:HEX,BITSTRING:00ff
[info]
version = INTEGER:7
subject = SEQUENCE:values
key = SEQUENCE:key
attributes = IMPLICIT:0,SET:attributes
[attributes]
1 = SEQUENCE:a1
2 = SEQUENCE:a2
3 = SEQUENCE:a3
4 = SEQUENCE:a4
5 = SEQUENCE:a5
[a1]
1 = OID:1.2.3.1
2 = SET:a1_values
[a1_values]
1 = SEQUENCE:all_values
2 = SEQUENCE:empty
[a2]
1 = OID:1.2.3.2
2 = SET:empty
[a3]
1 = OID:1.2.3.3
[a4]
1 = OID:1.2.3.4
2 = SET:a4_values
[a4_values]
1 = INTEGER:1
[a5]
1 = OID:1.2.840.113549.1.9.7
2 = SET:a5_values
[a5_values]
1 = BMPSTRING:password
END
for kind in cert csr; do
    label=CERTIFICATE
    [ $kind = csr ] && label='CERTIFICATE REQUEST'
    sed "s/^$kind = /asn1 = /" odd.cnf >one.cnf
    openssl asn1parse -genconf one.cnf -noout -out odd.der
    { echo "-----BEGIN $label-----" && openssl base64 -in odd.der && echo "-----END $label-----"; } >out/$kind-odd-types.pem
done

# What cfssl makes of a CSR JSON.
cat >cfssl.json <<'END'
{"CN": "cfssl <made> & signed", "key": {"algo": "ecdsa", "size": 256}, "serialnumber": "42",
 "hosts": ["example.test", "192.0.2.1", "someone@example.test", "https://example.test/x?y"],
 "names": [{"C": "DE", "ST": "Köln", "L": "l", "O": "o", "OU": "u"}, {"O": "p", "OID": {"1.2.3.4": "z"}}]}
END
"$cfssl" gencert -initca cfssl.json >cfssl.out 2>/dev/null
for part in cert csr; do
    python3 -c 'import json, sys; print(json.load(open("cfssl.out"))[sys.argv[1]], end="")' $part >out/$part-cfssl.pem
done

# What cfssl refuses, and we too.
cert brainpool brainpoolP256r1 -extensions ids
cert critical-ski prime256v1 -extensions critical_ski
for name in brainpool critical-ski; do mv out/cert-$name.pem out/refused-$name.pem; done

rm -f "$here"/*.pem "$here"/*.json
for pem in out/*.pem; do
    name=$(basename "$pem" .pem)
    case $name in
    cert-*) "$cfssl" certinfo -cert "$pem" >"out/$name.json" ;;
    csr-*) "$cfssl" certinfo -csr "$pem" >"out/$name.json" ;;
    *) ! "$cfssl" certinfo -cert "$pem" >/dev/null 2>&1 ;;
    esac
done
cp out/* "$here"
