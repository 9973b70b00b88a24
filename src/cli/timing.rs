//! Times of the stages of a command, and the peak of its memory.

use std::time::Instant;

/// Milliseconds by stage.
#[derive(Debug)]
pub(super) struct Timings {
    last: Instant,
    load: f64,
    run: f64,
    build: f64,
    write: f64,
}

/// A stage of a command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    Load,
    Run,
    Build,
    Write,
}

impl Timings {
    pub(super) fn start() -> Self {
        Self { last: Instant::now(), load: 0.0, run: 0.0, build: 0.0, write: 0.0 }
    }

    /// Ends a stage that began where the one before ended.
    pub(super) fn done(&mut self, stage: Stage) {
        let now = Instant::now();
        let ms = now.duration_since(self.last).as_secs_f64() * 1e3;
        self.last = now;
        *match stage {
            Stage::Load => &mut self.load,
            Stage::Run => &mut self.run,
            Stage::Build => &mut self.build,
            Stage::Write => &mut self.write,
        } += ms;
    }

    /// One line of JSON.
    pub(super) fn json(&self) -> String {
        let round = |ms: f64| (ms * 1000.0).round() / 1000.0;
        serde_json::json!({
            "load_ms": round(self.load), "run_ms": round(self.run), "build_ms": round(self.build),
            "write_ms": round(self.write), "peak_mb": peak_mb(),
        })
        .to_string()
    }
}

/// Peak resident memory in MB, where the system tells it.
pub(super) fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kb: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some((kb / 1024.0 * 10.0).round() / 10.0)
}
