//! Figures of the window, made anew only when what they show has changed.

use std::sync::Arc;

use eframe::egui::Painter;

use super::action::{Painted, PanelContext};
use super::paint::Shapes;
use crate::figure::{self, FigureKind, FigureSpec, Question, Scene};

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
    pixels_per_point: f32,
}

/// The figures of the window.
#[derive(Default)]
pub struct Drawings {
    map: Memo<Key, Painted>,
    chart: Memo<Key, Painted>,
}

/// The spec of a figure of the window.
pub fn spec(cx: &PanelContext<'_>, kind: FigureKind, size: [f32; 2]) -> FigureSpec {
    let state = cx.state;
    let question = Question {
        group_by: state.group_by,
        measure: state.measure,
        sector: state.sector,
        filter: cx.prepared.question.filter.clone(),
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
        spec.selected.clear();
        spec.view = crate::geo::View::world(crate::geo::Projection::EqualEarth);
        spec.overlay = figure::Overlay::None;
    }
    spec
}

impl Drawings {
    /// The figure of a spec, with its shapes.
    pub fn get(
        &mut self,
        cx: &PanelContext<'_>,
        revision: u64,
        spec: FigureSpec,
        painter: &Painter,
    ) -> Arc<Painted> {
        let memo = if spec.kind == FigureKind::Map { &mut self.map } else { &mut self.chart };
        let key = Key { spec, revision, pixels_per_point: painter.pixels_per_point() };
        memo.get(key, |key| {
            let scene = Scene {
                data: cx.data,
                outcome: cx.outcome,
                prepared: cx.prepared,
                powers: cx.powers,
                world: cx.world,
            };
            let figure = Arc::new(figure::build(&key.spec, &scene));
            let shapes = Arc::new(Shapes::new(&figure, key.pixels_per_point));
            Painted { figure, shapes }
        })
    }
}
