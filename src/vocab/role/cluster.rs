//! Roles of etcd and Kubernetes. The rules of etcd come from running it; those of Kubernetes from its source.

use super::general::{PEM_PAIR, SERVER_AUTH};
use super::{AnyUsage, Description, Force, KeyKind, Need, Property};
use crate::vocab::usage::Usage;

const ETCD: &[&str] = &["etcd"];
const INCOMPATIBLE: &str = "Go: \"certificate specifies an incompatible key usage\"";

const MEMBER_NAME: Need = Need {
    property: Property::AnyName,
    force: Force::Refused,
    why: "whoever connects looks for the host of the URL among the names, and a common name is none",
    without: "Go: \"cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs\"",
    source: "etcd 3.4.23, run",
    refused_by: ETCD,
};

const SHOWN: Need = Need {
    why: "clients take only a certificate that is for servers",
    without: INCOMPATIBLE,
    source: "etcd 3.4.23, run",
    refused_by: ETCD,
    ..SERVER_AUTH
};

const GATEWAY: Need = Need {
    property: Property::Usage(Usage::CLIENT_AUTH),
    force: Force::Refused,
    why: "with --client-cert-auth etcd's gRPC gateway logs in to its own member with the server certificate",
    without: "`etcdctl endpoint health` says healthy, but HTTPS requests such as /v3/maintenance/status get no answer",
    source: "etcd 3.4.23, run; etcd issue 9785",
    refused_by: ETCD,
};

const PEER_CLIENT: Need = Need {
    property: Property::Usage(Usage::CLIENT_AUTH),
    force: Force::Refused,
    why: "members log in to each other with it",
    without: "the members never form a cluster: \"certificate specifies an incompatible key usage\"",
    source: "etcd 3.4.23, run",
    refused_by: ETCD,
};

const PEER_SERVER: Need = Need {
    why: "members show it to each other",
    without: "the members never form a cluster: \"certificate specifies an incompatible key usage\"",
    ..SHOWN
};

const LOG_IN: Need = Need {
    property: Property::Usage(Usage::CLIENT_AUTH),
    force: Force::Refused,
    why: "with --client-cert-auth etcd takes only a certificate that is for clients",
    without: INCOMPATIBLE,
    source: "etcd 3.4.23, run",
    refused_by: ETCD,
};

const ETCD_USER: Need = Need {
    property: Property::CommonName,
    force: Force::Note,
    why: "where `etcdctl auth enable` is on, the common name is the user",
    without: "etcdctl: \"permission denied\", whoever it is",
    source: "etcd 3.4.23, run",
    refused_by: &[],
};

pub(super) static ETCD_SERVER: Description = Description {
    word: "etcd-server",
    what: "what an etcd member shows to its clients (--cert-file, --key-file)",
    needs: &[SHOWN, GATEWAY, MEMBER_NAME],
    purposes: &[Usage::SERVER_AUTH, Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::Counts,
};

pub(super) static ETCD_PEER: Description = Description {
    word: "etcd-peer",
    what: "what an etcd member shows to the other members and logs in to them with (--peer-cert-file, --peer-key-file)",
    needs: &[PEER_SERVER, PEER_CLIENT, MEMBER_NAME],
    purposes: &[Usage::SERVER_AUTH, Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::Counts,
};

pub(super) static ETCD_CLIENT: Description = Description {
    word: "etcd-client",
    what: "what a client such as etcdctl or the Kubernetes API server logs in to etcd with",
    needs: &[LOG_IN, ETCD_USER],
    purposes: &[Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::Counts,
};

const KUBE: &[&str] = &["Kubernetes"];
const PKI_HELPERS: &str =
    "kubeadm, source: cmd/kubeadm/app/util/pkiutil/pki_helpers.go (GetAPIServerAltNames)";
const X509_REQUEST: &str =
    "Kubernetes, source: staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go";
const NODE_IDENTIFIER: &str = "Kubernetes, source: pkg/auth/nodeidentifier/default.go";

const KUBE_SERVER_AUTH: Need = Need {
    without: INCOMPATIBLE,
    source: "Kubernetes, source: it verifies with Go's crypto/x509",
    refused_by: KUBE,
    ..SERVER_AUTH
};

const KUBE_CLIENT_AUTH: Need = Need {
    property: Property::Usage(Usage::CLIENT_AUTH),
    force: Force::Refused,
    why: "the API server takes only a certificate that is for clients",
    without: "401 Unauthorized; its log: \"certificate specifies an incompatible key usage\"",
    source: X509_REQUEST,
    refused_by: KUBE,
};

/// A name of the API server's service.
const fn service(name: &'static str) -> Need {
    Need {
        property: Property::Name(name),
        force: Force::Usual,
        why: "pods reach the API server by the name of its service",
        without: "Go: \"certificate is valid for ..., not kubernetes.default.svc\"",
        source: PKI_HELPERS,
        refused_by: KUBE,
    }
}

const SERVICE_DOMAIN: Need = Need {
    property: Property::NameWith("kubernetes.default.svc."),
    why: "pods reach the API server by the name of its service with the cluster's domain, such as cluster.local",
    ..service("")
};

const SERVICE_IP: Need = Need {
    property: Property::AnyIp,
    why: "clients in pods connect to the address in KUBERNETES_SERVICE_HOST, the first of the service network",
    without: "Go: \"cannot validate certificate for 10.96.0.1 because it doesn't contain any IP SANs\"",
    ..service("")
};

const NODE_NAME: Need = Need {
    property: Property::AnyName,
    force: Force::Usual,
    why: "the API server with --kubelet-certificate-authority looks for the node's address among the names",
    without: "`kubectl logs` and `kubectl exec`: \"cannot validate certificate for 10.0.0.1 because it doesn't contain \
              any IP SANs\"",
    source: "Kubernetes, source: it verifies with Go's crypto/x509",
    refused_by: KUBE,
};

const NODE_USER: Need = Need {
    property: Property::CommonNameWith("system:node:"),
    force: Force::Refused,
    why: "the node authorizer knows a kubelet by its user, system:node: and the node's name",
    without: "the node cannot register: \"forbidden: User ... cannot create resource nodes\"",
    source: NODE_IDENTIFIER,
    refused_by: KUBE,
};

const NODE_GROUP: Need = Need {
    property: Property::Organization("system:nodes"),
    why: "the node authorizer knows a kubelet by its group",
    ..NODE_USER
};

const CONTROLLER_USER: Need = Need {
    property: Property::CommonNameOf(&[
        "system:kube-controller-manager",
        "system:kube-scheduler",
        "system:kube-proxy",
    ]),
    force: Force::Refused,
    why: "the roles that Kubernetes starts with are bound to these users",
    without: "\"forbidden: User ... cannot list resource\" for everything it asks",
    source: "Kubernetes, source: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go (ClusterRoleBindings)",
    refused_by: KUBE,
};

const FRONT_PROXY: Need = Need {
    property: Property::CommonNameOf(&["front-proxy-client"]),
    force: Force::Usual,
    why: "kubeadm sets --requestheader-allowed-names=front-proxy-client",
    without: "\"x509: subject with cn=... is not in the allowed list\"",
    source: "kubeadm, source: cmd/kubeadm/app/phases/controlplane/manifests.go",
    refused_by: KUBE,
};

const TOKEN_KEY: Need = Need {
    property: Property::Key(&[KeyKind::Rsa, KeyKind::Ecdsa]),
    force: Force::Refused,
    why: "tokens are signed with RS256, ES256, ES384 or ES512, and with nothing else",
    without: "\"unknown private key type ed25519.PrivateKey, must be *rsa.PrivateKey, *ecdsa.PrivateKey\"",
    source: "Kubernetes, source: pkg/serviceaccount/jwt.go (JWTTokenGenerator)",
    refused_by: KUBE,
};

pub(super) static KUBE_APISERVER: Description = Description {
    word: "kube-apiserver",
    what: "what the Kubernetes API server shows (--tls-cert-file, --tls-private-key-file)",
    needs: &[
        KUBE_SERVER_AUTH,
        service("kubernetes"),
        service("kubernetes.default"),
        service("kubernetes.default.svc"),
        SERVICE_DOMAIN,
        SERVICE_IP,
    ],
    purposes: &[Usage::SERVER_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::Counts,
};

pub(super) static KUBELET_SERVER: Description = Description {
    word: "kubelet-server",
    what: "what a kubelet shows to the API server (--tls-cert-file, --tls-private-key-file)",
    needs: &[KUBE_SERVER_AUTH, NODE_NAME],
    purposes: &[Usage::SERVER_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::Counts,
};

pub(super) static KUBELET_CLIENT: Description = Description {
    word: "kubelet-client",
    what: "what a kubelet logs in to the API server with (the kubeconfig of the node)",
    needs: &[KUBE_CLIENT_AUTH, NODE_GROUP, NODE_USER],
    purposes: &[Usage::CLIENT_AUTH],
    files: "a kubeconfig (format \"kubeconfig\"), or PEM",
    any_usage: AnyUsage::Counts,
};

pub(super) static KUBE_CONTROLLER: Description = Description {
    word: "kube-controller",
    what: "what the controller manager, the scheduler and kube-proxy log in to the API server with",
    needs: &[KUBE_CLIENT_AUTH, CONTROLLER_USER],
    purposes: &[Usage::CLIENT_AUTH],
    files: "a kubeconfig (format \"kubeconfig\"), or PEM",
    any_usage: AnyUsage::Counts,
};

pub(super) static FRONT_PROXY_CLIENT: Description = Description {
    word: "front-proxy-client",
    what: "what the API server logs in to extension API servers with (--proxy-client-cert-file)",
    needs: &[KUBE_CLIENT_AUTH, FRONT_PROXY],
    purposes: &[Usage::CLIENT_AUTH],
    files: PEM_PAIR,
    any_usage: AnyUsage::Counts,
};

pub(super) static SERVICE_ACCOUNT: Description = Description {
    word: "service-account",
    what: "the key pair of service account tokens (--service-account-signing-key-file, --service-account-key-file)",
    needs: &[TOKEN_KEY],
    purposes: &[],
    files: "PEM: the key signs; the certificate, or the public key alone, is what tokens are verified with",
    any_usage: AnyUsage::Counts,
};
