//! The `certwright` program; started as `cfssl` or `cfssljson` it is a drop-in for these.

fn main() {}
