//! The selected site: facts, phases with state and origin, price, bill, sources.

use eframe::egui::{self, Hyperlink, Rangef, Ui};
use egui_plot::{AxisHints, Line, Plot, PlotPoints, VLine};

use super::action::{Action, PanelContext};
use super::drawing::Memo;
use super::paint::color32;
use super::theme;
use crate::figure::text::writable;
use crate::figure::{Colors, PriceAges};
use crate::model::{Basis, Dataset, Month, Name, PriceAt, Resolver, Scope, SectorChoice};
use crate::scenario::bill::{phase_rate, site_bill};
use crate::scenario::group::{User, users_of};
use crate::scenario::phase::{life_word, online_power, undated_power};
use crate::scenario::{Lens, Quantity};
use crate::units::{
    MegawattHours, Megawatts, Usd, UsdPerMwh, grouped, money, power, price, scaled,
};

/// The inspector.
#[derive(Default)]
pub struct InspectorPanel {
    /// Who uses the phases of the site that is shown, made anew when site, month or data change.
    users: Memo<(u64, usize, Month), Vec<Vec<User>>>,
    /// How old the prices are that all sites pay.
    ages: Memo<(u64, Month, SectorChoice), Option<PriceAges>>,
}

impl InspectorPanel {
    /// Draws the selected site, else the hovered one, else the whole; gathers what was asked.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        cx: &PanelContext<'_>,
        hovered: Option<usize>,
    ) -> Vec<Action> {
        let mut actions = Vec::new();
        let selected = cx.state.selection.iter().find_map(|id| cx.data.site_position(id));
        if let Some(site) = selected.or(hovered) {
            let users = self.users.get((cx.revision, site, cx.state.month), |_| {
                let day = cx.state.month.last_day();
                let resolver = Resolver::new(cx.data);
                let of = |phase| users_of(cx.data, &resolver, phase, day);
                cx.data.phases_of(site).map(of).collect()
            });
            site_ui(ui, cx, (site, &users), selected.is_some(), &mut actions);
        } else {
            let asked = (cx.state.month, cx.state.sector);
            let key = (cx.revision, asked.0, asked.1);
            let ages = self.ages.get(key, |_| PriceAges::of(cx.data, cx.powers, asked));
            whole_ui(ui, cx, *ages);
        }
        actions
    }
}

fn whole_ui(ui: &mut Ui, cx: &PanelContext<'_>, ages: Option<PriceAges>) {
    let colors = cx.state.theme.colors();
    theme::section(ui, colors, "All sites shown");
    let title = if cx.data.info.title.is_empty() { "Data set" } else { &cx.data.info.title };
    ui.label(theme::strong(colors, title).size(15.0));
    if let Some(text) = cx.outcome.grid.as_of_text() {
        ui.label(theme::weak(colors, text));
    }
    if let Some(lens) = &cx.prepared.lens {
        ui.label(theme::strong(colors, format!("Share of {} alone", lens.buyer())));
    }
    let at = cx.outcome.grid.clamp(cx.state.month);
    let stack = &cx.prepared.capacity;
    theme::card(ui, colors, |ui| {
        let total = &stack.total;
        let unit = stack.measure.unit();
        let value = total.known(at).map_or("unknown".to_owned(), |v| {
            if unit == "MW" { power(Megawatts(v)) } else { scaled(v, unit) }
        });
        theme::row(ui, colors, stack.measure.title(), value);
        let share = |part: f64| {
            if total.value[at] > 0.0 {
                crate::units::percent(part / total.value[at])
            } else {
                "–".to_owned()
            }
        };
        theme::row(ui, colors, "Derived, not stated", share(total.derived[at]));
        theme::row(ui, colors, "Load of whole campuses", share(total.campus[at]));
        theme::row(ui, colors, "Phases in service", grouped(f64::from(total.count[at]), 0));
        theme::row(ui, colors, "without a value", grouped(f64::from(total.unknown[at]), 0));
        undated_rows(ui, cx, at);
        if let Some(Some(covered)) = cx.prepared.covered.as_ref().and_then(|c| c.get(at)) {
            theme::row(ui, colors, "Share of MW covered", crate::units::percent(*covered));
        }
    });
    let cost = &cx.prepared.cost;
    theme::card(ui, colors, |ui| {
        let hours = f64::from(cx.state.month.days()) * 24.0;
        let rate = cost.total.known(at).map(|v| v * 8760.0 / hours);
        let text = rate.map_or("unknown".to_owned(), |v| money(Usd(v)));
        theme::row(ui, colors, "Cost a year", text);
        theme::row(
            ui,
            colors,
            "Phases without a cost",
            grouped(f64::from(cost.total.unknown[at]), 0),
        );
        theme::row(ui, colors, "Sector", cx.state.sector.title());
        if let Some(ages) = ages {
            let [oldest, newest] = ages.years;
            theme::row(ui, colors, "Price data", format!("{oldest} to {newest}"));
            let [least, most] = ages.months;
            theme::row(ui, colors, "held for", format!("{least} to {most} months"));
        }
    });
    ui.add_space(6.0);
    ui.label(theme::weak(colors, "Point at a site for its facts, click to keep them here"));
}

/// What has no date: what counts in no month, and what counts by its status (RULES T5).
fn undated_rows(ui: &mut Ui, cx: &PanelContext<'_>, at: usize) {
    let colors = cx.state.theme.colors();
    let undated = cx.prepared.undated_at(at);
    if undated.phases > 0 {
        let value = undated.value.map_or("unknown".to_owned(), |mw| power(Megawatts(mw)));
        theme::row(ui, colors, "Undated, not counted", value);
        theme::row(ui, colors, "in phases", grouped(f64::from(undated.phases), 0));
        theme::row(ui, colors, "of unknown power", grouped(f64::from(undated.unknown), 0));
    }
    let count = cx.prepared.by_status.as_ref().map_or(0, |sums| sums.total.count[at]);
    if count > 0 {
        theme::row(ui, colors, "Phases dated by status", grouped(f64::from(count), 0));
    }
}

fn site_ui(
    ui: &mut Ui,
    cx: &PanelContext<'_>,
    (site, users): (usize, &[Vec<User>]),
    kept: bool,
    actions: &mut Vec<Action>,
) {
    let colors = cx.state.theme.colors();
    let sites = &cx.data.sites;
    theme::section(ui, colors, if kept { "Selection" } else { "Under the pointer" });
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::strong(colors, &*writable(cx.data.text(sites.name[site]))).size(16.0));
        if kept && ui.small_button("×").on_hover_text("Clear the selection (Esc)").clicked() {
            actions.push(Action::Select(Vec::new()));
        }
    });
    let place = [sites.city[site], sites.subdivision[site], sites.country[site]];
    let place: Vec<&str> =
        place.into_iter().map(|n| cx.data.text(n)).filter(|t| !t.is_empty()).collect();
    ui.label(theme::weak(colors, place.join(", ")));
    facts(ui, cx, site);
    electricity(ui, cx, site);
    phases(ui, cx, site, users);
    sources(ui, cx, site);
}

fn facts(ui: &mut Ui, cx: &PanelContext<'_>, site: usize) {
    let (colors, sites, data) = (cx.state.theme.colors(), &cx.data.sites, cx.data);
    let or_none = |name: Name| match data.text(name) {
        "" => "none named".to_owned(),
        text => text.to_owned(),
    };
    theme::card(ui, colors, |ui| {
        theme::row(ui, colors, "Operator", or_none(sites.operator[site]));
        theme::row(ui, colors, "Owner", or_none(sites.owner[site]));
        theme::row(ui, colors, "Used by", or_none(sites.users[site]));
        theme::row(ui, colors, "Status", data.status_of_site(site));
        let (online, unknown) = online_power(data, cx.outcome, site, cx.state.month.last_day());
        let text = |mw: Option<f64>| mw.map_or("unknown".to_owned(), |v| power(Megawatts(v)));
        let lacking = match (online, unknown) {
            (_, 0) => String::new(),
            (None, n) => format!(" ({n} phases)"),
            (Some(_), n) => format!(" + {n} unknown"),
        };
        theme::row(ui, colors, &cx.state.month.title(), text(online) + &lacking);
        let build_out = crate::scenario::filter::build_out_of(data, cx.outcome, site);
        theme::row(ui, colors, "Full build-out", text(build_out));
        let undated = undated_power(data, cx.outcome, site, cx.state.month.last_day());
        if let Some(words) = undated.power_text() {
            theme::row(ui, colors, "of it undated", words);
        }
        if let Some(lens) = &cx.prepared.lens {
            let share = lens_share(cx, lens, site);
            theme::row(ui, colors, "Buyer's share", share);
        }
        let pue = sites.pue[site].get();
        let assumed = cx.outcome.assumptions;
        let both = format!("{}, energy {}", assumed.capacity_pue, assumed.energy_pue);
        let (label, text) = match pue {
            Some(pue) => ("PUE", format!("{pue}")),
            None => ("PUE assumed", both),
        };
        theme::row(ui, colors, label, text);
        if let Some(day) = sites.as_of[site].get() {
            theme::row(ui, colors, "Sources as of", day.to_string());
        }
        for (label, name) in
            [("Cooling", sites.cooling[site]), ("Power source", sites.power_source[site])]
        {
            if !name.is_empty() {
                theme::row(ui, colors, label, data.text(name));
            }
        }
        // Columns of the user's that no table knows.
        for (title, column) in sites.extra.iter() {
            let text = data.text(column[site]);
            if !text.is_empty() {
                theme::row(ui, colors, title, crate::diagnostic::excerpt(text));
            }
        }
        let precision = sites.coord_precision[site].word();
        if !precision.is_empty() {
            theme::row(ui, colors, "Coordinates", format!("good to the {precision}"));
        }
    });
}

/// Between which values the table says that an amount lies.
fn stated_range(cx: &PanelContext<'_>, quantity: Quantity, phase: usize) -> Option<String> {
    let phases = &cx.data.phases;
    let (low, high) = match quantity {
        Quantity::FacilityMw => (&phases.facility_mw_low, &phases.facility_mw_high),
        Quantity::ItMw => (&phases.it_mw_low, &phases.it_mw_high),
        Quantity::Accelerators => (&phases.chip_count_low, &phases.chip_count_high),
        Quantity::H100e => return None,
    };
    let text = |value: f64| match quantity {
        Quantity::Accelerators | Quantity::H100e => grouped(value, 0),
        _ => power(Megawatts(value)),
    };
    match (low[phase].get(), high[phase].get()) {
        (Some(low), Some(high)) => Some(format!("between {} and {}", text(low), text(high))),
        (Some(low), None) => Some(format!("at least {}", text(low))),
        (None, Some(high)) => Some(format!("at most {}", text(high))),
        (None, None) => None,
    }
}

/// The share that a buyer has of what is in service at a site, in words; the facts above are whole.
fn lens_share(cx: &PanelContext<'_>, lens: &Lens, site: usize) -> String {
    let (at, day) = (cx.outcome.grid.clamp(cx.state.month) as u32, cx.state.month.last_day());
    let (mut own, mut all, mut unknown) = (0.0, 0.0, false);
    for phase in cx.data.phases_of(site).filter(|&p| cx.outcome.phases.stands_on(p, day)) {
        match cx.outcome.phases.get(Quantity::FacilityMw, phase) {
            Some(mw) => {
                own += mw * lens.share(phase, at);
                all += mw;
            }
            None => unknown |= lens.share(phase, at) > 0.0,
        }
    }
    let more = if unknown { " + unknown" } else { "" };
    if all > 0.0 {
        format!("{} ({}){more}", power(Megawatts(own)), crate::units::percent(own / all))
    } else if unknown {
        "unknown".to_owned()
    } else {
        "nothing in service".to_owned()
    }
}

fn electricity(ui: &mut Ui, cx: &PanelContext<'_>, site: usize) {
    let (colors, data, month) = (cx.state.theme.colors(), cx.data, cx.state.month);
    let chain = data.price_chain(site);
    let preferred = &cx.outcome.energy.series;
    let book = data.price_book();
    let found = book.along_preferring(&chain, cx.state.sector, month, preferred);
    theme::card(ui, colors, |ui| {
        ui.label(theme::strong(colors, "Electricity"));
        let Some(found) = found else {
            let zone = chain.first().map_or("a place without a zone", |&z| data.text(z));
            ui.label(theme::weak(
                colors,
                format!("no {} price for {zone} in {}", cx.state.sector.title(), month.title()),
            ));
            bill_ui(ui, cx, site);
            return;
        };
        theme::row(ui, colors, "Price", price(UsdPerMwh(found.usd_per_mwh)));
        if let Some(local) = local_price(data, &found) {
            theme::row(ui, colors, "in its currency", local);
        }
        let zone = data.zone(found.zone).map_or("", |z| data.text(z.name));
        theme::row(ui, colors, "Zone", format!("{} ({zone})", data.text(found.zone)));
        theme::row(ui, colors, "Sector", found.sector.word());
        theme::row(ui, colors, "Age of the data", age(&found));
        scenario_price(ui, cx, site, found.usd_per_mwh);
        bill_ui(ui, cx, site);
        series_plot(ui, cx, &found);
        let series = data.text(found.series);
        ui.add(egui::Label::new(theme::weak(colors, series).size(10.5)).wrap());
        let basis = data.text(data.tables.prices.basis[found.row as usize]);
        ui.add(egui::Label::new(theme::weak(colors, basis).size(10.5)).wrap());
        let origin = data.tables.prices.origin.at(found.row as usize);
        let file = data.file_of(origin).map_or(String::new(), |f| f.path.display().to_string());
        ui.label(theme::weak(colors, format!("{file}:{}", origin.line)).size(10.5));
        if let Some(source) = data.source(data.tables.prices.source[found.row as usize]) {
            let text = format!("{} · {}", data.text(source.publisher), data.text(source.licence));
            link(ui, &text, data.text(source.url));
        }
    });
}

/// The price of the month in the currency of its source, where that is not USD. One that is held is a
/// mean of months, each with a rate of its own.
fn local_price(data: &Dataset, found: &PriceAt) -> Option<String> {
    let (prices, row) = (&data.tables.prices, found.row as usize);
    let currency = data.text(prices.currency[row]);
    let local = prices.local[row].get().filter(|_| found.age_months == 0)?;
    let other = !currency.is_empty() && currency != "USD";
    other.then(|| format!("{} {currency}/MWh", grouped(local, usize::from(local.abs() < 99.95))))
}

/// The price after the levers of the scenario, where they change it.
fn scenario_price(ui: &mut Ui, cx: &PanelContext<'_>, site: usize, observed: f64) {
    let colors = cx.state.theme.colors();
    let Some(phase) = cx.data.phases_of(site).next() else { return };
    let rate = phase_rate(cx.data, cx.outcome, phase, cx.state.month, cx.state.sector);
    let told = |usd: Option<f64>| usd.map_or("unknown".to_owned(), |v| price(UsdPerMwh(v)));
    if rate.grid.is_none_or(|grid| (grid - observed).abs() > 1e-9) {
        theme::row(ui, colors, "under the scenario", told(rate.grid));
    }
    if rate.total() != rate.grid {
        theme::row(ui, colors, "with contracts and charges", told(rate.total()));
    }
}

/// Energy, bill by part, all-in cost and emissions at the yearly rate of the clock's month.
fn bill_ui(ui: &mut Ui, cx: &PanelContext<'_>, site: usize) {
    let (colors, month) = (cx.state.theme.colors(), cx.state.month);
    let lens = cx.prepared.lens.as_deref();
    let asked = (month, cx.state.sector);
    let Some(bill) = site_bill(cx.data, cx.outcome, site, asked, lens) else {
        theme::row(ui, colors, "Bill a year", "unknown");
        return;
    };
    if let Some(lens) = lens {
        ui.label(theme::weak(colors, format!("of the share of {}", lens.buyer())));
    }
    let told = |usd: Option<f64>| usd.map_or("unknown".to_owned(), |usd| money(Usd(usd)));
    let energy = crate::units::energy(MegawattHours(bill.energy_mwh));
    theme::row(ui, colors, "Energy a year", energy);
    theme::row(ui, colors, "Bill a year, nominal", told(bill.usd));
    let names = ["  energy", "  capacity", "  carbon", "  household cover"];
    for (name, part) in names.into_iter().zip(bill.parts) {
        // A part that no lever makes is left out; energy alone is the bill.
        if name != names[0] && part != Some(0.0) {
            theme::row(ui, colors, name, told(part));
        }
    }
    theme::row(ui, colors, "Capital and upkeep", money(Usd(bill.capital_usd)));
    if let Some(usd) = bill.usd {
        let all_in = usd + bill.capital_usd;
        theme::row(ui, colors, "All-in a year", money(Usd(all_in)));
        theme::row(ui, colors, "of it electricity", crate::units::percent(usd / all_in));
    }
    for (label, usd) in [
        ("USD per chip-hour", bill.usd_per_accelerator_hour),
        ("USD per H100e-hour", bill.usd_per_h100e_hour),
    ] {
        theme::row(ui, colors, label, usd.map_or("unknown".to_owned(), |usd| grouped(usd, 2)));
    }
    let carbon = bill.carbon_t.map_or("unknown".to_owned(), |t| scaled(t, "t CO2e"));
    theme::row(ui, colors, "Emissions a year", carbon);
    if bill.unknown > 0 {
        theme::row(ui, colors, "Phases not in the bill", bill.unknown.to_string());
    }
}

fn age(found: &PriceAt) -> String {
    match found.age_months {
        0 => "of this month".to_owned(),
        1 => "1 month, held".to_owned(),
        n => format!("{n} months, held"),
    }
}

fn series_plot(ui: &mut Ui, cx: &PanelContext<'_>, found: &PriceAt) {
    let colors = cx.state.theme.colors();
    let observed = cx.data.price_book().observed_of(found.zone, found.sector, found.series);
    if observed.len() < 3 {
        return;
    }
    ui.label(theme::weak(colors, "USD/MWh, nominal").size(10.5));
    let most = observed.iter().map(|(_, usd)| *usd).fold(0.0, f64::max);
    let step = crate::figure::scale::ticks(most, 3).get(1).copied().unwrap_or(50.0);
    let year = |month: Month| f64::from(month.index()) / 12.0;
    let points: PlotPoints<'_> = observed.iter().map(|(month, usd)| [year(*month), *usd]).collect();
    Plot::new("price series")
        .height(116.0)
        .show_grid([false, true])
        .show_axes([true, true])
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .include_y(0.0)
        .include_y(most * 1.08)
        .y_grid_spacer(egui_plot::uniform_grid_spacer(move |_| [step, step * 10.0, step * 100.0]))
        .x_grid_spacer(egui_plot::uniform_grid_spacer(|_| [1.0, 10.0, 100.0]))
        .custom_x_axes(vec![
            AxisHints::new_x()
                // A year at the very end would stand over the edge of the card.
                .formatter(|mark, shown| {
                    let room = (shown.end() - mark.value) / (shown.end() - shown.start());
                    if room < 0.1 { String::new() } else { format!("{:.0}", mark.value) }
                })
                .label_spacing(Rangef::new(24.0, 40.0)),
        ])
        .y_axis_formatter(|mark, _| grouped(mark.value, 0))
        .label_formatter(|hover| match hover {
            egui_plot::HoverPosition::NearDataPoint { position, .. } => {
                let month = Month::from_index((position.x * 12.0).round() as i32);
                Some(format!("{}: {} USD/MWh", month.title(), grouped(position.y, 1)))
            }
            egui_plot::HoverPosition::Elsewhere { .. } => None,
        })
        .show(ui, |plot| {
            plot.line(Line::new("price", points).color(color32(colors.accent)).width(1.5));
            plot.vline(
                VLine::new("clock", year(cx.state.month)).color(color32(colors.strong)).width(1.0),
            );
        });
}

fn phases(ui: &mut Ui, cx: &PanelContext<'_>, site: usize, users: &[Vec<User>]) {
    let (colors, data) = (cx.state.theme.colors(), cx.data);
    let own = data.phases_of(site);
    theme::section(ui, colors, &format!("Phases ({})", own.len()));
    for (phase, users) in own.zip(users) {
        theme::card(ui, colors, |ui| phase_ui(ui, cx, phase, users));
    }
}

fn phase_ui(ui: &mut Ui, cx: &PanelContext<'_>, phase: usize, users: &[User]) {
    let (colors, data, phases) = (cx.state.theme.colors(), cx.data, &cx.data.phases);
    let state = cx.outcome.phases.state[phase].word();
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::strong(colors, data.text(phases.phase[phase])));
        ui.label(egui::RichText::new(state).color(state_color(colors, state)));
        let table = data.status_of_phase(phase);
        if state != table {
            ui.label(theme::weak(colors, format!("table: {table}")));
        }
    });
    let online = match (phases.online[phase].get(), phases.precision[phase]) {
        (Some(day), crate::model::Precision::Day) => day.to_string(),
        (Some(day), other) => format!("{day}, in that {}", other.word()),
        (None, _) if cx.outcome.phases.dated_by_status(phase) => {
            "no date; dated by its status".to_owned()
        }
        (None, _) => "no date: undated".to_owned(),
    };
    let life = life_word(data, cx.outcome, phase, cx.state.month.last_day());
    theme::row(ui, colors, "Online", online);
    theme::row(ui, colors, &cx.state.month.title(), life);
    for (quantity, label) in [
        (Quantity::FacilityMw, "At the meter"),
        (Quantity::ItMw, "IT"),
        (Quantity::Accelerators, "Accelerators"),
        (Quantity::H100e, "H100 equivalents"),
    ] {
        let rule = cx.outcome.phases.rule(quantity, phase);
        if let Some(value) = cx.outcome.phases.get(quantity, phase) {
            let text = match quantity {
                Quantity::FacilityMw | Quantity::ItMw => power(Megawatts(value)),
                _ => grouped(value, 0),
            };
            theme::row(ui, colors, label, format!("{text} · {}", rule.title()));
        }
        if let Some(range) = stated_range(cx, quantity, phase) {
            theme::row(ui, colors, "", range);
        }
    }
    let basis = match phases.basis[phase] {
        Basis::Generation => "size of an own plant: an upper bound",
        Basis::Average => "mean load from metered energy",
        Basis::Unknown if phases.facility_mw[phase].is_some() => "not stated; counts as meter",
        _ => "",
    };
    if !basis.is_empty() && phases.facility_mw[phase].is_some() {
        theme::row(ui, colors, "Basis", basis);
    }
    if phases.scope[phase] == Scope::Campus {
        theme::row(ui, colors, "Scope", "whole campus, AI share not published");
    }
    if cx.outcome.phases.get(Quantity::FacilityMw, phase).is_none() {
        theme::row(ui, colors, "Power", "unknown");
    }
    for (label, name) in [("Chip", phases.chip[phase]), ("Part of", phases.included_in[phase])] {
        if !name.is_empty() {
            theme::row(ui, colors, label, data.text(name));
        }
    }
    tenant_rows(ui, cx, phase, users);
    let confidence = match phases.confidence[phase].word() {
        "" => "not stated",
        word => word,
    };
    theme::row(ui, colors, "Confidence", confidence);
    let notes = data.text(phases.notes[phase]);
    if !notes.is_empty() {
        ui.add(egui::Label::new(theme::weak(colors, notes).size(11.0)).wrap());
    }
    let origin = phases.origin.at(phase);
    let file = data.file_of(origin).map_or(String::new(), |f| f.path.display().to_string());
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::weak(colors, format!("{file}:{}", origin.line)).size(10.5));
        link(ui, "source", data.text(phases.source[phase]));
    });
}

/// Who uses a phase at the clock's month, by tenancies before cells (RULES G3), and what the cell says
/// where that is something else.
fn tenant_rows(ui: &mut Ui, cx: &PanelContext<'_>, phase: usize, users: &[User]) {
    let colors = cx.state.theme.colors();
    let share = |share: f64| {
        if share < 1.0 - 1e-9 {
            format!(" {}", crate::units::percent(share))
        } else {
            String::new()
        }
    };
    let named = |user: &User| user.name.trim_matches(['(', ')']).to_owned();
    let words: Vec<String> =
        users.iter().map(|user| format!("{}{}", named(user), share(user.share))).collect();
    theme::row(ui, colors, "Used by", words.join("; "));
    let cell = cx.data.text(cx.data.phases.tenant[phase]);
    if users.iter().any(|user| user.by_tenancy) && !cell.is_empty() {
        theme::row(ui, colors, "Tenant cell", cell);
    }
}

fn state_color(colors: &Colors, state: &str) -> egui::Color32 {
    color32(match state {
        "operating" => colors.hues[2],
        "due" => colors.warning,
        "construction" => colors.accent,
        "cancelled" => colors.error,
        _ => colors.weak,
    })
}

fn sources(ui: &mut Ui, cx: &PanelContext<'_>, site: usize) {
    let (colors, data) = (cx.state.theme.colors(), cx.data);
    theme::section(ui, colors, "Sources");
    for url in
        data.text(data.sites.sources[site]).split('|').map(str::trim).filter(|u| !u.is_empty())
    {
        link(ui, url, url);
    }
    let notes = data.text(data.sites.notes[site]);
    if !notes.is_empty() {
        ui.add(egui::Label::new(theme::weak(colors, notes)).wrap());
    }
    let origin = data.sites.origin.at(site);
    let file = data.file_of(origin).map_or(String::new(), |f| f.path.display().to_string());
    ui.label(theme::weak(colors, format!("{file}:{}", origin.line)).size(10.5));
}

/// A link; only addresses of the web are followed.
fn link(ui: &mut Ui, text: &str, url: &str) {
    if url.starts_with("https://") || url.starts_with("http://") {
        let shown = crate::figure::text::fitted(text, 11.5, false, ui.available_width() - 8.0);
        ui.add(
            Hyperlink::from_label_and_url(egui::RichText::new(shown).size(11.5), url)
                .open_in_new_tab(true),
        )
        .on_hover_text(url);
    } else if !text.is_empty() {
        ui.add(egui::Label::new(egui::RichText::new(text).size(11.5)).wrap());
    }
}
