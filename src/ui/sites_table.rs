//! The sites in a table: what is seen of it is laid out, however many there are.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{self, Align2, Color32, Rect, Sense, TextFormat, Ui, pos2, vec2};

use super::action::{Action, PanelContext};
use super::command::Command;
use super::paint::{color32, font};
use crate::figure::prepare::symbol_quantity;
use crate::figure::roster::{row_of, site_number};
use crate::figure::{Colors, SiteColumn, amount};
use crate::units::{counted, grouped};

/// The table of sites.
#[derive(Default)]
pub struct SitesTable {
    /// The row at the top, with the part of it that is scrolled past.
    top: f64,
    /// The site that was selected when the table was last drawn.
    followed: Option<usize>,
}

const ROW: f32 = 21.0;
const HEAD: f32 = 24.0;
const SIZE: f32 = 12.0;
const GAP: f32 = 10.0;
const BAR: f32 = 9.0;
/// From the end of a title to the middle of its triangle.
const ARROW: f32 = 8.0;

/// Width of a column as a share of those of all.
fn share(column: SiteColumn) -> f32 {
    match column {
        SiteColumn::Name => 2.2,
        SiteColumn::Operator | SiteColumn::Users => 1.5,
        SiteColumn::Country => 1.05,
        SiteColumn::Status => 1.15,
        SiteColumn::Online | SiteColumn::Price => 1.1,
        SiteColumn::BuildOut => 1.2,
    }
}

/// What stands over a column, and its tip.
fn title(cx: &PanelContext<'_>, column: SiteColumn) -> (String, String) {
    let month = cx.state.month.title();
    let (text, tip) = match column {
        SiteColumn::Name => ("Site".to_owned(), String::new()),
        SiteColumn::Operator => ("Operator".to_owned(), "who runs it".to_owned()),
        SiteColumn::Users => ("Used by".to_owned(), "who uses its compute".to_owned()),
        SiteColumn::Country => ("Country".to_owned(), "ISO 3166-1 alpha-3".to_owned()),
        SiteColumn::Status => ("Status".to_owned(), "of its most advanced phase".to_owned()),
        SiteColumn::Online => (month.clone(), format!("in service in {month}")),
        SiteColumn::BuildOut => {
            let tip = "once all dates are past; with ○ some of it has no date";
            ("Build-out".to_owned(), tip.to_owned())
        }
        SiteColumn::Price => {
            let sector = cx.state.sector.title();
            let tip = format!(
                "observed {sector} price in {month}; in brackets for how many months it is held"
            );
            ("USD/MWh".to_owned(), tip)
        }
    };
    let ask = "click to order by it, again to turn the order";
    (text, if tip.is_empty() { ask.to_owned() } else { format!("{tip}; {ask}") })
}

/// What a cell says; none where nothing is known.
fn cell(cx: &PanelContext<'_>, column: SiteColumn, site: usize) -> Option<String> {
    let sites = &cx.data.sites;
    let text = |name| Some(cx.data.text(name)).filter(|text| !text.is_empty()).map(str::to_owned);
    let number = || site_number(cx.data, (cx.powers, cx.state.sector), column, site);
    match column {
        SiteColumn::Name => {
            text(sites.name[site]).map(|name| crate::figure::text::writable(&name).into_owned())
        }
        SiteColumn::Operator => text(sites.operator[site]),
        SiteColumn::Users => text(sites.users[site]),
        SiteColumn::Country => text(sites.country[site]),
        SiteColumn::Status => {
            Some(cx.data.status_of_site(site)).filter(|word| !word.is_empty()).map(str::to_owned)
        }
        SiteColumn::Online => {
            let quantity = symbol_quantity(cx.prepared.question.measure);
            number().map(|value| amount::amount(quantity, value))
        }
        SiteColumn::BuildOut => {
            let quantity = symbol_quantity(cx.prepared.question.measure);
            let text = number().map(|value| amount::amount(quantity, value));
            let day = cx.state.month.last_day();
            let some = !cx.outcome.phases.undated.is_empty();
            let mut phases = cx.data.phases_of(site);
            let undated = some && phases.any(|p| cx.outcome.phases.is_undated_on(p, day));
            if undated { Some(format!("○ {}", text.unwrap_or("–".to_owned()))) } else { text }
        }
        SiteColumn::Price => {
            let chain = cx.data.price_chain(site);
            let found = cx.data.price_book().along(&chain, cx.state.sector, cx.state.month);
            found.map(|price| match price.age_months {
                0 => grouped(price.usd_per_mwh, 0),
                age => format!("{} ({age})", grouped(price.usd_per_mwh, 0)),
            })
        }
    }
}

/// Where the columns stand: left and right of each.
fn columns(rect: Rect) -> Vec<(SiteColumn, f32, f32)> {
    let all: f32 = SiteColumn::ALL.into_iter().map(share).sum();
    let width = rect.width() - BAR - GAP;
    let mut left = rect.left() + GAP / 2.0;
    let place = |column| {
        let from = left;
        left += width * share(column) / all;
        (column, from, left - GAP)
    };
    SiteColumn::ALL.into_iter().map(place).collect()
}

/// Writes a text into a cell, cut off with a mark where it is too long; gives where it stands.
fn write(
    ui: &Ui,
    row: Rect,
    (left, right): (f32, f32),
    text: &str,
    to: Align2,
    color: Color32,
) -> Rect {
    let format = TextFormat::simple(font(SIZE, false), color);
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap = TextWrapping::truncate_at_width((right - left).max(1.0));
    let galley = ui.painter().layout_job(job);
    let x = if to == Align2::RIGHT_CENTER { right - galley.size().x } else { left };
    let at = Rect::from_min_size(pos2(x, row.center().y - galley.size().y / 2.0), galley.size());
    ui.painter().galley(at.min, galley, color);
    at
}

/// A small triangle beside a title: which way its column is ordered.
fn arrow(ui: &Ui, title: Rect, before: bool, falling: bool, color: Color32) {
    let x = if before { title.left() - ARROW } else { title.right() + ARROW };
    let (middle, down) = (pos2(x, title.center().y), if falling { 1.0 } else { -1.0 });
    let corners = [vec2(-3.5, -2.0 * down), vec2(3.5, -2.0 * down), vec2(0.0, 3.0 * down)];
    let corners = corners.map(|corner| middle + corner).to_vec();
    ui.painter().add(egui::Shape::convex_polygon(corners, color, egui::Stroke::NONE));
}

fn side(column: SiteColumn) -> Align2 {
    if column.is_number() { Align2::RIGHT_CENTER } else { Align2::LEFT_CENTER }
}

impl SitesTable {
    /// Draws the table into what room there is, and gathers what was asked of it.
    pub fn ui(&mut self, ui: &mut Ui, cx: &PanelContext<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let size = ui.available_size().max(vec2(240.0, HEAD + ROW * 3.0));
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Table, true, "Sites in a table"));
        let colors = cx.state.theme.colors();
        let places = columns(rect);
        head(ui, cx, rect, &places, &mut actions);
        let foot = Rect::from_min_max(pos2(rect.left(), rect.bottom() - HEAD), rect.max);
        let body = Rect::from_min_max(pos2(rect.left(), rect.top() + HEAD), foot.right_top());
        let Some((rows, ordering)) = cx.roster else { return actions };
        let fit = ((body.height() / ROW).floor() as usize).max(1);
        self.follow(cx, rows, fit);
        self.keys(cx, rows, &mut actions);
        self.scroll(ui, body, rows.len(), fit);
        self.body(ui, cx, (rows, &places), body, &mut actions);
        self.bar(ui, colors, body, rows.len(), fit);
        totals(ui, cx, foot, &places, ordering);
        if rows.is_empty() {
            let text = if cx.data.sites.is_empty() { "no sites" } else { "no site matches" };
            let color = color32(colors.weak);
            let middle = Align2::CENTER_CENTER;
            ui.painter().text(body.center(), middle, text, font(13.0, false), color);
        }
        actions
    }

    /// Keeps a site in view that was selected elsewhere.
    fn follow(&mut self, cx: &PanelContext<'_>, rows: &[u32], fit: usize) {
        let selected = cx.state.selection.iter().find_map(|id| cx.data.site_position(id));
        if selected == self.followed {
            return;
        }
        self.followed = selected;
        if let Some(row) = selected.and_then(|site| row_of(rows, site)) {
            let first = self.top.ceil() as usize;
            let moved = scrolled_to(row, first, fit);
            self.top = if moved == first { self.top } else { moved as f64 };
        }
    }

    /// Up and down select the site before and after.
    fn keys(&self, cx: &PanelContext<'_>, rows: &[u32], actions: &mut Vec<Action>) {
        let pressed = |command: Command| i64::from(cx.commands.contains(&command));
        let step = pressed(Command::SiteAfter) - pressed(Command::SiteBefore);
        if step == 0 || rows.is_empty() {
            return;
        }
        let at = self.followed.and_then(|site| row_of(rows, site));
        let last = rows.len() as i64 - 1;
        let next = at.map_or(self.top as i64, |at| at as i64 + step).clamp(0, last) as usize;
        actions.push(select(cx, rows[next]));
    }

    fn scroll(&mut self, ui: &Ui, body: Rect, rows: usize, fit: usize) {
        if ui.rect_contains_pointer(body) {
            let turned = ui.input(|input| input.smooth_scroll_delta.y);
            self.top -= f64::from(turned / ROW);
        }
        self.top = self.top.clamp(0.0, rows.saturating_sub(fit) as f64);
    }

    fn body(
        &self,
        ui: &mut Ui,
        cx: &PanelContext<'_>,
        (rows, places): (&[u32], &[(SiteColumn, f32, f32)]),
        body: Rect,
        actions: &mut Vec<Action>,
    ) {
        let colors = cx.state.theme.colors();
        let first = self.top.floor();
        let shift = (self.top - first) as f32 * ROW;
        let seen = rows.iter().copied().enumerate().skip(first as usize);
        let clip = ui.clip_rect();
        ui.set_clip_rect(body.intersect(clip));
        for (place, (row, site)) in seen.enumerate() {
            let top = body.top() + place as f32 * ROW - shift;
            if top >= body.bottom() {
                break;
            }
            let site = site as usize;
            // An order may be of the data before these.
            if site >= cx.data.sites.len() {
                continue;
            }
            let width = body.width() - BAR;
            let at = Rect::from_min_size(pos2(body.left(), top), vec2(width, ROW));
            let id = ui.scope_id().with(("site", row));
            let response = ui.interact(at.intersect(body), id, Sense::click());
            let name = cx.data.text(cx.data.sites.name[site]);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Row, true, name));
            if self.followed == Some(site) {
                ui.painter().rect_filled(at, 3.0, color32(colors.accent.alpha(0.28)));
            } else if response.hovered() {
                ui.painter().rect_filled(at, 3.0, color32(colors.raised));
            }
            for &(column, left, right) in places {
                let text = cell(cx, column, site);
                let color = match (&text, column) {
                    (None, _) => colors.weak,
                    (_, SiteColumn::Name) => colors.strong,
                    _ => colors.text,
                };
                let text = text.as_deref().unwrap_or("–");
                write(ui, at, (left, right), text, side(column), color32(color));
            }
            if response.clicked() {
                actions.push(select(cx, site as u32));
            }
        }
        ui.set_clip_rect(clip);
    }

    /// The bar at the right; its handle stands for what is seen.
    fn bar(&mut self, ui: &Ui, colors: &Colors, body: Rect, rows: usize, fit: usize) {
        let hidden = rows.saturating_sub(fit);
        if hidden == 0 {
            return;
        }
        let rail = Rect::from_min_max(pos2(body.right() - BAR + 2.0, body.top()), body.max);
        let height = (rail.height() * fit as f32 / rows as f32).max(24.0);
        let room = rail.height() - height;
        let response = ui.interact(rail, ui.scope_id().with("bar"), Sense::click_and_drag());
        if let Some(at) = response.interact_pointer_pos().filter(|_| room > 0.0) {
            let share = ((at.y - rail.top() - height / 2.0) / room).clamp(0.0, 1.0);
            self.top = f64::from(share) * hidden as f64;
        }
        let top = rail.top() + room * (self.top / hidden as f64) as f32;
        let handle = Rect::from_min_size(pos2(rail.left(), top), vec2(rail.width(), height));
        let active = response.hovered() || response.dragged();
        let color = if active { colors.text } else { colors.weak.alpha(0.6) };
        ui.painter().rect_filled(handle, 3.0, color32(color));
    }
}

fn select(cx: &PanelContext<'_>, site: u32) -> Action {
    Action::Select(vec![cx.data.text(cx.data.sites.id[site as usize]).to_owned()])
}

/// Titles; a click on one orders the sites by it.
fn head(
    ui: &mut Ui,
    cx: &PanelContext<'_>,
    rect: Rect,
    places: &[(SiteColumn, f32, f32)],
    actions: &mut Vec<Action>,
) {
    let colors = cx.state.theme.colors();
    let row = Rect::from_min_size(rect.min, vec2(rect.width(), HEAD));
    for &(column, left, right) in places {
        let (text, tip) = title(cx, column);
        let order = cx.state.sites_order;
        let chosen = order.by == column;
        let at = Rect::from_x_y_ranges(left - GAP / 2.0..=right + GAP / 2.0, row.y_range());
        let response = ui.interact(at, ui.scope_id().with(("head", column)), Sense::click());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ColumnHeader, true, &text));
        let color = color32(match (chosen, response.hovered()) {
            (true, _) => colors.strong,
            (_, true) => colors.text,
            _ => colors.weak,
        });
        // Room is left for the triangle at the title's far end.
        let spared = if chosen && !column.is_number() { ARROW * 2.0 } else { 0.0 };
        let title = write(ui, row, (left, right - spared), &text, side(column), color);
        if chosen {
            // Numbers begin with the most, texts with the first.
            let falling = column.is_number() != order.turned;
            arrow(ui, title, column.is_number(), falling, color);
        }
        if response.on_hover_text(tip).clicked() {
            actions.push(Action::OrderSites(column));
        }
    }
    let rule = egui::Stroke::new(1.0, color32(colors.rule));
    ui.painter().hline(rect.x_range(), row.bottom(), rule);
}

/// What all sites come to.
fn totals(
    ui: &Ui,
    cx: &PanelContext<'_>,
    foot: Rect,
    places: &[(SiteColumn, f32, f32)],
    ordering: bool,
) {
    let colors = cx.state.theme.colors();
    let totals = cx.powers.totals();
    let known = totals.sites == 0 || totals.unknown < totals.sites;
    let quantity = symbol_quantity(cx.prepared.question.measure);
    let rule = egui::Stroke::new(1.0, color32(colors.rule));
    ui.painter().hline(foot.x_range(), foot.top(), rule);
    for &(column, left, right) in places {
        let text = match column {
            SiteColumn::Name if ordering => "putting them in order…".to_owned(),
            SiteColumn::Name => counted(totals.sites as u64, "site"),
            SiteColumn::Operator => {
                let lens = cx.prepared.lens.as_ref();
                lens.map_or(String::new(), |lens| format!("share of {}", lens.buyer()))
            }
            SiteColumn::Status => {
                let at = cx.outcome.grid.clamp(cx.state.month);
                let undated = cx.prepared.undated_at(at);
                if undated.phases == 0 {
                    continue;
                }
                format!("{} undated", undated.phases)
            }
            SiteColumn::Online | SiteColumn::BuildOut if !known => "–".to_owned(),
            SiteColumn::Online => amount::amount(quantity, totals.online),
            SiteColumn::BuildOut => amount::amount(quantity, totals.build_out),
            _ => continue,
        };
        write(ui, foot, (left, right), &text, side(column), color32(colors.strong));
    }
}

/// The first row that is shown so that a row is among so many: moved as little as may be.
fn scrolled_to(row: usize, first: usize, fit: usize) -> usize {
    let low = (row + 1).saturating_sub(fit.max(1));
    first.clamp(low, row)
}

#[cfg(test)]
mod tests {
    use super::scrolled_to;

    #[test]
    fn a_row_is_brought_into_view_by_the_shortest_way() {
        assert_eq!(scrolled_to(5, 3, 10), 3);
        assert_eq!(scrolled_to(2, 3, 10), 2);
        assert_eq!(scrolled_to(20, 3, 10), 11);
        assert_eq!(scrolled_to(0, 7, 1), 0);
        assert_eq!(scrolled_to(9, 0, 0), 9);
    }
}
