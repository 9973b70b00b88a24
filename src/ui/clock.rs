//! The clock: one month for all views.

use eframe::egui::{self, Key, Modifiers, Ui};

use super::action::{Action, PanelContext};
use crate::model::Month;

/// Buttons of the clock, from right to left.
pub(super) fn controls(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let grid = &cx.outcome.grid;
    let month = cx.state.month;
    let step = |months: i32| held(cx, month.plus(months));
    if ui.button("+12").on_hover_text("A year later (Shift+→)").clicked() {
        actions.push(Action::SetMonth(step(12)));
    }
    if ui.button("▶").on_hover_text("A month later (→)").clicked() {
        actions.push(Action::SetMonth(step(1)));
    }
    let mut index = grid.clamp(month);
    let slider = egui::Slider::new(&mut index, 0..=grid.len - 1).show_value(false);
    ui.spacing_mut().slider_width = 130.0;
    let slider = ui.add(slider).accessible_name("Month");
    if slider.changed() {
        actions.push(Action::SetMonth(grid.month(index)));
    }
    if ui.button("◀").on_hover_text("A month earlier (←)").clicked() {
        actions.push(Action::SetMonth(step(-1)));
    }
    if ui.button("−12").on_hover_text("A year earlier (Shift+←)").clicked() {
        actions.push(Action::SetMonth(step(-12)));
    }
    let (label, tip) = if cx.state.playing {
        ("Pause", "Stop the clock (Space)")
    } else {
        ("Play", "Let the clock run (Space)")
    };
    if ui.button(label).on_hover_text(tip).clicked() {
        actions.push(Action::Play(!cx.state.playing));
    }
    ui.add_space(6.0);
    let colors = cx.state.theme.colors();
    ui.label(super::theme::strong(colors, month.title()).size(14.0));
}

fn held(cx: &PanelContext<'_>, month: Month) -> Month {
    let grid = &cx.outcome.grid;
    grid.month(grid.clamp(month))
}

/// The keys of the clock.
pub fn by_keys(ui: &Ui, cx: &PanelContext<'_>) -> Vec<Action> {
    if ui.text_edit_focused() {
        return Vec::new();
    }
    let grid = &cx.outcome.grid;
    let month = cx.state.month;
    let mut actions = Vec::new();
    let mut on = |modifiers: Modifiers, key: Key, action: Action| {
        if ui.input_mut(|i| i.consume_key(modifiers, key)) {
            actions.push(action);
        }
    };
    on(Modifiers::SHIFT, Key::ArrowRight, Action::SetMonth(held(cx, month.plus(12))));
    on(Modifiers::SHIFT, Key::ArrowLeft, Action::SetMonth(held(cx, month.plus(-12))));
    on(Modifiers::NONE, Key::ArrowRight, Action::SetMonth(held(cx, month.plus(1))));
    on(Modifiers::NONE, Key::ArrowLeft, Action::SetMonth(held(cx, month.plus(-1))));
    on(Modifiers::NONE, Key::Home, Action::SetMonth(grid.first));
    on(Modifiers::NONE, Key::End, Action::SetMonth(grid.last()));
    on(Modifiers::NONE, Key::Space, Action::Play(!cx.state.playing));
    on(Modifiers::NONE, Key::Questionmark, Action::ShowKeys(!cx.state.keys_open));
    on(Modifiers::NONE, Key::Escape, Action::Select(Vec::new()));
    actions
}
