//! certwright reads cfssl-style configuration and CSR JSON files and issues the CA, server, client and peer
//! certificates they describe.
//!
//! The layers, each using only those above it in this list: [`vocab`] (the field's words), [`wire`] (JSON as
//! written), [`model`] (what it means), [`key`], [`lint`], [`issue`], [`inspect`], [`formats`], [`live`], [`check`],
//! [`output`], [`store`], [`plan`], [`cli`].

#![forbid(unsafe_code)]

pub mod check;
#[doc(hidden)]
pub mod cli;
pub mod formats;
pub mod inspect;
pub mod issue;
pub mod key;
pub mod lint;
pub mod live;
pub mod model;
pub mod output;
pub mod plan;
pub mod store;
pub mod vocab;
pub mod wire;
