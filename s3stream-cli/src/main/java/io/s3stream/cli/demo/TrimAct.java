package io.s3stream.cli.demo;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.metadata.StreamInfo;
import io.s3stream.cli.terminal.Futures;
import io.s3stream.cli.terminal.Output;
import io.s3stream.cli.terminal.Streams;
import io.s3stream.cli.terminal.ToolException;

/** Act 3: trims the first half of a stream. */
final class TrimAct {

    private final StreamStore store;
    private final Ledger ledger;
    private final Output out;

    TrimAct(StreamStore store, Ledger ledger, Output out) {
        this.store = store;
        this.ledger = ledger;
        this.out = out;
    }

    void run() {
        out.say("");
        out.say("3. Trim %s to its second half", ledger.stream());
        int before = ranges();
        Stream stream = Streams.owner(store, ledger.stream());
        long half = ledger.records() / 2;
        Futures.await(stream.trim(half));
        StreamInfo info = Streams.require(store, ledger.stream());
        long left = Streams.read(stream, half, stream.confirmOffset(), batch -> {});
        if (info.startOffset() != half || left != ledger.records() - half) {
            throw new ToolException("after a trim to " + half + ", " + left + " records are left in " + info);
        }
        try {
            Futures.await(stream.fetch(half - 1, half, 1, FetchOptions.NO_WAIT)).close();
            throw new ToolException("offset " + (half - 1) + " is readable although it was trimmed");
        } catch (OffsetOutOfRangeException e) {
            out.say(
                    "   starts at %d now, %d records are left, %d of %d ranges",
                    e.startOffset(), left, ranges(), before);
        }
        Futures.await(stream.close());
    }

    private int ranges() {
        long id = Streams.require(store, ledger.stream()).id();
        return Futures.await(store.describeRanges(id)).size();
    }
}
