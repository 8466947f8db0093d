//! What the bytes of a file hold.

use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;
use x509_parser::x509::SubjectPublicKeyInfo;
use zeroize::Zeroizing;

use super::{Input, Key, Located, Material, Origin, Request, RevocationList, SourceFile};
use crate::check::facts::{Facts, KeyId};
use crate::check::names::Host;
use crate::check::role::key_kind;
use crate::formats::pkcs12::{self, Pkcs12Error};
use crate::key::{KeyError, PrivateKey};
use crate::lint::{self, Finding, Severity};
use crate::vocab::content::{self, Damaged, Kind, is_telling};
use crate::vocab::pem;
use crate::vocab::text::without_mark;

impl Material {
    /// Reads a file. One of a folder that holds nothing we know is passed over, unless its name promises it.
    pub fn add(&mut self, input: Input<'_>) {
        let file = self.files.len();
        let source = SourceFile::new(input.label, input.origin, self.certificates.len());
        let (access, managed) = (input.access, input.managed);
        let manifest = input.manifest.map(str::to_owned);
        self.files.push(SourceFile { access, managed, manifest, ..source });
        let mut reader = FileReader { material: self, input, file, known: false };
        reader.read();
        if reader.known {
            self.files[file].certificates = self.certificates.len() - self.files[file].first_certificate;
        } else if input.origin != Origin::Folder || is_telling(input.label) {
            self.is_broken = true;
            self.note(file, None, nothing_known(input.bytes));
        } else {
            self.files.pop();
        }
    }

    /// Notes that something could not be read at all.
    pub fn add_unreadable(&mut self, label: &str, origin: Origin, reason: &str, fix: &str) {
        let file = self.files.len();
        self.files.push(SourceFile::new(label, origin, self.certificates.len()));
        self.is_broken |= origin != Origin::Live;
        self.note(file, None, unreadable(reason, fix));
    }

    /// The certificates that a server showed, its own first.
    pub fn add_live(&mut self, label: &str, host: Option<Host>, chain: &[Vec<u8>]) {
        let file = self.files.len();
        let source = SourceFile::new(label, Origin::Live, self.certificates.len());
        self.files.push(SourceFile { host, ..source });
        let input = Input {
            label,
            bytes: &[],
            origin: Origin::Live,
            access: None,
            managed: false,
            manifest: None,
            password: None,
        };
        let mut reader = FileReader { material: self, input, file, known: true };
        chain.iter().for_each(|der| reader.certificate(der));
        self.files[file].certificates = self.certificates.len() - self.files[file].first_certificate;
    }

    fn note(&mut self, file: usize, position: Option<usize>, finding: Finding) {
        self.findings.push(Located { file, position, finding });
    }
}

fn unreadable(reason: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding::new("unreadable", Severity::Error, "certwright", reason, fix)
}

fn nothing_known(bytes: &[u8]) -> Finding {
    let again = |reason: String| unreadable(reason, "write the file again");
    if let Some((reason, fix)) = content::foreign(bytes) {
        return unreadable(reason, fix);
    }
    match (bytes, pem::joined_line(bytes)) {
        ([], _) => again("the file is empty".to_owned()),
        (_, Some(line)) => unreadable(format!("its line {line} {}", pem::JOINED), pem::JOINED_HINT),
        _ if pem::begun(bytes) > 0 => again("its PEM cannot be read".to_owned()),
        _ => again(match damaged_der(bytes) {
            Some(damaged) => format!("its DER cannot be read: {damaged}"),
            None => "it is no certificate, key, request or revocation list, neither PEM nor DER nor PKCS#12"
                .to_owned(),
        }),
    }
}

/// What is wrong with DER of some length. Text may begin with the digit 0, but not go on like that.
fn damaged_der(bytes: &[u8]) -> Option<Damaged> {
    let is_text = bytes.get(1).is_none_or(|octet| *octet < 0x80) && std::str::from_utf8(bytes).is_ok();
    if is_text { None } else { Kind::of_der(bytes).err() }
}

/// One file on its way into the material.
struct FileReader<'m, 'i> {
    material: &'m mut Material,
    input: Input<'i>,
    file: usize,
    /// Something that we know was in it.
    known: bool,
}

impl FileReader<'_, '_> {
    fn read(&mut self) {
        let (bytes, is_marked) = without_mark(self.input.bytes);
        let blocks = self.pem_blocks(bytes);
        self.material.files[self.file].is_single = blocks == 1;
        if blocks > 0 && is_marked {
            self.marked();
        }
        let begun = pem::begun(bytes);
        if blocks > 0 && begun > blocks {
            self.material.is_broken = true;
            let message = format!("of {begun} PEM blocks {blocks} can be read");
            self.note(match pem::joined_line(bytes) {
                Some(line) => unreadable(format!("{message}: line {line} {}", pem::JOINED), pem::JOINED_HINT),
                None => unreadable(message, "write the file again: its lines are damaged or cut off"),
            });
        }
        if blocks == 0 && bytes.first() == Some(&0x30) {
            self.der(bytes);
        }
        if blocks == 0 {
            self.embedded(bytes);
        }
    }

    /// Reads all PEM blocks and counts them.
    fn pem_blocks(&mut self, bytes: &[u8]) -> usize {
        let (mut rest, mut blocks) = (bytes, 0);
        while let Some((block, behind)) = pem::decode(rest) {
            blocks += 1;
            let contents = block.contents();
            match Kind::of_label(block.label()) {
                Some(Kind::Certificate) => self.certificate(contents),
                Some(Kind::TrustedCertificate) => {
                    self.certificate(lint::first_element(contents));
                    self.openssls_own();
                }
                Some(Kind::Request) => self.request(contents),
                Some(Kind::Crl) => self.list(contents),
                Some(kind @ (Kind::PrivateKey | Kind::OpensshKey)) => {
                    let key = PrivateKey::from_consistent_pem(rest, self.input.password);
                    let is_marked = block.header("Proc-Type").is_some_and(|kind| kind.contains("ENCRYPTED"));
                    self.material.files[self.file].encrypted |=
                        is_marked || block.label().starts_with("ENCRYPTED");
                    self.key(key, kind == Kind::OpensshKey);
                }
                Some(Kind::Pkcs7) => self.pkcs7("PEM"),
                None if Facts::read(contents, self.file, 0).is_ok() => self.mislabelled(block.label()),
                // Parameters and public keys are known, and nothing can be said of them.
                _ => self.known = true,
            }
            rest = behind;
        }
        blocks
    }

    /// A byte-order mark hides the first line from all who want it to begin with dashes.
    fn marked(&mut self) {
        let message = "a byte-order mark stands in front of it, and hides its first block from some";
        let fix = "write the file without it: sed -i '1s/^\\xef\\xbb\\xbf//' FILE";
        let finding = Finding::new("byte-order-mark", Severity::Warning, "RFC 7468 section 2", message, fix);
        self.note(finding.refused_by(&["Go", "rustls", "Java"]));
    }

    /// OpenSSL's form of a certificate with what it is trusted for behind it.
    fn openssls_own(&mut self) {
        let message = "a certificate is labelled \"TRUSTED CERTIFICATE\", a form of OpenSSL's own that others pass over";
        let fix = "write it as others do: openssl x509 -in FILE -out NEW";
        let finding = Finding::new("pem-label", Severity::Warning, "RFC 7468 section 5.1", message, fix);
        self.note(finding.refused_by(&["Go", "rustls", "GnuTLS"]));
    }

    /// A certificate that nobody takes for one.
    fn mislabelled(&mut self, label: &str) {
        self.known = true;
        self.material.is_broken = true;
        let message = format!("a certificate is labelled {label:?}, and has to be labelled \"CERTIFICATE\"");
        let fix = "write -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- around it";
        let finding = Finding::new("pem-label", Severity::Error, "RFC 7468 section 5.1", message, fix);
        self.note(finding.refused_by(&["OpenSSL", "Go", "rustls", "GnuTLS"]));
    }

    fn der(&mut self, bytes: &[u8]) {
        if pkcs12::is_pkcs12(bytes) {
            return self.pkcs12(bytes);
        }
        match Kind::of_der(bytes) {
            Ok(Some(Kind::Certificate)) if Facts::read(bytes, self.file, 0).is_ok() => {
                self.certificate(bytes)
            }
            Ok(Some(Kind::Request)) if X509CertificationRequest::from_der(bytes).is_ok() => {
                self.request(bytes)
            }
            Ok(Some(Kind::Crl)) if CertificateRevocationList::from_der(bytes).is_ok() => self.list(bytes),
            Ok(Some(Kind::PrivateKey)) => {
                if let Ok(_) | Err(KeyError::Encrypted) = PrivateKey::from_der(bytes) {
                    let framed = Zeroizing::new(pem::encode("PRIVATE KEY", bytes));
                    self.key(PrivateKey::from_consistent_pem(framed.as_bytes(), self.input.password), false);
                }
            }
            Ok(Some(Kind::Pkcs7)) => self.pkcs7("DER"),
            // Whatever begins with the digit 0 looks like DER.
            _ => {
                if let Some(kind) = lint::kind_of(bytes) {
                    self.known = true;
                    self.material.is_broken = true;
                    lint::document(kind, bytes).into_iter().for_each(|finding| self.note(finding));
                }
            }
        }
    }

    fn pkcs7(&mut self, form: &str) {
        self.known = true;
        self.material.is_broken = true;
        let fix = format!(
            "take its certificates out: openssl pkcs7 -inform {form} -in FILE -print_certs -out NEW.pem"
        );
        self.note(unreadable("PKCS#7 is not read", fix));
    }

    fn pkcs12(&mut self, bytes: &[u8]) {
        self.known = true;
        match pkcs12::read(bytes, self.input.password) {
            Ok(found) => {
                self.certificate(found.certificate.der());
                found.chain.iter().for_each(|certificate| self.certificate(certificate.der()));
                found.key.into_iter().for_each(|key| self.key(Ok(key), false));
                self.material.files[self.file].encrypted = self.input.password.is_some();
            }
            Err(Pkcs12Error::Encrypted | Pkcs12Error::WrongPassword) => {
                self.material.is_broken = true;
                self.needs_password("the PKCS#12 file");
            }
            Err(error) => {
                self.material.is_broken = true;
                self.note(unreadable(error.to_string(), error.hint().unwrap_or_default()));
            }
        }
    }

    fn needs_password(&mut self, what: &str) {
        self.material.files[self.file].encrypted = true;
        let finding = match self.input.password {
            None => {
                let message = format!("{what} is encrypted and was not looked into");
                let fix = "give its password: --password-file FILE, or --password-env VARIABLE";
                Finding::new("encrypted", Severity::Notice, "certwright", message, fix)
            }
            Some(_) => {
                let message = format!("{what} does not open with the password given");
                let fix = "give its own password";
                Finding::new("encrypted", Severity::Error, "certwright", message, fix)
            }
        };
        self.note(finding);
    }

    fn certificate(&mut self, der: &[u8]) {
        self.known = true;
        let position = self.material.certificates.len() - self.material.files[self.file].first_certificate;
        match Facts::read(der, self.file, position) {
            Ok(facts) => self.material.certificates.push(facts),
            Err(_) => {
                self.material.is_broken = true;
                lint::certificate(der).into_iter().for_each(|finding| self.note(finding));
            }
        }
    }

    fn request(&mut self, der: &[u8]) {
        self.known = true;
        let parsed = X509CertificationRequest::from_der(der).ok();
        let key = parsed.map(|(_, parsed)| KeyId::of(parsed.certification_request_info.subject_pki.raw));
        self.material.requests.push(Request { file: self.file, der: der.to_vec(), key });
    }

    fn list(&mut self, der: &[u8]) {
        self.known = true;
        lint::crl(der).into_iter().for_each(|finding| self.note(finding));
        if CertificateRevocationList::from_der(der).is_ok() {
            self.material.lists.push(RevocationList { file: self.file, der: der.to_vec() });
        }
    }

    fn key(&mut self, key: Result<PrivateKey, KeyError>, foreign: bool) {
        self.known = true;
        let public = key.as_ref().ok().map(PrivateKey::public_key);
        self.material.keys.push(Key {
            file: self.file,
            public: public.as_ref().map(|key| KeyId::of(key.spki_der())),
            kind: public.and_then(|key| key_kind(&SubjectPublicKeyInfo::from_der(key.spki_der()).ok()?.1)),
        });
        match key {
            Ok(_) => {}
            Err(KeyError::Encrypted | KeyError::WrongPassword) => self.needs_password("the private key"),
            Err(error @ (KeyError::UnsupportedAlgorithm { .. } | KeyError::UnsupportedCurve { .. })) => {
                let message = format!("the private key is of a kind that is not looked into: {error}");
                let fix = "nothing: what it belongs to cannot be told";
                self.note(Finding::new("key-unknown", Severity::Notice, "certwright", message, fix));
            }
            Err(_) if foreign => {
                let fix = "convert it: ssh-keygen -p -m PEM -f FILE";
                self.note(unreadable("a private key of OpenSSH is of no use for TLS", fix));
            }
            Err(error) => {
                let fix = "restore the key, or issue a new pair: certwright issue";
                self.note(unreadable(format!("the private key cannot be read: {error}"), fix));
            }
        }
    }

    /// PEM in base64, as in kubeconfigs and Kubernetes Secrets.
    fn embedded(&mut self, bytes: &[u8]) {
        for pem in pem::embedded(bytes) {
            self.material.files[self.file].embedded = true;
            self.pem_blocks(&pem);
        }
    }

    fn note(&mut self, finding: Finding) {
        self.material.note(self.file, None, finding);
    }
}
