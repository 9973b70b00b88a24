//! The one place where state changes. Knows no screen, so tests call it directly.

use crate::geo::View;
use crate::model::{Dataset, Grid};
use crate::ui::{Action, State};

/// What an action asks of the world outside the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Load these files; the built-in data where there is none.
    Load(Vec<std::path::PathBuf>),
    /// Stop the load.
    CancelLoad,
    /// Forget the message.
    DismissMessage,
}

/// Obeys an action.
pub fn update(state: &mut State, grid: &Grid, action: Action) -> Option<Effect> {
    match action {
        Action::SetMonth(month) => state.month = grid.month(grid.clamp(month)),
        Action::Play(playing) => {
            state.playing = playing;
            if playing && state.month >= grid.last() {
                state.month = grid.first;
            }
        }
        Action::SetGroupBy(key) => {
            state.group_by = key;
            state.isolated = None;
        }
        Action::SetMeasure(measure) => state.measure = measure,
        Action::SetSector(sector) => state.sector = sector,
        Action::SetOverlay(overlay) => state.overlay = overlay,
        Action::SetProjection(projection) => state.view = View::world(projection),
        Action::SetView(view) => state.view = view,
        Action::SetDatePolicy(policy) => state.date_policy = policy,
        Action::SetFilter(text) => state.filter = text,
        Action::Select(ids) => state.selection = ids,
        Action::Isolate(name) => {
            let same = state.isolated.as_ref() == Some(&name);
            state.isolated = (!same).then_some(name);
        }
        Action::SetTab(tab) => state.tab = tab,
        Action::SetTheme(theme) => state.theme = theme,
        Action::ShowProblems(open) => state.problems_open = open,
        Action::ShowKeys(open) => state.keys_open = open,
        Action::Open(files) => return Some(Effect::Load(files)),
        Action::OpenBuiltIn => return Some(Effect::Load(Vec::new())),
        Action::CancelLoad => return Some(Effect::CancelLoad),
        Action::DismissMessage => return Some(Effect::DismissMessage),
    }
    None
}

/// One step of the running clock; it stops at the end.
pub fn tick(state: &mut State, grid: &Grid) {
    state.month = grid.month(grid.clamp(state.month.plus(1)));
    state.playing &= state.month < grid.last();
}

/// What stays of a state when other data come: choices stay, what names vanished goes.
pub fn rebase(state: &mut State, data: &Dataset, grid: &Grid, keep_month: bool) {
    if !keep_month {
        let as_of = grid.as_of.map_or(grid.last(), crate::model::Day::month);
        state.month = as_of;
    }
    state.month = grid.month(grid.clamp(state.month));
    state
        .selection
        .retain(|id| data.names.find(id).is_some_and(|name| data.site_position(name).is_some()));
    state.isolated = None;
    state.playing = false;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::Projection;
    use crate::model::Month;
    use crate::scenario::GroupKey;

    fn grid() -> Grid {
        Grid::new(Month::new(2024, 1), Month::new(2029, 12))
    }

    #[test]
    fn the_clock_stays_within_the_grid() {
        let mut state = State::default();
        update(&mut state, &grid(), Action::SetMonth(Month::new(2040, 1)));
        assert_eq!(state.month, Month::new(2029, 12));
        update(&mut state, &grid(), Action::SetMonth(Month::new(1999, 1)));
        assert_eq!(state.month, Month::new(2024, 1));
    }

    #[test]
    fn the_running_clock_stops_at_the_end_and_starts_over() {
        let mut state = State { month: Month::new(2029, 11), playing: true, ..State::default() };
        tick(&mut state, &grid());
        assert_eq!((state.month, state.playing), (Month::new(2029, 12), false));
        update(&mut state, &grid(), Action::Play(true));
        assert_eq!(state.month, Month::new(2024, 1));
    }

    #[test]
    fn a_group_is_isolated_once_and_freed_the_second_time() {
        let mut state = State::default();
        let isolate = || Action::Isolate("Meta".to_owned());
        update(&mut state, &grid(), isolate());
        assert_eq!(state.isolated.as_deref(), Some("Meta"));
        update(&mut state, &grid(), isolate());
        assert_eq!(state.isolated, None);
        update(&mut state, &grid(), isolate());
        update(&mut state, &grid(), Action::SetGroupBy(GroupKey::Chip));
        assert_eq!(state.isolated, None);
    }

    #[test]
    fn another_projection_starts_at_the_world() {
        let mut state = State::default();
        state.view.zoom = 7.0;
        update(&mut state, &grid(), Action::SetProjection(Projection::Globe));
        assert_eq!(state.view, View::world(Projection::Globe));
    }

    #[test]
    fn a_selection_that_vanished_is_dropped() {
        let mut state = State { selection: vec!["gone".to_owned()], ..State::default() };
        rebase(&mut state, &Dataset::default(), &grid(), false);
        assert!(state.selection.is_empty());
        assert_eq!(state.month, Month::new(2029, 12));
    }
}
