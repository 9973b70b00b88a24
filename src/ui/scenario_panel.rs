//! The scenario editor: one card an adjustment, with sliders; and what it changes.

use eframe::egui::{self, Slider, TextEdit, Ui};

use super::action::{Action, Against, PanelContext};
use super::paint::color32;
use super::theme;
use crate::figure::Colors;
use crate::scenario::levers::Field;
use crate::scenario::{Adjustment, Input, Lever, Measure};
use crate::units::{Megawatts, grouped, power, scaled};

/// The scenario editor.
pub struct ScenarioPanel {
    /// Where the scenario would be saved.
    file: String,
}

impl Default for ScenarioPanel {
    fn default() -> Self {
        Self { file: "scenario.toml".to_owned() }
    }
}

impl ScenarioPanel {
    /// Draws the cards of the scenario, and gathers what was asked of them.
    pub fn ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let choice = &cx.state.scenario;
        if choice.key.is_empty() {
            return actions;
        }
        let colors = cx.state.theme.colors();
        ui.label(theme::strong(colors, &choice.scenario.name).size(15.0));
        if !choice.scenario.description.is_empty() {
            ui.add(egui::Label::new(theme::weak(colors, &choice.scenario.description)).wrap());
        }
        against_ui(ui, cx, &mut actions);
        for adjustment in &choice.scenario.adjustments {
            theme::card(ui, colors, |ui| adjustment_ui(ui, cx, adjustment, &mut actions));
        }
        assumptions_ui(ui, cx, &mut actions);
        uncertainty_ui(ui, cx);
        self.file_ui(ui, cx, &mut actions);
        actions
    }

    /// Reset, copy and save.
    fn file_ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
        let choice = &cx.state.scenario;
        let changed = choice.opened.as_ref().is_some_and(|opened| opened.0 != choice.text);
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            let reset = ui.add_enabled(changed, egui::Button::new("Reset"));
            if reset.on_hover_text("Go back to the scenario as it was opened").clicked() {
                actions.push(Action::ResetScenario);
            }
            let copy = ui.button("Copy as TOML");
            if copy.on_hover_text("Comments, order and unknown keys are kept").clicked() {
                ui.ctx().copy_text(choice.text.clone());
            }
        });
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 56.0).max(60.0);
            let edit = TextEdit::singleline(&mut self.file).desired_width(width);
            ui.add(edit).on_hover_text("A file that is there is never overwritten");
            let usable = !self.file.trim().is_empty();
            if ui.add_enabled(usable, egui::Button::new("Save")).clicked() {
                actions.push(Action::SaveScenario(self.file.trim().into()));
            }
        });
    }
}

/// A value of a measure, for people.
fn told(measure: Measure, value: f64) -> String {
    match measure {
        Measure::FacilityMw | Measure::ItMw => power(Megawatts(value)),
        Measure::UsdPerH100eHour => grouped(value, 2),
        // Their units stand in the label.
        Measure::CostUsd | Measure::CarbonT => scaled(value, "").trim_end().to_owned(),
        m => scaled(value, m.unit()),
    }
}

/// The scenario against the baseline at the clock's month.
fn against_ui(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let colors = cx.state.theme.colors();
    if cx.against.is_empty() {
        return;
    }
    let at = cx.outcome.grid.clamp(cx.state.month);
    theme::card(ui, colors, |ui| {
        let title = format!("Against the baseline, {}", cx.state.month.title());
        ui.label(theme::strong(colors, title));
        for row in cx.against {
            let label = match row.measure {
                Measure::UsdPerH100eHour => "USD per H100e-h",
                Measure::CostUsd => "Bill, USD/yr",
                Measure::CarbonT => "CO2e, t/yr",
                m => m.title(),
            };
            theme::row(ui, colors, label, change(colors, row, at, cx.state.month.days()));
        }
        // Where nothing has changed yet it is told when something does.
        if cx.against.iter().all(|row| difference(row, at).is_none_or(|d| d == 0.0))
            && let Some(first) = first_effect(cx.against, at)
        {
            let month = cx.outcome.grid.month(first);
            let text = format!("No change yet: first effect {} →", month.title());
            if ui.link(text).on_hover_text("Move the clock there").clicked() {
                actions.push(Action::SetMonth(month));
            }
        }
        if cx.prepared.due.phases > 0 {
            let text = format!("due: {}", cx.prepared.due.words());
            let label = egui::Label::new(theme::weak(colors, text).size(11.0)).wrap();
            ui.add(label).on_hover_text(
                "Their dates have passed, and no source says that they operate. They count as in \
                 service in the baseline, and levers move them as what is still to come",
            );
        }
    });
}

/// What changes at a month; 0 where it is nothing but rounding, none where it is not known.
fn difference(row: &Against, at: usize) -> Option<f64> {
    let (after, before) = ((*row.scenario.get(at)?)?, (*row.baseline.get(at)?)?);
    let difference = after - before;
    Some(if difference.abs() <= 1e-9 * before.abs().max(1e-9) { 0.0 } else { difference })
}

/// The first month after one in which anything changes.
fn first_effect(against: &[Against], after: usize) -> Option<usize> {
    let changes = |row: &Against, at: usize| difference(row, at).is_some_and(|d| d != 0.0);
    let months = against.iter().map(|row| row.scenario.len()).max().unwrap_or(0);
    (after + 1..months).find(|&at| against.iter().any(|row| changes(row, at)))
}

/// Whether more of a measure is worse; of others more is neither good nor bad.
fn is_worse_when_more(measure: Measure) -> bool {
    let costs = measure.is_money() || measure.is_ratio();
    let harms = matches!(measure, Measure::CarbonT | Measure::CarbonMarketT | Measure::WaterM3);
    costs || harms
}

/// `−18 GW (−19 %)`, coloured by whether that is better or worse for the measure, where it is either.
fn change(colors: &Colors, row: &Against, at: usize, days: i32) -> egui::RichText {
    let (Some(after), Some(before)) = (row.scenario.get(at), row.baseline.get(at)) else {
        return theme::weak(colors, "…");
    };
    let (Some(after), Some(before)) = (*after, *before) else {
        return theme::weak(colors, "unknown");
    };
    let yearly = if row.measure.is_flow() { 8760.0 / (f64::from(days) * 24.0) } else { 1.0 };
    let difference = difference(row, at).unwrap_or(0.0) * yearly;
    if difference == 0.0 {
        return theme::weak(colors, "no change");
    }
    let share = if before > 0.0 {
        format!(" ({}{:.0} %)", sign(difference), (after / before - 1.0).abs() * 100.0)
    } else {
        String::new()
    };
    let text = format!("{}{}{share}", sign(difference), told(row.measure, difference.abs()));
    let color = match (is_worse_when_more(row.measure), difference > 0.0) {
        (false, _) => colors.strong,
        (true, true) => colors.error,
        (true, false) => colors.hues[2],
    };
    egui::RichText::new(text).color(color32(color))
}

fn sign(value: f64) -> &'static str {
    if value < 0.0 { "−" } else { "+" }
}

fn adjustment_ui(
    ui: &mut Ui,
    cx: &PanelContext<'_>,
    adjustment: &Adjustment,
    actions: &mut Vec<Action>,
) {
    let colors = cx.state.theme.colors();
    let row = adjustment.lever.row();
    ui.horizontal(|ui| {
        let mut enabled = adjustment.enabled;
        let tip = format!("{}: {}", row.title, row.what);
        let check = ui.checkbox(&mut enabled, theme::strong(colors, &adjustment.id));
        if check.on_hover_text(tip).changed() {
            actions.push(Action::EnableAdjustment(adjustment.id.clone(), enabled));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let word = if adjustment.word.is_empty() { row.title } else { &adjustment.word };
            ui.add(egui::Label::new(theme::weak(colors, word)).truncate());
        });
    });
    let touched = cx.touched.iter().find(|(id, _)| *id == adjustment.id).map(|(_, n)| *n);
    let select = adjustment.select.text().trim();
    if !select.is_empty() {
        let text = egui::RichText::new(select).monospace().size(10.5).color(color32(colors.weak));
        // What is cut is told in full by the label itself.
        ui.add(egui::Label::new(text).truncate());
    }
    let mut facts: Vec<String> = Vec::new();
    if let Some(n) = touched.filter(|_| adjustment.enabled) {
        facts.push(format!("{n} phases"));
    }
    match (adjustment.from, adjustment.to) {
        (None, None) => {}
        (Some(from), None) => facts.push(format!("{} from {from}", windowed(adjustment))),
        (None, Some(to)) => facts.push(format!("{} to {to}", windowed(adjustment))),
        (Some(from), Some(to)) => {
            facts.push(format!("{} of {from} to {to}", windowed(adjustment)));
        }
    }
    facts.push(adjustment.layer.word().to_owned());
    let facts = ui.label(theme::weak(colors, facts.join(" · ")).size(10.5));
    facts.on_hover_text(reason(&adjustment.why, &adjustment.source));
    if adjustment.lever == Lever::Curtail {
        at_peak_ui(ui, cx, adjustment, actions);
    }
    if adjustment.enabled {
        let fields = adjustment.lever.fields().iter().zip(&adjustment.inputs);
        for (field, input) in fields {
            if let Some(input) = input {
                field_ui(ui, cx, adjustment, (field, input), actions);
            }
        }
    }
}

/// What the window of an adjustment holds: months of phases, or of prices (RULES S0, S7).
fn windowed(adjustment: &Adjustment) -> &'static str {
    if adjustment.lever.has_price_window() { "prices" } else { "phases" }
}

/// Whether a curtailment sheds the peak, so that a charge on it falls too.
fn at_peak_ui(
    ui: &mut Ui,
    cx: &PanelContext<'_>,
    adjustment: &Adjustment,
    actions: &mut Vec<Action>,
) {
    let colors = cx.state.theme.colors();
    let mut on = adjustment.at_peak;
    let check = ui.checkbox(&mut on, theme::weak(colors, "at the peak"));
    let tip = "It sheds the peak too: a charge per MW of peak falls by the share. It holds for the \
               phases selected; its window is that of their dates, not of months of the year";
    if check.on_hover_text(tip).changed() {
        actions.push(Action::ShedAtPeak(adjustment.id.clone(), on));
    }
}

/// Why a number is what it is, and where it comes from.
fn reason(why: &str, source: &str) -> String {
    match (why, source) {
        ("", "") => "no reason and no source given".to_owned(),
        (why, "") => why.to_owned(),
        ("", source) => format!("Source: {source}"),
        (why, source) => format!("{why}\nSource: {source}"),
    }
}

/// A slider for a number; what is uncertain is told beside it.
fn field_ui(
    ui: &mut Ui,
    cx: &PanelContext<'_>,
    adjustment: &Adjustment,
    (field, input): (&Field, &Input),
    actions: &mut Vec<Action>,
) {
    let colors = cx.state.theme.colors();
    let scenario = &cx.state.scenario.scenario;
    let lookup = |key: &str| crate::scenario::assumptions::parameter(cx.data, scenario, key);
    let Some(mut value) = input.value(&lookup) else { return };
    let [mut low, high] = field.slider;
    // At the peak some hours must be shed.
    if adjustment.at_peak && field.name == "hours" {
        low = 1.0;
    }
    let range = low.min(value)..=high.max(value);
    let whole = field.unit == "months" || field.unit == "hours a year";
    let decimals = if whole { 0 } else { 3 };
    let tip = format!("{} ({} to {})", field.name, field.low, field.high);
    let before = value;
    // The name and the number stand above the slider, which has the width of the card: nothing is
    // wider than the panel, whatever the unit.
    ui.horizontal(|ui| {
        let name = ui.label(theme::weak(colors, field.name.replace('_', " ")));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let drag = egui::DragValue::new(&mut value)
                .range(range.clone())
                .speed((field.slider[1] - field.slider[0]).abs() / 200.0)
                .suffix(format!(" {}", field.unit))
                .max_decimals(decimals);
            ui.add(drag).labelled_by(name.id).on_hover_text(&tip);
        });
    });
    ui.spacing_mut().slider_width = (ui.available_width() - 8.0).max(40.0);
    let slider =
        Slider::new(&mut value, range).show_value(false).step_by(if whole { 1.0 } else { 0.0 });
    ui.add(slider).accessible_name(field.name).on_hover_text(&tip);
    if value.to_bits() != before.to_bits() {
        actions.push(Action::SetLever(adjustment.id.clone(), field.name, value));
    }
    let told = match input {
        Input::Number(_) => None,
        Input::Spread(_) => Some((format!("drawn: {input}"), "The slider moves the whole spread")),
        Input::Parameter { .. } => Some((
            format!("follows {input}"),
            "Moving the slider sets a number in place of the parameter",
        )),
    };
    if let Some((text, tip)) = told {
        let label = egui::Label::new(theme::weak(colors, text).size(10.5)).truncate();
        ui.add(label).on_hover_text(tip);
    }
    ui.add_space(2.0);
}

/// Parameters that the scenario sets, with their source or the word assumption.
fn assumptions_ui(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let scenario = &cx.state.scenario.scenario;
    if scenario.assumptions.is_empty() {
        return;
    }
    let colors = cx.state.theme.colors();
    theme::section(ui, colors, "Assumptions");
    for assumption in &scenario.assumptions {
        let row = cx.data.names.find(&assumption.key);
        let row = row.and_then(|name| cx.data.tables.parameters.iter().find(|p| p.key == name));
        let unit = match row {
            Some(row) if assumption.unit.is_empty() => cx.data.text(row.unit),
            _ => &assumption.unit,
        };
        let source = match row {
            Some(row) if assumption.source.is_empty() => cx.data.text(row.source),
            _ => &assumption.source,
        };
        let label = row.map_or(assumption.key.as_str(), |row| cx.data.text(row.label));
        let title = egui::Label::new(theme::weak(colors, label)).truncate();
        ui.add(title).on_hover_text(reason(label, source));
        ui.horizontal(|ui| {
            let lookup =
                |key: &str| crate::scenario::assumptions::parameter(cx.data, scenario, key);
            if let Some(mut value) = assumption.input.value(&lookup) {
                let speed = (value.abs() * 0.01).max(1e-3);
                let drag = egui::DragValue::new(&mut value).speed(speed).max_decimals(4);
                if ui.add(drag).on_hover_text(&assumption.key).changed() {
                    actions.push(Action::SetAssumption(assumption.key.clone(), value));
                }
            }
            let word = if source == "assumption" { " · assumption" } else { "" };
            let spread = match &assumption.input {
                Input::Number(_) => String::new(),
                input => format!(" · {input}"),
            };
            let text = theme::weak(colors, format!("{unit}{spread}{word}")).size(10.5);
            ui.add(egui::Label::new(text).truncate());
        });
    }
}

/// What is drawn at random.
fn uncertainty_ui(ui: &mut Ui, cx: &PanelContext<'_>) {
    let colors = cx.state.theme.colors();
    let uncertainty = &cx.state.scenario.scenario.uncertainty;
    let rows: Vec<(&str, String)> = crate::scenario::spec::DRAWN_STATES
        .iter()
        .zip(&uncertainty.states)
        .filter_map(|(state, risk)| {
            let mut parts = Vec::new();
            if risk.completion != Input::Number(1.0) {
                parts.push(format!("built {}", risk.completion));
            }
            if risk.late != Input::Number(0.0) {
                parts.push(format!("late {} by {} months", risk.late, risk.delay));
            }
            (!parts.is_empty()).then(|| (*state, parts.join(", ")))
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    theme::section(ui, colors, "Drawn at random");
    for (state, text) in rows {
        ui.horizontal(|ui| {
            ui.label(theme::weak(colors, state));
            ui.add(egui::Label::new(theme::weak(colors, text)).truncate());
        });
    }
    let shared = format!(
        "seed {}, {} draws; shared by all {}, by sites {}",
        uncertainty.seed, uncertainty.draws, uncertainty.shared_global, uncertainty.shared_site
    );
    ui.add(egui::Label::new(theme::weak(colors, shared).size(10.5)).wrap());
}
