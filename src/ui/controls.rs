//! What is shown: colour, size, overlay, sector, dates, filter, and the groups with their power.

use eframe::egui::{self, ComboBox, Rect, Sense, TextEdit, Ui, pos2, vec2};

use super::action::{Action, PanelContext};
use super::command::Command;
use super::drawing::Memo;
use super::paint::color32;
use super::theme;
use crate::figure::{GroupTotal, Overlay, amount, prepare};
use crate::geo::Projection;
use crate::model::{DatePolicy, Month, SectorChoice};
use crate::scenario::measure::MEASURES;
use crate::scenario::{GroupKey, Measure, filter::field_names};
use crate::units::grouped;

/// The controls.
#[derive(Default)]
pub struct ControlsPanel {
    /// The filter while it is being typed.
    draft: Option<String>,
    /// Amounts by group, made anew when data, question or month change.
    groups: Memo<(u64, Month), Vec<GroupTotal>>,
    /// Columns of the user's to colour by.
    own: Memo<u64, Vec<GroupKey>>,
}

impl ControlsPanel {
    /// Draws the controls and gathers what was asked of them.
    pub fn ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let state = cx.state;
        let colors = state.theme.colors();
        theme::section(ui, colors, "Show");
        let own = self.own.get(cx.revision, |_| GroupKey::own_of(cx.data));
        let own = own.iter().map(|key| (key.clone(), key.title()));
        let known = GroupKey::ALL.into_iter().map(|(key, _, title)| (key, title));
        let groups: Vec<(GroupKey, &str)> = known.chain(own).collect();
        choose(ui, cx, "Colour by", &state.group_by, &groups, |key| {
            actions.push(Action::SetGroupBy(key));
        });
        let measures: Vec<(Measure, &str)> =
            MEASURES.iter().map(|row| (row.measure, row.title)).collect();
        choose(ui, cx, "Size by", &state.measure, &measures, |m| {
            actions.push(Action::SetMeasure(m));
        });
        let overlays = Overlay::ALL.map(|(overlay, _, title)| (overlay, title));
        choose(ui, cx, "Overlay", &state.overlay, &overlays, |o| {
            actions.push(Action::SetOverlay(o));
        });
        let sectors = SectorChoice::ALL.map(|sector| (sector, sector.title()));
        choose(ui, cx, "Sector", &state.sector, &sectors, |s| actions.push(Action::SetSector(s)));
        let projections = Projection::ALL.map(|(projection, _, title)| (projection, title));
        choose(ui, cx, "Projection", &state.view.projection, &projections, |p| {
            actions.push(Action::SetProjection(p));
        });
        let policies = DatePolicy::ALL.map(|(policy, word)| (policy, word));
        choose(ui, cx, "Dates at", &state.date_policy, &policies, |p| {
            actions.push(Action::SetDatePolicy(p));
        });
        theme::section(ui, colors, "Filter");
        self.filter_ui(ui, cx, &mut actions);
        theme::section(ui, colors, state.group_by.title());
        alone_row(ui, cx, &mut actions);
        let rows = self.groups.get((cx.revision, state.month), |_| group_rows(cx));
        groups_ui(ui, cx, &rows, &mut actions);
        actions
    }

    fn filter_ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
        let colors = cx.state.theme.colors();
        let draft = self.draft.get_or_insert_with(|| cx.state.filter.clone());
        let edit = TextEdit::singleline(draft)
            .hint_text("operator:Amazon mw>500")
            .desired_width(f32::INFINITY)
            .font(egui::TextStyle::Monospace);
        let response = ui.add(edit).accessible_name("Filter");
        if cx.commands.contains(&Command::FocusFilter) {
            response.request_focus();
        }
        let response = response.on_hover_text(filter_help());
        if response.changed() {
            actions.push(Action::SetFilter(draft.clone()));
        }
        if !response.has_focus() && *draft != cx.state.filter {
            self.draft = None;
        }
        if let Some(error) = cx.filter_error {
            let text =
                egui::RichText::new(error).monospace().size(10.5).color(color32(colors.error));
            ui.add(egui::Label::new(text).wrap());
            let shown = &cx.prepared.question.filter;
            let shown = if shown.is_empty() { "no filter" } else { shown };
            ui.label(theme::weak(colors, format!("not applied; the views show: {shown}")));
            if ui.link("clear").clicked() {
                actions.push(Action::SetFilter(String::new()));
                actions.push(Action::SetBuyer(None));
            }
        } else if !cx.state.filter.trim().is_empty() {
            let kept = grouped(cx.powers.totals().sites as f64, 0);
            ui.horizontal(|ui| {
                ui.label(theme::weak(
                    colors,
                    format!("{kept} of {} sites shown", grouped(cx.data.sites.len() as f64, 0)),
                ));
                if ui.link("clear").clicked() {
                    actions.push(Action::SetFilter(String::new()));
                }
            });
        }
        lens_ui(ui, cx, actions);
    }
}

/// Says of whose share everything is told; offers the share of the one user that a filter names, of
/// whose sites it shows the whole (RULES F2).
fn lens_ui(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let colors = cx.state.theme.colors();
    let room = ui.available_width() - ui.spacing().button_padding.x * 2.0 - 8.0;
    let line = |text: &str| crate::figure::text::fitted(text, 12.5, false, room);
    if let Some(buyer) = &cx.state.buyer {
        let shown = cx.prepared.lens.as_ref().map_or(buyer.as_str(), |lens| lens.buyer());
        let cross = "  ×";
        let width = crate::figure::text::width(cross, 12.5, false);
        let named = format!("Share of {shown}");
        let text = crate::figure::text::fitted(&named, 12.5, false, room - width) + cross;
        let tip = format!(
            "Every number is {shown}'s share as user, month by month. Click to see the whole"
        );
        if ui.button(text).on_hover_text(tip).clicked() {
            actions.push(Action::SetBuyer(None));
        }
        return;
    }
    let filter = crate::scenario::Filter::parse_over(&cx.prepared.question.filter, cx.data).ok();
    let Some(user) = filter.as_ref().and_then(crate::scenario::Filter::one_user) else { return };
    if cx.powers.totals().sites == 0 {
        return;
    }
    ui.label(theme::weak(colors, line("whole phases, used at any time")));
    let tip = format!(
        "A filter keeps whole phases. The share of {user} is what it uses of each, month by month"
    );
    if ui.link("show its share alone").on_hover_text(tip).clicked() {
        actions.push(Action::SetBuyer(Some(user.to_owned())));
    }
}

fn filter_help() -> String {
    format!(
        "field:name,name   a name or alias\nfield:~part   part of a name\nmw>500  online<2028  price<=60   \
         comparisons\na b   both · a or b   either · -a   not · (…)\n\nFields: {}",
        field_names().join(", ")
    )
}

/// Width of the labels of choices, so that the boxes stand in one column.
const LABEL_WIDTH: f32 = 60.0;

/// Width of the longest choice; titles of columns of a user's may be longer.
const MOST_OF_A_CHOICE: f32 = 220.0;

fn choose<T: Clone + PartialEq>(
    ui: &mut Ui,
    cx: &PanelContext<'_>,
    label: &str,
    current: &T,
    options: &[(T, &str)],
    mut chosen: impl FnMut(T),
) {
    let title = options.iter().find(|(value, _)| value == current).map_or("", |(_, title)| title);
    ui.horizontal(|ui| {
        let name = ui.label(theme::weak(cx.state.theme.colors(), label));
        ui.add_space((LABEL_WIDTH - name.rect.width()).max(0.0));
        let width = ui.available_width();
        let space = width - 36.0;
        let title = crate::figure::text::fitted(title, 12.5, false, space);
        let combo =
            ComboBox::from_id_salt(label).selected_text(title).width(width - 2.0).height(620.0);
        let response = combo.show_ui(ui, |ui| {
            for (value, title) in options {
                let title = crate::figure::text::fitted(title, 12.5, false, MOST_OF_A_CHOICE);
                if ui.selectable_label(value == current, title).clicked() {
                    chosen(value.clone());
                }
            }
        });
        response.response.labelled_by(name.id);
    });
}

/// Which group is seen alone, in a row that is always there.
fn alone_row(ui: &mut Ui, cx: &PanelContext<'_>, actions: &mut Vec<Action>) {
    let colors = cx.state.theme.colors();
    let row = vec2(ui.available_width(), ui.spacing().interact_size.y);
    let from_left = egui::Layout::left_to_right(egui::Align::Center);
    ui.allocate_ui_with_layout(row, from_left, |ui| {
        let Some(name) = &cx.state.isolated else {
            ui.label(theme::weak(colors, "all; click one to see it alone").size(11.0));
            return;
        };
        let space = ui.available_width() - 70.0;
        let short = crate::figure::text::fitted(name, 12.5, false, space);
        let tip = format!("Only {name}: show all groups again");
        if ui.button(format!("Only {short}  ×")).on_hover_text(tip).clicked() {
            actions.push(Action::Isolate(name.clone()));
        }
    });
}

/// Amounts of the groups at the clock's month.
fn group_rows(cx: &PanelContext<'_>) -> Vec<GroupTotal> {
    cx.powers.groups().to_vec()
}

/// Groups with swatch, amount in service at the clock, and bars: in service over built out.
fn groups_ui(ui: &mut Ui, cx: &PanelContext<'_>, rows: &[GroupTotal], actions: &mut Vec<Action>) {
    let colors = cx.state.theme.colors();
    let quantity = prepare::symbol_quantity(cx.prepared.question.measure);
    let most = rows.iter().map(|r| r.2.max(r.3)).fold(1e-9, f64::max);
    for (name, slot, online, built) in rows.iter().cloned() {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
        let label = format!(
            "{name}: {} in service, {} built out",
            amount::amount(quantity, online),
            amount::amount(quantity, built)
        );
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
        let faded = cx.state.isolated.as_ref().is_some_and(|only| *only != name);
        let color =
            if faded { slot.color(colors).mix(colors.panel, 0.7) } else { slot.color(colors) };
        let painter = ui.painter_at(rect);
        let text = if response.hovered() { colors.strong } else { colors.text };
        let swatch = Rect::from_min_size(pos2(rect.left(), rect.top() + 4.0), vec2(10.0, 10.0));
        painter.rect_filled(swatch, 3.0, color32(color));
        let number = amount::amount(quantity, online);
        let number =
            painter.layout_no_wrap(number, super::paint::font(12.0, false), color32(colors.weak));
        let x = rect.right() - number.size().x;
        let space = x - rect.left() - 26.0;
        painter.galley(pos2(x, rect.top() + 1.0), number, theme::NOTHING);
        let title = crate::figure::text::fitted(&name, 12.0, false, space);
        painter.text(
            pos2(rect.left() + 17.0, rect.top() + 1.0),
            egui::Align2::LEFT_TOP,
            title,
            super::paint::font(12.0, false),
            color32(text),
        );
        let width = rect.width() - 17.0;
        let bar = |share: f64| {
            Rect::from_min_size(
                pos2(rect.left() + 17.0, rect.bottom() - 5.0),
                vec2(width * share as f32, 2.5),
            )
        };
        painter.rect_filled(bar(built / most), 1.0, color32(color.alpha(0.28)));
        painter.rect_filled(bar(online / most), 1.0, color32(color));
        if response.on_hover_text(format!("{label}\nClick to see it alone")).clicked() {
            actions.push(Action::Isolate(name));
        }
    }
}
