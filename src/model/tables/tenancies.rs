//! Who uses a phase, from when to when.

use crate::model::table::{Cells, Doubt, Settle, table};
use crate::model::{Day, Name};

table! {
    /// Who uses a phase, from when to when.
    rows tenancies: Tenancy, settled {
        /// Key of the site.
        site as site_id: u32 = Key Text "id of a site"; "siteid site";
        /// Phase; empty for all of the site.
        phase: Name = Extra Text "phase of that site"; "phase";
        /// Who uses it.
        tenant: Name = Key Text "a name"; "tenant user customer";
        /// First day; open if empty.
        from: Option<Day> = Open Date; "from start startdate";
        /// Day after the last; open if empty.
        to: Option<Day> = Open Date "a date after `from`"; "to end enddate until";
        /// Share of the phase; empty for the whole.
        share: f64 = Open Share; "share fraction";
        /// Page.
        source: Name = Extra Text "an address"; "source url link";
        /// Remarks.
        notes: Name = Extra Text; "notes note";
    }
}

impl Settle for Tenancy {
    fn settle(&mut self, cells: &mut impl Cells) {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to <= from
        {
            cells.doubt(AT.to, Doubt::OutOfOrder);
        }
    }
}
