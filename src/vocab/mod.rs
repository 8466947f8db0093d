//! The field's words, each in one place: no input, no output, no policy.

pub mod algorithm;
pub mod duration;
pub mod pem;
pub mod quote;
pub mod san;
pub mod validity;
