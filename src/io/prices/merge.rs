//! Parts of a file of prices, in their order, to the data set: ids of zones, hours that a clock had
//! twice, prices given twice.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::form::PriceForm;
use super::rates::Rates;
use super::rows::{Counts, Part, PartZone};
use super::zones::zone_of;
use crate::diagnostic::{Diagnostic, Place, Report, Severity, excerpt};
use crate::io::in_order::Join;
use crate::io::part::step;
use crate::io::places::PlaceCodes;
use crate::model::tables::{Price, Zone};
use crate::model::{Dataset, HourRows, Maybe, Month, Name, NotTaken, Origin, Sector, ZoneKind};

/// What a zone of a file became.
#[derive(Clone, Copy, Debug)]
enum Taken {
    /// Hours are kept at that position.
    Hours(usize),
    /// Months are kept of that zone.
    Months(Name),
    /// Its prices are of another series than those before.
    OtherSeries,
    /// Its prices are in another currency than those before.
    OtherCurrency,
}

/// Counts rows by whether any of their prices was taken.
#[derive(Clone, Copy, Debug, Default)]
struct Lines {
    last: u64,
    seen: u64,
    taken: u64,
    is_taken: bool,
}

impl Lines {
    fn see(&mut self, line: u64) {
        if line != self.last {
            self.last = line;
            self.seen += 1;
            self.is_taken = false;
        }
    }

    fn take(&mut self) {
        self.taken += u64::from(!self.is_taken);
        self.is_taken = true;
    }

    fn lost(self) -> u64 {
        self.seen - self.taken
    }
}

/// Takes parts over in their order.
pub(in crate::io) struct Merger<'a> {
    data: &'a mut Dataset,
    hours: &'a mut HourRows,
    rates: &'a Rates,
    form: &'a PriceForm,
    path: &'a Path,
    number: u16,
    places: PlaceCodes,
    taken: FxHashMap<PartZone, Taken>,
    series: FxHashMap<Name, String>,
    seen: FxHashSet<(Name, Sector, Name, Month, Month)>,
    is_new: FxHashSet<Name>,
    /// Zones that are rows of no table, with the one they lie within.
    pub new_zones: Vec<(String, Option<String>)>,
    /// Rows of other series, with the first of them.
    pub other_series: (u64, String),
    pub other_currency: (u64, String),
    /// Prices without a rate of exchange, by currency, and prices at a rate that is held.
    pub no_rate: FxHashMap<&'static str, u64>,
    pub held: FxHashMap<&'static str, u64>,
    pub counts: Counts,
    pub report: Report,
    pub lines: u64,
    pub hash: u64,
    pub prices: u64,
}

impl Join for Merger<'_> {
    type Part = Part;

    fn join(&mut self, part: &mut Part) {
        part.report.move_down(self.lines);
        self.report.append(std::mem::take(&mut part.report));
        let own: Vec<Taken> = part.zones.iter().map(|zone| self.zone(zone)).collect();
        // Rows of which some prices were taken, and rows with prices.
        let mut lines = Lines::default();
        for point in &part.points {
            lines.see(u64::from(point.line));
            let Taken::Hours(at) = own[point.zone as usize] else {
                self.left(&part.zones[point.zone as usize], own[point.zone as usize]);
                continue;
            };
            let minute = match point.or {
                Some(later) if self.hours.has(at, point.minute) => later,
                _ => point.minute,
            };
            if let Err(error) = self.hours.push(at, minute, point.per_mwh) {
                let line = self.lines + u64::from(point.line);
                self.not_taken(error, line, &part.zones[point.zone as usize].name);
            } else {
                lines.take();
                self.prices += 1;
            }
        }
        for months in std::mem::take(&mut part.months) {
            lines.see(months.line);
            match own[months.zone as usize] {
                Taken::Months(zone) => {
                    let money = part.zones[months.zone as usize].currency;
                    if self.price(zone, money, &months, &part.zones) {
                        lines.take();
                    }
                }
                other => self.left(&part.zones[months.zone as usize], other),
            }
        }
        let counts = part.counts;
        self.counts.rows += counts.rows;
        self.counts.kept += counts.kept.saturating_sub(lines.lost());
        self.counts.others += counts.others;
        self.lines += part.lines;
        self.hash = step(self.hash, part.hash);
        // The room of the points is kept.
        let mut points = std::mem::take(&mut part.points);
        points.clear();
        *part = Part { points, ..Part::default() };
    }
}

impl<'a> Merger<'a> {
    pub(in crate::io) fn new(
        data: &'a mut Dataset,
        (hours, rates): (&'a mut HourRows, &'a Rates),
        form: &'a PriceForm,
        path: &'a Path,
        number: u16,
    ) -> Self {
        let places = PlaceCodes::new(data);
        Self {
            data,
            hours,
            rates,
            form,
            path,
            number,
            places,
            taken: FxHashMap::default(),
            series: FxHashMap::default(),
            seen: FxHashSet::default(),
            is_new: FxHashSet::default(),
            new_zones: Vec::new(),
            other_series: Default::default(),
            other_currency: Default::default(),
            no_rate: FxHashMap::default(),
            held: FxHashMap::default(),
            counts: Counts::default(),
            report: Report::default(),
            lines: 0,
            hash: 0,
            prices: 0,
        }
    }

    fn left(&mut self, zone: &PartZone, taken: Taken) {
        let (count, text) = match taken {
            Taken::OtherCurrency => (&mut self.other_currency, zone.currency.to_owned()),
            _ => (&mut self.other_series, zone.series.clone()),
        };
        if count.0 == 0 {
            count.1 = format!("{} {text}", zone.name);
        }
        count.0 += 1;
    }

    /// What a zone of a part is, worked out once.
    fn zone(&mut self, zone: &PartZone) -> Taken {
        if let Some(taken) = self.taken.get(zone) {
            return *taken;
        }
        let found = zone_of(&zone.name, self.form.market, &self.places);
        let id = self.data.names.intern(&found.id);
        if !self.places.is_zone(&found.id) && self.is_new.insert(id) {
            self.add_zone(id, &found.id, found.parent.as_deref());
            self.new_zones.push((found.id.clone(), found.parent.clone()));
        }
        let currency = self.data.names.intern(zone.currency);
        let source = if zone.source.is_empty() {
            self.form.market.map_or("", |market| market.name)
        } else {
            &zone.source
        };
        let source = self.data.names.intern(source);
        let taken = if self.form.span_is_months() {
            Taken::Months(id)
        } else if self.series.entry(id).or_insert_with(|| zone.series.clone()) != &zone.series {
            Taken::OtherSeries
        } else {
            self.hours.zone(id, source, currency).map_or(Taken::OtherCurrency, Taken::Hours)
        };
        self.taken.insert(zone.clone(), taken);
        taken
    }

    fn add_zone(&mut self, id: Name, name: &str, parent: Option<&str>) {
        let known = parent.filter(|parent| self.places.is_zone(parent));
        let country = known.and_then(|parent| self.places.country_of_zone(parent)).unwrap_or("");
        let country = self.data.names.intern(country);
        let parent = self.data.names.intern(known.unwrap_or(""));
        self.data.tables.zones.push(Zone {
            id,
            name: self.data.names.intern(name),
            kind: ZoneKind::BiddingZone,
            country,
            parent,
            annual_demand_twh: Maybe::NONE,
            demand_year: Maybe::NONE,
            peak_mw: Maybe::NONE,
            households: Maybe::NONE,
            household_kwh_year: Maybe::NONE,
            carbon_g_per_kwh: Maybe::NONE,
            carbon_year: Maybe::NONE,
            source: Name::EMPTY,
            notes: Name::EMPTY,
            origin: Origin { file: self.number, line: 1 },
        });
    }

    /// Takes a price of some months; whether it was kept.
    fn price(
        &mut self,
        zone: Name,
        money: &'static str,
        months: &super::rows::Months,
        zones: &[PartZone],
    ) -> bool {
        let line = self.lines + months.line;
        let series = self.data.names.intern(&months.series);
        if !self.seen.insert((zone, months.sector, series, months.from, months.to)) {
            let name = zones[months.zone as usize].name.clone();
            self.say(
                "E111",
                line,
                "the zone has a price of this time already",
                &name,
                "one price a zone, sector, series and time",
                Some("the first row is used"),
            );
            return false;
        }
        let middle = months.from.plus((months.to.index() - months.from.index()) / 2);
        let rate = self.rates.at(money, middle);
        match rate {
            None => *self.no_rate.entry(money).or_default() += 1,
            Some(rate) if rate.held => *self.held.entry(money).or_default() += 1,
            Some(_) => {}
        }
        let usd = rate.map_or(Maybe::NONE, |rate| Maybe::some(months.per_mwh * rate.usd));
        let source = &zones[months.zone as usize].source;
        let row = Price {
            zone,
            sector: months.sector,
            series,
            from: months.from,
            to: months.to,
            usd_per_mwh: usd,
            local: Maybe::some(months.per_mwh),
            currency: self.data.names.intern(money),
            basis: self.data.names.intern(&months.basis),
            source: self.data.names.intern(source),
            origin: Origin { file: self.number, line: u32::try_from(line).unwrap_or(u32::MAX) },
        };
        self.data.tables.prices.push(row);
        self.prices += 1;
        true
    }

    fn not_taken(&mut self, error: NotTaken, line: u64, zone: &str) {
        let (code, what, expected, help) = match error {
            NotTaken::Twice => (
                "E111",
                "the zone has a price of this hour already",
                "one price a zone and hour",
                Some("the first row of an hour is used"),
            ),
            NotTaken::Far => (
                "E116",
                "the hour lies far from the zone's other prices",
                "an hour near the others, within 50 years",
                None,
            ),
        };
        self.say(code, line, what, zone, expected, help);
    }

    fn say(
        &mut self,
        code: &'static str,
        line: u64,
        what: &str,
        found: &str,
        expected: &str,
        help: Option<&str>,
    ) {
        self.report.tell(self.path, (code, Severity::Error), 1, |_| Diagnostic {
            code,
            severity: Severity::Error,
            what: what.to_owned(),
            place: Place::line(self.path, line),
            found: excerpt(found),
            expected: expected.to_owned(),
            help: help.map(str::to_owned),
        });
    }
}
