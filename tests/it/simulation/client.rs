//! What clients do in a request.

use std::rc::Rc;

use session::http::RequestFacts;

use super::data::{Extra, Newer, Room};
use super::model::Kind;
use super::visit::Visit;
use super::wire::give_way;
use super::world::{World, group};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Write,
    /// The same through accessors of single fields.
    WriteApart,
    Commit,
    /// Commits in one task, and changes more in another one while that commit is under way.
    CommitMeanwhile,
    Theme,
    SetNotice,
    TakeNotice,
    SignIn,
    SignOut,
    /// Signs out by setting nobody: with the next commit.
    Leave,
    Destroy,
    StepUp,
    RotateId,
    Touch,
}

/// The first [`GENTLE`] end nobody's session and kill nobody's token.
const ACTS: [Act; 28] = [
    Act::Write,
    Act::Write,
    Act::Write,
    Act::Write,
    Act::Write,
    Act::WriteApart,
    Act::WriteApart,
    Act::WriteApart,
    Act::Commit,
    Act::Commit,
    Act::Commit,
    Act::Commit,
    Act::CommitMeanwhile,
    Act::CommitMeanwhile,
    Act::CommitMeanwhile,
    Act::Theme,
    Act::SetNotice,
    Act::SetNotice,
    Act::TakeNotice,
    Act::TakeNotice,
    Act::TakeNotice,
    Act::SignIn,
    Act::SignIn,
    Act::SignOut,
    Act::Leave,
    Act::StepUp,
    Act::RotateId,
    Act::Touch,
];

const GENTLE: usize = 21;

/// What is done while a commit is under way; again the first ones end nobody's session.
const MEANWHILE: [Act; 8] = [
    Act::Write,
    Act::WriteApart,
    Act::Theme,
    Act::SetNotice,
    Act::Leave,
    Act::SignIn,
    Act::SignIn,
    Act::StepUp,
];

const GENTLE_MEANWHILE: usize = 4;
/// These replace no id: which of two commits in a row did that could not be told.
const SOFT_MEANWHILE: usize = 5;

/// Methods and statuses.
const PAGES: [(bool, bool, bool, u16); 12] = [
    (true, false, false, 200),
    (true, false, false, 200),
    (true, false, false, 200),
    (false, false, false, 200),
    (false, false, false, 200),
    (false, false, false, 303),
    (false, false, false, 303),
    (false, false, false, 303),
    (true, false, false, 500),
    (false, false, false, 500),
    (true, true, false, 200),
    (true, false, true, 200),
];

/// One request of that client, from its cookie to its response.
pub(super) async fn request(world: Rc<World>, client: usize) {
    // Only one client of each group writes the field that the others do not know.
    let newer = (client == 0 || client == 3) && world.dice().chance(200);
    if newer {
        return of_newer(world, client).await;
    }
    let Some(mut visit) = Visit::<Room>::open(world, client).await else { return };
    look(&visit);
    let acts = visit.world.dice().below(5) + 1;
    for _ in 0..acts {
        give_way().await;
        let acts = if visit.world.gentle { &ACTS[..GENTLE] } else { &ACTS[..] };
        let rare = !visit.world.gentle && visit.world.dice().chance(20);
        let act = if rare { Act::Destroy } else { visit.world.dice().pick(acts) };
        visit.say(&format!("{act:?}"));
        perform(&mut visit, act).await;
    }
    give_way().await;
    let (safe, head, prefetch, status) = visit.world.dice().pick(&PAGES);
    visit.end(RequestFacts { safe, head, prefetch }, status).await;
}

/// Somebody who runs the next version of the program.
async fn of_newer(world: Rc<World>, client: usize) {
    let Some(mut visit) = Visit::<Newer>::open(world, client).await else { return };
    let tag = visit.tag(Kind::Extra, visit.session.user());
    visit.say(&format!("writes {tag} into a field of the newer program"));
    visit.session.set_extra(Extra { tag, twice: vec![tag, tag] });
    give_way().await;
    visit.end(RequestFacts { safe: false, head: false, prefetch: false }, 303).await;
}

/// What a page shows is its own principal's.
fn look(visit: &Visit<Room>) {
    let room = visit.session.snapshot();
    let mut model = visit.world.model();
    if let Some(index) = visit.session.id().and_then(|id| model.find(id)) {
        for tag in room.seen.iter().copied().chain(room.marks()).filter(|tag| *tag != 0) {
            model.visible(index, room.user, tag);
        }
    }
}

async fn perform(visit: &mut Visit<Room>, act: Act) {
    let user = visit.session.user();
    match act {
        Act::Commit => visit.commit().await,
        Act::CommitMeanwhile => {
            let acts = match (visit.world.gentle, visit.in_doubt) {
                (true, _) => &MEANWHILE[..GENTLE_MEANWHILE],
                (false, true) => &MEANWHILE[..SOFT_MEANWHILE],
                (false, false) => &MEANWHILE[..],
            };
            let mut left = visit.world.dice().below(3) + 1;
            visit
                .commit_while(|visit| {
                    let act = visit.world.dice().pick(acts);
                    if left > 0 {
                        left -= 1;
                        visit.say(&format!("meanwhile: {act:?}"));
                        change(visit, act);
                    }
                })
                .await;
        }
        Act::SignOut => sign_out(visit, user).await,
        Act::Destroy => destroy(visit).await,
        act => change(visit, act),
    }
}

/// What is done at once and asks no store.
fn change(visit: &mut Visit<Room>, act: Act) {
    let user = visit.session.user();
    match act {
        Act::Write => {
            let (tag, client) = (visit.tag(Kind::Write, user), visit.client);
            visit.session.update(|room| {
                room.count += 1;
                room.seen.insert(tag);
                *room.mark_mut(client) = tag;
            });
        }
        Act::WriteApart => {
            let tag = visit.tag(Kind::Write, user);
            visit.session.update_count(|count| *count += 1);
            visit.session.update_seen(|seen| seen.insert(tag));
            match visit.client {
                0 => visit.session.set_mark_a(tag),
                1 => visit.session.set_mark_b(tag),
                2 => visit.session.set_mark_c(tag),
                _ => visit.session.set_mark_d(tag),
            }
        }
        Act::Theme => {
            let tag = visit.tag(Kind::Other, None);
            visit.session.set_theme(tag);
        }
        Act::SetNotice => {
            let tag = visit.tag(Kind::Other, user);
            visit.session.notice().set(tag);
        }
        Act::TakeNotice => take(visit, user),
        Act::SignIn => sign_in(visit, user),
        Act::Leave => {
            if user.is_some() {
                leave(visit);
            }
            visit.session.set_user(None);
        }
        Act::StepUp => {
            let tag = visit.tag(Kind::Other, user);
            visit.session.set_level(tag);
            visit.strict = true;
        }
        Act::RotateId => {
            visit.session.rotate_id();
            visit.strict = visit.session.id().is_some() || visit.strict;
        }
        Act::Touch => visit.session.touch(),
        Act::Commit | Act::CommitMeanwhile | Act::SignOut | Act::Destroy => unreachable!("these wait"),
    }
}

/// The principal goes with the next commit.
fn leave(visit: &mut Visit<Room>) {
    visit.left = visit.session.id().or(visit.left);
    visit.ended |= visit.left.is_some();
    visit.departed = true;
    visit.strict = false;
    visit.writes.clear();
    let mut model = visit.world.model();
    model.may_end(visit.left);
    model.free(&visit.all);
}

fn take(visit: &mut Visit<Room>, user: Option<i64>) {
    let Some(tag) = visit.session.notice().take() else { return };
    visit.say(&format!("shows message {tag}"));
    visit.taken.push(tag);
    let principal = visit.world.model().known(tag).and_then(|tag| tag.principal);
    if principal.is_some() && principal != user {
        let what = format!("message {tag} of {principal:?} is shown to {user:?}");
        visit.world.model().violated("one principal's data never reaches another", what);
    }
}

fn sign_in(visit: &mut Visit<Room>, user: Option<i64>) {
    let principal = 10 * i64::from(u8::try_from(group(visit.client)).unwrap_or(0)) + 1;
    let principal = principal + i64::from(visit.world.dice().chance(500));
    if user.is_some_and(|user| user != principal) {
        leave(visit);
    }
    visit.session.sign_in(principal);
    visit.strict = true;
}

async fn sign_out(visit: &mut Visit<Room>, user: Option<i64>) {
    let session = visit.session.id().or(visit.left);
    let somebody = user.is_some() || visit.left.is_some();
    // Where nobody is signed in nothing may end, and the model is not told that anything might.
    if somebody || visit.in_doubt {
        visit.world.model().may_end(session);
    }
    match visit.session.sign_out().await {
        Ok(()) if !somebody && visit.session.id() == session => visit.say("nobody was signed in"),
        Ok(()) => {
            visit.world.model().end(session, "signed out");
            visit.ended |= session.is_some();
            visit.left = None;
            if user.is_some() {
                visit.writes.clear();
                visit.world.model().free(&visit.all);
                visit.strict = false;
            }
        }
        Err(_) => visit.say("signing out failed"),
    }
}

async fn destroy(visit: &mut Visit<Room>) {
    let session = visit.session.id().or(visit.left);
    visit.world.model().may_end(session);
    match visit.session.destroy().await {
        Ok(()) => {
            visit.world.model().end(session, "destroyed");
            visit.ended |= session.is_some();
            visit.left = None;
            visit.strict = false;
            visit.writes.clear();
        }
        Err(_) => visit.say("destroying failed"),
    }
}
