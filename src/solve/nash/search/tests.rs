use crate::solve::Budget;
use crate::solve::nash::enumerate_equilibria;
use crate::solve::testing::game;

#[test]
fn the_search_goes_deep_on_a_small_stack() {
    // As many levels as there are actions, on the two megabytes that threads of tests have.
    let mut state = 1u64;
    let mut bit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 62 & 1) as i64
    };
    let tables: Vec<Vec<i64>> = (0..2).map(|_| (0..1200).map(|_| bit()).collect()).collect();
    let game = game(&[2, 600], &tables);
    let found = enumerate_equilibria(&game, &Budget::unlimited().with_steps(3000));
    assert!(found.work.nodes > 300);
}
