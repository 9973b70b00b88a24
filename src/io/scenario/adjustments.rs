//! Adjustments of a scenario: a selector, a lever with its numbers, a window.

use toml_edit::{Item, TableLike};

use super::{Reader, Span, nearest};
use crate::model::{Month, Resolver, Sector};
use crate::scenario::levers::{Field, LEVERS, Needs};
use crate::scenario::{Adjustment, Filter, Layer, Lever};

impl Reader<'_> {
    pub(super) fn adjustment(
        &mut self,
        table: &dyn TableLike,
        before: &[Adjustment],
    ) -> Option<Adjustment> {
        let span = table.iter().next().and_then(|(key, item)| {
            table.get_key_value(key).and_then(|(k, _)| k.span()).or(item.span())
        });
        let word = self.string(table, "lever")?;
        let Some(lever) = Lever::parse(&word) else {
            let words: Vec<&str> = LEVERS.iter().map(|row| row.word).collect();
            let span = table.get("lever").and_then(Item::span);
            self.error("E405", span, "lever", "there is no such lever", &word, &words.join(", "));
            return None;
        };
        let id = self.string(table, "id").unwrap_or_else(|| word.clone());
        if before.iter().any(|other| other.id == id) {
            let span = table.get("id").and_then(Item::span).or(span.clone());
            self.error(
                "E409",
                span,
                "id",
                "this id is taken already",
                &id,
                "an id of its own for each adjustment",
            );
        }
        let line = self.line(&span);
        self.lines.insert(id.clone(), line);
        let mut out = Adjustment::new(&id, lever);
        out.enabled = self.flag(table, "enabled", true);
        out.why = self.string(table, "why").unwrap_or_default();
        out.source = self.string(table, "source").unwrap_or_default();
        out.from = self.month(table, "from");
        out.to = self.month(table, "to");
        if let (Some(from), Some(to)) = (out.from, out.to)
            && to < from
        {
            let span = table.get("to").and_then(Item::span);
            self.error(
                "E410",
                span,
                "to",
                "the window ends before it begins",
                &to.to_string(),
                &format!("a month not before {from}"),
            );
        }
        if let Some(kind) = self.string(table, "kind") {
            match kind.as_str() {
                "assumption" => out.layer = Layer::Assumption,
                "decision" => out.layer = Layer::Decision,
                _ => {
                    let span = table.get("kind").and_then(Item::span);
                    self.error(
                        "E407",
                        span,
                        "kind",
                        "there is no such kind",
                        &kind,
                        "assumption, decision",
                    );
                }
            }
        }
        if let Some(text) = self.string(table, "sector") {
            out.sector = Sector::parse(&text);
            if out.sector.is_none() {
                let span = table.get("sector").and_then(Item::span);
                self.error(
                    "E407",
                    span,
                    "sector",
                    "there is no such sector",
                    &text,
                    &Sector::list(),
                );
            }
        }
        self.select(table, &mut out);
        self.fields(table, &mut out, &span);
        self.needs(table, &mut out, &span);
        if lever == Lever::Curtail {
            self.at_peak(table, &mut out, &span);
        }
        let mut known = vec!["id", "lever", "why", "source", "kind", "enabled"];
        if lever != Lever::Add {
            known.extend(["select", "from", "to"]);
        }
        if matches!(lever, Lever::PriceShock | Lever::PricePath | Lever::PriceGrowth) {
            known.push("sector");
        }
        if lever == Lever::Curtail {
            known.push("at_peak");
        }
        known.extend(lever.fields().iter().map(|field| field.name));
        match lever.row().needs {
            Needs::Nothing => {}
            Needs::Word(key) | Needs::WordOr(key) => known.push(key),
            Needs::Path => known.push("path"),
            Needs::Rows => known.extend(["site", "phase"]),
        }
        self.known(table, &known);
        Some(out)
    }

    /// Whether curtailment sheds the peak: it needs hours in which it does (RULES S7).
    fn at_peak(&mut self, table: &dyn TableLike, out: &mut Adjustment, span: &Span) {
        out.at_peak = self.flag(table, "at_peak", false);
        let hours = out.inputs.first().cloned().flatten();
        let least = hours.as_ref().and_then(|input| match input.spread() {
            Some(law) => Some(law.ends()[0]),
            None => input.value(&|key| self.data.parameter(key)),
        });
        if out.at_peak && least.is_some_and(|hours| hours <= 0.0) {
            let span = table.get("hours").and_then(Item::span).or(span.clone());
            let what = "curtailment at the peak needs hours in which it sheds";
            let found = hours.map_or(String::new(), |hours| hours.to_string());
            self.error("E413", span, "hours", what, &found, "`hours` above 0, up to 8760");
        }
    }

    fn select(&mut self, table: &dyn TableLike, out: &mut Adjustment) {
        let Some(text) = self.string(table, "select") else { return };
        match Filter::parse_over(&text, self.data) {
            Ok(filter) => out.select = filter,
            Err(error) => {
                let span = table.get("select").and_then(Item::span);
                let what = format!("the selector cannot be read: {}", error.message);
                let found = format!("{} (at character {})", error.text, error.at + 1);
                self.error(
                    "E406",
                    span,
                    "select",
                    &what,
                    &found,
                    "a filter such as status:planned mw>500",
                );
            }
        }
    }

    fn fields(&mut self, table: &dyn TableLike, out: &mut Adjustment, span: &Span) {
        let lever = out.lever;
        let instead = match lever.row().needs {
            Needs::WordOr(key) => table.get(key).is_some(),
            _ => false,
        };
        for (at, field) in lever.fields().iter().enumerate() {
            match table.get(field.name) {
                Some(item) => {
                    out.inputs[at] = self.input(item, field.name, [field.low, field.high]);
                }
                None if field.default.is_some() || instead => {}
                None => {
                    let what = format!("`{}` needs `{}`", lever.word(), field.name);
                    self.error("E404", span.clone(), field.name, &what, "", &expects(field));
                }
            }
        }
    }

    fn needs(&mut self, table: &dyn TableLike, out: &mut Adjustment, span: &Span) {
        match out.lever.row().needs {
            Needs::Nothing => {}
            Needs::Word("chip") => self.chip(table, out, span),
            Needs::Word(key) => self.zone(table, key, out, span),
            Needs::WordOr(key) => {
                if let Some(day) = self.day(table, key) {
                    out.word = day.to_string();
                }
            }
            Needs::Path => self.path(table, out, span),
            Needs::Rows => out.added = self.rows(table, out, span),
        }
    }

    fn chip(&mut self, table: &dyn TableLike, out: &mut Adjustment, span: &Span) {
        let Some(word) = self.string(table, "chip") else {
            if table.get("chip").is_none() {
                self.error(
                    "E404",
                    span.clone(),
                    "chip",
                    "`swap_chip` needs `chip`",
                    "",
                    "a chip of the table",
                );
            }
            return;
        };
        if Resolver::new(self.data).chip_text(&word).chip.is_none() {
            let chips: Vec<&str> =
                self.data.tables.chips.iter().map(|c| self.data.text(c.chip)).collect();
            let near = nearest(&word, &chips).map_or(String::new(), |n| format!("; near: {n}"));
            let item = table.get("chip").and_then(Item::span);
            self.error(
                "E407",
                item,
                "chip",
                "there is no such chip",
                &word,
                &format!("a chip of the table{near}"),
            );
        }
        out.word = word;
    }

    fn zone(&mut self, table: &dyn TableLike, key: &str, out: &mut Adjustment, span: &Span) {
        let Some(word) = self.string(table, key) else {
            if table.get(key).is_none() {
                self.error(
                    "E404",
                    span.clone(),
                    key,
                    "`move` needs `zone`",
                    "",
                    "a zone of the table",
                );
            }
            return;
        };
        let zone = self.data.names.find(&word).filter(|name| self.data.zone(*name).is_some());
        if zone.is_none() {
            let item = table.get(key).and_then(Item::span);
            self.error(
                "E407",
                item,
                key,
                "there is no such zone",
                &word,
                "the code of a zone, such as US-VA or SWE",
            );
        }
        out.word = word;
    }

    fn path(&mut self, table: &dyn TableLike, out: &mut Adjustment, span: &Span) {
        let expected = "path = { \"2027-01\" = 70, \"2028-01\" = 75 }, USD per MWh";
        let list = table.get("path").and_then(Item::as_table_like);
        let Some(list) = list.filter(|list| !list.is_empty()) else {
            let span = table.get("path").and_then(Item::span).or(span.clone());
            self.error("E404", span, "path", "`price_path` needs a path", "", expected);
            return;
        };
        for (key, item) in list.iter() {
            match Month::parse(key) {
                Some(month) => {
                    let input = self.input(item, key, [-1000.0, 100_000.0]);
                    out.path.extend(input.map(|input| (month, input)));
                }
                None => self.error("E408", item.span(), key, "this is not a month", key, expected),
            }
        }
        out.path.sort_by_key(|(month, _)| *month);
    }
}

fn expects(field: &Field) -> String {
    format!("`{}` in {}, from {} to {}", field.name, field.unit, field.low, field.high)
}
