package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.kafka.groups.GroupSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member of the classic protocol joins, syncs, beats and leaves, with each version of each of these requests. */
class ClassicProtocolVersionsTest {

    private static final byte[] ASSIGNMENT = {1, 2, 3};

    @TempDir
    Path dir;

    @Test
    void memberOfEachVersionJoinsAndLeaves() throws IOException {
        try (Broker broker = start();
                SocketClient client = new SocketClient(broker.port())) {
            client.send(ApiKeys.FIND_COORDINATOR, (short) 0, new FindCoordinatorRequestData().setKey("any"));
            await().until(() -> isLoaded(client, "group 0") && isLoaded(client, "group 1"));
            for (short version = 0; version <= ApiKeys.JOIN_GROUP.latestVersion(); version++) {
                String group = "group " + version;
                JoinGroupResponseData joined = join(client, group, version);
                assertThat(Errors.forCode(joined.errorCode())).isEqualTo(Errors.NONE);
                assertThat(joined.leader()).isEqualTo(joined.memberId());
                assertThat(joined.members()).hasSize(1);
                assertThat(sync(client, group, version, joined).assignment()).isEqualTo(ASSIGNMENT);
                assertThat(beat(client, group, version, joined).errorCode()).isZero();
                assertThat(leave(client, group, version, joined).errorCode()).isZero();
            }
        }
    }

    /** The groups of even and odd versions are in different partitions. */
    private static boolean isLoaded(SocketClient client, String group) throws IOException {
        HeartbeatResponseData answer =
                call(client, ApiKeys.HEARTBEAT, (short) 0, new HeartbeatRequestData().setGroupId(group));
        return answer.errorCode() == Errors.UNKNOWN_MEMBER_ID.code();
    }

    /** New versions want the member to join again with the id that the first answer has given it. */
    private static JoinGroupResponseData join(SocketClient client, String group, short version) throws IOException {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        ByteBuffer subscription = ConsumerProtocol.serializeSubscription(new Subscription(List.of("events")));
        protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(Utils.toArray(subscription)));
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(group)
                .setSessionTimeoutMs(10_000)
                .setProtocolType("consumer")
                .setProtocols(protocols);
        if (version > 0) {
            request.setRebalanceTimeoutMs(10_000);
        }
        JoinGroupResponseData joined = call(client, ApiKeys.JOIN_GROUP, version, request);
        return joined.errorCode() == Errors.MEMBER_ID_REQUIRED.code()
                ? call(client, ApiKeys.JOIN_GROUP, version, request.setMemberId(joined.memberId()))
                : joined;
    }

    private static SyncGroupResponseData sync(
            SocketClient client, String group, short version, JoinGroupResponseData joined) throws IOException {
        short used = (short) Math.min(version, ApiKeys.SYNC_GROUP.latestVersion());
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId(group)
                .setMemberId(joined.memberId())
                .setGenerationId(joined.generationId())
                .setAssignments(List.of(new SyncGroupRequestAssignment()
                        .setMemberId(joined.memberId())
                        .setAssignment(ASSIGNMENT)));
        if (used >= 5) {
            request.setProtocolType("consumer").setProtocolName("range");
        }
        return call(client, ApiKeys.SYNC_GROUP, used, request);
    }

    private static HeartbeatResponseData beat(
            SocketClient client, String group, short version, JoinGroupResponseData joined) throws IOException {
        short used = (short) Math.min(version, ApiKeys.HEARTBEAT.latestVersion());
        return call(
                client,
                ApiKeys.HEARTBEAT,
                used,
                new HeartbeatRequestData()
                        .setGroupId(group)
                        .setMemberId(joined.memberId())
                        .setGenerationId(joined.generationId()));
    }

    private static LeaveGroupResponseData leave(
            SocketClient client, String group, short version, JoinGroupResponseData joined) throws IOException {
        short used = (short) Math.min(version, ApiKeys.LEAVE_GROUP.latestVersion());
        LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId(group);
        return call(
                client,
                ApiKeys.LEAVE_GROUP,
                used,
                used < 3
                        ? request.setMemberId(joined.memberId())
                        : request.setMembers(List.of(new MemberIdentity().setMemberId(joined.memberId()))));
    }

    @SuppressWarnings("unchecked") // the type of the answer follows from the key
    private static <T extends ApiMessage> T call(SocketClient client, ApiKeys key, short version, ApiMessage request)
            throws IOException {
        return (T) client.send(key, version, request).data();
    }

    private Broker start() throws IOException {
        return Broker.start(TestBrokers.config(dir).with(new GroupSettings(2, 16 << 20, Clients.FAST_GROUPS)));
    }
}
