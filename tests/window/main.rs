//! The window without a screen: panels are driven through their accessible names, and two pictures
//! are drawn by a software renderer.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

#[expect(
    clippy::many_single_char_names,
    clippy::too_many_lines,
    clippy::iter_over_hash_type,
    reason = "corners of triangles, one loop over pixels, textures in any order"
)]
mod soft_renderer;

use eframe::egui::{Key, Modifiers, Role, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use soft_renderer::SoftRenderer;
use wattlas::app::App;
use wattlas::figure::{Overlay, SiteColumn, Theme};
use wattlas::geo::View;
use wattlas::model::{Month, Sector, SectorChoice};
use wattlas::scenario::GroupKey;
use wattlas::ui::{Action, Tab};

fn window(size: [f32; 2], files: Vec<std::path::PathBuf>) -> Harness<'static, App> {
    window_at(0.25, size, files)
}

/// A window whose frames are so many seconds apart.
fn window_at(frame: f32, size: [f32; 2], files: Vec<std::path::PathBuf>) -> Harness<'static, App> {
    let mut harness = Harness::builder()
        .with_step_dt(frame)
        .with_size(Vec2::from(size))
        .with_max_steps(60)
        .renderer(SoftRenderer::default())
        .build_eframe(move |cc| App::new(&cc.egui_ctx, files).unwrap());
    harness.run_steps(3);
    harness
}

/// Runs until all is loaded, answered and drawn.
fn settle(harness: &mut Harness<'static, App>) {
    for _ in 0..20_000 {
        harness.run_steps(1);
        if harness.state().is_settled() {
            harness.run_steps(2);
            return;
        }
        std::thread::yield_now();
    }
    panic!("the window does not settle");
}

#[test]
fn the_built_in_data_open_at_their_as_of_month() {
    let harness = window([1280.0, 720.0], Vec::new());
    assert_eq!(harness.state().state().month, Month::new(2026, 11));
    harness.get_by_label("Map of sites");
    harness.get_by_label("Chart over time");
    harness.get_by_label_contains("sites 265");
}

#[test]
fn keys_move_the_clock() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(harness.state().state().month, Month::new(2026, 12));
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(harness.state().state().month, Month::new(2025, 12));
    harness.key_press(Key::End);
    harness.run_steps(2);
    assert_eq!(harness.state().state().month, Month::new(2034, 12));
}

#[test]
fn the_list_of_keys_fits_the_smallest_window() {
    let size = [900.0, 560.0];
    let mut harness = window(size, Vec::new());
    harness.get_by_role_and_label(Role::Button, "Keys").click();
    harness.run_steps(4);
    for line in ["Keys and mouse", "A year later", "Open tables (CSV) or a scenario (TOML)"] {
        let at = harness.get_by_label(line).rect();
        let fits = at.min.x >= 0.0 && at.min.y >= 0.0 && at.max.x <= size[0] && at.max.y <= size[1];
        assert!(fits, "{line} at {at:?}");
    }
}

#[test]
fn tabs_and_theme_follow_their_buttons() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    harness.get_by_role_and_label(Role::Button, "Cost").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state().tab, Tab::Cost);
    harness.get_by_role_and_label(Role::Button, "Light").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state().theme, Theme::Light);
}

#[test]
fn a_choice_of_a_list_changes_what_is_asked() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    harness.get_by_role_and_label(Role::ComboBox, "Overlay").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Carbon intensity").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state().overlay, Overlay::Carbon);
    harness.get_by_role_and_label(Role::ComboBox, "Colour by").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Operator").click();
    harness.run_steps(3);
    assert_eq!(harness.state().state().group_by, GroupKey::Operator);
}

#[test]
fn a_filter_is_obeyed_while_it_is_typed_and_its_error_shown() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    harness.get_by_role_and_label(Role::TextInput, "Filter").focus();
    harness.run_steps(1);
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text("country:NO");
    harness.run_steps(3);
    assert_eq!(harness.state().state().filter, "country:NO");
    harness.get_by_label_contains(" of 265 sites");
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text(" stauts:x");
    harness.run_steps(3);
    harness.get_by_label_contains("is not a field");
}

#[test]
fn a_click_on_a_group_isolates_it() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    harness.get_by_label_contains("Google: ").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state().isolated.as_deref(), Some("Google"));
}

#[test]
fn the_problems_are_listed_on_request() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    // What the built-in data say of themselves does not greet.
    assert!(harness.query_by_label_contains("need a look").is_none());
    harness.get_by_label("notes on the data").click();
    harness.run_steps(3);
    harness.get_by_label("Problems in the data");
    assert!(harness.state().state().problems_open);
}

#[test]
fn files_are_loaded_beside_the_window() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/data");
    let files = ["sites.csv", "phases.csv"].map(|name| data.join(name)).to_vec();
    let mut harness = window([1280.0, 720.0], files);
    settle(&mut harness);
    harness.get_by_label_contains("sites 12 ·");
}

/// A smaller data set comes while the pointer rests on a site of the larger one.
#[test]
fn a_reload_under_the_pointer_is_survived() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    settle(&mut harness);
    let map = harness.get_by_label("Map of sites").rect();
    // Sweeps until a site is under the pointer: its name then stands in the inspector.
    for step in 0..400_u16 {
        let x = map.left() + map.width() * f32::from(step % 20) / 20.0;
        let y = map.top() + map.height() * f32::from(step / 20) / 20.0;
        harness.hover_at(eframe::egui::pos2(x, y));
        harness.run_steps(2);
        if harness.query_by_label("UNDER THE POINTER").is_some() {
            break;
        }
    }
    harness.get_by_label("UNDER THE POINTER");
    let sites =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/data/sites.csv");
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(sites)));
    harness.run_steps(2);
    settle(&mut harness);
    harness.get_by_label_contains("sites 12 ·");
}

/// A file dropped on the window.
#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl eframe::egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn nothing_moves_while_nobody_does_anything() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    settle(&mut harness);
    let delay = harness
        .output()
        .viewport_output
        .values()
        .map(|viewport| viewport.repaint_delay)
        .min()
        .unwrap();
    assert!(delay > std::time::Duration::from_hours(1), "{delay:?}");
}

/// Opens a scenario and waits for its answer.
fn open_scenario(harness: &mut Harness<'static, App>, key: &str) {
    harness.state_mut().ask(Action::OpenScenario(key.to_owned()));
    harness.run_steps(2);
    settle(harness);
}

#[test]
fn panels_keep_their_width_whatever_they_hold() {
    for size in [[1680.0, 1050.0], [1280.0, 720.0], [900.0, 560.0]] {
        let mut harness = window(size, Vec::new());
        settle(&mut harness);
        let map = harness.get_by_label("Map of sites").rect();
        for key in ["ppa-and-cover", "orbit-3gw", "grid-queues", "export-rules"] {
            open_scenario(&mut harness, key);
            for step in 0..12_u16 {
                let x = size[0] - 10.0 - 30.0 * f32::from(step);
                harness.hover_at(eframe::egui::pos2(x, 120.0 + 40.0 * f32::from(step)));
                harness.run_steps(2);
                assert_eq!(harness.get_by_label("Map of sites").rect(), map, "{size:?} {key}");
            }
        }
    }
}

#[test]
fn nothing_moves_under_the_mouse() {
    for size in [[1680.0, 1050.0], [1280.0, 720.0]] {
        let mut harness = window(size, Vec::new());
        settle(&mut harness);
        let places = |harness: &Harness<'static, App>| {
            let play = harness.get_by_role_and_label(Role::Button, "Play").rect();
            (play, harness.get_by_label("Map of sites").rect())
        };
        let before = places(&harness);
        let asked = [
            Action::Isolate("Google".to_owned()),
            Action::SetTab(Tab::Prices),
            Action::SetTab(Tab::Capacity),
            Action::SetSector(SectorChoice::One(Sector::Industrial)),
            Action::SetSector(SectorChoice::One(Sector::Wholesale)),
            Action::SetOverlay(Overlay::Carbon),
            Action::SetOverlay(Overlay::None),
        ];
        for action in asked {
            harness.state_mut().ask(action.clone());
            harness.run_steps(2);
            settle(&mut harness);
            assert_eq!(places(&harness), before, "{action:?}");
        }
    }
}

#[test]
fn a_scenario_is_in_reach_beside_a_selection_and_says_when_it_begins() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    settle(&mut harness);
    harness.state_mut().ask(Action::Select(vec!["xai-colossus-1".to_owned()]));
    open_scenario(&mut harness, "ppa-and-cover");
    // Its cards are what one sees first, and what is selected is one click away.
    harness.get_by_label_contains("Against the baseline");
    harness.get_by_role_and_label(Role::Button, "Selection").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("Against the baseline").is_none());
    harness.get_by_role_and_label(Role::Button, "Scenario").click();
    harness.run_steps(3);
    // It begins in 2027: the card says so, and takes one there.
    harness.get_by_label_contains("first effect Jan 2027").click();
    harness.run_steps(3);
    assert_eq!(harness.state().state().month, Month::new(2027, 1));
    harness.get_by_label_contains("past their date, unconfirmed");
}

#[test]
fn a_slider_keeps_the_spread_of_an_uncertain_input() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    open_scenario(&mut harness, "grid-queues");
    let field = |harness: &Harness<'static, App>| {
        let adjustment = harness.state().state().scenario.scenario.adjustments[0].clone();
        let at = adjustment.inputs.iter().position(Option::is_some).unwrap();
        (adjustment.id, adjustment.lever.fields()[at].name, adjustment.inputs[at].clone().unwrap())
    };
    let (id, name, before) = field(&harness);
    let law = before.spread().unwrap();
    let [low, high] = law.ends();
    harness.state_mut().ask(Action::SetLever(id, name, law.point() + 5.0));
    harness.run_steps(2);
    settle(&mut harness);
    let (_, _, after) = field(&harness);
    assert_eq!(after.spread().map(|law| law.ends()), Some([low + 5.0, high + 5.0]));
    let text = &harness.state().state().scenario.text;
    let data = &wattlas::io::load(
        &wattlas::io::builtin::inputs(),
        &wattlas::io::Unwatched,
        &wattlas::scenario::Alone,
    );
    let read = wattlas::io::read_scenario("x.toml".as_ref(), text, &data.as_ref().unwrap().data);
    assert_eq!(read.unwrap().scenario.adjustments[0].inputs.iter().flatten().next(), Some(&after));
}

#[test]
fn files_are_opened_by_their_path_and_the_camera_goes_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sites.csv");
    let text = "name,lat,lon,power_mw,online\nA,52,13,100,2024\nB,48,11,40,2025\n";
    std::fs::write(&path, text).unwrap();
    let mut harness = window([1280.0, 720.0], Vec::new());
    settle(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(3);
    let label = "Path of a table or a scenario; several one below the other";
    harness.get_by_role_and_label(Role::MultilineTextInput, label).focus();
    harness.run_steps(1);
    let field = harness.get_by_role_and_label(Role::MultilineTextInput, label);
    field.type_text(path.to_str().unwrap());
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Open").click();
    harness.run_steps(2);
    settle(&mut harness);
    harness.get_by_label_contains("sites 2 ·");
    assert!(!harness.state().state().open_dialog);
    let view = harness.state().state().view;
    assert!(view.zoom > 5.0 && (view.center.lat - 50.0).abs() < 0.1, "{view:?}");
    harness.get_by_role_and_label(Role::Button, "The whole world").click();
    harness.run_steps(3);
    assert!((harness.state().state().view.zoom - 1.0).abs() < 1e-9);
    // Prices alone move no site, and no camera.
    let prices = folder.path().join("prices.csv");
    std::fs::write(&prices, "zone,sector,from,price\nDEU,industrial,2025-01,90\n").unwrap();
    harness.state_mut().ask(Action::OpenBuiltIn);
    harness.run_steps(2);
    settle(&mut harness);
    let near = View { zoom: 3.0, ..harness.state().state().view };
    harness.state_mut().ask(Action::SetView(near));
    harness.state_mut().ask(Action::Open(vec![prices]));
    harness.run_steps(2);
    settle(&mut harness);
    assert_eq!(harness.state().state().view, near);
}

#[test]
fn an_edited_scenario_survives_other_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parameters.csv");
    std::fs::write(&path, "key,label,central,unit\nother,Other,1,x\n").unwrap();
    let mut harness = window([1280.0, 720.0], Vec::new());
    open_scenario(&mut harness, "ppa-and-cover");
    let id = harness.state().state().scenario.scenario.adjustments[0].id.clone();
    harness.state_mut().ask(Action::EnableAdjustment(id, false));
    harness.run_steps(2);
    let edited = harness.state().state().scenario.text.clone();
    assert!(edited.contains("enabled = false"));
    // These data lack the parameters that it names.
    harness.state_mut().ask(Action::Open(vec![path]));
    harness.run_steps(2);
    settle(&mut harness);
    assert_ne!(harness.state().state().scenario.text, edited);
    harness.get_by_label_contains("is kept until others come");
    harness.state_mut().ask(Action::OpenBuiltIn);
    harness.run_steps(2);
    settle(&mut harness);
    assert_eq!(harness.state().state().scenario.text, edited);
}

#[test]
fn the_tip_of_the_chart_covers_neither_clock_nor_tabs() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    settle(&mut harness);
    let chart = harness.get_by_label("Chart over time").rect();
    for x in [0.3, 0.5, 0.62] {
        harness.hover_at(chart.lerp_inside(eframe::egui::vec2(x, 0.5)));
        harness.run_steps(4);
        // Of the texts with a point in them those over the chart are the tip’s; others stand in the bars.
        let texts = harness.get_all_by_label_contains(" · ").map(|node| node.rect());
        let inside =
            |text: &eframe::egui::Rect| text.left() > chart.left() && text.bottom() < 690.0;
        let tip: Vec<_> = texts.filter(inside).filter(|text| text.left() < 1020.0).collect();
        assert!(!tip.is_empty());
        for text in tip {
            assert!(text.top() >= chart.top(), "{text:?} over {chart:?}");
            assert!(text.right() <= chart.right() - 100.0, "it covers the labels at the right");
        }
    }
}

#[test]
fn the_window_looks_as_it_did() {
    let options = egui_kittest::SnapshotOptions::new()
        .threshold(0.6)
        .max_failed_pixels(200)
        .output_path("tests/snapshots");
    let mut harness = window([1280.0, 720.0], Vec::new());
    harness.remove_cursor();
    settle(&mut harness);
    // What took how long is another number each time, in a place that is always the same.
    let status = harness.get_by_label("What took how long").rect();
    harness.mask(status.expand(2.0));
    harness.snapshot_options("window_dark", &options);
    harness.get_by_role_and_label(Role::Button, "Light").click();
    harness.run_steps(3);
    harness.remove_cursor();
    settle(&mut harness);
    let status = harness.get_by_label("What took how long").rect();
    harness.mask(status.expand(2.0));
    harness.snapshot_options("window_light", &options);
}

/// Window, PNG and SVG of one spec show the same picture: the window's shapes against the file's
/// pixels. Edges are smoothed in two ways and letters cut to pixels in two ways, so a few differ.
#[test]
fn window_and_file_show_the_same_picture() {
    use eframe::egui::pos2;
    use wattlas::figure::{self, FigureKind, FigureSpec, Question, Scene, World};
    use wattlas::ui::paint::Shapes;
    use wattlas::{io, scenario};

    let loaded =
        io::load(&io::builtin::inputs(), &io::Unwatched, &wattlas::scenario::Alone).unwrap();
    let data = &loaded.data;
    let engine = scenario::Engine::new(data, &data.grid());
    let outcome = engine.baseline().clone();
    let prepared = figure::prepare(
        &scenario::Alone,
        data,
        &outcome,
        Some(&figure::extremes(&scenario::Alone, data, &engine, &scenario::Scenario::default())),
        None,
        &Question::default(),
        None,
    )
    .unwrap();
    let world = World::new(io::builtin::BASEMAP).unwrap();
    let month = Month::new(2027, 6);
    let places = std::sync::Arc::new(figure::Places::new(&scenario::Alone, data));
    let powers = figure::Standing::new(
        std::sync::Arc::new(scenario::Alone),
        (data, &places),
        &outcome,
        &prepared,
        month,
    );
    let scene = Scene {
        data,
        outcome: &outcome,
        prepared: &prepared,
        powers: &powers,
        world: &world,
        study: None,
    };
    for (kind, theme) in [(FigureKind::Overview, Theme::Dark), (FigureKind::Map, Theme::Light)] {
        let mut spec = FigureSpec::new(kind, month);
        (spec.size, spec.theme) = ([1200.0, 700.0], theme);
        let figure = figure::build(&spec, &scene);
        let file = wattlas::export::picture::pixels(&figure).unwrap();
        let shapes = Shapes::new(&figure, 1.0, pos2(0.0, 0.0), None);
        let ground = wattlas::ui::paint::color32(figure.ground);
        let mut harness = Harness::builder()
            .with_size([1200.0, 700.0])
            .with_context_setup(wattlas::ui::theme::install)
            .renderer(SoftRenderer::default())
            .build_ui(move |ui| {
                let painter = ui.layer_painter(eframe::egui::LayerId::background());
                painter.rect_filled(ui.content_rect(), 0.0, ground);
                shapes.paint(&painter);
            });
        harness.run_steps(2);
        let window = harness.render().unwrap();
        let differ = window.pixels().zip(file.pixels()).filter(|(a, b)| {
            let b = [b.red(), b.green(), b.blue()];
            a.0.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 72)
        });
        let share = differ.count() as f64 / (1200.0 * 700.0);
        assert!(share < 0.02, "{kind:?}: {:.2} % of the pixels differ", share * 100.0);
    }
}

#[test]
fn a_scenario_is_chosen_and_its_adjustments_are_switched() {
    let mut harness = window([1440.0, 1000.0], Vec::new());
    harness.get_by_role_and_label(Role::ComboBox, "Scenario").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Grid queues: a year more").click();
    harness.run_steps(3);
    assert_eq!(harness.state().state().scenario.key, "grid-queues");
    harness.get_by_label_contains("Against the baseline");
    harness.get_by_role_and_label(Role::CheckBox, "grid-queue").click();
    harness.run_steps(3);
    let scenario = &harness.state().state().scenario;
    assert!(!scenario.scenario.adjustments[0].enabled);
    assert!(scenario.text.contains("enabled = false"));
    harness.get_by_role_and_label(Role::Button, "Reset").click();
    harness.run_steps(3);
    assert!(harness.state().state().scenario.scenario.adjustments[0].enabled);
}

#[test]
fn every_study_comes_beside_the_window_and_is_drawn() {
    let mut harness = window([1280.0, 800.0], Vec::new());
    harness.get_by_role_and_label(Role::ComboBox, "Scenario").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "A lab takes a whole site").click();
    harness.run_steps(3);
    for (title, tab) in [
        ("Spread", Tab::Fan),
        ("Compare", Tab::Compare),
        ("Ledger", Tab::Ledger),
        ("Supply", Tab::Supply),
    ] {
        harness.get_by_role_and_label(Role::Button, title).click();
        harness.run_steps(2);
        assert_eq!(harness.state().state().tab, tab);
        settle(&mut harness);
        assert!(harness.query_by_label_contains("fault of the app").is_none(), "{title}");
        assert!(harness.state().has_study(), "{title}");
    }
    harness.get_by_label_contains("A lab takes a whole site");
}

#[test]
fn the_table_of_sites_is_ordered_scrolled_and_selects() {
    let mut harness = window([1280.0, 720.0], Vec::new());
    harness.get_by_role_and_label(Role::Button, "Sites").click();
    settle(&mut harness);
    assert_eq!(harness.state().state().tab, Tab::Sites);
    // The largest site of the built-in data comes first.
    harness.get_by_role_and_label(Role::Row, "Project Matador (Fermi America)").click();
    harness.run_steps(2);
    let selected = harness.state().state().selection.clone();
    assert_eq!(selected.len(), 1);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(3);
    assert_ne!(harness.state().state().selection, selected);
    harness.get_by_role_and_label(Role::ColumnHeader, "Site").click();
    settle(&mut harness);
    let order = harness.state().state().sites_order;
    assert_eq!((order.by, order.turned), (SiteColumn::Name, false));
    harness.get_by_role_and_label(Role::ColumnHeader, "Site").click();
    settle(&mut harness);
    assert!(harness.state().state().sites_order.turned);
}

/// The inspector names the users that tenancies give, not the cell of the phase, and tells what an
/// accelerator-hour costs.
#[test]
fn the_inspector_names_the_users_of_the_month_and_the_cost_of_an_hour() {
    let mut harness = window([1280.0, 1400.0], Vec::new());
    harness.get_by_role_and_label(Role::Button, "Sites").click();
    settle(&mut harness);
    harness.get_by_role_and_label(Role::TextInput, "Filter").focus();
    harness.run_steps(1);
    harness.get_by_role_and_label(Role::TextInput, "Filter").type_text("site:xai-colossus-1");
    settle(&mut harness);
    harness.get_by_role_and_label(Role::Row, "Colossus 1").click();
    harness.run_steps(3);
    assert_eq!(harness.state().state().selection, ["xai-colossus-1"]);
    harness.get_by_label("USD per chip-hour");
    let inputs = wattlas::io::builtin::inputs();
    let loaded = wattlas::io::load(&inputs, &wattlas::io::Unwatched, &wattlas::scenario::Alone);
    let data = loaded.unwrap().data;
    let outcome = wattlas::scenario::Engine::new(&data, &data.grid()).baseline().clone();
    let asked = (harness.state().state().month, harness.state().state().sector);
    let site = data.site_position("xai-colossus-1").unwrap();
    let bill = wattlas::scenario::bill::site_bill(&data, &outcome, site, asked, None).unwrap();
    let usd = bill.usd_per_accelerator_hour.unwrap();
    harness.get_by_label(&format!("{usd:.2}"));
    // Each of the three phases; their cells say another.
    assert_eq!(harness.query_all_by_label("Tenant cell").count(), 3);
    assert!(harness.query_all_by_label("Anthropic").count() >= 3);
}

/// Where files hold hours, the prices go to them and back; a drag moves them, the wheel zooms, a
/// double click shows all.
#[test]
fn hours_are_dragged_and_zoomed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spot.csv");
    let mut text = "zone,hour,price_usd_per_mwh\n".to_owned();
    for at in 0..24 * 28 {
        text.push_str(&format!(
            "US-TX,2026-02-{:02}T{:02}:00Z,{}\n",
            at / 24 + 1,
            at % 24,
            at % 50
        ));
    }
    std::fs::write(&file, text).unwrap();
    // Short frames, or no two clicks were a double click.
    let mut harness = window_at(0.02, [1280.0, 720.0], vec![file]);
    settle(&mut harness);
    harness.get_by_label("Prices").click();
    harness.run_steps(2);
    harness.get_by_label("Hours").click();
    harness.run_steps(3);
    let hours = |harness: &Harness<'static, App>| harness.state().state().hours.unwrap();
    let length = |[from, to]: [f64; 2]| to - from;
    let all = hours(&harness);
    assert!((length(all) - 672.0).abs() < 1e-6, "{all:?}");

    let chart = harness.get_by_label("Chart over time").rect();
    let middle = chart.center();
    harness.hover_at(middle);
    harness.run_steps(1);
    harness.event(eframe::egui::Event::MouseWheel {
        unit: eframe::egui::MouseWheelUnit::Point,
        delta: Vec2::new(0.0, 240.0),
        phase: eframe::egui::TouchPhase::Move,
        source: eframe::egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(60);
    let near = hours(&harness);
    assert!((length(near) / length(all) - 0.5).abs() < 0.03, "{near:?} of {all:?}");

    harness.drag_at(middle);
    harness.run_steps(1);
    harness.hover_at(middle + Vec2::new(80.0, 0.0));
    harness.run_steps(1);
    harness.drop_at(middle + Vec2::new(80.0, 0.0));
    harness.run_steps(2);
    let moved = hours(&harness);
    assert!(moved[0] < near[0] && (length(moved) - length(near)).abs() < 1e-6, "{moved:?}");

    for _ in 0..2 {
        harness.drag_at(middle);
        harness.drop_at(middle);
    }
    harness.run_steps(3);
    assert!((length(hours(&harness)) - length(all)).abs() < 1e-6, "{:?}", hours(&harness));

    harness.get_by_label("Hours").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state().hours, None);
}
