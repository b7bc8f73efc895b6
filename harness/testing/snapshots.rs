//! The stories of scenarios, held against those that were reviewed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use event70_model::pasted_path;

/// Holds a story against the snapshot of its scenario below `folder`, an absolute path: else insta
/// would look beside this library.
///
/// # Panics
/// If it is another, as insta says.
pub(super) fn hold(folder: &Path, name: &str, told: &str) {
    let (below, file) = name.rsplit_once('/').unwrap_or(("", name));
    let folder = folder.join(below);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(file, told));
    // The snapshot is as it should be, so nothing waits any more: an accepting run leaves what an
    // earlier one found.
    let _ = fs::remove_file(folder.join(format!("{file}.snap.new")));
}

/// That each snapshot below `folder` belongs to one of these scenarios.
///
/// # Errors
/// Those that belong to none, with the command that removes them.
pub(super) fn none_is_orphaned(folder: &Path, scenarios: &BTreeSet<String>) -> Result<(), String> {
    let orphans = [".snap", ".snap.new"].into_iter().flat_map(|ending| {
        let names = names_below(folder, ending).into_iter();
        let orphans = names.filter(|name| !scenarios.contains(name));
        orphans.map(move |name| folder.join(format!("{name}{ending}")))
    });
    let orphans: Vec<String> = orphans.map(|path| pasted_path(&path)).collect();
    if orphans.is_empty() {
        return Ok(());
    }
    // Whether git knows a file or not.
    let files = orphans.join(" ");
    let command = format!("git rm -qf --ignore-unmatch -- {files} && rm -f -- {files}");
    Err(format!("no scenario for these snapshots; remove them:\n{command}"))
}

/// The paths of every file below `folder` that ends so, without that ending. What begins with a dot
/// is left out.
fn names_below(folder: &Path, ending: &str) -> BTreeSet<String> {
    let (mut names, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let Ok(below) = path.strip_prefix(folder) else { continue };
            if is_hidden || path.is_symlink() {
                continue;
            }
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = parts.join("/").strip_suffix(ending) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}
