use std::collections::VecDeque;

use super::report::Moment;

/// What a browser knows of its session, from what it was answered.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// So many were acknowledged, and so many may have been made.
    pub(super) views: (u64, u64),
    /// Who it may be.
    users: Vec<i64>,
    /// What may stand in it: first what was acknowledged last, then what may have been written since, in order.
    texts: VecDeque<String>,
    /// A rotation got no answer, so the browser may be without its session.
    pub(super) rotating: bool,
    /// A logout got no answer, and may arrive at any time.
    pub(super) dying: bool,
    /// When that was known.
    pub(super) since: Moment,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) stored: bool,
    user: i64,
    pub(super) views: u64,
    text: String,
}

impl Shown {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        Some(Self {
            stored: parts.next()?.parse().ok()?,
            user: parts.next()?.parse().ok()?,
            views: parts.next()?.parse().ok()?,
            text: parts.next()?.to_owned(),
        })
    }
}

impl Known {
    /// Nothing yet.
    pub(super) fn nothing(since: Moment) -> Self {
        let texts = VecDeque::from([String::new()]);
        Self { views: (0, 0), users: vec![0], texts, rotating: false, dying: false, since }
    }

    pub(super) fn counted(&mut self, acknowledged: bool) {
        self.views.0 += u64::from(acknowledged);
        self.views.1 += 1;
    }

    pub(super) fn wrote(&mut self, text: String, acknowledged: bool) {
        if acknowledged {
            self.texts.clear();
        }
        self.texts.push_back(text);
    }

    pub(super) fn signed_in(&mut self, user: i64, acknowledged: bool) {
        if acknowledged {
            self.users.clear();
        }
        self.users.push(user);
    }

    /// Something acknowledged was written over whatever was on its way: that can no longer be made.
    pub(super) fn settle(&mut self) {
        self.rotating = false;
    }

    /// Takes in what a page shows: what is wrong with it, if anything is.
    pub(super) fn see(&mut self, shown: &Shown) -> Result<(), String> {
        let (least, most) = self.views;
        if !(least..=most).contains(&shown.views) {
            return Err(format!("{} was counted where {least} to {most} can be", shown.views));
        }
        if !self.users.contains(&shown.user) {
            return Err(format!("it is user {} where {:?} can be", shown.user, self.users));
        }
        let Some(at) = self.texts.iter().position(|text| *text == shown.text) else {
            return Err(format!("it says {:?} where {:?} can be", shown.text, self.texts));
        };
        self.views.0 = shown.views;
        // Whatever was sent before that was made before it, or never.
        self.texts.drain(..at);
        Ok(())
    }

    /// What stood in another session may stand in this one.
    pub(super) fn may_be_as(&mut self, other: Self) {
        self.views.1 = self.views.1.max(other.views.1);
        self.texts.extend(other.texts);
    }

    /// After a failover: what is there now is right, and what was before it may be seen still.
    pub(super) fn accept(&mut self, shown: &Shown) {
        self.views = (self.views.0.min(shown.views), self.views.1.max(shown.views));
        self.users.push(shown.user);
        self.texts.push_front(shown.text.clone());
    }
}
