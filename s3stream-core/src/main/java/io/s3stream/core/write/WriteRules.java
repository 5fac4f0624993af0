package io.s3stream.core.write;

import io.s3stream.core.append.AckOrder;
import io.s3stream.core.append.AppendInbox;
import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.append.rules.OffsetRule;
import io.s3stream.core.append.rules.OutcomeRule;
import io.s3stream.core.upload.CommitOrder;

/** The replaceable rules of a write path: tests replace one at a time to prove that its failure is detected. */
public record WriteRules(
        AckOrder ackOrder,
        AppendInbox appendInbox,
        ClaimRule claimRule,
        OffsetRule offsetRule,
        OutcomeRule outcomeRule,
        CommitOrder commitOrder,
        HandOver handOver) {}
