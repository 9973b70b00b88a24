//! The tables of an outcome: monthly series, sites, phases, prices.

use std::io;

use super::table::{Cell, Rows, Table};
use crate::model::{
    Basis, Column, Dataset, Day, Hour, HourSeries, Maybe, Month, Name, Phases, PriceAt,
    SectorChoice, price::price_curves,
};
use crate::scenario::bill::site_bill;
use crate::scenario::phase::life_word;
use crate::scenario::{Lens, Outcome, Quantity, Series, Stack, UndatedAt, filter::is_built_out};

/// `month,group,value,derived,unknown,unit,undated,undated_phases,undated_unknown`: a group has a row
/// where at least one phase counts or is undated, `(total)` has one in every month. Value and derived
/// are empty where every counting phase of the group is unknown (RULES G4), and where none counts. For
/// energy, money and ratios, which a phase without a date does not have, the number of undated phases
/// stands alone (RULES T5).
///
/// # Errors
/// What the system says where rows are written.
pub fn write_stack(stack: &Stack, to: &mut dyn Rows) -> io::Result<()> {
    to.begin(&STACK_COLUMNS)?;
    stack_rows(stack, to)
}

/// The same as a table in memory.
pub fn stack_table(stack: &Stack) -> Table {
    Table::of(|to| write_stack(stack, to))
}

/// [`write_phases`] to a table in memory.
pub fn phase_table(
    data: &Dataset,
    outcome: &Outcome,
    seen: (Option<&[bool]>, Option<&Lens>),
    day: Day,
) -> Table {
    Table::of(|to| write_phases(data, outcome, seen, day, to))
}

/// [`write_prices`] to a table in memory.
pub fn price_table(data: &Dataset, months: &[Month], choice: SectorChoice) -> Table {
    Table::of(|to| write_prices(data, months, choice, to))
}

const STACK_COLUMNS: [&str; 9] = [
    "month",
    "group",
    "value",
    "derived",
    "unknown",
    "unit",
    "undated",
    "undated_phases",
    "undated_unknown",
];

/// The same of several stacks, whose months follow each other.
///
/// # Errors
/// What the system says where rows are written.
pub fn write_stacks(stacks: impl IntoIterator<Item = Stack>, to: &mut dyn Rows) -> io::Result<()> {
    to.begin(&STACK_COLUMNS)?;
    stacks.into_iter().try_for_each(|stack| stack_rows(&stack, to))
}

fn stack_rows(stack: &Stack, to: &mut dyn Rows) -> io::Result<()> {
    let unit = stack.measure.unit();
    let of_capacity = stack.measure.quantity().is_some();
    for (at, month) in stack.grid.months().enumerate() {
        let month = month.to_string();
        let mut push = |name: &str, series: &Series, undated: UndatedAt| {
            // A total in which nothing stands is 0, a group has no value then.
            let stands = name == TOTAL || series.count[at] > 0;
            let known = series.known(at).filter(|_| stands);
            let unknown = undated.unknown;
            to.row(vec![
                month.as_str().into(),
                Cell::Text(name.to_owned()),
                known.into(),
                known.map(|_| series.derived[at]).into(),
                Cell::Count(u64::from(series.unknown[at])),
                unit.into(),
                undated.value.filter(|_| of_capacity).into(),
                Cell::Count(u64::from(undated.phases)),
                if of_capacity { Cell::Count(u64::from(unknown)) } else { Cell::Empty },
            ])
        };
        let undated = stack.undated.as_deref();
        for (number, group) in stack.groups.iter().enumerate() {
            let undated = undated.map(|sums| UndatedAt::of(&sums.groups[number], at));
            let undated = undated.unwrap_or_default();
            if group.series.count[at] > 0 || undated.phases > 0 {
                push(&group.name, &group.series, undated)?;
            }
        }
        push(TOTAL, &stack.total, undated.map(|sums| sums.at(at)).unwrap_or_default())?;
    }
    Ok(())
}

/// The row of all groups together.
const TOTAL: &str = "(total)";

/// Every phase on a day: state, the four quantities with the rule that gave each, and its origin.
/// Through the lens of a buyer those in which it has a share at the end of the month, the quantities
/// times that share, which stands in a column of its own.
///
/// # Errors
/// What the system says where rows are written.
pub fn write_phases(
    data: &Dataset,
    outcome: &Outcome,
    (mask, lens): (Option<&[bool]>, Option<&Lens>),
    day: Day,
    to: &mut dyn Rows,
) -> io::Result<()> {
    let mut columns = vec![
        "date",
        "site_id",
        "phase",
        "online",
        "status",
        "state",
        "life",
        "facility_mw",
        "facility_mw_rule",
        "it_mw",
        "it_mw_rule",
        "accelerators",
        "accelerators_rule",
        "h100e",
        "h100e_rule",
        "chip",
        "chip_vendor",
        "basis_mark",
        "confidence",
        "source",
        "file",
        "line",
        "counts_from",
        "counts_until",
        "zone_moved_to",
        "dated_by",
        "status_written",
    ];
    columns.extend(STATED.map(|(name, _)| name));
    columns.extend(lens.map(|_| "buyer_share"));
    let phases = &data.phases;
    let own: Vec<String> = phases.extra.titles().map(|title| free_title(title, &columns)).collect();
    to.begin(&columns.iter().copied().chain(own.iter().map(String::as_str)).collect::<Vec<_>>())?;
    let at = outcome.grid.clamp(day.month()) as u32;
    for phase in (0..phases.len()).filter(|&p| mask.is_none_or(|m| m[p])) {
        let share = lens.map(|lens| lens.share(phase, at));
        if share.is_some_and(|share| share <= 0.0) {
            continue;
        }
        let site = phases.site[phase] as usize;
        let mut row: Vec<Cell> = vec![
            day.to_string().as_str().into(),
            data.text(data.sites.id[site]).into(),
            data.text(phases.phase[phase]).into(),
            phases.online[phase].get().map_or(String::new(), |d| d.to_string()).as_str().into(),
            phases.status[phase].word().into(),
            outcome.phases.state[phase].word().into(),
            life_word(data, outcome, phase, day).into(),
        ];
        for quantity in
            [Quantity::FacilityMw, Quantity::ItMw, Quantity::Accelerators, Quantity::H100e]
        {
            let value = outcome.phases.get(quantity, phase);
            row.push(value.map(|value| value * share.unwrap_or(1.0)).into());
            row.push(outcome.phases.rule(quantity, phase).word().into());
        }
        let chip = outcome.phases.chip(phase);
        let origin = phases.origin.at(phase);
        let file = data.file_of(origin).map_or(String::new(), |f| f.path.display().to_string());
        row.extend([
            Cell::from(chip.group.as_str()),
            chip.vendor.as_str().into(),
            basis_mark(phases.basis[phase], phases.facility_mw[phase]).into(),
            phases.confidence[phase].word().into(),
            data.text(phases.source[phase]).into(),
            file.as_str().into(),
            Cell::Count(u64::from(origin.line)),
        ]);
        // When it counts under policy and scenario: from the first day, until the day before. What is
        // dated by its status counts from the first month of any grid.
        let written = |day: Day| match day {
            Day::NEVER | Day::ALWAYS => Cell::Empty,
            day => Cell::Text(day.to_string()),
        };
        row.push(written(outcome.phases.from[phase]));
        row.push(written(outcome.phases.to[phase]));
        row.push(outcome.energy.moved_to(phase).map_or(Cell::Empty, |z| data.text(z).into()));
        row.push(dated_by(data, outcome, phase).into());
        row.push(data.status_of_phase(phase).into());
        row.extend(STATED.map(|(_, column)| column(phases)[phase].get().into()));
        row.extend(share.map(Cell::Number));
        row.extend(phases.extra.iter().map(|(_, column)| Cell::from(data.text(column[phase]))));
        to.row(row)?;
    }
    Ok(())
}

/// A column of phases by its name.
type Stated = (&'static str, fn(&Phases) -> &Column<Maybe>);

/// What phases state of their amounts beside their values.
const STATED: [Stated; 7] = [
    ("facility_mw_low", |phases| &phases.facility_mw_low),
    ("facility_mw_high", |phases| &phases.facility_mw_high),
    ("it_mw_low", |phases| &phases.it_mw_low),
    ("it_mw_high", |phases| &phases.it_mw_high),
    ("chip_count_low", |phases| &phases.chip_count_low),
    ("chip_count_high", |phases| &phases.chip_count_high),
    ("capex_usd_bn", |phases| &phases.capex_usd_bn),
];

/// The title of a column of the user's where one of ours has it already.
fn free_title(title: &str, taken: &[&str]) -> String {
    if taken.iter().any(|own| own.eq_ignore_ascii_case(title)) {
        format!("{title} (own)")
    } else {
        title.to_owned()
    }
}

/// What dates a phase: its `date`, its `status`, or nothing while it is `undated` (RULES T5).
fn dated_by(data: &Dataset, outcome: &Outcome, phase: usize) -> &'static str {
    if data.phases.online[phase].get().is_some() {
        "date"
    } else if outcome.phases.dated_by_status(phase) {
        "status"
    } else if outcome.phases.undated(phase).is_some() {
        "undated"
    } else {
        ""
    }
}

/// The mark of a stated power whose basis is not the meter (RULES P1).
fn basis_mark(basis: Basis, stated: Maybe) -> &'static str {
    match basis {
        Basis::Unknown if stated.is_some() => "unknown",
        Basis::Generation if stated.is_some() => "generation",
        _ => "",
    }
}

/// Every site at the end of a month: place, power online and at full build-out, its price with
/// what that rests on. A filter keeps sites of which a phase passes, whole; the lens of a buyer keeps
/// those in which it has a share then, and its share of them.
///
/// # Errors
/// What the system says where rows are written.
pub fn write_sites(
    data: &Dataset,
    outcome: &Outcome,
    (mask, lens): (Option<&[bool]>, Option<&Lens>),
    month: Month,
    sector: SectorChoice,
    to: &mut dyn Rows,
) -> io::Result<()> {
    let columns = [
        "month",
        "site_id",
        "name",
        "operator",
        "owner",
        "users",
        "country",
        "subdivision",
        "price_zone",
        "lat",
        "lon",
        "kind",
        "status",
        "online_facility_mw",
        "online_unknown",
        "build_out_facility_mw",
        "price_usd_per_mwh",
        "price_sector",
        "price_zone_used",
        "price_series",
        "price_age_months",
        "as_of",
        "file",
        "line",
        "bill_usd_per_mwh",
        "bill_usd_year",
        "energy_mwh_year",
        "undated_facility_mw",
        "undated_phases",
        "undated_unknown",
        "status_written",
    ];
    let sites = &data.sites;
    let own: Vec<String> = sites.extra.titles().map(|title| free_title(title, &columns)).collect();
    to.begin(&columns.iter().copied().chain(own.iter().map(String::as_str)).collect::<Vec<_>>())?;
    let seen = SeenSites { data, outcome, lens, month };
    for site in 0..sites.len() {
        let mut own = data.phases_of(site);
        // A filter asks for phases; without one a site needs none.
        if mask.is_some_and(|mask| !own.any(|phase| mask[phase])) {
            continue;
        }
        if !seen.has_part(site) {
            continue;
        }
        let SeenSite { online, unknown, built, undated } = seen.site(site);
        let price = data.price_book().along(&data.price_chain(site), sector, month);
        let text = |name| Cell::from(data.text(name));
        let origin = sites.origin.at(site);
        let file = data.file_of(origin).map_or(String::new(), |f| f.path.display().to_string());
        let mut row = vec![
            month.to_string().as_str().into(),
            text(sites.id[site]),
            text(sites.name[site]),
            text(sites.operator[site]),
            text(sites.owner[site]),
            text(sites.users[site]),
            text(sites.country[site]),
            text(sites.subdivision[site]),
            text(data.price_start(site)),
            sites.lat[site].get().into(),
            sites.lon[site].get().into(),
            sites.kind[site].word().into(),
            sites.status[site].word().into(),
            online.into(),
            Cell::Count(u64::from(unknown)),
            built.into(),
        ];
        row.extend(price_cells(data, price.as_ref()));
        row.push(sites.as_of[site].get().map_or(String::new(), |d| d.to_string()).as_str().into());
        row.push(file.as_str().into());
        row.push(Cell::Count(u64::from(origin.line)));
        // What the site pays under the scenario, where the price above is that of the table.
        let bill = site_bill(data, outcome, site, (month, sector), lens);
        row.push(bill.and_then(|b| b.usd_per_mwh).into());
        row.push(bill.and_then(|b| b.usd).into());
        row.push(bill.map(|b| b.energy_mwh).into());
        row.push(undated.value.into());
        row.push(Cell::Count(u64::from(undated.phases)));
        row.push(Cell::Count(u64::from(undated.unknown)));
        row.push(data.status_of_site(site).into());
        row.extend(sites.extra.iter().map(|(_, column)| text(column[site])));
        to.row(row)?;
    }
    Ok(())
}

/// Sites at the end of a month, whole or through the lens of a buyer.
struct SeenSites<'a> {
    data: &'a Dataset,
    outcome: &'a Outcome,
    lens: Option<&'a Lens>,
    month: Month,
}

/// Power at the meter of a site, MW.
struct SeenSite {
    /// In service; none where nothing in service is known, or the site has no phase.
    online: Option<f64>,
    /// Phases in service without a figure.
    unknown: u32,
    /// Once all dates are past; none where nothing is known.
    built: Option<f64>,
    /// Without a date.
    undated: UndatedAt,
}

impl SeenSites<'_> {
    fn share(&self, phase: usize) -> f64 {
        let at = self.outcome.grid.clamp(self.month) as u32;
        self.lens.map_or(1.0, |lens| lens.share(phase, at))
    }

    /// Whether the buyer has a share in a phase of the site; without a lens every site is seen.
    fn has_part(&self, site: usize) -> bool {
        let mut phases = self.data.phases_of(site);
        self.lens.is_none() || phases.any(|phase| self.share(phase) > 0.0)
    }

    fn site(&self, site: usize) -> SeenSite {
        let (data, outcome, day) = (self.data, self.outcome, self.month.last_day());
        let mw = |phase: usize| {
            let mw = outcome.phases.get(Quantity::FacilityMw, phase);
            mw.map(|mw| mw * self.share(phase))
        };
        let sum = |phases: &[usize]| {
            let known = phases.iter().filter_map(|&phase| mw(phase));
            let known = known.fold(None, |sum, mw| Some(sum.unwrap_or(0.0) + mw));
            let unknown = phases.iter().filter(|&&phase| mw(phase).is_none()).count() as u32;
            (known, unknown)
        };
        let own: Vec<usize> =
            data.phases_of(site).filter(|&phase| self.share(phase) > 0.0).collect();
        let of = |wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
            own.iter().copied().filter(|&phase| wanted(phase)).collect()
        };
        let standing = of(&|phase| outcome.phases.stands_on(phase, day));
        let undated = of(&|phase| outcome.phases.is_undated_on(phase, day));
        let (online, unknown) = sum(&standing);
        // A site of which nothing stands yet has 0 MW in service; one without phases is unknown.
        let online = online.or((standing.is_empty() && !own.is_empty()).then_some(0.0));
        let (built, _) = sum(&of(&|phase| is_built_out(outcome, phase)));
        let (value, lacking) = sum(&undated);
        let value = value.or(undated.is_empty().then_some(0.0));
        let undated = UndatedAt { value, phases: undated.len() as u32, unknown: lacking };
        SeenSite { online, unknown, built, undated }
    }
}

fn price_cells(data: &Dataset, price: Option<&PriceAt>) -> [Cell; 5] {
    let Some(price) = price else {
        return [const { Cell::Empty }; 5];
    };
    [
        Cell::Number(price.usd_per_mwh),
        price.sector.word().into(),
        data.text(price.zone).into(),
        data.text(price.series).into(),
        Cell::Count(u64::from(price.age_months.unsigned_abs())),
    ]
}

/// The price of every zone in every month (RULES C1, C2); empty where unknown.
///
/// # Errors
/// What the system says where rows are written.
pub fn write_prices(
    data: &Dataset,
    months: &[Month],
    choice: SectorChoice,
    to: &mut dyn Rows,
) -> io::Result<()> {
    to.begin(&[
        "zone",
        "sector",
        "month",
        "price_usd_per_mwh",
        "sector_used",
        "zone_used",
        "series",
        "age_months",
        "basis",
        "source",
    ])?;
    let zones: Vec<_> = data.tables.zones.iter().map(|z| z.id).collect();
    for zones in zones.chunks(ZONES_AT_ONCE) {
        let curves = price_curves(data, zones, choice, months);
        price_rows(data, (zones, &curves), months, choice, to)?;
    }
    Ok(())
}

/// The hourly prices that there are, zone by zone, in USD and in their own currency; hours without one
/// are left out.
///
/// # Errors
/// What the system says where rows are written.
pub fn write_hours(
    data: &Dataset,
    hours: std::ops::Range<i32>,
    to: &mut dyn Rows,
) -> io::Result<()> {
    to.begin(&["zone", "hour", "price_usd_per_mwh", "price_local", "currency", "source"])?;
    for zone in &data.hours().zones {
        let own = zone.prices.hours();
        let own = own.start.max(hours.start)..own.end.min(hours.end);
        let number = |series: &HourSeries, hour: Hour| {
            series.get(hour).map_or(Cell::Empty, |value| Cell::Number(short(value)))
        };
        for hour in own.map(Hour) {
            let local =
                zone.local.as_ref().map(|local| (number(&local.prices, hour), local.currency));
            let usd = number(&zone.prices, hour);
            let (price, currency) = local.unwrap_or((Cell::Empty, Name::EMPTY));
            if usd == Cell::Empty && price == Cell::Empty {
                continue;
            }
            let time = format!("{}T{:02}:00Z", hour.day(), hour.of_day());
            let source = data.text(zone.source).into();
            let zone = data.text(zone.zone).into();
            to.row(vec![
                zone,
                time.as_str().into(),
                usd,
                price,
                data.text(currency).into(),
                source,
            ])?;
        }
    }
    Ok(())
}

/// A value of seven digits as they are, without what binary fractions add.
fn short(value: f64) -> f64 {
    (value as f32).to_string().parse().unwrap_or(value)
}

/// Zones whose prices are worked out at once.
const ZONES_AT_ONCE: usize = 32;

fn price_rows(
    data: &Dataset,
    (zones, curves): (&[Name], &[Vec<Option<PriceAt>>]),
    months: &[Month],
    choice: SectorChoice,
    to: &mut dyn Rows,
) -> io::Result<()> {
    for (zone, curve) in zones.iter().zip(curves) {
        for (month, price) in months.iter().zip(curve) {
            let mut row: Vec<Cell> = vec![
                data.text(*zone).into(),
                choice.word().into(),
                month.to_string().as_str().into(),
            ];
            row.extend(price_cells(data, price.as_ref()));
            let of = |column: &crate::model::Column<Name>| {
                price.map_or(Cell::Empty, |p| data.text(column[p.row as usize]).into())
            };
            row.push(of(&data.tables.prices.basis));
            row.push(of(&data.tables.prices.source));
            to.row(row)?;
        }
    }
    Ok(())
}
