//! What the consumer of a certificate will refuse, and why: roles, chains, names, files.
//!
//! [`material`] is what was read, [`question`] what is asked of it, and [`check`] gives the findings. A defect is one
//! finding; what follows from it for others carries the code of its cause. Whatever no rule explains is left to
//! rustls-webpki, which has the last word on every path, but not on name constraints: it does not know all kinds.

mod assess;
mod causes;
pub mod codes;
mod copies;
pub mod facts;
mod graph;
pub mod material;
mod name_constraints;
mod names;
pub mod policy;
pub mod prometheus;
pub mod question;
pub mod report;
pub mod role;
mod rules;
pub mod text;
mod verdict;

pub use names::{Host, NoHost};
pub use verdict::check;
