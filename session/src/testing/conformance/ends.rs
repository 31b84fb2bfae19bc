//! What has ended stays ended.

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{SECOND, WINDOW, again, rotation, update};
use crate::store::Gone;

/// Law 3: an update that was under way when the session was deleted comes too late, now and for ever.
pub fn a_late_update_never_revives_a_deleted_session<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a late update never revives a deleted session");
    let base = t.begin(1);
    t.delete(1);
    t.gone_because("an update of a deleted session", &update(1, &base, 1), Gone::Deleted);
    throughout(&t, || {
        t.gone("an update of a deleted session", &update(1, &base, 1));
    });
}

/// Law 3: the same for a rotation: a login never brings back what a logout ended.
pub fn a_late_rotation_never_revives_a_deleted_session<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a late rotation never revives a deleted session");
    let base = t.begin(1);
    t.delete(1);
    t.gone_because("a rotation of a deleted session", &rotation(1, &base, 1, 2), Gone::Deleted);
    throughout(&t, || {
        t.gone("a rotation of a deleted session", &rotation(1, &base, 1, 2));
    });
}

/// Law 3: the same for a touch.
pub fn a_late_touch_never_revives_a_deleted_session<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a late touch never revives a deleted session");
    t.begin(1);
    t.delete(1);
    throughout(&t, || {
        let seen = t.touch(1);
        t.expect(seen.is_err(), format_args!("a touch of a deleted session was answered {seen:?}"));
    });
}

/// Law 3: the session's own create, sent once more, or held up on the way, at any time until it is too late.
pub fn a_delayed_create_never_revives_a_deleted_session<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a delayed create never revives a deleted session");
    let create = t.create(1);
    let _ = t.committed("a create", &create);
    t.delete(1);
    throughout(&t, || {
        t.gone("a create of a deleted session", &again(&create));
    });
}

/// Law 3: a tombstone lives twice as long as a create may take, so that a create that was not yet on its way when the
/// session was deleted finds it, too.
pub fn a_tombstone_outlives_every_create<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a tombstone outlives every create that it must stop");
    let _ = t.begin(1);
    t.delete(1);
    t.pass(WINDOW);
    let create = t.create(1);
    t.pass(29 * SECOND);
    t.gone("a create within twice the window", &create);
    t.absent("after a create within twice the window", 1);
}

fn throughout<S: Keeps>(t: &Trial<'_, S>, mut late: impl FnMut()) {
    // Two windows: as long as a tombstone must live, and then some.
    for _ in 0..=WINDOW.as_secs() {
        late();
        t.absent("after a session was deleted", 1);
        t.pass(2 * SECOND);
    }
    late();
    t.absent("long after a session was deleted", 1);
}

/// Law 3: what was deleted is not there at once.
pub fn a_deleted_session_is_absent<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a deleted session is absent");
    t.begin(1);
    t.expect(t.delete(1), "a delete of a live session was answered that there was none");
    t.absent("after a delete", 1);
}

/// A delete says whether it ended something.
pub fn deleting_twice_is_deleting_once<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "deleting twice is deleting once");
    t.begin(1);
    t.delete(1);
    t.expect(!t.delete(1), "a second delete was answered that there was a session");
    t.absent("after two deletes", 1);
}

/// Law 3: logging out always wins, whatever was rotated meanwhile.
pub fn a_delete_wins_over_every_rotation<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a delete wins over every rotation");
    let base = t.begin(1);
    let rotated = t.committed("a rotation", &rotation(1, &base, 1, 2));
    t.expect(t.delete(1), "a delete of a rotated session was answered that there was none");
    t.gone("a retried rotation of a deleted session", &again(&rotation(1, &base, 1, 2)));
    t.gone("an update of a deleted session", &update(1, &rotated, 2));
    t.absent("after a retried rotation of a deleted session", 1);
}

/// Law 12: a junk cookie on the way out marks nothing, so it cannot keep a session from beginning.
pub fn deleting_a_handle_that_was_never_given_out_marks_nothing<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "deleting a handle that was never given out leaves nothing behind");
    t.expect(!t.delete(1), "a delete of nothing was answered that there was a session");
    let made = t.committed("a create of a handle that was only deleted before", &t.create(1));
    t.stands("after such a create", 1, &made);
}
