//! The format of the files: cases, their blocks, and running them.

use std::fmt;
use std::fs;

use super::world::World;

/// A file of cases.
#[derive(Debug, PartialEq)]
pub(crate) struct Topic {
    /// What stands above the first case.
    preface: String,
    cases: Vec<Case>,
}

/// A behaviour.
#[derive(Debug, PartialEq)]
struct Case {
    name: String,
    parts: Vec<Part>,
}

#[derive(Debug, PartialEq)]
enum Part {
    /// A line outside of blocks.
    Prose(String),
    /// A fenced block: the words behind the fence, and the lines.
    Block { info: String, lines: String },
}

impl Topic {
    pub(crate) fn parse(text: &str) -> Self {
        let mut topic = Self { preface: String::new(), cases: Vec::new() };
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("## ") {
                topic.cases.push(Case { name: name.to_owned(), parts: Vec::new() });
                continue;
            }
            let Some(case) = topic.cases.last_mut() else {
                topic.preface += &format!("{line}\n");
                continue;
            };
            case.parts.push(match line.strip_prefix("```") {
                None => Part::Prose(line.to_owned()),
                Some(info) => {
                    let block = lines.by_ref().take_while(|line| *line != "```");
                    let lines = block.map(|line| format!("{line}\n")).collect();
                    Part::Block { info: info.to_owned(), lines }
                }
            });
        }
        topic
    }

    /// The same cases with what really happens.
    pub(crate) fn run(&self) -> Self {
        Self { preface: self.preface.clone(), cases: self.cases.iter().map(Case::run).collect() }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.cases.iter().map(|case| case.name.as_str())
    }

    /// What happened otherwise than written.
    pub(crate) fn differences(&self, found: &Self) -> impl Iterator<Item = String> {
        let pairs = self.cases.iter().zip(&found.cases).filter(|(written, found)| written != found);
        pairs.map(|(written, found)| format!("=== expected\n{written}\n=== found\n{found}"))
    }
}

impl Case {
    fn run(&self) -> Self {
        let world = World::new();
        let mut transcripts = 0;
        let parts = self.parts.iter().map(|part| {
            let Part::Block { info, lines } = part else { return Part::Prose(part.to_string()) };
            let lines = match info.split_once(' ') {
                Some((_, file)) => {
                    fs::write(world.path(file), lines).unwrap();
                    lines.clone()
                }
                None if info == "sh" => {
                    world.prepare(&self.name, lines);
                    lines.clone()
                }
                None => {
                    assert_eq!(info, "console", "{}: blocks are: FORMAT FILE, sh, console", self.name);
                    transcripts += 1;
                    let commands = lines.lines().filter_map(|line| line.strip_prefix("$ "));
                    commands.map(|command| world.transcript(command)).collect()
                }
            };
            Part::Block { info: info.clone(), lines }
        });
        let parts = parts.collect();
        assert!(transcripts > 0, "{} runs nothing", self.name);
        Self { name: self.name.clone(), parts }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.preface)?;
        self.cases.iter().try_for_each(|case| write!(f, "{case}"))
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}", self.name)?;
        self.parts.iter().try_for_each(|part| writeln!(f, "{part}"))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prose(line) => f.write_str(line),
            Self::Block { info, lines } => write!(f, "```{info}\n{lines}```"),
        }
    }
}
