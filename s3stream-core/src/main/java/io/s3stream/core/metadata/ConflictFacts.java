package io.s3stream.core.metadata;

import io.s3stream.api.errors.AlreadyExistsException;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.NodeEpochConflictException;
import io.s3stream.api.errors.StaleEpochException;
import io.s3stream.api.errors.StreamOpenElsewhereException;

/** The facts of a refusal that a caller acts on. They travel as numbers and names, never as a text to be parsed. */
public sealed interface ConflictFacts {

    /** The exception that a caller catches. */
    ConflictException toException();

    /** A node has the stream open. */
    record OpenElsewhere(long streamId, int nodeId, long nodeEpoch) implements ConflictFacts {
        @Override
        public ConflictException toException() {
            return new StreamOpenElsewhereException(streamId, nodeId, nodeEpoch);
        }
    }

    /** A caller has given a greater epoch for the stream before. */
    record StaleEpoch(long streamId, long requested, long current) implements ConflictFacts {
        @Override
        public ConflictException toException() {
            return new StaleEpochException(streamId, requested, current);
        }
    }

    /** A command was conditional on the epoch of a node. */
    record NodeEpoch(int nodeId, long expected, long current) implements ConflictFacts {
        @Override
        public ConflictException toException() {
            return new NodeEpochConflictException(nodeId, expected, current);
        }
    }

    /** Another stream has the name. */
    record NameTaken(String name, long streamId) implements ConflictFacts {
        @Override
        public ConflictException toException() {
            return new AlreadyExistsException(name, streamId);
        }
    }
}
