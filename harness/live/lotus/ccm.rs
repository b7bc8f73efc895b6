//! The text of messages on their way between cc:Mail and Exchange: `.ccm` files.
//!
//! The shape is the sample of Q184052: `Message:` with the size of what follows, header lines,
//! `Contents:` with a size, `Text item:` with a size, the text. A message without `Contents:` is
//! the documented corruption (Q234745). The [`Reader`] accepts any bytes: it yields each message or
//! why it is invalid, keeps nothing, and continues after a corrupt one where its size says that the
//! next begins.

use std::fmt;

/// The longest header that a message may have (Q166499).
const HEADER_BYTES_MAX: usize = 4096;
const LINE_END: &str = "\r\n";

/// A message, as it stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CcMailMessage<'a> {
    /// Who sent it.
    pub from: &'a str,
    /// When it was sent.
    pub date: &'a str,
    /// To whom it goes.
    pub to: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// Its text.
    pub text: &'a [u8],
}

/// Why a message is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Corrupt {
    /// It does not begin with `Message:` and a size.
    #[error("there is no line Message: with a size")]
    NoMessage,
    /// Fewer bytes follow than its size says.
    #[error("it is cut off")]
    CutOff,
    /// A line of the header is not text, or no line of a header.
    #[error("its header cannot be read")]
    Header,
    /// The header is longer than the programs can take.
    #[error("its header is longer than {HEADER_BYTES_MAX} bytes")]
    HeaderTooLong,
    /// One of the lines that each message has is missing from the header.
    #[error("From:, Date:, To: or Subject: is missing")]
    Incomplete,
    /// There is no `Contents:` (Q234745).
    #[error("there is no line Contents: with a size")]
    NoContents,
    /// There is no `Text item:`, or the sizes do not fit together.
    #[error("Contents: and Text item: do not fit what follows")]
    Sizes,
}

/// Reads one message after the other.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader of these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<CcMailMessage<'a>, Corrupt>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let rest = std::mem::take(&mut self.rest);
        // Without a size that fits, nothing says where the next message would begin.
        let Some((size, after)) = sized_line(rest, "Message") else {
            return Some(Err(Corrupt::NoMessage));
        };
        let Some((message, after)) = after.split_at_checked(size) else {
            return Some(Err(Corrupt::CutOff));
        };
        self.rest = after;
        Some(body(message))
    }
}

/// What follows the line `Message:`.
fn body(message: &[u8]) -> Result<CcMailMessage<'_>, Corrupt> {
    let mut rest = message;
    let mut values: [Option<&str>; HEADER.len()] = [None; HEADER.len()];
    let contents = loop {
        if message.len() - rest.len() > HEADER_BYTES_MAX {
            return Err(Corrupt::HeaderTooLong);
        }
        if let Some(contents) = sized_line(rest, "Contents") {
            break contents;
        }
        let (line, after) = line(rest).ok_or(Corrupt::NoContents)?;
        let line = std::str::from_utf8(line).map_err(|_| Corrupt::Header)?;
        let (name, value) = line.split_once(':').ok_or(Corrupt::Header)?;
        let value = Some(value.trim()).filter(|value| !value.contains('\r'));
        let value = value.ok_or(Corrupt::Header)?;
        if name == "Text item" {
            return Err(Corrupt::NoContents);
        }
        if let Some(index) = HEADER.iter().position(|known| *known == name) {
            values[index] = Some(value);
        }
        rest = after;
    };
    let [Some(from), Some(date), Some(to), Some(subject)] = values else {
        return Err(Corrupt::Incomplete);
    };
    Ok(CcMailMessage { from, date, to, subject, text: text(contents)? })
}

const HEADER: [&str; 4] = ["From", "Date", "To", "Subject"];

/// The one text item that the contents are.
fn text((size, contents): (usize, &[u8])) -> Result<&[u8], Corrupt> {
    let contents = Some(contents).filter(|contents| contents.len() == size);
    let (size, text) =
        contents.and_then(|contents| sized_line(contents, "Text item")).ok_or(Corrupt::Sizes)?;
    if text.len() == size { Ok(text) } else { Err(Corrupt::Sizes) }
}

/// A line of this name with a size, and what follows it.
fn sized_line<'a>(bytes: &'a [u8], name: &str) -> Option<(usize, &'a [u8])> {
    let (line, after) = line(bytes)?;
    let value = line.strip_prefix(name.as_bytes())?.strip_prefix(b":")?.trim_ascii();
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let size = std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()?;
    Some((size, after))
}

/// The first line, without its end, and what follows it. The end may be CR LF or LF.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = &bytes[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), &bytes[end + 1..]))
}

/// What a file says of one message: a line with its size, and the message.
#[must_use]
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut framed = format!("Message: {}{LINE_END}", message.len()).into_bytes();
    framed.extend_from_slice(message);
    framed
}

impl CcMailMessage<'_> {
    /// The message without its line `Message:`, as a post office keeps it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let item = format!("Text item: {}{LINE_END}", self.text.len());
        let contents = format!("Contents: {}{LINE_END}", item.len() + self.text.len());
        let mut bytes = format!("{self}{contents}{item}").into_bytes();
        bytes.extend_from_slice(self.text);
        bytes
    }

    /// The message without its contents: the documented corruption (Q234745).
    #[must_use]
    pub fn without_contents(&self) -> Vec<u8> {
        let item = format!("Text item: {}{LINE_END}", self.text.len());
        let mut bytes = format!("{self}{item}").into_bytes();
        bytes.extend_from_slice(self.text);
        bytes
    }
}

/// The header.
impl fmt::Display for CcMailMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = [self.from, self.date, self.to, self.subject];
        HEADER.iter().zip(values).try_for_each(|(name, value)| {
            write!(f, "{name}: {}{LINE_END}", value.replace(['\r', '\n'], " "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: CcMailMessage<'_> = CcMailMessage {
        from: "Ann at HQ",
        date: "6/12/97 9:00AM",
        to: "Bob at EXCHANGE",
        subject: "message 1",
        text: b"Contents: 3\r\nnot really\n",
    };

    #[test]
    fn what_is_written_reads_back() {
        let file = [framed(&MESSAGE.to_bytes()), framed(&MESSAGE.to_bytes())].concat();
        let read: Vec<_> = Reader::new(&file).collect();
        assert_eq!(read, [Ok(MESSAGE), Ok(MESSAGE)]);
        assert_eq!(Reader::new(b"").next(), None);
    }

    #[test]
    fn after_a_corrupt_message_the_next_is_read() {
        let file = [framed(&MESSAGE.without_contents()), framed(&MESSAGE.to_bytes())].concat();
        let read: Vec<_> = Reader::new(&file).collect();
        assert_eq!(read, [Err(Corrupt::NoContents), Ok(MESSAGE)]);
    }

    #[test]
    fn whatever_is_wrong_with_a_message_is_told() {
        fn first(bytes: &[u8]) -> Result<CcMailMessage<'_>, Corrupt> {
            Reader::new(bytes).next().unwrap()
        }
        let whole = framed(&MESSAGE.to_bytes());
        let text = String::from_utf8(MESSAGE.to_bytes()).unwrap();
        let changed = |from: &str, to: &str| {
            first(&framed(text.replacen(from, to, 1).as_bytes())).map(|_| ())
        };
        assert_eq!(first(&whole[..whole.len() - 1]), Err(Corrupt::CutOff));
        assert_eq!(first(b"Message: -1\n"), Err(Corrupt::NoMessage));
        assert_eq!(first(b"Message: 99999999999999999999\n"), Err(Corrupt::NoMessage));
        assert_eq!(first(b"nothing"), Err(Corrupt::NoMessage));
        assert_eq!(changed("To: ", "Two: "), Err(Corrupt::Incomplete));
        assert_eq!(changed("To: ", "To "), Err(Corrupt::Header));
        assert_eq!(changed("To: ", "To: x\ry"), Err(Corrupt::Header));
        assert_eq!(changed("Text item: 2", "Text item: 3"), Err(Corrupt::Sizes));
        assert_eq!(changed("Contents: ", "Contents: 1"), Err(Corrupt::Sizes));
        let long = CcMailMessage { subject: &"x".repeat(HEADER_BYTES_MAX), ..MESSAGE };
        assert_eq!(first(&framed(&long.to_bytes())), Err(Corrupt::HeaderTooLong));
    }
}
