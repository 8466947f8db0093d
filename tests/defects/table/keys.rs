//! Keys and their files, and the text around a certificate.

use crate::case::{Case, EVERYBODY};
use crate::der::{INTEGER, bits, element, oid, sequence};
use crate::maker::{Key, ecdsa_with_sha1, pem, public_key, rsa_public_key};

/// A modulus of that many bits, without small factors that anybody looks for; nobody has the private half.
fn modulus(bits: usize) -> Vec<u8> {
    let mut octets = vec![0xc5; bits.div_ceil(8)];
    let unused = octets.len() * 8 - bits;
    octets[0] >>= unused;
    *octets.last_mut().unwrap() = 0x3b;
    octets
}

const EXPONENT: &[u8] = &[1, 0, 1];

pub(crate) const CASES: &[Case] = &[
    Case::server("signed-with-sha1", |world| {
        world.leaf.signing.algorithms = [ecdsa_with_sha1(), ecdsa_with_sha1()];
        world.leaf.signing.sign = Key::sign_sha1;
    })
    .refused_by("gnutls python webpki")
    .finds(&["error signature-sha1"]),
    Case::server("authority-signed-with-sha1", |world| {
        world.authority.signing.algorithms = [ecdsa_with_sha1(), ecdsa_with_sha1()];
        world.authority.signing.sign = Key::sign_sha1;
    })
    .refused_by("gnutls python webpki")
    .finds(&["error signature-sha1"]),
    Case::server("rsa-1024", |world| world.public_key(rsa_public_key(&modulus(1024), EXPONENT)))
        .beside(|world| world.public_key(rsa_public_key(&modulus(2048), EXPONENT)))
        .refused_by("gnutls")
        .finds(&["error rsa-key-too-short"]),
    Case::server("rsa-2052", |world| world.public_key(rsa_public_key(&modulus(2052), EXPONENT)))
        .beside(|world| world.public_key(rsa_public_key(&modulus(2048), EXPONENT)))
        .finds(&["notice rsa-key-odd-size"]),
    Case::server("rsa-exponent-1", |world| world.public_key(rsa_public_key(&modulus(2048), &[1])))
        .beside(|world| world.public_key(rsa_public_key(&modulus(2048), EXPONENT)))
        .finds(&["error rsa-exponent-too-small"]),
    Case::server("rsa-exponent-3", |world| world.public_key(rsa_public_key(&modulus(2048), &[3])))
        .beside(|world| world.public_key(rsa_public_key(&modulus(2048), EXPONENT)))
        .finds(&["notice rsa-exponent-unusual"]),
    Case::server("rsa-even-exponent", |world| {
        world.public_key(rsa_public_key(&modulus(2048), &[1, 0, 0]));
    })
    .beside(|world| world.public_key(rsa_public_key(&modulus(2048), EXPONENT)))
    .finds(&["error rsa-exponent-even"]),
    Case::server("point-not-on-the-curve", |world| {
        let mut point = world.leaf.signing.key.point();
        point[64] ^= 1;
        world.public_key(public_key(&point));
    })
    .refused_by("openssl strict")
    .finds(&["error ec-point-invalid"]),
    Case::server("curve-spelled-out", |world| {
        // The curve P-192 is gone as well, but what matters is that it has no name.
        let prime = element(INTEGER, [0, 0xff, 0xff, 0xff, 0xfb]);
        let field = sequence([oid("1.2.840.10045.1.1"), prime]);
        let curve = sequence([element(4, [1]), element(4, [2])]);
        let parameters =
            sequence([element(INTEGER, [1]), field, curve, element(4, [4, 1, 1]), element(INTEGER, [7])]);
        let algorithm = sequence([oid("1.2.840.10045.2.1"), parameters]);
        world.public_key(sequence([algorithm, bits(0, &world.leaf.signing.key.point())]));
    })
    .refused_by("openssl strict gnutls")
    .finds(&["error ec-parameters-explicit"]),
    Case::server("p192", |world| {
        let algorithm = sequence([oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.1")]);
        // The base point of the curve.
        let x = "188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012";
        let y = "07192b95ffc8da78631011ed6b24cdd573f977a11e794811";
        let point: Vec<u8> = std::iter::once(4)
            .chain(
                [x, y]
                    .concat()
                    .as_bytes()
                    .chunks(2)
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()),
            )
            .collect();
        world.public_key(sequence([algorithm, bits(0, &point)]));
    })
    .refused_by("gnutls")
    .finds(&["error ec-curve"]),
    Case::server("key-mode-loose", |world| world.key_mode = 0o644).finds(&["warning key-mode"]),
    Case::server("key-mode-world-writable", |world| world.key_mode = 0o606).finds(&["warning key-mode"]),
    Case::server("key-file-damaged", |world| {
        world.key = Some(pem("PRIVATE KEY", &[0x30, 3, 2, 1, 0]));
    })
    .finds(&["error unreadable"]),
    Case::server("key-file-empty", |world| world.key = Some(String::new())).finds(&["error unreadable"]),
    Case::server("pem-base64-damaged", |world| {
        world.text = |text| text.replacen("\nMII", "\n*II", 1);
    })
    .refused_by(EVERYBODY)
    .finds(&["error unreadable"]),
    Case::server("pem-line-lost", |world| {
        world.text = |text| {
            let lines: Vec<&str> = text.lines().collect();
            [&lines[..3], &lines[4..]].concat().join("\n") + "\n"
        };
    })
    .refused_by(EVERYBODY)
    .finds(&["error unreadable"]),
    Case::server("pem-end-missing", |world| {
        world.text = |text| text.replacen("-----END CERTIFICATE-----\n", "", 1);
    })
    .refused_by("openssl strict python webpki")
    .finds(&["error unreadable"]),
    Case::server("pem-label-wrong", |world| {
        world.text = |text| text.replacen("CERTIFICATE-----", "CERTIFICAT-----", 2);
    })
    .refused_by(EVERYBODY)
    .finds(&["error pem-label"]),
    Case::server("pem-lines-glued", |world| {
        world.text = |text| text.replacen("-----END CERTIFICATE-----\n", "-----END CERTIFICATE-----", 1);
    })
    .refused_by("openssl strict webpki")
    .finds(&["error unreadable"]),
    Case::server("file-in-openssls-own-form", |world| {
        world.text = |text| text.replace("CERTIFICATE-----", "TRUSTED CERTIFICATE-----");
    })
    .refused_by("gnutls python webpki")
    .finds(&["warning pem-label"]),
    Case::server("file-empty", |world| world.text = |_| String::new())
        .refused_by(EVERYBODY)
        .finds(&["error unreadable"]),
    Case::server("file-of-spaces-and-prose", |world| world.text = |_| "no certificate here\n".to_owned())
        .refused_by(EVERYBODY)
        .finds(&["error unreadable"]),
];
