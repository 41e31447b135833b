//! Studies: many answers over a space of parameters, kept so that an interrupted run goes on.

pub mod journal;
