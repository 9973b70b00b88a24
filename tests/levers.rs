//! Every lever and every measure on a few phases, against cells worked by hand.

#![expect(clippy::unwrap_used, reason = "a test may end where it finds the unexpected")]

use std::path::Path;

use wattlas::export::{studies, tables};
use wattlas::io::{self, Input};
use wattlas::model::{Dataset, Month, Resolver, Sector, SectorChoice};
use wattlas::scenario::bill::site_bill;
use wattlas::scenario::group::users_of;
use wattlas::scenario::ledger::{CompareQuery, ledger};
use wattlas::scenario::levers::LEVERS;
use wattlas::scenario::measure::MEASURES;
use wattlas::scenario::sweep::{SweepError, milestones};
use wattlas::scenario::{
    Alone, Engine, Filter, GroupKey, Grouping, Lens, Measure, Outcome, Quantity, Query, Scenario,
    Stack, Sweep, SweepQuery, compare, extended, run, stack, tornado,
};

/// February 2027: 28 days, 672 hours.
const MONTH: fn() -> Month = || Month::new(2027, 2);

/// Hours of the month as a share of a year of 8,760.
const YEAR: f64 = 672.0 / 8760.0;

const TABLES: [(&str, &str); 6] = [
    (
        "sites",
        "id,name,operator,owner,users,country,subdivision,price_zone,lat,lon,kind,status,pue,cooling\n\
         ground,Ground,Op,Own,Lab,AAA,,,10,10,ground,operating,,evaporative\n\
         dry,Dry,Op,Own,Lab,AAA,,,11,11,ground,operating,,\"closed loop, dry coolers\"\n\
         far,Far,Op,Own,Lab,CCC,,,12,12,ground,planned,,\n\
         sky,Sky,Op,Own,Lab,AAA,,,,,orbital,operating,1,radiative\n",
    ),
    (
        "phases",
        "site_id,phase,online,it_mw,chip,status\n\
         ground,A,2026-02-15,100,K,operating\n\
         dry,A,2026-02-15,10,K,operating\n\
         far,A,2027-02-15,50,,planned\n\
         sky,A,2026-02-15,10,K,operating\n",
    ),
    ("chips", "chip,vendor,server_w_per_chip,h100e\nK,V,1000,2\n"),
    (
        "zones",
        "id,name,kind,country,parent,annual_demand_twh,households,household_kwh_year,carbon_g_per_kwh\n\
         AAA,A,country,AAA,,100,2000000,10000,400\n\
         BBB,B,country,BBB,,,,,100\n\
         CCC,C,country,CCC,,,,,\n",
    ),
    (
        "prices",
        "zone,sector,from,to,price_usd_per_mwh\n\
         AAA,industrial,2025-01,2030-12,50\n\
         BBB,industrial,2025-01,2030-12,30\n\
         AAA,residential,2025-01,2030-12,120\n",
    ),
    // A load factor of 0.375 + 0.625 × 0.2 = 0.5; capital without interest.
    (
        "parameters",
        "key,label,central\n\
         util_gpu_operational,a,0.375\n\
         idle_power_fraction,i,0.2\n\
         capacity_pue,c,1.2\n\
         pue_ai_us_2023,e,1.2\n\
         discount_rate_dc,r,0\n\
         life_it_years,n,5\n\
         life_facility_years,n,14\n\
         orb_life_years,n,4\n\
         ground_maintenance,m,0.05\n\
         capex_it_per_rack_nvl72,k,7.2\n\
         rack_chip_w,w,2000\n\
         capex_facility_per_mw,k,14\n\
         orb_capex_per_w,k,20\n\
         orb_delivered_fraction,f,0.4\n\
         wue_onsite,w,0.5\n\
         embodied_a100,e,300\n",
    ),
];

fn data() -> Dataset {
    data_with("", "")
}

/// The tables with another in the place of one.
fn data_with(name: &str, text: &str) -> Dataset {
    let tables = TABLES.map(|(own, rows)| (own, if own == name { text } else { rows }));
    let input = |(name, text): &(&str, &str)| Input {
        path: format!("{name}.csv").into(),
        bytes: text.as_bytes().to_vec().into(),
        built_in: false,
    };
    let inputs: Vec<Input> = tables.iter().map(input).collect();
    let loaded = io::load(&inputs, &io::Unwatched, &Alone).unwrap();
    let kept: u64 = loaded.report.tables.iter().map(|table| table.kept).sum();
    let rows: usize = tables.iter().map(|(_, text)| text.lines().count() - 1).sum();
    assert_eq!(kept, rows as u64, "{:#?}", loaded.report.findings());
    loaded.data.as_ref().clone()
}

fn scenario(text: &str, data: &Dataset) -> Scenario {
    let file = io::read_scenario(Path::new("lever.toml"), text, data);
    file.unwrap_or_else(|error| panic!("{error}\n{text}")).scenario
}

fn lever(lever: &str, select: &str, numbers: &str) -> String {
    format!(
        "[[adjustment]]\nid = \"{lever}\"\nlever = \"{lever}\"\nselect = '{select}'\n{numbers}\n"
    )
}

/// The stack of a measure by a key under a scenario.
fn stacked(text: &str, measure: Measure, key: GroupKey) -> (Dataset, Outcome, Stack) {
    let own = data();
    let scenario = scenario(text, &own);
    let data = extended(&own, &[&scenario]).into_owned();
    let outcome = run(&data, &scenario, &own.grid());
    let grouping = Grouping::new(&data, &outcome, key);
    let stack = stack(&data, &outcome, &Query::new(measure, &grouping));
    (data, outcome, stack)
}

/// The value of a group in the month; none where it is not known or nothing of it stands.
fn value(text: &str, word: &str, key: GroupKey, group: &str) -> Option<f64> {
    let (_, outcome, stack) = stacked(text, Measure::parse(word).unwrap(), key);
    let at = outcome.grid.clamp(MONTH());
    let series = &stack.groups.iter().find(|one| one.name == group)?.series;
    (series.count[at] > 0).then(|| series.known(at))?
}

fn near(got: Option<f64>, want: f64, what: &str) {
    let got = got.unwrap_or_else(|| panic!("{what}: unknown instead of {want}"));
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1e-9), "{what}: {got} instead of {want}");
}

/// Energy of `ground`: 100 MW × 0.5 × 1.2 × 672 h.
const ENERGY: f64 = 40_320.0;

/// One lever, a measure, and what it is at `ground`.
const CELLS: &[(&str, &str, &str, f64)] = &[
    // Nothing changed: energy, bill at 50 USD/MWh, 400 g/kWh.
    ("", "", "energy_mwh", ENERGY),
    ("", "", "cost_usd", ENERGY * 50.0),
    ("", "", "energy_cost_usd", ENERGY * 50.0),
    ("", "", "carbon_t", ENERGY * 0.4),
    ("", "", "carbon_market_t", ENERGY * 0.4),
    ("", "", "facility_mw", 120.0),
    ("", "", "it_mw", 100.0),
    ("", "", "accelerators", 100_000.0),
    ("", "", "h100e", 200_000.0),
    ("", "", "accelerator_hours", 100_000.0 * 672.0),
    ("", "", "h100e_hours", 200_000.0 * 672.0),
    // IT: 7.2 M USD ÷ 72 ÷ 2 kW over 5 years; facility: 14 M USD a MW over 14 years and 5 % of it.
    ("", "", "capital_usd", 100.0 * 11.7e6 * YEAR),
    ("", "", "tco_usd", ENERGY * 50.0 + 100.0 * 11.7e6 * YEAR),
    ("", "", "usd_per_mwh", 50.0),
    ("", "", "usd_per_mw_year", 0.5 * 1.2 * 8760.0 * 50.0 + 11.7e6),
    (
        "",
        "",
        "usd_per_accelerator_hour",
        (0.5 * 1.2 * 8760.0 * 50.0 + 11.7e6) / (1000.0 * 8760.0 * 0.8),
    ),
    ("", "", "usd_per_h100e_hour", (0.5 * 1.2 * 8760.0 * 50.0 + 11.7e6) / (2000.0 * 8760.0 * 0.8)),
    ("", "", "electricity_share", 262_800.0 / (262_800.0 + 11.7e6)),
    ("", "", "embodied_t", 100_000.0 * 0.3 / 5.0 * YEAR),
    ("", "", "water_m3", 100.0 * 0.5 * 672.0 * 0.5),
    // Levers on prices.
    ("price_shock", "factor = 1.5", "cost_usd", ENERGY * 75.0),
    ("price_path", "path = { \"2026-06\" = 70 }", "cost_usd", ENERGY * 70.0),
    // Two full years from January 2025 to February 2027.
    ("price_growth", "rate = 0.1\nfrom = \"2025-01\"", "cost_usd", ENERGY * 50.0 * 1.21),
    // 0.4 × (60 + 10) + 0.6 × 50, and 0.4 × 100 + 0.6 × 400 g.
    ("ppa", "share = 0.4\nprice = 60\ndelivery = 10\ncarbon = 100", "cost_usd", ENERGY * 58.0),
    ("ppa", "share = 0.4\nprice = 60\ndelivery = 10\ncarbon = 100", "carbon_t", ENERGY * 0.4),
    (
        "ppa",
        "share = 0.4\nprice = 60\ndelivery = 10\ncarbon = 100",
        "carbon_market_t",
        ENERGY * 0.28,
    ),
    // On site it is emitted there, too: 0.25 × 600 + 0.75 × 400 g.
    ("onsite", "share = 0.25\nprice = 80\ncarbon = 600", "cost_usd", ENERGY * 57.5),
    ("onsite", "share = 0.25\nprice = 80\ncarbon = 600", "carbon_t", ENERGY * 0.45),
    ("onsite", "share = 0.25\nprice = 80\ncarbon = 600", "carbon_market_t", ENERGY * 0.45),
    ("carbon_price", "price = 100", "carbon_cost_usd", ENERGY * 0.4 * 100.0),
    ("carbon_price", "price = 100", "cost_usd", ENERGY * 90.0),
    // 120 MW at the meter × 28 days × 300 USD.
    ("capacity_charge", "price = 300", "capacity_cost_usd", 120.0 * 28.0 * 300.0),
    ("capacity_charge", "price = 300", "cost_usd", ENERGY * 50.0 + 120.0 * 28.0 * 300.0),
    // 2 M homes × 10 MWh × 120 USD × 0.4 ÷ 100 TWh are 9.6 USD per MWh, of which half.
    ("coverage", "share = 0.5\nelasticity = 0.4", "cover_usd", ENERGY * 4.8),
    ("coverage", "share = 0.5\nelasticity = 0.4", "cost_usd", ENERGY * 54.8),
    ("coverage", "share = 0.5\nelasticity = -0.4", "cover_usd", 0.0),
    // Levers on energy.
    ("pue", "pue = 1.5", "energy_mwh", 100.0 * 0.5 * 1.5 * 672.0),
    ("pue", "pue = 1.5", "facility_mw", 120.0),
    ("load_factor", "load_factor = 0.8", "energy_mwh", 100.0 * 0.8 * 1.2 * 672.0),
    // 0.75 + 0.25 × 0.2.
    ("utilisation", "utilisation = 0.75", "energy_mwh", 100.0 * 0.8 * 1.2 * 672.0),
    // A tenth of the hours × a half of the load.
    ("curtail", "hours = 876\nshare = 0.5", "energy_mwh", ENERGY * 0.95),
    ("curtail", "hours = 876\nshare = 0.5", "accelerator_hours", 100_000.0 * 672.0 * 0.95),
    ("curtail", "hours = 876\nshare = 0.5", "cost_usd", ENERGY * 0.95 * 50.0),
    ("curtail", "hours = 876\nshare = 0.5", "water_m3", 100.0 * 0.5 * 672.0 * 0.5 * 0.95),
    // Levers on phases.
    ("scale", "factor = 2", "energy_mwh", ENERGY * 2.0),
    ("scale", "factor = 2", "accelerators", 200_000.0),
    ("retire", "date = \"2027-02-15\"", "energy_mwh", ENERGY / 2.0),
    ("retire", "age_years = 1", "energy_mwh", ENERGY / 2.0),
    ("move", "zone = \"BBB\"", "cost_usd", ENERGY * 30.0),
    ("move", "zone = \"BBB\"", "carbon_t", ENERGY * 0.1),
    // Orbit is no lever of the ground, whatever it selects.
    ("orbit", "pue = 1.1\nprice = 10", "cost_usd", ENERGY * 50.0),
    ("orbit", "pue = 1.1\nprice = 10", "energy_mwh", ENERGY),
];

#[test]
fn levers_and_measures_are_those_worked_by_hand() {
    for (name, numbers, word, want) in CELLS {
        let text = if name.is_empty() { String::new() } else { lever(name, "", numbers) };
        let got = value(&text, word, GroupKey::Site, "ground");
        near(got, *want, &format!("{name} {numbers} {word}"));
    }
    // Each measure has a cell here, but for those that are 0 without their lever.
    for row in MEASURES {
        assert!(CELLS.iter().any(|cell| cell.2 == row.word), "{}", row.word);
    }
    // Each lever has one here, or in the golden data.
    let golden = ["delay", "bring_forward", "cancel", "only", "except", "add", "swap_chip"];
    for row in LEVERS {
        let here = CELLS.iter().any(|cell| cell.0 == row.word);
        assert!(here || golden.contains(&row.word), "{}", row.word);
    }
}

#[test]
fn the_window_of_a_price_lever_is_that_of_prices_and_of_a_phase_lever_that_of_dates() {
    let cost = |text: &str| value(text, "cost_usd", GroupKey::Site, "ground");
    let shock = |window: &str| cost(&lever("price_shock", "", &format!("factor = 2\n{window}")));
    near(shock("from = \"2027-02\"\nto = \"2027-02\""), ENERGY * 100.0, "both ends");
    near(shock("from = \"2027-03\""), ENERGY * 50.0, "later");
    near(shock("to = \"2027-01\""), ENERGY * 50.0, "earlier");
    let curtail =
        |window: &str| cost(&lever("curtail", "", &format!("hours = 4380\nshare = 1\n{window}")));
    near(curtail("from = \"2026-02\"\nto = \"2026-02\""), ENERGY * 25.0, "online in the window");
    near(curtail("from = \"2026-03\""), ENERGY * 50.0, "online before it");
    // A lever of one sector leaves the price of another.
    let sector = lever("price_shock", "", "factor = 2\nsector = \"wholesale\"");
    near(cost(&sector), ENERGY * 50.0, "of another sector");
}

/// RULES S7: a charge is on the peak before curtailment; at the peak it is what is left.
#[test]
fn curtailment_leaves_a_charge_on_peak_unless_it_sheds_the_peak() {
    let charge = lever("capacity_charge", "", "price = 300");
    let with = |numbers: &str| format!("{charge}{}", lever("curtail", "", numbers));
    let peak = 120.0 * 28.0 * 300.0;
    let part = |text: &str| value(text, "capacity_cost_usd", GroupKey::Site, "ground");
    near(part(&with("hours = 876\nshare = 0.5")), peak, "before");
    near(part(&with("hours = 876\nshare = 0.5\nat_peak = true")), peak / 2.0, "at the peak");
    let again = "[[adjustment]]\nid = \"more\"\nlever = \"curtail\"\nhours = 100\nshare = 0.2\n\
                 at_peak = true\n";
    let both = with("hours = 876\nshare = 0.5\nat_peak = true") + again;
    near(part(&both), peak * 0.4, "several multiply");
    // Half of it is made on site.
    let site = format!("{charge}{}", lever("onsite", "", "share = 0.5\nprice = 0"));
    near(part(&site), peak / 2.0, "on site");
    // All energy shed: the charge stays, and nothing is left to divide it by.
    let whole = with("hours = 8760\nshare = 1");
    near(part(&whole), peak, "all shed");
    near(value(&whole, "cost_usd", GroupKey::Site, "ground"), peak, "all shed");
    assert_eq!(value(&whole, "energy_mwh", GroupKey::Site, "ground"), Some(0.0));
    assert_eq!(value(&whole, "usd_per_mwh", GroupKey::Site, "ground"), None);
    let own = data();
    let told = io::read_scenario(
        Path::new("peak.toml"),
        &lever("curtail", "", "hours = 0\nshare = 0.5\nat_peak = true"),
        &own,
    );
    let told = told.unwrap_err().to_string();
    assert!(told.contains("E413") && told.contains("hours"), "{told}");
}

#[test]
fn orbit_has_its_own_power_capital_and_share_of_compute() {
    let sky = |text: &str, word: &str| value(text, word, GroupKey::Site, "sky");
    let orbit = lever("orbit", "", "pue = 1.1\nprice = 10");
    assert_eq!(sky("", "cost_usd"), None);
    near(sky(&orbit, "energy_mwh"), 10.0 * 0.5 * 1.1 * 672.0, "energy");
    near(sky(&orbit, "cost_usd"), 10.0 * 0.5 * 1.1 * 672.0 * 10.0, "bill");
    // 50 + 20 USD a watt over four years; of nominal hours 0.4 are delivered.
    near(sky("", "capital_usd"), 10.0 * 17.5e6 * YEAR, "capital");
    near(sky("", "accelerator_hours"), 10_000.0 * 672.0 * 0.4, "hours");
    near(sky("", "h100e_hours"), 20_000.0 * 672.0 * 0.4, "H100e-hours");
    near(sky("", "water_m3"), 0.0, "water");
    // Moved to the ground it is as others there, in sums and in the bill of its site.
    let moved = lever("move", "site:sky", "zone = \"BBB\"");
    near(sky(&moved, "capital_usd"), 10.0 * 11.7e6 * YEAR, "capital on the ground");
    near(sky(&moved, "accelerator_hours"), 10_000.0 * 672.0, "hours on the ground");
    let (data, outcome, _) = stacked(&moved, Measure::CapitalUsd, GroupKey::Site);
    let site = data.site_position("sky").unwrap();
    let bill = site_bill(&data, &outcome, site, (MONTH(), SectorChoice::default()), None).unwrap();
    near(Some(bill.capital_usd), 10.0 * 11.7e6, "capital of its bill");
    let all_in = 10.0 * 0.5 * 1.0 * 8760.0 * 30.0 + 10.0 * 11.7e6;
    near(bill.usd_per_accelerator_hour, all_in / (10_000.0 * 8760.0 * 0.8), "per chip-hour");
    near(bill.usd_per_h100e_hour, all_in / (20_000.0 * 8760.0 * 0.8), "per H100e-hour");
    near(value(&moved, "it_mw", GroupKey::Country, "BBB"), 10.0, "its country");
    near(value(&moved, "it_mw", GroupKey::PriceZone, "BBB"), 10.0, "its zone");
}

#[test]
fn water_of_closed_and_dry_cooling_is_unknown_and_counted() {
    assert_eq!(value("", "water_m3", GroupKey::Site, "dry"), None);
    let (_, outcome, stack) = stacked("", Measure::WaterM3, GroupKey::Operator);
    let at = outcome.grid.clamp(MONTH());
    // `far` came in the middle of the month; `dry` alone is not known.
    assert_eq!((stack.total.count[at], stack.total.unknown[at]), (4, 1));
    let far = 50.0 * 0.5 * 336.0 * 0.5;
    near(stack.total.known(at), 100.0 * 0.5 * 672.0 * 0.5 + far, "the rest");
    let (_, _, energy) = stacked("", Measure::EnergyMwh, GroupKey::Operator);
    assert_eq!(energy.total.unknown[at], 0);
}

#[test]
fn real_money_is_that_of_its_year() {
    let own = data();
    let scenario = scenario("[assumptions]\ninflation = 0.1\n", &own);
    let outcome = run(&own, &scenario, &own.grid());
    let grouping = Grouping::new(&own, &outcome, GroupKey::Site);
    let at = outcome.grid.clamp(MONTH());
    for (year, want) in [(2025, ENERGY * 50.0 / 1.21), (2027, ENERGY * 50.0), (2028, ENERGY * 55.0)]
    {
        let query = Query { real_year: Some(year), ..Query::new(Measure::CostUsd, &grouping) };
        let stack = stack(&own, &outcome, &query);
        let ground = stack.groups.iter().find(|group| group.name == "ground").unwrap();
        near(ground.series.known(at), want, &format!("money of {year}"));
    }
}

#[test]
fn a_ratio_of_a_month_in_which_nothing_stands_is_empty() {
    let text = lever("retire", "", "date = \"2026-06-30\"");
    let (_, outcome, ratio) = stacked(&text, Measure::UsdPerMwh, GroupKey::Country);
    for month in 0..outcome.grid.len {
        let stands = ratio.total.count[month] > 0;
        assert_eq!(ratio.total.known(month).is_some(), stands, "{month}");
    }
    let table = tables::stack_table(&ratio).write(wattlas::export::Format::Csv);
    assert!(table.lines().any(|line| line == "2027-01,(total),,,0,USD/MWh,,0,"), "{table}");
    assert!(!table.contains(",0,0,0,USD"), "{table}");
}

/// What came and went leaves rounding: it is 0, never a small number, a negative one, or −0.
#[test]
fn what_is_left_by_rounding_is_nothing() {
    let mut rows = String::new();
    for at in 0..40 {
        let (day, mw) = (at % 28 + 1, 0.1 + 1e-3 * f64::from(at));
        let row = format!("ground,P{at},2026-01-{day:02},{mw},K,operating,2026-1{}-11\n", at % 2);
        rows.push_str(&row);
    }
    let phases = format!(
        "site_id,phase,online,it_mw,chip,status,retired\n{rows}ground,Zero,2026-01-01,0,K,operating,\n"
    );
    let data = data_with("phases", &phases);
    let mut grid = data.grid();
    grid.len = 24;
    let outcome = run(&data, &Scenario::default(), &grid);
    let grouping = Grouping::new(&data, &outcome, GroupKey::Site);
    for measure in
        [Measure::FacilityMw, Measure::H100e, Measure::EnergyMwh, Measure::CostUsd, Measure::TcoUsd]
    {
        let stack = stack(&data, &outcome, &Query::new(measure, &grouping));
        for month in 13..24 {
            let value = stack.total.known(month).unwrap();
            assert_eq!(value.to_bits(), 0.0_f64.to_bits(), "{} {month}: {value:e}", measure.word());
            assert_eq!(stack.total.derived[month].to_bits(), 0.0_f64.to_bits(), "{month}");
        }
    }
    // And what is divided by it is empty, with nothing left out: 0 ÷ 0 is not an unknown.
    let ratio = stack(&data, &outcome, &Query::new(Measure::UsdPerMwh, &grouping));
    for month in 13..24 {
        assert_eq!(ratio.total.known(month), None, "{month}");
        assert_eq!((ratio.total.count[month], ratio.total.unknown[month]), (1, 0), "{month}");
    }
}

fn query(measure: Measure) -> CompareQuery {
    CompareQuery {
        measure,
        group_by: GroupKey::Site,
        filter: Filter::default(),
        sector: SectorChoice::default(),
        real_year: None,
        lens: None,
    }
}

/// Nothing of what stands has a value: it is so in bands, ledger and difference, and never 0.
#[test]
fn what_is_unknown_stays_unknown_in_bands_ledger_and_difference() {
    let own = data();
    let unpriced = scenario(&lever("only", "site:sky", ""), &own);
    let engine = Engine::new(&own, &own.grid());
    let base = Scenario::default();
    let at = engine.baseline().grid.clamp(MONTH());
    // The bill in orbit is not known, and only orbit is built.
    let outcomes = [engine.baseline().clone(), engine.run(&own, &unpriced)];
    let comparison = compare(&own, [&outcomes[0], &outcomes[1]], &query(Measure::CostUsd));
    assert_eq!(comparison.rows.last().unwrap()[at], None);
    assert_eq!(comparison.unknown_groups(at), 2, "sky, and far, which has no price");
    let table = studies::comparison_table(&comparison).write(wattlas::export::Format::Csv);
    assert!(table.contains("2027-02,sky,,,,USD,1,1\n"), "{table}");
    let pair = [&base, &unpriced];
    let account = |measure| ledger(&Alone, &own, &engine, pair, &query(measure), MONTH());
    assert_eq!(account(Measure::CostUsd), None);
    let power = account(Measure::ItMw).unwrap();
    assert_eq!((power.before.round() as i64, power.after.round() as i64), (170, 10));
    assert_eq!(power.unknown, [0, 0]);

    let sweep = |measure| {
        let query = SweepQuery {
            draws: Some(50),
            group_by: Some(GroupKey::Site),
            ..SweepQuery::new(measure)
        };
        Sweep::new(&own, &engine, &unpriced, query).unwrap()
    };
    let bands = sweep(Measure::CostUsd).bands(&Alone, 50);
    for row in bands.rows.iter().filter(|row| ["sky", "(total)"].contains(&row.name.as_str())) {
        let told = (row.months[at], row.mean[at], row.known[at], row.unknown[at]);
        assert_eq!(told, (None, None, 0, 1), "{}", row.name);
    }
    let table = studies::band_table(&bands).write(wattlas::export::Format::Csv);
    assert!(table.contains("2027-02,sky,,,,,,,USD,50,0,1\n"), "{table}");
    let bands = sweep(Measure::ItMw).bands(&Alone, 50);
    let total = bands.rows.last().unwrap();
    assert_eq!((total.months[at], total.known[at]), (Some([10.0; 5]), 50));
    // A level is not reached by what is unknown; a tornado of it is refused.
    let total = sweep(Measure::CostUsd).total(&Alone, 50);
    assert!(milestones(&total, &engine.baseline().grid, &[0.0])[0].exceedance[at].abs() < 1e-12);
    let asked = SweepQuery { draws: Some(50), ..SweepQuery::new(Measure::CostUsd) };
    let refused = tornado(&Alone, &own, &engine, &unpriced, &asked, MONTH());
    assert_eq!(refused, Err(SweepError::Unknown("Feb 2027".to_owned())));
}

/// In some draws what is known is built, in others only what is not: those are unknown.
#[test]
fn a_draw_in_which_only_the_unknown_stands_is_unknown() {
    let own = data();
    let text = "[uncertainty.completion]\nplanned = 0.5\n";
    let chancy = scenario(&format!("{}{text}", lever("only", "site:far or site:sky", "")), &own);
    let chancy_path = scenario(
        &format!(
            "{}{}{text}",
            lever("only", "site:far or site:sky", ""),
            lever("price_path", "site:far", "path = { \"2026-01\" = 40 }")
        ),
        &own,
    );
    let engine = Engine::new(&own, &own.grid());
    let asked = || SweepQuery { draws: Some(400), ..SweepQuery::new(Measure::CostUsd) };
    let month = engine.baseline().grid.clamp(Month::new(2027, 6));
    let known = |scenario: &Scenario| {
        let sweep = Sweep::new(&own, &engine, scenario, asked()).unwrap();
        let bands = sweep.bands(&Alone, 400);
        let total = bands.rows.last().unwrap();
        (total.known[month], total.months[month])
    };
    assert_eq!(known(&chancy), (0, None));
    // With a price the phase on the ground has a value where it is built: in about half of the draws.
    let (draws, band) = known(&chancy_path);
    assert!((150..250).contains(&draws), "{draws}");
    near(band.map(|band| band[0]), 50.0 * 0.5 * 1.2 * 720.0 * 40.0, "its bill in June");
}

#[test]
fn a_buyer_has_its_share_of_draws_ledgers_and_supply() {
    let own = data();
    let engine = Engine::new(&own, &own.grid());
    let lens = Lens::new(&Alone, &own, engine.baseline(), "lab").unwrap();
    assert_eq!(lens.buyer(), "Lab");
    let lens = Some(std::sync::Arc::new(lens));
    let twice = scenario(&lever("scale", "", "factor = 2"), &own);
    let asked = CompareQuery { lens: lens.clone(), ..query(Measure::ItMw) };
    let pair = [&Scenario::default(), &twice];
    let account = ledger(&Alone, &own, &engine, pair, &asked, MONTH()).unwrap();
    near(Some(account.after), 340.0, "all of it is the lab's");
    // Somebody else has none of it.
    let nobody = Lens::new(&Alone, &own, engine.baseline(), "Other").unwrap_err();
    assert!(nobody.to_string().contains("uses no phase"));
    let draws = SweepQuery { draws: Some(3), lens, ..SweepQuery::new(Measure::ItMw) };
    let sweep = Sweep::new(&own, &engine, &twice, draws).unwrap();
    let at = engine.baseline().grid.clamp(MONTH());
    let bands = sweep.bands(&Alone, 3);
    near(bands.rows.last().unwrap().mean[at], 340.0, "draws");
}

/// Halls that are contained in campuses which a filter leaves out, so many of each.
fn halls(count: usize) -> Dataset {
    let mut sites = String::from("id,name,lat,lon,country\n");
    let mut phases = String::from("site_id,phase,online,included_in,facility_mw,status\n");
    for site in 0..count {
        sites += &format!("s{site},S,10,10,AAA\n");
        phases += &format!("s{site},Hall,2027-01-31,Campus,10,planned\n");
        phases += &format!("s{site},Campus,2029-01-31,,50,planned\n");
    }
    let input = |name: &str, text: String| Input {
        path: name.into(),
        bytes: text.into_bytes().into(),
        built_in: false,
    };
    let inputs = [input("sites.csv", sites), input("phases.csv", phases)];
    io::load(&inputs, &io::Unwatched, &Alone).unwrap().data.as_ref().clone()
}

/// A contained phase ends where its container starts, also where a filter leaves that out; and what
/// that takes grows with the phases, not with their square.
#[test]
fn a_filtered_sweep_follows_containers_in_time_that_grows_with_them() {
    let took = |count: usize| {
        let data = halls(count);
        let engine = Engine::new(&data, &data.grid());
        let plain = scenario("", &data);
        let asked = || SweepQuery {
            draws: Some(2),
            filter: Filter::parse("phase:Hall").unwrap(),
            ..SweepQuery::new(Measure::FacilityMw)
        };
        let run = || {
            let start = std::time::Instant::now();
            let bands = Sweep::new(&data, &engine, &plain, asked()).unwrap().bands(&Alone, 2);
            let took = start.elapsed().as_secs_f64();
            let total = bands.rows.last().unwrap();
            let at = |year, month| total.mean[bands.grid.clamp(Month::new(year, month))];
            near(at(2028, 12), 10.0 * count as f64, "halls");
            near(at(2029, 1), 0.0, "within their campuses");
            took
        };
        (0..3).map(|_| run()).fold(f64::INFINITY, f64::min)
    };
    let (few, many) = (took(5_000), took(40_000));
    // Eight times as many: 8 where it grows with them, 64 with their square.
    assert!(many < few * 24.0, "{few} s and {many} s");
}

/// Capital and delivered share of orbit are of one source: no draw and no bar mixes them.
#[test]
fn inputs_of_rank_minus_one_go_together_in_draws_and_in_a_tornado() {
    let own = data();
    let text = "[assumptions]\norb_capex_per_w = [10, 30]\norb_delivered_fraction = [0.2, 0.6]\n\
                [[uncertainty.correlation]]\n\
                between = [\"orb_capex_per_w\", \"orb_delivered_fraction\"]\nrank = -1\n";
    let pair = scenario(&format!("{text}{}", lever("only", "site:sky", "")), &own);
    let engine = Engine::new(&own, &own.grid());
    let asked = SweepQuery { draws: Some(40), ..SweepQuery::new(Measure::AcceleratorHours) };
    let rows = tornado(&Alone, &own, &engine, &pair, &asked, MONTH()).unwrap().rows;
    let nominal = 10_000.0 * 672.0;
    // Where capital is at its low end, the share is at its high one.
    let capital = rows.iter().find(|row| row.input == "orb_capex_per_w").unwrap();
    near(Some(capital.low), nominal * 0.6, "cheap");
    near(Some(capital.high), nominal * 0.2, "dear");
    let share = rows.iter().find(|row| row.input == "orb_delivered_fraction").unwrap();
    near(Some(share.low), nominal * 0.2, "few delivered");
    near(Some(capital.rank_correlation), -1.0, "rank");
}

/// Who the inspector names as users of a phase: those of the stack by user, tenancies first.
#[test]
fn the_users_of_phases_are_those_of_the_stack() {
    let data = io::load(&io::builtin::inputs(), &io::Unwatched, &Alone).unwrap().data;
    let outcome = run(&data, &Scenario::default(), &data.grid());
    let grouping = Grouping::new(&data, &outcome, GroupKey::User);
    let stack = stack(&data, &outcome, &Query::new(Measure::FacilityMw, &grouping));
    let resolver = Resolver::new(&data);
    for month in
        [Month::new(2025, 6), Month::new(2026, 6), Month::new(2026, 11), Month::new(2030, 1)]
    {
        let (day, at) = (month.last_day(), outcome.grid.clamp(month));
        let mut sums = std::collections::BTreeMap::<String, f64>::new();
        for phase in (0..data.phases.len()).filter(|&p| outcome.phases.stands_on(p, day)) {
            let users = users_of(&data, &resolver, phase, day);
            near(Some(users.iter().map(|user| user.share).sum()), 1.0, "shares");
            let Some(mw) = outcome.phases.get(Quantity::FacilityMw, phase) else { continue };
            for user in users {
                *sums.entry(user.name).or_default() += user.share * mw;
            }
        }
        for group in &stack.groups {
            let sum = sums.remove(&group.name).unwrap_or(0.0);
            near(Some(group.series.value[at]), sum, &format!("{} {month:?}", group.name));
        }
        assert!(sums.is_empty(), "{sums:?}");
    }
    // The cell says xAI; from May 2026 on a tenancy says another.
    let site = data.site_position("xai-colossus-1").unwrap();
    for phase in data.phases_of(site) {
        assert_eq!(data.text(data.phases.tenant[phase]), "xAI");
        let named = |month: Month| {
            let users = users_of(&data, &resolver, phase, month.last_day());
            users.iter().map(|user| (user.name.clone(), user.by_tenancy)).collect::<Vec<_>>()
        };
        assert_eq!(named(Month::new(2026, 4)), [("xAI".to_owned(), true)]);
        assert_eq!(named(Month::new(2026, 11)), [("Anthropic".to_owned(), true)]);
        assert_eq!(named(Month::new(2031, 1)), [("xAI".to_owned(), false)]);
    }
}

/// RULES T2: what retires on the last day of a month does not count at its end; the day before, it
/// does. The list of phases in service and the sums say the same.
#[test]
fn what_retires_on_the_last_day_of_a_month_is_gone_at_its_end() {
    for (date, want) in [("2027-02-28", Some(0.0)), ("2027-03-01", Some(100.0))] {
        let text = lever("retire", "site:ground", &format!("date = \"{date}\""));
        let (data, outcome, stack) = stacked(&text, Measure::ItMw, GroupKey::Site);
        let at = outcome.grid.clamp(MONTH());
        let ground = stack.groups.iter().find(|group| group.name == "ground").unwrap();
        assert_eq!(ground.series.known(at), want, "{date}");
        let site = data.site_position("ground").unwrap();
        let standing = |phase: usize| outcome.phases.stands_on(phase, MONTH().last_day());
        assert_eq!(data.phases_of(site).any(standing), want > Some(0.0), "{date}");
        let bill = site_bill(&data, &outcome, site, (MONTH(), SectorChoice::default()), None);
        assert_eq!(bill.is_some(), want > Some(0.0), "{date}");
    }
}

/// What is saved is what is on the screen: a text means a scenario only if reading it gives that.
#[test]
fn a_text_that_lost_an_edit_does_not_mean_what_is_shown() {
    let own = data();
    let text = lever("price_shock", "", "factor = 1.5 # why");
    let opened = scenario(&text, &own);
    let mut shown = opened.clone();
    shown.adjustments[0].inputs[0] = Some(wattlas::scenario::Input::Number(2.0));
    assert!(opened.means(&scenario(&format!("# moved\n\n{text}"), &own)));
    assert!(!scenario(&text, &own).means(&shown));
    let edited = io::scenario::set_number(&text, "price_shock", "factor", 2.0).unwrap();
    assert!(scenario(&edited, &own).means(&shown));
    let off = io::scenario::set_enabled(&edited, "price_shock", false).unwrap();
    assert!(!scenario(&off, &own).means(&shown));
}

/// A price on carbon is on what is emitted where the energy is used: a contract does not lower it,
/// supply on site does.
#[test]
fn a_carbon_price_is_on_emissions_where_the_energy_is_used() {
    let price = lever("carbon_price", "", "price = 100");
    let part = |more: String| {
        value(&format!("{price}{more}"), "carbon_cost_usd", GroupKey::Site, "ground")
    };
    near(part(String::new()), ENERGY * 0.4 * 100.0, "grid");
    let contract = lever("ppa", "", "share = 0.4\nprice = 60\ncarbon = 100");
    near(part(contract), ENERGY * 0.4 * 100.0, "a contract");
    // 0.25 × 200 + 0.75 × 400 g.
    let own = lever("onsite", "", "share = 0.25\nprice = 80\ncarbon = 200");
    near(part(own), ENERGY * 0.35 * 100.0, "on site");
}

/// RULES P4: a contained phase ends where a lever retires it, or where its container starts,
/// whichever comes first; and where the container is cancelled it counts on.
#[test]
fn a_contained_phase_ends_by_its_own_retirement_or_by_its_container() {
    let own = halls(1);
    let at = |text: &str, year: i32, month: u32| {
        let outcome = run(&own, &scenario(text, &own), &own.grid());
        let grouping = Grouping::new(&own, &outcome, GroupKey::Site);
        let stack = stack(&own, &outcome, &Query::new(Measure::FacilityMw, &grouping));
        stack.total.known(outcome.grid.clamp(Month::new(year, month)))
    };
    let retire = lever("retire", "phase:Hall", "date = \"2028-06-30\"");
    for (text, year, month, want) in [
        ("", 2028, 12, 10.0),
        ("", 2029, 1, 50.0),
        (&*retire, 2028, 5, 10.0),
        (&*retire, 2028, 6, 0.0),
        (&*retire, 2029, 1, 50.0),
        (&*lever("cancel", "phase:Campus", ""), 2029, 1, 10.0),
        (&*format!("{retire}{}", lever("cancel", "phase:Campus", "")), 2029, 1, 0.0),
        (&*lever("delay", "phase:Campus", "months = 3"), 2029, 3, 10.0),
        (&*lever("retire", "phase:Campus", "date = \"2029-06-30\""), 2029, 7, 0.0),
    ] {
        near(at(text, year, month), want, &format!("{text} {year}-{month}"));
    }
}

/// RULES C2: the highest-ranked series is held only where it covers six months of the last year that
/// any covers; a single late row of it does not stand for a year.
#[test]
fn a_held_price_is_that_of_a_series_that_covers_half_a_year() {
    let held = |late: u32| {
        let mut text = String::from("zone,sector,series,from,to,price_usd_per_mwh\n");
        // The longer series: three years, and so many months of 2024, the last in March.
        for month in 0..36 {
            let at = Month::new(2018, 1).plus(month);
            text += &format!("AAA,industrial,long,{at},{at},100\n");
        }
        for back in 0..late as i32 {
            let at = Month::new(2024, 3).plus(-back);
            text += &format!("AAA,industrial,long,{at},{at},{}\n", 200 + back);
        }
        for month in 0..12 {
            let at = Month::new(2023, 7).plus(month);
            text += &format!("AAA,industrial,short,{at},{at},{}\n", 40 + month);
        }
        let own = data_with("prices", &text);
        let zone = own.names.find("AAA").unwrap();
        let price = own.price_book().price(zone, Sector::Industrial, Month::new(2025, 2)).unwrap();
        let age = price.age_months;
        (own.text(price.series).to_owned(), age, price.usd_per_mwh)
    };
    // Until June 2024 the year begins in July 2023: of the longer one, five months are too few.
    assert_eq!(held(1), ("short".to_owned(), 8, 45.5));
    assert_eq!(held(5), ("short".to_owned(), 8, 45.5));
    assert_eq!(held(6), ("long".to_owned(), 11, 202.5));
}

/// RULES T5: what has no date is undated until a lever retires it on a day; an age says nothing of it.
#[test]
fn what_is_undated_is_so_until_it_is_retired() {
    let phases = "site_id,phase,online,it_mw,status\n\
                  ground,A,2026-02-15,100,operating\nground,B,2028-02-15,100,planned\n\
                  ground,Some day,,40,planned\nground,Old,,30,operating\n";
    let own = data_with("phases", phases);
    let undated = |text: &str, month: u32| {
        let outcome = run(&own, &scenario(text, &own), &own.grid());
        let grouping = Grouping::new(&own, &outcome, GroupKey::Site);
        let stack = stack(&own, &outcome, &Query::new(Measure::ItMw, &grouping));
        let at = outcome.grid.clamp(Month::new(2027, month));
        let beside = stack.undated.map_or(Some(0.0), |undated| undated.at(at).value);
        (beside, stack.total.known(at))
    };
    assert_eq!(undated("", 2), (Some(40.0), Some(130.0)));
    let date = lever("retire", "", "date = \"2027-02-28\"");
    assert_eq!(undated(&date, 1), (Some(40.0), Some(130.0)));
    assert_eq!(undated(&date, 2), (Some(0.0), Some(0.0)));
    let age = lever("retire", "", "age_years = 0.5");
    assert_eq!(undated(&age, 2), (Some(40.0), Some(30.0)));
    assert_eq!(undated(&lever("delay", "", "months = 6"), 2), (Some(40.0), Some(130.0)));
    assert_eq!(undated(&lever("cancel", "", ""), 2), (Some(0.0), Some(0.0)));
}
