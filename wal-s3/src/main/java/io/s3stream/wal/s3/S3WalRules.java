package io.s3stream.wal.s3;

/** The decisions that the WAL's safety rests on, each replaceable in a test that shows what is lost without it. */
public record S3WalRules(
        PutJudge judge, FenceRules fence, ReleaseRules release, OpeningJudge opening, StoreJudge store) {

    public S3WalRules() {
        this(new PutJudge(), new FenceRules(), new ReleaseRules(), new OpeningJudge(), new StoreJudge());
    }
}
