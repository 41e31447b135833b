//! The strategic form, in both versions: payoffs for every profile, or numbered outcomes.

use crate::game::extensive::unique_names;
use crate::game::{NormalForm, Player};
use crate::model::{Code, Span};
use crate::num::Rational;

use super::lexer::{Lexer, Token, not_closed};
use super::{GambitFile, Game, Help, Read, fault, read_prologue};

/// The largest number of payoffs.
const MOST_PAYOFFS: usize = 1 << 24;

/// Strategies as the file gives them.
struct Strategies {
    labels: Vec<Vec<String>>,
    span: Span,
}

pub(super) fn read(lexer: &mut Lexer<'_>) -> Read<GambitFile> {
    let prologue = read_prologue(lexer, "NFG", "1")?;
    let count = prologue.players.len();
    let strategies = read_strategies(lexer, count, prologue.list)?;
    let mut comment = String::new();
    if let Token::Text(_) = lexer.peek()?
        && let (Token::Text(text), _) = lexer.next()?
    {
        comment = text;
    }
    let sizes: Vec<usize> = strategies.labels.iter().map(Vec::len).collect();
    let payoffs = if *lexer.peek()? == Token::Open {
        read_outcomes(lexer, &sizes, strategies.span)?
    } else {
        read_payoffs(lexer, &sizes, strategies.span)?
    };
    let names = unique_names(prologue.players.iter().map(|(name, _)| name.as_str()));
    let players = names.into_iter().zip(strategies.labels);
    let players = players.map(|(name, labels)| Player { name, actions: labels }).collect();
    let game = NormalForm::new(players, payoffs)
        .map_err(|error| fault(Code::G013, strategies.span, error.to_string(), "the strategies"))?;
    Ok(GambitFile { title: prologue.title, comment, game: Game::Strategic(game) })
}

/// `{ 2 3 }` or `{ { "a" "b" } { "c" "d" "e" } }`.
fn read_strategies(lexer: &mut Lexer<'_>, players: usize, list: Span) -> Read<Strategies> {
    let (token, open) = lexer.next()?;
    if token != Token::Open {
        return Err(lexer.unexpected(&token, open, "the list of strategies, in braces,"));
    }
    let mut labels: Vec<Vec<String>> = Vec::new();
    let mut profiles: usize = 1;
    let close = loop {
        let nested = match lexer.peek()? {
            Token::Close => break lexer.next()?.1,
            Token::Open => true,
            Token::Word(_) => false,
            _ => {
                let (token, span) = lexer.next()?;
                if token == Token::End {
                    return Err(not_closed(open, span));
                }
                let what = "a list or number of strategies";
                return Err(lexer.unexpected(&token, span, what));
            }
        };
        let (own, span): (Result<Vec<String>, u64>, Span) = if nested {
            let (_, begin) = lexer.next()?;
            let (own, end) = lexer.texts(begin, "the name of a strategy, in quotes,")?;
            let span = Span::new(begin.start, end.end);
            (Ok(own.into_iter().map(|(label, _)| label).collect()), span)
        } else {
            let (number, span) = lexer.whole("a number of strategies", 0)?;
            (Err(number), span)
        };
        if labels.len() == players {
            let message = format!(
                "there {} and strategies for more",
                if players == 1 {
                    "is 1 player".to_owned()
                } else {
                    format!("are {players} players")
                }
            );
            return Err(fault(Code::G006, span, message, "nobody has these strategies")
                .related(list, "the players"));
        }
        let number = match &own {
            Ok(own) => own.len() as u64,
            Err(number) => *number,
        };
        if number == 0 {
            let at = labels.len() + 1;
            let message = format!("player {at} has no strategies");
            return Err(fault(Code::G006, span, message, "at least one is needed"));
        }
        // Every profile needs a payoff or an outcome, of at least one character and a blank.
        profiles = usize::try_from(number)
            .ok()
            .and_then(|number| profiles.checked_mul(number))
            .filter(|&profiles| profiles <= NormalForm::MOST_PROFILES)
            .ok_or_else(|| {
                fault(
                    Code::G013,
                    span,
                    format!(
                        "the game has more than {} profiles, which is the limit",
                        NormalForm::MOST_PROFILES
                    ),
                    "with these strategies",
                )
            })?;
        if profiles > lexer.left() / 2 + 1 {
            let message = format!(
                "the game has at least {profiles} profiles, and the file ends before it could have a payoff for each"
            );
            return Err(fault(Code::G007, span, message, "with these strategies"));
        }
        labels.push(match own {
            Ok(own) => unique_names(own.iter().map(String::as_str)),
            Err(number) => (1..=number).map(|k| k.to_string()).collect(),
        });
    };
    let span = Span::new(open.start, close.end);
    if labels.len() < players {
        let message =
            format!("there are {players} players and strategies for {} of them", labels.len());
        return Err(fault(Code::G006, span, message, "the strategies").related(list, "the players"));
    }
    Ok(Strategies { labels, span })
}

/// The order of the profiles in a file, in which the first player's strategy varies fastest, as
/// profile indices, in which it varies slowest.
struct Order {
    sizes: Vec<usize>,
    strides: Vec<usize>,
    profile: Vec<usize>,
    index: usize,
}

impl Order {
    fn new(sizes: &[usize]) -> Self {
        let strides = (0..sizes.len()).map(|player| sizes[player + 1..].iter().product()).collect();
        Order { sizes: sizes.to_vec(), strides, profile: vec![0; sizes.len()], index: 0 }
    }

    /// The index of the profile, and then the next profile.
    fn take(&mut self) -> usize {
        let index = self.index;
        for player in 0..self.sizes.len() {
            self.profile[player] += 1;
            self.index += self.strides[player];
            if self.profile[player] < self.sizes[player] {
                break;
            }
            self.index -= self.strides[player] * self.sizes[player];
            self.profile[player] = 0;
        }
        index
    }
}

/// The payoffs of each player, zero so far; refused where there would be too many.
fn empty_tables(sizes: &[usize], span: Span) -> Read<Vec<Vec<Rational>>> {
    let profiles: usize = sizes.iter().product();
    let wanted = profiles.saturating_mul(sizes.len());
    if wanted > MOST_PAYOFFS {
        let message = format!("the game has {wanted} payoffs, and at most {MOST_PAYOFFS} are read");
        return Err(fault(Code::G013, span, message, "with these strategies"));
    }
    Ok(vec![vec![Rational::ZERO; profiles]; sizes.len()])
}

/// Payoffs profile by profile.
fn read_payoffs(lexer: &mut Lexer<'_>, sizes: &[usize], span: Span) -> Read<Vec<Vec<Rational>>> {
    let players = sizes.len();
    let profiles: usize = sizes.iter().product();
    let wanted = profiles.saturating_mul(players);
    let needs = format!(
        "the game needs {wanted} payoffs, {players} for each of {profiles} profiles, and the file"
    );
    // Each takes a character and a blank.
    if wanted > lexer.left() / 2 + 1 && wanted > 1 << 16 {
        let message = format!("{needs} ends before it could have them");
        return Err(fault(Code::G007, span, message, "with these strategies"));
    }
    let mut tables = Vec::new();
    let mut order = Order::new(sizes);
    let (mut read, mut index) = (0, 0);
    let mut comma = true;
    loop {
        match lexer.next()? {
            (Token::Word(word), span) => {
                if read == wanted {
                    let message = format!("{needs} goes on");
                    return Err(fault(Code::G007, span, message, "this is one too many"));
                }
                if read == 0 {
                    tables = empty_tables(sizes, span)?;
                }
                if read % players == 0 {
                    index = order.take();
                }
                tables[read % players][index] = super::lexer::rational(word, span, "a payoff")?;
                read += 1;
                comma = false;
            }
            (Token::Comma, _) if !comma => comma = true,
            (Token::End, span) => {
                if read < wanted {
                    let message = format!("{needs} has {read}");
                    return Err(fault(Code::G007, span, message, "the file ends here"));
                }
                return Ok(tables);
            }
            (token, span) => return Err(lexer.unexpected(&token, span, "a payoff")),
        }
    }
}

/// A list of outcomes and then their numbers, profile by profile.
fn read_outcomes(lexer: &mut Lexer<'_>, sizes: &[usize], span: Span) -> Read<Vec<Vec<Rational>>> {
    let players = sizes.len();
    let profiles: usize = sizes.iter().product();
    let mut tables = empty_tables(sizes, span)?;
    let mut order = Order::new(sizes);
    let (_, open) = lexer.next()?;
    let mut outcomes: Vec<Vec<Rational>> = vec![vec![Rational::ZERO; players]];
    let list = loop {
        match lexer.next()? {
            (Token::Close, close) => break Span::new(open.start, close.end),
            (Token::End, span) => return Err(not_closed(open, span)),
            (Token::Open, begin) => {
                if let Token::Text(_) = lexer.peek()? {
                    lexer.next()?;
                }
                let (payoffs, end) = lexer.numbers(begin, "a payoff")?;
                if payoffs.len() != players {
                    return Err(fault(
                        Code::G007,
                        Span::new(begin.start, end.end),
                        format!(
                            "outcome {} has {} payoffs, and there {}",
                            outcomes.len(),
                            payoffs.len(),
                            super::efg::count_players(players)
                        ),
                        "this outcome",
                    ));
                }
                outcomes.push(payoffs.into_iter().map(|(payoff, _)| payoff).collect());
            }
            (token, span) => {
                return Err(lexer.unexpected(&token, span, "an outcome, in braces, or `}`"));
            }
        }
    };
    let known = outcomes.len() - 1;
    let mut read = 0;
    loop {
        match lexer.peek()? {
            Token::Comma if read > 0 => {
                lexer.next()?;
            }
            Token::End => {
                let (_, span) = lexer.next()?;
                if read < profiles {
                    return Err(fault(
                        Code::G007,
                        span,
                        format!(
                            "the game has {profiles} profiles, and the file has outcomes for {read}"
                        ),
                        "the file ends here",
                    ));
                }
                return Ok(tables);
            }
            _ => {
                let (number, span) = lexer.whole("the number of an outcome", 0)?;
                if read == profiles {
                    return Err(fault(
                        Code::G007,
                        span,
                        format!(
                            "the game has {profiles} profiles, and the file has outcomes for more"
                        ),
                        "this is one too many",
                    ));
                }
                let outcome = usize::try_from(number).ok().and_then(|at| outcomes.get(at));
                let Some(outcome) = outcome else {
                    let message = format!("there is no outcome {number}: the list has {known}");
                    return Err(fault(Code::G008, span, message, "this outcome")
                        .related(list, "the outcomes, numbered from 1; 0 pays nothing"));
                };
                let index = order.take();
                for (table, payoff) in tables.iter_mut().zip(outcome) {
                    table[index] = payoff.clone();
                }
                read += 1;
            }
        }
    }
}
