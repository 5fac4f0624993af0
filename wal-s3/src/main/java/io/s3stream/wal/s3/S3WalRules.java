package io.s3stream.wal.s3;

import io.s3stream.wal.s3.fence.FenceRules;
import io.s3stream.wal.s3.fence.PutJudge;
import io.s3stream.wal.s3.fence.ReleaseRules;
import io.s3stream.wal.s3.fence.StoreJudge;

/** The decisions that keep the WAL safe. A test can replace each one and show which data is lost without it. */
public record S3WalRules(
        PutJudge judge, FenceRules fence, ReleaseRules release, OpeningJudge opening, StoreJudge store) {

    public S3WalRules() {
        this(new PutJudge(), new FenceRules(), new ReleaseRules(), new OpeningJudge(), new StoreJudge());
    }
}
