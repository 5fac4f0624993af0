package io.s3stream.simulation.cluster;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.simulation.history.StreamHistory;
import io.s3stream.simulation.linear.Holder;
import io.s3stream.simulation.linear.Operation;
import io.s3stream.simulation.linear.OperationLog;

/** A stream that a process has open, as owner or as reader of uploaded data. */
record OpenStream(
        ClusterProcess process,
        StreamReader stream,
        Ledgers.Ledger ledger,
        StreamHistory.Handle handle,
        Holder holder,
        boolean isOwner) {

    /** The handle of an owner. */
    Stream owned() {
        return (Stream) stream;
    }

    long id() {
        return stream.id();
    }

    /** The stream may be closed from now on, until its process is over. */
    OperationLog.Call closes() {
        OperationLog.Call call = ledger.log().begin(new Operation.Close(holder));
        process.letGo(this);
        process.onEnd(() -> ledger.log().expired(call));
        return call;
    }

    /** Reads the bounds of the stream. */
    void look() {
        ledger.history().looked(handle, stream.startOffset(), stream.confirmOffset());
        ledger.log().saw(new Operation.End(holder, isOwner, stream.confirmOffset()));
    }
}
