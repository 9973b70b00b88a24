//! Changes in the text of a scenario that leave all else as it is.

use toml_edit::{DocumentMut, Item, TableLike, Value};

/// The text of a scenario with another value of an adjustment or assumption; comments, order and
/// unknown keys stay. Written as a number, whatever was there.
///
/// # Errors
/// [`toml_edit::TomlError`] if the text is no TOML.
pub fn set_number(
    text: &str,
    id: &str,
    field: &str,
    value: f64,
) -> Result<String, toml_edit::TomlError> {
    edit(text, id, |table| {
        let rounded = (value * 1e9).round() / 1e9;
        if rounded.fract().abs() < f64::EPSILON && rounded.abs() < 1e15 {
            put(table, field, Value::from(rounded as i64));
        } else {
            put(table, field, Value::from(rounded));
        }
    })
}

/// The text of a scenario with an adjustment switched on or off.
///
/// # Errors
/// [`toml_edit::TomlError`] if the text is no TOML.
pub fn set_enabled(text: &str, id: &str, enabled: bool) -> Result<String, toml_edit::TomlError> {
    edit(text, id, |table| {
        if enabled {
            table.remove("enabled");
        } else {
            put(table, "enabled", Value::from(false));
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

/// Edits the adjustment of an id; an empty id stands for the assumptions.
fn edit(
    text: &str,
    id: &str,
    change: impl Fn(&mut dyn TableLike),
) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.trim_start_matches('\u{feff}').parse()?;
    if id.is_empty() {
        let table = document.entry("assumptions").or_insert(toml_edit::table());
        if let Some(table) = table.as_table_like_mut() {
            change(table);
        }
        return Ok(document.to_string());
    }
    let named = |table: &dyn TableLike| {
        let own = table.get("id").or_else(|| table.get("lever")).and_then(Item::as_str);
        own == Some(id)
    };
    match document.get_mut("adjustment") {
        Some(Item::ArrayOfTables(tables)) => {
            tables.iter_mut().filter(|t| named(&**t)).for_each(|t| change(t));
        }
        Some(Item::Value(Value::Array(values))) => {
            let tables = values.iter_mut().filter_map(Value::as_inline_table_mut);
            tables.filter(|t| named(&**t)).for_each(|t| change(t));
        }
        _ => {}
    }
    Ok(document.to_string())
}
