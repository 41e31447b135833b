//! Linear algebra without rounding: the integer-pivoting dictionary and what stands on it.

mod dictionary;

pub use dictionary::{Dictionary, Place, RowSigns};
