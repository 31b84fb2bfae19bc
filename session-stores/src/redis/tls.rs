//! TLS through rustls, with ring.

use redis::{Client, ClientTlsConfig, ConnectionAddr, ConnectionInfo, TlsCertificates};
use rustls::crypto::{CryptoProvider, ring};

use super::address::Address;

/// What is trusted, and what is shown, instead of the defaults.
#[derive(Default)]
pub(super) struct Tls {
    pub(super) root: Option<Vec<u8>>,
    pub(super) client: Option<(Vec<u8>, Vec<u8>)>,
}

impl Tls {
    /// The same address, with these certificates on every connection.
    ///
    /// # Errors
    /// They cannot be read, or there is nothing to use them on.
    pub(super) fn apply(self, address: Address) -> Result<Address, String> {
        let is_given = self.root.is_some() || self.client.is_some();
        let certificates = TlsCertificates {
            client_tls: self
                .client
                .map(|(client_cert, client_key)| ClientTlsConfig { client_cert, client_key }),
            root_cert: self.root,
        };
        let secured = |info: ConnectionInfo| match (info.addr(), is_given) {
            (ConnectionAddr::TcpTls { .. }, _) => secure(info, is_given.then_some(&certificates)),
            (_, true) => {
                Err("certificates are given, but the address is not one of TLS (`rediss…`)".to_owned())
            }
            (_, false) => Ok(info),
        };
        let all = |infos: Vec<ConnectionInfo>| infos.into_iter().map(secured).collect::<Result<Vec<_>, _>>();
        Ok(match address {
            Address::Server(info) => Address::Server(Box::new(secured(*info)?)),
            Address::Cluster { seeds } => Address::Cluster { seeds: all(seeds)? },
            Address::Sentinel { master, sentinels, servers } => Address::Sentinel {
                master,
                sentinels: all(sentinels)?,
                servers: Box::new(secured(*servers)?),
            },
        })
    }
}

fn secure(info: ConnectionInfo, certificates: Option<&TlsCertificates>) -> Result<ConnectionInfo, String> {
    // rustls brings no cryptography of its own, and panics where none was chosen. What the app chose stands.
    if CryptoProvider::get_default().is_none() {
        // Another thread may choose at the same moment; then that is the choice.
        let _chosen = ring::default_provider().install_default();
    }
    let Some(certificates) = certificates else { return Ok(info) };
    let client = Client::build_with_tls(info, certificates.clone())
        .map_err(|error| format!("the certificates cannot be used: {error}"))?;
    Ok(client.get_connection_info().clone())
}
