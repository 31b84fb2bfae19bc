use std::sync::Arc;

use bytes::Bytes;

use super::apply;
use super::plan::{FlashAct, Plan};
use crate::clock::Timestamp;
use crate::current::{Base, Bits, Intent};
use crate::data::SessionData;
use crate::error::Error;
use crate::event::Events;
use crate::evolve::read::Reading;
use crate::merge::Dirty;
use crate::record::Principal;
use crate::token::Handle;

/// The fields of a session that was begun with `data` in it, and whose it is, as a commit would write them. Flash values
/// have the number of their row in place of a random id, so that the same data gives the same bytes.
pub(crate) fn whole<T: SessionData>(data: T) -> Result<(Bytes, Principal), Error> {
    let mut plan = Plan {
        data: Arc::new(data),
        version: 0,
        base: Base { data: Arc::new(T::empty()), fields: Bytes::new(), stored: None },
        dirty: Dirty::default(),
        flash: Vec::new(),
        slots: Vec::new(),
        intent: Intent::default(),
        touched: Bits::ALL,
        departures: 0,
    };
    plan.find_dirty()?;
    plan.find_flash(super::When::Asked)?;
    for change in &mut plan.flash {
        if let FlashAct::Set { id, .. } = &mut change.what {
            *id = change.row as u64;
        }
    }
    let events = Events::default();
    let reading = Reading { handle: Handle::from_bytes([0; 16]), events: &events };
    let over = apply::Over { reading, header: None, theirs: &Bytes::new(), ancestor: None };
    Ok((apply::onto(&plan, &over, Timestamp::default())?, plan.principal(None)?))
}
