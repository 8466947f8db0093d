//! The nodes of an entry, and the placeholder that stands for one.

use crate::wire::json::{Located, Notice, Place};
use crate::wire::manifest as wire;

/// Stands for a node's name in a common name, a host or a file name.
pub(super) const PLACEHOLDER: &str = "{node}";

/// More nodes than any cluster has: a range that is longer is a slip of the pen.
const MOST_NODES: usize = 1_000_000;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name, which may stand in file names.
    pub name: Box<str>,
    /// Hosts beside the entry's.
    pub hosts: Vec<String>,
}

impl Node {
    /// Puts the node's name in place of `{node}`.
    pub fn fill(&self, text: &str) -> String {
        text.replace(PLACEHOLDER, &self.name)
    }
}

/// The nodes of a list, and where each was written.
#[derive(Default)]
pub(super) struct Expanded {
    pub(super) nodes: Vec<Node>,
    elements: Vec<Element>,
    /// The path of the list.
    path: String,
}

/// An element of a list.
struct Element {
    /// How many nodes there are up to and with it.
    end: usize,
    /// Line and column.
    position: (u32, u32),
}

impl Expanded {
    /// The place of a node, by its number.
    pub(super) fn place(&self, node: usize) -> Place {
        let index = self.elements.partition_point(|element| element.end <= node);
        let position = self.elements.get(index).map(|element| element.position);
        element(&self.path, index, position.unwrap_or_default())
    }
}

/// Ranges of a list written out.
pub(super) fn expand(list: Located<Vec<wire::Node>>) -> Result<Expanded, Notice> {
    let Located { value, place } = list;
    if value.is_empty() {
        return Err(Notice::new(&place, "there are no nodes").with_hint("list some, or remove \"nodes\""));
    }
    let mut nodes = Vec::with_capacity(value.len());
    let mut elements = Vec::with_capacity(value.len());
    for (index, node) in value.into_iter().enumerate() {
        let position = node.position;
        expand_one(node, || element(&place.path, index, position), &mut nodes)?;
        elements.push(Element { end: nodes.len(), position });
    }
    Ok(Expanded { nodes, elements, path: place.path })
}

fn element(list: &str, index: usize, (line, column): (u32, u32)) -> Place {
    Place { line: line as usize, column: column as usize, path: format!("{list}[{index}]") }
}

fn expand_one(node: wire::Node, at: impl Fn() -> Place, nodes: &mut Vec<Node>) -> Result<(), Notice> {
    let refuse = |message: String, hint: &str| Err(Notice::new(&at(), message).with_hint(hint));
    let wire::Node { name, hosts, position: _ } = node;
    if !name.contains(['[', ']']) {
        return match check_name(&name) {
            Ok(()) => {
                nodes.push(Node { name: name.into(), hosts });
                Ok(())
            }
            Err(message) => refuse(message, "a node's name is part of file names: letters, digits, - _ ."),
        };
    }
    let Some(range) = Range::parse(&name) else {
        return refuse(format!("\"{name}\" is no range"), "a range looks like node-[1-9] or node-[001-500]");
    };
    if let Err(message) = check_name(&range.name(range.first)) {
        return refuse(message, "a node's name is part of file names: letters, digits, - _ .");
    }
    if !hosts.is_empty() {
        return refuse("a range cannot have hosts of its own".into(), "write {node} in the entry's hosts");
    }
    if nodes.len().saturating_add(range.last - range.first) >= MOST_NODES {
        return refuse(format!("\"{name}\" is too long"), "at most 1000000 nodes");
    }
    nodes.extend(
        (range.first..=range.last).map(|number| Node { name: range.name(number).into(), hosts: Vec::new() }),
    );
    Ok(())
}

fn check_name(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
    if name.is_empty() {
        return Err("a node has no name".into());
    }
    if name.starts_with('.') || !name.chars().all(allowed) {
        return Err(format!("\"{name}\" cannot be a node's name"));
    }
    Ok(())
}

/// `before[first-last]behind`; the numbers are as long as the first one written.
struct Range<'t> {
    before: &'t str,
    first: usize,
    last: usize,
    digits: usize,
    behind: &'t str,
}

impl<'t> Range<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (before, rest) = text.split_once('[')?;
        let (numbers, behind) = rest.split_once(']')?;
        let (first, last) = numbers.split_once('-')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(first) || !is_number(last) || behind.contains(['[', ']']) {
            return None;
        }
        let range = Self {
            before,
            first: first.parse().ok()?,
            last: last.parse().ok()?,
            digits: first.len(),
            behind,
        };
        (range.first <= range.last).then_some(range)
    }

    fn name(&self, number: usize) -> String {
        format!("{}{number:0width$}{}", self.before, self.behind, width = self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(names: &[&str]) -> Result<Vec<String>, String> {
        let node = |name: &&str| wire::Node { name: (*name).into(), position: (5, 6), ..Default::default() };
        let list = names.iter().map(node).collect();
        let place = Place { line: 3, column: 4, path: "nodes".into() };
        match expand(Located { value: list, place }) {
            Ok(expanded) => Ok(expanded.nodes.into_iter().map(|node| node.name.into()).collect()),
            Err(notice) => Err(notice.to_string()),
        }
    }

    #[test]
    fn ranges_are_written_out_with_their_zeros() {
        assert_eq!(nodes(&["a", "n[08-11].x"]).unwrap(), ["a", "n08.x", "n09.x", "n10.x", "n11.x"]);
        assert_eq!(nodes(&["n-[9-10]"]).unwrap(), ["n-9", "n-10"]);
        assert_eq!(nodes(&["n[1-100000]"]).unwrap().len(), 100_000);
    }

    #[test]
    fn what_is_no_name_and_no_range_is_refused() {
        for (name, message) in [
            ("", "5:6: nodes[0]: a node has no name"),
            ("a/b", "5:6: nodes[0]: \"a/b\" cannot be a node's name"),
            ("..", "5:6: nodes[0]: \"..\" cannot be a node's name"),
            ("n[5-1]", "5:6: nodes[0]: \"n[5-1]\" is no range"),
            ("n[1-]", "5:6: nodes[0]: \"n[1-]\" is no range"),
            ("n[1-2][3-4]", "5:6: nodes[0]: \"n[1-2][3-4]\" is no range"),
            ("n]1", "5:6: nodes[0]: \"n]1\" is no range"),
            ("n[1-99999999]", "5:6: nodes[0]: \"n[1-99999999]\" is too long"),
            ("n[1-99999999999999999999999]", "5:6: nodes[0]: \"n[1-99999999999999999999999]\" is no range"),
        ] {
            assert_eq!(nodes(&[name]).unwrap_err(), message);
        }
        assert_eq!(nodes(&[]).unwrap_err(), "3:4: nodes: there are no nodes");
    }
}
