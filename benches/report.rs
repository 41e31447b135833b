//! Tables and figures: the time to write them, by their size.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use detente::num::{Notation, Rational};
use detente::report::figure::{
    Axis, ClassMap, Figure, Grid, HeatMap, LineChart, Plot, Provenance, Series, Shades, Shape,
};
use detente::report::{Cell, Column, Direction, Table, Verdict, csv, latex, text};

fn table(rows: usize) -> Table {
    let mut table = Table::new(
        "What each mechanism changes",
        vec![
            Column::name("mechanism", "mechanism"),
            Column::number("critical", "critical discount", Notation::Beside(4)),
            Column::number("risk", "risk", Notation::Places(4)).with_unit("per year"),
            Column::text("change", "change"),
        ],
    );
    for row in 0..rows {
        let number = i64::try_from(row).unwrap_or(0);
        table.push(vec![
            format!("mechanism {row} with a name of some length").into(),
            Rational::new(number, number + 7).into(),
            Rational::new(9 * number, 259).into(),
            Cell::change(Direction::Lower, Verdict::Better),
        ]);
    }
    table
}

fn tables(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("table");
    for rows in [20, 2_000] {
        let table = table(rows);
        let style = text::Style { width: Some(70), ..text::Style::default() };
        group.bench_with_input(BenchmarkId::new("text", rows), &table, |bencher, table| {
            bencher.iter(|| black_box(text::render(table, &style)));
        });
        group.bench_with_input(BenchmarkId::new("csv", rows), &table, |bencher, table| {
            bencher.iter(|| black_box(csv::render(table, &csv::Options { exact: true })));
        });
        group.bench_with_input(BenchmarkId::new("latex", rows), &table, |bencher, table| {
            bencher.iter(|| black_box(latex::render(table, &latex::Options::default())));
        });
    }
    group.finish();
}

fn figure(plot: Plot) -> Figure {
    Figure {
        title: "A figure".into(),
        subtitle: None,
        description: String::new(),
        provenance: Provenance::default(),
        plot,
    }
}

fn grid(label: &str, count: usize) -> Grid {
    Grid::Numbers(Axis::new(label), (0..count).map(|step| step as f64).collect())
}

fn figures(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("figure");
    for count in [50, 200] {
        let square = |f: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
            (0..count).map(|row| (0..count).map(|column| f(column, row)).collect()).collect()
        };
        let heat = figure(Plot::Heat(HeatMap {
            x: grid("x", count),
            y: grid("y", count),
            values: square(&|x, y| (x * y) as f64),
            value: Axis::new("value"),
            shades: Shades::Sequential,
            numbers: false,
            overlays: vec![],
        }));
        group.bench_with_input(BenchmarkId::new("heat", count), &heat, |bencher, figure| {
            bencher.iter(|| black_box(figure.to_svg()));
        });
        let classes = figure(Plot::Classes(ClassMap {
            x: grid("x", count),
            y: grid("y", count),
            classes: (0..6).map(|class| format!("class {class}")).collect(),
            cells: (0..count)
                .map(|row| {
                    (0..count).map(|column| Some((column + row) * 6 / (2 * count))).collect()
                })
                .collect(),
            overlays: vec![],
        }));
        group.bench_with_input(BenchmarkId::new("classes", count), &classes, |bencher, figure| {
            bencher.iter(|| black_box(figure.to_svg()));
        });
    }
    let series = (0..8)
        .map(|line| Series {
            name: format!("line {line}"),
            points: (0..1_000).map(|x| (f64::from(x), f64::from(x * line))).collect(),
            band: Vec::new(),
            shape: Shape::Line,
        })
        .collect();
    let lines = figure(Plot::Lines(LineChart {
        x: Axis::new("x"),
        y: Axis::new("y"),
        series,
        marks: vec![],
    }));
    group.bench_function("lines/8x1000", |bencher| bencher.iter(|| black_box(lines.to_svg())));
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = tables, figures
}
criterion_main!(benches);
