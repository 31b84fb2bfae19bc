//! What the workspace promises about itself: which crate may know which, how long a file may be, what the README says
//! about features. Facts in prose are tested, because nobody notices when they stop being true.

mod compiler;
mod evidence;
mod features;
mod files;
mod guides;
mod layering;
mod reserved;
mod runs;

use std::path::Path;

use cargo_metadata::{Metadata, MetadataCommand};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the workspace")
}

/// The workspace's own packages, as their manifests have them.
fn workspace() -> Metadata {
    MetadataCommand::new()
        .cargo_path(env!("CARGO"))
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("the manifests can be read")
}
