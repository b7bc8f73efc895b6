//! Letters that no one sees, or that look like others, where TOML has only plain ones.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::complaint::Complaint;

/// What is wrong with the letters of a text, before anything of it is read. Whatever is told here
/// would make nonsense of all that is told of the text as TOML.
pub(super) fn faults(text: &str) -> Vec<Complaint> {
    if let Some(fault) = lone_carriage_return(text) {
        return vec![fault];
    }
    let mut faults = Vec::new();
    for token in Source::new(text).lex() {
        // Strings and comments may have any letter.
        if token.kind() == TokenKind::Atom {
            let span = token.span();
            let atom = text.get(span.start()..span.end()).unwrap_or_default();
            faults.extend(atom.char_indices().filter_map(|(at, c)| fault(span.start() + at, c)));
        }
    }
    faults
}

/// The mark that some editors put before the text of a file.
pub(super) fn byte_order_mark(text: &str) -> Option<Complaint> {
    text.starts_with('\u{feff}').then(|| Complaint {
        span: 0..'\u{feff}'.len_utf8(),
        message: "the file begins with a byte-order mark, which TOML 1.0 does not know".to_owned(),
        help: Some("save the file as UTF-8, without a byte-order mark".to_owned()),
    })
}

fn lone_carriage_return(text: &str) -> Option<Complaint> {
    let mut returns = text.match_indices('\r');
    let (at, _) = returns.find(|(at, _)| !text[at + 1..].starts_with('\n'))?;
    let (message, help) = if text.contains('\n') {
        ("a carriage return (U+000D) without a line feed", "remove it")
    } else {
        (
            "the lines end with a carriage return alone (U+000D), as on classic Mac OS",
            "save the file with Unix (LF) or Windows (CRLF) line endings",
        )
    };
    Some(Complaint { span: at..at + 1, message: message.to_owned(), help: Some(help.to_owned()) })
}

fn fault(at: usize, character: char) -> Option<Complaint> {
    let (what, help) = if let Some(name) = blank(character) {
        (format!("({name}) in place of a plain space"), "replace it with a plain space")
    } else if let Some(name) = unseen(character) {
        (format!("({name}) is invisible"), "remove it")
    } else if "“”„‟«»‘’‚‛".contains(character) {
        (format!("(`{character}`) is not a TOML quotation mark"), "replace it with `\"`")
    } else {
        return None;
    };
    Some(Complaint {
        span: at..at + character.len_utf8(),
        message: format!("U+{:04X} {what}", u32::from(character)),
        help: Some(help.to_owned()),
    })
}

/// The name of a blank that is no space of TOML.
fn blank(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{a0}' => "no-break space",
        '\u{2007}' => "figure space",
        '\u{202f}' => "narrow no-break space",
        '\u{3000}' => "ideographic space",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}' => "a blank",
        '\u{85}' => "next line",
        '\u{b}' => "vertical tab",
        '\u{c}' => "form feed",
        other if other.is_whitespace() && !other.is_ascii() => "a blank",
        _ => return None,
    })
}

/// The name of an ignorable character.
fn unseen(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte-order mark, or zero width no-break space",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a bidirectional control character"
        }
        '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{2061}'..='\u{2065}' | '\u{206a}'..='\u{206f}' => {
            "an ignorable character"
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' => "an ignorable character",
        _ => return None,
    })
}
