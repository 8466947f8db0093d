//! Certificates as they should be, but for what a test changes; and the folder they lie in.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use certwright::vocab::pem;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, SanType, SerialNumber,
};
use tempfile::TempDir;
use time::macros::datetime;

/// When all certificates are valid, unless a test changes that.
pub(crate) const NOW: &str = "2030-06-01T00:00:00Z";

/// A certificate, and what signs with its key.
pub(crate) struct Made {
    pub(crate) params: CertificateParams,
    pub(crate) key: KeyPair,
    pub(crate) der: Vec<u8>,
}

impl Made {
    pub(crate) fn pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.der)
    }

    pub(crate) fn key_pem(&self) -> String {
        pem::encode("PRIVATE KEY", self.key.serialized_der())
    }

    /// Signs a certificate of a new key.
    pub(crate) fn sign(&self, params: CertificateParams) -> Made {
        self.sign_key(params, new_key())
    }

    /// Signs a certificate of a key.
    pub(crate) fn sign_key(&self, params: CertificateParams, key: KeyPair) -> Made {
        let issuer = Issuer::from_params(&self.params, &self.key);
        let der = params.signed_by(&key, &issuer).unwrap().der().to_vec();
        Made { params, key, der }
    }

    /// Signs an authority, changed before.
    pub(crate) fn authority(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Made {
        let mut params = authority_params(name);
        params.not_after = datetime!(2039-01-01 0:00 UTC);
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        self.sign(params)
    }

    /// Signs a server's certificate, changed before.
    pub(crate) fn leaf(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Made {
        let mut params = leaf_params(name);
        change(&mut params);
        self.sign(params)
    }
}

pub(crate) fn new_key() -> KeyPair {
    KeyPair::generate().unwrap()
}

/// A copy of a key.
pub(crate) fn same_key(made: &Made) -> KeyPair {
    KeyPair::try_from(made.key.serialized_der()).unwrap()
}

fn base(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    params.not_before = datetime!(2030-01-01 0:00 UTC);
    // Of the name, so that reports are the same with each run.
    let mut serial = vec![0x11];
    serial.extend(name.bytes().chain(*b"0123456789abcdef").take(15));
    params.serial_number = Some(SerialNumber::from(serial));
    params.key_identifier_method = KeyIdMethod::PreSpecified(name.bytes().chain([0; 20]).take(20).collect());
    params
}

pub(crate) fn named(name: &str) -> DistinguishedName {
    let mut found = DistinguishedName::new();
    found.push(DnType::CommonName, name);
    found
}

pub(crate) fn authority_params(name: &str) -> CertificateParams {
    let mut params = base(name);
    params.not_after = datetime!(2040-01-01 0:00 UTC);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

pub(crate) fn leaf_params(name: &str) -> CertificateParams {
    let mut params = base(name);
    params.not_after = datetime!(2031-01-01 0:00 UTC);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.subject_alt_names = vec![dns(name)];
    params.use_authority_key_identifier_extension = true;
    params
}

pub(crate) fn dns(name: &str) -> SanType {
    SanType::DnsName(name.try_into().unwrap())
}

/// A root, changed before.
pub(crate) fn root(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Made {
    let mut params = authority_params(name);
    change(&mut params);
    let key = new_key();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    Made { params, key, der }
}

/// A root as it should be.
pub(crate) fn good_root() -> Made {
    root("root", |_| {})
}

/// An extension by the numbers of its OID.
pub(crate) fn extension(oid: &[u64], critical: bool, value: Vec<u8>) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, value);
    extension.set_criticality(critical);
    extension
}

/// A folder for one test.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file with mode 0644, or 0600 if its name is a key's.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        self.mode(name, if name.contains("key") { 0o600 } else { 0o644 })
    }

    pub(crate) fn mode(&self, name: &str, mode: u32) -> &Self {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    /// Runs OpenSSL in the folder, with words apart by blanks.
    pub(crate) fn openssl(&self, arguments: &str) {
        let mut command = Command::new("openssl");
        let output =
            command.args(arguments.split_whitespace()).current_dir(self.folder.path()).output().unwrap();
        assert!(output.status.success(), "{arguments}: {output:?}");
    }

    /// Runs the program in the folder, with words apart by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certwright"));
        command.arg("check").args(arguments.split(' ')).stdin(Stdio::null());
        command.current_dir(self.folder.path()).output().unwrap()
    }

    /// Checks at [`NOW`]: all that is printed, and the exit status, are those of a file in `expected`. With
    /// CERTWRIGHT_BLESS in the environment the file is written, to be read by a person.
    pub(crate) fn says(&self, arguments: &str, name: &str) {
        self.says_at(NOW, arguments, name);
    }

    /// The same at another time.
    pub(crate) fn says_at(&self, time: &str, arguments: &str, name: &str) {
        let output = self.run(&format!("{arguments} --at {time}"));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let status = output.status.code().unwrap();
        let found = format!(
            "$ certwright check {arguments} --at {time}\n{}{}exit status {status}\n",
            text(&output.stdout),
            text(&output.stderr)
        );
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/check/expected/{name}.txt"));
        if std::env::var_os("CERTWRIGHT_BLESS").is_some() {
            fs::write(&file, &found).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(found, expected, "found for {name}:\n{found}");
    }

    /// What it says on standard error, and that its exit status is this.
    pub(crate) fn fails(&self, arguments: &str, status: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}
