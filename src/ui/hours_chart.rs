//! Prices by hour: the switch to them, and what the pointer does in their chart.

use eframe::egui::{self, Rect, Response, Ui};

use super::action::{Action, PanelContext};
use super::map_panel::on_figure;
use super::theme;
use crate::figure::HoursRegion;
use crate::figure::hours::within;
use crate::model::Hour;
use crate::units::grouped;

/// A turn of the wheel by so many pixels shows half or twice as many hours.
const WHEEL: f64 = 240.0;

/// Goes between months and hours; only where files hold hours.
pub(super) fn switch(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    if !cx.data.has_hours() {
        return;
    }
    let by_hour = cx.state.hours.is_some();
    let tip = if by_hour {
        "back to prices by month, as bills take them"
    } else {
        "prices of each hour: drag to move, scroll to zoom, double-click for all"
    };
    if ui.selectable_label(by_hour, "Hours").on_hover_text(tip).clicked() {
        let all = || within(cx.data.hours(), [f64::NAN; 2]);
        actions.push(Action::SetHours((!by_hour).then(all)));
    }
}

/// What the pointer asks of the chart, and what it is on.
pub(super) fn look(
    ui: &Ui,
    cx: &PanelContext<'_>,
    region: &HoursRegion,
    rect: Rect,
    response: &Response,
    actions: &mut Vec<Action>,
) {
    let mut view = |hours: [f64; 2]| {
        let hours = within(cx.data.hours(), hours);
        let moved = hours.iter().zip(region.hours).any(|(a, b)| (a - b).abs() > 1e-9);
        if moved {
            actions.push(Action::SetHours(Some(hours)));
        }
    };
    if response.double_clicked() {
        return view([f64::NAN; 2]);
    }
    if response.dragged() {
        return view(region.panned(response.drag_delta().x));
    }
    let Some(at) = response.hover_pos().map(|p| on_figure(rect, p)) else { return };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    let factor = f64::from(pinch) * (f64::from(scroll.y) / WHEEL).exp2();
    if (factor - 1.0).abs() > 1e-6 {
        view(region.zoomed(factor, at[0]));
    } else if scroll.x != 0.0 {
        view(region.panned(scroll.x));
    }
    if region.plot.contains(at) {
        let hour = Hour(region.hour_at(at[0]).floor() as i32);
        response.clone().on_hover_ui_at_pointer(|ui| tip(ui, cx, region, hour));
    }
}

/// The prices of an hour, the highest first.
fn tip(ui: &mut Ui, cx: &PanelContext<'_>, region: &HoursRegion, hour: Hour) {
    let colors = cx.state.theme.colors();
    let prices = cx.data.hours();
    let number = |value: f64| grouped(value, usize::from(value.abs() < 99.95));
    ui.label(theme::strong(colors, format!("{hour} UTC · USD/MWh")));
    let mut lines: Vec<_> =
        region.lines.iter().map(|line| (line, prices.zones[line.zone].prices.get(hour))).collect();
    let height = |value: Option<f64>| value.unwrap_or(f64::NEG_INFINITY);
    lines.sort_by(|(_, a), (_, b)| height(*b).total_cmp(&height(*a)));
    egui::Grid::new("hours").num_columns(3).spacing([14.0, 2.0]).show(ui, |ui| {
        for (line, value) in lines {
            ui.label(egui::RichText::new(&line.name).color(super::paint::color32(line.color)));
            match value {
                Some(value) => ui.label(number(value)),
                None => ui.label(theme::weak(colors, "unknown")),
            };
            let local = prices.zones[line.zone].local.as_ref();
            if let Some((local, value)) = local.and_then(|own| Some((own, own.prices.get(hour)?))) {
                let currency = cx.data.text(local.currency);
                ui.label(theme::weak(colors, format!("{} {currency}", number(value))));
            }
            ui.end_row();
        }
        let [low, median, high] = prices.spread.each_ref().map(|series| series.get(hour));
        if let (Some(low), Some(median), Some(high)) = (low, median, high) {
            ui.label(theme::weak(colors, "5–95 % of zones"));
            ui.label(theme::weak(colors, format!("{} to {}", number(low), number(high))));
            ui.end_row();
            ui.label(theme::weak(colors, "median"));
            ui.label(theme::weak(colors, number(median)));
            ui.end_row();
        }
    });
}
