//! Where everything of a site lies below its folder.
//!
//! Two computers: `EXCH1` with the drive `C:`, the connector store and the Lotus programs, and
//! `CCSRV` with the post office. What a person of 1997 would write as `C:\WINNT` or
//! `\\CCSRV\CCDATA` is a folder below the root, and nothing above the root is ever meant.

use std::path::{Path, PathBuf};

/// The system folder of the Exchange server, as the programs print it.
pub const SYSTEM_DOS: &str = r"C:\WINNT";

/// The folder of one site. Programs find it from their own path, which the system gives without
/// links, so it is to be given canonical.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub root: PathBuf,
}

impl Place {
    /// The site in this folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The Exchange server.
    #[must_use]
    pub fn exchange(&self) -> PathBuf {
        self.root.join("EXCH1")
    }

    /// Its drive `C:`.
    #[must_use]
    pub fn drive(&self) -> PathBuf {
        self.exchange().join("C")
    }

    /// Its system folder, which holds the Lotus programs.
    #[must_use]
    pub fn system(&self) -> PathBuf {
        self.drive().join("WINNT")
    }

    /// The program `EXPORT` or `IMPORT`.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.system().join(format!("{name}.EXE"))
    }

    /// The resource file of the programs for DB8 (Q190275).
    #[must_use]
    pub fn resource_file(&self) -> PathBuf {
        self.system().join("IE.RI")
    }

    /// Which build of the programs is installed: `5.14`, `6.0` or `8.0`.
    #[must_use]
    pub fn build(&self) -> PathBuf {
        self.system().join("LOTUS.VER")
    }

    /// What names the bug that the programs have, if there is one planted in them.
    #[must_use]
    pub fn bug(&self) -> PathBuf {
        self.system().join("LOTUS.BUG")
    }

    /// The connector store, where it lies on a healthy site.
    #[must_use]
    pub fn store(&self) -> Store {
        Store::new(self.drive().join("EXCHSRVR").join("CCMCDATA"))
    }

    /// What answers the prompts of programs: an empty file, or a pipe at whose other end somebody
    /// might be, and nobody is.
    #[must_use]
    pub fn console(&self) -> PathBuf {
        self.exchange().join("CONSOLE")
    }

    /// The registry, as far as the programs depend on it.
    #[must_use]
    pub fn registry(&self) -> PathBuf {
        self.exchange().join("REGISTRY.JSON")
    }

    /// The network between the two computers.
    #[must_use]
    pub fn redirector(&self) -> PathBuf {
        self.exchange().join("REDIRECTOR.JSON")
    }

    /// The site's own record of runs.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.exchange().join("RUNS")
    }

    /// What has arrived in Exchange.
    #[must_use]
    pub fn arrived(&self) -> PathBuf {
        self.exchange().join("MTS-IN")
    }

    /// What a connector starts that starts the program `EXPORT` or `IMPORT` itself.
    #[must_use]
    pub fn launcher(&self, name: &str) -> PathBuf {
        self.exchange().join("PATH").join(name)
    }

    /// The data folder of the post office.
    #[must_use]
    pub fn post_office(&self) -> PathBuf {
        self.share("CCSRV", "CCDATA")
    }

    /// A maintenance program: `ANALYZE`, `CHKSTAT`, `RECLAIM`, or `ADMIN`.
    #[must_use]
    pub fn tool(&self, name: &str) -> PathBuf {
        self.share("CCSRV", "CCADMIN").join(format!("{name}.EXE"))
    }

    /// The folder of a share. Server and share are plain names, see [`Place::unc`].
    fn share(&self, server: &str, share: &str) -> PathBuf {
        self.root.join(server).join(share)
    }

    /// The folder that `\\server\share` means, if it is written so, with two plain names. Whether
    /// it is there is another matter.
    #[must_use]
    pub fn unc(&self, path: &str) -> Option<PathBuf> {
        let (server, share) = path.strip_prefix(r"\\")?.split_once('\\')?;
        (is_plain(server) && is_plain(share)).then(|| self.share(server, share))
    }

    /// The file or folder that `C:\A\B` means, if it is written so, with plain names.
    #[must_use]
    pub fn host_path(&self, dos: &str) -> Option<PathBuf> {
        let below = dos.strip_prefix(r"C:\")?;
        let parts: Vec<&str> = below.split('\\').collect();
        let plain = parts.iter().all(|part| is_plain(part));
        plain.then(|| parts.iter().fold(self.drive(), |path, part| path.join(part)))
    }

    /// A path with its links resolved, if it is there and still below the root.
    #[must_use]
    pub fn within(&self, path: &Path) -> Option<PathBuf> {
        path.canonicalize().ok().filter(|path| path.starts_with(&self.root))
    }
}

/// A name of one file or folder that stays one, whatever system reads it.
fn is_plain(part: &str) -> bool {
    let harmful = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter);
    !part.is_empty() && part.len() <= 255 && part != "." && part != ".." && !part.contains(harmful)
}

/// Whether a DOS program can open this path: no part with a space, none longer than eight
/// characters and three after a dot (Q164695, Q181186).
#[must_use]
pub fn is_short(dos: &str) -> bool {
    dos.strip_prefix(r"C:\").is_some_and(|below| below.split('\\').all(is_short_name))
}

fn is_short_name(name: &str) -> bool {
    let (base, extension) = name.split_once('.').unwrap_or((name, ""));
    is_plain(name)
        && !name.contains(' ')
        && (1..=8).contains(&base.chars().count())
        && extension.chars().count() <= 3
        && !extension.contains('.')
}

/// The connector store: what the connector and the Lotus programs hand to each other (Q168556,
/// Q295753, Q202178).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Its folder, `CCMCDATA`.
    pub folder: PathBuf,
}

impl Store {
    /// The store in this folder.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where EXPORT writes.
    #[must_use]
    pub fn export(&self) -> PathBuf {
        self.folder.join("EXPORT")
    }

    /// Where IMPORT reads.
    #[must_use]
    pub fn import(&self) -> PathBuf {
        self.folder.join("IMPORT")
    }

    /// Where converted messages wait for IMPORT.
    #[must_use]
    pub fn submit(&self) -> PathBuf {
        self.folder.join("SUBMIT")
    }

    /// Where files go that do not convert.
    #[must_use]
    pub fn bad(&self) -> PathBuf {
        self.folder.join("BAD")
    }

    /// The settings of EXPORT.
    #[must_use]
    pub fn export_ini(&self) -> PathBuf {
        self.folder.join("EXPORT.INI")
    }

    /// The settings of IMPORT.
    #[must_use]
    pub fn import_ini(&self) -> PathBuf {
        self.folder.join("IMPORT.INI")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_exactly_two_plain_names() {
        let place = Place::new("/site");
        assert_eq!(place.unc(r"\\CCSRV\CCDATA"), Some(place.post_office()));
        let wrong = [
            r"\\CCSRV",
            r"\\CCSRV\",
            r"\\CCSRV\CCDATA\X",
            r"\\CCSRV\..",
            r"\\.\CCDATA",
            r"\\CCSRV\a/b",
            "\\\\CCSRV\\CC\0DATA",
            r"M:\CCDATA",
            r"\CCSRV\CCDATA",
            "",
        ];
        for path in wrong {
            assert_eq!(place.unc(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_dos_path_stays_on_its_drive() {
        let place = Place::new("/site");
        let store = place.host_path(r"C:\EXCHSRVR\CCMCDATA");
        assert_eq!(store, Some(place.store().folder));
        for path in [r"D:\X", r"C:\..\X", r"C:\", r"C:\A\\B", "C:/A", r"C:\A/..\B", "C:"] {
            assert_eq!(place.host_path(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_short_path_is_one_that_a_dos_program_can_open() {
        for path in [r"C:\EXCHSRVR\CCMCDATA", r"C:\PROGRA~1\EXCHSRVR\CCMCDATA", r"C:\A.B\C.DEF"] {
            assert!(is_short(path), "{path}");
        }
        let long = [
            r"C:\Program Files\X",
            r"C:\EXCHANGESERVER\CCMCDATA",
            r"C:\A.LONG",
            r"C:\.A",
            r"C:\A B",
        ];
        for path in long {
            assert!(!is_short(path), "{path}");
        }
    }
}
