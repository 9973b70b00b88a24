//! The tables of an outcome: monthly series, sites, phases, prices.

use super::table::{Cell, Table};
use crate::model::{Basis, Dataset, Day, Maybe, Month, PriceAt, SectorChoice, price::price_curves};
use crate::scenario::bill::site_bill;
use crate::scenario::phase::{life_word, online_power};
use crate::scenario::{Outcome, Quantity, Series, Stack, filter::site_build_out};

/// `month,group,value,derived,unknown,unit`: a group has a row where at least one phase counts,
/// `(total)` has one in every month. Value and derived are empty where every counting phase of
/// the group is unknown (RULES G4).
pub fn stack_table(stack: &Stack) -> Table {
    let mut table = Table::new(&["month", "group", "value", "derived", "unknown", "unit"]);
    let unit = stack.measure.unit();
    for (at, month) in stack.grid.months().enumerate() {
        let month = month.to_string();
        let mut push = |name: &str, series: &Series| {
            let known = series.known(at);
            table.rows.push(vec![
                month.as_str().into(),
                Cell::Text(name.to_owned()),
                known.into(),
                known.map(|_| series.derived[at]).into(),
                Cell::Count(u64::from(series.unknown[at])),
                unit.into(),
            ]);
        };
        for group in stack.groups.iter().filter(|g| g.series.count[at] > 0) {
            push(&group.name, &group.series);
        }
        push("(total)", &stack.total);
    }
    table
}

/// Every phase on a day: state, the four quantities with the rule that gave each, and its origin.
pub fn phase_table(data: &Dataset, outcome: &Outcome, mask: Option<&[bool]>, day: Day) -> Table {
    let mut table = Table::new(&[
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
    ]);
    let phases = &data.phases;
    for phase in (0..phases.len()).filter(|&p| mask.is_none_or(|m| m[p])) {
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
            row.push(outcome.phases.get(quantity, phase).into());
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
        // When it counts under policy and scenario: from the first day, until the day before.
        let written = |day: Day| match day {
            Day::NEVER => Cell::Empty,
            day => Cell::Text(day.to_string()),
        };
        row.push(written(outcome.phases.from[phase]));
        row.push(written(outcome.phases.to[phase]));
        row.push(outcome.energy.moved_to(phase).map_or(Cell::Empty, |z| data.text(z).into()));
        table.rows.push(row);
    }
    table
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
/// what that rests on.
pub fn site_table(
    data: &Dataset,
    outcome: &Outcome,
    mask: Option<&[bool]>,
    month: Month,
    sector: SectorChoice,
) -> Table {
    let mut table = Table::new(&[
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
    ]);
    let build_out = site_build_out(data, outcome);
    let sites = &data.sites;
    for (site, built) in build_out.iter().enumerate() {
        let mut own = data.phases_of(site);
        // A filter asks for phases; without one a site needs none.
        if mask.is_some_and(|mask| !own.any(|phase| mask[phase])) {
            continue;
        }
        let (online, unknown) = online_power(data, outcome, site, month.last_day());
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
            built.get().into(),
        ];
        row.extend(price_cells(data, price.as_ref()));
        row.push(sites.as_of[site].get().map_or(String::new(), |d| d.to_string()).as_str().into());
        row.push(file.as_str().into());
        row.push(Cell::Count(u64::from(origin.line)));
        // What the site pays under the scenario, where the price above is that of the table.
        let bill = site_bill(data, outcome, site, month, sector);
        row.push(bill.and_then(|b| b.usd_per_mwh).into());
        row.push(bill.and_then(|b| b.usd()).into());
        row.push(bill.map(|b| b.energy_mwh).into());
        table.rows.push(row);
    }
    table
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
pub fn price_table(data: &Dataset, months: &[Month], choice: SectorChoice) -> Table {
    let mut table = Table::new(&[
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
    ]);
    let zones: Vec<_> = data.zones.iter().map(|z| z.id).collect();
    let curves = price_curves(data, &zones, choice, months);
    for (zone, curve) in zones.iter().zip(&curves) {
        for (month, price) in months.iter().zip(curve) {
            let mut row: Vec<Cell> = vec![
                data.text(*zone).into(),
                choice.word().into(),
                month.to_string().as_str().into(),
            ];
            row.extend(price_cells(data, price.as_ref()));
            let of = |column: &crate::model::Column<crate::model::Name>| {
                price.map_or(Cell::Empty, |p| data.text(column[p.row as usize]).into())
            };
            row.push(of(&data.prices.basis));
            row.push(of(&data.prices.source));
            table.rows.push(row);
        }
    }
    table
}
