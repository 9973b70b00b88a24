//! Capacity and cost over time; dragging in the plot moves the clock.

use eframe::egui::{self, Rect, Response, Sense, Ui, vec2};

use super::action::{Action, PanelContext, Tab};
use super::drawing::{Drawings, spec};
use super::hours_chart;
use super::map_panel::on_figure;
use super::sites_table::SitesTable;
use super::theme;
use crate::figure::scale::axis_unit;
use crate::figure::{ChartRegion, EventMark, Region};
use crate::model::Month;
use crate::units::grouped;

/// The buttons of the clock need so much room, in pixels.
const CLOCK_ROOM: f32 = 140.0;

/// The charts.
#[derive(Default)]
pub struct ChartPanel {
    sites: SitesTable,
    /// Room that the tabs took last.
    tabs_width: f32,
}

impl ChartPanel {
    /// Draws the tabs and the chart, and gathers what was asked of them.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        cx: &PanelContext<'_>,
        drawings: &mut Drawings,
    ) -> Vec<Action> {
        let mut actions = Vec::new();
        tabs(ui, cx, &mut self.tabs_width, &mut actions);
        let Some(kind) = cx.state.tab.figure() else {
            actions.extend(self.sites.ui(ui, cx));
            return actions;
        };
        let size = ui.available_size().max(vec2(240.0, 120.0));
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, "Chart over time"));
        if kind.is_study() && cx.study.is_none() {
            waiting(ui, cx, rect);
            return actions;
        }
        let wanted = spec(cx, kind, [rect.width().floor(), rect.height().floor()]);
        let painted = drawings.get(cx, wanted, ui, rect.min);
        painted.paint(&ui.painter_at(rect), rect);
        for region in &painted.figure.regions {
            match region {
                Region::Chart { chart, events } => {
                    point(ui, cx, (chart, events), rect, &response, &mut actions);
                }
                Region::Hours(hours) => {
                    hours_chart::look(ui, cx, hours, rect, &response, &mut actions);
                }
                _ => {}
            }
        }
        actions
    }
}

fn tab_row(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    for (tab, title) in Tab::ALL {
        let selected = cx.state.tab == tab;
        if ui.selectable_label(selected, title).on_hover_text(tab.tip()).clicked() {
            actions.push(Action::SetTab(tab));
        }
    }
    // Its place is kept, so that nothing moves when the tab of prices is chosen.
    let prices = cx.state.tab == Tab::Prices;
    ui.scope(|ui| {
        if !prices {
            ui.set_invisible();
        }
        hours_chart::switch(ui, cx, actions);
    });
}

/// What stands in place of a study that is not there.
fn waiting(ui: &Ui, cx: &PanelContext<'_>, rect: Rect) {
    let text = match (cx.study_error, cx.state.tab) {
        (Some(error), _) => error.to_owned(),
        (None, Tab::Compare | Tab::Ledger) if cx.state.scenario.key.is_empty() => {
            "Choose a scenario at the top to compare it with the baseline".to_owned()
        }
        _ => "working it out…".to_owned(),
    };
    let color = super::paint::color32(cx.state.theme.colors().weak);
    let font = super::paint::font(13.0, false);
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, text, font, color);
}

fn tabs(ui: &mut Ui, cx: &PanelContext<'_>, tabs_width: &mut f32, actions: &mut Vec<Action>) {
    let height = ui.spacing().interact_size.y;
    let row = vec2(ui.available_width(), height);
    let from_right = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(row, from_right, |ui| {
        let room = (row.x - *tabs_width).max(CLOCK_ROOM);
        ui.allocate_ui_with_layout(vec2(room, height), from_right, |ui| {
            super::clock::controls(ui, cx, actions);
        });
        // What has no room beside the clock is scrolled to.
        let from_left = egui::Layout::left_to_right(egui::Align::Center);
        ui.with_layout(from_left, |ui| {
            let hidden = egui::scroll_area::ScrollBarVisibility::AlwaysHidden;
            let scroll = egui::ScrollArea::horizontal().scroll_bar_visibility(hidden);
            let shown = scroll.show(ui, |ui| tab_row(ui, cx, actions));
            *tabs_width = shown.content_size.x + ui.spacing().item_spacing.x;
        });
    });
}

fn point(
    ui: &Ui,
    cx: &PanelContext<'_>,
    (chart, events): (&ChartRegion, &[EventMark]),
    rect: Rect,
    response: &Response,
    actions: &mut Vec<Action>,
) {
    let at = response.interact_pointer_pos().map(|p| on_figure(rect, p));
    let alt = ui.input(|i| i.modifiers.alt);
    if let Some(at) = at.filter(|_| response.clicked() && alt || response.double_clicked()) {
        if let Some((band, _)) = chart.band_at(at) {
            actions.push(Action::Isolate(chart.bands[band].name.clone()));
        }
    } else if let Some(at) = at.filter(|_| response.clicked() || response.dragged()) {
        let month = chart.time.month(at[0]);
        if month != cx.state.month {
            actions.push(Action::SetMonth(month));
        }
    }
    let Some(at) = response.hover_pos().map(|p| on_figure(rect, p)) else { return };
    let near = events
        .iter()
        .find(|e| (e.center[0] - at[0]).abs() < 5.0 && (e.center[1] - at[1]).abs() < 7.0);
    if let Some(mark) = near {
        tip_in(ui, (chart, rect), response, |ui| event_tip(ui, cx, mark.event));
    } else if chart.plot.contains(at) && !response.dragged() && !chart.bands.is_empty() {
        let month = chart.time.month(at[0]);
        let band = chart.band_at(at).map(|(band, _)| band);
        tip_in(ui, (chart, rect), response, |ui| value_tip(ui, cx, chart, month, band));
    } else if chart.plot.contains(at) && !response.dragged() && !chart.lines.is_empty() {
        let month = chart.time.month(at[0]);
        tip_in(ui, (chart, rect), response, |ui| lines_tip(ui, cx, chart, month));
    }
}

/// A tip that stands inside the plot, at the side of the pointer that has more room: it covers neither
/// clock nor tabs nor labels. One that is higher than the plot goes over its lower edge.
fn tip_in(
    ui: &Ui,
    (chart, rect): (&ChartRegion, Rect),
    response: &Response,
    contents: impl FnOnce(&mut Ui),
) {
    let Some(pointer) = response.hover_pos() else { return };
    let at = |x: f32, y: f32| rect.min + vec2(x, y);
    let plot = Rect::from_min_max(
        at(chart.plot.x, chart.plot.y),
        at(chart.plot.right(), chart.plot.bottom()),
    );
    let left = pointer.x > plot.center().x;
    let (pivot, x) = if left {
        (egui::Align2::RIGHT_TOP, pointer.x - 14.0)
    } else {
        (egui::Align2::LEFT_TOP, pointer.x + 14.0)
    };
    let screen = ui.ctx().content_rect();
    let room = Rect::from_min_max(
        egui::pos2(plot.left(), plot.top()),
        egui::pos2(plot.right(), screen.bottom()),
    );
    egui::Area::new(egui::Id::unique("chart tip"))
        .order(egui::Order::Tooltip)
        .interactable(false)
        .pivot(pivot)
        .fixed_pos(egui::pos2(x, plot.top() + 2.0))
        .constrain_to(room)
        .show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                // As close as texts can stand, so that all bands fit beside the plot.
                ui.spacing_mut().interact_size.y = 0.0;
                ui.spacing_mut().item_spacing.y = 1.0;
                contents(ui);
            });
        });
}

/// All lines that have a name, at a month, the highest first.
fn lines_tip(ui: &mut Ui, cx: &PanelContext<'_>, chart: &ChartRegion, month: Month) {
    let colors = cx.state.theme.colors();
    let at = (month.index() - chart.time.first.index()) as usize;
    let (factor, unit) = &chart.unit;
    ui.label(theme::strong(colors, format!("{} · {unit}", month.title())));
    let mut lines: Vec<_> =
        chart.lines.iter().map(|line| (line, line.values.get(at).copied().flatten())).collect();
    let value = |value: &Option<(f64, bool)>| value.map_or(f64::NEG_INFINITY, |(value, _)| value);
    lines.sort_by(|(_, a), (_, b)| value(b).total_cmp(&value(a)));
    egui::Grid::new("lines").num_columns(3).spacing([14.0, 2.0]).show(ui, |ui| {
        for (line, value) in lines {
            ui.label(egui::RichText::new(&line.name).color(super::paint::color32(line.color)));
            match value {
                Some((value, held)) => {
                    let decimals = usize::from((value / factor).abs() < 99.95);
                    ui.label(grouped(value / factor, decimals));
                    ui.label(theme::weak(colors, if held { "held" } else { "" }));
                }
                None => {
                    ui.label(theme::weak(colors, "unknown"));
                }
            }
            ui.end_row();
        }
    });
}

fn event_tip(ui: &mut Ui, cx: &PanelContext<'_>, event: usize) {
    let colors = cx.state.theme.colors();
    let event = &cx.data.tables.events[event];
    ui.set_max_width(320.0);
    ui.label(theme::strong(colors, cx.data.text(event.label)));
    ui.label(theme::weak(colors, format!("{} · {}", event.date, cx.data.text(event.kind))));
    ui.label(cx.data.text(event.detail));
}

/// All bands at a month, the one under the pointer first in weight.
fn value_tip(
    ui: &mut Ui,
    cx: &PanelContext<'_>,
    chart: &ChartRegion,
    month: Month,
    under: Option<usize>,
) {
    let colors = cx.state.theme.colors();
    let at = (month.index() - chart.time.first.index()) as usize;
    let stack = if cx.state.tab == Tab::Cost { &cx.prepared.cost } else { &cx.prepared.capacity };
    let total: f64 = chart.bands.iter().map(|b| b.values[at]).sum();
    let (factor, unit) = axis_unit(total, stack.measure.unit());
    let per = if stack.measure.is_flow() { " a year" } else { "" };
    let number = |value: f64| grouped(value / factor, 2);
    ui.label(theme::strong(colors, format!("{} · {} {unit}{per}", month.title(), number(total))));
    egui::Grid::new("values").num_columns(3).spacing([14.0, 2.0]).show(ui, |ui| {
        for (index, band) in
            chart.bands.iter().enumerate().rev().filter(|(_, b)| b.values[at] > 0.0)
        {
            let color = super::paint::color32(band.slot.color(colors));
            let name = egui::RichText::new(&band.name).color(color);
            ui.label(if under == Some(index) { name.strong().underline() } else { name });
            ui.label(number(band.values[at]));
            ui.label(theme::weak(colors, crate::units::percent(band.values[at] / total)));
            ui.end_row();
        }
    });
    let (unknown, count) = (stack.total.unknown[at], stack.total.count[at]);
    if unknown > 0 {
        ui.label(theme::weak(
            colors,
            format!("{unknown} of {count} phases in service without a value"),
        ));
    }
}
