//! Inputs: a number, an interval, a distribution, or a parameter.

use toml_edit::{Item, TableLike, Value};

use super::{Reader, shown};
use crate::scenario::{Distribution, Input};

impl Reader<'_> {
    /// An input within a range: a number, `[low, high]`, a distribution, or a parameter.
    pub(super) fn input(&mut self, item: &Item, key: &str, range: [f64; 2]) -> Option<Input> {
        let input = self.any_input(item, key)?;
        let [low, high] = match &input {
            Input::Number(value) => [*value; 2],
            Input::Spread(spread) => spread.ends(),
            Input::Parameter { .. } => return Some(input),
        };
        if low < range[0] || high > range[1] || !low.is_finite() || !high.is_finite() {
            let expected = format!("values from {} to {}", range[0], range[1]);
            self.error("E403", item.span(), key, "this is out of range", &shown(item), &expected);
            return None;
        }
        Some(input)
    }

    fn any_input(&mut self, item: &Item, key: &str) -> Option<Input> {
        if let Some(number) = plain_number(item) {
            return Some(Input::Number(number));
        }
        if let Some(values) = item.as_array() {
            let ends: Vec<f64> = values.iter().filter_map(value_number).collect();
            if let ([low, high], 2) = (ends.as_slice(), values.len()) {
                return self.spread(item, key, Distribution::Uniform { low: *low, high: *high });
            }
        }
        if let Some(text) = item.as_str() {
            return if text == "table" {
                self.range_of_table(item, key)
            } else {
                self.parameter(item, key, text, 1.0, 0.0)
            };
        }
        let Some(table) = item.as_table_like() else {
            self.error("E402", item.span(), key, "this is not an input", &shown(item), INPUT);
            return None;
        };
        if let Some(parameter) = self.string(table, "parameter") {
            self.known(table, &["parameter", "times", "plus"]);
            let times = self.number(table, "times", [-1e12, 1e12]).unwrap_or(1.0);
            let plus = self.number(table, "plus", [-1e12, 1e12]).unwrap_or(0.0);
            return self.parameter(item, key, &parameter, times, plus);
        }
        self.distribution(item, table, key)
    }

    fn distribution(&mut self, item: &Item, table: &dyn TableLike, key: &str) -> Option<Input> {
        let name = self.string(table, "distribution").unwrap_or_default();
        let mut number = |field: &str| self.number(table, field, [-1e15, 1e15]);
        let law = match name.as_str() {
            "uniform" => number("low")
                .zip(number("high"))
                .map(|(low, high)| Distribution::Uniform { low, high }),
            "triangular" => {
                let ends = number("low").zip(number("high"));
                ends.zip(number("mode")).map(|((low, high), mode)| Distribution::Triangular {
                    low,
                    mode,
                    high,
                })
            }
            "normal" => {
                number("mean").zip(number("sd")).map(|(mean, sd)| Distribution::Normal { mean, sd })
            }
            "lognormal" => number("median")
                .zip(number("sigma"))
                .map(|(median, sigma)| Distribution::LogNormal { median, sigma }),
            _ => None,
        };
        self.known(
            table,
            &["distribution", "low", "mode", "high", "mean", "sd", "median", "sigma"],
        );
        let Some(law) = law else {
            self.error("E402", item.span(), key, "this is not an input", &shown(item), INPUT);
            return None;
        };
        self.spread(item, key, law)
    }

    fn spread(&mut self, item: &Item, key: &str, law: Distribution) -> Option<Input> {
        if law.is_valid() {
            return Some(Input::Spread(law));
        }
        let expected = "finite numbers in order: low ≤ mode ≤ high, spreads not negative";
        self.error(
            "E411",
            item.span(),
            key,
            "this distribution has no sense",
            &shown(item),
            expected,
        );
        None
    }

    /// The range of the table of parameters as a triangular law.
    fn range_of_table(&mut self, item: &Item, key: &str) -> Option<Input> {
        let row = self
            .data
            .names
            .find(key)
            .and_then(|name| self.data.tables.parameters.iter().find(|p| p.key == name));
        let law = row.and_then(|row| {
            let (low, central, high) = (row.low.get(), row.central.get(), row.high.get());
            // One end alone is a range with the central value; a central value alone is none.
            let (low, high) = (low.or(central)?, high.or(central)?);
            if high - low <= 0.0 {
                return None;
            }
            let mode = central.unwrap_or(f64::midpoint(low, high));
            Some(Distribution::Triangular { low, mode, high })
        });
        let Some(law) = law else {
            let what = "the table of parameters gives no range";
            let expected = "a parameter of the table that has a range";
            self.error("E407", item.span(), key, what, key, expected);
            return None;
        };
        self.spread(item, key, law)
    }

    fn parameter(
        &mut self,
        item: &Item,
        key: &str,
        name: &str,
        times: f64,
        plus: f64,
    ) -> Option<Input> {
        let known = self.own.iter().any(|own| own == name) || self.data.parameter(name).is_some();
        if known {
            return Some(Input::Parameter { key: name.to_owned(), times, plus });
        }
        let expected = "a key of [assumptions] or of the table of parameters, with a central value";
        self.error("E407", item.span(), key, "there is no such parameter", name, expected);
        None
    }
}

/// What an input may be, for messages.
const INPUT: &str = "a number, [low, high], { distribution = \"triangular\", low, mode, high }, \
    a normal (mean, sd), lognormal (median, sigma) or uniform one, or { parameter, times, plus }";

pub(super) fn plain_number(item: &Item) -> Option<f64> {
    item.as_value().and_then(value_number)
}

fn value_number(value: &Value) -> Option<f64> {
    let number = value.as_float().or_else(|| value.as_integer().map(|n| n as f64))?;
    number.is_finite().then_some(number)
}
