//! From titles and first rows to the form of a file of prices. Titles propose it, and the cells decide.

use super::form::{PriceForm, Said, TimeColumns, Value, ZoneFrom};
use super::market::Market;
use super::period::period;
use super::times::Times;
use super::unit::{PriceUnit, currency};
use super::words::{
    NO_PRICE, PRICE, currency_in, is_number, is_of_another_thing, is_other_sector, left_of_title,
    parts_of_title, sector_of, tokens, unit_in_front, value_unit, zone_in,
};
use super::zones::titled;
use crate::io::cell::{DateOrder, Decimal, FormatVotes, is_missing};
use crate::io::places::folded;
use crate::io::titles::has;
use crate::model::Sector;

/// A price above this per MWh is a number with marks of thousands, read wrongly.
const HIGHEST: f64 = 50_000.0;

/// What is known of a file before its form is.
pub(in crate::io) struct Sheet<'a> {
    pub titles: &'a [String],
    pub rows: &'a [Vec<String>],
    /// What stands above the header, and the name of the file.
    pub context: &'a str,
    pub delimiter: u8,
}

impl Sheet<'_> {
    pub(super) fn title(&self, at: usize) -> &str {
        self.titles.get(at).map_or("", String::as_str)
    }

    pub(super) fn folded(&self, at: usize) -> String {
        folded(self.title(at))
    }

    /// Cells of a column that hold something.
    pub(super) fn cells(&self, at: usize) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().filter_map(move |row| row.get(at).map(String::as_str));
        cells.filter(|cell| !is_missing(cell) && *cell != ":")
    }

    /// Which share of its cells is something.
    pub(super) fn share(&self, at: usize, is: impl Fn(&str) -> bool) -> f64 {
        let (mut count, mut all) = (0.0, 0.0);
        for cell in self.cells(at) {
            all += 1.0;
            count += f64::from(u8::from(is(cell)));
        }
        if all > 0.0 { count / all } else { 0.0 }
    }

    pub(super) fn named(&self, names: &str) -> Option<usize> {
        let one = |name: &str| (0..self.titles.len()).find(|at| self.folded(*at) == name);
        names.split_whitespace().find_map(one)
    }
}

/// What is known while a form is looked for.
pub(super) struct Finder<'a> {
    pub(super) sheet: &'a Sheet<'a>,
    pub(super) market: Option<&'static Market>,
    pub(super) taken: Vec<bool>,
}

/// The form of a sheet, if it is one of prices.
pub(in crate::io) fn find(sheet: &Sheet<'_>) -> Option<PriceForm> {
    let titles: Vec<String> = (0..sheet.titles.len()).map(|at| sheet.folded(at)).collect();
    let market = Market::of_titles(&titles, sheet.context);
    let mut finder = Finder { sheet, market, taken: vec![false; titles.len()] };
    if market.is_none() {
        finder.market = finder.market_of_names();
    }
    finder.find()
}

impl Finder<'_> {
    pub(super) fn free(&self) -> impl Iterator<Item = usize> {
        (0..self.taken.len()).filter(|at| !self.taken[*at])
    }

    pub(super) fn take(&mut self, at: Option<usize>) -> Option<usize> {
        if let Some(at) = at {
            self.taken[at] = true;
        }
        at
    }

    pub(super) fn find(mut self) -> Option<PriceForm> {
        let sheet = self.sheet;
        let (unit_at, currency_at) = self.money_columns();
        let periods = self.period_titles();
        let hours = self.hour_titles();
        periods.iter().chain(&hours).for_each(|value| self.taken[value.at] = true);
        let priced = PriceUnit::find(sheet.context).is_some()
            || unit_at.is_some()
            || self.market.is_some()
            || has(&tokens(sheet.context), PRICE)
            || periods.iter().any(|value| value.unit.is_some());
        let times =
            if periods.is_empty() { self.times(hours.is_empty())? } else { Times::default() };
        let columns = self.price_columns();
        let zone = self.zone_column();
        let sector_at = self.sector_column();
        let is_wide = !periods.is_empty() || !hours.is_empty();
        let by_hour = !hours.is_empty();
        let (mut values, more) = if is_wide {
            (if periods.is_empty() { hours } else { periods }, if priced { 6 } else { return None })
        } else {
            self.values(&columns, zone, priced)?
        };
        values.iter().for_each(|value| self.taken[value.at] = true);
        let in_titles = values.iter().any(|value| value.zone.is_some());
        let zone_from = match zone {
            _ if in_titles => Some(ZoneFrom::Titles),
            zone => zone.map(ZoneFrom::Column),
        };
        if self.market.is_none() {
            self.market = self.market_of_zones(zone_from.as_ref(), &values);
        }
        let zone = match zone_from {
            Some(zone) => zone,
            None => ZoneFrom::Named(self.zone_above()?),
        };
        let Times { columns: time, order, title, score } = times;
        let fiscal = self.market.map_or(1, |market| market.fiscal_from);
        let span = self.span(&time, order, by_hour, &values, fiscal)?;
        let minutes = self.minutes(&time, order, &values);
        let (mut clock, clock_said) = self.clock(&title, &time);
        if !clock_said {
            clock = self.clock_of_place(&zone, &values).unwrap_or(clock);
        }
        let ends = time.hour.is_none() && !by_hour && self.ends(&title, minutes);
        // What the title of the price says goes before a column of currencies, which is then that of
        // another price.
        let in_title = values.first().and_then(|value| value.unit.as_ref());
        let currency_at =
            currency_at.filter(|_| in_title.is_none_or(|unit| unit.currency.is_none()));
        let (unit, unit_said) = self.unit(unit_at, &mut values);
        let (sector, sector_said) = self.sector(&time, &values, &unit);
        let by_sector = values.iter().any(|value| value.sector.is_some());
        let score = score
            + more
            + 3
            + 2 * [by_sector, self.market.is_some(), unit_said].map(u32::from).iter().sum::<u32>();
        Some(PriceForm {
            market: self.market,
            span,
            clock,
            ends,
            minutes,
            zone,
            unit,
            said: Said { clock: clock_said, unit: unit_said, sector: sector_said },
            unit_at,
            currency_at,
            sector_at,
            sector,
            series_at: self.series_columns(&time),
            basis_at: sheet.named("basis"),
            source_at: sheet.named("source"),
            only: self.rows_by(|market| market.only),
            except: self.rows_by(|market| market.except),
            order,
            decimal: self.decimal(&values),
            time,
            values,
            score,
            mapped: false,
        })
    }

    /// Columns with the unit and the currency of each row.
    pub(super) fn money_columns(&mut self) -> (Option<usize>, Option<usize>) {
        let sheet = self.sheet;
        let is_unit = |c: &str| PriceUnit::find(c).is_some() || PriceUnit::energy(c).is_some();
        let unit_at = (0..sheet.titles.len()).find(|at| {
            has(&tokens(sheet.title(*at)), "unit units einheit") && sheet.share(*at, is_unit) > 0.9
        });
        let is_money =
            |cell: &str| currency(cell).is_some() || ["NAC", "PPS", "PPP"].contains(&cell);
        let currency_at = (0..sheet.titles.len()).find(|at| {
            has(&tokens(sheet.title(*at)), "currency währung waehrung devise moneda")
                && sheet.share(*at, is_money) > 0.5
        });
        (self.take(unit_at), self.take(currency_at))
    }

    /// The column of prices, or those of zones or sectors each, with how much that explains.
    pub(super) fn values(
        &self,
        columns: &[usize],
        zone: Option<usize>,
        priced: bool,
    ) -> Option<(Vec<Value>, u32)> {
        let wide = self.wide(columns, zone);
        if wide.is_empty() {
            let &at = columns.first()?;
            let unit = value_unit(self.sheet.title(at));
            return Some((vec![Value { at, unit, ..Value::default() }], 6));
        }
        if columns.is_empty() && !priced {
            return None;
        }
        let score = if wide.iter().any(|value| value.sector.is_some()) { 8 } else { 5 };
        Some((wide, score))
    }

    /// The unit of values that have none of their own, and whether something says it.
    pub(super) fn unit(&self, unit_at: Option<usize>, values: &mut [Value]) -> (PriceUnit, bool) {
        let by_context = PriceUnit::find(self.sheet.context);
        let currency_said = currency_in(self.sheet.context);
        let energy = self.energy_above();
        let said = by_context.is_some()
            || energy.is_some()
            || unit_at.is_some()
            || values.iter().all(|value| value.unit.is_some());
        let usual = self.market.map_or(1.0, |market| market.per_mwh);
        let mut unit = by_context
            .unwrap_or(PriceUnit { currency: currency_said, per_mwh: energy.unwrap_or(usual) });
        let usual = self.market.map(|market| market.currency);
        unit.currency = unit.currency.or(currency_said).or(usual);
        for own in values.iter_mut().filter_map(|value| value.unit.as_mut()) {
            own.currency = own.currency.or(unit.currency);
        }
        (unit, said)
    }

    /// The mark of decimals of the prices.
    pub(super) fn decimal(&self, values: &[Value]) -> Decimal {
        let mut votes = FormatVotes::new(self.sheet.delimiter);
        let cells = || values.iter().flat_map(|value| self.sheet.cells(value.at));
        cells().for_each(|cell| {
            votes.look(cell);
        });
        let (decimal, open) = votes.decimal(HIGHEST, false);
        // Where semicolons part the cells, commas are marks of decimals.
        let commas = open && self.sheet.delimiter == b';' && cells().any(|c| c.contains(','));
        if commas { Decimal::Comma } else { decimal }
    }

    /// Whether a column counts its rows.
    pub(super) fn is_count(&self, at: usize) -> bool {
        let mut cells = self.sheet.cells(at).map(|cell| cell.parse::<i64>().ok());
        let first = cells.next().flatten();
        first.is_some_and(|first| {
            cells.zip(1..).all(|(cell, next)| cell == Some(first + next))
                && self.sheet.rows.len() > 2
        })
    }

    /// Columns that hold numbers which a title calls prices, best first if they differ in kind.
    pub(super) fn price_columns(&self) -> Vec<usize> {
        let mut out: Vec<(u32, usize)> = Vec::new();
        for at in self.free() {
            let title = self.sheet.title(at);
            let all = tokens(title);
            let unit = value_unit(title).is_some();
            let plain = folded(title);
            let market_price = !plain.is_empty()
                && self.market.is_some_and(|m| m.price.split(' ').any(|name| name == plain));
            let said = has(&all, PRICE)
                || all.iter().any(|word| word.ends_with("preis") || word.ends_with("preise"))
                || ["プライス", "価格", "단가"].iter().any(|word| title.contains(word))
                || has(&all, "locational marginal");
            if has(&all, NO_PRICE) && !has(&all, "total") && !unit_in_front(title)
                || is_of_another_thing(title)
                || title.contains('量')
                || title.starts_with('∅')
            {
                continue;
            }
            if !(unit || said || market_price) || self.sheet.share(at, is_number) < 0.5 {
                continue;
            }
            let rank = match () {
                () if has(&all, "total lmp lbmp") || market_price => 4,
                () if has(&all, "obs ahead") || plain == "price" => 3,
                () if said && unit => 3,
                () => 2,
            };
            out.push((rank, at));
        }
        // Of one price in several currencies the one that needs no rate, or has the best known one.
        let money =
            |at: usize| match value_unit(self.sheet.title(at)).and_then(|unit| unit.currency) {
                Some("USD") => 0,
                Some("EUR") => 1,
                _ => 2,
            };
        out.sort_by_key(|(rank, at)| (std::cmp::Reverse(*rank), money(*at), *at));
        let out: Vec<usize> = out.into_iter().map(|(_, at)| at).collect();
        let speaks = has(&tokens(self.sheet.context), PRICE)
            || self.market.is_some()
            || PriceUnit::find(self.sheet.context).is_some();
        if !out.is_empty() || !speaks {
            return out;
        }
        // The only numbers of a file that speaks of prices are prices.
        let plain = |at: &usize| {
            let all = tokens(self.sheet.title(*at));
            let number = self.sheet.title(*at).bytes().all(|b| b.is_ascii_digit());
            (number || has(&all, "value wert valor valeur"))
                && self.sheet.share(*at, is_number) > 0.5
                && !self.is_count(*at)
        };
        let numbers: Vec<usize> = self.free().filter(plain).collect();
        if numbers.len() == 1 {
            return numbers;
        }
        // Titles that are kinds of customers.
        let customers = |at: &usize| {
            let sector = sector_of(self.sheet.title(*at));
            sector.is_some_and(|sector| sector != Sector::Wholesale)
                && self.sheet.share(*at, is_number) > 0.5
        };
        let sectors: Vec<usize> = self.free().filter(customers).collect();
        if sectors.len() >= 2 { sectors } else { Vec::new() }
    }

    /// The column of zones by its title.
    pub(super) fn zone_column(&mut self) -> Option<usize> {
        const BEST: &str = "zone iso3code iso3 iso3countrycode mapcode areadisplayname settlementlocation \
            settlementpoint settlementpointname locationname location pnodename node nodeid pricenode \
            biddingzone bzn pricearea pricezone marketarea area areacode region regionid hub pointofconnection geoname stateid state \
            statedescription geo geotimeperiod geotime refarea geolabels submercado country countryname \
            countrycode iso2 land paese pais pays name description market territory";
        let sheet = self.sheet;
        let text = |at: usize| sheet.share(at, |cell| !is_number(cell)) > 0.6;
        let exact = |name: &str| {
            (0..sheet.titles.len())
                .find(|at| !self.taken[*at] && sheet.folded(*at) == name && text(*at))
        };
        let named = BEST.split_whitespace().find_map(exact).or_else(|| {
            self.free().find(|at| {
                let all = tokens(sheet.title(*at));
                let words =
                    "zone country node area region state geo geopolitical location hub country";
                has(&all, words) && !has(&all, "type time id") && text(*at)
            })
        });
        // Of PJM the zone of a node says less than its name, which stands further on in the list.
        let named = named.filter(|at| {
            sheet.folded(*at) != "zone" || self.market.is_none_or(|m| m.name != "PJM")
        });
        let named = named.or_else(|| exact("pnodename"));
        // Its cells are countries, whatever its title.
        let found = named.or_else(|| {
            self.free().find(|at| {
                text(*at) && sheet.share(*at, |cell| titled(cell, self.market).is_some()) > 0.5
            })
        });
        // Beside columns of periods the first text says of what they are.
        let found = found.or_else(|| {
            let wide =
                self.sheet.titles.iter().filter(|t| period(t, DateOrder::DayFirst, 1).is_some());
            (wide.count() >= 2).then(|| self.free().find(|at| text(*at)))?
        });
        self.take(found)
    }

    pub(super) fn sector_column(&mut self) -> Option<usize> {
        let sheet = self.sheet;
        let found = self.free().find(|at| {
            let all = tokens(sheet.title(*at));
            let plain = sheet.folded(*at);
            let titled =
                has(&all, "sector sectorid sectorname customer consumer consumers class sektor")
                    || ["nrgcons", "consom"].contains(&plain.as_str());
            titled && sheet.share(*at, |c| sector_of(c).is_some() || is_other_sector(c)) > 0.5
        });
        // `United States : industrial` says both.
        let both = || {
            let zone = sheet.named("description")?;
            let sectors = sheet
                .share(zone, |c| c.split_once(" : ").is_some_and(|(_, s)| sector_of(s).is_some()));
            (sectors > 0.2).then_some(zone)
        };
        let found = found.or_else(both);
        self.take(found)
    }

    /// Columns of prices that are each of a zone or a sector of their own.
    pub(super) fn wide(&self, columns: &[usize], zone: Option<usize>) -> Vec<Value> {
        let sheet = self.sheet;
        let of_zone = |at: &usize| {
            parts_of_title(sheet.title(*at)).into_iter().find_map(|name| {
                let zone = titled(&name, self.market)?;
                Some((name, zone.id))
            })
        };
        let of_sector =
            |at: &usize| sector_of(sheet.title(*at)).filter(|sector| *sector != Sector::Wholesale);
        let value = |at: usize| Value { at, unit: value_unit(sheet.title(at)), ..Value::default() };
        let sectors: Vec<Value> = columns
            .iter()
            .filter_map(|at| Some(Value { sector: Some(of_sector(at)?), ..value(*at) }))
            .collect();
        if zone.is_some() && sectors.len() < 2 {
            return Vec::new();
        }
        if sectors.len() >= 2 && sectors.len() * 2 >= columns.len() {
            return sectors;
        }
        let zoned = |columns: &[usize]| -> Vec<Value> {
            let named = columns.iter().filter_map(|at| Some((*at, of_zone(at)?)));
            let mut seen: Vec<String> = Vec::new();
            let mut out = Vec::new();
            for (at, (name, id)) in named {
                if !seen.contains(&id) {
                    seen.push(id);
                    out.push(Value { zone: Some(name), ..value(at) });
                }
            }
            out
        };
        let of_prices = zoned(columns);
        if !of_prices.is_empty() {
            return of_prices;
        }
        if !columns.is_empty() {
            return Vec::new();
        }
        let is_value = |at: &usize| sheet.share(*at, is_number) > 0.9;
        let numbers: Vec<usize> = self.free().filter(is_value).collect();
        let out = zoned(&numbers);
        if !out.is_empty() && out.len() * 2 >= numbers.len() { out } else { Vec::new() }
    }

    /// The market whose hubs stand in the titles or the cells.
    pub(super) fn market_of_names(&self) -> Option<&'static Market> {
        let of = |name: &str| titled(name, None)?.market;
        let titles = self.sheet.titles.iter().filter(|title| title.len() < 60);
        titles.flat_map(|title| parts_of_title(title)).find_map(|part| of(&part)).or_else(|| {
            (0..self.sheet.titles.len()).find_map(|at| {
                let cells = self.sheet.cells(at).take(3);
                cells.filter(|cell| cell.len() > 3 && !is_number(cell)).find_map(of)
            })
        })
    }

    /// The market whose hubs the zones are.
    pub(super) fn market_of_zones(
        &self,
        zone: Option<&ZoneFrom>,
        values: &[Value],
    ) -> Option<&'static Market> {
        let of = |name: &str| titled(name, None)?.market;
        match zone? {
            ZoneFrom::Column(at) => {
                let mut cells = self.sheet.cells(*at);
                cells.find_map(of)
            }
            ZoneFrom::Titles => values.iter().find_map(|value| of(value.zone.as_deref()?)),
            ZoneFrom::Named(name) => of(name),
        }
    }

    /// The zone that the title of a column without cells, a line above, or the file's name names.
    pub(super) fn zone_above(&self) -> Option<String> {
        let sheet = self.sheet;
        let in_titles = (0..sheet.titles.len())
            .find_map(|at| sheet.title(at).split_once("BZN|").map(|(_, zone)| zone.to_owned()));
        let values = self.sheet.titles.iter();
        let mut in_price = values.filter_map(|title| {
            let left = left_of_title(title);
            (PriceUnit::find(title).is_some()).then(|| titled(&left, self.market).map(|_| left))?
        });
        let in_titles = in_titles.or_else(|| in_price.next());
        in_titles.or_else(|| zone_in(sheet.context, self.market)).or_else(|| {
            let market = self.market.filter(|market| market.single)?;
            Some(market.zone.to_owned())
        })
    }

    /// The energy that a word above the table names alone: `kWh`.
    pub(super) fn energy_above(&self) -> Option<f64> {
        let of = |line: &str| line.split([',', ';', '\t', ' ', ':']).find_map(PriceUnit::energy);
        let mut lines = self.sheet.context.lines();
        lines.find_map(|line| {
            has(&tokens(line), "unit units einheit unité unidad").then(|| of(line))?
        })
    }

    pub(super) fn sector(
        &self,
        time: &TimeColumns,
        values: &[Value],
        unit: &PriceUnit,
    ) -> (Sector, bool) {
        let titles = values.iter().map(|value| self.sheet.title(value.at));
        if time.hour.is_some() || values.iter().any(|value| value.hour.is_some()) {
            return (Sector::Wholesale, true);
        }
        if let Some(sector) =
            sector_of(self.sheet.context).or_else(|| titles.clone().find_map(sector_of))
        {
            return (sector, true);
        }
        if let Some(market) = self.market {
            return (market.sector, market.sector == Sector::Wholesale);
        }
        // Who pays by the kWh is a customer.
        let units = values.iter().filter_map(|value| value.unit.as_ref());
        let retail = units.map(|unit| unit.per_mwh).next().unwrap_or(unit.per_mwh) >= 9.0;
        (if retail { Sector::Industrial } else { Sector::Wholesale }, false)
    }

    pub(super) fn rows_by(
        &self,
        of: impl Fn(&Market) -> &'static [(&'static str, &'static str)],
    ) -> Vec<(usize, Vec<String>)> {
        let rules = self.market.map_or(&[][..], of);
        let column = |(title, words): &(&str, &str)| {
            let at = (0..self.sheet.titles.len()).find(|at| self.sheet.folded(*at) == *title)?;
            Some((at, words.split('|').map(str::to_owned).collect()))
        };
        rules.iter().filter_map(column).collect()
    }

    /// Columns that tell series of one zone apart: consumption bands, taxes, sequences, markets.
    pub(super) fn series_columns(&self, time: &TimeColumns) -> Vec<usize> {
        const SERIES: &str = "series nrgcons consom tax taxes sequence market dataprovider product \
            energyconsumption type band";
        let used = |at: &usize| time.at == Some(*at);
        let free = (0..self.sheet.titles.len()).filter(|at| !used(at));
        free.filter(|at| SERIES.split_whitespace().any(|name| self.sheet.folded(*at) == name))
            .collect()
    }
}
