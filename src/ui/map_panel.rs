//! The map: pan, zoom, point, select.

use eframe::egui::{self, Rect, Response, Sense, Ui, vec2};

use super::action::{Action, Painted, PanelContext};
use super::command::Command;
use super::drawing::{Drawings, spec};
use super::theme;
use crate::figure::{
    self, Cluster, Figure, FigureKind, Overlay, Region, SiteMark, prepare::zone_value,
};
use crate::geo::basemap::{LevelOfDetail, zone_at};
use crate::geo::{Projector, View};
use crate::scenario::phase::undated_power;
use crate::units::{UsdPerMwh, grouped, price};

/// The map.
#[derive(Default)]
pub struct MapPanel {
    hovered: Option<(SiteMark, Option<Cluster>)>,
}

/// How far a click on a sum of sites zooms in.
const PARTS: f64 = 2.5;

/// Pixels that one key press pans.
const KEY_PAN_PX: f32 = 60.0;

impl MapPanel {
    /// The site under the pointer in the last frame.
    pub fn hovered(&self) -> Option<usize> {
        self.hovered.filter(|(_, sum)| sum.is_none()).map(|(mark, _)| mark.site)
    }

    /// Draws the map and gathers what was asked of it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        cx: &PanelContext<'_>,
        drawings: &mut Drawings,
    ) -> Vec<Action> {
        let size = ui.available_size().max(vec2(240.0, 200.0));
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, "Map of sites"));
        let wanted = spec(cx, FigureKind::Map, [rect.width().floor(), rect.height().floor()]);
        let painted = drawings.get(cx, wanted, ui, rect.min);
        painted.paint(&ui.painter_at(rect), rect);
        let mut actions = Vec::new();
        self.point(ui, cx, &painted, rect, &response, &mut actions);
        if let Some(projector) = main_projector(&painted.figure) {
            let inset = pointer_inset(&painted.figure, rect, &response);
            navigate(ui, cx, (projector, inset), rect, &response, &mut actions);
        }
        home_button(ui, cx, rect, &mut actions);
        actions
    }

    fn point(
        &mut self,
        ui: &Ui,
        cx: &PanelContext<'_>,
        painted: &Painted,
        rect: Rect,
        response: &Response,
        actions: &mut Vec<Action>,
    ) {
        let pointer = response.hover_pos().map(|p| on_figure(rect, p));
        self.hovered = pointer.and_then(|at| figure::mark_at(&painted.figure.regions, at));
        let sum = self.hovered.and_then(|(_, sum)| sum);
        if response.clicked() {
            if let (Some(_), Some((mark, _))) = (sum, self.hovered) {
                // What stands for many is parted.
                let projector = projector_at(&painted.figure, mark.center);
                actions.extend(projector.map(|p| Action::SetView(p.zoomed(PARTS, mark.center))));
            } else {
                let ids =
                    self.hovered().map(|site| cx.data.text(cx.data.sites.id[site]).to_owned());
                actions.push(Action::Select(ids.into_iter().collect()));
            }
        }
        let (Some(at), false) = (pointer, response.dragged()) else { return };
        if self.hovered.is_some() {
            ui.set_cursor_icon(egui::CursorIcon::PointingHand);
        }
        if let Some(sum) = sum {
            response.clone().on_hover_ui_at_pointer(|ui| sum_tip(ui, cx, &sum));
        } else if let Some(site) = self.hovered() {
            response.clone().on_hover_ui_at_pointer(|ui| site_tip(ui, cx, site));
        } else if let Some(text) = zone_tip(cx, &painted.figure, at) {
            response.clone().on_hover_text_at_pointer(text);
        }
    }
}

/// The main map of a figure, not its inset.
fn main_projector(figure: &Figure) -> Option<&Projector> {
    figure.regions.iter().find_map(|region| match region {
        Region::Map { projector, .. } => Some(projector),
        _ => None,
    })
}

/// The inset under the pointer, if it is over one.
fn pointer_inset<'f>(figure: &'f Figure, rect: Rect, response: &Response) -> Option<&'f Projector> {
    let at = response.hover_pos().map(|p| on_figure(rect, p))?;
    let (at, main) = (projector_at(figure, at)?, main_projector(figure)?);
    (!std::ptr::eq(at, main)).then_some(at)
}

/// The way back to the whole world, on the map.
fn home_button(ui: &mut Ui, cx: &PanelContext<'_>, rect: Rect, actions: &mut Vec<Action>) {
    // Where the whole world is in view it would cover labels for nothing.
    if cx.state.view == View::world(cx.state.view.projection) {
        return;
    }
    let size = vec2(56.0, 22.0);
    // Under the lane of what is in orbit.
    let place = Rect::from_min_size(rect.right_top() + vec2(-size.x - 8.0, 48.0), size);
    let mut over = ui.new_child(egui::UiBuilder::new().max_rect(place));
    let button = egui::Button::new("World").min_size(size);
    let home = over.add(button).accessible_name("The whole world");
    if home.on_hover_text(Command::World.tip(ui)).clicked() {
        actions.push(Action::SetView(View::world(cx.state.view.projection)));
    }
}

fn navigate(
    ui: &Ui,
    cx: &PanelContext<'_>,
    (projector, inset): (&Projector, Option<&Projector>),
    rect: Rect,
    response: &Response,
    actions: &mut Vec<Action>,
) {
    let mut view = cx.state.view;
    if response.dragged() {
        let delta = response.drag_delta();
        view = projector.panned([delta.x, delta.y]);
    }
    if response.double_clicked() {
        view = View::world(view.projection);
    }
    if response.hovered() {
        let (pinch, scroll) = ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta.y));
        let factor = f64::from(pinch) * f64::from(scroll / 240.0).exp();
        if let Some(at) = response.hover_pos().filter(|_| (factor - 1.0).abs() > 1e-4) {
            // Over the inset the map goes where the inset is, and not to the sea that lies behind it.
            view = match inset {
                None => projector.zoomed(factor, on_figure(rect, at)),
                Some(inset) if factor > 1.0 => inset.zoomed(factor, on_figure(rect, at)),
                Some(_) => view,
            };
        }
    }
    if let Some(moved) = cx.commands.iter().find_map(|&c| at_command(projector, c)) {
        view = moved;
    }
    if view != cx.state.view {
        actions.push(Action::SetView(view));
    }
}

/// The view that a command asks for.
fn at_command(projector: &Projector, command: Command) -> Option<View> {
    let center = projector.rect.center();
    Some(match command {
        Command::ZoomIn => projector.zoomed(1.4, center),
        Command::ZoomOut => projector.zoomed(1.0 / 1.4, center),
        Command::World => View::world(projector.view.projection),
        Command::PanWest => projector.panned([KEY_PAN_PX, 0.0]),
        Command::PanEast => projector.panned([-KEY_PAN_PX, 0.0]),
        Command::PanNorth => projector.panned([0.0, KEY_PAN_PX]),
        Command::PanSouth => projector.panned([0.0, -KEY_PAN_PX]),
        _ => return None,
    })
}

/// What a sum of sites sums to.
fn sum_tip(ui: &mut Ui, cx: &PanelContext<'_>, sum: &Cluster) {
    let colors = cx.state.theme.colors();
    let quantity = figure::prepare::symbol_quantity(cx.prepared.question.measure);
    let amount = |value: f64| figure::amount::amount(quantity, value);
    ui.set_max_width(320.0);
    ui.label(theme::strong(colors, format!("{} sites", grouped(f64::from(sum.sites), 0))));
    let power = &sum.power;
    ui.label(format!(
        "{} in service in {}, {} built out",
        amount(power.online()),
        cx.state.month.title(),
        amount(power.build_out)
    ));
    if power.unknown > 0 {
        let (unknown, phases) = (f64::from(power.unknown), f64::from(power.phases));
        let (unknown, phases) = (grouped(unknown, 0), grouped(phases, 0));
        ui.label(theme::weak(colors, format!("{unknown} of {phases} phases without a value")));
    }
    let names = &cx.data.sites.name;
    let largest = cx.data.text(names[sum.largest as usize]);
    ui.label(theme::weak(colors, format!("the largest: {largest}")));
    ui.label(theme::weak(colors, "click to zoom in"));
}

fn site_tip(ui: &mut Ui, cx: &PanelContext<'_>, site: usize) {
    let colors = cx.state.theme.colors();
    let (sites, power) = (&cx.data.sites, &cx.powers[site]);
    ui.set_max_width(320.0);
    ui.label(theme::strong(
        colors,
        &*crate::figure::text::writable(cx.data.text(sites.name[site])),
    ));
    ui.label(theme::weak(colors, cx.data.text(sites.operator[site])));
    let quantity = figure::prepare::symbol_quantity(cx.prepared.question.measure);
    let amount = |value: f64| figure::amount::amount(quantity, value);
    if power.build_out > 0.0 || power.online() > 0.0 {
        let month = cx.state.month.title();
        let online = if power.online_known { amount(power.online()) } else { "unknown".to_owned() };
        ui.label(format!("{online} in service in {month}, {} built out", amount(power.build_out)));
    }
    let day = cx.state.month.last_day();
    let undated = undated_power(cx.data, cx.outcome, site, day).power_text();
    if let Some(text) = undated {
        ui.label(theme::weak(colors, format!("of it undated: {text}")));
    }
    if let Some(lens) = &cx.prepared.lens {
        ui.label(theme::weak(colors, format!("share of {} alone", lens.buyer())));
    }
    if power.unknown > 0 {
        ui.label(theme::weak(
            colors,
            format!("{} of {} phases without a value", power.unknown, power.phases),
        ));
    }
}

/// The map, or its inset, that lies at a position.
fn projector_at(figure: &Figure, at: [f32; 2]) -> Option<&Projector> {
    figure.regions.iter().rev().find_map(|region| match region {
        Region::Map { projector, .. } if projector.rect.contains(at) => Some(projector),
        _ => None,
    })
}

fn zone_tip(cx: &PanelContext<'_>, figure: &Figure, at: [f32; 2]) -> Option<String> {
    if cx.state.overlay == Overlay::None {
        return None;
    }
    let projector = projector_at(figure, at)?;
    let place = projector.unproject(at)?;
    let level = cx.world.level(LevelOfDetail::Coarse);
    let shape = zone_at(level, place.lon, place.lat)?;
    let ids = [Some(shape.id.as_str()), shape.parent.as_deref()];
    let zone = ids
        .into_iter()
        .flatten()
        .filter_map(|id| cx.data.names.find(id))
        .find(|&zone| cx.data.zone(zone).is_some());
    let value = zone
        .and_then(|z| zone_value(cx.data, cx.state.overlay, cx.state.sector, cx.state.month, z));
    let text = match (value, cx.state.overlay) {
        (None, _) => "no data".to_owned(),
        (Some(value), Overlay::Carbon) => format!("{} g CO₂e/kWh", grouped(value, 0)),
        (Some(value), _) => format!("{}, {}", price(UsdPerMwh(value)), cx.state.sector.title()),
    };
    Some(format!("{}: {text}", shape.name))
}

/// The position of a pointer on a figure.
pub(super) fn on_figure(rect: Rect, at: egui::Pos2) -> [f32; 2] {
    [at.x - rect.min.x, at.y - rect.min.y]
}
