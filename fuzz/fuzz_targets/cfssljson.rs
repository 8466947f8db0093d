//! What `cfssljson` reads: an API answer, or an object with free keys.
#![no_main]

use certwright::wire::api_response::{ApiResponse, Members};
use certwright::wire::json;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = json::read::<ApiResponse>(bytes);
    if let Ok(document) = json::read::<Members>(bytes) {
        // Numbers may change in their last digit (serde_json reads them fast); nothing we print holds one.
        let text = serde_json::to_vec(&document.value.0).unwrap();
        assert!(json::read::<Members>(&text).unwrap().value.0.keys().eq(document.value.0.keys()));
    }
});
