//! SVG to PNG and PDF, in software, with the bundled fonts.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia;
use usvg::fontdb;

use super::svg::svg;
use crate::figure::mark::{Mark, Text};
use crate::figure::{Figure, text};

/// A picture could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The SVG of the figure cannot be read back: a bug.
    #[error("the figure's SVG cannot be read")]
    Svg(#[source] usvg::Error),
    /// The size is zero or too large to hold.
    #[error("a picture of {0} by {1} pixels cannot be made")]
    Size(f32, f32),
    /// The PNG cannot be encoded.
    #[error("the PNG cannot be encoded: {0}")]
    Png(String),
    /// The PDF cannot be written.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_source(fontdb::Source::Binary(Arc::new(text::REGULAR)));
    fonts.load_font_source(fontdb::Source::Binary(Arc::new(text::BOLD)));
    fonts.load_font_source(fontdb::Source::Binary(Arc::new(text::FALLBACK)));
    Arc::new(fonts)
});

fn tree(figure: &Figure) -> Result<usvg::Tree, PictureError> {
    let options = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: text::FAMILY.to_owned(),
        ..usvg::Options::default()
    };
    usvg::Tree::from_str(&svg(figure), &options).map_err(PictureError::Svg)
}

/// The figure as an image, `width × height` pixels of it, without a screen or a GPU.
///
/// # Errors
/// [`PictureError::Size`] for a size that cannot be held.
pub fn pixels(figure: &Figure) -> Result<tiny_skia::Pixmap, PictureError> {
    let [width, height] = figure.size;
    let mut pixmap = tiny_skia::Pixmap::new(width as u32, height as u32)
        .ok_or(PictureError::Size(width, height))?;
    resvg::render(&tree(figure)?, tiny_skia::Transform::identity(), &mut pixmap.as_mut());
    Ok(pixmap)
}

/// All of a figure but its texts as an image, `scale` pixels to the pixel of the figure: what a
/// window lays under texts of its own. Of texts with a halo the halo is there.
///
/// # Errors
/// As [`pixels`].
pub fn layer(figure: &Figure, scale: f32) -> Result<tiny_skia::Pixmap, PictureError> {
    let [width, height] = figure.size.map(|side| side * scale);
    let mut pixmap = tiny_skia::Pixmap::new(width.ceil() as u32, height.ceil() as u32)
        .ok_or(PictureError::Size(width, height))?;
    let bare = Figure { marks: halos_for_texts(&figure.marks), ..figure.clone() };
    let transform = tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(&tree(&bare)?, transform, &mut pixmap.as_mut());
    Ok(pixmap)
}

fn halos_for_texts(marks: &[Mark]) -> Vec<Mark> {
    let keep = |mark: &Mark| match mark {
        Mark::Text(text) => text.halo.map(|halo| Mark::Text(Text { color: halo, ..text.clone() })),
        Mark::Clip { rect, marks } => {
            Some(Mark::Clip { rect: *rect, marks: halos_for_texts(marks) })
        }
        other => Some(other.clone()),
    };
    marks.iter().filter_map(keep).collect()
}

/// The figure as PNG, with colours of eight bits; a picture that nothing shines through has no alpha.
///
/// # Errors
/// As [`pixels`], and [`PictureError::Png`].
pub fn png(figure: &Figure) -> Result<Vec<u8>, PictureError> {
    let pixmap = pixels(figure)?;
    let opaque = pixmap.pixels().iter().all(|pixel| pixel.alpha() == u8::MAX);
    let mut bytes = Vec::with_capacity(pixmap.data().len());
    for pixel in pixmap.pixels() {
        let colour = pixel.demultiply();
        bytes.extend_from_slice(&[colour.red(), colour.green(), colour.blue()]);
        bytes.extend((!opaque).then_some(colour.alpha()));
    }
    let written = || {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, pixmap.width(), pixmap.height());
        encoder.set_color(if opaque { png::ColorType::Rgb } else { png::ColorType::Rgba });
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&bytes)?;
        writer.finish()?;
        Ok(out)
    };
    written().map_err(|error: png::EncodingError| PictureError::Png(error.to_string()))
}

/// The figure as PDF, one page, 72 pixels to the inch, text as text.
///
/// # Errors
/// [`PictureError::Size`] or [`PictureError::Pdf`].
pub fn pdf(figure: &Figure) -> Result<Vec<u8>, PictureError> {
    use krilla_svg::SurfaceExt as _;

    let [width, height] = figure.size;
    let size = krilla::geom::Size::from_wh(width, height);
    let size = size.ok_or(PictureError::Size(width, height))?;
    let page = krilla::page::PageSettings::from_wh(width, height);
    let page = page.ok_or(PictureError::Size(width, height))?;
    let mut document = krilla::Document::new();
    let mut page = document.start_page_with(page);
    let mut surface = page.surface();
    surface.draw_svg(&tree(figure)?, size, krilla_svg::SvgSettings::default());
    surface.finish();
    page.finish();
    document.set_metadata(krilla::metadata::Metadata::new().title(figure.title.clone()));
    document.finish().map_err(|error| PictureError::Pdf(format!("{error:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::figure::Color;

    #[test]
    fn pictures_keep_their_colours_and_what_shines_through() {
        for (alpha, kind) in [(255, png::ColorType::Rgb), (102, png::ColorType::Rgba)] {
            let figure = Figure {
                size: [5.0, 3.0],
                ground: Color([250, 125, 5, alpha]),
                marks: Vec::new(),
                regions: Vec::new(),
                title: String::new(),
                spec: String::new(),
            };
            let bytes = super::png(&figure).expect("a picture");
            let mut reader =
                png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a header");
            let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
            let info = reader.next_frame(&mut pixels).expect("pixels");
            assert_eq!((info.width, info.height, info.color_type), (5, 3, kind));
            let (first, last) =
                (&pixels[..kind.samples()], &pixels[pixels.len() - kind.samples()..]);
            assert_eq!(first, last);
            assert_eq!(&first[..3], [250, 125, 5]);
            assert_eq!(first.get(3).copied(), (alpha < 255).then_some(alpha));
        }
    }
}
