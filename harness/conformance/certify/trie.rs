//! Forests of input sequences, and the bookkeeping of which sequences are still to be executed.

use super::mealy::Input;

/// A node of a [`Trie`].
pub(crate) type Node = usize;

/// No node; kept instead of an `Option` because suites have about a million nodes.
const NONE: Node = Node::MAX;

#[derive(Debug, Clone, Copy)]
struct TrieNode {
    parent: Node,
    input: Input,
    /// The first child; the others follow through `sibling`.
    child: Node,
    sibling: Node,
}

/// A forest of input sequences: a node is a root or a child of another node under an input.
///
/// A parent always has a lower number than its children, and the children of a node are in the
/// order in which they were added. Looking for a child takes time linear in their number, which
/// is at most the number of inputs applicable in a state.
#[derive(Debug, Clone)]
pub(crate) struct Trie {
    entries: Vec<TrieNode>,
}

impl Trie {
    /// A forest of roots only, numbered from 0.
    pub(crate) fn new(roots: usize) -> Self {
        let root = TrieNode { parent: NONE, input: Input::MAX, child: NONE, sibling: NONE };
        Self { entries: vec![root; roots] }
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> usize {
        self.entries.len()
    }

    /// The parent of a node and the input that leads from there to the node; `None` for a root.
    pub(crate) fn parent(&self, node: Node) -> Option<(Node, Input)> {
        let entry = self.entries[node];
        (entry.parent != NONE).then_some((entry.parent, entry.input))
    }

    /// The children of a node.
    pub(crate) fn children(&self, node: Node) -> impl Iterator<Item = Node> {
        let some = |node: Node| (node != NONE).then_some(node);
        std::iter::successors(some(self.entries[node].child), move |&child| {
            some(self.entries[child].sibling)
        })
    }

    /// The child of a node under an input.
    pub(crate) fn child(&self, node: Node, input: Input) -> Option<Node> {
        self.children(node).find(|&child| self.entries[child].input == input)
    }

    /// The child of a node under an input, added if it is not there.
    pub(crate) fn extend(&mut self, node: Node, input: Input) -> Node {
        let mut last = NONE;
        for child in self.children(node) {
            if self.entries[child].input == input {
                return child;
            }
            last = child;
        }
        let child = self.entries.len();
        self.entries.push(TrieNode { parent: node, input, child: NONE, sibling: NONE });
        if last == NONE {
            self.entries[node].child = child;
        } else {
            self.entries[last].sibling = child;
        }
        child
    }

    /// The node a sequence leads to from a node, added as far as it is not there.
    pub(crate) fn insert(&mut self, node: Node, sequence: &[Input]) -> Node {
        sequence.iter().fold(node, |node, &input| self.extend(node, input))
    }

    /// Whether a sequence leads from a node to a node.
    pub(crate) fn contains(&self, node: Node, sequence: &[Input]) -> bool {
        sequence.iter().try_fold(node, |node, &input| self.child(node, input)).is_some()
    }

    /// Whether a node has no children.
    pub(crate) fn is_leaf(&self, node: Node) -> bool {
        self.entries[node].child == NONE
    }

    /// The input sequence from the root to a node.
    pub(crate) fn path(&self, node: Node) -> Vec<Input> {
        let mut inputs = Vec::new();
        let mut at = node;
        while let Some((parent, input)) = self.parent(at) {
            inputs.push(input);
            at = parent;
        }
        inputs.reverse();
        inputs
    }
}

/// For every state (a root with its number) the sequences still to be executed there.
#[derive(Debug)]
pub(crate) struct Items {
    trie: Trie,
    /// How many sequences through a node are still to be executed.
    open: Vec<usize>,
}

impl Items {
    /// Everything in the trie is to be executed; a sequence that goes on in another one is not
    /// counted by itself.
    pub(crate) fn new(trie: Trie) -> Self {
        let mut open = vec![0; trie.nodes()];
        for node in (0..trie.nodes()).rev() {
            let Some((parent, _)) = trie.parent(node) else { continue };
            if trie.is_leaf(node) {
                open[node] = 1;
            }
            open[parent] += open[node];
        }
        Self { trie, open }
    }

    /// Whether some sequence is still to be executed in a state.
    pub(crate) fn any(&self, root: Node) -> bool {
        self.open[root] > 0
    }

    /// The first sequence that is still to be executed in a state.
    pub(crate) fn first(&self, root: Node) -> Vec<Input> {
        let mut node = root;
        while let Some(child) = self.trie.children(node).find(|&child| self.open[child] > 0) {
            node = child;
        }
        self.trie.path(node)
    }

    /// The node one input further, if some sequence goes on so.
    pub(crate) fn advance(&self, node: Node, input: Input) -> Option<Node> {
        self.trie.child(node, input)
    }

    /// Notes that the sequence up to a node was executed. If that completes one that was still to
    /// be executed, returns its length, its first input and its state.
    pub(crate) fn complete(&mut self, node: Node) -> Option<(usize, Input, Node)> {
        if !self.trie.is_leaf(node) || self.open[node] == 0 {
            return None;
        }
        let (mut at, mut length, mut first) = (node, 0, Input::MAX);
        self.open[at] -= 1;
        while let Some((parent, input)) = self.trie.parent(at) {
            (at, length, first) = (parent, length + 1, input);
            self.open[at] -= 1;
        }
        Some((length, first, at))
    }
}
