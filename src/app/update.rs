//! The one place where state changes. Knows no screen, so tests call it directly.

use crate::figure::SiteOrder;
use crate::geo::View;
use crate::io::scenario;
use crate::model::{Dataset, Grid};
use crate::scenario::Input;
use crate::ui::{Action, ScenarioChoice, State};

/// What an action asks of the world outside the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Load these files; the built-in data where there is none.
    Load(Vec<std::path::PathBuf>),
    /// Stop the load.
    CancelLoad,
    /// Forget the message.
    DismissMessage,
    /// Read this scenario.
    ReadScenario(String),
    /// Write the scenario to this file, which must not be there yet.
    SaveScenario(std::path::PathBuf),
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
        Action::SetBuyer(buyer) => {
            state.buyer = buyer;
            state.isolated = None;
        }
        Action::Select(ids) => state.selection = ids,
        Action::Isolate(name) => {
            let same = state.isolated.as_ref() == Some(&name);
            state.isolated = (!same).then_some(name);
        }
        Action::SetTab(tab) => state.tab = tab,
        Action::SetHours(hours) => state.hours = hours,
        Action::OrderSites(by) => {
            let turned = state.sites_order.by == by && !state.sites_order.turned;
            state.sites_order = SiteOrder { by, turned };
        }
        Action::SetTheme(theme) => state.theme = theme,
        Action::ShowProblems(open) => state.problems_open = open,
        Action::ShowKeys(open) => state.keys_open = open,
        Action::OpenScenario(key) if key.is_empty() => state.scenario = ScenarioChoice::default(),
        Action::OpenScenario(key) => return Some(Effect::ReadScenario(key)),
        Action::SetLever(id, field, value) => set_lever(&mut state.scenario, &id, field, value),
        Action::SetAssumption(key, value) => set_assumption(&mut state.scenario, &key, value),
        Action::EnableAdjustment(id, on) => enable(&mut state.scenario, &id, on),
        Action::ResetScenario => {
            if let Some(opened) = state.scenario.opened.clone() {
                (state.scenario.text, state.scenario.scenario) = *opened;
            }
        }
        Action::SaveScenario(path) => return Some(Effect::SaveScenario(path)),
        Action::Open(files) => return Some(Effect::Load(files)),
        Action::OpenBuiltIn => return Some(Effect::Load(Vec::new())),
        Action::CancelLoad => return Some(Effect::CancelLoad),
        Action::DismissMessage => return Some(Effect::DismissMessage),
    }
    None
}

/// Sets a number of an adjustment, in what the scenario means and in its text.
fn set_lever(choice: &mut ScenarioChoice, id: &str, field: &str, value: f64) {
    let found = choice.scenario.adjustments.iter_mut().find(|a| a.id == id);
    let Some(adjustment) = found else { return };
    let at = adjustment.lever.fields().iter().position(|f| f.name == field);
    if let Some(slot) = at.and_then(|at| adjustment.inputs.get_mut(at)) {
        *slot = Some(Input::Number(value));
        if let Ok(text) = scenario::set_number(&choice.text, id, field, value) {
            choice.text = text;
        }
    }
}

fn set_assumption(choice: &mut ScenarioChoice, key: &str, value: f64) {
    let found = choice.scenario.assumptions.iter_mut().find(|a| a.key == key);
    if let Some(assumption) = found {
        assumption.input = Input::Number(value);
        if let Ok(text) = scenario::set_number(&choice.text, "", key, value) {
            choice.text = text;
        }
    }
}

fn enable(choice: &mut ScenarioChoice, id: &str, on: bool) {
    let found = choice.scenario.adjustments.iter_mut().find(|a| a.id == id);
    if let Some(adjustment) = found {
        adjustment.enabled = on;
        if let Ok(text) = scenario::set_enabled(&choice.text, id, on) {
            choice.text = text;
        }
    }
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
    state.selection.retain(|id| data.site_position(id).is_some());
    // Other files hold other hours.
    state.hours = None;
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
    fn a_lever_changes_what_the_scenario_means_and_what_its_file_says() {
        use crate::scenario::{Adjustment, Lever};
        let mut state = State::default();
        let mut late = Adjustment::new("late", Lever::Delay);
        late.inputs[0] = Some(Input::Number(12.0));
        state.scenario.scenario.adjustments.push(late);
        state.scenario.text =
            "# why\n[[adjustment]]\nid = \"late\"\nlever = \"delay\"\nmonths = 12 # a year\n"
                .to_owned();
        let opened = (state.scenario.text.clone(), state.scenario.scenario.clone());
        state.scenario.opened = Some(Box::new(opened.clone()));
        update(&mut state, &grid(), Action::SetLever("late".to_owned(), "months", 18.0));
        assert_eq!(state.scenario.scenario.adjustments[0].inputs[0], Some(Input::Number(18.0)));
        assert!(state.scenario.text.contains("months = 18 # a year"), "{}", state.scenario.text);
        update(&mut state, &grid(), Action::EnableAdjustment("late".to_owned(), false));
        assert!(!state.scenario.scenario.adjustments[0].enabled);
        assert!(state.scenario.text.contains("enabled = false"));
        update(&mut state, &grid(), Action::ResetScenario);
        assert_eq!((state.scenario.text, state.scenario.scenario), opened);
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
