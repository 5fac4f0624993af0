package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.storage.s3.RequestLanes.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No use of a bucket takes the connections of another use. */
class RequestLanesTest {

    private final RequestLanes lanes = new RequestLanes();

    @ParameterizedTest
    @EnumSource(Use.class)
    void walAndMetadataNeverWait(Use flooding) {
        List<CompletableFuture<Ticket>> flood = flood(flooding);
        assertThat(flood).anyMatch(ticket -> !ticket.isDone());
        for (String key : List.of("wal/0/1/2", "meta/head")) {
            assertThat(lanes.enter(Use.READ, key)).isCompleted();
            assertThat(lanes.enter(Use.WRITE, key)).isCompleted();
        }
    }

    @ParameterizedTest
    @EnumSource(Use.class)
    void eachUseLeavesConnectionsToOthers(Use flooding) {
        flood(flooding);
        boolean isUpkeep = flooding == Use.LIST || flooding == Use.DELETE;
        for (Use other : Use.values()) {
            boolean isSameLane = other == flooding || (isUpkeep && (other == Use.LIST || other == Use.DELETE));
            assertThat(lanes.enter(other, "data/x").isDone()).isEqualTo(!isSameLane);
        }
    }

    @Test
    void endedRequestAdmitsNext() {
        List<CompletableFuture<Ticket>> flood = flood(Use.WRITE);
        CompletableFuture<Ticket> waiting =
                flood.stream().filter(ticket -> !ticket.isDone()).findFirst().orElseThrow();

        flood.get(0).join().end();

        assertThat(waiting).isCompleted();
    }

    private List<CompletableFuture<Ticket>> flood(Use use) {
        List<CompletableFuture<Ticket>> tickets = new ArrayList<>();
        for (int i = 0; i < RequestLanes.CONNECTIONS; i++) {
            tickets.add(lanes.enter(use, "data/x"));
        }
        return tickets;
    }
}
