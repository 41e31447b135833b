//! Equilibria that are handed on while a search goes on, each after its own check.
//!
//! What is handed on is an equilibrium exactly: the check computes both players' payoffs from every
//! action again. That nothing is missing is known at the end, and then the whole list is checked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::certify::{Refutation, certify_equilibrium};
use crate::game::NormalForm;
use crate::game::answer::Equilibrium;
use crate::solve::{Budget, Watch};

use super::solution::limits;

/// What is done with an equilibrium and its number, from 1; false to end the search.
pub type Receiver = Box<dyn FnMut(usize, &Equilibrium) -> bool + Send>;
/// What is done with the share of the search that is done, and the number of nodes.
pub type ProgressReceiver = Box<dyn Fn(f64, u64) + Send + Sync>;

/// A [`Watch`] that checks each equilibrium before it hands it on.
pub struct CertifiedStream {
    game: NormalForm,
    budget: Budget,
    cancel: Arc<AtomicBool>,
    receiver: Option<Mutex<(usize, Receiver)>>,
    progress: Option<ProgressReceiver>,
    refused: Mutex<Option<Refutation>>,
}

impl CertifiedStream {
    /// For the equilibria of a game; `budget` is that of the search, and is given back with a way to
    /// end it. Without a receiver only the progress is told.
    #[must_use]
    pub fn new(
        game: &NormalForm,
        budget: Budget,
        receiver: Option<Receiver>,
        progress: Option<ProgressReceiver>,
    ) -> (Arc<Self>, Budget) {
        let cancel = Arc::new(AtomicBool::new(false));
        let budget = budget.with_cancel(Arc::clone(&cancel));
        let stream = CertifiedStream {
            game: game.clone(),
            budget: budget.clone(),
            cancel,
            receiver: receiver.map(|receiver| Mutex::new((0, receiver))),
            progress,
            refused: Mutex::new(None),
        };
        (Arc::new(stream), budget)
    }

    /// Why the check refused an equilibrium, which would be a fault of the program.
    #[must_use]
    pub fn refused(&self) -> Option<Refutation> {
        self.refused.lock().ok().and_then(|refused| refused.clone())
    }
}

impl Watch for CertifiedStream {
    fn wants_equilibria(&self) -> bool {
        self.receiver.is_some()
    }

    fn found(&self, equilibrium: &Equilibrium) {
        let Some(receiver) = &self.receiver else { return };
        if self.cancel.load(Ordering::Relaxed) {
            return;
        }
        match certify_equilibrium(&self.game, equilibrium, &limits(&self.budget)) {
            Ok(_) => {
                let Ok(mut receiver) = receiver.lock() else { return };
                receiver.0 += 1;
                let number = receiver.0;
                if !(receiver.1)(number, equilibrium) {
                    self.cancel.store(true, Ordering::Relaxed);
                }
            }
            // It is listed at the end, if the time for the check suffices then.
            Err(Refutation::OutOfReach(_)) => {}
            Err(refutation) => {
                if let Ok(mut refused) = self.refused.lock() {
                    refused.get_or_insert(refutation);
                }
                self.cancel.store(true, Ordering::Relaxed);
            }
        }
    }

    fn progressed(&self, share: f64, nodes: u64) {
        if let Some(progress) = &self.progress {
            progress(share, nodes);
        }
    }
}
