//! Kubernetes' documents: the Secret and the kubeconfig.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Asked, FormatError, Options, pem};
use crate::vocab::name::DistinguishedName;

/// The longest DNS label (RFC 1123 section 2.1, RFC 1035 section 2.3.4).
const LABEL_LENGTH: usize = 63;

/// The cluster's name if none is given, as kubeadm has it.
const CLUSTER: &str = "kubernetes";

/// Bytes as Kubernetes carries them: base64 on one line.
type Base64 = Zeroizing<String>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Secret<'a> {
    api_version: &'a str,
    kind: &'a str,
    metadata: Metadata<'a>,
    r#type: &'a str,
    data: SecretData<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

#[derive(Serialize)]
struct SecretData<'a> {
    #[serde(rename = "ca.crt")]
    authority: &'a str,
    #[serde(rename = "tls.crt")]
    certificate: &'a str,
    #[serde(rename = "tls.key")]
    key: &'a str,
}

/// A Secret of type `kubernetes.io/tls`.
pub(super) fn secret(asked: &Asked<'_>) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let embedded = Embedded::new(asked)?;
    let label = secret_name(asked.material.name)?;
    yaml(&Secret {
        api_version: "v1",
        kind: "Secret",
        metadata: Metadata { name: &label, namespace: namespace(asked.options)? },
        r#type: "kubernetes.io/tls",
        data: SecretData {
            authority: &embedded.authority,
            certificate: &embedded.certificate,
            key: &embedded.key,
        },
    })
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Kubeconfig<'a> {
    #[serde(rename = "apiVersion")]
    api_version: &'a str,
    kind: &'a str,
    clusters: [NamedCluster<'a>; 1],
    users: [NamedUser<'a>; 1],
    contexts: [NamedContext<'a>; 1],
    current_context: &'a str,
}

#[derive(Serialize)]
struct NamedCluster<'a> {
    name: &'a str,
    cluster: Cluster<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster<'a> {
    server: &'a str,
    certificate_authority_data: &'a str,
}

#[derive(Serialize)]
struct NamedUser<'a> {
    name: &'a str,
    user: User<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct User<'a> {
    client_certificate_data: &'a str,
    client_key_data: &'a str,
}

#[derive(Serialize)]
struct NamedContext<'a> {
    name: &'a str,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    cluster: &'a str,
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
}

/// One cluster, one user, and the context of both, named as kubeadm does: `user@cluster`.
pub(super) fn kubeconfig(asked: &Asked<'_>) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let embedded = Embedded::new(asked)?;
    let server = server(asked.options)?;
    let cluster = asked.options.cluster.unwrap_or(CLUSTER);
    // The API server takes the common name for the user, and so does kubeadm.
    let subject = DistinguishedName::from_der(asked.material.certificate.subject()).unwrap_or_default();
    let known = [subject.common_name(), asked.material.name].into_iter().find(|name| !name.is_empty());
    let user = asked.options.user.or(known).unwrap_or_default();
    let context = format!("{user}@{cluster}");
    yaml(&Kubeconfig {
        api_version: "v1",
        kind: "Config",
        clusters: [NamedCluster {
            name: cluster,
            cluster: Cluster { server, certificate_authority_data: &embedded.authority },
        }],
        users: [NamedUser {
            name: user,
            user: User { client_certificate_data: &embedded.certificate, client_key_data: &embedded.key },
        }],
        contexts: [NamedContext {
            name: &context,
            context: Context { cluster, user, namespace: namespace(asked.options)? },
        }],
        current_context: &context,
    })
}

/// What both documents carry.
struct Embedded {
    authority: Base64,
    certificate: Base64,
    key: Base64,
}

impl Embedded {
    fn new(asked: &Asked<'_>) -> Result<Self, FormatError> {
        let encode = |bytes: Zeroizing<Vec<u8>>| Zeroizing::new(STANDARD.encode(bytes));
        Ok(Self {
            key: encode(pem::key(asked.key()?)),
            certificate: encode(pem::certificates(asked.material.full_chain())),
            authority: encode(pem::certificates([asked.anchor()?])),
        })
    }
}

/// The address a kubeconfig leads to.
pub(super) fn server<'a>(options: &Options<'a>) -> Result<&'a str, FormatError> {
    let server = options.server.ok_or(FormatError::NoServer)?;
    let fits = |rest: &str| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    match server.strip_prefix("https://") {
        Some(rest) if fits(rest) => Ok(server),
        _ => Err(FormatError::Server { server: server.to_owned() }),
    }
}

/// The namespace, if one is given.
pub(super) fn namespace<'a>(options: &Options<'a>) -> Result<Option<&'a str>, FormatError> {
    match options.namespace {
        Some(namespace) if dns_label(namespace).as_deref() != Some(namespace) => {
            Err(FormatError::Namespace { namespace: namespace.to_owned() })
        }
        namespace => Ok(namespace),
    }
}

/// The name of a Secret.
pub(super) fn secret_name(base: &str) -> Result<String, FormatError> {
    dns_label(base).ok_or_else(|| FormatError::Name { name: base.to_owned() })
}

/// A name with everything replaced that a DNS label (RFC 1123) cannot hold; a label stays as it is.
fn dns_label(name: &str) -> Option<String> {
    let replaced = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let replaced: String = replaced.collect();
    let trimmed = replaced.trim_matches('-');
    let label = trimmed.get(..LABEL_LENGTH).unwrap_or(trimmed).trim_end_matches('-');
    (!label.is_empty()).then(|| label.to_owned())
}

/// Block style, nothing folded.
fn yaml(document: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let mut text = Zeroizing::new(String::with_capacity(1 << 16));
    serde_saphyr::to_fmt_writer_with_options(&mut *text, document, options)
        .map_err(|error| FormatError::Yaml(error.to_string().into()))?;
    Ok(Zeroizing::new(text.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::super::error::tests::leaf;
    use super::super::{Format, Options, render};
    use super::*;

    #[test]
    fn names_become_dns_labels() {
        for (name, label) in [
            ("server", Some("server")),
            ("Leaf_1.example", Some("leaf-1-example")),
            ("*.example.com", Some("example-com")),
            ("é", None),
            ("--", None),
            ("", None),
        ] {
            assert_eq!(dns_label(name).as_deref(), label, "{name:?}");
        }
        let long = format!("{}-{}", "a".repeat(62), "b".repeat(9));
        assert_eq!(dns_label(&long), Some("a".repeat(62)));
    }

    #[test]
    fn the_documents_are_exact() {
        let material = leaf();
        let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
        let [intermediate, root] = material.chain else { panic!("two certificates") };
        let authority = base64(root.to_pem().as_bytes());
        let certificate = base64((material.certificate.to_pem() + &intermediate.to_pem()).as_bytes());
        let key = base64(&pem::key(material.key.unwrap()));
        let rendered = |format, options: &Options<'_>| {
            String::from_utf8(render(format, &material, options).unwrap().to_vec()).unwrap()
        };
        assert_eq!(
            rendered(Format::KubernetesSecret, &Options { namespace: Some("prod"), ..Options::default() }),
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: leaf-1\n  namespace: prod\n\
                 type: kubernetes.io/tls\ndata:\n  ca.crt: {authority}\n  tls.crt: {certificate}\n  tls.key: {key}\n"
            )
        );
        let options = Options { server: Some("https://10.0.0.1:6443"), ..Options::default() };
        assert_eq!(
            rendered(Format::Kubeconfig, &options),
            format!(
                "apiVersion: v1\nkind: Config\nclusters:\n- name: kubernetes\n  cluster:\n    \
                 server: https://10.0.0.1:6443\n    certificate-authority-data: {authority}\n\
                 users:\n- name: Test leaf\n  user:\n    client-certificate-data: {certificate}\n    \
                 client-key-data: {key}\n\
                 contexts:\n- name: Test leaf@kubernetes\n  context:\n    cluster: kubernetes\n    user: Test leaf\n\
                 current-context: Test leaf@kubernetes\n"
            )
        );
    }
}
