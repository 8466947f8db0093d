//! A whole PKI from one file: `plan`, `apply`, `rollback`.

mod authorities;
mod certificates;
mod entry;
mod extras;
mod load;
mod report;
mod run;

pub(super) use run::{ApplyArguments, PlanArguments, RollbackArguments, apply, plan, rollback};
