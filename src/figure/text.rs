//! The bundled fonts, and the width of texts.
//!
//! The fonts have neither kerning nor ligatures and their figures are tabular
//! (`assets/fonts/make.py`), so the width of a text is the sum of its advances in every renderer.

use std::borrow::Cow;
use std::sync::LazyLock;

/// Regular, as OpenType.
pub static REGULAR: &[u8] = include_bytes!("../../assets/fonts/WattlasSans-Regular.otf");
/// Bold, as OpenType.
pub static BOLD: &[u8] = include_bytes!("../../assets/fonts/WattlasSans-Bold.otf");
/// What the other two lack: Chinese, Japanese, Korean and more, as TrueType.
pub static FALLBACK: &[u8] = include_bytes!("../../assets/fonts/DroidSansFallbackFull.ttf");
/// Name of the family in both.
pub const FAMILY: &str = "Wattlas Sans";

/// Advances of one font in units of its size.
struct Advances {
    latin: [f32; 0x250],
    face: Option<ttf_parser::Face<'static>>,
}

impl Advances {
    fn new(bytes: &'static [u8]) -> Self {
        let face = ttf_parser::Face::parse(bytes, 0).ok();
        let mut this = Self { latin: [0.0; 0x250], face };
        for code in 0x20..0x250_u32 {
            this.latin[code as usize] = char::from_u32(code).map_or(0.5, |c| this.look_up(c));
        }
        this
    }

    fn look_up(&self, c: char) -> f32 {
        let Some(face) = &self.face else { return 0.55 };
        let advance = face.glyph_index(c).and_then(|g| face.glyph_hor_advance(g));
        if let Some(advance) = advance {
            return f32::from(advance) / f32::from(face.units_per_em());
        }
        let Some(other) = FALLBACK_FACE.as_ref() else { return 1.0 };
        let advance = other.glyph_index(c).and_then(|g| other.glyph_hor_advance(g));
        advance.map_or(1.0, |a| f32::from(a) / f32::from(other.units_per_em()))
    }

    fn get(&self, c: char) -> f32 {
        self.latin.get(c as usize).copied().unwrap_or_else(|| self.look_up(c))
    }
}

static FALLBACK_FACE: LazyLock<Option<ttf_parser::Face<'static>>> =
    LazyLock::new(|| ttf_parser::Face::parse(FALLBACK, 0).ok());

static ADVANCES: LazyLock<[Advances; 2]> =
    LazyLock::new(|| [Advances::new(REGULAR), Advances::new(BOLD)]);

/// Width of a text in pixels at a size in pixels.
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    let advances = &ADVANCES[usize::from(bold)];
    text.chars().map(|c| advances.get(c)).sum::<f32>() * size
}

/// The text in letters that the fonts have: one in others is put into Latin letters.
pub fn writable(text: &str) -> Cow<'_, str> {
    let latin = |c: char| (c as usize) < 0x250;
    if text.chars().all(|c| latin(c) || has_glyph(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for c in text.chars() {
        if latin(c) || has_glyph(c) {
            out.push(c);
        } else {
            out.push_str(deunicode::deunicode_char(c).unwrap_or(""));
        }
    }
    Cow::Owned(out)
}

fn has_glyph(c: char) -> bool {
    let own = ADVANCES[0].face.as_ref().and_then(|face| face.glyph_index(c));
    own.or_else(|| FALLBACK_FACE.as_ref()?.glyph_index(c)).is_some()
}

/// The text, cut with `…` to fit a width in pixels.
pub fn fitted(text: &str, size: f32, bold: bool, space: f32) -> String {
    let text = &*writable(text);
    if width(text, size, bold) <= space {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = width("…", size, bold);
    for c in text.chars() {
        used += ADVANCES[usize::from(bold)].get(c) * size;
        if used > space {
            break;
        }
        out.push(c);
    }
    let mut out = out.trim_end().to_owned();
    out.push('…');
    out
}

/// Lines of at most a width, parted at spaces.
pub fn wrapped(text: &str, size: f32, bold: bool, space: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer, size, bold) > space && !line.is_empty() {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        } else {
            line = longer;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "the same advance gives the same bits")]
    fn figures_are_tabular() {
        let one = width("1", 100.0, false);
        assert!((30.0..80.0).contains(&one), "{one}");
        for digit in "0123456789".chars() {
            assert_eq!(width(&digit.to_string(), 100.0, false), one);
            assert_eq!(width(&digit.to_string(), 100.0, true), width("1", 100.0, true));
        }
    }

    #[test]
    fn names_in_letters_that_the_fonts_lack_are_put_into_latin_ones() {
        for name in ["مركز الرياض", "דימונה", "हैदराबाद केंद्र", "ศูนย์ข้อมูล"]
        {
            let text = writable(name);
            assert!(text.chars().filter(char::is_ascii_alphabetic).count() > 3, "{name}: {text}");
            assert!(text.chars().all(|c| (c as usize) < 0x250), "{name}: {text}");
        }
        for name in ["贵安数据中心", "Łódź Północ", "東京"] {
            assert_eq!(writable(name), name);
        }
    }

    #[test]
    fn a_text_is_cut_to_fit() {
        let text = fitted("Reliance Jamnagar AI campus", 12.0, false, 80.0);
        assert!(text.ends_with('…') && width(&text, 12.0, false) <= 80.0, "{text}");
        assert_eq!(fitted("short", 12.0, false, 80.0), "short");
    }

    #[test]
    fn lines_are_parted_at_spaces() {
        let lines = wrapped("one two three four", 10.0, false, width("one two", 10.0, false) + 1.0);
        assert_eq!(lines, ["one two", "three", "four"]);
    }

    #[test]
    fn letters_of_site_names_are_in_the_font() {
        for c in "Łódź Cañón São Århus Ørsted İzmir Алматы Αθήνα – ’ · × ÷ ≥ → ▲ ●".chars()
        {
            let face = ADVANCES[0].face.as_ref().unwrap();
            assert!(c == ' ' || face.glyph_index(c).is_some(), "{c}");
        }
    }
}
