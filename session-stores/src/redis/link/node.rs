use std::collections::hash_map::RandomState;
use std::error::Error as StdError;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, ProtocolVersion, PushInfo, PushKind, Value};
use session::clock::Timestamp;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::dial::{Dial, Timeouts};
use super::order::Replicas;
use crate::redis::clock::ServerClock;
use crate::redis::event;
use crate::redis::failure::{Failure, NoAnswer, Unsent, WrongServer};

mod lanes;
mod silence;
#[cfg(feature = "cluster")]
mod subscribe;
#[cfg(feature = "cluster")]
pub(in crate::redis) use subscribe::Subscribed;

use lanes::Lanes;
use silence::Silence;

/// How long nobody connects after connecting has failed once; twice as long each time, up to sixteen times. Short,
/// because a session store that is back must not be found out late.
const PAUSE: Duration = Duration::from_millis(25);
const PAUSE_DOUBLES: u32 = 4;

/// One server, by one connection that all operations share. It is made when it is first needed and again when it is of
/// no use any more, one attempt at a time; who comes meanwhile waits for it, in their own time. The attempt has its own: it
/// goes on when nobody waits any more, since connecting may take longer than any operation may.
pub(in crate::redis) struct Node {
    dial: Dial,
    timeouts: Timeouts,
    clock: Arc<ServerClock>,
    line: Arc<Mutex<Line>>,
    /// What tells why there is no connection, if there is none afterwards.
    dialling: tokio::sync::Mutex<Option<JoinHandle<Result<(), Unmade>>>>,
    /// The same server by other connections.
    lanes: Lanes,
}

/// A command, and how it is sent.
#[derive(Clone, Copy)]
pub(in crate::redis) enum Ask<'c> {
    Plain(&'c Cmd),
    /// To a server that is about to take over the key's slot, and was named by the one that still has it.
    Asking(&'c Cmd),
    /// Either, and answered when so many replicas have what it wrote.
    Acked {
        command: &'c Cmd,
        replicas: Replicas,
        asking: bool,
    },
    /// Several at once: an array of that many answers, errors among them.
    Together(&'c redis::Pipeline, usize),
}

/// Why a connection was not made.
type Unmade = Box<dyn StdError + Send + Sync>;

#[derive(Default)]
struct Line {
    live: Option<Live>,
    failures: u32,
    /// Nobody connects before that.
    not_before: Option<Instant>,
}

#[derive(Clone)]
struct Live {
    connection: MultiplexedConnection,
    server: Arc<str>,
    state: Arc<LiveState>,
}

struct LiveState {
    /// The driver has not said that the connection is closed.
    open: AtomicBool,
    silence: Silence,
}

impl Node {
    pub(in crate::redis) fn new(dial: Dial, timeouts: Timeouts, clock: Arc<ServerClock>) -> Self {
        let (line, dialling, lanes) = Default::default();
        Self { dial, timeouts, clock, line, dialling, lanes }
    }

    /// Where it is, as far as that is known.
    pub(in crate::redis) fn name(&self) -> String {
        self.line().live.as_ref().map_or_else(|| self.dial.name(), |live| live.server.to_string())
    }

    /// The host of its address.
    pub(super) fn host(&self) -> String {
        self.dial.host().to_owned()
    }

    /// One command. It is sent once at most.
    ///
    /// # Errors
    /// Everything that a command has no useful answer for.
    pub(in crate::redis) async fn call(&self, ask: Ask<'_>, deadline: Instant) -> Result<Value, Failure> {
        match ask {
            Ask::Acked { replicas, .. } => {
                let make = || Self::new(self.dial.clone(), self.timeouts, Arc::clone(&self.clock));
                let lane = self.lanes.next(make);
                let _turn = timeout_at(deadline, lane.turn.lock()).await.map_err(|_| Unsent::OutOfTime)?;
                if Instant::now() + replicas.within > deadline {
                    // It would be made, and nobody would wait for the replicas.
                    return Err(Unsent::OutOfTime.into());
                }
                lane.node.exchange(ask, deadline).await
            }
            _ => self.exchange(ask, deadline).await,
        }
    }

    async fn exchange(&self, ask: Ask<'_>, deadline: Instant) -> Result<Value, Failure> {
        let live = self.live(deadline).await?;
        self.exchange_over(live, ask, deadline).await
    }

    async fn exchange_over(&self, mut live: Live, ask: Ask<'_>, deadline: Instant) -> Result<Value, Failure> {
        if Instant::now() >= deadline {
            return Err(Unsent::OutOfTime.into());
        }
        live.state.silence.sends();
        let sent = Instant::now();
        let replicas = match ask {
            Ask::Acked { replicas, .. } => Some(replicas),
            _ => None,
        };
        let patience = self.timeouts.response + replicas.map_or(Duration::ZERO, |replicas| replicas.within);
        let until = deadline.min(sent + patience);
        match timeout_at(until, send(&mut live.connection, ask)).await {
            Ok(Ok(value)) => {
                live.state.silence.hears();
                let (value, waited) = match (replicas, value) {
                    (Some(_), Value::Array(mut both)) if both.len() == 2 => {
                        let waited = both.pop();
                        (both.pop().unwrap_or(Value::Nil), waited)
                    }
                    (_, value) => (value, None),
                };
                match value {
                    Value::ServerError(refused) => {
                        let refusal = Failure::Refused(refused);
                        // A master that was made a replica: sessions are elsewhere now.
                        if self.dial.needs_master() && refusal.code() == Some("READONLY") {
                            self.give_up(&live, "it is a replica now");
                        }
                        Err(refusal)
                    }
                    value => match replicas {
                        Some(replicas) => {
                            replicas.judge(&waited.unwrap_or(Value::Nil))?;
                            Ok(value)
                        }
                        None => Ok(value),
                    },
                }
            }
            Ok(Err(error)) => {
                self.give_up(&live, "it broke");
                Err(Failure::of_driver(error))
            }
            Err(_elapsed) => {
                // Answers come in order. If others came meanwhile the server is slow, and another connection would not be
                // faster; if none did for as long as one may take, it is stuck, or gone without a word. How long this
                // operation waited does not say: what was left of its time may have been nothing.
                if live.state.silence.lasts() >= patience {
                    self.give_up(&live, "no answer came");
                }
                Err(Failure::Unanswered(NoAnswer(until.saturating_duration_since(sent)).into()))
            }
        }
    }

    /// Connects, if there is no connection.
    ///
    /// # Errors
    /// There is none in that time.
    pub(in crate::redis) async fn connect(&self, deadline: Instant) -> Result<(), Failure> {
        self.live(deadline).await.map(drop)
    }

    /// Gives the connection up, for that reason. What is under way on it may still be answered.
    pub(in crate::redis) fn disconnect(&self, why: &str) {
        for lane in self.lanes.made() {
            lane.disconnect(why);
        }
        // Whoever waits for it holds the lock, and has no connection anyway.
        if let Ok(mut dialling) = self.dialling.try_lock()
            && let Some(dialling) = dialling.take()
        {
            dialling.abort();
        }
        if let Some(live) = self.line().live.take() {
            event::disconnected(&live.server, why);
        }
    }

    /// Gives the connection up unless it goes to that server; whether it did.
    pub(super) fn leave_unless_at(&self, server: &str) -> bool {
        for lane in self.lanes.made() {
            lane.leave_unless_at(server);
        }
        let mut line = self.line();
        let elsewhere = line.live.take_if(|live| *live.server != *server);
        drop(line);
        elsewhere.is_some()
    }

    async fn live(&self, deadline: Instant) -> Result<Live, Failure> {
        if let Some(live) = self.present()? {
            return Ok(live);
        }
        let turn = timeout_at(deadline, self.dialling.lock()).await;
        let mut dialling = turn.map_err(|_| Unsent::OutOfTime)?;
        // It ended when nobody waited any more. Asked before the line is looked at, where what it made can be seen then.
        if dialling.as_ref().is_some_and(JoinHandle::is_finished) {
            *dialling = None;
        }
        // Whoever had the turn before may have made it, or have failed.
        if let Some(live) = self.present()? {
            return Ok(live);
        }
        let dialled = dialling.get_or_insert_with(|| {
            let (dial, connect, clock) = (self.dial.clone(), self.timeouts.connect, Arc::clone(&self.clock));
            tokio::spawn(connected(dial, connect, clock, Arc::clone(&self.line)))
        });
        // The operation's own time is over: that says nothing of the server.
        let dialled = timeout_at(deadline, dialled).await.map_err(|_| Unsent::OutOfTime)?;
        *dialling = None;
        dialled.unwrap_or_else(|ended| Err(ended.into())).map_err(Unsent::NotConnected)?;
        let live = self.present()?;
        live.ok_or_else(|| Unsent::NotConnected(WrongServer::Left.into()).into())
    }

    /// The connection, if there is one that is of use.
    fn present(&self) -> Result<Option<Live>, Unsent> {
        let mut line = self.line();
        if line.live.as_ref().is_some_and(|live| live.state.open.load(Ordering::Relaxed)) {
            return Ok(line.live.clone());
        }
        if let Some(closed) = line.live.take() {
            event::disconnected(&closed.server, "the server closed it");
        }
        let left = line.not_before.map(|at| at.saturating_duration_since(Instant::now()));
        match left.filter(|left| !left.is_zero()) {
            Some(left) => Err(Unsent::Waiting(left)),
            None => Ok(None),
        }
    }

    fn give_up(&self, live: &Live, why: &str) {
        let mut line = self.line();
        let given_up = line.live.take_if(|present| Arc::ptr_eq(&present.state, &live.state));
        drop(line);
        if given_up.is_some() {
            event::disconnected(&live.server, why);
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        lock(&self.line)
    }
}

/// Nothing foreign runs under the lock, so nothing is half done if a thread panicked that held it.
fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a connection in that time, and leaves it, or until when nobody is to try again.
async fn connected(
    dial: Dial,
    within: Duration,
    clock: Arc<ServerClock>,
    line: Arc<Mutex<Line>>,
) -> Result<(), Unmade> {
    let made = timeout(within, dial.call(&clock)).await;
    let made = made.unwrap_or_else(|_| Err(NoAnswer(within).into()));
    let mut line = lock(&line);
    match made {
        Ok(live) => {
            event::connected(&live.server);
            *line = Line { live: Some(live), ..Line::default() };
            Ok(())
        }
        Err(error) => {
            let pause = jittered(PAUSE * 2_u32.pow(line.failures.min(PAUSE_DOUBLES)));
            line.failures = line.failures.saturating_add(1);
            line.not_before = Some(Instant::now() + pause);
            drop(line);
            event::connecting_failed(&dial.name(), error.as_ref(), pause);
            Err(error)
        }
    }
}

impl Dial {
    async fn call(&self, clock: &ServerClock) -> Result<Live, Unmade> {
        let (client, server) = self.resolve().await?;
        let state = Arc::new(LiveState { open: AtomicBool::new(true), silence: Silence::new() });
        let mut config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        if client.get_connection_info().redis_settings().protocol() == ProtocolVersion::RESP3 {
            let state = Arc::clone(&state);
            config = config.set_push_sender(move |push: PushInfo| {
                if push.kind == PushKind::Disconnection {
                    state.open.store(false, Ordering::Relaxed);
                }
                Ok::<(), ()>(())
            });
        }
        let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let mut live = Live { connection, server: server.into(), state };
        if self.has_sessions() {
            self.greet(&mut live, clock).await?;
        }
        Ok(live)
    }

    /// Asks who the server is, and what time it has.
    async fn greet(&self, live: &mut Live, clock: &ServerClock) -> Result<(), Unmade> {
        let mut questions = redis::pipe();
        questions.cmd("TIME").cmd("ROLE");
        let sent = Instant::now();
        let answers = live.connection.send_packed_commands(&questions, 0, 2).await?;
        let received = Instant::now();
        let [time, role] = &answers[..] else { return Err(WrongServer::Answer.into()) };
        if let Some(time) = time_of(time) {
            clock.learn(sent, received, time);
        }
        // A user who may not ask is told by the first write.
        match self.needs_master() && role_of(role) == Some(b"slave") {
            true => Err(WrongServer::Replica.into()),
            false => Ok(()),
        }
    }
}

async fn send(connection: &mut MultiplexedConnection, ask: Ask<'_>) -> redis::RedisResult<Value> {
    match ask {
        Ask::Plain(command) => connection.send_packed_command(command).await,
        Ask::Asking(command) => {
            let mut both = redis::pipe();
            both.cmd("ASKING").add_command(command.clone());
            let mut answers = connection.send_packed_commands(&both, 1, 1).await?;
            Ok(answers.pop().unwrap_or(Value::Nil))
        }
        Ask::Acked { command, replicas, asking } => {
            let mut all = redis::pipe();
            if asking {
                all.cmd("ASKING");
            }
            all.add_command(command.clone()).add_command(replicas.wait());
            connection.send_packed_commands(&all, usize::from(asking), 2).await.map(Value::Array)
        }
        Ask::Together(commands, count) => {
            connection.send_packed_commands(commands, 0, count).await.map(Value::Array)
        }
    }
}

/// Half to all of it, so that many nodes do not come back at one moment.
fn jittered(span: Duration) -> Duration {
    let random = RandomState::new().hash_one(()) % 512;
    span / 2 + span / 2 * u32::try_from(random).unwrap_or(0) / 512
}

/// What `TIME` says.
pub(super) fn time_of(answer: &Value) -> Option<Timestamp> {
    let Value::Array(parts) = answer else { return None };
    let number = |part: Option<&Value>| match part? {
        Value::BulkString(digits) => std::str::from_utf8(digits).ok()?.parse::<u64>().ok(),
        _ => None,
    };
    let (seconds, micros) = (number(parts.first())?, number(parts.get(1))?);
    Some(Timestamp::from_millis(seconds.checked_mul(1000)?.checked_add(micros / 1000)?))
}

/// The first word of what `ROLE` says.
fn role_of(answer: &Value) -> Option<&[u8]> {
    let Value::Array(parts) = answer else { return None };
    match parts.first()? {
        Value::BulkString(role) => Some(role),
        _ => None,
    }
}
