//! The ready profiles of the folder `profiles`, embedded.

use super::streams;

/// A file of a profile: its name with the folder in front, and its text.
type File = (&'static str, &'static str);

/// Lists files by name and includes their text.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../profiles/", $name)))),*]
    };
}

/// Every file, sorted.
const FILES: &[File] = embedded![
    "etcd/README.md",
    "etcd/ca-config.json",
    "etcd/ca-csr.json",
    "etcd/client.json",
    "etcd/etcd.json",
    "etcd/pki.json",
    "kubernetes/README.md",
    "kubernetes/admin.json",
    "kubernetes/apiserver-etcd-client.json",
    "kubernetes/apiserver-kubelet-client.json",
    "kubernetes/apiserver.json",
    "kubernetes/ca-config.json",
    "kubernetes/ca-csr.json",
    "kubernetes/cluster-admin.json",
    "kubernetes/controller-manager.json",
    "kubernetes/etcd-ca-csr.json",
    "kubernetes/etcd-healthcheck-client.json",
    "kubernetes/etcd-peer.json",
    "kubernetes/etcd-server.json",
    "kubernetes/front-proxy-ca-csr.json",
    "kubernetes/front-proxy-client.json",
    "kubernetes/kube-proxy.json",
    "kubernetes/kubelet-client.json",
    "kubernetes/kubelet-server.json",
    "kubernetes/pki.json",
    "kubernetes/sa.json",
    "kubernetes/scheduler.json",
];

/// The text of a file.
pub(super) fn text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The files of a profile: their names in its folder, and their texts.
pub(super) fn files_of(profile: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(move |(name, text)| {
        let (folder, file) = name.split_once('/')?;
        (folder == profile).then_some((file, *text))
    })
}

/// Prints the names of the files.
pub(super) fn list() -> Result<(), String> {
    streams::print(&FILES.iter().map(|(name, _)| format!("{name}\n")).collect::<String>())
}

/// Prints a file as it is, or every file of a folder under its name.
pub(super) fn show(name: &str) -> Result<(), String> {
    if let Some(text) = text(name) {
        return streams::print(text);
    }
    let folder = format!("{}/", name.trim_end_matches('/'));
    let files: String = FILES
        .iter()
        .filter(|(known, _)| known.starts_with(&folder))
        .map(|(known, text)| format!("==> {known} <==\n{text}\n"))
        .collect();
    if files.is_empty() {
        return Err(format!(
            "there is no profile \"{name}\": `certwright profiles list` shows what there is"
        ));
    }
    streams::print(&files)
}

/// The names of the profiles, sorted.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let folders = FILES.iter().filter_map(|(name, _)| name.split_once('/')).map(|(folder, _)| folder);
    folders.collect::<std::collections::BTreeSet<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_without_their_folder() {
        let names: Vec<_> = files_of("etcd").map(|(name, _)| name).collect();
        assert_eq!(names[..2], ["README.md", "ca-config.json"]);
        assert_eq!(files_of("etc").count(), 0);
    }

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles");
        let mut found = Vec::new();
        for folder in std::fs::read_dir(root).unwrap().map(Result::unwrap).filter(|e| e.path().is_dir()) {
            for file in std::fs::read_dir(folder.path()).unwrap() {
                let name =
                    format!("{}/{}", folder.file_name().display(), file.unwrap().file_name().display());
                found.push(name);
            }
        }
        found.sort();
        assert_eq!(found, FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
