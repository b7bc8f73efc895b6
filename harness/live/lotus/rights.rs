//! A program that finds itself root gives that up before it does anything.
//!
//! The harness starts EXPORT and IMPORT under the service account of the site. A connector that is
//! root and starts them itself starts them as root, for whom no folder is closed.

use std::io;
use std::os::unix::fs::MetadataExt;

use rustix::process::{Gid, Uid};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

use super::place::Place;

/// Changes from root to the service account of the site: the group that may enter its folder, which
/// only root can have set. An account other than root stays what it is.
///
/// This process has a single thread yet, so that what holds for the thread holds for the process.
///
/// # Errors
/// If this is root and the site names no such account, or the change is refused.
pub(super) fn drop_those_of_root(place: &Place) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() && !rustix::process::getuid().is_root() {
        return Ok(());
    }
    let folder = place.root.symlink_metadata()?;
    if folder.uid() != 0 || folder.gid() == 0 || folder.mode() & 0o007 != 0 {
        return Err(io::Error::other("the site names no account for its programs"));
    }
    let (group, user) = (Gid::from_raw(folder.gid()), Uid::from_raw(folder.gid()));
    set_thread_groups(&[])?;
    set_thread_res_gid(group, group, group)?;
    set_thread_res_uid(user, user, user)?;
    Ok(())
}
