//! The files that a run writes or reads, as event texts name them.

use std::fmt;

/// The file of one run: what `%1` of its event names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileName {
    /// What a message EXPORT writes: `msg` and four upper-case hexadecimal digits (C4).
    Message(u16),
    /// What a directory EXPORT writes.
    DirectoryExport(DirectoryExport),
    /// What a message IMPORT reads: every file that waits, `*.ccm`.
    AllMessages,
    /// What a directory IMPORT reads.
    DirectoryImport(DirectoryImport),
}

/// The files that dirsync exports, in this order (Q295753).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DirectoryExport {
    /// The directory.
    Directory,
    /// The mailing lists.
    MailingLists,
    /// The bulletin boards.
    BulletinBoards,
}

/// The files that dirsync imports, in this order (Q295753).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DirectoryImport {
    /// The deletions.
    Deletions,
    /// The additions, which create the site entry (C6).
    Additions,
}

impl DirectoryExport {
    /// The exports of one dirsync, in order.
    pub const ALL: [Self; 3] = [Self::Directory, Self::MailingLists, Self::BulletinBoards];
}

impl DirectoryImport {
    /// The imports of one dirsync, in order.
    pub const ALL: [Self; 2] = [Self::Deletions, Self::Additions];
}

impl FileName {
    /// The file that bears this name, to the letter.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let message = || {
            let digits = text.strip_prefix("msg")?.strip_suffix(".ccm")?;
            u16::from_str_radix(digits, 16).ok().map(Self::Message)
        };
        // Nearly every name is one of a message file: it is tried first.
        let directory = DirectoryExport::ALL.map(Self::DirectoryExport).into_iter();
        let files = message().into_iter().chain([Self::AllMessages]).chain(directory);
        files
            .chain(DirectoryImport::ALL.map(Self::DirectoryImport))
            .find(|file| file.to_string() == text)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(number) => write!(f, "msg{number:04X}.ccm"),
            Self::AllMessages => f.write_str("*.ccm"),
            Self::DirectoryExport(DirectoryExport::Directory) => f.write_str("CCMDIR.EXP"),
            Self::DirectoryExport(DirectoryExport::MailingLists) => f.write_str("CCMLIST.EXP"),
            Self::DirectoryExport(DirectoryExport::BulletinBoards) => f.write_str("CCMBB.EXP"),
            Self::DirectoryImport(DirectoryImport::Deletions) => f.write_str("CCMDEL.IMP"),
            Self::DirectoryImport(DirectoryImport::Additions) => f.write_str("CCMDIR.IMP"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DirectoryExport, FileName};

    #[test]
    fn a_message_file_has_four_upper_case_hexadecimal_digits() {
        assert_eq!(FileName::Message(0x4a).to_string(), "msg004A.ccm");
        assert_eq!(FileName::Message(0xffff).to_string(), "msgFFFF.ccm");
    }

    #[test]
    fn a_name_is_read_to_the_letter() {
        assert_eq!(FileName::from_text("msg00A1.ccm"), Some(FileName::Message(0xa1)));
        let lists = FileName::DirectoryExport(DirectoryExport::MailingLists);
        assert_eq!(FileName::from_text("CCMLIST.EXP"), Some(lists));
        for wrong in ["msg00a1.ccm", "msgA1.ccm", "MSG00A1.ccm", "msg+0A1.ccm", "ccmlist.exp", ""] {
            assert_eq!(FileName::from_text(wrong), None, "{wrong}");
        }
    }
}
