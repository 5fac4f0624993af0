package io.s3stream.cli.bench.isolation;

import io.s3stream.api.StreamStore;
import io.s3stream.cli.bench.Report;
import io.s3stream.cli.bench.Workspace;

/**
 * The surroundings of a disturbance.
 *
 * @param store the measured store
 * @param storage its object storage
 * @param report for remarks on the preparation
 */
record Scene(
        Workspace workspace, StreamStore store, FaultyStorage storage, DisturbanceOptions options, Report report) {}
