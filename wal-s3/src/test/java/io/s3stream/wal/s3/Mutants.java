package io.s3stream.wal.s3;

import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.wal.s3.fence.FenceRules;
import io.s3stream.wal.s3.fence.PutJudge;
import io.s3stream.wal.s3.fence.ReleaseRules;
import io.s3stream.wal.s3.fence.StoreJudge;
import io.s3stream.wal.s3.fence.WalKeys;
import java.util.Optional;
import java.util.UUID;

/** WALs with one rule left out. */
public enum Mutants {

    /** L3: frames missing from the listing count as never written. Only a far marker is put. */
    RECOVERS_BY_LIST_ALONE(new FenceRules() {
        @Override
        public long walkFrom(Listed listed) {
            return listed.highest() + 4L * Opener.MAX_IN_FLIGHT;
        }

        @Override
        public long settledEnd(long marker) {
            return -1;
        }
    }),

    /** L3: the walk begins after the last listed key, although earlier keys may be missing. */
    FENCES_FROM_THE_END_OF_THE_LIST(new FenceRules() {
        @Override
        public long walkFrom(Listed listed) {
            return listed.highest() + 1;
        }

        @Override
        public long settledEnd(long marker) {
            return -1;
        }
    }),

    /** R3: the walk begins at the first sequence ever, which has been trimmed. */
    FENCES_FROM_THE_BEGINNING(new FenceRules() {
        @Override
        public long walkFrom(Listed listed) {
            return 1;
        }
    }),

    /** R4: only a marker of the fencer itself ends the walk. */
    WALKS_PAST_FOREIGN_MARKERS(new FenceRules() {
        @Override
        public boolean endsAt(boolean isMarker, boolean isOwn) {
            return isMarker && isOwn;
        }
    }),

    /** L1: the marker is deleted with the generation. */
    DELETES_MARKERS(new ReleaseRules() {
        @Override
        public boolean isDeleted(ObjectSummary object) {
            return WalKeys.sequence(object.key()) >= 0;
        }
    }),

    /** L2: an occupied key counts as the writer's own success. */
    TAKES_412_FOR_SUCCESS(new PutJudge() {
        @Override
        public Outcome outcome(byte[] identity, long length, Optional<Found> found) {
            return Outcome.OURS;
        }
    }),

    /** L2: the writer's own frame, whose response was lost, counts as another writer's. */
    TAKES_OWN_LOST_RESPONSE_FOR_A_FENCE(new PutJudge() {
        @Override
        public Outcome outcome(byte[] identity, long length, Optional<Found> found) {
            return Outcome.TAKEN;
        }
    }),

    /** A bucket without the opening object counts as a WAL without frames. */
    TAKES_AN_EMPTY_BUCKET_FOR_AN_EMPTY_WAL(new OpeningJudge() {
        @Override
        public boolean mayBeRead(boolean hasOpening) {
            return true;
        }
    }),

    /** R40: a prefix serves any store. */
    SERVES_ANY_STORE(new StoreJudge() {
        @Override
        public boolean mayUse(UUID owner, UUID store) {
            return true;
        }
    });

    public final S3WalRules rules;

    Mutants(FenceRules fence) {
        this.rules = new S3WalRules(new PutJudge(), fence, new ReleaseRules(), new OpeningJudge(), new StoreJudge());
    }

    Mutants(ReleaseRules release) {
        this.rules = new S3WalRules(new PutJudge(), new FenceRules(), release, new OpeningJudge(), new StoreJudge());
    }

    Mutants(PutJudge judge) {
        this.rules = new S3WalRules(judge, new FenceRules(), new ReleaseRules(), new OpeningJudge(), new StoreJudge());
    }

    Mutants(OpeningJudge opening) {
        this.rules = new S3WalRules(new PutJudge(), new FenceRules(), new ReleaseRules(), opening, new StoreJudge());
    }

    Mutants(StoreJudge store) {
        this.rules = new S3WalRules(new PutJudge(), new FenceRules(), new ReleaseRules(), new OpeningJudge(), store);
    }
}
