//! HTML, written so that nothing that is not the program's own can become markup: what is dynamic goes through
//! [`Html::text`], and [`Html::raw`] takes literals only. Forty lines instead of a template engine, whose macros would
//! bring a second `syn` into every build.

use std::fmt::{self, Display, Write as _};

/// A page, or a part of one.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text of whoever: in an element or in a quoted attribute.
    pub(super) fn text(&mut self, text: impl Display) -> &mut Self {
        // Writing into a `String` does not fail; a `Display` that does is cut off where it did.
        let _ = write!(Escaped(&mut self.0), "{text}");
        self
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

struct Escaped<'s>(&'s mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '&' => self.0.push_str("&amp;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Nothing that a terminal or a browser acts upon, and no change of the direction of writing.
                c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                    self.0.push('\u{fffd}');
                }
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_dynamic_becomes_markup() {
        let mut html = Html::default();
        html.raw("<a title=\"").text("\"><script>'&\n\u{202e}").raw("\">");
        assert_eq!(html.into_string(), "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\u{fffd}\u{fffd}\">");
    }
}
