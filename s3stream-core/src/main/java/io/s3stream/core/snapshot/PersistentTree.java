package io.s3stream.core.snapshot;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted set: a change returns another tree, which shares all nodes but those on one path. Balanced as an
 * AVL tree, so that a path has at most 1.44 log2(n) nodes. An element takes 40 bytes and itself.
 *
 * <p>A place is given by a function that compares it with an element: negative if the place is before the element.
 */
final class PersistentTree<E> {

    private record Node<E>(
            E element, @Nullable Node<E> left, @Nullable Node<E> right, int height) {

        static <E> Node<E> of(E element, @Nullable Node<E> left, @Nullable Node<E> right) {
            return new Node<>(element, left, right, 1 + Math.max(heightOf(left), heightOf(right)));
        }

        static int heightOf(@Nullable Node<?> node) {
            return node == null ? 0 : node.height();
        }
    }

    private final Comparator<? super E> order;
    private final @Nullable Node<E> root;

    private PersistentTree(Comparator<? super E> order, @Nullable Node<E> root) {
        this.order = order;
        this.root = root;
    }

    /** Returns a tree of the elements, which ascend. */
    static <E> PersistentTree<E> of(Comparator<? super E> order, List<E> ascending) {
        return new PersistentTree<>(order, build(ascending, 0, ascending.size()));
    }

    private static <E> @Nullable Node<E> build(List<E> ascending, int from, int to) {
        if (from == to) {
            return null;
        }
        int middle = (from + to) >>> 1;
        return Node.of(ascending.get(middle), build(ascending, from, middle), build(ascending, middle + 1, to));
    }

    /** Returns the element at the place, or null. */
    @Nullable
    E find(ToIntFunction<? super E> place) {
        Node<E> node = root;
        while (node != null) {
            int side = place.applyAsInt(node.element());
            if (side == 0) {
                return node.element();
            }
            node = side < 0 ? node.left() : node.right();
        }
        return null;
    }

    /** Returns this tree with the element, in the place of an equal one. */
    PersistentTree<E> with(E element) {
        return new PersistentTree<>(order, insert(root, element));
    }

    /** Returns this tree without the element that is equal to {@code element}. */
    PersistentTree<E> without(E element) {
        return new PersistentTree<>(order, remove(root, element));
    }

    /** Visits the elements in order, beginning at the place or behind it, until {@code action} returns false. */
    void forEachFrom(ToIntFunction<? super E> place, Predicate<? super E> action) {
        visit(root, place, action);
    }

    private static <E> boolean visit(
            @Nullable Node<E> node, ToIntFunction<? super E> place, Predicate<? super E> action) {
        if (node == null) {
            return true;
        }
        int side = place.applyAsInt(node.element());
        if (side > 0) {
            return visit(node.right(), place, action);
        }
        return (side == 0 || visit(node.left(), place, action))
                && action.test(node.element())
                && visit(node.right(), place, action);
    }

    private Node<E> insert(@Nullable Node<E> node, E element) {
        if (node == null) {
            return Node.of(element, null, null);
        }
        int side = order.compare(element, node.element());
        if (side == 0) {
            return new Node<>(element, node.left(), node.right(), node.height());
        }
        return side < 0
                ? balanced(node.element(), insert(node.left(), element), node.right())
                : balanced(node.element(), node.left(), insert(node.right(), element));
    }

    private @Nullable Node<E> remove(@Nullable Node<E> node, E element) {
        if (node == null) {
            return null;
        }
        int side = order.compare(element, node.element());
        if (side < 0) {
            return balanced(node.element(), remove(node.left(), element), node.right());
        } else if (side > 0) {
            return balanced(node.element(), node.left(), remove(node.right(), element));
        }
        Node<E> right = node.right();
        if (right == null) {
            return node.left();
        }
        Node<E> next = right;
        for (Node<E> left = next.left(); left != null; left = next.left()) {
            next = left;
        }
        return balanced(next.element(), node.left(), remove(right, next.element()));
    }

    private static <E> Node<E> balanced(E element, @Nullable Node<E> left, @Nullable Node<E> right) {
        int lean = Node.heightOf(left) - Node.heightOf(right);
        if (lean > 1 && left != null) {
            Node<E> inner = left.right();
            return inner == null || Node.heightOf(left.left()) >= inner.height()
                    ? Node.of(left.element(), left.left(), Node.of(element, inner, right))
                    : Node.of(
                            inner.element(),
                            Node.of(left.element(), left.left(), inner.left()),
                            Node.of(element, inner.right(), right));
        }
        if (lean < -1 && right != null) {
            Node<E> inner = right.left();
            return inner == null || Node.heightOf(right.right()) >= inner.height()
                    ? Node.of(right.element(), Node.of(element, left, inner), right.right())
                    : Node.of(
                            inner.element(),
                            Node.of(element, left, inner.left()),
                            Node.of(right.element(), inner.right(), right.right()));
        }
        return Node.of(element, left, right);
    }

    /** Returns the length of the longest path; for tests. */
    int height() {
        return Node.heightOf(root);
    }
}
