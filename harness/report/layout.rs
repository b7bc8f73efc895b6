//! Lines of bounded width, and small words.

/// Texts are laid out to this many columns.
pub(super) const WIDTH: usize = 100;

/// `text` in lines of at most [`WIDTH`] columns. The first begins with `first`, the others with as
/// many spaces as `indent` says. A word that is longer than a line stands alone on one.
pub(super) fn wrap(first: &str, indent: usize, text: &str) -> String {
    let mut lines = String::from(first);
    let mut column = first.chars().count();
    let mut at_start = true;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if !at_start && column + 1 + width > WIDTH {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            column = indent;
            at_start = true;
        }
        if !at_start {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
        at_start = false;
    }
    lines
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{listed, wrap};

    #[test]
    fn no_line_is_wider_than_it_may_be_and_no_word_is_lost() {
        let text = "word ".repeat(100);
        let wrapped = wrap("    first: ", 6, &text);
        assert!(wrapped.lines().all(|line| line.len() <= super::WIDTH));
        assert_eq!(wrapped.matches("word").count(), 100);
        assert!(wrapped.lines().skip(1).all(|line| line.starts_with("      word")));
    }

    #[test]
    fn a_list_reads_as_a_sentence() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(listed(&items), "a, b and c");
        assert_eq!(listed(&items[..1]), "a");
    }
}
