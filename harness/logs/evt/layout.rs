//! Where in a .evt file what stands: the header, the record at the end, and the way through a file that
//! began anew at its front.

use std::borrow::Cow;

/// The size of the header, where the first record of a new log stands.
pub(super) const HEADER: usize = 48;
/// What header and records begin with, after their size.
pub(super) const SIGNATURE: &[u8; 4] = b"LfLe";
/// The size of a record without source, computer, user, strings and data.
pub(super) const RECORD: usize = 56;
/// The size of the record at the end.
pub(super) const END: usize = 40;
/// What fills a space at the end of the file that is too small for a record, four bytes at a time.
pub(super) const FILLER: u32 = 0x27;

pub(super) const DIRTY: u32 = 1;
pub(super) const FULL: u32 = 4;

/// What the record at the end begins with.
pub(super) fn end_signature() -> [u8; 20] {
    let words = [END as u32, 0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444];
    let mut bytes = [0; 20];
    for (place, word) in bytes.chunks_exact_mut(4).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// The little-endian number at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let (word, _) = bytes.get(at..)?.split_first_chunk()?;
    Some(u32::from_le_bytes(*word))
}

/// The little-endian number at a place.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let (word, _) = bytes.get(at..)?.split_first_chunk()?;
    Some(u16::from_le_bytes(*word))
}

/// Whether a record or a header has its signature here.
pub(super) fn is_signed(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 4..).is_some_and(|rest| rest.starts_with(SIGNATURE))
}

/// The next place, this one included, that may be the beginning of a record.
pub(super) fn next_signed(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from + 4..)?;
    rest.windows(SIGNATURE.len()).position(|window| window == SIGNATURE).map(|at| from + at)
}

/// The records of a file from the oldest to the newest, in one piece.
pub(super) struct Course<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// Where in the file it begins, and how much of it lies before the end of the file.
    begin: usize,
    before_wrap: usize,
    /// What is wrong with the header, or the end.
    pub(super) complaints: Vec<&'static str>,
    /// The number of the oldest record, as the end says.
    pub(super) oldest: Option<u32>,
    /// Whether the order in the file is that of the log.
    pub(super) is_ordered: bool,
}

impl<'a> Course<'a> {
    /// The way through a file: from where its end says that the oldest record is, up to that end.
    pub(super) fn of(file: &'a [u8]) -> Self {
        let mut complaints = Vec::new();
        let has_header = is_signed(file, 0) && u32_at(file, 0) == Some(HEADER as u32);
        let first = if has_header { HEADER.min(file.len()) } else { 0 };
        let field = |at| u32_at(file, at).filter(|_| has_header);
        match field(36) {
            None => complaints.push("the file has no header"),
            Some(flags) if flags & DIRTY != 0 => complaints
                .push("the log was not closed, and its header may be old: the end is looked for"),
            Some(flags) if flags & FULL != 0 => {
                complaints.push("the log was full, and what came after is not in it");
            }
            Some(_) => {}
        }
        let told = field(20).map(|at| at as usize).filter(|at| is_end(file, first, *at));
        if told.is_none() && field(36).is_some_and(|flags| flags & DIRTY == 0) {
            complaints.push("the header does not say where the log ends");
        }
        let end = told.or_else(|| file.windows(20).position(|window| window == end_signature()));
        let record = end.map(|end| ring(file, first, end, END)).unwrap_or_default();
        let oldest = u32_at(&record, 32);
        let begin = u32_at(&record, 20).map(|at| at as usize);
        let leads = |at: &usize| end == Some(*at) || is_signed(file, *at);
        let begin = begin.filter(|at| has_header && (first..=file.len()).contains(at) && leads(at));
        let (Some(begin), Some(end)) = (begin, end) else {
            complaints.push(match end {
                Some(_) => "the end-of-file record does not say where the oldest record is",
                None => "the file has no end-of-file record",
            });
            let (bytes, begin) = (file.get(first..).unwrap_or_default(), first);
            let before_wrap = bytes.len();
            return Self {
                bytes: bytes.into(),
                begin,
                before_wrap,
                complaints,
                oldest,
                is_ordered: false,
            };
        };
        let bytes: Cow<'a, [u8]> = if begin <= end {
            file[begin..end].into()
        } else {
            [&file[begin..], &file[first..end.max(first)]].concat().into()
        };
        let before_wrap = file.len() - begin;
        Self { bytes, begin, before_wrap, complaints, oldest, is_ordered: true }
    }

    /// Where in the file a place of the course is.
    pub(super) fn in_file(&self, at: usize) -> usize {
        match at.checked_sub(self.before_wrap) {
            None => self.begin + at,
            Some(after) => HEADER + after,
        }
    }
}

fn is_end(file: &[u8], first: usize, at: usize) -> bool {
    (first..file.len()).contains(&at) && ring(file, first, at, 20) == end_signature()
}

/// So many bytes from a place on, which go on at the front after the end of the file.
fn ring(file: &[u8], first: usize, at: usize, length: usize) -> Vec<u8> {
    let tail = file.get(at..).unwrap_or_default().iter();
    tail.chain(file.get(first..).unwrap_or_default()).take(length).copied().collect()
}
