//! A whole PKI from one file: `plan`, `apply`, `rollback`.

mod authorities;
mod certificates;
mod earlier;
pub(super) mod entry;
mod extras;
mod form;
mod found;
mod gone;
mod leftovers;
mod load;
pub(super) mod lookups;
mod memory;
mod places;
mod plain;
pub(super) mod report;
mod rights;
mod rollback;
mod run;
mod setting;
mod strangers;
mod survey;

pub(super) use earlier::spare_key;
pub(super) use rollback::{RollbackArguments, rollback};
pub(super) use run::{ApplyArguments, PlanArguments, apply, plan, take_lock};
