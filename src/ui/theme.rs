//! Fonts, colours and spacings of the window, from the colours of figures.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontTweak, Stroke,
    Style, TextStyle, vec2,
};

use super::paint::{color32, font};
use crate::figure::{Colors, Theme, text};

/// Installs the bundled fonts and both themes.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    for (ours, theirs) in [(Theme::Dark, egui::Theme::Dark), (Theme::Light, egui::Theme::Light)] {
        ctx.style_mut_of(theirs, |style| apply(style, ours));
    }
}

/// Shows a theme.
pub fn show(ctx: &Context, theme: Theme) {
    ctx.set_theme(match theme {
        Theme::Dark => egui::Theme::Dark,
        Theme::Light => egui::Theme::Light,
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    // The thin space between thousands is as wide here as in files.
    let thin = text::width("\u{2009}", 1.0, false) / text::width(" ", 1.0, false);
    let tweak = FontTweak { hinting: Some(false), thin_space_width: thin, ..FontTweak::default() };
    for (name, bytes) in [("wattlas", text::REGULAR), ("wattlas-bold", text::BOLD)] {
        let data = FontData::from_static(bytes).tweak(tweak.clone());
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let other = FontData::from_static(text::FALLBACK);
    fonts.font_data.insert("wattlas-fallback".to_owned(), Arc::new(other));
    let regular = fonts.families.entry(FontFamily::Proportional).or_default();
    regular.insert(0, "wattlas".to_owned());
    regular.push("wattlas-fallback".to_owned());
    let mut bold = regular.clone();
    bold.insert(0, "wattlas-bold".to_owned());
    fonts.families.insert(FontFamily::Name("bold".into()), bold);
    fonts
}

fn apply(style: &mut Style, theme: Theme) {
    let colors = theme.colors();
    for (name, size, bold) in [
        (TextStyle::Small, 11.0, false),
        (TextStyle::Body, 12.5, false),
        (TextStyle::Button, 12.5, false),
        (TextStyle::Heading, 17.0, true),
    ] {
        style.text_styles.insert(name, font(size, bold));
    }
    style.spacing.item_spacing = vec2(8.0, 5.0);
    style.spacing.button_padding = vec2(8.0, 4.0);
    style.spacing.interact_size.y = 24.0;
    style.spacing.scroll = egui::style::ScrollStyle::thin();
    style.interaction.selectable_labels = true;
    style.animation_time = 0.08;
    visuals(&mut style.visuals, colors, theme);
}

fn visuals(visuals: &mut egui::Visuals, colors: &Colors, theme: Theme) {
    let corner = CornerRadius::same(5);
    let c = color32;
    *visuals = if theme == Theme::Dark { egui::Visuals::dark() } else { egui::Visuals::light() };
    visuals.panel_fill = c(colors.panel);
    visuals.window_fill = c(colors.panel);
    visuals.extreme_bg_color = c(colors.ground);
    visuals.faint_bg_color = c(colors.raised);
    visuals.window_stroke = Stroke::new(1.0, c(colors.rule));
    visuals.window_shadow = egui::Shadow::NONE;
    visuals.popup_shadow = egui::Shadow::NONE;
    visuals.hyperlink_color = c(colors.accent);
    visuals.warn_fg_color = c(colors.warning);
    visuals.error_fg_color = c(colors.error);
    visuals.selection.bg_fill = c(colors.accent.alpha(0.28));
    visuals.selection.stroke = Stroke::new(1.0, c(colors.strong));
    visuals.weak_text_color = Some(c(colors.weak));
    let widgets = &mut visuals.widgets;
    let rule = Stroke::new(1.0, c(colors.rule));
    for (widget, fill, text) in [
        (&mut widgets.noninteractive, colors.panel, colors.text),
        (&mut widgets.inactive, colors.raised, colors.text),
        (&mut widgets.hovered, colors.raised.mix(colors.strong, 0.08), colors.strong),
        (&mut widgets.active, colors.raised.mix(colors.accent, 0.3), colors.strong),
        (&mut widgets.open, colors.raised, colors.strong),
    ] {
        widget.bg_fill = c(fill);
        widget.weak_bg_fill = c(fill);
        widget.bg_stroke = rule;
        widget.fg_stroke = Stroke::new(1.0, c(text));
        widget.corner_radius = corner;
        widget.expansion = 0.0;
    }
    // The rail of sliders has this fill, buttons the weak one.
    widgets.inactive.bg_fill = c(colors.raised.mix(colors.weak, 0.35));
    visuals.slider_trailing_fill = true;
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(6);
}

/// Text that is read last.
pub fn weak(colors: &Colors, text: impl Into<String>) -> egui::RichText {
    egui::RichText::new(text).color(color32(colors.weak))
}

/// Text that is read first.
pub fn strong(colors: &Colors, text: impl Into<String>) -> egui::RichText {
    let bold = FontFamily::Name("bold".into());
    egui::RichText::new(text).family(bold).color(color32(colors.strong))
}

/// The heading of a section: small capitals by letter case and spacing.
pub fn section(ui: &mut egui::Ui, colors: &Colors, title: &str) {
    ui.add_space(8.0);
    let text = strong(colors, title.to_uppercase()).size(10.5).color(color32(colors.weak));
    ui.label(text.extra_letter_spacing(0.6));
    ui.add_space(1.0);
}

/// A card: a raised box with room inside.
pub fn card<R>(ui: &mut egui::Ui, colors: &Colors, add: impl FnOnce(&mut egui::Ui) -> R) -> R {
    egui::Frame::new()
        .fill(color32(colors.raised))
        .stroke(Stroke::new(1.0, color32(colors.rule)))
        .corner_radius(7)
        .inner_margin(egui::Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().interact_size.y = 17.0;
            ui.spacing_mut().item_spacing.y = 3.0;
            add(ui)
        })
        .inner
}

/// A row of a card: label left, value right.
pub fn row(ui: &mut egui::Ui, colors: &Colors, label: &str, value: impl Into<egui::WidgetText>) {
    ui.horizontal(|ui| {
        ui.label(weak(colors, label));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add(egui::Label::new(value).truncate());
        });
    });
}

/// The transparent colour.
pub const NOTHING: Color32 = Color32::TRANSPARENT;
