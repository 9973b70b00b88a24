//! Changes in the text of a scenario that leave all else as it is.

use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value};

use crate::scenario::Distribution;

/// Why the text of a scenario cannot take a change. What is on the screen and what would be saved must
/// not part, so the change is not made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The text is no TOML.
    #[error("the text of the scenario cannot be changed: {0}")]
    Toml(#[from] toml_edit::TomlError),
    /// The adjustment or assumption has no place in the text.
    #[error("the text of the scenario has no `{0}` to be changed, so nothing was changed")]
    NotThere(String),
}

/// A number as the text of a scenario holds it: in steps of 10⁻⁹.
pub fn written(value: f64) -> f64 {
    let rounded = (value * 1e9).round() / 1e9;
    if rounded.is_finite() { rounded } else { value }
}

/// The text of a scenario with another value of an adjustment or, where the id is empty, of an
/// assumption; comments, order and unknown keys stay, and so do unit and source of an assumption.
/// Written as a number, whatever was there.
///
/// # Errors
/// [`EditError`] if the text cannot take it.
pub fn set_number(text: &str, id: &str, field: &str, value: f64) -> Result<String, EditError> {
    set_value(text, id, field, &number(value))
}

/// The same with a law of an uncertain input.
///
/// # Errors
/// [`EditError`] if the text cannot take it.
pub fn set_spread(
    text: &str,
    id: &str,
    field: &str,
    law: &Distribution,
) -> Result<String, EditError> {
    let table = |name: &str, fields: &[(&str, f64)]| {
        let mut table = InlineTable::new();
        table.insert("distribution", name.into());
        for (field, value) in fields {
            table.insert(*field, number(*value));
        }
        Value::from(table)
    };
    let value = match *law {
        Distribution::Uniform { low, high } => Value::from_iter([number(low), number(high)]),
        Distribution::Triangular { low, mode, high } => {
            table("triangular", &[("low", low), ("mode", mode), ("high", high)])
        }
        Distribution::Normal { mean, sd } => table("normal", &[("mean", mean), ("sd", sd)]),
        Distribution::LogNormal { median, sigma } => {
            table("lognormal", &[("median", median), ("sigma", sigma)])
        }
    };
    set_value(text, id, field, &value)
}

/// A law as the text of a scenario holds it.
#[must_use]
pub fn written_law(law: &Distribution) -> Distribution {
    match *law {
        Distribution::Uniform { low, high } => {
            Distribution::Uniform { low: written(low), high: written(high) }
        }
        Distribution::Triangular { low, mode, high } => {
            Distribution::Triangular { low: written(low), mode: written(mode), high: written(high) }
        }
        Distribution::Normal { mean, sd } => {
            Distribution::Normal { mean: written(mean), sd: written(sd) }
        }
        Distribution::LogNormal { median, sigma } => {
            Distribution::LogNormal { median: written(median), sigma: written(sigma) }
        }
    }
}

fn number(value: f64) -> Value {
    let rounded = written(value);
    if rounded.fract().abs() < f64::EPSILON && rounded.abs() < 1e15 {
        Value::from(rounded as i64)
    } else {
        Value::from(rounded)
    }
}

fn set_value(text: &str, id: &str, field: &str, value: &Value) -> Result<String, EditError> {
    if id.is_empty() {
        return set_assumption(text, field, value.clone());
    }
    edit(text, id, |table| put(table, field, value.clone()))
}

/// The text of a scenario with an adjustment switched on or off.
///
/// # Errors
/// [`EditError`] if the text cannot take it.
pub fn set_enabled(text: &str, id: &str, enabled: bool) -> Result<String, EditError> {
    set_flag(text, id, "enabled", !enabled, false)
}

/// The text of a scenario in which curtailment sheds the peak, or does not.
///
/// # Errors
/// [`EditError`] if the text cannot take it.
pub fn set_at_peak(text: &str, id: &str, at_peak: bool) -> Result<String, EditError> {
    set_flag(text, id, "at_peak", at_peak, true)
}

/// Writes a word of an adjustment that is yes or no, or leaves it out where it says what holds anyhow.
fn set_flag(
    text: &str,
    id: &str,
    key: &str,
    needed: bool,
    value: bool,
) -> Result<String, EditError> {
    edit(text, id, |table| {
        if needed {
            put(table, key, Value::from(value));
        } else {
            table.remove(key);
        }
    })
}

fn put(table: &mut dyn TableLike, key: &str, value: Value) {
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        _ => drop(table.insert(key, Item::Value(value))),
    }
}

fn document(text: &str) -> Result<DocumentMut, EditError> {
    Ok(text.trim_start_matches('\u{feff}').parse()?)
}

fn set_assumption(text: &str, key: &str, value: Value) -> Result<String, EditError> {
    let mut document = document(text)?;
    let table = document.get_mut("assumptions").and_then(Item::as_table_like_mut);
    let not_there = || EditError::NotThere(key.to_owned());
    let table = table.filter(|table| table.contains_key(key)).ok_or_else(not_there)?;
    // One that says its unit and source keeps them.
    let full = table.get_mut(key).and_then(Item::as_table_like_mut);
    match full.filter(|full| full.contains_key("value")) {
        Some(full) => put(full, "value", value),
        None => put(table, key, value),
    }
    Ok(document.to_string())
}

/// Edits the adjustment of an id.
fn edit(text: &str, id: &str, change: impl Fn(&mut dyn TableLike)) -> Result<String, EditError> {
    let mut document = document(text)?;
    let named = |table: &dyn TableLike| {
        let own = table.get("id").or_else(|| table.get("lever")).and_then(Item::as_str);
        own == Some(id)
    };
    let mut changed = 0;
    match document.get_mut("adjustment") {
        Some(Item::ArrayOfTables(tables)) => {
            for table in tables.iter_mut().filter(|t| named(&**t)) {
                change(table);
                changed += 1;
            }
        }
        Some(Item::Value(Value::Array(values))) => {
            let tables = values.iter_mut().filter_map(Value::as_inline_table_mut);
            for table in tables.filter(|t| named(&**t)) {
                change(table);
                changed += 1;
            }
        }
        _ => {}
    }
    if changed == 1 { Ok(document.to_string()) } else { Err(EditError::NotThere(id.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assumption_keeps_its_unit_and_source() {
        for text in [
            "[assumptions]\nx = { value = 1, unit = \"USD\", source = \"a page\" } # why\n",
            "[assumptions.x]\nvalue = 1\nunit = \"USD\"\nsource = \"a page\"\n",
            "assumptions = { x = { value = 1, unit = \"USD\", source = \"a page\" } }\n",
        ] {
            let changed = set_number(text, "", "x", 2.5).unwrap();
            assert_eq!(changed, text.replace("value = 1", "value = 2.5"), "{text}");
        }
        let plain = set_number("[assumptions]\nx = [1, 2] # why\n", "", "x", 2.5).unwrap();
        assert_eq!(plain, "[assumptions]\nx = 2.5 # why\n");
    }

    #[test]
    fn what_the_text_cannot_take_is_told() {
        let not_there = |result: Result<String, EditError>, what: &str| {
            assert_eq!(result, Err(EditError::NotThere(what.to_owned())));
        };
        let text = "[[adjustment]]\nid = \"late\"\nlever = \"delay\"\nmonths = 1\n";
        not_there(set_number(text, "later", "months", 2.0), "later");
        not_there(set_enabled(text, "later", false), "later");
        not_there(set_number(text, "", "inflation", 0.02), "inflation");
        // One table where a list is meant: nothing in it is found.
        not_there(set_number("[adjustment]\nid = \"late\"\n", "late", "months", 2.0), "late");
        // Two of one id: which of them is not known.
        not_there(set_number(&text.repeat(2), "late", "months", 2.0), "late");
        assert!(matches!(set_enabled("= x", "late", true), Err(EditError::Toml(_))));
    }

    #[test]
    fn the_peak_is_written_and_taken_out() {
        let text = "[[adjustment]]\nid = \"shed\"\nlever = \"curtail\"\nhours = 9\nshare = 0.5\n";
        let peak = set_at_peak(text, "shed", true).unwrap();
        assert_eq!(peak, format!("{text}at_peak = true\n"));
        assert_eq!(set_at_peak(&peak, "shed", false).unwrap(), text);
    }
}
