use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use session::testing::TestResponse;

use super::app::Client;
use super::known::{Known, Shown};
use super::report::{Moment, Report};
use crate::simulation::dice::Dice;

/// One browser with one session after the other.
pub(super) struct Browser {
    client: Client,
    user: i64,
    dice: Dice,
    known: Known,
    dead: VecDeque<Dead>,
    written: u64,
    /// The era in which it began what it is doing.
    asked: u64,
    report: Arc<Report>,
}

/// A token that must not open anything any more.
struct Dead {
    token: String,
    /// It was acknowledged; otherwise a failover may lose it.
    acknowledged: bool,
    since: Moment,
}

const COOKIE: &str = "session";

/// How many dead tokens are tried again.
const REMEMBERED: usize = 64;

/// How much of a token is its handle's alone: 16 bytes are 21 characters and a part of the next.
const HANDLE: usize = 21;

impl Browser {
    pub(super) fn new(client: Client, number: u64, seed: u64, report: Arc<Report>) -> Self {
        let user = i64::try_from(number).expect("few browsers") + 1;
        let mut dice = Dice::new(seed ^ (number + 1).wrapping_mul(0x9e37_79b9));
        dice.next();
        let asked = report.era();
        let known = Known::nothing(Moment { asked, answered: asked });
        Self { client, user, dice, known, dead: VecDeque::new(), written: 0, asked, report }
    }

    /// Goes on until the run is over.
    pub(super) async fn run(mut self) {
        while !self.report.is_over() {
            self.asked = self.report.era();
            match self.dice.below(100) {
                0..30 => self.count().await,
                30..40 => self.count_in_two_tabs().await,
                40..55 => self.write().await,
                55..80 => self.read().await,
                80..88 => self.login().await,
                88..92 => self.logout().await,
                _ => self.try_a_dead_token().await,
            }
            tokio::time::sleep(Duration::from_millis(self.dice.next() % 20)).await;
        }
    }

    pub(super) async fn count(&mut self) {
        let before = self.token();
        let status = self.post("/count").await;
        self.after_write(before.as_deref(), status, Known::counted);
    }

    /// Both count, whoever is first.
    async fn count_in_two_tabs(&mut self) {
        let Some(before) = self.token() else { return self.count().await };
        // Each with a jar of its own: what a browser does with two answers at once is not the question here.
        let tabs = [(); 2].map(|()| self.client.clone());
        let clock = self.report.clock();
        let (one, other) = tokio::join!(tabs[0].post("/count", &[]), tabs[1].post("/count", &[]));
        clock.stop("two tabs");
        for response in [&one, &other] {
            self.check(response, false);
        }
        if handle(self.token().as_deref()) != handle(Some(&before)) {
            // Both found nothing and began a session each, of which the jar has one.
            self.lost_to(&before, false);
            self.known.views = (0, 2);
            return;
        }
        for response in [one, other] {
            let status = response.status.as_u16();
            self.after_write(Some(&before), status, Known::counted);
        }
    }

    async fn write(&mut self) {
        let before = self.token();
        self.written += 1;
        let text = format!("{}-{}", self.user, self.written);
        let status = self.post(&format!("/write/{text}")).await;
        self.after_write(before.as_deref(), status, |known, acknowledged| known.wrote(text, acknowledged));
    }

    pub(super) async fn login(&mut self) {
        let before = self.token();
        let user = self.user;
        let status = self.post(&format!("/login/{user}")).await;
        match status {
            200 => {
                self.report.count("logins");
                // The id from before a login is dead.
                if let Some(before) = &before
                    && self.token().as_ref() != Some(before)
                {
                    let is_same_session = handle(self.token().as_deref()) == handle(Some(before));
                    self.bury(before.clone(), is_same_session);
                }
            }
            _ => self.known.rotating = true,
        }
        let lost = self.known.clone();
        self.after_write(before.as_deref(), status, |known, acknowledged| {
            known.signed_in(user, acknowledged);
        });
        let is_another = handle(self.token().as_deref()) != handle(before.as_deref());
        if status == 200 && lost.rotating && is_another {
            // The one before it got no answer and arrived in the midst of this one, which then takes over what it has, as
            // the second of two clicks does.
            self.report.count("logins that may have taken over");
            self.known.may_be_as(lost);
        }
    }

    async fn logout(&mut self) {
        let Some(token) = self.token() else { return };
        let clock = self.report.clock();
        let response = self.client.post("/logout", &[]).await;
        clock.stop("/logout");
        let status = response.status.as_u16();
        self.check(&response, status == 200);
        match status {
            200 => {
                self.report.count("logouts");
                // Where nothing was found nothing was ended.
                self.bury(token, response.text() == "true");
                self.begin_anew();
            }
            503 => {
                self.report.count("unanswered");
                self.known.dying = true;
            }
            other => self.report.anomaly(format!("a logout was answered {other}")),
        }
    }

    pub(super) async fn read(&mut self) {
        let Some(token) = self.token() else { return };
        let Some(shown) = self.look(None).await else { return };
        if !shown.stored {
            self.lost(&token);
            return;
        }
        if let Err(wrong) = self.known.see(&shown) {
            match self.is_tolerant() {
                true => {
                    self.report.count("states lost in a failover");
                    self.known.accept(&shown);
                }
                false => self.report.anomaly(format!("user {}: {wrong}", self.user)),
            }
        }
        if !self.report.is_losing() {
            self.known.since = self.moment();
        }
    }

    pub(super) async fn try_a_dead_token(&mut self) {
        if self.dead.is_empty() {
            return;
        }
        let at = self.dice.below(self.dead.len());
        let (token, acknowledged) = (self.dead[at].token.clone(), self.dead[at].acknowledged);
        let Some(shown) = self.look(Some(&token)).await else { return };
        // After the answer: what was lost meanwhile is lost.
        let may_live = || !acknowledged && self.report.may_have_lost_since(self.dead[at].since);
        match shown.stored {
            false => self.report.count("dead tokens refused"),
            true if may_live() => self.report.count("endings lost in a failover"),
            true => {
                let which = if acknowledged { "acknowledged" } else { "unacknowledged" };
                let user = self.user;
                self.report.anomaly(format!("a dead token of user {user} ({which}) opens {shown:?}"));
            }
        }
    }

    /// The page, with the browser's own cookie or another one.
    async fn look(&self, token: Option<&str>) -> Option<Shown> {
        let clock = self.report.clock();
        let response = match token {
            None => self.client.get("/read").await,
            Some(token) => {
                let request = http::Request::get("/read").header("cookie", format!("{COOKIE}={token}"));
                self.client.device().send(request.body(Body::empty()).expect("a request")).await
            }
        };
        clock.stop("/read");
        self.check(&response, false);
        match response.status.as_u16() {
            200 => Shown::parse(response.text()),
            503 => {
                self.report.count("unanswered");
                None
            }
            other => {
                self.report.anomaly(format!("a page was answered {other}"));
                None
            }
        }
    }

    async fn post(&self, path: &str) -> u16 {
        let clock = self.report.clock();
        let response = self.client.post(path, &[]).await;
        clock.stop(path);
        self.check(&response, false);
        response.status.as_u16()
    }

    /// Takes in what became of a change that was sent with that token.
    fn after_write(&mut self, before: Option<&str>, status: u16, change: impl FnOnce(&mut Known, bool)) {
        let now = self.token();
        match status {
            200 => {
                self.report.count("acknowledged");
                if let Some(before) = before
                    && handle(now.as_deref()) != handle(Some(before))
                {
                    // Nobody had that session any more, and the change began another one.
                    self.lost_to(before, false);
                }
                change(&mut self.known, true);
                self.known.settle();
            }
            503 if now.is_none() => {
                // It may have begun a session whose token nobody has.
                self.report.count("unanswered");
                self.begin_anew();
            }
            503 => {
                self.report.count("unanswered");
                change(&mut self.known, false);
            }
            // It was rotated away, or ended, while it was loaded.
            409 if self.may_be_lost() => self.report.count("changes too late"),
            other => self.report.anomaly(format!("a change was answered {other}")),
        }
    }

    fn may_be_lost(&self) -> bool {
        self.known.rotating || self.known.dying || self.is_tolerant()
    }

    /// The session is gone.
    fn lost(&mut self, token: &str) {
        self.lost_to(token, true);
    }

    fn lost_to(&mut self, token: &str, clears: bool) {
        if !self.may_be_lost() {
            self.report.anomaly(format!("a session of user {} is gone: {:?}", self.user, self.known));
        }
        self.report.count("sessions lost to what was in doubt");
        self.bury(token.to_owned(), false);
        match clears {
            true => self.begin_anew(),
            false => self.known = Known::nothing(self.moment()),
        }
    }

    fn begin_anew(&mut self) {
        self.client.jar().clear();
        self.known = Known::nothing(self.moment());
    }

    fn bury(&mut self, token: String, acknowledged: bool) {
        if self.dead.len() == REMEMBERED {
            self.dead.pop_front();
        }
        self.dead.push_back(Dead { token, acknowledged, since: self.moment() });
    }

    /// Whether a failover may have lost something that this browser was told.
    fn is_tolerant(&self) -> bool {
        self.report.may_have_lost_since(self.known.since)
    }

    /// When what was just answered was so.
    fn moment(&self) -> Moment {
        Moment { asked: self.asked, answered: self.report.era() }
    }

    /// Nothing but a logout takes a cookie away.
    fn check(&self, response: &TestResponse, is_logout: bool) {
        let clears = response.set_cookies().iter().any(|cookie| cookie.contains("Max-Age=0"));
        if clears && !is_logout {
            self.report.anomaly(format!("an answer {} cleared the cookie", response.status));
        }
        if response.status == 503 && !response.set_cookies().is_empty() {
            self.report.anomaly("an outage set a cookie".to_owned());
        }
    }

    fn token(&self) -> Option<String> {
        self.client.jar().get(COOKIE).map(str::to_owned)
    }
}

fn handle(token: Option<&str>) -> Option<&str> {
    token.map(|token| token.get(..HANDLE).unwrap_or(token))
}
