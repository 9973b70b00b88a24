//! Where the panels stand: bars above and below, controls left, inspector right, map over charts.

use eframe::egui::{self, CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

use super::action::{Action, PanelContext, Side};
use super::chart_panel::ChartPanel;
use super::controls::ControlsPanel;
use super::drawing::Drawings;
use super::flat;
use super::frame_panels;
use super::inspector::InspectorPanel;
use super::map_panel::MapPanel;
use super::paint::color32;
use super::scenario_panel::ScenarioPanel;
use crate::figure::{Color, MapBy};

/// A window narrower than this starts with narrower side panels.
const WIDE_FROM: f32 = 1400.0;
/// A window lower than this starts with a lower chart.
const HIGH_FROM: f32 = 700.0;

/// All panels, and the figures that two of them show.
#[derive(Default)]
pub struct Panels {
    map: MapPanel,
    chart: ChartPanel,
    controls: ControlsPanel,
    inspector: InspectorPanel,
    scenario: ScenarioPanel,
    open: frame_panels::OpenPanel,
    /// The figures of map and charts.
    pub drawings: Drawings,
}

impl Panels {
    /// Forgets what the pointer was on: it is no longer there.
    pub fn forget_pointer(&mut self) {
        self.map = MapPanel::default();
    }

    /// The frame of a panel. Where a card draws, the ground is there already.
    fn frame(&self, color: Color, margin: Margin) -> Frame {
        let frame = Frame::new().inner_margin(margin);
        if self.has_card() { frame } else { frame.fill(color32(color)) }
    }

    fn has_card(&self) -> bool {
        self.drawings.drawn_by != MapBy::Marks
    }

    /// Has a card paint the ground of what is left of the window.
    fn ground(&self, ui: &Ui, color: Color, slot: usize) {
        if self.has_card() {
            let rect = ui.available_rect_before_wrap();
            ui.painter().add(flat::ground(rect, color32(color), slot));
        }
    }

    /// Lays the panels out and gathers what was asked of them.
    pub fn ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
        let mut asked = Vec::new();
        self.ground(ui, cx.state.theme.colors().panel, 0);
        self.bars(ui, cx, &mut asked);
        self.sides(ui, cx, &mut asked);
        self.views(ui, cx, &mut asked);
        if cx.state.problems_open {
            asked.extend(frame_panels::problems_ui(ui, cx));
        }
        if cx.state.keys_open {
            asked.extend(frame_panels::keys_ui(ui, cx));
        }
        if cx.state.open_dialog {
            asked.extend(self.open.ui(ui, cx));
        }
        if ui.input(|i| !i.raw.hovered_files.is_empty()) {
            drop_hint(ui, cx);
        }
        asked
    }

    fn bars(&self, ui: &mut Ui, cx: &PanelContext<'_>, asked: &mut Vec<Action>) {
        let bar = self.frame(cx.state.theme.colors().panel, Margin::symmetric(12, 4));
        Panel::top("top").exact_size(38.0).frame(bar).show(ui, |ui| {
            asked.extend(frame_panels::top_ui(ui, cx));
        });
        Panel::bottom("status").exact_size(28.0).frame(bar).show(ui, |ui| {
            asked.extend(frame_panels::status_ui(ui, cx));
        });
    }

    fn sides(&mut self, ui: &mut Ui, cx: &PanelContext<'_>, asked: &mut Vec<Action>) {
        let side = self.frame(cx.state.theme.colors().panel, Margin::symmetric(12, 4));
        let width = ui.available_width();
        // Each class of window keeps its own panel sizes, so that a small one starts well.
        let wide = width >= WIDE_FROM;
        let (left, right) = if wide { (248.0, 320.0) } else { (222.0, 252.0) };
        Panel::left(("controls", wide))
            .default_size(left)
            .size_range(190.0..=(width * 0.28).max(200.0))
            .frame(side)
            .show(ui, |ui| scrolled(ui, |ui| asked.extend(self.controls.ui(ui, cx))));
        let hovered = self.map.hovered();
        Panel::right(("inspector", wide))
            .default_size(right)
            .size_range(220.0..=(width * 0.34).max(230.0))
            .frame(side)
            .show(ui, |ui| {
                let has_scenario = !cx.state.scenario.key.is_empty();
                if has_scenario {
                    side_row(ui, cx, asked);
                }
                scrolled(ui, |ui| {
                    if has_scenario && cx.state.side == Side::Scenario {
                        asked.extend(self.scenario.ui(ui, cx));
                    } else {
                        asked.extend(self.inspector.ui(ui, cx, hovered));
                    }
                });
            });
    }

    fn views(&mut self, ui: &mut Ui, cx: &PanelContext<'_>, asked: &mut Vec<Action>) {
        let ground = cx.state.theme.colors().ground;
        let height = ui.available_height();
        self.ground(ui, ground, 1);
        let frames = [Margin::symmetric(8, 4), Margin::ZERO].map(|m| self.frame(ground, m));
        Panel::bottom(("charts", height >= HIGH_FROM))
            .resizable(true)
            .default_size(height * 0.37)
            .size_range(150.0..=height * 0.7)
            .frame(frames[0])
            .show(ui, |ui| asked.extend(self.chart.ui(ui, cx, &mut self.drawings)));
        CentralPanel::default().frame(frames[1]).show(ui, |ui| {
            asked.extend(self.map.ui(ui, cx, &mut self.drawings));
        });
    }
}

/// What stands at the right: always in reach, whatever is below.
fn side_row(ui: &mut Ui, cx: &PanelContext<'_>, asked: &mut Vec<Action>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        for (side, title) in [(Side::Scenario, "Scenario"), (Side::Selection, "Selection")] {
            if ui.selectable_label(cx.state.side == side, title).clicked() {
                asked.push(Action::ShowSide(side));
            }
        }
    });
}

/// Contents of a panel that scroll, and never widen it: a panel keeps the width that its contents took.
fn scrolled(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let rect = ui.available_rect_before_wrap();
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    child.shrink_clip_rect(rect.expand2(egui::vec2(4.0, 0.0)));
    ScrollArea::vertical().auto_shrink([false, false]).show(&mut child, |ui| {
        ui.set_max_width(ui.available_width());
        contents(ui);
    });
    ui.advance_cursor_after_rect(rect);
}

fn drop_hint(ui: &Ui, cx: &PanelContext<'_>) {
    let color = color32(cx.state.theme.colors().accent);
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop"));
    let painter = ui.layer_painter(layer);
    let rect = ui.content_rect().shrink(6.0);
    painter.rect_stroke(rect, 10.0, egui::Stroke::new(3.0, color), egui::StrokeKind::Inside);
    let font = super::paint::font(20.0, true);
    painter.text(rect.center(), egui::Align2::CENTER_CENTER, "Drop to open", font, color);
}
