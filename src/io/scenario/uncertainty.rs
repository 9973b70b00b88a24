//! What a scenario says of chance: draws, risks by state, correlations.

use toml_edit::{Item, TableLike};

use super::Reader;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::scenario::spec::{DRAWN_STATES, RankCorrelation, StateRisk, Uncertainty};
use crate::scenario::{Input, Scenario};

impl Reader<'_> {
    pub(super) fn uncertainty(&mut self, table: &dyn TableLike) -> Uncertainty {
        self.known(
            table,
            &[
                "seed",
                "draws",
                "days",
                "completion",
                "late",
                "delay",
                "shared_global",
                "shared_site",
                "correlation",
            ],
        );
        let mut out = Uncertainty::default();
        if let Some(seed) = self.number(table, "seed", [0.0, 9e15]) {
            out.seed = seed as u64;
        }
        if let Some(draws) = self.number(table, "draws", [1.0, 1e6]) {
            out.draws = draws as u32;
        }
        out.days = self.flag(table, "days", true);
        for (key, slot) in
            [("shared_global", &mut out.shared_global), ("shared_site", &mut out.shared_site)]
        {
            if let Some(input) = table.get(key).and_then(|item| self.input(item, key, [0.0, 1.0])) {
                *slot = input;
            }
        }
        let months = [0.0, 600.0];
        self.by_state(table, "completion", [0.0, 1.0], &mut out.states, |risk| {
            &mut risk.completion
        });
        self.by_state(table, "late", [0.0, 1.0], &mut out.states, |risk| &mut risk.late);
        self.by_state(table, "delay", months, &mut out.states, |risk| &mut risk.delay);
        let points = [&out.shared_global, &out.shared_site].map(|input| match input {
            Input::Number(value) => *value,
            Input::Spread(law) => law.ends()[1],
            Input::Parameter { .. } => 0.0,
        });
        if points[0] + points[1] > 1.0 + 1e-12 {
            let span = table
                .get("shared_site")
                .or_else(|| table.get("shared_global"))
                .and_then(Item::span);
            let found = format!("{} + {}", points[0], points[1]);
            self.error(
                "E412",
                span,
                "shared_site",
                "the common shocks share more than all",
                &found,
                "shared_global + shared_site of at most 1, at their high ends",
            );
        }
        for row in self.tables(table, "correlation") {
            self.known(row, &["between", "rank"]);
            let rank = self.number(row, "rank", [-1.0, 1.0]);
            let names: Vec<String> = row
                .get("between")
                .and_then(Item::as_array)
                .into_iter()
                .flatten()
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect();
            match (<[String; 2]>::try_from(names), rank) {
                (Ok(between), Some(rank)) => {
                    let line = self.line(&row.get("between").and_then(Item::span));
                    self.lines.insert(between.join(" and "), line);
                    out.correlations.push(RankCorrelation { between, rank });
                }
                (Err(_), _) => {
                    let span = row.get("between").and_then(Item::span);
                    self.error(
                        "E402",
                        span,
                        "between",
                        "these are not two inputs",
                        "",
                        "between = [\"a\", \"b\"]",
                    );
                }
                _ => {}
            }
        }
        out
    }

    fn by_state(
        &mut self,
        table: &dyn TableLike,
        key: &str,
        range: [f64; 2],
        states: &mut [StateRisk; 4],
        slot: impl Fn(&mut StateRisk) -> &mut Input,
    ) {
        let Some(list) = self.table(table, key) else { return };
        self.known(list, &DRAWN_STATES);
        for (state, risk) in DRAWN_STATES.iter().zip(states) {
            if let Some(item) = list.get(state)
                && let Some(input) = self.input(item, state, range)
            {
                *slot(risk) = input;
            }
        }
    }

    /// Correlations name uncertain inputs.
    pub(super) fn correlated(&mut self, scenario: &Scenario) {
        let names: Vec<String> = scenario.uncertain().into_iter().map(|(name, _)| name).collect();
        for pair in &scenario.uncertainty.correlations {
            for name in pair.between.iter().filter(|name| !names.contains(name)) {
                let expected = format!("one of {}", names.join(", "));
                let line = self.lines.get(&pair.between.join(" and ")).copied().unwrap_or(1);
                self.push(Diagnostic {
                    code: "E407",
                    severity: Severity::Error,
                    what: "there is no such uncertain input".to_owned(),
                    place: Place::line(self.path, line).column("between"),
                    found: name.clone(),
                    expected,
                    help: None,
                });
            }
        }
    }
}
