package io.s3stream.wal.block.shared;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.wal.block.device.ProcessTable;
import io.s3stream.wal.block.format.Holder;
import io.s3stream.wal.block.format.SharedLayout;
import io.s3stream.wal.block.format.SharedOptions.Writer;
import io.s3stream.wal.block.ring.FenceRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The allocated extents and cells of a shared device. Immutable; changed by compare-and-set in the store's object
 * storage ({@link AllocationRegister}). Every change can be applied twice.
 *
 * @param nextCell the number of openings so far; cells below it are never allocated again
 * @param claims the extents that are not free
 */
record AllocationTable(UUID device, SharedLayout layout, long nextCell, List<Claim> claims) {

    /**
     * An extent that belongs to a generation.
     *
     * @param nonce the generation's nonce, which identifies this claim
     * @param isReleased whether the extent's content is no longer needed
     * @param isQuiet whether the I/O of its writer is proven to have ended
     * @param process the writer's process, as {@link ProcessTable} names it
     * @param holder the writer's process, for messages
     */
    record Claim(
            int extent,
            long cell,
            Writer writer,
            long nonce,
            boolean isReleased,
            boolean isQuiet,
            String process,
            Holder holder) {

        Claim released() {
            return new Claim(extent, cell, writer, nonce, true, isQuiet, process, holder);
        }

        Claim quiet() {
            return new Claim(extent, cell, writer, nonce, isReleased, true, process, holder);
        }

        String describe() {
            return "extent " + extent + " of node:walEpoch " + writer + " (process " + holder.pid() + " on host "
                    + holder.hostName() + ") "
                    + (isReleased
                            ? "is quarantined: its writer may still have a write in flight"
                            : isQuiet
                                    ? "waits for node " + writer.node() + " to recover it"
                                    : "is in use, or waits for" + " node " + writer.node() + " to recover it");
        }
    }

    AllocationTable {
        claims = List.copyOf(claims);
    }

    Optional<Claim> find(long nonce) {
        return claims.stream().filter(claim -> claim.nonce() == nonce).findFirst();
    }

    /** Marks claims whose writers' I/O is proven to have ended. */
    AllocationTable quiet(Predicate<Claim> which) {
        return replace(which, Claim::quiet);
    }

    /** Marks claims whose extents' content is no longer needed. */
    AllocationTable release(Predicate<Claim> which) {
        return replace(which, Claim::released);
    }

    private AllocationTable replace(Predicate<Claim> which, UnaryOperator<Claim> change) {
        return new AllocationTable(
                device,
                layout,
                nextCell,
                claims.stream()
                        .map(claim -> which.test(claim) ? change.apply(claim) : claim)
                        .toList());
    }

    /** Drops the claims of extents that are free by the rules. */
    AllocationTable collect(FenceRules rules) {
        return new AllocationTable(
                device,
                layout,
                nextCell,
                claims.stream()
                        .filter(claim -> !rules.isFree(claim.isReleased(), claim.isQuiet()))
                        .toList());
    }

    /**
     * Allocates an extent and a cell to a generation.
     *
     * @throws ConflictException if none is free; the message tells how to free one
     */
    AllocationTable allocate(Writer writer, long nonce, String process, Holder holder, FenceRules rules) {
        if (find(nonce).isPresent()) {
            return this;
        }
        long cell = rules.cellOf(nextCell, layout.cells());
        if (cell < 0) {
            throw new ConflictException("block WAL device " + device + " has used all of its " + layout.cells()
                    + " fence cells, one for each opening, and they are never used again: switch to another device or"
                    + " WAL, let every node commit its records on this device, then zero its first MiB to format it"
                    + " again (a larger option cells= allows more openings)");
        }
        Set<Integer> taken = claims.stream().map(Claim::extent).collect(Collectors.toSet());
        for (int extent = 0; extent < layout.extents(); extent++) {
            if (!taken.contains(extent)) {
                List<Claim> more = new ArrayList<>(claims);
                more.add(new Claim(extent, cell, writer, nonce, false, false, process, holder));
                return new AllocationTable(device, layout, nextCell + 1, more);
            }
        }
        throw new ConflictException(noneFree());
    }

    private String noneFree() {
        String quarantined = claims.stream()
                .filter(claim -> claim.isReleased() && !claim.isQuiet())
                .map(claim -> claim.writer().toString())
                .collect(Collectors.joining(","));
        return "block WAL device " + device + " has no free extent of " + layout.extents() + ": "
                + claims.stream().map(Claim::describe).collect(Collectors.joining("; "))
                + (quarantined.isEmpty()
                        ? "; close or recover a node, or use a larger device"
                        : "; if you know that these processes have ended, or that the device is detached from their"
                                + " hosts, add writersGone=" + quarantined + " to the URI (name only the writers that"
                                + " you know to be gone)");
    }
}
