package io.s3stream.simulation.cluster;

import io.s3stream.api.Stream;
import io.s3stream.simulation.StreamHistory;
import io.s3stream.simulation.linear.Holder;
import io.s3stream.simulation.linear.Operation;

/** A stream that a process has open, as owner or to read what is in object storage. */
record OpenStream(
        ClusterProcess process,
        Stream stream,
        Ledgers.Ledger ledger,
        StreamHistory.Handle handle,
        Holder holder,
        boolean isOwner) {

    long id() {
        return stream.id();
    }

    /** It may be closed from now on, and nobody will say so. */
    void closesWithStore() {
        ledger.log().begin(new Operation.Close(holder));
    }

    /** Looks where the stream ends. */
    void look() {
        ledger.history().looked(handle, stream.startOffset(), stream.confirmOffset());
        ledger.log().saw(new Operation.End(holder, isOwner, stream.confirmOffset()));
    }
}
