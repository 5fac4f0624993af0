package io.s3stream.cli.bench.isolation;

import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.Stream;
import io.s3stream.cli.bench.Workspace;
import io.s3stream.cli.terminal.ToolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Long polls wait at the ends of other streams, to which no record is appended. Used by one thread. */
final class IdlePolls implements Disturbance {

    private static final String PREFIX = "idle-";
    private static final int MAX_STREAMS = 1000;
    private static final int FETCH_BYTES = 1 << 20;
    private static final FetchOptions WAIT = FetchOptions.longPoll(Duration.ofHours(1));

    private final Scene scene;
    private final List<CompletableFuture<FetchResult>> polls = new ArrayList<>();
    private List<Stream> streams = List.of();

    IdlePolls(Scene scene) {
        this.scene = scene;
    }

    @Override
    public void prepare() {
        if (streams.isEmpty()) {
            int count = Math.min(MAX_STREAMS, scene.options().polls());
            streams = Workspace.openStreams(scene.store(), PREFIX, count);
        }
    }

    @Override
    public void arm() {
        for (int i = 0; i < scene.options().polls(); i++) {
            Stream stream = streams.get(i % streams.size());
            polls.add(stream.fetch(stream.confirmOffset(), Long.MAX_VALUE, FETCH_BYTES, WAIT));
        }
    }

    @Override
    public void begin(Duration phase) {
        requireWaiting();
    }

    @Override
    public boolean hasHappened() {
        return true;
    }

    @Override
    public Proof end() {
        requireWaiting();
        int waiting = polls.size();
        close();
        return new Proof(waiting, "long polls waiting", 0, 0);
    }

    @Override
    public void close() {
        polls.forEach(poll -> poll.cancel(false));
        polls.clear();
    }

    private void requireWaiting() {
        long ended = polls.stream().filter(CompletableFuture::isDone).count();
        if (ended > 0) {
            throw new ToolException("polls: " + ended + " of " + polls.size() + " idle long polls ended");
        }
    }
}
