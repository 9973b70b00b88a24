//! Hourly electricity prices of zones, and what is needed to see thousands of hours in a few pixels.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::names::{Name, NameMap};
use super::time::Day;

/// An hour of universal time, counted from that which begins 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(pub i32);

impl Hour {
    /// The first hour of a day.
    pub fn of(day: Day) -> Self {
        Self(day.0.saturating_mul(24))
    }

    /// Its day.
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(24))
    }

    /// The hour of its day, 0 to 23.
    pub fn of_day(self) -> u32 {
        self.0.rem_euclid(24) as u32
    }

    /// Reads `2026-11-24T14:00Z`: a blank may stand for the `T`, minutes and seconds may be missing
    /// and must be zero; without a zone, or with `Z`, it is universal time, else `+01:00` is taken off.
    pub fn parse(text: &str) -> Option<Self> {
        let day = Day::parse(text.get(..10)?)?;
        let rest = text[10..].strip_prefix(['T', 't', ' '])?;
        let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let (clock, zone) = (rest[..zone].trim_end(), &rest[zone..]);
        let mut parts = clock.split(':');
        let hour = two_digits(parts.next()?)?;
        let zeros = parts.by_ref().take(2).all(|p| p.bytes().all(|b| b == b'0' || b == b'.'));
        let offset = match zone.as_bytes() {
            [] | [b'Z' | b'z'] => 0,
            [sign, ..] => {
                let (hours, minutes) = zone[1..].split_at_checked(2)?;
                let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
                let whole = minutes.is_empty() || two_digits(minutes)? == 0;
                let hours = two_digits(hours).filter(|hours| whole && *hours <= 14)?;
                if *sign == b'-' { -hours } else { hours }
            }
        };
        let sound = zeros && parts.next().is_none() && hour < 24;
        sound.then(|| Self(day.0 * 24 + hour - offset))
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:02}:00", self.day(), self.of_day())
    }
}

fn two_digits(text: &str) -> Option<i32> {
    let fits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok())?
}

/// Cells of a level for each of the next.
const FAN: usize = 8;

/// Values hour by hour, with what is to be said of ever longer runs of hours.
///
/// # Units
/// USD per MWh. Values are kept in four bytes, seven digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HourSeries {
    first: Hour,
    /// NaN where no value is known.
    values: Vec<f32>,
    /// Runs of [`FAN`] cells of the level below.
    levels: Vec<Vec<Run>>,
}

/// What is known of some hours.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    low: f32,
    high: f32,
    sum: f64,
    count: u32,
}

impl Run {
    /// What is known of no hour.
    const NOTHING: Self = Self { low: f32::INFINITY, high: f32::NEG_INFINITY, sum: 0.0, count: 0 };

    #[inline]
    fn of(value: f32) -> Self {
        if value.is_nan() {
            return Self::NOTHING;
        }
        Self { low: value, high: value, sum: f64::from(value), count: 1 }
    }

    #[inline]
    fn with(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            sum: self.sum + other.sum,
            count: self.count + other.count,
        }
    }
}

/// Lowest, highest and mean value of some hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The lowest value.
    pub low: f64,
    /// The highest value.
    pub high: f64,
    /// The mean of the known values.
    pub mean: f64,
}

impl HourSeries {
    /// Values from an hour on; NaN where none is known.
    pub fn new(first: Hour, values: Vec<f32>) -> Self {
        let sum = |cells: &mut dyn Iterator<Item = Run>| cells.fold(Run::NOTHING, Run::with);
        let mut levels: Vec<Vec<Run>> = Vec::new();
        if values.len() > FAN {
            let runs = values.chunks(FAN);
            levels.push(runs.map(|run| sum(&mut run.iter().map(|&v| Run::of(v)))).collect());
            while let Some(below) = levels.last().filter(|level| level.len() > FAN) {
                let runs = below.chunks(FAN);
                levels.push(runs.map(|run| sum(&mut run.iter().copied())).collect());
            }
        }
        Self { first, values, levels }
    }

    /// The hours from the first to the last value.
    pub fn hours(&self) -> Range<i32> {
        self.first.0..self.first.0 + self.values.len() as i32
    }

    /// The value of an hour.
    pub fn get(&self, hour: Hour) -> Option<f64> {
        let at = usize::try_from(i64::from(hour.0) - i64::from(self.first.0)).ok()?;
        self.values.get(at).filter(|value| !value.is_nan()).map(|&value| f64::from(value))
    }

    /// What is known of some hours; none where no value is. No value is passed over, and the work
    /// grows with the logarithm of their number.
    pub fn summary(&self, hours: Range<i32>) -> Option<Summary> {
        let out = self.run(hours);
        (out.count > 0).then(|| Summary {
            low: f64::from(out.low),
            high: f64::from(out.high),
            mean: out.sum / f64::from(out.count),
        })
    }

    fn run(&self, hours: Range<i32>) -> Run {
        let own = self.hours();
        let (from, to) = (hours.start.max(own.start), hours.end.min(own.end));
        if from >= to {
            return Run::NOTHING;
        }
        let (mut from, mut to) = ((from - own.start) as usize, (to - own.start) as usize);
        let mut out = Run::NOTHING;
        for level in 0..=self.levels.len() {
            let cell = |at: usize| match level {
                0 => Run::of(self.values[at]),
                _ => self.levels[level - 1][at],
            };
            let last = level == self.levels.len();
            while from < to && (last || !from.is_multiple_of(FAN)) {
                out = out.with(cell(from));
                from += 1;
            }
            while from < to && !to.is_multiple_of(FAN) {
                to -= 1;
                out = out.with(cell(to));
            }
            (from, to) = (from / FAN, to / FAN);
        }
        out
    }

    /// How many of some hours have a value.
    pub fn known(&self, hours: Range<i32>) -> u32 {
        self.run(hours).count
    }

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        let cells: usize = self.levels.iter().map(Vec::len).sum();
        self.values.len() * size_of::<f32>() + cells * size_of::<Run>()
    }
}

/// Hourly prices of a zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneHours {
    /// The zone.
    pub zone: Name,
    /// What was given for it, text as written.
    pub source: Name,
    /// Its prices in USD per MWh.
    pub prices: HourSeries,
    /// The same in the currency of its source, where that is another.
    pub local: Option<LocalHours>,
}

/// Hourly prices in another currency than USD.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalHours {
    /// ISO 4217.
    pub currency: Name,
    /// Prices per MWh in it.
    pub prices: HourSeries,
}

/// Hourly prices of all zones.
#[derive(Clone, Debug, Default)]
pub struct HourlyPrices {
    /// By zone, in the order in which they first stood in a file.
    pub zones: Vec<ZoneHours>,
    /// Hour by hour, the 5th percentile, the median and the 95th percentile of the zones with a
    /// price (linear interpolation).
    pub spread: [HourSeries; 3],
    of: NameMap<usize>,
}

impl HourlyPrices {
    /// Those of some zones, each standing once; the spread is still to be made.
    pub fn new(zones: Vec<ZoneHours>) -> Self {
        let mut of = NameMap::default();
        zones.iter().enumerate().for_each(|(at, zone)| of.insert(zone.zone, at));
        Self { zones, of, ..Self::default() }
    }

    /// The position of a zone, if it has any.
    pub fn position(&self, zone: Name) -> Option<usize> {
        self.of.get(zone)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.zones.is_empty()
    }

    /// The hours from the first to the last price of any zone.
    pub fn hours(&self) -> Range<i32> {
        let of = |zone: &ZoneHours| zone.prices.hours();
        let all = self.zones.iter().map(of);
        all.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0)
    }

    /// Bytes that they take in memory.
    pub fn bytes(&self) -> usize {
        let local = |zone: &ZoneHours| zone.local.as_ref().map_or(0, |local| local.prices.bytes());
        let zones: usize = self.zones.iter().map(|zone| zone.prices.bytes() + local(zone)).sum();
        zones + self.spread.iter().map(HourSeries::bytes).sum::<usize>()
    }
}

/// Hourly prices that are read when first looked at.
#[derive(Clone, Debug)]
pub struct LaterHours {
    read: fn(&super::Dataset) -> HourlyPrices,
    made: Arc<OnceLock<HourlyPrices>>,
}

impl LaterHours {
    /// Those that a function reads, which names what it reads by the names of a data set.
    pub fn new(read: fn(&super::Dataset) -> HourlyPrices) -> Self {
        Self { read, made: Arc::default() }
    }

    /// The prices, read now if nobody looked at them before.
    pub fn of(&self, data: &super::Dataset) -> &HourlyPrices {
        self.made.get_or_init(|| (self.read)(data))
    }
}

/// The 5th percentile, the median and the 95th percentile of the known values of some zones in some
/// hours, hour by hour; NaN where none is known.
pub fn spread(zones: &[ZoneHours], hours: Range<i32>) -> Vec<[f32; 3]> {
    let within = |zone: &&ZoneHours| {
        let own = zone.prices.hours();
        own.start < hours.end && own.end > hours.start
    };
    let zones: Vec<&ZoneHours> = zones.iter().filter(within).collect();
    let mut known: Vec<f32> = Vec::with_capacity(zones.len());
    hours
        .map(|hour| {
            known.clear();
            known.extend(
                zones.iter().filter_map(|zone| zone.prices.get(Hour(hour))).map(|v| v as f32),
            );
            known.sort_unstable_by(f32::total_cmp);
            [0.05, 0.5, 0.95].map(|share| quantile(&known, share))
        })
        .collect()
}

fn quantile(sorted: &[f32], share: f32) -> f32 {
    let place = share * sorted.len().saturating_sub(1) as f32;
    let (below, above) = (sorted.get(place as usize), sorted.get(place.ceil() as usize));
    match (below, above) {
        (Some(below), Some(above)) => below + (above - below) * place.fract(),
        _ => f32::NAN,
    }
}

/// Why a price is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// The zone has a price of that interval.
    Twice,
    /// It lies farther from the zone's other prices than [`MOST_HOURS`].
    Far,
}

/// Prices of a zone lie within so many hours: 50 years.
pub const MOST_HOURS: usize = 50 * 8766;

/// Hours without a price between those that have one are kept up to so many, and so many more for
/// each price: a few slips in the year of many zones do not fill the memory.
const MOST_EMPTY_HOURS: usize = 8 << 20;
const HOURS_A_PRICE: usize = 4;

/// What is known of an hour: its intervals, by the minutes at which they begin, and the sum of their
/// prices.
#[derive(Clone, Copy, Debug, Default)]
struct Intervals {
    begins: u64,
    sum: f64,
}

impl Intervals {
    /// The mean of the intervals; NaN of none.
    fn mean(self) -> f32 {
        // NaN by 0 / 0.
        (self.sum / f64::from(self.begins.count_ones())) as f32
    }
}

/// A zone whose prices are being read.
#[derive(Clone, Debug)]
struct Growing {
    zone: Name,
    source: Name,
    currency: Name,
    first: i32,
    hours: VecDeque<Intervals>,
}

/// Hourly prices while they are read, in any order; of shorter intervals the mean of an hour counts.
#[derive(Clone, Debug, Default)]
pub struct HourRows {
    zones: Vec<Growing>,
    of: FxHashMap<Name, usize>,
    /// Hours that are kept, and prices.
    hours: usize,
    prices: usize,
}

/// The prices of a zone as they were read.
#[derive(Clone, Debug)]
pub struct ReadHours {
    /// The zone.
    pub zone: Name,
    /// What was given for it.
    pub source: Name,
    /// ISO 4217.
    pub currency: Name,
    /// The hour of the first price.
    pub first: Hour,
    /// Prices per MWh in that currency, hour by hour; NaN where none is known.
    pub values: Vec<f32>,
}

impl HourRows {
    /// The position of a zone with prices in a currency; none where it has some in another.
    pub fn zone(&mut self, zone: Name, source: Name, currency: Name) -> Option<usize> {
        let zones = &mut self.zones;
        let at = *self.of.entry(zone).or_insert_with(|| {
            zones.push(Growing { zone, source, currency, first: 0, hours: VecDeque::new() });
            zones.len() - 1
        });
        (zones[at].currency == currency).then_some(at)
    }

    /// Takes the price of an interval that begins at a minute of universal time.
    ///
    /// # Units
    /// Minutes from 1970-01-01T00:00Z; the currency of the zone per MWh.
    ///
    /// # Errors
    /// Why it is not taken.
    #[inline]
    pub fn push(&mut self, at: usize, minute: i64, per_mwh: f64) -> Result<(), NotTaken> {
        let growing = &mut self.zones[at];
        let hour = minute.div_euclid(60);
        if growing.hours.is_empty() {
            let Ok(first) = i32::try_from(hour) else { return Err(NotTaken::Far) };
            growing.first = first;
        }
        let place = hour - i64::from(growing.first);
        let length = growing.hours.len() as i64;
        let most = MOST_HOURS as i64;
        if place >= most || length - place > most {
            return Err(NotTaken::Far);
        }
        let more = (place - length + 1).max(-place).max(0) as usize;
        if more > 1 && self.hours + more > MOST_EMPTY_HOURS + HOURS_A_PRICE * self.prices {
            return Err(NotTaken::Far);
        }
        self.hours += more;
        self.prices += 1;
        if place >= length {
            growing.hours.extend((length..=place).map(|_| Intervals::default()));
        } else if place < 0 {
            (place..0).for_each(|_| growing.hours.push_front(Intervals::default()));
            growing.first = hour as i32;
        }
        let own = &mut growing.hours[place.max(0) as usize];
        let begin = 1 << minute.rem_euclid(60);
        if own.begins & begin != 0 {
            return Err(NotTaken::Twice);
        }
        own.begins |= begin;
        own.sum += per_mwh;
        Ok(())
    }

    /// Whether the interval that begins at a minute has a price.
    pub fn has(&self, at: usize, minute: i64) -> bool {
        let growing = &self.zones[at];
        let place = minute.div_euclid(60) - i64::from(growing.first);
        let own = usize::try_from(place).ok().and_then(|place| growing.hours.get(place));
        own.is_some_and(|own| own.begins & 1 << minute.rem_euclid(60) != 0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.zones.iter().all(|zone| zone.hours.is_empty())
    }

    /// The zones with what was read of them.
    pub fn into_zones(self) -> Vec<ReadHours> {
        let of = |zone: Growing| ReadHours {
            zone: zone.zone,
            source: zone.source,
            currency: zone.currency,
            first: Hour(zone.first),
            values: zone.hours.into_iter().map(Intervals::mean).collect(),
        };
        self.zones.into_iter().filter(|zone| !zone.hours.is_empty()).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hours_are_read_in_universal_time() {
        let hour = |text: &str| Hour::parse(text).map(|hour| hour.to_string());
        let two = Some("2026-11-24 14:00".to_owned());
        for same in [
            "2026-11-24T14:00Z",
            "2026-11-24 14:00",
            "2026-11-24T14",
            "2026-11-24 14:00:00",
            "2026-11-24T14:00:00.000Z",
            "2026-11-24T15:00+01:00",
            "2026-11-24T09:00:00-0500",
            "2026-11-24T16+02",
        ] {
            assert_eq!(hour(same), two, "{same}");
        }
        assert_eq!(hour("2026-11-24T00:00+01:00"), Some("2026-11-23 23:00".to_owned()));
        for none in [
            "2026-11-24",
            "2026-11-24T14:15Z",
            "2026-11-24T24:00Z",
            "2026-11-24T14:00+05:30",
            "2026-11-24T14:00:00:00",
            "2026-11-24x14:00",
            "2026-13-24T14:00",
            "é026-11-24T14:00",
        ] {
            assert_eq!(hour(none), None, "{none}");
        }
    }

    proptest! {
        /// Whatever the hours, what is said of them is what a look at each of them says.
        #[test]
        fn no_peak_is_passed_over(
            values in proptest::collection::vec(
                prop_oneof![4 => -500.0_f32..5000.0, 1 => Just(f32::NAN)], 0..1500),
            first in -2000..2000_i32,
            (from, length) in (-2500..4000_i32, 0..2000_i32),
        ) {
            let series = HourSeries::new(Hour(first), values.clone());
            let hours = from..from + length;
            let seen: Vec<f64> = hours.clone().filter_map(|at| series.get(Hour(at))).collect();
            let found = series.summary(hours);
            prop_assert_eq!(found.is_some(), !seen.is_empty());
            if let Some(Summary { low, high, mean }) = found {
                let least = seen.iter().copied().fold(f64::INFINITY, f64::min);
                prop_assert_eq!(low.to_bits(), least.to_bits());
                let most = seen.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                prop_assert_eq!(high.to_bits(), most.to_bits());
                let wanted = seen.iter().sum::<f64>() / seen.len() as f64;
                prop_assert!((mean - wanted).abs() < 1e-7 * wanted.abs().max(1.0));
            }
        }

        /// Rows in any order become the values of their hours.
        #[test]
        fn rows_may_come_in_any_order(hours in proptest::collection::vec(-50..50_i32, 1..80)) {
            let mut rows = HourRows::default();
            let mut taken = std::collections::BTreeMap::new();
            for (at, hour) in hours.into_iter().enumerate() {
                let zone = rows.zone(Name(1), Name(2), Name(3)).unwrap();
                let pushed = rows.push(zone, i64::from(hour) * 60, at as f64);
                let expected = if taken.contains_key(&hour) { Err(NotTaken::Twice) } else { Ok(()) };
                prop_assert_eq!(pushed, expected);
                taken.entry(hour).or_insert(at as f64);
            }
            let ReadHours { first, values, .. } = rows.into_zones().remove(0);
            let series = HourSeries::new(first, values);
            for hour in -60..60 {
                prop_assert_eq!(series.get(Hour(hour)), taken.get(&hour).copied());
            }
        }
    }

    #[test]
    fn a_slip_of_the_century_is_not_taken() {
        let mut rows = HourRows::default();
        let key = rows.zone(Name(1), Name(2), Name(3)).unwrap();
        let most = MOST_HOURS as i64 * 60;
        rows.push(key, 0, 1.0).unwrap();
        assert_eq!(rows.push(key, most, 1.0), Err(NotTaken::Far));
        assert_eq!(rows.push(key, -most, 1.0), Err(NotTaken::Far));
        assert_eq!(rows.push(key, 60 - most, 1.0), Ok(()));
    }

    #[test]
    fn parts_of_an_hour_are_averaged_and_none_counts_twice() {
        let mut rows = HourRows::default();
        let zone = rows.zone(Name(1), Name(2), Name(3)).unwrap();
        for (minute, price) in [(600, 100.0), (615, 60.0), (630, 40.0), (645, 20.0)] {
            rows.push(zone, minute, price).unwrap();
        }
        assert_eq!(rows.push(zone, 615, 7.0), Err(NotTaken::Twice));
        assert!(rows.has(zone, 645) && !rows.has(zone, 646) && !rows.has(zone, 60));
        // A zone has one currency.
        assert_eq!(rows.zone(Name(1), Name(2), Name(4)), None);
        let read = rows.into_zones().remove(0);
        assert_eq!((read.first, read.values), (Hour(10), vec![55.0]));
    }

    #[test]
    fn the_spread_is_that_of_the_known_prices() {
        let zone = |zone: u32, values: &[f32]| ZoneHours {
            zone: Name(zone),
            source: Name::EMPTY,
            prices: HourSeries::new(Hour(0), values.to_vec()),
            local: None,
        };
        let zones = [zone(1, &[10.0, f32::NAN]), zone(2, &[30.0]), zone(3, &[20.0, 7.0])];
        let spread = spread(&zones, 0..3);
        let near = |found: [f32; 3], wanted: [f32; 3]| {
            found.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-5)
        };
        assert!(near(spread[0], [11.0, 20.0, 29.0]), "{spread:?}");
        assert!(near(spread[1], [7.0; 3]), "{spread:?}");
        assert!(spread[2].iter().all(|value| value.is_nan()));
    }
}
