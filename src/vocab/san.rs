//! stub
/// s
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectAltNames {
    /// d
    pub dns: Vec<String>,
    /// e
    pub email: Vec<String>,
    /// i
    pub ip: Vec<std::net::IpAddr>,
    /// u
    pub uri: Vec<String>,
}
/// e
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stub")]
pub struct SanError;
impl SubjectAltNames {
    /// f
    pub fn from_hosts(_hosts: &[String]) -> Self {
        Self::default()
    }
    /// f
    pub fn check_encodable(&self) -> Result<(), SanError> {
        Ok(())
    }
    /// f
    pub fn from_der(_: &[u8]) -> Result<Self, SanError> {
        Ok(Self::default())
    }
    /// f
    pub fn to_der(&self) -> Vec<u8> {
        vec![]
    }
}
impl SubjectAltNames {
    /// x
    pub fn is_empty(&self) -> bool {
        true
    }
    /// x
    pub fn only_ip_addresses(self) -> Self {
        self
    }
    /// x
    pub fn keep(&mut self, _dns: bool, _email: bool, _ip: bool, _uri: bool) {}
}
