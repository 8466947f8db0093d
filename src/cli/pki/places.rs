//! Every file has one place: nothing that is written is written twice, and nothing that is read is written over.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use crate::cli::own::failure::Failure;

use super::authorities::Standing;
use super::certificates::Jobs;
use super::form::Form;

/// Refuses a manifest of which two files would have one place; `inputs` are the files it reads.
///
/// Hashes of names are enough to find out, and keep memory flat; the names are looked up for the message.
pub(super) fn check(
    standing: &[Standing],
    jobs: &Jobs<'_>,
    inputs: &[PathBuf],
    out: &Path,
) -> Result<(), Failure> {
    let hasher = RandomState::new();
    let mut places = Vec::with_capacity((standing.len() + jobs.len()) * 3);
    for_each_file(standing, jobs, |_, file| places.push(hasher.hash_one(file)));
    places.sort_unstable();
    if let Some([twice, _]) = places.windows(2).find(|pair| pair[0] == pair[1]) {
        let mut file = String::new();
        for_each_file(standing, jobs, |_, one| {
            if hasher.hash_one(one) == *twice {
                one.clone_into(&mut file);
            }
        });
        let (owners, place) = owners(standing, jobs, &file);
        return Err(Failure::new(format!("{place}: {file} would be written for {owners}"))
            .with_hint("give one of them another \"file\""));
    }
    check_folders(standing, jobs, |name| places.binary_search(&hasher.hash_one(name)).is_ok())?;
    for name in within(out, inputs) {
        if places.binary_search(&hasher.hash_one(&name)).is_ok() {
            let (owner, place) = owners(standing, jobs, &name);
            let message = format!("{place}: {owner} would be written over {name}, which is read");
            return Err(
                Failure::new(message).with_hint("give it another \"file\", or another folder with --out")
            );
        }
    }
    Ok(())
}

/// The names of those files that lie in a folder.
pub(super) fn within(folder: &Path, files: &[PathBuf]) -> Vec<String> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let real = files.iter().filter_map(|file| file.canonicalize().ok());
    real.filter_map(|file| Some(file.strip_prefix(&folder).ok()?.to_str()?.to_owned())).collect()
}

/// Refuses a file that is a folder of others.
fn check_folders(
    standing: &[Standing],
    jobs: &Jobs<'_>,
    is_file: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let mut clash = None;
    let mut last = String::new();
    for_each_form(standing, jobs, |name, base, _| {
        let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
        if clash.is_some() || folder == last {
            return;
        }
        folder.clone_into(&mut last);
        let above = folder.match_indices('/').map(|(at, _)| &folder[..at]).chain([folder]);
        clash = above
            .filter(|folder| !folder.is_empty())
            .find(|folder| is_file(folder))
            .map(|folder| (folder.to_owned(), name()));
    });
    let Some((folder, inside)) = clash else { return Ok(()) };
    let (owners, place) = owners(standing, jobs, &folder);
    let message = format!("{place}: {folder} would be a file of {owners}, and a folder of {inside}");
    Err(Failure::new(message).with_hint("give one of them another \"file\""))
}

/// The entries that write a file, and the place of the last one.
fn owners(standing: &[Standing], jobs: &Jobs<'_>, wanted: &str) -> (String, String) {
    let mut names = Vec::new();
    let mut place = String::new();
    for_each_form(standing, jobs, |name, base, form| {
        if files(base, form).iter().any(|file| file == wanted) {
            names.push(name());
            place.clone_from(&form.place);
        }
    });
    (names.join(" and "), place)
}

/// Calls with every file and a way to learn the name of its entry.
pub(super) fn for_each_file(
    standing: &[Standing],
    jobs: &Jobs<'_>,
    mut call: impl FnMut(&dyn Fn() -> String, &str),
) {
    for_each_form(standing, jobs, |name, base, form| {
        files(base, form).iter().for_each(|file| call(name, file))
    });
}

/// Calls with every base name, how its files are written, and a way to learn the name of its entry.
pub(super) fn for_each_form(
    standing: &[Standing],
    jobs: &Jobs<'_>,
    mut call: impl FnMut(&dyn Fn() -> String, &str, &Form),
) {
    for authority in standing {
        let Some(planned) = &authority.planned else { continue };
        call(&|| authority.name.clone(), &planned.base, &planned.form);
    }
    for job in 0..jobs.len() {
        let Some((base, form)) = jobs.file(job) else { continue };
        call(&|| jobs.name(job), &base, form);
    }
}

fn files(base: &str, form: &Form) -> Vec<String> {
    let own = [".pem", "-key.pem", ".csr"].map(|ending| format!("{base}{ending}"));
    own.into_iter().chain(form.extras.names(base)).collect()
}
