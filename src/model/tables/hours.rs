//! Hourly electricity prices by zone. The mean of a month enters bills as wholesale price.

use crate::model::table::table;

table! {
    /// Hourly electricity prices by zone. Where 90 % of a month are known, its mean is a wholesale
    /// price of that month (RULES C6).
    schema hours {
        /// Zone of the price.
        zone: Name = Key Text "id of a zone"; "zone zoneid region biddingzone iso3code countrycode";
        /// Hour in which the price holds, by its beginning.
        hour: Hour = Key Hour;
            "hour hourutc datetime datetimeutc timestamp timestamputc time timeutc";
        /// Nominal price.
        price_usd_per_mwh: Maybe = Key Price; "priceusdpermwh price pricemwh lmp usdmwh";
        /// Publisher or page.
        source: Name = Extra Text; "source";
    }
}
