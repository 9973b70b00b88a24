//! Increments of capacity: one row a phase that goes live.

use crate::model::table::table;
use crate::model::{Basis, Confidence, CountScope, Maybe, MaybeDay, Name, Precision, Scope, Status};

table! {
    /// Increments of capacity: one row a phase that goes live.
    columns phases: Phases of Phase {
        /// Key of its site.
        site as site_id: u32 = Key Text by_hand "id of a site";
            "siteid site sitename sitekey campus campusid facility facilityid facilityname"
            "project projectid projectname plant plantid plantname datacenter datacentre standort";
        /// Name within the site.
        phase: Name = Key Text by_hand "text, once a site";
            "phase phasename increment unit unitname building";
        /// Nominal day of going online.
        online: MaybeDay = Header Date by_hand "a date such as 2026-11-24, 2026-11, 2026Q4 or 2026";
            "online onlinedate startdate operationalsince date inbetriebnahme inbetriebnahmejahr"
            "inbetriebnahmedatum baujahr datemiseenservice miseenservice anneemiseenservice"
            "fechapuestaenservicio puestaenservicio fechadeoperacion anodeoperacion"
            "entradaemoperacao ingebruikname messainesercizio 投产时间 投产日期 投产年份 投运时间 上线时间 開業 稼働開始"
            "稼働日 가동일 golivedate golive rfs rfsdate readyforservice energisation energizationdate"
            "launchdate operationalfrom onlineyear yearonline yearoperational dateoperational"
            "activationdate completiondate yearcompleted completionyear yearcommissioned"
            "datecommissioned startofoperation startofoperations expectedcompletion"
            "expectedcompletiondate completion targetcompletion plannedcompletion"
            "estimatedcompletion estimatedcompletiondate expectedonline expectedonlinedate"
            "expectedonlineyear plannedonline targetonline targetdate expecteddate expectedcod"
            "plannedcod targetcod ondate propdate proposeddate proposedonlinedate proposedcod"
            "expectedinservice expectedinservicedate plannedinservicedate requestedinservicedate"
            "expectedyear openingyearexpected anticipatedonline anticipatedcompletion delivery"
            "deliverydate expecteddelivery expectedopening startofservice goliveyear"
            "operationdate operationstart operationstartdate operationsstart commercialoperation"
            "commercialoperationdate commercialoperationsdate fechapuestaenmarcha puestaenmarcha"
            "iniciodaoperacao iniciooperacao iniciodeoperacion 稼働予定 稼働予定日 稼働予定年 竣工 竣工日 竣工年 竣工予定"
            "投运日期 运营时间 计划投产 expectedinserviceyear firstpower firstpowerdate energisationyear";
        /// How well that day is known; from the form of the date where it is missing.
        precision as online_precision: Precision = Extra Text by_hand "day, month, quarter, half or year";
            "onlineprecision dateprecision precision";
        /// Phase whose increment contains this one.
        included_in: Name = Extra Text "phase of the same site"; "includedin partof within";
        /// Day on which the increment ends.
        retired: MaybeDay = Measure Date;
            "retired retireddate retiredyear retirementdate retirementyear decommissioned"
            "decommissioneddate decommissionedyear closed closeddate closedyear closuredate"
            "enddate endyear stilllegung stilllegungsjahr fermeture cierre";
        /// Power at the meter added by the phase.
        facility_mw: Maybe = Measure Power;
            "facilitymw power capacity powercapacity mw facilitypower totalpower leistung"
            "anschlussleistung nennleistung kapazitat puissance capacite puissanceinstallee"
            "potencia capacidad capacidade potenza capacita vermogen capaciteit moc effekt 功率 容量"
            "装机容量 电力容量 電力 電力容量 設備容量 전력 용량 installedcapacity totalcapacity sitecapacity loadmw"
            "peakload utilityload gridload sitepower powerdemand electricalload maxpower"
            "totalload demand 受電容量 契約電力 utilitypower totalutilitypower powercap";
        /// IT load added by the phase.
        it_mw: Maybe = Measure Power;
            "itmw itpower itload criticalit itcapacity criticalload criticalitload itleistung"
            "puissanceit potenciait it容量 criticalpower";
        /// What a stated `facility_mw` is; `average` is a mean load from metered energy.
        basis as mw_basis: Basis = Extra Text "meter, it, generation, average or unknown";
            "mwbasis basis powerbasis";
        /// Whether the load is that of a whole campus.
        scope as mw_scope: Scope = Extra Text "ai or campus"; "mwscope scope";
        /// Chip or chips.
        chip: Name = Extra Named "name of a chip";
            "chip chiptype gpu accelerator gputype gpumodel chipmodel acceleratortype"
            "acceleratormodel aichip gpukind hardware 芯片 芯片型号";
        /// Number of accelerators.
        chip_count: Maybe = Measure Count;
            "chipcount chipquantity gpucount gpus accelerators numberofgpus numgpus gpunumber"
            "ngpus gpuquantity acceleratorcount numberofchips chips gpu数量 芯片数量";
        /// Whether that is the number of this phase.
        chip_count_scope: CountScope = Extra Text "phase or site"; "chipcountscope";
        /// Who uses this increment.
        tenant: Name = Extra Named "names parted by `;`"; "tenant user users customer";
        /// State.
        status: Status = Extra Text by_hand "operating, construction, planned, announced or cancelled";
            "status statut etat estado stato 状态 stage projectstatus qstatus queuestatus"
            "constructionphase buildstatus 状況 estadodelproyecto situacaoatual etatdavancement";
        /// How well the row is supported.
        confidence: Confidence = Extra Text "high, medium or low"; "confidence certainty";
        /// Cost of the increment.
        capex_usd_bn: Maybe = Extra Amount "a number ≥ 0, in bn USD"; "capexusdbn capex";
        /// Page with the main figure.
        source: Name = Extra Text "an address"; "source sources url link";
        /// Its day.
        as_of: MaybeDay = Extra Date;
            "asof updated lastupdated lastupdate updatedat dateupdated updatedate lastmodified"
            "lastverified verifieddate stand dateofdata";
        /// What was derived and how.
        notes: Name = Extra Text; "notes note remarks comment";
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
