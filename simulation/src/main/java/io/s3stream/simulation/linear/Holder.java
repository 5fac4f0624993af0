package io.s3stream.simulation.linear;

/**
 * An opening of a stream by a process.
 *
 * @param number distinguishes openings of a stream
 * @param node the node of the process
 * @param process which process of that node
 */
public record Holder(int number, int node, int process) {

    @Override
    public String toString() {
        return "opening " + number + " at node " + node + "." + process;
    }
}
