//! The files that a run writes or reads, as event texts name them.

use std::fmt;
use std::hash::{Hash, Hasher};

/// The file of one run: what `%1` of its event names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileName {
    /// What a message EXPORT writes.
    Message(MessageFile),
    /// What a directory EXPORT writes.
    DirectoryExport(DirectoryExport),
    /// What a message IMPORT reads: every file that waits, `*.ccm`.
    AllMessages,
    /// What a directory IMPORT reads.
    DirectoryImport(DirectoryImport),
}

/// The file of a message EXPORT: `msg`, one to five hexadecimal digits, `.ccm`, all in either case.
///
/// The documents print names of both cases (Q164695, Q179072), so two that differ in nothing else
/// are one file. The number of digits counts: `msg1.ccm` is not `msg0001.ccm`.
#[derive(Debug, Clone, Copy)]
pub struct MessageFile {
    number: u32,
    digits: u8,
    /// The letters that are not in the case in which the reference writes them, one bit for each
    /// place in the name.
    flipped: u16,
}

impl MessageFile {
    /// The most digits that a name has.
    pub const DIGITS_MAX: usize = 5;

    /// The name with four upper-case digits, as the reference chooses it (C4).
    #[must_use]
    pub const fn numbered(number: u16) -> Self {
        Self { number: number as u32, digits: 4, flipped: 0 }
    }

    /// The number that the digits are.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The name whose number is so much greater, written alike; 0 follows the greatest of so many
    /// digits.
    #[must_use]
    pub const fn plus(self, more: u32) -> Self {
        Self { number: self.number.wrapping_add(more) & self.greatest(), ..self }
    }

    /// How many names this one comes after another, written with as many digits: negative if it is
    /// nearer before it.
    #[must_use]
    pub fn distance_from(self, other: Self) -> i64 {
        let (ahead, greatest) =
            (self.number.wrapping_sub(other.number) & self.greatest(), self.greatest());
        if ahead > greatest / 2 { i64::from(ahead) - i64::from(greatest) - 1 } else { ahead.into() }
    }

    const fn greatest(self) -> u32 {
        (1 << (4 * self.digits as u32)) - 1
    }

    /// The file that bears this name, in whatever case.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (stem, end) = text.split_at_checked(text.len().checked_sub(".ccm".len())?)?;
        let (start, digits) = stem.split_at_checked("msg".len())?;
        let is_name = start.eq_ignore_ascii_case("msg")
            && end.eq_ignore_ascii_case(".ccm")
            && (1..=Self::DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_name {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let plain = Self { number, digits: digits.len() as u8, flipped: 0 };
        let written = plain.to_string();
        let places = text.bytes().zip(written.bytes()).enumerate();
        let flipped = places.filter(|(_, (said, plain))| said != plain);
        Some(Self { flipped: flipped.fold(0, |places, (place, _)| places | 1 << place), ..plain })
    }
}

/// A letter of the longest name must have a bit.
const _: () = assert!("msg".len() + MessageFile::DIGITS_MAX + ".ccm".len() <= u16::BITS as usize);

impl From<u16> for MessageFile {
    fn from(number: u16) -> Self {
        Self::numbered(number)
    }
}

impl PartialEq for MessageFile {
    fn eq(&self, other: &Self) -> bool {
        (self.number, self.digits) == (other.number, other.digits)
    }
}

impl Eq for MessageFile {}

impl Hash for MessageFile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.number, self.digits).hash(state);
    }
}

/// As it was written.
impl fmt::Display for MessageFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, digits, flipped } = *self;
        let digits = usize::from(digits);
        if flipped == 0 {
            return write!(f, "msg{number:0digits$X}.ccm");
        }
        let plain = Self { flipped: 0, ..*self }.to_string();
        plain.chars().enumerate().try_for_each(|(place, letter)| {
            let other = match letter {
                _ if flipped & 1 << place == 0 => letter,
                letter if letter.is_ascii_uppercase() => letter.to_ascii_lowercase(),
                letter => letter.to_ascii_uppercase(),
            };
            fmt::Write::write_char(f, other)
        })
    }
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
    /// The file that bears this name, in whatever case.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        // Nearly every name is one of a message file: it is tried first.
        if let Some(file) = MessageFile::from_text(text) {
            return Some(Self::Message(file));
        }
        let exports = DirectoryExport::ALL.map(Self::DirectoryExport).into_iter();
        let files = exports.chain(DirectoryImport::ALL.map(Self::DirectoryImport));
        files.chain([Self::AllMessages]).find(|file| file.to_string().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(file) => file.fmt(f),
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
    use super::{DirectoryExport, FileName, MessageFile};

    #[test]
    fn a_message_file_of_the_reference_has_four_upper_case_digits() {
        assert_eq!(MessageFile::numbered(0x4a).to_string(), "msg004A.ccm");
        assert_eq!(MessageFile::numbered(0xffff).to_string(), "msgFFFF.ccm");
        assert_eq!(MessageFile::numbered(0xffff).plus(1), MessageFile::numbered(0));
    }

    #[test]
    fn a_name_is_one_in_either_case_and_shown_as_it_was_written() {
        let known = MessageFile::from_text("msg00A1.ccm").unwrap();
        assert_eq!(known, MessageFile::numbered(0xa1));
        for name in ["msg00A1.ccm", "msg00a1.ccm", "MSG00A1.CCM", "mSg00a1.cCm"] {
            let file = MessageFile::from_text(name).unwrap();
            assert_eq!((file, file.to_string().as_str()), (known, name));
        }
        for name in ["msg4.ccm", "MSG4A27.CCM", "msg9e37b.ccm"] {
            let file = MessageFile::from_text(name).unwrap();
            assert_eq!(file.to_string(), name);
            assert_ne!(file, known);
        }
        assert_ne!(MessageFile::from_text("msgA1.ccm").unwrap(), known, "another file");
        let lists = FileName::DirectoryExport(DirectoryExport::MailingLists);
        assert_eq!(FileName::from_text("CCMLIST.EXP"), Some(lists));
        assert_eq!(FileName::from_text("ccmlist.exp"), Some(lists));
        for wrong in
            ["msg.ccm", "msg123456.ccm", "msg+0A1.ccm", "msg00G1.ccm", "msg0001", "é.ccm", ""]
        {
            assert_eq!(FileName::from_text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_near_each_other_around_the_greatest_number() {
        let (last, first) = (MessageFile::numbered(0xffff), MessageFile::numbered(0));
        assert_eq!((first.distance_from(last), last.distance_from(first)), (1, -1));
        assert_eq!(MessageFile::numbered(7).distance_from(MessageFile::numbered(3)), 4);
    }
}
