//! The objects of a text, found by their braces, so that one that is broken spoils no other.

/// The objects of a text, each with the byte at which it begins.
pub(super) struct Objects<'a> {
    text: &'a str,
    at: usize,
    /// Where the line begins in which `at` is.
    line: usize,
    /// Whether an object also ends where a line begins another one that stands no deeper.
    is_careful: bool,
}

impl<'a> Objects<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0, line: 0, is_careful: false }
    }

    /// Goes back to an object that is none, to look for the end of it more closely. Does so only once,
    /// after which every object is looked at like that: a file is gone through at most twice.
    pub(super) fn looks_closer(&mut self, start: usize) -> bool {
        let was_careful = std::mem::replace(&mut self.is_careful, true);
        if !was_careful {
            self.at = start;
            self.line = self.text[..start].rfind('\n').map_or(0, |end| end + 1);
        }
        !was_careful
    }

    /// Goes on to a place further on.
    fn go_to(&mut self, at: usize) {
        if let Some(end) = self.text[self.at..at].rfind('\n') {
            self.line = self.at + end + 1;
        }
        self.at = at;
    }

    /// The end of the object that begins here.
    fn end(&self, start: usize) -> Result<usize, usize> {
        let line = &self.text[self.line..start];
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
        for (at, byte) in self.text.bytes().enumerate().skip(start) {
            match byte {
                b'\n' if self.is_careful && begins_object(&self.text[at + 1..], indent) => {
                    return Err(at + 1);
                }
                _ if is_escaped => is_escaped = false,
                b'\\' if is_string => is_escaped = true,
                b'"' => is_string = !is_string,
                b'{' if !is_string => depth += 1,
                b'}' if !is_string => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(at + 1);
            }
        }
        Err(self.text.len())
    }
}

impl<'a> Iterator for Objects<'a> {
    type Item = (usize, Result<&'a str, &'static str>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        let between = |letter: char| letter.is_whitespace() || matches!(letter, ',' | '[' | ']');
        let start = self.at + rest.find(|letter| !between(letter))?;
        self.go_to(start);
        let object = if self.text[start..].starts_with('{') {
            let end = self.end(start);
            self.go_to(end.unwrap_or_else(|next| next));
            end.map(|end| &self.text[start..end]).map_err(|_| "the object has no end")
        } else {
            self.go_to(self.text[start..].find('{').map_or(self.text.len(), |at| start + at));
            Err("an object was expected")
        };
        Some((start, object))
    }
}

/// Whether a text begins with an object that stands no deeper than so many blanks.
fn begins_object(text: &str, indent: usize) -> bool {
    let mut letters = text.bytes().take(indent + 1);
    letters.find(|byte| !matches!(byte, b' ' | b'\t')) == Some(b'{')
}
