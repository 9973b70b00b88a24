//! The whole window without a screen: frames are laid out and cut into triangles, and timed by part.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use eframe::egui::{self, Rect, pos2, vec2};

use super::window::App;
use crate::figure::MapBy;
use crate::geo::{View, around};
use crate::model::Month;
use crate::ui::Action;

/// The scenario whose lever is dragged, its adjustment and field. It fits any data.
const LATE: &str = "[[adjustment]]\nid = \"late\"\nlever = \"delay\"\n\
    select = \"-status:operating\"\nmonths = 6\n";
const LEVER: (&str, &str) = ("late", "months");

/// Milliseconds of one frame, by part.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameCost {
    /// Obeying what was asked, and answering it.
    pub logic_ms: f64,
    /// Laying panels and figures out.
    pub layout_ms: f64,
    /// Cutting shapes into triangles.
    pub triangles_ms: f64,
    /// Corners of the triangles, which a graphics card would draw.
    pub corners: usize,
}

impl FrameCost {
    /// The whole frame, milliseconds.
    pub fn ms(&self) -> f64 {
        self.logic_ms + self.layout_ms + self.triangles_ms
    }
}

/// What is done to the window, frame by frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The map is dragged.
    Pan,
    /// The map is zoomed into.
    Zoom,
    /// The clock is dragged.
    Scrub,
    /// A lever of a scenario is dragged; a frame counts until its answer is drawn.
    Lever,
}

impl Gesture {
    /// All of them, with their word.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Pan, "pan"), (Self::Zoom, "zoom"), (Self::Scrub, "scrub"), (Self::Lever, "lever")];
}

/// A window without a screen.
pub struct Rig {
    ctx: egui::Context,
    app: App,
    size: [f32; 2],
    opened: Instant,
    /// Whether the last frame drew the answer to all that was asked.
    current: bool,
    due: Due,
}

/// When the window wants its next frame; never if none.
#[derive(Clone, Default)]
struct Due(Arc<Mutex<Option<Instant>>>);

impl Due {
    /// Takes down a wish for a frame after a time.
    fn wish(&self, after: Duration) {
        let Some(at) = Instant::now().checked_add(after) else { return };
        let mut due = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *due = Some(due.map_or(at, |due| due.min(at)));
    }

    /// Whether a frame is due; the wish is fulfilled then.
    fn take(&self) -> bool {
        let mut due = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        due.take_if(|at| *at <= Instant::now()).is_some()
    }
}

/// Longer than this nothing is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

impl Rig {
    /// Opens files, or the built-in data, in a window of that many points.
    ///
    /// # Errors
    /// If the basemap that comes with the app cannot be read.
    pub fn open(files: Vec<PathBuf>, size: [f32; 2]) -> anyhow::Result<Self> {
        let ctx = egui::Context::default();
        let due = Due::default();
        let wishes = due.clone();
        ctx.set_request_repaint_callback(move |wish| wishes.wish(wish.delay));
        due.wish(Duration::ZERO);
        let app = App::new(&ctx, files)?.leaving_maps_to(MapBy::Buffers);
        Ok(Self { ctx, app, size, opened: Instant::now(), current: false, due })
    }

    /// Waits until the window wants a frame, as a desktop would, and draws it.
    fn due_frame(&mut self, start: Instant) -> anyhow::Result<FrameCost> {
        while !self.due.take() {
            anyhow::ensure!(start.elapsed() < PATIENCE, "the window does not come to rest");
            std::thread::sleep(Duration::from_micros(200));
        }
        Ok(self.frame())
    }

    /// Draws one frame.
    pub fn frame(&mut self) -> FrameCost {
        let [width, height] = self.size;
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height))),
            time: Some(self.opened.elapsed().as_secs_f64()),
            ..egui::RawInput::default()
        };
        let mut cost = FrameCost::default();
        let start = Instant::now();
        let (ctx, app) = (self.ctx.clone(), &mut self.app);
        app.step(&ctx);
        self.current = app.is_answered();
        cost.logic_ms = start.elapsed().as_secs_f64() * 1e3;
        let start = Instant::now();
        let mut output = ctx.run_ui(input, |ui| app.draw(ui));
        if let Some(window) = output.viewport_output.get(&egui::ViewportId::ROOT) {
            self.due.wish(window.repaint_delay);
        }
        // No card takes the pictures.
        output.textures_delta.clear();
        cost.layout_ms = start.elapsed().as_secs_f64() * 1e3;
        let start = Instant::now();
        let shapes = ctx.tessellate(output.shapes, output.pixels_per_point);
        cost.triangles_ms = start.elapsed().as_secs_f64() * 1e3;
        cost.corners = shapes
            .iter()
            .map(|shape| match &shape.primitive {
                egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
                egui::epaint::Primitive::Callback(_) => 0,
            })
            .sum();
        cost
    }

    /// Draws frames until one shows sites on the map, be it before all tables are read.
    ///
    /// # Errors
    /// If that takes longer than two minutes.
    pub fn first_marks(&mut self) -> anyhow::Result<FrameCost> {
        let start = Instant::now();
        loop {
            let ready = self.app.has_map();
            let cost = self.due_frame(start)?;
            if ready {
                return Ok(cost);
            }
        }
    }

    /// Draws frames until data are there and a picture of them has been drawn.
    ///
    /// # Errors
    /// If that takes longer than two minutes.
    pub fn first_picture(&mut self) -> anyhow::Result<FrameCost> {
        self.answered()
    }

    /// Draws frames until one shows the answer to all that was asked.
    fn answered(&mut self) -> anyhow::Result<FrameCost> {
        let start = Instant::now();
        self.due.wish(Duration::ZERO);
        loop {
            let cost = self.due_frame(start)?;
            if self.current {
                return Ok(cost);
            }
        }
    }

    /// Does a gesture for so many frames; gives the cost of each. A frame of a lever lasts from its
    /// move until the answer is drawn, since that is what one waits for.
    ///
    /// # Errors
    /// If an answer takes longer than two minutes.
    pub fn gesture(&mut self, gesture: Gesture, frames: usize) -> anyhow::Result<Vec<FrameCost>> {
        let home = self.app.state().view;
        let month = self.app.state().month;
        if gesture == Gesture::Lever {
            self.app.open_text("late.toml", LATE)?;
            self.answered()?;
        }
        let mut out = Vec::with_capacity(frames);
        for at in 0..frames {
            let action = action(gesture, (home, month), at);
            self.app.ask(action);
            if gesture == Gesture::Lever {
                let start = Instant::now();
                let last = self.answered()?;
                let all = start.elapsed().as_secs_f64() * 1e3;
                let rest = last.layout_ms + last.triangles_ms;
                out.push(FrameCost { logic_ms: (all - rest).max(0.0), ..last });
            } else {
                out.push(self.frame());
            }
        }
        self.app.ask(Action::SetView(home));
        self.app.ask(Action::SetMonth(month));
        self.app.ask(Action::OpenScenario(String::new()));
        self.answered()?;
        Ok(out)
    }
}

/// What is asked for a frame of a gesture.
fn action(gesture: Gesture, (home, month): (View, Month), at: usize) -> Action {
    let step = at as f64 + 1.0;
    match gesture {
        Gesture::Pan => {
            let mut view = View { zoom: 2.0, ..home };
            view.center.lon = around(home.center.lon + step * 0.4);
            Action::SetView(view)
        }
        Gesture::Zoom => Action::SetView(View { zoom: 1.06_f64.powf(step), ..home }),
        Gesture::Scrub => Action::SetMonth(month.plus((at % 48) as i32 - 24)),
        Gesture::Lever => Action::SetLever(LEVER.0.to_owned(), LEVER.1, 1.0 + (at % 36) as f64),
    }
}

/// Points of the window that is timed.
const SIZE: [f32; 2] = [1680.0, 1050.0];
/// Frames of each gesture in a run; a quarter of them for levers, which are waited for.
const FRAMES: usize = 24;

/// Frames by gesture, in one list a run; of each logic, layout and triangles in milliseconds, and
/// the corners of the triangles.
type GestureFrames = Vec<(&'static str, Vec<Vec<[f64; 4]>>)>;

/// Opens files and does every gesture so many times, after once to warm up.
///
/// # Errors
/// If the window cannot be opened, or does not come to rest within two minutes.
pub fn frames(files: &[PathBuf], runs: u32) -> anyhow::Result<GestureFrames> {
    let mut rig = Rig::open(files.to_vec(), SIZE)?;
    rig.first_picture()?;
    let mut out = Vec::new();
    for (gesture, word) in Gesture::ALL {
        let count = if gesture == Gesture::Lever { FRAMES / 4 } else { FRAMES };
        rig.gesture(gesture, count)?;
        let mut run = || -> anyhow::Result<Vec<[f64; 4]>> {
            let costs = rig.gesture(gesture, count)?.into_iter();
            Ok(costs.map(|c| [c.logic_ms, c.layout_ms, c.triangles_ms, c.corners as f64]).collect())
        };
        out.push((word, (0..runs).map(|_| run()).collect::<anyhow::Result<_>>()?));
    }
    Ok(out)
}

/// Opens files until the first picture: milliseconds to the first marks, and the corners of the
/// triangles of the picture.
///
/// # Errors
/// If the window cannot be opened, or shows nothing within two minutes.
pub fn start(files: &[PathBuf]) -> anyhow::Result<[f64; 2]> {
    let start = Instant::now();
    let mut rig = Rig::open(files.to_vec(), SIZE)?;
    rig.first_marks()?;
    let first_marks_ms = start.elapsed().as_secs_f64() * 1e3;
    Ok([first_marks_ms, rig.first_picture()?.corners as f64])
}
