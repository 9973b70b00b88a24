//! The window: polls jobs, obeys actions, lays out panels.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eframe::egui::{self, CentralPanel, Frame, Ui};

use super::jobs::{Job, JobNews, Waking};
use super::roster::{RosterInput, RosterKeeper, RosterKey};
use super::scene::{self, Ready};
use super::update::{Effect, rebase, tick, update};
use crate::figure::{Figure, FigureKind, MapBy, Standing, Study, StudyError, World};
use crate::geo::basemap::BasemapError;
use crate::geo::{LonLat, Projection, View};
use crate::io::{Cancelled, ReadScenarioError};
use crate::model::{Dataset, Grid, Month, TableKind};
use crate::scenario::QuestionError;
use crate::ui::drawing::Memo;
use crate::ui::layout::Panels;
use crate::ui::paint::{Shapes, color32};
use crate::ui::{
    Action, Command, PanelContext, Progress, ScenarioChoice, State, Tab, clock, command, theme,
};

/// How long the running clock stays at a month.
const MONTH_LASTS: Duration = Duration::from_millis(90);

type LoadJob = Job<Result<Ready, Cancelled>>;
type AnswerJob = Job<Result<Ready, QuestionError>>;
/// The second step of an answer waits so long for another question.
const SECOND_STEP_AFTER: Duration = Duration::from_millis(120);

/// Answers about much data are given in two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// What map and bands need.
    First,
    /// The spans of imprecise dates, and what is dear.
    Second,
}

type StudyAnswer = Result<Option<Study>, StudyError>;

/// First bands rest on so many draws; they are refined while one looks.
const FIRST_DRAWS: u32 = 200;

/// What a study answers: the revision of the answers, the figure, the month where it matters, and
/// whether it is a first one that is to be refined.
#[derive(Clone, Copy, Debug, PartialEq)]
struct StudyKey {
    revision: u64,
    kind: FigureKind,
    month: Option<Month>,
    first: bool,
}

/// The app.
pub struct App {
    state: State,
    ready: Option<Ready>,
    /// Counts what changed in `ready`, for the keys of what is derived from it.
    revision: u64,
    /// Counts those of them that change what stands where.
    standing: u64,
    world: World,
    load: Option<(String, LoadJob)>,
    /// Files that were asked for last.
    asked: Vec<PathBuf>,
    answer: Option<(Step, AnswerJob)>,
    /// The picture of the resting map that is being made, with its number.
    picture: Option<(u64, Job<Option<egui::ColorImage>>)>,
    /// The state whose question failed, so that it is not asked again in every frame.
    failed: Option<State>,
    filter_error: Option<String>,
    message: Option<String>,
    /// Scenarios that fit the data: key and name.
    scenarios: Vec<(String, String)>,
    /// A scenario that does not fit the data, as it was left.
    parked: ScenarioChoice,
    /// The study of the chart, what it answers, and the job that makes the next one.
    study: Option<Arc<Study>>,
    study_error: Option<String>,
    study_key: Option<StudyKey>,
    study_job: Option<(StudyKey, Job<StudyAnswer>)>,
    /// Counts the studies.
    study_revision: u64,
    roster: RosterKeeper,
    powers: Memo<(u64, Month), Standing>,
    preview: Memo<(egui::Rect, crate::figure::Theme, usize), Option<Shapes>>,
    panels: Panels,
    queued: Vec<Action>,
    last_tick: Option<Instant>,
    /// When the last answer came.
    settled: Instant,
    shown_theme: Option<crate::figure::Theme>,
    costs_ms: (f32, f32),
    /// Set once a first frame was drawn.
    drawn: Arc<AtomicBool>,
}

impl App {
    /// Opens files, or the built-in data.
    ///
    /// # Errors
    /// [`BasemapError`] if the basemap that comes with the app cannot be read.
    pub fn new(ctx: &egui::Context, files: Vec<PathBuf>) -> Result<Self, BasemapError> {
        theme::install(ctx);
        let mut this = Self {
            state: State::default(),
            ready: None,
            revision: 0,
            standing: 0,
            world: World::new(crate::io::builtin::BASEMAP)?,
            load: None,
            asked: Vec::new(),
            answer: None,
            picture: None,
            failed: None,
            filter_error: None,
            message: None,
            scenarios: Vec::new(),
            parked: ScenarioChoice::default(),
            study: None,
            study_error: None,
            study_key: None,
            study_job: None,
            study_revision: 0,
            roster: RosterKeeper::default(),
            powers: Memo::default(),
            preview: Memo::default(),
            panels: Panels::default(),
            queued: Vec::new(),
            last_tick: None,
            settled: Instant::now(),
            shown_theme: None,
            costs_ms: (0.0, 0.0),
            drawn: Arc::default(),
        };
        if files.is_empty() {
            // The built-in data load faster than a thread would show.
            match scene::load(&[], &crate::io::Unwatched) {
                Ok(ready) => this.take(ready, false),
                Err(error) => this.message = Some(error.to_string()),
            }
        } else {
            this.start_load(ctx, files);
        }
        Ok(this)
    }

    /// Tells of its first frame through a flag.
    #[must_use]
    pub fn telling(mut self, drawn: Arc<AtomicBool>) -> Self {
        self.drawn = drawn;
        self
    }

    /// Leaves maps to a card.
    #[must_use]
    pub fn leaving_maps_to(mut self, drawn_by: MapBy) -> Self {
        self.panels.drawings.drawn_by = drawn_by;
        self
    }

    /// What the user has chosen.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn start_load(&mut self, ctx: &egui::Context, mut files: Vec<PathBuf>) {
        // A mapping alone is one of the files that were opened last.
        if !files.is_empty() && files.iter().all(|file| crate::files::is_mapping(file)) {
            let before = std::mem::take(&mut self.asked);
            files.extend(before.into_iter().filter(|file| !crate::files::is_mapping(file)));
        }
        self.asked.clone_from(&files);
        let what = match files.as_slice() {
            [] => "built-in data".to_owned(),
            [one] => one.file_name().map_or(String::new(), |n| n.to_string_lossy().into_owned()),
            many => format!("{} files", many.len()),
        };
        let (ctx, seen) = (ctx.clone(), ctx.clone());
        let job = Job::start(
            "load",
            move |reins| scene::load(&files, &Waking { reins, wake: &|| seen.request_repaint() }),
            move || ctx.request_repaint(),
        );
        match job {
            Ok(job) => self.load = Some((what, job)),
            Err(error) => self.message = Some(format!("no thread for the load: {error}")),
        }
    }

    fn take(&mut self, ready: Ready, keep_month: bool) {
        self.roster.forget();
        rebase(&mut self.state, &ready.loaded.data, &ready.outcome.grid, keep_month);
        self.scenarios = scene::scenario_list(&ready.loaded.data);
        // A scenario is read anew against other data, which may lack what it names: then it is kept
        // aside, with all that was changed in it, until data come that it fits.
        let mut choice = std::mem::take(&mut self.state.scenario);
        if choice.key.is_empty() {
            choice = std::mem::take(&mut self.parked);
        }
        if !choice.key.is_empty() {
            match crate::io::read_scenario(choice.key.as_ref(), &choice.text, &ready.loaded.data) {
                Ok(file) => {
                    let scenario = file.scenario;
                    self.state.scenario = ScenarioChoice { scenario, ..choice };
                }
                Err(error) => {
                    let why = short_error(&error);
                    let name = &choice.scenario.name;
                    self.message = Some(format!(
                        "“{name}” does not fit these data and is kept until others come ({why})"
                    ));
                    self.parked = choice;
                }
            }
        }
        // The camera goes where the sites are, and stays where they stay.
        let own = |ready: &Ready| {
            ready.loaded.data.files.iter().any(|f| !f.built_in && f.kind == Some(TableKind::Sites))
        };
        let projection = self.state.view.projection;
        if own(&ready) {
            self.state.view = around_sites(&ready.loaded.data, projection);
        } else if self.ready.as_ref().is_some_and(own) {
            self.state.view = View::world(projection);
        }
        self.ready = Some(ready);
        self.settled = Instant::now();
        self.revision += 1;
        self.standing += 1;
        self.failed = None;
        // An answer to a question about other data comes too late, and what the pointer was on
        // is no longer there.
        self.answer = None;
        self.panels.forget_pointer();
    }

    fn poll_load(&mut self, ctx: &egui::Context) {
        let Some((_, job)) = &self.load else { return };
        match job.poll() {
            JobNews::Progress(_) => ctx.request_repaint_after(Duration::from_millis(60)),
            JobNews::Done(Ok(ready)) => {
                self.load = None;
                let errors = ready.loaded.report.count(crate::diagnostic::Severity::Error);
                self.message = first_error(&ready.loaded.report).filter(|_| errors > 0);
                self.take(ready, false);
            }
            JobNews::Done(Err(Cancelled)) => self.load = None,
            JobNews::Died => {
                self.load = None;
                self.message =
                    Some("the load ended without an answer: a fault of the app".to_owned());
            }
        }
    }

    /// Has the picture of the resting map made beside the window.
    fn draw_picture(&mut self, ctx: &egui::Context) {
        if let Some((number, job)) = &self.picture {
            match job.poll() {
                JobNews::Progress(_) => return,
                JobNews::Done(image) => {
                    if let Some(image) = image {
                        self.panels.drawings.take_picture(*number, image, ctx);
                    }
                    self.picture = None;
                    ctx.request_repaint();
                }
                JobNews::Died => self.picture = None,
            }
        }
        let Some(wanted) = self.panels.drawings.take_wanted() else { return };
        let waker = ctx.clone();
        let (figure, scale) = (wanted.figure, wanted.scale);
        let job = Job::start(
            "picture",
            move |_| picture(&figure, scale),
            move || waker.request_repaint(),
        );
        self.picture = job.ok().map(|job| (wanted.number, job));
    }

    /// Whether all is loaded, answered and drawn.
    pub fn is_settled(&self) -> bool {
        let busy = self.load.is_some()
            || self.answer.is_some()
            || self.picture.is_some()
            || self.study_job.is_some()
            || self.roster.is_busy();
        !busy
            && self.ready.as_ref().is_some_and(Ready::is_complete)
            && self.queued.is_empty()
            && !self.panels.drawings.is_waiting()
    }

    /// Whether the study of the chart is there.
    pub fn has_study(&self) -> bool {
        let kind = self.state.tab.figure();
        self.study.is_some() && self.study_key.is_some_and(|key| Some(key.kind) == kind)
    }

    /// Brings the answers up to the question that the state asks.
    fn refresh(&mut self, ctx: &egui::Context) {
        // The second step of an old answer is given up for the first of a new one.
        let old = self.ready.as_ref().is_some_and(|ready| !ready.is_current(&self.state));
        if old && matches!(self.answer, Some((Step::Second, _))) {
            self.answer = None;
        }
        if let Some((_, job)) = &self.answer {
            match job.poll() {
                JobNews::Progress(_) => {
                    return ctx.request_repaint_after(Duration::from_millis(60));
                }
                JobNews::Done(result) => {
                    self.answer = None;
                    self.settle(result);
                }
                JobNews::Died => {
                    self.answer = None;
                    self.give_up("the question was not answered: a fault of the app");
                }
            }
        }
        let Some(ready) = &self.ready else { return };
        let asked = |s: &State| (scene::question(s), s.date_policy, s.scenario.scenario.clone());
        let given_up = self.failed.as_ref().is_some_and(|old| asked(old) == asked(&self.state));
        if ready.is_current(&self.state) {
            self.filter_error = None;
            if !ready.is_complete() && !given_up {
                // While a lever is dragged the next first step comes before this second one.
                let left = SECOND_STEP_AFTER.saturating_sub(self.settled.elapsed());
                if !left.is_zero() {
                    return ctx.request_repaint_after(left);
                }
                let (ready, waker) = (ready.clone(), ctx.clone());
                let job = Job::start(
                    "spans",
                    move |reins| ready.completed(reins),
                    move || waker.request_repaint(),
                );
                match job {
                    Ok(job) => self.answer = Some((Step::Second, job)),
                    Err(error) => self.give_up(&format!("no thread for the answer: {error}")),
                }
            }
            return;
        }
        if given_up {
            return;
        }
        if ready.is_large() {
            let (ready, state, waker) = (ready.clone(), self.state.clone(), ctx.clone());
            let job = Job::start(
                "answer",
                move |_| ready.answer(&state),
                move || waker.request_repaint(),
            );
            match job {
                Ok(job) => self.answer = Some((Step::First, job)),
                Err(error) => self.give_up(&format!("no thread for the answer: {error}")),
            }
        } else {
            let start = Instant::now();
            let result = ready.answer(&self.state);
            self.costs_ms.0 = start.elapsed().as_secs_f32() * 1e3;
            self.settle(result);
        }
    }

    /// Does not ask the present question again.
    fn give_up(&mut self, why: &str) {
        self.message = Some(why.to_owned());
        self.failed = Some(self.state.clone());
    }

    fn settle(&mut self, result: Result<Ready, QuestionError>) {
        self.settled = Instant::now();
        match result {
            Ok(ready) => {
                // The second step of an answer leaves what stands where as it was.
                let same = self.ready.as_ref().is_some_and(|old| {
                    Arc::ptr_eq(&old.outcome, &ready.outcome)
                        && old.prepared.question == ready.prepared.question
                });
                self.standing += u64::from(!same);
                self.ready = Some(ready);
                self.revision += 1;
                self.failed = None;
                self.filter_error = None;
            }
            Err(error) => {
                self.filter_error = Some(question_error_text(&error));
                self.failed = Some(self.state.clone());
            }
        }
    }

    fn obey(&mut self, ctx: &egui::Context) {
        // Without data there are no months; files can be opened all the same.
        let nothing = Grid::new(self.state.month, self.state.month);
        let grid = self.ready.as_ref().map_or(nothing, |ready| ready.outcome.grid);
        for action in std::mem::take(&mut self.queued) {
            match update(&mut self.state, &grid, action) {
                Some(Effect::Load(files)) => self.start_load(ctx, files),
                Some(Effect::CancelLoad) if self.load.is_some() => self.load = None,
                Some(Effect::CancelLoad) => {
                    self.answer = None;
                    self.failed = Some(self.state.clone());
                }
                Some(Effect::DismissMessage) => self.message = None,
                Some(Effect::Tell(text)) => self.message = Some(text),
                Some(Effect::ReadScenario(key)) => self.read_scenario(&key),
                Some(Effect::SaveScenario(path)) => self.save_scenario(&path),
                None => {}
            }
        }
    }

    fn read_scenario(&mut self, key: &str) {
        if crate::files::is_mapping(std::path::Path::new(key)) {
            self.queued.push(Action::Open(vec![key.into()]));
            return;
        }
        let Some(ready) = &self.ready else { return };
        match scene::read_scenario(key, &ready.loaded.data) {
            Ok(file) => {
                self.message =
                    file.findings.first().map(|f| format!("{}: {}", f.place_text(), f.what));
                self.state.scenario = scene::chosen(key, file);
            }
            Err(error) => self.message = Some(error),
        }
    }

    fn save_scenario(&mut self, path: &std::path::Path) {
        let text = &self.state.scenario.text;
        // A file that would say something else than the screen is not written.
        let said = self.ready.as_ref().map(|ready| {
            let file = crate::io::read_scenario(path, text, &ready.loaded.data);
            file.is_ok_and(|file| file.scenario.means(&self.state.scenario.scenario))
        });
        self.message = Some(if path.exists() {
            format!("{} is there already and was left as it is", path.display())
        } else if said == Some(false) {
            "not saved: the text of the scenario does not say what is on the screen".to_owned()
        } else {
            match crate::save::save(path, text.as_bytes()) {
                Ok(()) => format!("saved to {}", path.display()),
                Err(error) => format!("{error}"),
            }
        });
    }

    /// Has the study of the chart made beside the window; the old one stays until then.
    fn refresh_study(&mut self, ctx: &egui::Context) {
        let kind = self.state.tab.figure();
        if let Some((key, job)) = &self.study_job {
            match job.poll() {
                JobNews::Progress(_) => {}
                JobNews::Done(answer) => {
                    let key = *key;
                    self.study_job = None;
                    self.take_study(key, answer);
                    ctx.request_repaint();
                }
                JobNews::Died => {
                    self.study_key = Some(*key);
                    self.study_job = None;
                    self.study_error =
                        Some("the study ended without an answer: a fault of the app".to_owned());
                }
            }
        }
        let kind = kind.filter(|kind| kind.is_study());
        let (Some(kind), Some(ready)) = (kind, &self.ready) else { return };
        let at_month = !matches!(kind, FigureKind::Fan | FigureKind::Compare);
        let month = at_month.then_some(self.state.month);
        let full = StudyKey { revision: self.revision, kind, month, first: false };
        let first = StudyKey { first: kind == FigureKind::Fan, ..full };
        let wanted = match self.study_key {
            Some(key) if key == full => return,
            Some(key) if key == first => full,
            _ => first,
        };
        // First bands come fast: they are let through while a lever is dragged. Longer work on what is
        // no longer asked is given up.
        if self
            .study_job
            .as_ref()
            .is_some_and(|(key, _)| *key == wanted || key.first && key.kind == kind)
        {
            return;
        }
        if self.study_key.is_some_and(|key| key.kind != kind) {
            self.study = None;
        }
        let draws = wanted.first.then_some(FIRST_DRAWS);
        let (ready, month, waker) = (ready.clone(), self.state.month, ctx.clone());
        let job = Job::start(
            "study",
            move |reins| ready.study(kind, month, draws, reins),
            move || waker.request_repaint(),
        );
        match job {
            Ok(job) => self.study_job = Some((wanted, job)),
            Err(error) => self.study_error = Some(format!("no thread for the study: {error}")),
        }
    }

    fn take_study(&mut self, key: StudyKey, answer: StudyAnswer) {
        // A late answer to an old question is thrown away, but for first bands of a lever that is
        // being dragged.
        let old = key.revision != self.revision && !key.first;
        if old && self.study.is_some() || Some(key.kind) != self.state.tab.figure() {
            return;
        }
        self.study_key = Some(key);
        self.study_revision += 1;
        match answer {
            Ok(study) => {
                self.study = study.map(Arc::new);
                self.study_error = None;
            }
            Err(error) => {
                self.study = None;
                self.study_error = Some(error.to_string());
            }
        }
    }

    fn run_clock(&mut self, ctx: &egui::Context) {
        let Some(ready) = &self.ready else { return };
        if !self.state.playing {
            self.last_tick = None;
            return;
        }
        let now = Instant::now();
        let due = self.last_tick.is_none_or(|last| now.duration_since(last) >= MONTH_LASTS);
        if due {
            tick(&mut self.state, &ready.outcome.grid);
            self.last_tick = Some(now);
        }
        ctx.request_repaint_after(MONTH_LASTS);
    }

    fn take_drops(&mut self, ctx: &egui::Context) {
        let dropped: Vec<PathBuf> =
            ctx.input(|i| i.raw.dropped_files.iter().map(|f| f.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.queued.extend(crate::ui::frame_panels::opened(dropped));
        }
    }

    fn views(&mut self, ui: &mut Ui) {
        let Some(ready) = self.ready.clone() else {
            self.waiting(ui);
            return;
        };
        let state = self.state.clone();
        let powers =
            self.powers.get((self.standing, state.month), |(_, month)| ready.powers(*month));
        let roster = self.roster_rows(ui, &ready, &powers);
        let progress = self.progress();
        let commands = command::pressed(ui);
        let cx = PanelContext {
            commands: &commands,
            state: &state,
            data: &ready.data,
            report: &ready.loaded.report,
            outcome: &ready.outcome,
            prepared: &ready.prepared,
            powers: &powers,
            world: &self.world,
            study: self
                .study
                .as_deref()
                .filter(|_| self.study_key.is_some_and(|k| Some(k.kind) == state.tab.figure())),
            study_error: self.study_error.as_deref(),
            study_revision: self.study_revision,
            roster: roster.as_ref().map(|(rows, busy)| (rows.as_slice(), *busy)),
            scenarios: &self.scenarios,
            touched: &ready.touched,
            against: &ready.against,
            filter_error: self.filter_error.as_deref(),
            progress: progress.as_ref(),
            message: self.message.as_deref(),
            revision: self.revision,
            costs_ms: self.costs_ms,
        };
        let mut asked: Vec<Action> = commands.iter().filter_map(|&c| at_command(&cx, c)).collect();
        asked.extend(self.panels.ui(ui, &cx));
        if !asked.is_empty() {
            ui.request_repaint();
        }
        self.queued.extend(asked);
    }

    /// The sites in the order of their table, while it is shown.
    fn roster_rows(
        &mut self,
        ui: &Ui,
        ready: &Ready,
        powers: &Arc<Standing>,
    ) -> Option<(Arc<Vec<u32>>, bool)> {
        if self.state.tab != Tab::Sites {
            self.roster.stop();
            return None;
        }
        let (order, month) = (self.state.sites_order, self.state.month);
        let key = RosterKey { standing: self.standing, order, month, sector: self.state.sector };
        let input = RosterInput { data: &ready.data, standing: powers };
        let (rows, busy) = self.roster.get(ui.ctx(), key, &input);
        Some((rows?, busy))
    }

    fn progress(&self) -> Option<Progress> {
        if let Some((what, job)) = &self.load {
            return Some(Progress { what: format!("loading {what}"), share: job.share() });
        }
        let working = self.answer.is_some() || self.study_job.is_some();
        working.then(|| Progress { what: "working it out".to_owned(), share: None })
    }

    /// Draws where the sites are that a load has read so far.
    fn draw_preview(&mut self, ui: &Ui) -> bool {
        let Some(sites) = self.load.as_ref().and_then(|(_, job)| job.preview()) else {
            return false;
        };
        let rect = ui.max_rect();
        let key = (rect, self.state.theme, sites.sites);
        let world = &self.world;
        let shapes = self.preview.get(key, |(rect, theme, _)| {
            let size = [rect.width(), rect.height()];
            let drawn = crate::figure::preview(world, &sites, *theme, size).ok();
            drawn.map(|figure| Shapes::new(&figure, ui.pixels_per_point(), rect.min, None))
        });
        if let Some(shapes) = &*shapes {
            shapes.paint(&ui.painter_at(rect));
        }
        shapes.is_some()
    }

    /// Nothing is loaded yet; where the sites are may be known.
    fn waiting(&mut self, ui: &mut Ui) {
        let colors = self.state.theme.colors();
        let progress = self.progress();
        CentralPanel::default().frame(Frame::new().fill(color32(colors.ground))).show(ui, |ui| {
            let map = self.draw_preview(ui);
            ui.vertical_centered(|ui| {
                ui.add_space(if map { 10.0 } else { ui.available_height() * 0.4 });
                ui.label(theme::strong(colors, "Wattlas").size(26.0));
                if let Some(progress) = &progress {
                    ui.add(
                        egui::ProgressBar::new(progress.share.unwrap_or(0.0))
                            .desired_width(260.0)
                            .text(progress.what.as_str()),
                    );
                    if ui.button("Open the built-in data instead").clicked() {
                        self.queued.extend([Action::CancelLoad, Action::OpenBuiltIn]);
                        ui.request_repaint();
                    }
                } else {
                    ui.label(self.message.as_deref().unwrap_or("nothing is loaded"));
                    if ui.button("Open the built-in data").clicked() {
                        self.queued.push(Action::OpenBuiltIn);
                        ui.request_repaint();
                    }
                }
            });
        });
    }
}

/// What a command asks of the app as a whole; the map and the filter answer to their own.
fn at_command(cx: &PanelContext<'_>, command: Command) -> Option<Action> {
    match command {
        // Esc closes what lies on top first.
        Command::ClearSelection if cx.state.open_dialog => Some(Action::ShowOpen(false)),
        Command::ClearSelection if cx.state.keys_open => Some(Action::ShowKeys(false)),
        Command::ClearSelection if cx.state.problems_open => Some(Action::ShowProblems(false)),
        Command::ClearSelection => Some(Action::Select(Vec::new())),
        Command::Open => Some(Action::ShowOpen(!cx.state.open_dialog)),
        Command::Problems => Some(Action::ShowProblems(!cx.state.problems_open)),
        Command::Keys => Some(Action::ShowKeys(!cx.state.keys_open)),
        _ => clock::at_command(cx, command),
    }
}

/// A view of all sites that have a place; the world where there are none.
fn around_sites(data: &Dataset, projection: Projection) -> View {
    let (lat, lon) = (&data.sites.lat, &data.sites.lon);
    let places = lat
        .iter()
        .zip(lon.iter())
        .filter_map(|(lat, lon)| Some(LonLat::new(lon.get()?, lat.get()?)));
    View::around(projection, places)
}

/// All of a figure but its texts, for the window.
fn picture(figure: &Figure, scale: f32) -> Option<egui::ColorImage> {
    let layer = crate::export::picture::layer(figure, scale).ok()?;
    let color = |p: &[u8; 4]| egui::Color32::from_rgba_premultiplied(p[0], p[1], p[2], p[3]);
    let (pixels, _) = layer.data().as_chunks::<4>();
    let size = [layer.width() as usize, layer.height() as usize];
    Some(egui::ColorImage::new(size, pixels.iter().map(color).collect()))
}

/// The first error of a load, for the status bar; the list has all of them.
fn first_error(report: &crate::diagnostic::Report) -> Option<String> {
    let errors =
        report.findings().iter().filter(|d| d.severity == crate::diagnostic::Severity::Error);
    errors.into_iter().next().map(|d| {
        let file = d.place.file.file_name().map_or(d.place.file.clone(), std::path::PathBuf::from);
        format!("{}: {}", file.display(), d.what)
    })
}

/// The first error of a scenario, for the status bar.
fn short_error(error: &crate::io::ReadScenarioError) -> String {
    let first = error.findings.first();
    first.map_or_else(String::new, |f| format!("{}: {}", f.place_text(), f.what))
}

fn question_error_text(error: &QuestionError) -> String {
    match error {
        QuestionError::Filter(error) => {
            format!("{}\n{}^\n{}", error.text, " ".repeat(error.at), error.message)
        }
        other => other.to_string(),
    }
}

impl App {
    /// Takes what happened since the last frame in, before anything is drawn.
    pub fn step(&mut self, ctx: &egui::Context) {
        self.take_drops(ctx);
        self.obey(ctx);
        self.poll_load(ctx);
        self.refresh(ctx);
        self.refresh_study(ctx);
        self.run_clock(ctx);
        self.draw_picture(ctx);
    }

    /// Draws a frame.
    pub fn draw(&mut self, ui: &mut Ui) {
        let start = Instant::now();
        if self.shown_theme != Some(self.state.theme) {
            theme::show(ui.ctx(), self.state.theme);
            self.shown_theme = Some(self.state.theme);
        }
        self.views(ui);
        self.drawn.store(true, Ordering::Relaxed);
        self.costs_ms.1 = start.elapsed().as_secs_f32() * 1e3;
    }

    /// Asks for something, as if a panel had; it is obeyed with the next frame.
    pub fn ask(&mut self, action: Action) {
        self.queued.push(action);
    }

    /// Opens a scenario by its text.
    ///
    /// # Errors
    /// If it cannot be read, or does not fit the data.
    pub fn open_text(&mut self, name: &str, text: &str) -> Result<(), ReadScenarioError> {
        let Some(ready) = &self.ready else { return Ok(()) };
        let file = crate::io::read_scenario(name.as_ref(), text, &ready.loaded.data)?;
        self.state.scenario = scene::chosen(name, file);
        Ok(())
    }

    /// Whether there is a map to draw: of the data, or of the sites that were read so far.
    pub fn has_map(&self) -> bool {
        self.ready.is_some() || self.load.as_ref().is_some_and(|(_, job)| job.preview().is_some())
    }

    /// Whether all that was asked is answered; pictures may still be made.
    pub fn is_answered(&self) -> bool {
        self.queued.is_empty()
            && self.ready.as_ref().is_some_and(|ready| ready.is_current(&self.state))
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.step(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }
}
