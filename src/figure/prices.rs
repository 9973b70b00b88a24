//! Electricity prices of zones over time: the zones of most compute in colour, all others behind.

use std::cmp::Ordering;

use super::canvas::Canvas;
use super::lines::{self, Line, LinesInput};
use super::spec::FigureSpec;
use super::standing::PlaceTotal;
use super::theme::Colors;
use super::{Region, Scene};
use crate::geo::PixelRect;
use crate::model::{Dataset, Name, PriceAt, SectorChoice};

/// So many zones have a colour and a name: one for each hue.
pub(super) const NAMED: usize = 8;

/// The axis goes so far above the highest price of the named zones.
const HEADROOM: f64 = 1.8;

/// Prices of a zone, month by month.
struct Curve {
    zone: Name,
    prices: Vec<Option<PriceAt>>,
    /// What stands at the sites that pay it.
    total: PlaceTotal,
}

impl Curve {
    fn most(&self) -> f64 {
        self.prices.iter().flatten().map(|price| price.usd_per_mwh).fold(0.0, f64::max)
    }
}

/// Draws the prices into a rectangle.
pub(super) fn draw(
    canvas: &mut Canvas,
    spec: &FigureSpec,
    scene: &Scene<'_>,
    rect: PixelRect,
) -> Region {
    let colors = spec.theme.colors();
    let curves = curves(scene, spec.question.sector);
    let chosen = chosen_zone(scene, spec);
    let named = curves.iter().take(NAMED).take_while(|curve| curve.total.sites > 0).count();
    let mut lines = Vec::new();
    // What lies behind is drawn first.
    for curve in curves.iter().skip(named).filter(|curve| Some(curve.zone) != chosen) {
        lines.push(line(scene.data, curve, colors, None, false));
    }
    for (at, curve) in curves.iter().enumerate().rev() {
        let hue = Some(at).filter(|at| *at < named);
        let is_chosen = Some(curve.zone) == chosen;
        if hue.is_some() || is_chosen {
            lines.push(line(scene.data, curve, colors, hue, is_chosen));
            lines.extend(held(scene.data, curve, colors, hue, is_chosen));
        }
    }
    let most = curves.iter().take(named.max(1)).map(Curve::most).fold(0.0, f64::max) * HEADROOM;
    let higher = curves.iter().filter(|curve| curve.most() > most).count();
    let title = format!("Price, {}", spec.question.sector.title());
    let mut note = format!("{} zones", curves.len());
    if higher > 0 {
        note.push_str(&format!(", {higher} of them go higher"));
    }
    let most = Some(most).filter(|_| higher > 0);
    let grid = &scene.outcome.grid;
    let unit = "USD/MWh".to_owned();
    let input = LinesInput {
        grid,
        lines,
        bands: Vec::new(),
        unit,
        title,
        note,
        most,
        month: spec.month,
        colors,
    };
    lines::draw(canvas, scene, &input, rect)
}

/// The zone whose price the first selected site pays at the month.
fn chosen_zone(scene: &Scene<'_>, spec: &FigureSpec) -> Option<Name> {
    let site = spec.selected.iter().find_map(|id| scene.data.site_position(id))?;
    price_of(scene.data, spec.question.sector, (scene.data.price_start(site), spec.month))
        .map(|price| price.zone)
}

fn price_of(
    data: &Dataset,
    sector: SectorChoice,
    (zone, month): (Name, crate::model::Month),
) -> Option<PriceAt> {
    if zone.is_empty() {
        return None;
    }
    data.price_book().along(&data.zone_chain(zone), sector, month)
}

/// Zones with a price of their own, those of most compute first, then by code.
fn curves(scene: &Scene<'_>, sector: SectorChoice) -> Vec<Curve> {
    let (data, grid) = (scene.data, &scene.outcome.grid);
    let book = data.price_book();
    let own = |zone: Name, month| {
        sector.sectors().iter().find_map(|&sector| book.price(zone, sector, month))
    };
    let mut out: Vec<Curve> = data
        .tables
        .zones
        .iter()
        .map(|zone| Curve {
            zone: zone.id,
            prices: grid.months().map(|month| own(zone.id, month)).collect(),
            total: PlaceTotal::default(),
        })
        .filter(|curve| curve.prices.iter().any(Option::is_some))
        .collect();
    // Sites of a place pay the price of one zone at the end of the grid.
    let payer = |place: &(Name, bool)| {
        let zone = Some(place.0).filter(|_| !place.1)?;
        let price = price_of(data, sector, (zone, grid.last()))?;
        out.iter().position(|curve| curve.zone == price.zone)
    };
    let payers: Vec<Option<usize>> = data.price_places().iter().map(payer).collect();
    for (payer, place) in payers.into_iter().zip(scene.powers.by_place(data)) {
        if let Some(at) = payer {
            out[at].total.add(place);
        }
    }
    let code = |curve: &Curve| data.text(curve.zone);
    out.sort_by(|a, b| most_first((&a.total, code(a)), (&b.total, code(b))));
    out
}

/// The order of zones: those of most compute first, then by code.
pub(super) fn most_first(a: (&PlaceTotal, &str), b: (&PlaceTotal, &str)) -> Ordering {
    let by_size = b.0.build_out.total_cmp(&a.0.build_out).then(b.0.sites.cmp(&a.0.sites));
    by_size.then_with(|| a.1.cmp(b.1))
}

fn color(colors: &Colors, hue: Option<usize>, chosen: bool) -> super::Color {
    match hue {
        _ if chosen => colors.strong,
        Some(hue) => colors.hues[hue],
        None => colors.weak.alpha(0.22),
    }
}

fn zone_name(data: &Dataset, zone: Name) -> String {
    data.text(data.zone(zone).map_or(zone, |zone| zone.name)).to_owned()
}

/// What was observed of a zone; of those behind all, held prices too.
fn line(data: &Dataset, curve: &Curve, colors: &Colors, hue: Option<usize>, chosen: bool) -> Line {
    let named = hue.is_some() || chosen;
    let value = |price: &Option<PriceAt>| {
        price.filter(|price| !named || price.age_months == 0).map(|price| price.usd_per_mwh)
    };
    Line {
        name: if named { zone_name(data, curve.zone) } else { String::new() },
        color: color(colors, hue, chosen),
        values: curve.prices.iter().map(value).collect(),
        width: if chosen {
            2.4
        } else if named {
            1.6
        } else {
            1.0
        },
        dashed: false,
        held: false,
    }
}

/// The price that is held after the last observation, if it is.
fn held(
    data: &Dataset,
    curve: &Curve,
    colors: &Colors,
    hue: Option<usize>,
    chosen: bool,
) -> Option<Line> {
    let value = |price: &Option<PriceAt>| {
        price.filter(|price| price.age_months > 0).map(|price| price.usd_per_mwh)
    };
    let values: Vec<Option<f64>> = curve.prices.iter().map(value).collect();
    values.iter().any(Option::is_some).then(|| Line {
        name: zone_name(data, curve.zone),
        color: color(colors, hue, chosen),
        values,
        width: if chosen { 2.0 } else { 1.3 },
        dashed: true,
        held: true,
    })
}
