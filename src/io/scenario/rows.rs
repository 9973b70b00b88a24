//! Sites and phases that a scenario adds.

use toml_edit::{Item, TableLike};

use super::{Reader, Span};
use crate::model::{Basis, Confidence, CountScope, Kind, Maybe, Precision, Scope, Status};
use crate::scenario::Adjustment;
use crate::scenario::spec::{Added, AddedPhase, AddedSite};

impl Reader<'_> {
    pub(super) fn rows(&mut self, table: &dyn TableLike, out: &Adjustment, span: &Span) -> Added {
        let mut added = Added::default();
        for row in self.tables(table, "site") {
            added.sites.extend(self.site(row));
        }
        for row in self.tables(table, "phase") {
            let phase = self.phase(row, &added);
            added.phases.push(phase);
        }
        if added.sites.is_empty() && added.phases.is_empty() {
            let what = format!("`{}` adds nothing", out.id);
            self.error(
                "E404",
                span.clone(),
                "phase",
                &what,
                "",
                "[[adjustment.site]] and [[adjustment.phase]]",
            );
        }
        added
    }

    /// A word of a closed list.
    fn word<T>(
        &mut self,
        table: &dyn TableLike,
        key: &str,
        default: T,
        parse: impl Fn(&str) -> Option<T>,
        list: &str,
    ) -> T {
        let Some(text) = self.string(table, key) else { return default };
        parse(&text).unwrap_or_else(|| {
            let span = table.get(key).and_then(Item::span);
            self.error("E407", span, key, "this word is not known here", &text, list);
            default
        })
    }

    fn maybe(&mut self, table: &dyn TableLike, key: &str, range: [f64; 2]) -> Maybe {
        self.number(table, key, range).into()
    }

    fn site(&mut self, row: &dyn TableLike) -> Option<AddedSite> {
        self.known(
            row,
            &[
                "id",
                "name",
                "operator",
                "owner",
                "users",
                "country",
                "subdivision",
                "price_zone",
                "city",
                "lat",
                "lon",
                "kind",
                "pue",
            ],
        );
        let span = row.iter().next().and_then(|(_, item)| item.span());
        let Some(id) = self.string(row, "id").filter(|id| !id.is_empty()) else {
            self.error(
                "E404",
                span,
                "id",
                "a site needs an id",
                "",
                "a key such as \"new-campus\"",
            );
            return None;
        };
        let taken = self.data.site_position(&id).is_some();
        if taken {
            let at = row.get("id").and_then(Item::span);
            self.error(
                "E409",
                at,
                "id",
                "a site of the data has this id",
                &id,
                "an id of its own, or phases alone",
            );
        }
        let line = self.line(&span) as u32;
        let country = self.string(row, "country").unwrap_or_default();
        if !country.is_empty()
            && self.data.names.find(&country).and_then(|n| self.data.country(n)).is_none()
        {
            let at = row.get("country").and_then(Item::span);
            self.error(
                "E407",
                at,
                "country",
                "there is no such country",
                &country,
                "an alpha-3 code such as USA",
            );
        }
        let mut text = |key: &str| self.string(row, key).unwrap_or_default();
        let site = AddedSite {
            id,
            name: text("name"),
            operator: text("operator"),
            owner: text("owner"),
            users: text("users"),
            country,
            subdivision: text("subdivision"),
            price_zone: text("price_zone"),
            city: text("city"),
            line,
            ..AddedSite::default()
        };
        Some(AddedSite {
            lat: self.maybe(row, "lat", [-90.0, 90.0]),
            lon: self.maybe(row, "lon", [-180.0, 180.0]),
            kind: self.word(row, "kind", Kind::Ground, Kind::parse, &Kind::list()),
            pue: self.maybe(row, "pue", [1.0, 5.0]),
            ..site
        })
    }

    fn phase(&mut self, row: &dyn TableLike, added: &Added) -> AddedPhase {
        self.known(
            row,
            &[
                "site_id",
                "phase",
                "online",
                "online_precision",
                "included_in",
                "retired",
                "facility_mw",
                "it_mw",
                "mw_basis",
                "mw_scope",
                "chip",
                "chip_count",
                "chip_count_scope",
                "tenant",
                "status",
                "confidence",
                "source",
            ],
        );
        let span = row.iter().next().and_then(|(_, item)| item.span());
        let line = self.line(&span) as u32;
        let site_id = self.string(row, "site_id").or_else(|| {
            // With one new site, its phases need not repeat its id.
            <[_; 1]>::try_from(added.sites.clone()).ok().map(|[site]| site.id)
        });
        let known = site_id.as_ref().is_some_and(|id| {
            let own = added.sites.iter().any(|site| site.id == *id);
            own || self.data.site_position(id).is_some()
        });
        if !known {
            let at = row.get("site_id").and_then(Item::span).or(span.clone());
            let found = site_id.clone().unwrap_or_default();
            self.error(
                "E407",
                at,
                "site_id",
                "there is no such site",
                &found,
                "the id of a site of the data, or of one added here",
            );
        }
        let mut text = |key: &str| self.string(row, key).unwrap_or_default();
        let phase = AddedPhase {
            site_id: site_id.unwrap_or_default(),
            phase: text("phase"),
            included_in: text("included_in"),
            chip: text("chip"),
            tenant: text("tenant"),
            source: text("source"),
            line,
            ..AddedPhase::default()
        };
        let precision = |text: &str| Precision::ALL.into_iter().find(|p| p.word() == text);
        let mw = [0.0, 1e6];
        AddedPhase {
            online: self.day(row, "online"),
            retired: self.day(row, "retired"),
            precision: self.word(
                row,
                "online_precision",
                Precision::Day,
                precision,
                "day, month, quarter, year",
            ),
            facility_mw: self.maybe(row, "facility_mw", mw),
            it_mw: self.maybe(row, "it_mw", mw),
            chip_count: self.maybe(row, "chip_count", [0.0, 1e10]),
            basis: self.word(row, "mw_basis", Basis::Unknown, Basis::parse, &Basis::list()),
            scope: self.word(row, "mw_scope", Scope::Unstated, Scope::parse, &Scope::list()),
            chip_count_scope: self.word(
                row,
                "chip_count_scope",
                CountScope::Phase,
                CountScope::parse,
                &CountScope::list(),
            ),
            status: self.word(row, "status", Status::Planned, Status::parse, &Status::list()),
            confidence: self.word(
                row,
                "confidence",
                Confidence::Unstated,
                Confidence::parse,
                &Confidence::list(),
            ),
            ..phase
        }
    }
}
