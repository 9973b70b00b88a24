//! Increments of capacity: one row a phase that goes live.

use crate::model::table::table;
use crate::model::{Basis, Confidence, CountScope, Maybe, MaybeDay, Name, Precision, Scope, Status};

table! {
    /// Increments of capacity: one row a phase that goes live.
    columns phases: Phases of Phase {
        /// Key of its site.
        site as site_id: u32 = Key Text by_hand "id of a site";
            "siteid sitekey standortid gemlocationid locationid campusid projectid plantid facilityid sitecode plantcode projectcode"
            "facilitycode gemid assetid queueid queuenumber" and SITE;
        /// Name within the site.
        phase: Name = Key Text by_hand "text, once a site";
            "phase" and UNIT;
        /// Nominal day of going online.
        online: MaybeDay = Header Date by_hand "a date such as 2026-11-24, 2026-11, 2026Q4 or 2026";
            "online" and ONLINE;
        /// How well that day is known; from the form of the date where it is missing.
        precision as online_precision: Precision = Extra Text by_hand "day, month, quarter, half or year";
            "onlineprecision dateprecision precision";
        /// Phase whose increment contains this one.
        included_in: Name = Extra Text "phase of the same site"; "includedin partof within";
        /// Day on which the increment ends.
        retired: MaybeDay = Measure Date;
            "retired" and RETIRED;
        /// Power at the meter added by the phase.
        facility_mw: Maybe = Measure Power;
            "facilitymw" and POWER;
        /// IT load added by the phase.
        it_mw: Maybe = Measure Power;
            "itmw" and IT_POWER;
        /// What a stated `facility_mw` is; `average` is a mean load from metered energy.
        basis as mw_basis: Basis = Extra Text "meter, it, generation, average or unknown";
            "mwbasis basis powerbasis";
        /// Whether the load is that of a whole campus.
        scope as mw_scope: Scope = Extra Text "ai or campus"; "mwscope scope";
        /// Chip or chips.
        chip: Name = Extra Named "name of a chip";
            "chip" and CHIP;
        /// Number of accelerators.
        chip_count: Maybe = Measure Count;
            "chipcount" and CHIP_COUNT;
        /// Whether that is the number of this phase.
        chip_count_scope: CountScope = Extra Text "phase or site"; "chipcountscope";
        /// Who uses this increment.
        tenant: Name = Extra Named "names parted by `;`"; "tenant user users customer";
        /// State.
        status: Status = Extra Text by_hand "operating, construction, planned, announced or cancelled";
            "status" and STATUS;
        /// How well the row is supported.
        confidence: Confidence = Extra Text "high, medium or low"; "confidence certainty";
        /// Cost of the increment.
        capex_usd_bn: Maybe = Extra Amount "a number ≥ 0, in bn USD"; "capexusdbn capex";
        /// Page with the main figure.
        source: Name = Extra Text "an address"; "source sources url link";
        /// Its day.
        as_of: MaybeDay = Extra Date;
            "asof" and AS_OF;
        /// What was derived and how.
        notes: Name = Extra Text; "notes" and NOTES;
        /// Least power at the meter, where it is a range or an "about".
        facility_mw_low: Maybe = Measure Power;
            "facilitymwlow powerlow capacitylow powermin capacitymin mwlow minmw lowmw"
            "lowercapacity minpower minimumpower";
        /// Most power at the meter, likewise.
        facility_mw_high: Maybe = Measure Power;
            "facilitymwhigh powerhigh capacityhigh powermax capacitymax mwhigh maxmw highmw"
            "uppercapacity";
        /// Least IT load, likewise.
        it_mw_low: Maybe = Measure Power; "itmwlow itpowerlow itloadlow";
        /// Most IT load, likewise.
        it_mw_high: Maybe = Measure Power; "itmwhigh itpowerhigh itloadhigh";
        /// Least number of accelerators, likewise.
        chip_count_low: Maybe = Measure Count; "chipcountlow gpuslow gpucountlow";
        /// Most accelerators, likewise.
        chip_count_high: Maybe = Measure Count; "chipcounthigh gpushigh gpucounthigh";
    } and {
        /// The state as it is written, where it is not the table's own word.
        status_said: Name,
    } carried {
    }
}
