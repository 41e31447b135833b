use super::measure::width;
use super::*;
use crate::num::Notation;
use crate::report::Verdict;

const LONG: [&str; 8] = [
    "status quo",
    "joint exercises and integration: single-minded deterrence",
    "emergency information sharing",
    "hotline that works only while Moderate is kept",
    "hotline that works in every state of relations",
    "verification and inspections",
    "extended deterrence: A commits first and B replies",
    "cooperative bundle with the pledge",
];

fn figure(title: &str, plot: Plot) -> Figure {
    Figure {
        title: title.into(),
        subtitle: Some("Northeast Asia: two blocs, at the base point".into()),
        description: "A description for readers who do not see the figure.".into(),
        provenance: Provenance {
            model: "northeast-asia".into(),
            parameters: "3f2a9c01b7de4455".into(),
            version: "0.1.0".into(),
            method: Some("exact".into()),
            sources: vec!["Takahashi (2023)".into()],
            illustrative: true,
        },
        plot,
    }
}

fn series(name: &str, count: u32, f: impl Fn(f64) -> f64) -> Series {
    let points = (0..count).map(|step| {
        let x = f64::from(step) / f64::from(count.max(2) - 1);
        (x, f(x))
    });
    Series { name: name.into(), points: points.collect(), ..Series::default() }
}

fn lines(y: Axis, series: Vec<Series>) -> Plot {
    Plot::Lines(LineChart {
        x: Axis::new("greed g").with_unit("interests"),
        y,
        series,
        marks: vec![],
    })
}

fn steps(from: f64, to: f64, count: u32) -> Vec<f64> {
    (0..count).map(|step| from + (to - from) * f64::from(step) / f64::from(count - 1)).collect()
}

fn heat(count: u32, f: impl Fn(f64, f64) -> f64) -> HeatMap {
    let (xs, ys) = (steps(0.0, 80.0, count), steps(0.4, 0.9, count));
    HeatMap {
        values: ys.iter().map(|&y| xs.iter().map(|&x| f(x, y)).collect()).collect(),
        x: Grid::Numbers(Axis::new("greed g").with_unit("interests"), xs),
        y: Grid::Numbers(Axis::new("discount factor δ").with_unit("per year"), ys),
        value: Axis::new("probability of conflict").with_unit("per year"),
        shades: Shades::Sequential,
        numbers: false,
        overlays: vec![],
    }
}

fn classes(names: &[&str], f: impl Fn(f64, f64) -> Option<usize>) -> ClassMap {
    let (xs, ys) = (steps(0.0, 80.0, 81), steps(0.4, 0.9, 51));
    ClassMap {
        cells: ys.iter().map(|&y| xs.iter().map(|&x| f(x, y)).collect()).collect(),
        x: Grid::Numbers(Axis::new("greed g").with_unit("interests"), xs),
        y: Grid::Numbers(Axis::new("discount factor δ"), ys),
        classes: names.iter().map(ToString::to_string).collect(),
        overlays: vec![],
    }
}

fn names() -> Vec<String> {
    LONG.map(String::from).to_vec()
}

/// Every kind of figure with ordinary and with awkward data.
fn gallery() -> Vec<(&'static str, Figure)> {
    let mut all = Vec::new();
    let risk = || Axis::new("probability of conflict").with_unit("per year");
    let curves = |count: usize| -> Vec<Series> {
        (0..count)
            .map(|k| {
                let name = LONG.get(k).map_or_else(|| format!("series {k}"), ToString::to_string);
                series(&name, 50, |x| 0.02 + 0.002 * k as f64 + 0.02 * x * x)
            })
            .collect()
    };
    let mut with_marks = LineChart {
        x: Axis::new("greed g").with_unit("interests"),
        y: risk(),
        series: curves(4),
        marks: vec![
            Mark::Vertical { at: 0.55, label: "deterrence fails: 3060/49".into() },
            Mark::Vertical { at: 0.60, label: "with the pledge: 12036/145".into() },
            Mark::Horizontal { at: 0.03, label: "target of 3 % a year".into() },
            Mark::Span { from: 0.8, to: 1.0, label: "Moderate cannot be kept".into() },
        ],
    };
    with_marks.series[0].band =
        (0..50).map(|k| f64::from(k) / 49.0).map(|x| (x, 0.015, 0.03 + 0.02 * x)).collect();
    all.push(("lines-marks", figure("Risk rises with greed", Plot::Lines(with_marks))));
    all.push(("lines-eight", figure("Eight lines", lines(risk(), curves(8)))));
    all.push(("lines-forty", figure("Forty lines", lines(risk(), curves(40)))));
    let negative = vec![
        series("payoff of A", 9, |x| -3.0 + 2.0 * x),
        series("payoff of B", 9, |x| 1.0 - 4.0 * x),
    ];
    all.push(("lines-negative", figure("Payoffs", lines(Axis::new("payoff"), negative))));
    let mut step = series("boundary", 6, |x| (x * 5.0).floor());
    step.shape = Shape::Step;
    all.push(("lines-step", figure("A step", lines(Axis::new("class"), vec![step]))));
    let one = vec![series("one point", 1, |_| 0.5)];
    all.push(("lines-one-point", figure("One point", lines(risk(), one))));
    let flat = vec![series("constant", 20, |_| 0.034_749)];
    all.push(("lines-constant", figure("Constant", lines(risk(), flat))));
    let twins = ["lower", "middle", "upper"].map(|name| series(name, 20, |x| x.min(0.5)));
    all.push(("lines-twins", figure("One on the other", lines(risk(), twins.to_vec()))));
    let broken = series("broken", 21, |x| match (x * 20.0).round() as u32 {
        8 | 10 => f64::NAN,
        9 => 0.09,
        step if step < 8 => 0.02,
        _ => 0.05 + 0.01 * x,
    });
    all.push(("lines-broken", figure("A gap", lines(risk(), vec![broken]))));
    all.push(("lines-empty", figure("Empty", lines(risk(), vec![]))));
    let huge = vec![series("huge", 20, |x| 1e300 * x), series("gap", 20, |x| 1e299 / (x - 1.0))];
    all.push(("lines-huge", figure("Huge", lines(Axis::new("loss").with_unit("USD"), huge))));
    let tiny = vec![series("tiny", 20, |x| 1e-9 * (1.0 + x)), series("zero", 20, |_| 0.0)];
    all.push(("lines-tiny", figure("Tiny", lines(risk(), tiny))));
    let close = vec![series("close", 20, |x| 1e6 + 1e-3 * x)];
    all.push(("lines-close", figure("Close together", lines(Axis::new("GDP"), close))));
    let falling = |k: f64| move |x: f64| 10f64.powf(-1.0 - k * x);
    let log = vec![
        series("fictitious play", 60, falling(2.0)),
        series("alternating", 60, falling(4.0)),
        series("regret matching +", 60, falling(7.5)),
    ];
    all.push(("lines-log", figure("Regret", lines(Axis::new("regret").logarithmic(), log))));

    all.push((
        "heat",
        figure("Risk over greed and patience", {
            let mut map = heat(60, |x, y| 0.01 + 0.1 * (x / 80.0).powi(2) * (1.0 - y));
            map.overlays = vec![
                Overlay::Point { at: (30.0, 0.625), label: "base point".into() },
                Overlay::Line { points: vec![(10.0, 0.4), (40.0, 0.6), (75.0, 0.95)] },
            ];
            Plot::Heat(map)
        }),
    ));
    all.push((
        "heat-change",
        figure("Change of welfare by the bundle", {
            let mut map =
                heat(40, |x, y| if x > 70.0 && y > 0.8 { f64::NAN } else { y * 4.0 - x / 25.0 });
            map.shades = Shades::Around(0.0);
            map.value = Axis::new("change of welfare, outsiders included");
            Plot::Heat(map)
        }),
    ));
    all.push((
        "heat-names",
        figure(
            "Risk by mechanism and greed",
            Plot::Heat(HeatMap {
                x: Grid::Names(
                    "greed g".into(),
                    ["0", "20", "40", "60", "80"].map(String::from).to_vec(),
                ),
                y: Grid::Names("mechanism".into(), names()),
                values: (0..8)
                    .map(|k| (0..5).map(|x| f64::from(k * x) * 0.004).collect())
                    .collect(),
                value: risk(),
                shades: Shades::Sequential,
                numbers: true,
                overlays: vec![],
            }),
        ),
    ));
    all.push((
        "heat-names-below",
        figure(
            "Mechanisms in pairs",
            Plot::Heat(HeatMap {
                x: Grid::Names("second".into(), names()),
                y: Grid::Names("first".into(), names()),
                values: (0..8).map(|k| (0..8).map(|x| f64::from(k - x)).collect()).collect(),
                value: Axis::new("change"),
                shades: Shades::Around(0.0),
                numbers: true,
                overlays: vec![],
            }),
        ),
    ));
    all.push((
        "heat-one",
        figure("One cell", {
            let mut map = heat(1 + 1, |_, _| 0.5);
            map.x = Grid::Numbers(Axis::new("g"), vec![30.0]);
            map.y = Grid::Numbers(Axis::new("δ"), vec![0.625]);
            map.numbers = true;
            Plot::Heat(map)
        }),
    ));
    all.push((
        "heat-empty",
        figure("No cells", {
            let mut map = heat(2, |_, _| f64::NAN);
            map.overlays.clear();
            Plot::Heat(map)
        }),
    ));
    let phases =
        ["Maximum / Maximum", "Moderate kept", "Maximum / Maximum + Challenge", "Strong kept"];
    all.push((
        "classes",
        figure("What holds, by greed and patience", {
            let mut map = classes(&phases, |x, y| {
                Some(if y > 0.77 + (x - 60.0).max(0.0) / 100.0 {
                    1
                } else if y > 0.67 {
                    3
                } else if x > 78.0 {
                    2
                } else {
                    0
                })
            });
            map.overlays = vec![Overlay::Point { at: (30.0, 0.625), label: "base point".into() }];
            Plot::Classes(map)
        }),
    ));
    let many: Vec<String> = (0..14).map(|class| format!("class {class} of fourteen")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    all.push((
        "classes-many",
        figure(
            "Fourteen classes",
            Plot::Classes(classes(&many, |x, y| {
                let class = (x / 20.0) as usize + 4 * ((y - 0.4) * 8.0) as usize;
                (class != 5).then_some(class.min(13))
            })),
        ),
    ));
    all.push((
        "classes-speckled",
        figure(
            "Speckled",
            Plot::Classes(classes(&["one", "two", "three"], |x, y| {
                Some((x * 7.0 + y * 1300.0) as usize % 3)
            })),
        ),
    ));
    let groups = |verdicts: bool| -> Vec<BarGroup> {
        LONG.iter()
            .enumerate()
            .map(|(k, name)| {
                let value = 0.034 - 0.009 * k as f64;
                let mut bar = Bar::to(value);
                if verdicts {
                    bar.verdict = Some(match k {
                        0 => Verdict::Neutral,
                        1 | 2 => Verdict::Worse,
                        _ => Verdict::Better,
                    });
                }
                let bars = vec![if k == 5 {
                    Bar::missing("never: no discount factor is enough")
                } else {
                    bar
                }];
                let section = match k {
                    0 => None,
                    1 => Some("build-up".into()),
                    _ => Some("cooperative mechanisms".into()),
                };
                BarGroup { label: name.to_string(), bars, section }
            })
            .collect()
    };
    all.push((
        "bars",
        figure(
            "Change of risk by mechanism",
            Plot::Bars(BarChart {
                axis: Axis::new("change of the probability of conflict").with_unit("per year"),
                notation: Some(Notation::Places(4)),
                series: vec![],
                groups: groups(true),
                reference: None,
                one_line: false,
            }),
        ),
    ));
    all.push((
        "bars-grouped",
        figure(
            "Parts of welfare on the path",
            Plot::Bars(BarChart {
                axis: Axis::new("weighted part of the payoff"),
                notation: None,
                series: ["values", "interests", "power"].map(String::from).to_vec(),
                groups: LONG
                    .iter()
                    .enumerate()
                    .map(|(k, name)| BarGroup {
                        label: name.to_string(),
                        bars: [-0.5, -2.9, 0.4].map(|v| Bar::to(v + 0.31 * k as f64)).to_vec(),
                        section: None,
                    })
                    .collect(),
                reference: Some((-1.0, "status quo".into())),
                one_line: false,
            }),
        ),
    ));
    all.push((
        "bars-tornado",
        figure(
            "Tornado of the critical discount factor",
            Plot::Bars(BarChart {
                axis: Axis::new("critical discount factor of Moderate"),
                notation: Some(Notation::Places(3)),
                series: ["low", "high"].map(String::from).to_vec(),
                groups: ["patience", "turnover p", "detection lam", "exposure of B"]
                    .iter()
                    .enumerate()
                    .map(|(k, name)| BarGroup {
                        label: name.to_string(),
                        bars: [-1.0, 1.0]
                            .map(|sign| Bar {
                                from: Some(0.775),
                                ..Bar::to(0.775 + sign * 0.1 / (1.0 + k as f64))
                            })
                            .to_vec(),
                        section: None,
                    })
                    .collect(),
                reference: Some((0.775, "base point".into())),
                one_line: true,
            }),
        ),
    ));
    all.push((
        "bars-log",
        figure(
            "Time by method",
            Plot::Bars(BarChart {
                axis: Axis::new("time").with_unit("s").logarithmic(),
                notation: None,
                series: vec!["detente".into()],
                groups: [("2×2", 2e-6), ("18×18", 0.02), ("100×100", 12.0), ("zero", 0.0)]
                    .iter()
                    .map(|&(name, value)| BarGroup {
                        label: name.into(),
                        bars: vec![Bar::to(value)],
                        section: None,
                    })
                    .collect(),
                reference: None,
                one_line: false,
            }),
        ),
    ));
    all.push(("bars-empty", figure("No bars", Plot::Bars(BarChart::default()))));
    let mut odd = figure(
        "A title with <tags>, \"quotes\" & a \u{1b}[31mcommand, which goes on and on until it needs a second line",
        lines(Axis::new("<y> & z"), vec![series("<a & b>", 3, |x| x)]),
    );
    odd.provenance.sources =
        vec!["A source with quite a long title that has to be broken, 1999".into(); 3];
    all.push(("words", odd));
    all
}

/// The texts of a figure with their boxes: left, top, right, bottom. Turned texts read upwards and
/// end at their place.
fn boxes(svg: &str) -> Vec<(String, [f64; 4])> {
    let attribute = |tag: &str, name: &str| -> Option<String> {
        let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[start..start + tag[start..].find('"')?].to_string())
    };
    let mut all = Vec::new();
    for part in svg.split("<text").skip(1) {
        let (tag, rest) = part.split_once('>').unwrap();
        let text = rest.split_once("</text>").unwrap().0;
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let text = text.replace("&quot;", "\"");
        let value = |name| attribute(tag, name).unwrap().parse::<f64>().unwrap();
        let font = Font { size: value("font-size"), bold: tag.contains("bold") };
        let wide = width(&text, font);
        let left = match attribute(tag, "text-anchor").as_deref() {
            Some("middle") => value("x") - wide / 2.0,
            Some("end") => value("x") - wide,
            _ => value("x"),
        };
        let y = value("y");
        if tag.contains("rotate(-90 ") {
            let x = value("x");
            all.push((text, [x - 0.72 * font.size, y, x + 0.2 * font.size, y + wide]));
            continue;
        }
        assert!(!tag.contains("transform"), "{text}");
        all.push((text, [left, y - 0.72 * font.size, left + wide, y + 0.2 * font.size]));
    }
    all
}

#[test]
fn every_figure_is_well_formed_and_finite() {
    for (name, figure) in gallery() {
        let svg = figure.to_svg();
        assert_eq!(svg, figure.to_svg(), "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("\"inf") && !svg.contains("-inf"), "{name}");
        let mut open: Vec<&str> = Vec::new();
        for tag in svg.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{name}: {tag}"));
            let word = tag.split([' ', '/']).next().unwrap();
            if let Some(closed) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed), "{name}");
            } else if !tag.ends_with('/') {
                open.push(word);
            }
        }
        assert!(open.is_empty(), "{name}");
        assert_eq!(svg.matches("<title id=").count(), 1, "{name}");
        assert!(svg.chars().all(|c| !c.is_control() || c == '\n'), "{name}");
    }
}

#[test]
fn no_text_leaves_the_page_or_covers_another() {
    for (name, figure) in gallery() {
        let svg = figure.to_svg();
        let height: f64 = {
            let tail = svg.split_once("height=\"").unwrap().1;
            tail.split_once('"').unwrap().0.parse().unwrap()
        };
        let boxes = boxes(&svg);
        for (position, (text, [left, top, right, bottom])) in boxes.iter().enumerate() {
            assert!(*left >= 0.0 && *right <= WIDTH + 1.0, "{name}: {text} {left} {right}");
            assert!(*top >= 0.0 && *bottom <= height, "{name}: {text}");
            for (other, [l, t, r, b]) in &boxes[..position] {
                let apart = right <= l || r <= left || bottom <= t || b <= top;
                assert!(apart, "{name}: `{text}` covers `{other}`");
            }
        }
    }
}

#[test]
fn captions_carry_the_provenance_and_the_tag() {
    let (_, figure) = &gallery()[0];
    let expected = "northeast-asia · parameters 3f2a9c01b7de · exact · detente 0.1.0 · \
                    Takahashi (2023) · [illustrative]";
    assert_eq!(figure.provenance.caption(), expected);
    assert!(figure.to_svg().contains(expected));
}

#[test]
fn a_value_between_two_gaps_is_a_point() {
    let all = gallery();
    let (_, figure) = all.iter().find(|(name, _)| *name == "lines-broken").unwrap();
    // Of 21 values one stands alone; the others are on two lines.
    let svg = figure.to_svg();
    assert_eq!(svg.matches("<circle").count(), 1);
    let line = svg.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(line.matches('M').count(), 3, "{line}");
}
