use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};

/// A certificate authority of a test, and what it certified: a server on this machine, and a client. All in PEM.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct Certificates {
    pub root: String,
    pub server: String,
    pub server_key: String,
    pub client: String,
    pub client_key: String,
}

impl Certificates {
    /// Fresh ones.
    pub fn make() -> Self {
        let root_key = KeyPair::generate().expect("a key");
        let mut root = CertificateParams::default();
        // Of another name than what it certifies, or that would be taken for self-signed.
        root.distinguished_name.push(DnType::CommonName, "root");
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root_certificate = root.self_signed(&root_key).expect("a certificate");
        let authority = Issuer::new(root, root_key);
        let certify = |name: &str, purpose: ExtendedKeyUsagePurpose| {
            let key = KeyPair::generate().expect("a key");
            let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
            params.extended_key_usages = vec![purpose];
            let certificate = params.signed_by(&key, &authority).expect("a certificate");
            (certificate.pem(), key.serialize_pem())
        };
        let (server, server_key) = certify("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth);
        let (client, client_key) = certify("client.example", ExtendedKeyUsagePurpose::ClientAuth);
        Self { root: root_certificate.pem(), server, server_key, client, client_key }
    }
}
