//! Kinds of accelerators.

use crate::model::table::table;
use crate::model::{Maybe, Name};

table! {
    /// Kinds of accelerators.
    rows chips: Chip unique(chip: chip) {
        /// Key.
        chip: Name = Key Text "text, no two alike"; "chip chipname name";
        /// Who designs it.
        vendor: Name = Key Text "a name"; "vendor manufacturer";
        /// Month of release.
        released: Name = Extra Text "a month"; "released releasedate";
        /// Power of the chip.
        tdp_w: Maybe = Extra Watts "a number ≥ 0, in W"; "tdpw tdp";
        /// All IT power per chip.
        server_w_per_chip: Maybe = Measure Watts; "serverwperchip";
        /// Peak dense BF16.
        bf16_dense_tflops: Maybe = Extra Amount "a number ≥ 0, in TFLOPS"; "bf16densetflops";
        /// Peak dense FP8.
        fp8_dense_tflops: Maybe = Extra Amount "a number ≥ 0, in TFLOPS"; "fp8densetflops";
        /// Memory.
        memory_gb: Maybe = Extra Amount "a number ≥ 0, in GB"; "memorygb";
        /// Memory bandwidth.
        memory_bw_tb_s: Maybe = Extra Amount "a number ≥ 0, in TB/s"; "memorybwtbs";
        /// H100 equivalents of one chip.
        h100e: Maybe = Measure Amount; "h100e h100equivalents";
        /// Price of one chip.
        price_usd: Maybe = Extra Amount "a number ≥ 0, in USD"; "priceusd";
        /// Pages.
        source: Name = Extra Text; "source";
        /// Remarks.
        notes: Name = Extra Text; "notes";
    }
}
