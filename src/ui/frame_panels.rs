//! What stands around the views: top bar, status bar, problems, keys.

use eframe::egui::{self, Align, Layout, ScrollArea, Ui};

use super::action::{Action, PanelContext};
use super::command::Command;
use super::paint::color32;
use super::theme;
use crate::diagnostic::{Diagnostic, Severity};
use crate::figure::Theme;
use crate::units::{Megawatts, counted, power};

/// Room for the buttons and the choice of the scenario at the right of the top bar, in pixels.
const BUTTONS_ROOM: f32 = 545.0;

/// The top bar.
pub fn top_ui(ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let colors = cx.state.theme.colors();
    ui.horizontal_centered(|ui| {
        ui.label(theme::strong(colors, "Wattlas").size(15.0));
        ui.add_space(10.0);
        let own = cx.data.files.iter().filter(|f| !f.built_in).count();
        let title = if own > 0 {
            format!(
                "{own} own {} over the built-in tables",
                if own == 1 { "file" } else { "files" }
            )
        } else {
            cx.data.info.title.clone()
        };
        // The buttons at the right have their room first.
        let room = ui.available_width() - BUTTONS_ROOM - if own > 0 { 90.0 } else { 0.0 };
        let title = crate::figure::text::fitted(&title, 12.5, false, room.max(0.0));
        ui.label(theme::weak(colors, title));
        if own > 0
            && ui
                .link("built-in data")
                .on_hover_text("Go back to the data that comes with the app")
                .clicked()
        {
            actions.push(Action::OpenBuiltIn);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (other, label) = match cx.state.theme {
                Theme::Dark => (Theme::Light, "Light"),
                Theme::Light => (Theme::Dark, "Dark"),
            };
            if ui.button(label).on_hover_text("Change the colours").clicked() {
                actions.push(Action::SetTheme(other));
            }
            if ui.button("Keys").on_hover_text("Keys and mouse").clicked() {
                actions.push(Action::ShowKeys(!cx.state.keys_open));
            }
            scenario_choice(ui, cx, &mut actions);
            let open = ui.button("Open…").on_hover_text(Command::Open.tip(ui));
            if open.clicked() {
                actions.push(Action::ShowOpen(!cx.state.open_dialog));
            }
            let hint = "Drop CSV or scenario files anywhere to open them";
            if ui.available_width() > crate::figure::text::width(hint, 12.5, false) + 20.0 {
                ui.label(theme::weak(colors, hint));
            }
        });
    });
    actions
}

/// The scenario that is shown, and those to choose from.
fn scenario_choice(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let chosen = &cx.state.scenario;
    let name = if chosen.key.is_empty() { "Baseline" } else { &chosen.scenario.name };
    let name = crate::figure::text::fitted(name, 12.5, false, 210.0);
    let combo = egui::ComboBox::from_id_salt("scenario")
        .selected_text(format!("Scenario: {name}"))
        .width(290.0)
        .height(460.0);
    let response = combo.show_ui(ui, |ui| {
        let baseline = (String::new(), "Baseline".to_owned());
        for (key, title) in std::iter::once(&baseline).chain(cx.scenarios) {
            if ui.selectable_label(chosen.key == *key, title).clicked() {
                actions.push(Action::OpenScenario(key.clone()));
            }
        }
    });
    let response = response.response.accessible_name("Scenario");
    response.on_hover_text("What is changed against the data");
}

/// The status bar.
pub fn status_ui(ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let colors = cx.state.theme.colors();
    ui.horizontal_centered(|ui| {
        ui.set_row_height(20.0);
        ui.spacing_mut().interact_size.y = 20.0;
        let data = cx.data;
        let counts = format!(
            "sites {} · phases {} · prices {} · zones {}",
            count(data.sites.len()),
            count(data.phases.len()),
            count(data.tables.prices.len()),
            count(data.tables.zones.len())
        );
        ui.label(theme::weak(colors, counts));
        problems_button(ui, cx, &mut actions);
        if let Some(progress) = cx.progress {
            let share = progress.share.unwrap_or(0.0);
            let bar =
                egui::ProgressBar::new(share).desired_width(140.0).text(progress.what.clone());
            ui.add(bar);
            if ui.small_button("Cancel").clicked() {
                actions.push(Action::CancelLoad);
            }
        }
        if let Some(message) = cx.message {
            ui.label(egui::RichText::new(message).color(color32(colors.warning)));
            if ui.small_button("×").on_hover_text("Dismiss").clicked() {
                actions.push(Action::DismissMessage);
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (run, frame) = cx.costs_ms;
            let (run, frame) = (run.min(9999.9), frame.min(999.9));
            let costs = format!("recompute {run:.1} ms · layout {frame:.1} ms");
            // What does not fit is left out rather than written over something else.
            let width = |text: &str| crate::figure::text::width(text, 12.5, false) + 26.0;
            let [long, short] = totals(cx);
            // Of one width whatever they say, so that nothing beside them moves.
            let room = width("recompute 9999.9 ms · layout 999.9 ms");
            if ui.available_width() > room + width(&long) {
                let size = egui::vec2(room - 20.0, 20.0);
                let from_right = Layout::right_to_left(Align::Center);
                let shown = ui.allocate_ui_with_layout(size, from_right, |ui| {
                    ui.set_min_size(size);
                    ui.label(theme::weak(colors, costs)).on_hover_text(COSTS_TIP);
                });
                shown.response.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Label, true, "What took how long")
                });
                ui.separator();
            }
            let room = ui.available_width();
            let fits = [&long, &short].into_iter().find(|text| room > width(text));
            if let Some(text) = fits {
                ui.label(theme::weak(colors, text)).on_hover_text(long.as_str());
            }
        });
    });
    actions
}

/// What the numbers at the right of the status bar are.
const COSTS_TIP: &str = "How long the last answer and the last frame took";

/// A count with its thousands parted.
fn count(n: usize) -> String {
    crate::units::grouped(n as f64, 0)
}

/// What all sites come to: with what has no date, and shorter.
fn totals(cx: &PanelContext<'_>) -> [String; 2] {
    let totals = cx.powers.totals();
    let (sites, online, built) = (totals.sites, totals.online, totals.build_out);
    let quantity = crate::figure::prepare::symbol_quantity(cx.prepared.question.measure);
    let lens = cx.prepared.lens.as_ref();
    let lens = lens.map_or(String::new(), |lens| format!("share of {} · ", lens.buyer()));
    let undated = cx.prepared.undated_at(cx.outcome.grid.clamp(cx.state.month)).power_text();
    let undated = undated.map_or(String::new(), |text| format!(" · undated: {text}"));
    let text = match quantity {
        crate::scenario::Quantity::FacilityMw | crate::scenario::Quantity::ItMw => format!(
            "{} sites · {} in service · {} at full build-out",
            count(sites),
            power(Megawatts(online)),
            power(Megawatts(built))
        ),
        _ => {
            format!("{} sites · {}", count(sites), crate::figure::amount::amount(quantity, online))
        }
    };
    [format!("{lens}{text}{undated}"), format!("{lens}{text}")]
}

fn problems_button(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let colors = cx.state.theme.colors();
    // What the built-in data say of themselves greets nobody; the list has it.
    let built_in =
        |file: &std::path::Path| cx.data.files.iter().any(|own| own.built_in && own.path == file);
    let count = |severity| cx.report.count_in(severity, |file| !built_in(file));
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let own = cx.data.files.iter().any(|file| !file.built_in);
    let (text, color) = match (errors, warnings) {
        (0, 0) if !own => ("notes on the data".to_owned(), colors.weak),
        (0, 0) => ("no problems in your files".to_owned(), colors.weak),
        (0, 1) => ("▲ 1 row needs a look".to_owned(), colors.warning),
        (0, n) => (format!("▲ {} need a look", counted(n, "row")), colors.warning),
        (n, m) => (format!("▲ {}, {}", counted(n, "error"), counted(m, "warning")), colors.error),
    };
    let button = egui::Button::new(egui::RichText::new(text).color(color32(color))).frame(false);
    if ui.add(button).on_hover_text("Show the list of problems").clicked() {
        actions.push(Action::ShowProblems(!cx.state.problems_open));
    }
}

/// A window over the others, in the middle at first.
fn dialog(
    ui: &Ui,
    cx: &PanelContext<'_>,
    title: &'static str,
    id: &'static str,
) -> egui::Window<'static> {
    let colors = cx.state.theme.colors();
    let frame = egui::Frame::new()
        .fill(color32(colors.panel))
        .stroke(egui::Stroke::new(1.0, color32(colors.weak)))
        .corner_radius(8)
        .inner_margin(egui::Margin::symmetric(16, 12));
    egui::Window::new(title)
        .id(egui::Id::unique(id))
        .frame(frame)
        .pivot(egui::Align2::CENTER_CENTER)
        .default_pos(ui.content_rect().center())
        .collapsible(false)
}

/// The list of problems, in a window of its own.
pub fn problems_ui(ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
    let mut open = true;
    dialog(ui, cx, "Problems in the data", "problems")
        .open(&mut open)
        .default_size([620.0, 420.0])
        .show(ui, |ui| {
            let findings: Vec<&Diagnostic> =
                cx.report.findings().iter().filter(|d| d.severity != Severity::Note).collect();
            tables_ui(ui, cx);
            ui.separator();
            let height = 66.0;
            ScrollArea::vertical().auto_shrink([false, false]).show_rows(
                ui,
                height,
                findings.len(),
                |ui, rows| {
                    for finding in &findings[rows] {
                        let (rect, _) = ui.allocate_exact_size(
                            egui::vec2(ui.available_width(), height),
                            egui::Sense::hover(),
                        );
                        let mut ui =
                            ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(2.0)));
                        finding_ui(&mut ui, cx, finding);
                    }
                },
            );
        });
    if open { Vec::new() } else { vec![Action::ShowProblems(false)] }
}

fn tables_ui(ui: &mut Ui, cx: &PanelContext<'_>) {
    let colors = cx.state.theme.colors();
    egui::CollapsingHeader::new("Tables: rows kept of rows read").show(ui, |ui| {
        for table in &cx.report.tables {
            let text = format!(
                "{}: {}, {} of {} kept",
                table.file.display(),
                table.word(),
                table.kept,
                table.rows
            );
            ui.label(theme::weak(colors, text)).on_hover_text(&table.because);
            for (title, role) in &table.columns {
                ui.label(theme::weak(colors, format!("    {title}: {role}")));
            }
        }
    });
    for (file, code, more) in cx.report.overflow() {
        ui.label(theme::weak(colors, format!("and {more} more of {code} in {}", file.display())));
    }
}

fn finding_ui(ui: &mut Ui, cx: &PanelContext<'_>, finding: &Diagnostic) {
    let colors = cx.state.theme.colors();
    let color = if finding.severity == Severity::Error { colors.error } else { colors.warning };
    ui.horizontal(|ui| {
        let head = format!("{} {}", finding.severity.word(), finding.code);
        ui.label(egui::RichText::new(head).color(color32(color)));
        ui.add(egui::Label::new(theme::strong(colors, &finding.what)).truncate());
    });
    let found = if finding.found.is_empty() {
        String::new()
    } else {
        format!(" · found “{}”", finding.found)
    };
    ui.add(
        egui::Label::new(theme::weak(colors, format!("{}{found}", finding.place_text())))
            .truncate(),
    );
    let help = finding.help.as_ref().map_or(String::new(), |h| format!(" · {h}"));
    ui.add(egui::Label::new(format!("expected {}{help}", finding.expected)).truncate())
        .on_hover_text(finding.to_string());
}

/// The field for the path of a file to open. Files that are dropped do not arrive on every system.
#[derive(Default)]
pub struct OpenPanel {
    /// What was typed.
    paths: String,
}

impl OpenPanel {
    /// Draws the field in a window of its own.
    pub fn ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
        let colors = cx.state.theme.colors();
        let (mut open, mut actions) = (true, Vec::new());
        let window = dialog(ui, cx, "Open files", "open").open(&mut open).resizable(false);
        window.show(ui, |ui| {
            ui.set_width(440.0);
            let label = ui.label("Path of a table or a scenario; several one below the other");
            let edit = egui::TextEdit::multiline(&mut self.paths)
                .desired_rows(3)
                .desired_width(f32::INFINITY)
                .hint_text("/home/me/sites.csv");
            let response = ui.add(edit).labelled_by(label.id);
            if !response.has_focus() && self.paths.is_empty() {
                response.request_focus();
            }
            let paths: Vec<std::path::PathBuf> = self
                .paths
                .lines()
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .map(Into::into)
                .collect();
            let missing: Vec<_> = paths.iter().filter(|path| !path.exists()).collect();
            ui.horizontal(|ui| {
                let usable = !paths.is_empty() && missing.is_empty();
                let enter = ui.input(|i| i.modifiers.command && i.key_pressed(egui::Key::Enter));
                let button = ui.add_enabled(usable, egui::Button::new("Open"));
                if button.clicked() || usable && enter {
                    actions.extend(opened(paths.clone()));
                    self.paths.clear();
                }
                let text = match missing.first() {
                    Some(path) => format!("there is no {}", path.display()),
                    None => {
                        "CSV tables take the place of the built-in ones of their kind".to_owned()
                    }
                };
                ui.add(egui::Label::new(theme::weak(colors, text)).truncate());
            });
        });
        if !open {
            actions.push(Action::ShowOpen(false));
        }
        actions
    }
}

/// What is asked for by naming files: tables are loaded, a scenario is shown.
pub fn opened(paths: Vec<std::path::PathBuf>) -> Vec<Action> {
    let (scenarios, tables): (Vec<_>, Vec<_>) =
        paths.into_iter().partition(|path| path.extension().is_some_and(|e| e == "toml"));
    let mut actions = vec![Action::ShowOpen(false)];
    if !tables.is_empty() {
        actions.push(Action::Open(tables));
    }
    if let Some(scenario) = scenarios.last() {
        actions.push(Action::OpenScenario(scenario.display().to_string()));
    }
    actions
}

/// What the mouse does.
const MOUSE: [(&str, &str); 6] = [
    ("drag in the chart", "Move the clock"),
    ("Alt+click a band", "See one group alone; again: all"),
    ("drag the map", "Pan"),
    ("wheel on the map", "Zoom at the pointer"),
    ("click a site", "Keep its facts in the inspector"),
    ("drop files", "Open tables (CSV) or a scenario (TOML)"),
];

/// The list of keys, in a window of its own.
pub fn keys_ui(ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
    let mut open = true;
    let colors = cx.state.theme.colors();
    dialog(ui, cx, "Keys and mouse", "keys").open(&mut open).resizable(false).show(ui, |ui| {
        let commands = Command::ALL.iter().map(|(command, title, _)| (command.keys(ui), *title));
        let mouse = MOUSE.iter().map(|(keys, what)| ((*keys).to_owned(), *what));
        let lines: Vec<(String, &str)> = commands.chain(mouse).collect();
        // Two lines side by side, so that a low window has room for all.
        let half = lines.len().div_ceil(2);
        egui::Grid::new("keys").num_columns(4).spacing([24.0, 4.0]).show(ui, |ui| {
            for at in 0..half {
                for (keys, what) in lines.get(at).into_iter().chain(lines.get(at + half)) {
                    ui.label(theme::strong(colors, keys));
                    ui.label(*what);
                }
                ui.end_row();
            }
        });
    });
    if open { Vec::new() } else { vec![Action::ShowKeys(false)] }
}
