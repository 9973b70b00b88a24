//! The one place where state changes. Knows no screen, so tests call it directly.

use crate::figure::SiteOrder;
use crate::geo::View;
use crate::io::scenario::{self, EditError};
use crate::model::{Dataset, Grid};
use crate::scenario::{GroupKey, Input};
use crate::ui::{Action, ScenarioChoice, Side, State};

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
    /// Tell that something was not done.
    Tell(String),
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
        Action::Select(ids) => {
            if !ids.is_empty() {
                state.side = Side::Selection;
            }
            state.selection = ids;
        }
        Action::ShowSide(side) => state.side = side,
        Action::ShowOpen(open) => state.open_dialog = open,
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
        Action::OpenScenario(key) => {
            state.side = Side::Scenario;
            return Some(Effect::ReadScenario(key));
        }
        Action::SetLever(id, field, value) => {
            return told(set_lever(&mut state.scenario, &id, field, value));
        }
        Action::SetAssumption(key, value) => {
            return told(set_assumption(&mut state.scenario, &key, value));
        }
        Action::EnableAdjustment(id, on) => return told(enable(&mut state.scenario, &id, on)),
        Action::ShedAtPeak(id, on) => return told(at_peak(&mut state.scenario, &id, on)),
        Action::ResetScenario => {
            if let Some(opened) = state.scenario.opened.clone() {
                (state.scenario.text, state.scenario.scenario) = *opened;
            }
        }
        Action::SaveScenario(path) => return Some(Effect::SaveScenario(path)),
        Action::Open(files) => {
            state.open_dialog = false;
            return Some(Effect::Load(files));
        }
        Action::OpenBuiltIn => return Some(Effect::Load(Vec::new())),
        Action::CancelLoad => return Some(Effect::CancelLoad),
        Action::DismissMessage => return Some(Effect::DismissMessage),
    }
    None
}

/// A change of a scenario that could not be made is shown: what is on the screen is what a file of it
/// would say.
fn told(change: Result<(), EditError>) -> Option<Effect> {
    change.err().map(|error| Effect::Tell(error.to_string()))
}

/// Sets a number of an adjustment, in the text of the scenario and in what it means.
fn set_lever(
    choice: &mut ScenarioChoice,
    id: &str,
    field: &str,
    value: f64,
) -> Result<(), EditError> {
    let found = choice.scenario.adjustments.iter_mut().find(|a| a.id == id);
    let slot = found.and_then(|adjustment| {
        let at = adjustment.lever.fields().iter().position(|f| f.name == field)?;
        let of = &adjustment.lever.fields()[at];
        Some((adjustment.inputs.get_mut(at)?, [of.low, of.high]))
    });
    let (slot, range) = slot.ok_or_else(|| EditError::NotThere(format!("{id}.{field}")))?;
    // An uncertain input stays as uncertain as it was.
    if let Some(Input::Spread(law)) = slot {
        let moved = scenario::written_law(&law.moved_to(value, range));
        choice.text = scenario::set_spread(&choice.text, id, field, &moved)?;
        *law = moved;
        return Ok(());
    }
    choice.text = scenario::set_number(&choice.text, id, field, value)?;
    *slot = Some(Input::Number(scenario::written(value)));
    Ok(())
}

fn set_assumption(choice: &mut ScenarioChoice, key: &str, value: f64) -> Result<(), EditError> {
    let found = choice.scenario.assumptions.iter_mut().find(|a| a.key == key);
    let assumption = found.ok_or_else(|| EditError::NotThere(key.to_owned()))?;
    if let Input::Spread(law) = &mut assumption.input {
        let moved = scenario::written_law(&law.moved_to(value, [f64::MIN, f64::MAX]));
        choice.text = scenario::set_spread(&choice.text, "", key, &moved)?;
        *law = moved;
        return Ok(());
    }
    choice.text = scenario::set_number(&choice.text, "", key, value)?;
    assumption.input = Input::Number(scenario::written(value));
    Ok(())
}

fn enable(choice: &mut ScenarioChoice, id: &str, on: bool) -> Result<(), EditError> {
    let found = choice.scenario.adjustments.iter_mut().find(|a| a.id == id);
    let adjustment = found.ok_or_else(|| EditError::NotThere(id.to_owned()))?;
    choice.text = scenario::set_enabled(&choice.text, id, on)?;
    adjustment.enabled = on;
    Ok(())
}

fn at_peak(choice: &mut ScenarioChoice, id: &str, on: bool) -> Result<(), EditError> {
    let found = choice.scenario.adjustments.iter_mut().find(|a| a.id == id);
    let adjustment = found.ok_or_else(|| EditError::NotThere(id.to_owned()))?;
    choice.text = scenario::set_at_peak(&choice.text, id, on)?;
    adjustment.at_peak = on;
    Ok(())
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
    if state.group_by.check(data).is_err() {
        state.group_by = GroupKey::User;
    }
    state.playing = false;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::Projection;
    use crate::model::Month;

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
    fn a_change_that_the_text_cannot_take_is_told_and_not_made() {
        use crate::scenario::{Adjustment, Assumption, Lever};
        let mut state = State::default();
        let mut late = Adjustment::new("late", Lever::Delay);
        late.inputs[0] = Some(Input::Number(12.0));
        state.scenario.scenario.adjustments.push(late);
        state.scenario.scenario.assumptions.push(Assumption {
            key: "inflation".to_owned(),
            input: Input::Number(0.02),
            unit: String::new(),
            source: String::new(),
        });
        // The text says nothing of either.
        state.scenario.text = "name = \"other\"\n".to_owned();
        let before = state.clone();
        for action in [
            Action::SetLever("late".to_owned(), "months", 18.0),
            Action::EnableAdjustment("late".to_owned(), false),
            Action::ShedAtPeak("late".to_owned(), true),
            Action::SetAssumption("inflation".to_owned(), 0.05),
        ] {
            let effect = update(&mut state, &grid(), action.clone());
            assert!(matches!(effect, Some(Effect::Tell(_))), "{action:?} {effect:?}");
            assert_eq!(state, before, "{action:?}");
        }
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
