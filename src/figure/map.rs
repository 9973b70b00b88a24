//! The map: sites as disc in ring on the coloured world, an inset for the crowd, a lane for orbit.

use std::sync::Arc;

use super::amount;
use super::canvas::{Canvas, Style};
use super::chart::bands;
use super::land;
use super::legend::{self, LegendLayout};
use super::mark::{Anchor, Color, Mark, Point, Stroke};
use super::place::{self, Room, Wanted};
use super::powers::SitePower;
use super::prepare::symbol_quantity;
use super::spec::{FigureSpec, MapBy};
use super::standing::{Around, Cluster, MANY, Shown, Standing, extent};
use super::symbol::{RING_DASH, SizeScale, Symbol, Symbols};
use super::theme::Colors;
use super::{Region, Scene, SiteMark, text};
use crate::geo::{LonLat, PixelRect, Projection, Projector, View};
use crate::scenario::Quantity;
use crate::units::grouped;

/// Size of labels on the map, in pixels.
const LABEL_SIZE: f32 = 12.0;

/// So many of the largest sites decide where the map is crowded.
const LARGEST: usize = 400;

/// From so many sites on, a moving map draws them with fewer strokes.
const COARSE_FROM: usize = 400;

/// The parts of a rectangle that the map takes.
struct Layout {
    orbit: Option<PixelRect>,
    map: PixelRect,
    legend: PixelRect,
}

fn layout(rect: PixelRect, orbit: bool, legend: LegendLayout) -> Layout {
    let lane = if orbit { 40.0 } else { 0.0 };
    // A low map keeps its world rather than its legend.
    let room = rect.height - lane - legend.height;
    let legend_height = if room < 120.0 { 0.0 } else { legend.height };
    let map = PixelRect::new(rect.x, rect.y + lane, rect.width, rect.height - lane - legend_height);
    Layout {
        orbit: orbit.then(|| PixelRect::new(rect.x, rect.y, rect.width, lane)),
        map,
        legend: PixelRect::new(rect.x, map.bottom(), rect.width, legend_height),
    }
}

/// Draws the map into a rectangle.
pub(super) fn draw(
    canvas: &mut Canvas,
    scene: &Scene<'_>,
    spec: &FigureSpec,
    rect: PixelRect,
) -> Vec<Region> {
    let standing = scene.powers;
    let orbital = standing.orbital();
    let quantity = symbol_quantity(scene.prepared.question.measure);
    let size = SizeScale::new(rect.width, spec.view.zoom, quantity);
    let scale = land::overlay_scale(scene, spec);
    let many = standing.totals().placed > MANY;
    let legend = LegendLayout::new(rect.width, size, many);
    let layout = layout(rect, !orbital.is_empty(), legend);
    let projector = Projector::new(spec.view, layout.map);
    let shown = standing.shown(scene.data, &projector);
    let size = match &shown {
        Shown::Clusters { heaviest, cell_px, .. } => size.for_sums(*heaviest, *cell_px),
        Shown::Sites(_) => size,
    };
    let painter = SitePainter {
        scene,
        spec,
        colors: spec.theme.colors(),
        size,
        isolated: isolated(scene, spec),
    };

    let crowd = crowd(scene, &projector, size);
    let inset = crowd
        .and_then(|view| inset_rect(layout.map, &projector).map(|rect| Projector::new(view, rect)));

    let mut regions = Vec::new();
    let mut body = Canvas::default();
    land::draw(&mut body, scene, spec, &projector, &scale);
    let kept_free: Vec<PixelRect> = inset.iter().map(|i| i.rect.shrunk(-6.0)).collect();
    let source = inset.as_ref().map(|i| source_rect(i, &projector));
    let around = Surround { kept_free: &kept_free, crowd: source, main: true };
    let inset_rect = inset.map(|i| i.rect);
    regions.push(painter.region(&mut body, shown, projector, around, inset_rect));
    canvas.marks.push(Mark::Clip { rect: layout.map, marks: body.marks });
    if let (Some(inset), Some(source)) = (inset, source) {
        let mut body = Canvas::default();
        body.rect(inset.rect, 0.0, Some(spec.theme.colors().sea), None);
        land::draw(&mut body, scene, spec, &inset, &scale);
        let around = Surround { kept_free: &[], crowd: None, main: false };
        let shown = standing.shown(scene.data, &inset);
        let region = painter.region(&mut body, shown, inset, around, None);
        frame_inset(canvas, spec.theme.colors(), source, inset.rect);
        canvas.marks.push(Mark::Clip { rect: inset.rect, marks: body.marks });
        canvas.rect(inset.rect, 2.0, None, Some(Stroke::solid(1.0, spec.theme.colors().weak)));
        regions.push(region);
    }
    if let Some(lane) = layout.orbit {
        regions.push(painter.orbit_lane(canvas, &orbital, standing, lane));
    }
    legend::draw(canvas, spec, &scale, size, (layout.legend, legend));
    regions
}

/// Where a site is.
fn place(scene: &Scene<'_>, site: u32) -> LonLat {
    let sites = &scene.data.sites;
    let of = |column: &crate::model::Column<crate::model::Maybe>| {
        column[site as usize].get().unwrap_or_default()
    };
    LonLat::new(of(&sites.lon), of(&sites.lat))
}

/// Height of the inset as a share of its width.
const INSET_ASPECT: f32 = 0.64;

/// Width of the inset's window in degrees, and its height.
const WINDOW_DEG: [f64; 2] = [47.0, 25.0];

/// The crowded part of a world map: the window in which most symbols cover one another. None
/// where little is gained: few overlaps, a map that is zoomed in, or a small one; or sites by the
/// thousand, which are shown as sums.
fn crowd(scene: &Scene<'_>, projector: &Projector, size: SizeScale) -> Option<View> {
    let flat = projector.view.projection != Projection::Globe;
    // Only on the world as it is first shown: a map that was moved goes its own way.
    let untouched = projector.view == View::world(projector.view.projection);
    let many = scene.powers.totals().placed > MANY;
    if many || !flat || !untouched || projector.rect.width < 620.0 {
        return None;
    }
    // The largest few hundred decide: the inset is for reading single sites.
    let largest = scene.powers.largest().iter().take(LARGEST);
    let discs: Vec<(LonLat, Point, f32)> = largest
        .map(|&site| {
            let place = place(scene, site);
            let (at, _) = projector.project(place.lon, place.lat);
            (place, at, size.radius(extent(&scene.powers[site as usize])))
        })
        .collect();
    let within = |center: LonLat, place: LonLat| {
        (place.lon - center.lon).abs() < WINDOW_DEG[0] / 2.0
            && (place.lat - center.lat).abs() < WINDOW_DEG[1] / 2.0
    };
    let overlaps: Vec<f32> = discs
        .iter()
        .enumerate()
        .map(|(i, (_, a, r))| {
            let touching = discs.iter().enumerate().filter(|(j, (_, b, s))| {
                *j != i && (a[0] - b[0]).hypot(a[1] - b[1]) < (r + s) * 0.8
            });
            touching.count() as f32
        })
        .collect();
    let all = discs.iter().zip(overlaps);
    let crowded: Vec<(LonLat, f32)> =
        all.map(|((place, ..), count)| (*place, count)).filter(|(_, count)| *count > 0.0).collect();
    let score = |center: LonLat| -> f32 {
        crowded.iter().filter(|(place, _)| within(center, *place)).map(|(_, count)| count).sum()
    };
    let mut best: Option<(f32, LonLat)> = None;
    for lon in (-150..=150_i32).step_by(2) {
        for lat in (-40..=60_i32).step_by(2) {
            let center = LonLat::new(f64::from(lon), f64::from(lat));
            let score = score(center);
            if best.is_none_or(|(s, _)| score > s) {
                best = Some((score, center));
            }
        }
    }
    let (score, center) = best?;
    (score >= 30.0).then(|| centred(&discs, center))
}

/// The window moved so that what it holds lies in its middle.
fn centred(discs: &[(LonLat, Point, f32)], center: LonLat) -> View {
    let inside = discs.iter().filter(|(p, ..)| {
        (p.lon - center.lon).abs() < WINDOW_DEG[0] / 2.0
            && (p.lat - center.lat).abs() < WINDOW_DEG[1] / 2.0
    });
    let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for (place, ..) in inside {
        bounds = [
            bounds[0].min(place.lon),
            bounds[1].min(place.lat),
            bounds[2].max(place.lon),
            bounds[3].max(place.lat),
        ];
    }
    let center =
        LonLat::new(f64::midpoint(bounds[0], bounds[2]), f64::midpoint(bounds[1], bounds[3]));
    // The zoom at which all of that fits into the inset, with room for rings at its edges. At zoom
    // 1 a Mercator map is 360° wide; INSET_ASPECT of that is its height.
    let (width, height) = (bounds[2] - bounds[0] + 6.0, bounds[3] - bounds[1] + 5.0);
    let stretch = center.lat.to_radians().cos().recip();
    let fits = (360.0 / width).min(360.0 * f64::from(INSET_ASPECT) / (height * stretch));
    View { projection: Projection::Mercator, center, zoom: fits }
}

/// Where the inset lies: in the corner of the south-east Pacific.
fn inset_rect(map: PixelRect, projector: &Projector) -> Option<PixelRect> {
    let width = (map.width * 0.3).min(560.0);
    let height = width * INSET_ASPECT;
    let top = map.bottom() - height - 6.0;
    // The window's map is drawn to fit its width; a rectangle that would cover the crowd is refused.
    let (equator, _) = projector.project(-100.0, 18.0);
    (top > equator[1].min(map.y + map.height * 0.42))
        .then(|| PixelRect::new(map.x + 4.0, top, width, height))
}

/// The part of the main map that an inset shows.
fn source_rect(inset: &Projector, projector: &Projector) -> PixelRect {
    let corners = [
        [inset.rect.x, inset.rect.y],
        [inset.rect.right(), inset.rect.y],
        [inset.rect.x, inset.rect.bottom()],
        [inset.rect.right(), inset.rect.bottom()],
    ];
    let mut bounds = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    for place in corners.into_iter().filter_map(|c| inset.unproject(c)) {
        let (at, _) = projector.project(place.lon, place.lat);
        bounds = [
            bounds[0].min(at[0]),
            bounds[1].min(at[1]),
            bounds[2].max(at[0]),
            bounds[3].max(at[1]),
        ];
    }
    PixelRect::new(bounds[0], bounds[1], bounds[2] - bounds[0], bounds[3] - bounds[1])
}

fn frame_inset(canvas: &mut Canvas, colors: &Colors, source: PixelRect, inset: PixelRect) {
    let stroke = Stroke::solid(0.8, colors.weak.alpha(0.8));
    canvas.rect(source, 2.0, None, Some(stroke));
    canvas.segments(
        vec![
            [[source.x, source.bottom()], [inset.x, inset.y]],
            [[source.right(), source.bottom()], [inset.right(), inset.y]],
        ],
        stroke,
    );
}

/// What a map has to respect around its sites.
#[derive(Clone, Copy)]
struct Surround<'a> {
    /// Rectangles that something else covers.
    kept_free: &'a [PixelRect],
    /// The part that an inset shows.
    crowd: Option<PixelRect>,
    /// Whether it is the main map, which says what is not drawn.
    main: bool,
}

/// The groups of the isolated band, which may sum several.
fn isolated(scene: &Scene<'_>, spec: &FigureSpec) -> Option<Vec<usize>> {
    let only = spec.isolated.as_ref()?;
    let bands = bands(&scene.prepared.capacity, &scene.prepared.palette);
    bands.into_iter().find(|band| band.name == *only).map(|band| band.groups)
}

/// Where places are drawn on a map: once for each copy of the world that reaches into it.
struct Spots<'a> {
    projector: &'a Projector,
    copies: Vec<f64>,
    /// Where symbols may reach into the map, and where their labels may have to do with it.
    reach: PixelRect,
    beyond: PixelRect,
}

impl<'a> Spots<'a> {
    fn new(projector: &'a Projector) -> Self {
        let reach = projector.rect.shrunk(-40.0);
        let beyond = projector.rect.shrunk(-place::BEYOND);
        Self { projector, copies: projector.copies(), reach, beyond }
    }

    /// Those that may reach into the map.
    fn of(&self, place: LonLat) -> impl Iterator<Item = Point> {
        self.around(place).filter(|at| self.reach.contains(*at))
    }

    /// Those whose labels may have to do with the map.
    fn around(&self, place: LonLat) -> impl Iterator<Item = Point> {
        self.copies.iter().filter_map(move |shift| {
            let (at, front) = self.projector.project(place.lon + shift, place.lat);
            (front && self.beyond.contains(at)).then_some(at)
        })
    }
}

struct SitePainter<'a> {
    scene: &'a Scene<'a>,
    spec: &'a FigureSpec,
    colors: &'static Colors,
    size: SizeScale,
    /// Groups of the band that alone keeps its colour.
    isolated: Option<Vec<usize>>,
}

impl SitePainter<'_> {
    fn color(&self, group: u32) -> Color {
        let slot = self.scene.prepared.palette.slot(group as usize);
        let color = slot.color(self.colors);
        match &self.isolated {
            Some(groups) if !groups.contains(&(group as usize)) => {
                color.mix(self.colors.ground, 0.75)
            }
            _ => color,
        }
    }

    /// Draws what a map shows of the sites.
    fn region(
        &self,
        canvas: &mut Canvas,
        shown: Shown,
        projector: Projector,
        surround: Surround<'_>,
        inset: Option<PixelRect>,
    ) -> Region {
        if self.is_said(&projector) {
            self.say(canvas, &shown, &projector, surround);
        }
        let (sites, clusters) = match shown {
            Shown::Sites(sites) => (self.sites(canvas, &sites, &projector, surround), Vec::new()),
            Shown::Clusters { cells, .. } => {
                let marks = self.sums(canvas, &cells, &projector, surround);
                (marks, cells)
            }
        };
        if surround.main {
            self.note(canvas, projector.rect, &sites, &clusters);
        }
        Region::Map { projector, sites, clusters, inset }
    }

    /// Whether symbols are said to a painter that keeps them, not drawn with marks.
    fn is_said(&self, projector: &Projector) -> bool {
        self.spec.drawn_by != MapBy::Marks && projector.plane_to_pixels().is_some()
    }

    /// Whether symbols are drawn with fewer strokes: a crowd, while the map moves.
    fn is_coarse(&self, sites: usize) -> bool {
        self.spec.draft && sites > COARSE_FROM
    }

    /// Says the symbols that a map shows, and those around it, so that a map that moves a little says
    /// the same.
    fn say(
        &self,
        canvas: &mut Canvas,
        shown: &Shown,
        projector: &Projector,
        surround: Surround<'_>,
    ) {
        let spots = Spots::new(projector);
        let said = |place: LonLat, power: &SitePower| {
            let plane = projector.view.projection.plane(place)?;
            // Where the world is shown more than once, a symbol may be covered in one place alone.
            let covered = |at: Point| surround.kept_free.iter().any(|r| r.contains(at));
            let mut on_map = spots.of(place).peekable();
            let hidden =
                !surround.kept_free.is_empty() && on_map.peek().is_some() && on_map.all(covered);
            let crowd = surround.crowd.filter(|_| !hidden);
            let crowded = crowd.is_some_and(|c| spots.of(place).any(|at| c.contains(at)));
            let symbol = Symbol::new(power, self.color(power.group), crowded);
            (!hidden).then_some(Symbol { plane, ..symbol })
        };
        let around = self.scene.powers.around(self.scene.data, projector, shown);
        let list = match &around {
            Around::Sites(sites) => {
                let sites = sites.iter().filter_map(|&site| {
                    said(place(self.scene, site), &self.scene.powers[site as usize])
                });
                sites.collect()
            }
            Around::Cells(cells) => {
                cells.iter().filter_map(|cell| said(cell.place, &cell.power)).collect()
            }
        };
        canvas.marks.push(Mark::Symbols(Arc::new(Symbols {
            projector: *projector,
            list,
            per_root: self.size.per_root(),
            halo: self.colors.halo,
            sums: matches!(around, Around::Cells(_)),
        })));
    }

    /// Draws sites and their labels; inside `crowd` without labels and rings, since an inset shows
    /// that part.
    fn sites(
        &self,
        canvas: &mut Canvas,
        sites: &[u32],
        projector: &Projector,
        surround: Surround<'_>,
    ) -> Vec<SiteMark> {
        let Surround { kept_free, crowd, .. } = surround;
        let (mut marks, mut wanted) = (Vec::new(), Vec::new());
        let (said, spots) = (self.is_said(projector), Spots::new(projector));
        let coarse = self.is_coarse(sites.len());
        for &site in sites {
            let (place, site) = (place(self.scene, site), site as usize);
            let power = &self.scene.powers[site];
            for at in spots.around(place) {
                if kept_free.iter().any(|r| r.contains(at)) {
                    continue;
                }
                let crowded = crowd.is_some_and(|c| c.contains(at));
                let symbol = Symbol::new(power, self.color(power.group), crowded);
                let radius = symbol.reach(self.size);
                let known = extent(power) > 0.0;
                if !crowded && !self.is_faded(power) && (known || projector.view.zoom > 4.0) {
                    wanted.push(Wanted { center: at, radius, of: site });
                }
                if !spots.reach.contains(at) {
                    continue;
                }
                match (said, coarse) {
                    (true, _) => {}
                    (false, true) => symbol.draw_sum(canvas, at, self.size, self.colors.halo),
                    (false, false) => symbol.draw(canvas, at, self.size, self.colors.halo),
                }
                marks.push(SiteMark { site, center: at, radius, cluster: None });
            }
        }
        for mark in marks.iter().filter(|mark| self.is_selected(mark.site)) {
            self.selection(canvas, mark.center, mark.radius);
        }
        self.labels(canvas, &wanted, &|site| self.name(site), projector, surround);
        marks
    }

    /// The name of a site, as its label says it.
    fn name(&self, site: usize) -> String {
        let name = self.scene.data.text(self.scene.data.sites.name[site]);
        text::fitted(name, LABEL_SIZE, false, 170.0)
    }

    fn is_selected(&self, site: usize) -> bool {
        let id = self.scene.data.text(self.scene.data.sites.id[site]);
        self.spec.selected.iter().any(|selected| selected == id)
    }

    fn is_faded(&self, power: &SitePower) -> bool {
        let isolated = self.isolated.as_ref();
        isolated.is_some_and(|groups| !groups.contains(&(power.group as usize)))
    }

    fn selection(&self, canvas: &mut Canvas, at: Point, radius: f32) {
        let stroke = Stroke::solid(2.0, self.colors.strong);
        canvas.circle(at, radius + 4.0, None, Some(stroke));
    }

    /// Draws sums of sites, and the sites that are selected.
    fn sums(
        &self,
        canvas: &mut Canvas,
        cells: &[Cluster],
        projector: &Projector,
        surround: Surround<'_>,
    ) -> Vec<SiteMark> {
        let (mut marks, mut wanted) = (Vec::new(), Vec::new());
        let (said, spots) = (self.is_said(projector), Spots::new(projector));
        for (number, cell) in cells.iter().enumerate() {
            let symbol = Symbol::new(&cell.power, self.color(cell.power.group), false);
            for at in spots.around(cell.place) {
                if surround.kept_free.iter().any(|r| r.contains(at)) {
                    continue;
                }
                let radius = symbol.reach(self.size);
                if !self.is_faded(&cell.power) && extent(&cell.power) > 0.0 {
                    wanted.push(Wanted { center: at, radius, of: number });
                }
                if !spots.reach.contains(at) {
                    continue;
                }
                if !said {
                    symbol.draw_sum(canvas, at, self.size, self.colors.halo);
                }
                let site = cell.largest as usize;
                let cluster = (cell.sites > 1).then_some(number as u32);
                marks.push(SiteMark { site, center: at, radius, cluster });
            }
        }
        for id in &self.spec.selected {
            let Some(site) = self.scene.data.site_position(id) else { continue };
            for at in spots.of(place(self.scene, site as u32)) {
                self.selection(canvas, at, 2.0);
            }
        }
        let text = |number: usize| match cells[number].sites {
            1 => self.name(cells[number].largest as usize),
            many => format!("{} sites", grouped(f64::from(many), 0)),
        };
        self.labels(canvas, &wanted, &text, projector, surround);
        marks
    }

    /// Says what the circles of a map of sums are, or that there is no site at all.
    fn note(&self, canvas: &mut Canvas, rect: PixelRect, marks: &[SiteMark], clusters: &[Cluster]) {
        let note = if self.scene.powers.totals().sites == 0 {
            "no site matches".to_owned()
        } else if clusters.is_empty() {
            return;
        } else {
            let inside = marks.iter().filter(|mark| rect.contains(mark.center));
            let (mut circles, mut sites) = (0_usize, 0.0);
            for mark in inside {
                circles += 1;
                let sum = mark.cluster.and_then(|at| clusters.get(at as usize));
                sites += sum.map_or(1.0, |cluster| f64::from(cluster.sites));
            }
            let (sites, circles) = (grouped(sites, 0), grouped(circles as f64, 0));
            format!("{sites} sites in {circles} circles; zoom in to part them")
        };
        let style = Style::new(LABEL_SIZE, self.colors.text).anchor(Anchor::End);
        let at = [rect.right() - 6.0, rect.bottom() - 8.0];
        canvas.text(at, note, style.halo(self.colors.halo));
    }

    fn labels(
        &self,
        canvas: &mut Canvas,
        wanted: &[Wanted],
        text: &dyn Fn(usize) -> String,
        projector: &Projector,
        Surround { kept_free, crowd, main }: Surround<'_>,
    ) {
        let taken: Vec<PixelRect> = kept_free.iter().copied().chain(crowd).collect();
        let style = Style::new(LABEL_SIZE, self.colors.strong).halo(self.colors.halo);
        let room = Room { size: LABEL_SIZE, frame: projector.rect.shrunk(2.0), taken: &taken };
        let labels = if main {
            place::by_sector(wanted, text, room, projector.project(0.0, 0.0).0)
        } else {
            place::of_largest(wanted, text, room)
        };
        for label in labels {
            if let Some(leader) = label.leader {
                canvas.segments(vec![leader], Stroke::solid(0.9, self.colors.text.alpha(0.8)));
            }
            canvas.text(label.at, label.text, style);
        }
    }

    fn orbit_lane(
        &self,
        canvas: &mut Canvas,
        sites: &[usize],
        powers: &Standing,
        lane: PixelRect,
    ) -> Region {
        let colors = self.colors;
        let y = lane.y + lane.height / 2.0;
        let style = Style::new(LABEL_SIZE, colors.weak);
        let mut x = canvas.text_then([lane.x + 4.0, y + 4.0], "In orbit", style) + 22.0;
        canvas.line(
            vec![[lane.x, lane.bottom()], [lane.right(), lane.bottom()]],
            Stroke::dashed(1.0, colors.rule, 2.0, 4.0),
        );
        let mut marks = Vec::new();
        for (at, &site) in sites.iter().enumerate() {
            let power = &powers[site];
            let name = &*text::writable(self.scene.data.text(self.scene.data.sites.name[site]));
            let amount = orbit_amount(self.size.quantity, power);
            let width = text::width(name, LABEL_SIZE, false)
                + text::width(&amount, LABEL_SIZE, false)
                + 60.0;
            // The last may be shortened; before it there must be room to say how many follow.
            if x + width + 80.0 > lane.right() && at + 1 < sites.len() {
                canvas.text([x, y + 4.0], format!("and {} more", sites.len() - at), style);
                break;
            }
            let radius = self.size.radius(power.build_out.max(power.online())).clamp(3.0, 15.0);
            let center = [x + radius, y];
            self.orbit_symbol(canvas, center, radius, power);
            let space = (lane.right() - x - radius * 2.0 - 70.0).max(40.0);
            let name = text::fitted(name, LABEL_SIZE, false, space);
            let end = canvas.text_then(
                [center[0] + radius + 6.0, y + 4.0],
                &name,
                Style::new(LABEL_SIZE, colors.text),
            );
            x = canvas.text_then([end + 6.0, y + 4.0], &amount, style) + 26.0;
            marks.push(SiteMark { site, center, radius: radius.max(6.0), cluster: None });
        }
        Region::Orbit { lane, sites: marks }
    }

    fn orbit_symbol(&self, canvas: &mut Canvas, at: Point, radius: f32, power: &SitePower) {
        let color = self.color(power.group);
        let announced = power.build_out_announced > power.build_out / 2.0;
        let stroke = Stroke { dash: announced.then_some(RING_DASH), ..Stroke::solid(1.5, color) };
        canvas.circle(at, radius, Some(color.alpha(0.13)), Some(stroke));
        if power.online() > 0.0 {
            let share = (power.online() / power.build_out.max(power.online())).sqrt() as f32;
            canvas.circle(at, (radius * share).max(1.5), Some(color), None);
        }
    }
}

fn orbit_amount(quantity: Quantity, power: &SitePower) -> String {
    let most = power.build_out.max(power.online());
    if most > 0.0 { amount::amount(quantity, most) } else { "unknown".to_owned() }
}
