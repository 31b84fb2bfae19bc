use session::store::{Cursor, Page, Scan, Store as _};
use session::{Error, ErrorKind, Handle};

use super::{Inner, MemoryStore, lock};

/// The most records that are looked at for one page, whatever is asked for: a lock is held no longer than that.
const PAGE_MAX: usize = 1024;

/// Goes through shard after shard, each in the order of its handles. A cursor is the last handle that was looked at,
/// and no lock outlives a page, so whatever comes and goes meanwhile, a session that lived throughout is seen, and seen
/// once.
impl Scan for MemoryStore {
    /// Looks at `limit` sessions, 1024 at the most; the expired ones among them are not in the page. O(page + shards).
    ///
    /// # Errors
    /// `Unsupported` for the cursor of another kind of store.
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let after = cursor.map(read).transpose()?;
        Ok(self.0.page(after, limit))
    }

    /// O(shards + expired).
    async fn count(&self) -> Result<u64, Error> {
        Ok(self.stats().live as u64)
    }

    /// O(n log n), the locks released again and again; a session that begins meanwhile may stay.
    async fn clear(&self) -> Result<u64, Error> {
        let mut ended = 0;
        let mut cursor = None;
        loop {
            let page = self.scan(cursor.as_ref(), PAGE_MAX).await?;
            for handle in &page.handles {
                ended += u64::from(self.delete(handle).await?);
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(ended);
            }
        }
    }
}

impl Inner {
    fn page(&self, mut after: Option<Handle>, limit: usize) -> Page {
        let mut left = limit.clamp(1, PAGE_MAX);
        let mut handles = Vec::new();
        let first = after.map_or(0, |handle| self.index(&handle));
        for shard in &self.shards[first..] {
            let shard = lock(shard);
            let (seen, last) = shard.page(after.take(), self.clock.now(), left, &mut handles);
            left -= seen;
            if left == 0 {
                return Page { handles, next: last.map(write) };
            }
        }
        Page { handles, next: None }
    }
}

fn write(last: Handle) -> Cursor {
    Cursor(last.as_bytes().to_vec())
}

fn read(cursor: &Cursor) -> Result<Handle, Error> {
    let bytes = cursor.0.as_slice().try_into();
    bytes.map(Handle::from_bytes).map_err(|source| {
        Error::new(ErrorKind::Unsupported { power: "go on from another store's cursor" }).caused_by(source)
    })
}
