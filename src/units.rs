//! Quantities with their unit, and how numbers are written for people.
//!
//! Public signatures of the crate carry these types where two units could be mixed up.
//! Columns and inner loops use plain `f64` with the unit in the name.

use std::ops::{Add, Div, Mul};

/// Power, in MW. Say beside it which power: at the meter, of IT, or of generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Megawatts(pub f64);

/// Energy, in MWh.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct MegawattHours(pub f64);

/// A span of time, in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Hours(pub f64);

/// Money, in nominal US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Usd(pub f64);

/// A price of energy, in nominal US dollars per MWh.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct UsdPerMwh(pub f64);

impl Add for Megawatts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul<Hours> for Megawatts {
    type Output = MegawattHours;

    fn mul(self, duration: Hours) -> MegawattHours {
        MegawattHours(self.0 * duration.0)
    }
}

impl Mul<UsdPerMwh> for MegawattHours {
    type Output = Usd;

    fn mul(self, price: UsdPerMwh) -> Usd {
        Usd(self.0 * price.0)
    }
}

impl Div<MegawattHours> for Usd {
    type Output = UsdPerMwh;

    fn div(self, energy: MegawattHours) -> UsdPerMwh {
        UsdPerMwh(self.0 / energy.0)
    }
}

/// A number of things: `1 error`, `1,204 phases`.
pub fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count as f64, 0), if count == 1 { "" } else { "s" })
}

/// Writes a number with `decimals` digits after the point and thin spaces between thousands.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 4);
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('\u{2212}');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Digits after the point that keep about three significant figures.
fn decimals_for(value: f64) -> usize {
    match value.abs() {
        v if v >= 99.95 || v == 0.0 => 0,
        v if v >= 9.995 => 1,
        v if v >= 0.0995 => 2,
        _ => 3,
    }
}

/// Three significant figures or so, without a unit.
pub fn short(value: f64) -> String {
    grouped(value, decimals_for(value))
}

/// Power with its unit: `340 MW`, `5.20 GW`.
pub fn power(value: Megawatts) -> String {
    let mw = value.0;
    if mw.abs() >= 1000.0 {
        let gw = mw / 1000.0;
        format!("{} GW", grouped(gw, usize::from(gw.abs() < 99.95)))
    } else if mw != 0.0 && mw.abs() < 0.1 {
        format!("{} kW", short(mw * 1000.0))
    } else {
        format!("{} MW", grouped(mw, usize::from(mw.abs() < 9.95 && mw != 0.0)))
    }
}

/// A large amount with a word for its size: `3.1 bn USD`, `148 M USD`.
pub fn scaled(value: f64, unit: &str) -> String {
    let (factor, word) = match value.abs() {
        v if v >= 0.999_5e12 => (1e12, "tn "),
        v if v >= 0.999_5e9 => (1e9, "bn "),
        v if v >= 0.999_5e6 => (1e6, "M "),
        v if v >= 1e4 => (1e3, "k "),
        _ => (1.0, ""),
    };
    format!("{} {word}{unit}", short(value / factor))
}

/// Money with its unit: `148 M USD`.
pub fn money(value: Usd) -> String {
    scaled(value.0, "USD")
}

/// Energy with its unit: `452 GWh`.
pub fn energy(value: MegawattHours) -> String {
    match value.0.abs() {
        v if v >= 0.999_5e6 => format!("{} TWh", short(value.0 / 1e6)),
        v if v >= 0.999_5e3 => format!("{} GWh", short(value.0 / 1e3)),
        _ => format!("{} MWh", short(value.0)),
    }
}

/// A price of energy with its unit: `63 USD/MWh`.
pub fn price(value: UsdPerMwh) -> String {
    format!("{} USD/MWh", grouped(value.0, usize::from(value.0.abs() < 99.95)))
}

/// A share as a whole per cent, `<1 %` where it would round to nothing.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value > 0.0 && value < 0.5 { "<1 %".to_owned() } else { format!("{value:.0} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_their_unit_and_group_their_thousands() {
        assert_eq!(power(Megawatts(340.0)), "340 MW");
        assert_eq!(power(Megawatts(5200.0)), "5.2 GW");
        assert_eq!(power(Megawatts(2.25)), "2.2 MW");
        assert_eq!(power(Megawatts(0.013)), "13.0 kW");
        assert_eq!(money(Usd(148.2e6)), "148 M USD");
        assert_eq!(grouped(-1_234_567.0, 1), "\u{2212}1\u{2009}234\u{2009}567.0");
        assert_eq!(energy(MegawattHours(452_300.0)), "452 GWh");
        assert_eq!(percent(0.004), "<1 %");
    }

    #[test]
    fn a_negative_number_that_rounds_to_zero_has_no_sign() {
        assert_eq!(grouped(-0.001, 1), "0.0");
    }

    #[test]
    fn energy_times_price_is_money() {
        let energy = Megawatts(48.0) * Hours(240.0);
        assert_eq!(energy * UsdPerMwh(60.5), Usd(48.0 * 240.0 * 60.5));
    }
}
