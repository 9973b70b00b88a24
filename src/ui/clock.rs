//! The clock: one month for all views.

use eframe::egui::{self, Ui};

use super::action::{Action, PanelContext};
use super::command::Command;
use crate::model::Month;

/// Buttons of the clock, from right to left.
pub(super) fn controls(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let grid = &cx.outcome.grid;
    let month = cx.state.month;
    let step = |months: i32| held(cx, month.plus(months));
    // In a narrow window keys and chart move the clock by years; the buttons give way.
    let years = ui.available_width() > 300.0;
    for (label, months, command) in [("+12", 12, Command::YearLater), ("▶", 1, Command::MonthLater)]
    {
        if months == 12 && !years {
            continue;
        }
        let tip = command.tip(ui);
        if ui.button(label).on_hover_text(tip).clicked() {
            actions.push(Action::SetMonth(step(months)));
        }
    }
    let mut index = grid.clamp(month);
    let roomy = ui.available_width() > 372.0;
    let slider = egui::Slider::new(&mut index, 0..=grid.len - 1).show_value(false);
    ui.spacing_mut().slider_width = 130.0;
    if roomy && ui.add(slider).accessible_name("Month").changed() {
        actions.push(Action::SetMonth(grid.month(index)));
    }
    for (label, months, command) in
        [("◀", -1, Command::MonthEarlier), ("−12", -12, Command::YearEarlier)]
    {
        if months == -12 && !years {
            continue;
        }
        let tip = command.tip(ui);
        if ui.button(label).on_hover_text(tip).clicked() {
            actions.push(Action::SetMonth(step(months)));
        }
    }
    let label = if cx.state.playing { "Pause" } else { "Play" };
    let tip = Command::Play.tip(ui);
    let button = egui::Button::new(label).min_size(egui::vec2(52.0, 0.0));
    if ui.add(button).on_hover_text(tip).clicked() {
        actions.push(Action::Play(!cx.state.playing));
    }
    ui.add_space(6.0);
    let colors = cx.state.theme.colors();
    if ui.available_width() < 84.0 {
        // The chart says the month too.
        return;
    }
    // The widest month holds the place of all.
    let title = super::theme::strong(colors, month.title()).size(14.0);
    ui.add_sized([76.0, 20.0], egui::Label::new(title));
}

fn held(cx: &PanelContext<'_>, month: Month) -> Month {
    let grid = &cx.outcome.grid;
    grid.month(grid.clamp(month))
}

/// What the clock does at a command.
pub fn at_command(cx: &PanelContext<'_>, command: Command) -> Option<Action> {
    let grid = &cx.outcome.grid;
    let later = |months: i32| Action::SetMonth(held(cx, cx.state.month.plus(months)));
    Some(match command {
        Command::MonthLater => later(1),
        Command::MonthEarlier => later(-1),
        Command::YearLater => later(12),
        Command::YearEarlier => later(-12),
        Command::FirstMonth => Action::SetMonth(grid.first),
        Command::LastMonth => Action::SetMonth(grid.last()),
        Command::Play => Action::Play(!cx.state.playing),
        _ => return None,
    })
}
