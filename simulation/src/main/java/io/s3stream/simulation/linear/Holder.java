package io.s3stream.simulation.linear;

/**
 * One opening of a stream by one process.
 *
 * @param number tells openings of a stream apart
 * @param node the node of the process
 * @param process which process of that node
 */
public record Holder(int number, int node, int process) {

    @Override
    public String toString() {
        return "opening " + number + " at node " + node + "." + process;
    }
}
