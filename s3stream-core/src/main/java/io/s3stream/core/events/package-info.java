/**
 * Events that a store reports to its host.
 *
 * <p>{@link io.s3stream.core.events.StoreEvents} hands events to the host's {@code StoreListener} on the listener
 * thread and contains failures of the listener. {@link io.s3stream.core.events.OutageWatch} turns the failures and
 * successes of one kind of request into the start and end of an outage. {@link
 * io.s3stream.core.events.OutageListener} is the interface between both. Start with {@code StoreEvents}.
 */
@NullMarked
package io.s3stream.core.events;

import org.jspecify.annotations.NullMarked;
