//! A figure as SVG. PNG and PDF are made from it, so all three agree.

use std::fmt::Write as _;

use crate::diagnostic::shown;
use crate::figure::mark::{Anchor, Area, Color, Mark, Point, Stroke, Text};
use crate::figure::{Figure, text};

/// The figure as an SVG document with its title and the spec that made it.
pub fn svg(figure: &Figure) -> String {
    let [width, height] = figure.size;
    let mut writer = Writer { out: String::with_capacity(1 << 20), clips: 0 };
    let out = &mut writer.out;
    let (w, h) = (number(width), number(height));
    out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"");
    out.push_str(&format!("{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" "));
    out.push_str(&format!(
        "font-family=\"{}, Inter, Helvetica, Arial, sans-serif\">\n",
        text::FAMILY
    ));
    out.push_str(&format!("<title>{}</title>\n", escape(&figure.title)));
    out.push_str(&format!("<metadata>{}</metadata>\n", escape(&figure.spec)));
    out.push_str(&format!(
        "<rect width=\"{w}\" height=\"{h}\"{}/>\n",
        paint("fill", figure.ground)
    ));
    writer.marks(&figure.marks);
    writer.out.push_str("</svg>\n");
    writer.out
}

struct Writer {
    out: String,
    clips: usize,
}

/// A number of pixels with at most two digits after the point.
fn number(value: f32) -> String {
    let mut out = String::new();
    push_number(&mut out, value);
    out
}

fn push_number(out: &mut String, value: f32) {
    let hundredths = (f64::from(value) * 100.0).round() as i64;
    if hundredths < 0 {
        out.push('-');
    }
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut left = whole;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&d| char::from(d)));
    if rest > 0 {
        out.push('.');
        out.push(char::from(b'0' + (rest / 10) as u8));
        if rest % 10 > 0 {
            out.push(char::from(b'0' + (rest % 10) as u8));
        }
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            c => out.push(shown(c)),
        }
    }
    out
}

/// ` fill="#rrggbb" fill-opacity="…"`.
fn paint(role: &str, color: Color) -> String {
    let [r, g, b, a] = color.0;
    let mut out = format!(" {role}=\"#{r:02x}{g:02x}{b:02x}\"");
    if a < 255 {
        write_to(&mut out, format_args!(" {role}-opacity=\"{:.3}\"", f32::from(a) / 255.0));
    }
    out
}

/// Writing to a string cannot fail.
fn write_to(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).unwrap_or_default();
}

fn stroke(stroke: Stroke) -> String {
    let mut out = paint("stroke", stroke.color);
    write_to(&mut out, format_args!(" stroke-width=\"{}\"", number(stroke.width)));
    if let Some([dash, gap]) = stroke.dash {
        write_to(&mut out, format_args!(" stroke-dasharray=\"{} {}\"", number(dash), number(gap)));
    }
    out
}

fn push_point(out: &mut String, point: Point) {
    push_number(out, point[0]);
    out.push(' ');
    push_number(out, point[1]);
}

fn push_path(out: &mut String, points: &[Point], closed: bool) {
    for (at, &point) in points.iter().enumerate() {
        out.push(if at == 0 { 'M' } else { 'L' });
        push_point(out, point);
    }
    if closed {
        out.push('Z');
    }
}

impl Writer {
    fn marks(&mut self, marks: &[Mark]) {
        for mark in marks {
            self.mark(mark);
        }
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Area(area) => self.area(area),
            Mark::Line { points, closed, stroke } => self.line(points, *closed, *stroke),
            Mark::Segments { ends, stroke } => self.segments(ends, *stroke),
            Mark::Circle { center, radius, fill, stroke } => {
                self.out.push_str("<circle cx=\"");
                push_number(&mut self.out, center[0]);
                self.out.push_str("\" cy=\"");
                push_number(&mut self.out, center[1]);
                self.out.push_str("\" r=\"");
                push_number(&mut self.out, *radius);
                self.out.push('"');
                self.shape_end(*fill, *stroke);
            }
            Mark::Rect { rect, corner, fill, stroke } => {
                let [x, y, w, h] = [rect.x, rect.y, rect.width, rect.height].map(number);
                write_to(
                    &mut self.out,
                    format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\""),
                );
                if *corner > 0.0 {
                    write_to(&mut self.out, format_args!(" rx=\"{}\"", number(*corner)));
                }
                self.shape_end(*fill, *stroke);
            }
            Mark::Text(text) => self.text(text),
            // No figure that is made for a file has any.
            Mark::Land(_) | Mark::Symbols(_) => {}
            Mark::Clip { rect, marks } => {
                self.clips += 1;
                let [x, y, w, h] = [rect.x, rect.y, rect.width, rect.height].map(number);
                let id = self.clips;
                write_to(
                    &mut self.out,
                    format_args!(
                        "<clipPath id=\"c{id}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/></clipPath>\n\
                     <g clip-path=\"url(#c{id})\">\n"
                    ),
                );
                self.marks(marks);
                self.out.push_str("</g>\n");
            }
        }
    }

    fn shape_end(&mut self, fill: Option<Color>, outline: Option<Stroke>) {
        let fill = fill.map_or(" fill=\"none\"".to_owned(), |color| paint("fill", color));
        self.out.push_str(&fill);
        if let Some(outline) = outline {
            self.out.push_str(&stroke(outline));
        }
        self.out.push_str("/>\n");
    }

    fn area(&mut self, area: &Area) {
        self.out.push_str("<path fill-rule=\"evenodd\" d=\"");
        for ring in &area.rings {
            push_path(&mut self.out, ring, true);
        }
        self.out.push('"');
        self.shape_end(Some(area.fill), None);
    }

    fn line(&mut self, points: &[Point], closed: bool, outline: Stroke) {
        self.out.push_str("<path stroke-linejoin=\"bevel\" d=\"");
        push_path(&mut self.out, points, closed);
        self.out.push('"');
        self.shape_end(None, Some(outline));
    }

    fn segments(&mut self, ends: &[[Point; 2]], outline: Stroke) {
        self.out.push_str("<path d=\"");
        for pair in ends {
            push_path(&mut self.out, pair, false);
        }
        self.out.push('"');
        self.shape_end(None, Some(outline));
    }

    fn text(&mut self, text: &Text) {
        self.out.push_str("<text x=\"");
        push_number(&mut self.out, text.at[0]);
        self.out.push_str("\" y=\"");
        push_number(&mut self.out, text.at[1]);
        write_to(&mut self.out, format_args!("\" font-size=\"{}\"", number(text.size)));
        if text.bold {
            self.out.push_str(" font-weight=\"700\"");
        }
        match text.anchor {
            Anchor::Start => {}
            Anchor::Middle => self.out.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.out.push_str(" text-anchor=\"end\""),
        }
        // Another font, where ours is not at hand, is set to the same width.
        let width = text::width(&text.text, text.size, text.bold);
        write_to(
            &mut self.out,
            format_args!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", number(width)),
        );
        self.out.push_str(&paint("fill", text.color));
        if let Some(halo) = text.halo {
            self.out.push_str(&paint("stroke", halo));
            self.out
                .push_str(" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        }
        self.out.push('>');
        self.out.push_str(&escape(&text.text));
        self.out.push_str("</text>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(12.0), "12");
        assert_eq!(number(-0.5), "-0.5");
        assert_eq!(number(12.345_6), "12.35");
        assert_eq!(number(0.05), "0.05");
        assert_eq!(number(-0.001), "0");
    }

    #[test]
    fn texts_cannot_break_out() {
        assert_eq!(escape("<b a=\"x\">&\u{0}"), "&lt;b a=&quot;x&quot;&gt;&amp;␣");
    }
}
