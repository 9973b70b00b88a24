//! Colours of figures: surfaces, text, groups, and the scale of values.

use super::mark::Color;

/// Dark for screens, light for paper.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Light marks on a dark ground.
    #[default]
    Dark,
    /// Dark marks on paper.
    Light,
}

impl Theme {
    /// Reads the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "dark" => Some(Self::Dark),
            "light" => Some(Self::Light),
            _ => None,
        }
    }

    /// The colours.
    pub fn colors(self) -> &'static Colors {
        match self {
            Self::Dark => &DARK,
            Self::Light => &LIGHT,
        }
    }
}

/// All colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colors {
    /// Ground of the figure.
    pub ground: Color,
    /// Ground of panels and cards.
    pub panel: Color,
    /// Ground of inputs and chips on panels.
    pub raised: Color,
    /// Fine rules between things.
    pub rule: Color,
    /// Text that is read first.
    pub strong: Color,
    /// Text.
    pub text: Color,
    /// Text that is read last.
    pub weak: Color,
    /// The one accent.
    pub accent: Color,
    /// Something is wrong.
    pub error: Color,
    /// Something is doubted.
    pub warning: Color,
    /// Water.
    pub sea: Color,
    /// Land without a value.
    pub land: Color,
    /// Coasts and borders.
    pub border: Color,
    /// Hatching of land without data.
    pub hatch: Color,
    /// Meridians and parallels.
    pub graticule: Color,
    /// Halo of marks over coloured land.
    pub halo: Color,
    /// Hues of groups, in the order of their size.
    pub hues: [Color; 8],
    /// All other groups.
    pub other: Color,
    /// What has no name.
    pub unnamed: Color,
    /// How far value colours are mixed into the land.
    pub value_mix: f32,
}

const DARK: Colors = Colors {
    ground: Color::hex(0x0b_0f15),
    panel: Color::hex(0x12_1721),
    raised: Color::hex(0x1b_2230),
    rule: Color::hex(0x27_2f3d),
    strong: Color::hex(0xf2_f5f9),
    text: Color::hex(0xcb_d3de),
    weak: Color::hex(0x8b_95a5),
    accent: Color::hex(0x56_b8f5),
    error: Color::hex(0xf0_7178),
    warning: Color::hex(0xf2_b04b),
    sea: Color::hex(0x0b_0f15),
    land: Color::hex(0x20_2733),
    border: Color::hex(0x0b_0f15),
    hatch: Color::hex(0x3d_4757),
    graticule: Color::hex(0x18_1e29),
    halo: Color::hex(0x0b_0f15),
    hues: [
        Color::hex(0x4c_9be8),
        Color::hex(0xf0_9a37),
        Color::hex(0x3f_b984),
        Color::hex(0xe5_6464),
        Color::hex(0xa6_86e0),
        Color::hex(0x74_c7d8),
        Color::hex(0xd9_bd45),
        Color::hex(0xdd_84bd),
    ],
    other: Color::hex(0xb9_c2cf),
    unnamed: Color::hex(0x7d_8797),
    value_mix: 0.62,
};

const LIGHT: Colors = Colors {
    ground: Color::hex(0xff_ffff),
    panel: Color::hex(0xf6_f7f9),
    raised: Color::hex(0xff_ffff),
    rule: Color::hex(0xd9_dee5),
    strong: Color::hex(0x12_1821),
    text: Color::hex(0x2f_3947),
    weak: Color::hex(0x65_7080),
    accent: Color::hex(0x12_6fb8),
    error: Color::hex(0xb8_2f38),
    warning: Color::hex(0x9c_6207),
    sea: Color::hex(0xff_ffff),
    land: Color::hex(0xe7_eaee),
    border: Color::hex(0xff_ffff),
    hatch: Color::hex(0xb9_c1cc),
    graticule: Color::hex(0xee_f1f4),
    halo: Color::hex(0xff_ffff),
    hues: [
        Color::hex(0x1f_6cc0),
        Color::hex(0xa9_5c00),
        Color::hex(0x17_7750),
        Color::hex(0xc0_3038),
        Color::hex(0x78_51c4),
        Color::hex(0x0d_7487),
        Color::hex(0x7a_6a00),
        Color::hex(0xad_4390),
    ],
    other: Color::hex(0x3d_4756),
    unnamed: Color::hex(0x68_717f),
    value_mix: 0.42,
};

/// Cividis at equal steps: perceptually even, and read alike by most colour-blind people
/// (Nuñez, Anderton and Renslow 2018, doi:10.1371/journal.pone.0199239).
const CIVIDIS: [u32; 9] = [
    0x00_204c, 0x1a_386f, 0x40_4c6c, 0x5b_616d, 0x74_7777, 0x8f_8d78, 0xac_a573, 0xcb_be66,
    0xff_e945,
];

/// The colour of a value at `share` of its scale, 0 to 1, as laid over land.
pub fn value_color(colors: &Colors, share: f32) -> Color {
    let at = share.clamp(0.0, 1.0) * (CIVIDIS.len() - 1) as f32;
    let below = (at.floor() as usize).min(CIVIDIS.len() - 2);
    let low = Color::hex(CIVIDIS[below]);
    let color = low.mix(Color::hex(CIVIDIS[below + 1]), at - below as f32);
    colors.land.mix(color, colors.value_mix)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours, from 1 to 21 (WCAG 2.1, relative luminance).
    fn contrast(a: Color, b: Color) -> f64 {
        let luminance = |color: Color| {
            let [r, g, b, _] = color.0.map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn texts_and_series_can_be_read() {
        for theme in [Theme::Dark, Theme::Light] {
            let colors = theme.colors();
            let mut texts = colors.hues.to_vec();
            let more = [colors.strong, colors.text, colors.weak, colors.other, colors.unnamed];
            texts.extend(more.into_iter().chain([colors.error, colors.warning]));
            for text in texts {
                for ground in [colors.ground, colors.panel] {
                    let contrast = contrast(text, ground);
                    assert!(contrast >= 4.5, "{theme:?}: {text:?} on {ground:?}: {contrast:.2}");
                }
            }
        }
        // Labels of sites stand on land of any value; in the dark a halo of the ground bears them.
        let colors = Theme::Light.colors();
        for step in 0..=16_u8 {
            let land = value_color(colors, f32::from(step) / 16.0);
            let contrast = contrast(colors.strong, land);
            assert!(contrast >= 4.5, "{contrast:.2} at {step}");
        }
    }
}
