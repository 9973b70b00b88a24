//! Amounts of a quantity, written for people.

use crate::scenario::Quantity;
use crate::units::{Megawatts, power, scaled};

/// An amount with its unit: `340 MW`, `1.2 M chips`, `85 k H100e`.
pub fn amount(quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::FacilityMw | Quantity::ItMw => power(Megawatts(value)),
        Quantity::Accelerators => scaled(value, "chips"),
        Quantity::H100e => scaled(value, "H100e"),
    }
}

/// The amount that a large symbol stands for: 5 GW at the meter, and what comes near it.
pub fn reference(quantity: Quantity) -> f64 {
    match quantity {
        Quantity::FacilityMw => 5e3,
        Quantity::ItMw => 4e3,
        Quantity::Accelerators => 2e6,
        Quantity::H100e => 5e6,
    }
}

/// What a quantity is called in a sentence.
pub fn noun(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::FacilityMw => "power at the meter",
        Quantity::ItMw => "IT power",
        Quantity::Accelerators => "the number of accelerators",
        Quantity::H100e => "compute in H100 equivalents",
    }
}
