//! Figures of the window, made anew only when what they show has changed.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{ColorImage, Context, Pos2, TextureOptions, Ui};

use super::action::{Painted, PanelContext, Picture};
use super::land::LandMeshes;
use super::paint::{CardKeeper, Shapes};
use crate::figure::{self, Figure, FigureKind, FigureSpec, MapBy, Question};

/// The last value derived from a key.
pub struct Memo<K, V>(Option<(K, Arc<V>)>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq, V> Memo<K, V> {
    /// The value for `key`, made anew only if `key` differs from last time's.
    pub fn get(&mut self, key: K, make: impl FnOnce(&K) -> V) -> Arc<V> {
        match &self.0 {
            Some((old, value)) if *old == key => Arc::clone(value),
            _ => {
                let value = Arc::new(make(&key));
                self.0 = Some((key, Arc::clone(&value)));
                value
            }
        }
    }
}

/// What a figure of the window depends on.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    spec: FigureSpec,
    revision: u64,
    /// Counts studies; 0 for figures that show none.
    study: u64,
    pixels_per_point: f32,
    corner: Pos2,
}

/// A picture that is wanted of the map: its number, the figure, pixels to the point.
#[derive(Clone)]
pub struct WantedPicture {
    /// Counts the pictures, so that a late one can be told.
    pub number: u64,
    /// What is to be drawn.
    pub figure: Arc<Figure>,
    /// Pixels to the point.
    pub scale: f32,
}

/// The map at rest: one picture under its texts.
struct Resting {
    key: Key,
    number: u64,
    painted: Option<Arc<Painted>>,
    figure: Arc<Figure>,
}

/// The figures of the window.
///
/// A card draws the whole of the map in every frame. Where there is none, or where the processor does
/// its work, outlines are a level coarser while the map moves. Once it rests, a picture of it is made
/// beside the window; a frame then costs one rectangle and the texts.
#[derive(Default)]
pub struct Drawings {
    map: Memo<Key, Painted>,
    chart: Memo<Key, Painted>,
    resting: Option<Resting>,
    /// What was wanted last, and since when, in seconds.
    last: Option<(Key, f64)>,
    pictures: u64,
    wanted: Option<WantedPicture>,
    /// Who draws a map that moves.
    pub drawn_by: MapBy,
    meshes: LandMeshes,
}

/// How long the map must stay as it is to be at rest.
const RESTS_AFTER: Duration = Duration::from_millis(140);

/// The spec of a figure of the window.
pub fn spec(cx: &PanelContext<'_>, kind: FigureKind, size: [f32; 2]) -> FigureSpec {
    let state = cx.state;
    let question = Question {
        group_by: state.group_by.clone(),
        measure: state.measure,
        sector: state.sector,
        filter: cx.prepared.question.filter.clone(),
        real_year: state.real_year,
        buyer: cx.prepared.question.buyer.clone(),
    };
    let mut spec = FigureSpec::new(kind, state.month);
    spec.size = size;
    spec.theme = state.theme;
    spec.question = question;
    spec.overlay = state.overlay;
    spec.view = state.view;
    spec.framed = false;
    spec.selected.clone_from(&state.selection);
    spec.isolated.clone_from(&state.isolated);
    if kind != FigureKind::Map {
        // A chart does not change when the map does.
        if kind == FigureKind::Prices {
            spec.hours = state.hours;
        } else {
            spec.selected.clear();
        }
        spec.view = crate::geo::View::world(crate::geo::Projection::EqualEarth);
        spec.overlay = figure::Overlay::None;
    }
    spec
}

impl Drawings {
    /// The figure of a spec with its shapes, the figure's corner at a position.
    pub fn get(
        &mut self,
        cx: &PanelContext<'_>,
        spec: FigureSpec,
        ui: &Ui,
        corner: Pos2,
    ) -> Arc<Painted> {
        let pixels_per_point = ui.pixels_per_point();
        let study = if spec.kind.is_study() { cx.study_revision } else { 0 };
        let key = Key { spec, revision: cx.revision, study, pixels_per_point, corner };
        let by = self.drawn_by;
        if key.spec.kind != FigureKind::Map {
            return self.chart.get(key, |key| shapes(cx, key, (by, &mut self.meshes)));
        }
        let mut shown = key;
        if self.has_pictures() {
            if let Some(painted) = self.at_rest(cx, &shown, ui) {
                return painted;
            }
            shown.spec.draft = true;
        } else {
            shown.spec.draft = !self.rests(&shown, ui);
        }
        shown.spec.drawn_by = by;
        self.map.get(shown, |key| shapes(cx, key, (by, &mut self.meshes)))
    }

    /// Whether the map has been as it is for its time.
    fn rests(&mut self, key: &Key, ui: &Ui) -> bool {
        let now = ui.input(|input| input.time);
        let since = self.last.as_ref().filter(|(last, _)| last == key).map(|(_, since)| *since);
        let Some(since) = since else {
            self.last = Some((key.clone(), now));
            ui.request_repaint_after(RESTS_AFTER);
            return false;
        };
        // Other things repaint the window too: the map rests only after its time.
        let left = RESTS_AFTER.as_secs_f64() - (now - since);
        if left > 0.0 {
            ui.request_repaint_after(Duration::from_secs_f64(left));
        }
        left <= 0.0
    }

    /// The map at rest, if its picture is there; asks for one if the map has come to rest.
    fn at_rest(&mut self, cx: &PanelContext<'_>, key: &Key, ui: &Ui) -> Option<Arc<Painted>> {
        if let Some(resting) = self.resting.as_ref().filter(|r| r.key == *key) {
            return resting.painted.clone();
        }
        if !self.rests(key, ui) {
            return None;
        }
        self.pictures += 1;
        let figure = Arc::new(build(cx, &key.spec));
        let number = self.pictures;
        let scale = key.pixels_per_point;
        self.wanted = Some(WantedPicture { number, figure: Arc::clone(&figure), scale });
        self.resting = Some(Resting { key: key.clone(), number, painted: None, figure });
        None
    }

    /// The picture that is wanted, once.
    pub fn take_wanted(&mut self) -> Option<WantedPicture> {
        self.wanted.take()
    }

    /// Whether the map is a picture once it rests.
    fn has_pictures(&self) -> bool {
        self.drawn_by != MapBy::Buffers
    }

    /// Whether a picture is wanted or being made.
    pub fn is_waiting(&self) -> bool {
        self.has_pictures() && self.resting.as_ref().is_none_or(|r| r.painted.is_none())
    }

    /// Takes a picture; a late one of a map that has moved on is dropped.
    pub fn take_picture(&mut self, number: u64, image: ColorImage, ctx: &Context) {
        if let Some(resting) = self.resting.as_mut().filter(|r| r.number == number) {
            let shapes = Arc::new(Shapes::texts(&resting.figure, resting.key.corner));
            let figure = Arc::clone(&resting.figure);
            let picture = if self.drawn_by == MapBy::Marks {
                Picture::Texture(ctx.load_texture("map", image, TextureOptions::LINEAR))
            } else {
                Picture::Card(Arc::new(image), resting.key.pixels_per_point)
            };
            resting.painted = Some(Arc::new(Painted { figure, shapes, picture: Some(picture) }));
        }
    }
}

fn build(cx: &PanelContext<'_>, spec: &FigureSpec) -> Figure {
    figure::build(spec, &cx.scene())
}

fn shapes(cx: &PanelContext<'_>, key: &Key, (by, meshes): (MapBy, &mut LandMeshes)) -> Painted {
    let figure = Arc::new(build(cx, &key.spec));
    let card = (by != MapBy::Marks).then_some(CardKeeper { world: cx.world, meshes });
    let shapes = Arc::new(Shapes::new(&figure, key.pixels_per_point, key.corner, card));
    Painted { figure, shapes, picture: None }
}
