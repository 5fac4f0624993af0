package io.s3stream.core.snapshot;

import java.util.Comparator;

/** The place of a stream in the order of names. Streams without a name come first. */
record NamedStream(String name, long id) {

    static final Comparator<NamedStream> ORDER =
            Comparator.comparing(NamedStream::name).thenComparingLong(NamedStream::id);
}
