//! Campuses, clusters, fleets and orbital programmes.

use crate::model::table::table;
use crate::model::{CoordPrecision, Kind, Maybe, MaybeDay, Name, Status};

table! {
    /// Campuses, clusters, fleets and orbital programmes.
    columns sites: Sites of Site {
        /// Key. Made from the name where it is missing.
        id: Name = Extra Text by_hand "text, no two alike";
            "id site_id gemlocationid locationid projectid facilityid plantid campusid slug handle trackerid sitecode"
            "plantcode projectcode facilitycode gemid gemunitphaseid recordid objectid qid"
            "queueid queuenumber queuepos requestid uid rowid assetid standortid siteno sitenumber referencenumber kennung anlagenid 编号 番号";
        /// As commonly written.
        name: Name = Key Text by_hand;
            "name" and SITE;
        /// Who runs it.
        operator: Name = Extra Named by_hand "names parted by `;`";
            "operator operatorname provider company hyperscaler betreiber exploitant operateur"
            "operador gestore exploitante operatore 运营商 事業者 운영사 tenantoperator runby"
            "managedby firm operatedby corporation unternehmen firma empresa entreprise societe"
            "societa compagnie beheerder 企业 公司 運営会社 会社";
        /// Who owns it.
        owner: Name = Extra Named "names parted by `;`";
            "owner parent ownername eigentumer proprietaire propietario proprietario eigenaar 业主"
            "所有者 owners parentcompany ultimateparent entityowner parents parentcompanies ownership"
            "ownedby landlord ownerdeveloper";
        /// Who uses or is to use the compute.
        users: Name = Extra Named "names parted by `;`";
            "users user tenant customer anchortenant offtaker enduser endusers primaryuser nutzer"
            "utilisateur tenants ailab lab occupant occupants client clients locataire cliente"
            "clientes mieter huurder inquilino 租户 利用者 computecustomer";
        /// Country; for orbital rows that of the operator.
        country: Name = Extra Code by_hand "ISO 3166-1 alpha-3";
            "country countrycode iso3 iso3code land staat pays pais paese kraj 国家 国 국가 nation"
            "countryname countryarea countryterritory iso2 isoa2 isoa3";
        /// State or province.
        subdivision: Name = Extra Code by_hand "ISO 3166-2";
            "subdivision state province region iso31662 bundesland kanton departement provincia"
            "provincie stato regiao regione comunidadautonoma 省 省份 県 都道府県 usstate"
            "stateprovince stateorprovince statecode statename subnationalunit subnational adminarea"
            "administrativearea admin1 statecounty provincestate federalstate estado departamento"
            "prefecture countystate";
        /// Bidding zone where the country is split by market.
        price_zone: Name = Extra Code "id of a zone";
            "pricezone zone biddingzone node pricingzone marketzone rto marketnode pricenode"
            "hub loadzone";
        /// Nearest town.
        city: Name = Extra Text;
            "city town location stadt ort ville commune ciudad municipio cidade comune citta"
            "plaats gemeente 城市 都市 市 도시 locality municipality metro place nearesttown"
            "nearestcity address 所在地 住所 adresse direccion endereco gemeinde localidad 市区町村"
            "metroarea market";
        /// Latitude, WGS 84.
        lat: Maybe = Measure Latitude;
            "lat latitude latitudedeg geolat y breitengrad breite latitud latitudine breedtegraad"
            "latdd latitudedd decimallatitude sitelatitude pointy ycoord ycoordinate coordy lati"
            "纬度 緯度 위도 wgs84lat gpslat     "
            "   ";
        /// Longitude, WGS 84.
        lon: Maybe = Measure Longitude;
            "lon lng long longitude longitudedeg geolon geolng x langengrad lange laengengrad"
            "longitud longitudine lengtegraad londd longdd longitudedd decimallongitude"
            "sitelongitude pointx xcoord xcoordinate coordx 经度 經度 経度 경도 wgs84lon gpslon lonx";
        /// How good the coordinates are.
        coord_precision: CoordPrecision = Extra Text "site, city or region";
            "coordprecision precision locationaccuracy coordinateaccuracy accuracy"
            "locationprecision geoaccuracy geocodingaccuracy";
        /// Ground or orbit.
        kind: Kind = Extra Text "ground or orbital"; "kind";
        /// State of the most advanced phase.
        status: Status = Extra Text by_hand "operating, construction, planned, announced or cancelled";
            "status" and STATUS;
        /// Design or reported PUE.
        pue: Maybe = Extra Ratio; "pue";
        /// Cooling, in words.
        cooling: Name = Extra Text; "cooling";
        /// Power source, in words.
        power_source: Name = Extra Text; "powersource energysource primaryfuel";
        /// Pages, best first.
        sources: Name = Extra Text "addresses parted by ` | `";
            "sources source url link sourceurl sourcelink references reference citation quelle 来源";
        /// Day of the newest source.
        as_of: MaybeDay = Extra Date;
            "asof" and AS_OF;
        /// Remarks.
        notes: Name = Extra Text;
            "notes" and NOTES;
    } and {
        /// The state as it is written, where it is not the table's own word.
        status_said: Name,
    } carried {
        /// Power at the meter: with it each row is a phase of its own.
        facility_mw: Maybe = Measure Power;
            "facilitymw" and POWER;
        /// IT load, likewise.
        it_mw: Maybe = Measure Power;
            "itmw" and IT_POWER;
        /// Day of going online, likewise.
        online: MaybeDay = Measure Date "a date such as 2026-11-24, 2026-11, 2026Q4 or 2026";
            "online" and ONLINE;
        /// Chip, likewise.
        chip: Name = Extra Named "name of a chip";
            "chip" and CHIP;
        /// Number of accelerators, likewise.
        chip_count: Maybe = Measure Count;
            "chipcount" and CHIP_COUNT;
        /// Day on which it ends, likewise.
        retired: MaybeDay = Measure Date;
            "retired" and RETIRED;
        /// Who develops it; stands for the operator where none is named.
        developer: Name = Extra Named "names parted by `;`";
            "developer builder entwickler developpeur desarrollador 开发商";
        /// Unit or building of the site that a row is about, likewise.
        phase: Name = Extra Text;
            "phase" and UNIT;
        /// How well the row is supported, likewise.
        confidence: Confidence = Extra Text "high, medium or low"; "confidence certainty";
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
    }
}
