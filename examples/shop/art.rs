//! Pictures of the articles, drawn here so that nothing has to be loaded: a body of clay, and glaze that has run down it.

use maud::{Markup, PreEscaped, html};

use crate::articles::Article;

#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Mug,
    Cup,
    Teapot,
    Bowl,
    Plate,
    Vase,
    Pitcher,
    Planter,
}

/// As SVG paths in a square of 240.
struct Drawing {
    body: &'static str,
    /// Handles, spouts: under the body, in the clay's colour.
    line: &'static str,
    width: u8,
    /// Leaves, over everything.
    leaves: &'static str,
    /// How far down the glaze has run.
    glaze: &'static str,
}

impl Shape {
    const fn drawing(self) -> Drawing {
        let (body, line, width, glaze, leaves) = match self {
            Self::Mug => (
                "M68 80H156V178Q156 202 132 202H92Q68 202 68 178Z",
                "M154 104H170Q192 104 192 130T168 158H154",
                13,
                "M0 0H240V160C210 172 190 146 165 158S130 176 112 158 80 150 60 164 20 150 0 160Z",
                "",
            ),
            Self::Cup => (
                "M84 112H156Q155 176 134 194H182Q176 206 156 206H84Q64 206 58 194H106Q85 176 84 112Z",
                "M154 126Q182 122 180 142T148 166",
                9,
                "M0 0H240V150C215 156 190 142 160 150S140 166 122 152 96 142 76 152 30 146 0 150Z",
                "",
            ),
            Self::Teapot => (
                "M106 74A14 12 0 1 1 134 74L132 82Q152 86 160 98C182 108 190 134 186 160C182 190 158 202 120 202S58 190 54 160C50 \
                 134 58 108 80 98Q88 86 108 82Z",
                "M64 118C20 96 18 180 66 174M178 164C206 158 198 116 222 100",
                13,
                "M0 0H240V142C220 156 196 134 172 146S142 172 122 150 88 138 66 152 20 140 0 146Z",
                "",
            ),
            Self::Bowl => (
                "M40 104H200Q198 172 150 192V202H90V192Q42 172 40 104Z",
                "",
                0,
                "M0 0H240V142C220 152 196 132 170 144S136 164 116 146 84 134 62 148 20 138 0 146Z",
                "",
            ),
            Self::Plate => ("M120 36A84 84 0 1 1 119.9 36Z", "", 0, "M120 44A76 76 0 1 1 119.9 44Z", ""),
            Self::Vase => (
                "M98 36H142Q138 66 134 82C178 104 176 168 150 202H90C64 168 62 104 106 82Q102 66 98 36Z",
                "",
                0,
                "M0 0H240V132C214 146 192 124 168 136S140 158 120 138 90 126 66 140 24 130 0 136Z",
                "",
            ),
            Self::Pitcher => (
                "M72 54Q86 60 104 54H154L150 88C172 112 174 168 152 202H88C66 168 68 112 90 90Q86 68 72 54Z",
                "M150 76C204 66 206 150 162 162",
                12,
                "M0 0H240V124C216 138 194 116 170 128S140 150 122 132 92 118 68 132 22 122 0 128Z",
                "",
            ),
            Self::Planter => (
                "M58 108H182V126H174L162 198Q161 204 155 204H85Q79 204 78 198L66 126H58Z",
                "",
                0,
                "M0 0H240V158C218 170 192 148 170 160S140 178 118 162 88 152 66 164 22 154 0 160Z",
                "M118 110C112 74 92 56 66 44C64 76 84 102 114 112ZM122 110C128 74 148 56 176 48C176 80 156 104 126 112ZM120 110C104 \
                 76 108 44 124 22C138 48 138 82 122 112Z",
            ),
        };
        Drawing { body, line, width, leaves, glaze }
    }
}

/// The picture of an article. `place` tells apart the pictures of one page.
pub(crate) fn picture(article: &Article, place: &str) -> Markup {
    let Drawing { body, line, width, leaves, glaze } = article.shape.drawing();
    let [clay, colour, ground] = article.colours;
    let clip = format!("{place}-{}", article.id);
    html! {
        svg viewBox="0 0 240 240" role="img" aria-label=(format!("Drawing of the {}", article.name.to_lowercase())) {
            clipPath id=(clip) { path d=(body) {} }
            rect width="240" height="240" fill=(ground) {}
            circle cx="120" cy="118" r="92" fill="#fff" opacity=".45" {}
            ellipse cx="122" cy="205" rx="84" ry="10" fill="#2b2622" opacity=".16" {}
            @if width > 0 {
                path d=(line) fill="none" stroke=(clay) stroke-width=(width) stroke-linecap="round" {}
            }
            path d=(body) fill=(clay) {}
            g clip-path=(format!("url(#{clip})")) {
                path d=(glaze) fill=(colour) {}
                @if matches!(article.shape, Shape::Plate) {
                    (PreEscaped(r##"<circle cx="120" cy="120" r="52" fill="none" stroke="#2b2622" stroke-opacity=".13" stroke-width="3"/>"##))
                } @else {
                    rect x="150" width="90" height="240" fill="#2b2622" opacity=".10" {}
                    rect x="84" width="9" height="240" fill="#fff" opacity=".22" {}
                }
            }
            @if !leaves.is_empty() { path d=(leaves) fill="#5b7a4b" {} }
        }
    }
}
