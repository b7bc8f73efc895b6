//! From the bytes of a file to text: UTF-8, and what to say of anything else.

use super::complaint::{Complaint, FileError};

const HELP: &str = "save the file as UTF-8, without a byte-order mark";

/// The text that these bytes are.
///
/// # Errors
/// If they are another encoding than UTF-8. What can be read of it is the text of the error.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, FileError> {
    if let Some((name, width, big)) = wide(&bytes) {
        let text = read_wide(&bytes, width, big);
        let complaint = Complaint {
            span: 0..text.chars().next().map_or(0, char::len_utf8),
            message: format!("the file is {name}, not UTF-8"),
            help: Some(HELP.to_owned()),
        };
        return Err(FileError::Faulty { text, complaints: vec![complaint] });
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes()))
}

/// The name of a wider encoding, the bytes of one unit, and whether the greater byte comes first.
fn wide(bytes: &[u8]) -> Option<(&'static str, usize, bool)> {
    let is_zero = |index: usize| bytes.get(index).map(|byte| *byte == 0);
    let zeros = [is_zero(0), is_zero(1), is_zero(2), is_zero(3)].map(|zero| zero.unwrap_or(true));
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some(("UTF-32, little-endian", 4, false)),
        [0, 0, 0xfe, 0xff, ..] => Some(("UTF-32, big-endian", 4, true)),
        [0xff, 0xfe, ..] => Some(("UTF-16, little-endian", 2, false)),
        [0xfe, 0xff, ..] => Some(("UTF-16, big-endian", 2, true)),
        // Without a mark: every file begins with a character of ASCII, one byte of which is not 0.
        [_, _, _, _, ..] if zeros == [false, true, true, true] => {
            Some(("UTF-32, little-endian", 4, false))
        }
        [_, _, _, _, ..] if zeros == [true, true, true, false] => {
            Some(("UTF-32, big-endian", 4, true))
        }
        [_, _, ..] if zeros[..2] == [false, true] => Some(("UTF-16, little-endian", 2, false)),
        [_, _, ..] if zeros[..2] == [true, false] => Some(("UTF-16, big-endian", 2, true)),
        _ => None,
    }
}

/// What such bytes say, as far as they say anything; the mark is left out.
fn read_wide(bytes: &[u8], width: usize, big: bool) -> String {
    let unit = |bytes: &[u8]| {
        let fold = |unit: u32, byte: &u8| unit << 8 | u32::from(*byte);
        if big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    };
    let units = bytes.chunks_exact(width).map(unit);
    let text: String = if width == 4 {
        units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        let units = units.map(|unit| u16::try_from(unit).unwrap_or_default());
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned)
}

/// Bytes that are nearly UTF-8, with a complaint at each place where they are not.
fn not_utf8(bytes: &[u8]) -> FileError {
    let (mut text, mut complaints) = (String::new(), Vec::new());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().is_empty() {
            continue;
        }
        let start = text.len();
        text.push(char::REPLACEMENT_CHARACTER);
        let shown: Vec<String> = chunk.invalid().iter().map(|b| format!("0x{b:02X}")).collect();
        complaints.push(Complaint {
            span: start..text.len(),
            message: format!("not UTF-8: {}", shown.join(" ")),
            help: Some(match chunk.invalid() {
                // What most files that are not UTF-8 are encoded in has Latin-1 here.
                [byte @ 0xa0..=0xff] => {
                    format!("{HELP}; in Windows-1252 it is `{}`", char::from(*byte))
                }
                _ => HELP.to_owned(),
            }),
        });
    }
    FileError::Faulty { text, complaints }
}
