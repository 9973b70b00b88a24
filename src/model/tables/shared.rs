//! Titles that columns of sites and of phases have in common, without unit, blanks and marks, in small
//! letters; the better ones first.

/// Titles of the day of going online.
pub const ONLINE: &str = "\
    jahr annee ano anno rok vuosi 年 年份 연도 \
    onlinedate opendate 가동시기 firstoperationaldate operationalsince commissioned commissioneddate \
    commissionedyear commissioningyear commissioningdate cod operatingyear operationalyear \
    yearopened openingyear openingdate inservicedate inserviceyear startdate startyear start \
    year date month period quarter inbetriebnahme inbetriebnahmejahr inbetriebnahmedatum \
    baujahr datemiseenservice miseenservice anneemiseenservice fechapuestaenservicio \
    puestaenservicio fechadeoperacion anodeoperacion entradaemoperacao ingebruikname \
    messainesercizio 投产时间 投产日期 投产年份 投运时间 上线时间 開業 稼働開始 稼働日 \
    가동일 golivedate golive rfs rfsdate readyforservice energisation energizationdate \
    launchdate operationalfrom onlineyear yearonline yearoperational dateoperational \
    activationdate completiondate yearcompleted completionyear yearcommissioned \
    datecommissioned startofoperation startofoperations expectedcompletion \
    expectedcompletiondate completion targetcompletion plannedcompletion estimatedcompletion \
    estimatedcompletiondate expectedonline expectedonlinedate expectedonlineyear \
    plannedonline targetonline targetdate expecteddate expectedcod plannedcod targetcod \
    ondate propdate proposeddate proposedonlinedate proposedcod expectedinservice \
    expectedinservicedate plannedinservicedate requestedinservicedate expectedyear \
    openingyearexpected anticipatedonline anticipatedcompletion delivery deliverydate \
    expecteddelivery expectedopening startofservice goliveyear operationdate operationstart \
    operationstartdate operationsstart commercialoperation commercialoperationdate \
    commercialoperationsdate fechapuestaenmarcha puestaenmarcha iniciodaoperacao \
    iniciooperacao iniciodeoperacion 稼働予定 稼働予定日 稼働予定年 竣工 竣工日 竣工年 \
    竣工予定 投运日期 运营时间 计划投产 expectedinserviceyear firstpower firstpowerdate \
    energisationyear firstoperational firstonline opened openedin yearbuilt built \
    established eta targetyear deliveryyear poweron powerondate readydate readyyear \
    constructioncompleted completed anneedouverture datedouverture ouverture eroffnung \
    eroffnet eroffnungsjahr fertigstellung jahrderinbetriebnahme geplanteinbetriebnahme \
    bauende anodeapertura fechadeapertura fechadeinicio fechadeentradaenservicio \
    entradaenoperacion entradaenservicio inauguracion anodeinicio datadeoperacao datadiavvio \
    avvio annodiapertura apertura dataapertura opleverdatum oplevering jaar 启用时间 \
    启用日期 建成时间 建成年份 开业时间 运营年份 投产 運用開始 運用開始日 開設年 開設 \
    稼働時期 稼働年 稼働開始年 完成予定 완공 완공일 준공 준공일 rokuruchomienia uruchomienie \
    driftstart driftsstart drifttagning driftsattning kayttoonotto inservice isd \
    poiinservice effectivedate";

/// Titles of the day on which something ends.
pub const RETIRED: &str = "\
    retireddate retiredyear retirementdate retirementyear decommissioned decommissioneddate \
    decommissionedyear closed closeddate closedyear closuredate enddate endyear stilllegung \
    stilllegungsjahr fermeture cierre";

/// Titles of power at the meter.
pub const POWER: &str = "\
    phasecapacity phasepower phasemw unitcapacity unitpower buildingcapacity blockcapacity \
    facilitypower power powercapacity capacity currentpower totalpower mw nameplatecapacity \
    knownload sitepower leistung anschlussleistung nennleistung kapazitat puissance capacite \
    puissanceinstallee potencia capacidad capacidade potenza capacita vermogen capaciteit \
    moc effekt 功率 容量 装机容量 电力容量 電力 電力容量 設備容量 전력 용량 \
    installedcapacity totalcapacity sitecapacity loadmw peakload utilityload gridload \
    powerdemand electricalload maxpower totalload demand 受電容量 契約電力 utilitypower \
    totalutilitypower powercap puissanceelectrique puissanceraccordee puissancedemandee \
    elektrischeleistung netzanschlussleistung gesamtleistung potenciacontratada \
    potenciaelectrica potenciainstalada capacidadinstalada potenzaelettrica \
    potenzainstallata aansluitvermogen 总功率 总容量 設備電力 電力規模 nameplate";

/// Titles of IT load.
pub const IT_POWER: &str = "\
    itpower itload criticalit itcapacity criticalload criticalitload itleistung puissanceit \
    potenciait it容量 criticalpower cargait potenzait potenciati";

/// Titles of the chip.
pub const CHIP: &str = "\
    chiptype chiptypeprimary gpu accelerator gputype gpumodel chipmodel acceleratortype \
    acceleratormodel aichip gpukind hardware 芯片 芯片型号 processor chipfamily typedegpu \
    typesdegpu chiptyp gputyp tipodegpu primarychip primarychiptype hardwaretype";

/// Titles of the number of accelerators.
pub const CHIP_COUNT: &str = "\
    chipquantity chipquantityprimary gpucount gpus accelerators totalnumberofaichips \
    numberofgpus numgpus gpunumber ngpus gpuquantity acceleratorcount numberofchips chips \
    gpu数量 芯片数量 totalgpus totalchips totalaccelerators aichips nombredegpu nombredegpus \
    anzahlgpus anzahlgpu gpuanzahl numerodegpu numerodegpus cantidaddegpu 加速卡数量 gpu数 \
    numchips gpunum gpustotal";

/// Titles of the state.
pub const STATUS: &str = "\
    constructionstatus statut etat situacao situacion estatus stato 状态 狀態 状態 상태 \
    projectstatus sitestatus facilitystatus plantstatus currentstatus developmentstatus \
    buildstatus stage projectstage operationalstatus operatingstatus lifecycle qstatus \
    queuestatus constructionphase 状況 estadodelproyecto situacaoatual etatdavancement \
    unitstatus phasestatus blockstatus estado projektstand standdesprojekts baustand \
    avancement etatduprojet fasedelprogetto toestand 进展 建设阶段 建设状态 進捗 進捗状況 \
    stan condition";

/// Titles of remarks.
pub const NOTES: &str = "\
    note remarks comment bemerkung bemerkungen remarque observaciones 备注 備考 description \
    details remark comments beschreibung anmerkung anmerkungen kommentar commentaire \
    commentaires";

/// Titles of the day of the data.
pub const AS_OF: &str = "\
    updated lastupdated lastupdate updatedat dateupdated updatedate lastmodified \
    lastverified verifieddate stand dateofdata";

/// Titles of the name of a site.
pub const SITE: &str = "\
    sitename facilityname projectname site datacenter datacentre datacentername campus \
    campusname project plant plantname facility clustername canonicalname displayname \
    projecttitle title standort bezeichnung rechenzentrum nom nomdusite nombre \
    nombredelsitio nome nomedosite naam nazwa namn 名称 数据中心 数据中心名称 项目名称 项目 \
    施設名 データセンター 이름 dcname dc sitetitle facilityid locationname asset assetname \
    installation buildingsite station entity サイト名 拠点名 データセンター名 施設 \
    centrodedatos nomedocentro cluster empreendimento 시설명 시설 supercomputer complex";

/// Titles of the phase, unit or building of a site.
pub const UNIT: &str = "\
    phasename phasenumber unit unitname unitid building buildingname block blockname hall \
    increment tranche stage unitphase phaseunit generatorid phaseno phaseid buildingid \
    hallname datahall fase 阶段 etapa etape bauabschnitt ausbaustufe abschnitt 期 期数 棟 \
    号楼 동 etap";
