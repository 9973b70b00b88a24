//! What the cells of a table mean: chips, vendors, organisations (RULES P5 and G2).

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::dataset::Dataset;
use super::names::Name;

/// What a chip cell resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipRef {
    /// Position of the chip row, if the cell names exactly one chip.
    pub chip: Option<usize>,
    /// The group of the cell: name of the chip, or the cell itself.
    pub group: String,
    /// Vendor: of the chip, or by alias, else `(unresolved)`.
    pub vendor: String,
}

/// Group of an empty cell.
pub const NONE_NAMED: &str = "(none named)";
/// Vendor of a chip cell that resolves to nothing.
pub const UNRESOLVED: &str = "(unresolved)";
/// Continent, bloc and price zone of orbital sites.
pub const ORBIT: &str = "(orbit)";

/// Looks cells up in the tables of chips and aliases, case aside.
pub struct Resolver<'a> {
    data: &'a Dataset,
    chips: FxHashMap<String, usize>,
    chip_alias: FxHashMap<String, Vec<String>>,
    vendor_alias: FxHashMap<String, Vec<String>>,
    organisations: FxHashMap<String, Vec<(String, Option<f64>)>>,
}

/// A name as names are compared: case and space around it aside.
pub fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Which aliases a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasKind {
    /// Of a chip.
    Chip,
    /// Of the vendor of chips.
    ChipVendor,
    /// Of an organisation.
    Organisation,
}

/// What a word stands for, by the aliases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// For itself.
    Itself,
    /// For one other name.
    One(String),
    /// For several, by code point: it names none of them alone.
    Several(Vec<String>),
}

impl<'a> Resolver<'a> {
    /// Makes the look-up tables.
    pub fn new(data: &'a Dataset) -> Self {
        let mut this = Self {
            data,
            chips: FxHashMap::default(),
            chip_alias: FxHashMap::default(),
            vendor_alias: FxHashMap::default(),
            organisations: FxHashMap::default(),
        };
        for (at, chip) in data.tables.chips.iter().enumerate() {
            this.chips.entry(fold(data.text(chip.chip))).or_insert(at);
        }
        for alias in &data.tables.aliases {
            let (from, to) = (fold(data.text(alias.alias)), data.text(alias.id).trim());
            match data.text(alias.kind) {
                "chip" => this.chip_alias.entry(from).or_default().push(to.to_owned()),
                "chip_vendor" => this.vendor_alias.entry(from).or_default().push(to.to_owned()),
                "organisation" => {
                    let list = this.organisations.entry(from).or_default();
                    list.push((to.to_owned(), alias.share.get()));
                }
                _ => {}
            }
        }
        this
    }

    /// The chip that a cell names.
    pub fn chip(&self, cell: Name) -> ChipRef {
        self.chip_text(self.data.text(cell))
    }

    /// The chip that the text of a cell names.
    pub fn chip_text(&self, text: &str) -> ChipRef {
        let text = text.trim();
        if text.is_empty() {
            return ChipRef { chip: None, group: NONE_NAMED.into(), vendor: NONE_NAMED.into() };
        }
        let key = fold(text);
        let found = self.chips.get(&key).copied().or_else(|| self.chip_of_alias(&key));
        if let Some(at) = found {
            let chip = &self.data.tables.chips[at];
            let vendor = self.data.text(chip.vendor);
            return ChipRef {
                chip: Some(at),
                group: self.data.text(chip.chip).to_owned(),
                vendor: if vendor.is_empty() { UNRESOLVED } else { vendor }.to_owned(),
            };
        }
        let vendor = match self.meaning(AliasKind::ChipVendor, text) {
            Meaning::One(vendor) => vendor,
            Meaning::Itself | Meaning::Several(_) => UNRESOLVED.to_owned(),
        };
        ChipRef { chip: None, group: text.to_owned(), vendor }
    }

    /// The row of the chip that an alias means; none where it means two (RULES P5).
    fn chip_of_alias(&self, key: &str) -> Option<usize> {
        let rows = self.chip_alias.get(key)?.iter().map(|id| self.chips.get(&fold(id)).copied());
        let mut rows: Vec<Option<usize>> = rows.collect();
        rows.dedup();
        if let [one] = rows.as_slice() { *one } else { None }
    }

    /// The organisations of a cell, with shares that sum to 1. An empty cell has none.
    pub fn organisations(&self, cell: &str) -> Vec<(String, f64)> {
        let parts: Vec<&str> = split_list(cell);
        let mut shares: BTreeMap<String, f64> = BTreeMap::new();
        for part in &parts {
            for (name, share) in self.organisation(part) {
                *shares.entry(name).or_insert(0.0) += share / parts.len() as f64;
            }
        }
        shares.into_iter().collect()
    }

    /// One name: what its alias rows say; what they leave keeps the name.
    fn organisation(&self, name: &str) -> Vec<(String, f64)> {
        let bare = without_remark(name);
        let (known_as, rows) = match self.organisations.get(&fold(name)) {
            Some(rows) => (name, Some(rows)),
            None => (bare.as_str(), self.organisations.get(&fold(&bare))),
        };
        let Some(rows) = rows else { return vec![(bare, 1.0)] };
        let mut out: Vec<(String, f64)> =
            rows.iter().map(|(id, share)| (id.clone(), share.unwrap_or(1.0))).collect();
        let sum: f64 = out.iter().map(|(_, share)| share).sum();
        if sum < 1.0 - 1e-12 {
            out.push((known_as.to_owned(), 1.0 - sum));
        } else if sum > 1.0 {
            out.iter_mut().for_each(|(_, share)| *share /= sum);
        }
        out
    }

    /// What a word stands for. An organisation's alias that leaves a share to its own name stands for
    /// several (RULES G2).
    pub fn meaning(&self, kind: AliasKind, word: &str) -> Meaning {
        let key = fold(word);
        let mut names: Vec<String> = match kind {
            AliasKind::Chip => self.chip_alias.get(&key).cloned().unwrap_or_default(),
            AliasKind::ChipVendor => self.vendor_alias.get(&key).cloned().unwrap_or_default(),
            AliasKind::Organisation if self.organisations.contains_key(&key) => {
                self.organisation(word.trim()).into_iter().map(|(name, _)| name).collect()
            }
            AliasKind::Organisation => Vec::new(),
        };
        names.sort();
        names.dedup_by_key(|name| fold(name));
        match names.len() {
            0 => Meaning::Itself,
            1 => Meaning::One(names.remove(0)),
            _ => Meaning::Several(names),
        }
    }
}

/// Whether a cell lists a name, written so: case and remarks in parentheses aside.
pub fn is_written(cell: &str, name: &str) -> bool {
    let name = fold(name);
    split_list(cell).iter().any(|part| fold(part) == name || fold(&without_remark(part)) == name)
}

/// The parts of a cell that lists several names; `;` inside parentheses does not part them.
pub fn split_list(cell: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, c) in cell.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ';' if depth <= 0 => {
                parts.push(cell[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(cell[start..].trim());
    parts.retain(|p| !p.is_empty());
    parts
}

/// A name without the remarks in parentheses that follow it. A name that is nothing but a
/// remark stays.
fn without_remark(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut depth = 0_i32;
    for c in name.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    let bare = out.split_whitespace().collect::<Vec<_>>().join(" ");
    if bare.is_empty() { name.trim().to_owned() } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_parted_outside_parentheses() {
        assert_eq!(split_list("A; B (x; y) ;C;"), ["A", "B (x; y)", "C"]);
        assert!(split_list(" ; ").is_empty());
    }

    #[test]
    fn a_remark_is_not_part_of_a_name() {
        assert_eq!(without_remark("Serra Digital (Ventos)"), "Serra Digital");
        assert_eq!(without_remark("(unknown)"), "(unknown)");
    }
}
