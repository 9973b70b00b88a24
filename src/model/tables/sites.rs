//! Campuses, clusters, fleets and orbital programmes.

use crate::model::table::table;
use crate::model::{CoordPrecision, Kind, Maybe, MaybeDay, Name, Status};

table! {
    /// Campuses, clusters, fleets and orbital programmes.
    columns sites: Sites of Site {
        /// Key. Made from the name where it is missing.
        id: Name = Extra Text by_hand "text, no two alike";
            "id site_id projectid facilityid plantid campusid slug handle";
        /// As commonly written.
        name: Name = Key Text by_hand;
            "name sitename facilityname projectname site datacenter datacentre datacentername"
            "campus campusname project plant plantname facility clustername canonicalname"
            "displayname projecttitle title";
        /// Who runs it.
        operator: Name = Extra Named by_hand "names parted by `;`";
            "operator operatorname provider company hyperscaler";
        /// Who owns it.
        owner: Name = Extra Named "names parted by `;`"; "owner parent ownername";
        /// Who uses or is to use the compute.
        users: Name = Extra Named "names parted by `;`"; "users user tenant customer";
        /// Country; for orbital rows that of the operator.
        country: Name = Extra Code by_hand "ISO 3166-1 alpha-3";
            "country countrycode iso3 iso3code";
        /// State or province.
        subdivision: Name = Extra Code by_hand "ISO 3166-2";
            "subdivision state province region iso31662";
        /// Bidding zone where the country is split by market.
        price_zone: Name = Extra Code "id of a zone"; "pricezone zone biddingzone node";
        /// Nearest town.
        city: Name = Extra Text; "city town county location";
        /// Latitude, WGS 84.
        lat: Maybe = Measure Latitude; "lat latitude latitudedeg geolat y";
        /// Longitude, WGS 84.
        lon: Maybe = Measure Longitude; "lon lng long longitude longitudedeg geolon geolng x";
        /// How good the coordinates are.
        coord_precision: CoordPrecision = Extra Text "site, city or region";
            "coordprecision precision";
        /// Ground or orbit.
        kind: Kind = Extra Text "ground or orbital"; "kind";
        /// State of the most advanced phase.
        status: Status = Extra Text by_hand "operating, construction, planned, announced or cancelled";
            "status constructionstatus";
        /// Design or reported PUE.
        pue: Maybe = Extra Ratio; "pue";
        /// Cooling, in words.
        cooling: Name = Extra Text; "cooling";
        /// Power source, in words.
        power_source: Name = Extra Text; "powersource energysource primaryfuel";
        /// Pages, best first.
        sources: Name = Extra Text "addresses parted by ` | `"; "sources source url link";
        /// Day of the newest source.
        as_of: MaybeDay = Extra Date; "asof updated";
        /// Remarks.
        notes: Name = Extra Text; "notes note remarks comment";
    } and {
        /// The state as it is written, where it is not the table's own word.
        status_said: Name,
    } carried {
        /// Power at the meter: with it each row is a phase of its own.
        facility_mw: Maybe = Measure Power;
            "facilitymw facilitypower power powercapacity capacity currentpower totalpower mw"
            "nameplatecapacity knownload sitepower";
        /// IT load, likewise.
        it_mw: Maybe = Measure Power;
            "itmw itpower itload criticalit itcapacity criticalload criticalitload";
        /// Day of going online, likewise.
        online: MaybeDay = Measure Date "a date such as 2026-11-24, 2026-11, 2026Q4 or 2026";
            "online onlinedate firstoperationaldate operationalsince commissioned"
            "commissioneddate commissionedyear commissioningyear commissioningdate cod"
            "operatingyear operationalyear yearopened openingyear openingdate inservicedate"
            "inserviceyear startdate startyear start year date month period quarter";
        /// Chip, likewise.
        chip: Name = Extra Named "name of a chip"; "chip chiptype chiptypeprimary gpu accelerator";
        /// Number of accelerators, likewise.
        chip_count: Maybe = Measure Count;
            "chipcount chipquantity chipquantityprimary gpucount gpus accelerators"
            "totalnumberofaichips";
        /// Day on which it ends, likewise.
        retired: MaybeDay = Measure Date;
            "retired retireddate retiredyear retirementdate retirementyear decommissioned"
            "decommissioneddate decommissionedyear closed closeddate closedyear closuredate"
            "enddate endyear";
        /// Who develops it; stands for the operator where none is named.
        developer: Name = Extra Named "names parted by `;`"; "developer builder";
        /// Unit or building of the site that a row is about, likewise.
        phase: Name = Extra Text;
            "phase phasename phasenumber unit unitname unitid building buildingname block blockname"
            "hall increment tranche stage";
        /// How well the row is supported, likewise.
        confidence: Confidence = Extra Text "high, medium or low"; "confidence certainty";
        /// Least power at the meter, where it is a range or an "about".
        facility_mw_low: Maybe = Measure Power; "facilitymwlow powerlow capacitylow powermin capacitymin";
        /// Most power at the meter, likewise.
        facility_mw_high: Maybe = Measure Power;
            "facilitymwhigh powerhigh capacityhigh powermax capacitymax";
        /// Least IT load, likewise.
        it_mw_low: Maybe = Measure Power; "itmwlow itpowerlow itloadlow";
        /// Most IT load, likewise.
        it_mw_high: Maybe = Measure Power; "itmwhigh itpowerhigh itloadhigh";
        /// Least number of accelerators, likewise.
        chip_count_low: Maybe = Measure Count; "chipcountlow gpuslow gpucountlow";
        /// Most accelerators, likewise.
        chip_count_high: Maybe = Measure Count; "chipcounthigh gpushigh gpucounthigh";
    }
}
