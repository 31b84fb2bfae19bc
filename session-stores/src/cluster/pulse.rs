use std::collections::VecDeque;

use super::Moment;

/// The heartbeats of one subscription: numbered, each with the moment at which it was sent. Given the time, asks nobody.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    last: u64,
    /// Sent and not come back, oldest first.
    out: VecDeque<(u64, Moment)>,
    heard: u64,
}

/// What a heartbeat that came back says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beat {
    /// Everything that was published before that moment has come.
    Proves(Moment),
    /// The one before it did not come: something was lost.
    Gap(Moment),
    /// Nothing new.
    Old,
}

/// More than can be under way: a beat that is older is as good as lost.
const OUT: usize = 64;

impl Pulse {
    /// The number of the beat that is sent now.
    pub(super) fn send(&mut self, now: Moment) -> u64 {
        self.last += 1;
        self.out.push_back((self.last, now));
        if self.out.len() > OUT {
            self.out.pop_front();
        }
        self.last
    }

    /// That beat surely was not made, so nobody need miss it. Only the last one can be taken back.
    pub(super) fn unsend(&mut self, number: u64) {
        if number == self.last && self.out.back().is_some_and(|(last, _)| *last == number) {
            self.out.pop_back();
            self.last -= 1;
        }
    }

    /// That beat came back.
    pub(super) fn hear(&mut self, number: u64) -> Beat {
        let Some(place) = self.out.iter().position(|(sent, _)| *sent == number) else { return Beat::Old };
        let (_, sent) = self.out[place];
        self.out.drain(..=place);
        let is_next = number == self.heard + 1;
        self.heard = number;
        if is_next { Beat::Proves(sent) } else { Beat::Gap(sent) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(ms: u64) -> Moment {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_beat_proves_from_when_it_was_sent() {
        let mut pulse = Pulse::default();
        let (one, two) = (pulse.send(at(10)), pulse.send(at(20)));
        assert_eq!(pulse.hear(one), Beat::Proves(at(10)));
        assert_eq!(pulse.hear(two), Beat::Proves(at(20)));
    }

    #[test]
    fn a_number_that_did_not_come_is_a_gap_and_its_late_coming_nothing() {
        let mut pulse = Pulse::default();
        let (one, two, three) = (pulse.send(at(1)), pulse.send(at(2)), pulse.send(at(3)));
        assert_eq!(pulse.hear(one), Beat::Proves(at(1)));
        assert_eq!(pulse.hear(three), Beat::Gap(at(3)));
        assert_eq!(pulse.hear(two), Beat::Old);
        assert_eq!(pulse.hear(three), Beat::Old);
        assert_eq!(pulse.hear(99), Beat::Old);
    }

    #[test]
    fn a_beat_that_was_not_made_leaves_no_gap() {
        let mut pulse = Pulse::default();
        let one = pulse.send(at(1));
        assert_eq!(pulse.hear(one), Beat::Proves(at(1)));
        let two = pulse.send(at(2));
        pulse.unsend(two);
        let again = pulse.send(at(3));
        assert_eq!(again, two);
        assert_eq!(pulse.hear(again), Beat::Proves(at(3)));
    }
}
