//! x
pub mod game;
pub mod linear;
pub mod num;
pub mod solve;
#[path = "study/design.rs"]
pub mod design;
