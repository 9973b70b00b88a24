//! Rows that scenarios add to the tables.

use std::borrow::Cow;

use super::levers::Lever;
use super::spec::{Added, Adjustment, Scenario};
use crate::model::{
    AddedRows, Dataset, Maybe, MaybeDay, Name, Origin, Phase, Site, SourceFile, Status,
};

/// Whether an adjustment adds rows.
pub(super) fn adds(adjustment: &Adjustment) -> bool {
    adjustment.lever == Lever::Add
}

/// What added rows are known by: the adjustment's id and the rows themselves.
pub(super) fn tag(adjustment: &Adjustment) -> String {
    let mut rows = adjustment.added.clone();
    rows.sites.iter_mut().for_each(|site| site.line = 0);
    rows.phases.iter_mut().for_each(|phase| phase.line = 0);
    format!("{} {rows:?}", adjustment.id)
}

/// The data set with the rows that scenarios add at the end of its tables. Scenarios that are
/// compared share one such data set.
pub fn extended<'a>(data: &'a Dataset, scenarios: &[&Scenario]) -> Cow<'a, Dataset> {
    let mut out = Cow::Borrowed(data);
    for scenario in scenarios {
        for adjustment in scenario.adjustments.iter().filter(|a| adds(a)) {
            let own = tag(adjustment);
            if !out.added.iter().any(|rows| rows.tag == own) {
                append(out.to_mut(), &adjustment.added, own, &scenario.name);
            }
        }
    }
    if let Cow::Owned(data) = &mut out {
        data.reindex();
    }
    out
}

fn append(data: &mut Dataset, added: &Added, tag: String, scenario: &str) {
    let file = data.files.len() as u16;
    data.files.push(SourceFile {
        path: format!("scenario {scenario}").into(),
        kind: None,
        built_in: false,
    });
    let (sites, phases) = (data.sites.len(), data.phases.len());
    for site in &added.sites {
        let mut name = |text: &str| data.names.intern(text);
        let row = Site {
            id: name(&site.id),
            name: name(if site.name.is_empty() { &site.id } else { &site.name }),
            operator: name(&site.operator),
            owner: name(&site.owner),
            users: name(&site.users),
            country: name(&site.country),
            subdivision: name(&site.subdivision),
            price_zone: name(&site.price_zone),
            city: name(&site.city),
            lat: site.lat,
            lon: site.lon,
            coord_precision: crate::model::CoordPrecision::Unstated,
            kind: site.kind,
            status: Status::Planned,
            status_said: Name::EMPTY,
            pue: site.pue,
            cooling: Name::EMPTY,
            power_source: Name::EMPTY,
            sources: Name::EMPTY,
            as_of: MaybeDay::NONE,
            notes: Name::EMPTY,
            origin: Origin { file, line: site.line },
        };
        data.sites.push(row);
    }
    for phase in &added.phases {
        let own = (sites..data.sites.len()).rev();
        let mut own = own.filter(|&at| data.text(data.sites.id[at]) == phase.site_id);
        let found = own.next().or_else(|| data.site_position(&phase.site_id));
        let Some(site) = found else { continue };
        let mut name = |text: &str| data.names.intern(text);
        let row = Phase {
            site: site as u32,
            phase: name(&phase.phase),
            online: phase.online.into(),
            precision: phase.precision,
            included_in: name(&phase.included_in),
            retired: phase.retired.into(),
            facility_mw: phase.facility_mw,
            it_mw: phase.it_mw,
            basis: phase.basis,
            scope: phase.scope,
            chip: name(&phase.chip),
            chip_count: phase.chip_count,
            chip_count_scope: phase.chip_count_scope,
            tenant: name(&phase.tenant),
            status: phase.status,
            status_said: Name::EMPTY,
            confidence: phase.confidence,
            capex_usd_bn: Maybe::NONE,
            facility_mw_low: Maybe::NONE,
            facility_mw_high: Maybe::NONE,
            it_mw_low: Maybe::NONE,
            it_mw_high: Maybe::NONE,
            chip_count_low: Maybe::NONE,
            chip_count_high: Maybe::NONE,
            source: name(&phase.source),
            as_of: MaybeDay::NONE,
            notes: Name::EMPTY,
            origin: Origin { file, line: phase.line },
        };
        data.phases.push(row);
    }
    let (sites, phases) = (sites..data.sites.len(), phases..data.phases.len());
    data.added.push(AddedRows { tag, sites, phases });
}
