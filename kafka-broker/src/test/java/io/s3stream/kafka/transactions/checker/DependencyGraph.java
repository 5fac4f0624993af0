package io.s3stream.kafka.transactions.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A directed graph that finds its cycles by Tarjan's algorithm. Owns its edges; confined to one thread. */
final class DependencyGraph {

    private static final int UNVISITED = -1;

    private final List<Set<Integer>> successors = new ArrayList<>();

    DependencyGraph(int nodes) {
        for (int i = 0; i < nodes; i++) {
            successors.add(new TreeSet<>());
        }
    }

    void add(int from, int to) {
        successors.get(from).add(to);
    }

    /** The strongly connected components of at least two nodes. */
    List<List<Integer>> cycles() {
        return new Search().components;
    }

    /** A run of the algorithm. Recursion is as deep as the longest path. */
    private final class Search {

        private final List<List<Integer>> components = new ArrayList<>();
        private final int[] index = new int[successors.size()];
        private final int[] low = new int[successors.size()];
        private final boolean[] isOnStack = new boolean[successors.size()];
        private final Deque<Integer> stack = new ArrayDeque<>();
        private int visited;

        Search() {
            Arrays.fill(index, UNVISITED);
            for (int node = 0; node < successors.size(); node++) {
                if (index[node] == UNVISITED) {
                    visit(node);
                }
            }
        }

        private void visit(int node) {
            index[node] = visited;
            low[node] = visited++;
            stack.push(node);
            isOnStack[node] = true;
            for (int next : successors.get(node)) {
                if (index[next] == UNVISITED) {
                    visit(next);
                    low[node] = Math.min(low[node], low[next]);
                } else if (isOnStack[next]) {
                    low[node] = Math.min(low[node], index[next]);
                }
            }
            if (low[node] == index[node]) {
                take(node);
            }
        }

        private void take(int root) {
            List<Integer> component = new ArrayList<>();
            int node;
            do {
                node = stack.pop();
                isOnStack[node] = false;
                component.add(node);
            } while (node != root);
            if (component.size() > 1) {
                components.add(component);
            }
        }
    }
}
