// SPDX-License-Identifier: Apache-2.0
package io.teff.bench.micro;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.dsl.ProducerType;

/**
 * A Disruptor ring with one handler on a thread of its own: the limit for handing over numbers.
 *
 * <p>An event is one long. There is no task to call: the handler is known when the ring is made, so
 * what a general engine pays for running anything at all is not paid here.
 */
final class RawRing implements AutoCloseable {
    private final RingBuffer<Event> ring;
    private final BatchEventProcessor<Event> processor;
    private final Thread thread;

    /** Starts the consumer. */
    RawRing(ProducerType producers, int capacity, WaitStrategy wait, EventHandler<Event> handler) {
        ring = RingBuffer.create(producers, Event::new, capacity, wait);
        processor = new BatchEventProcessorBuilder().build(ring, ring.newBarrier(), handler);
        ring.addGatingSequences(processor.getSequence());
        thread = new Thread(processor, "teff-disruptor");
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands over {@code count} events with this value, published together. */
    void publish(long value, int count) {
        RingBuffer<Event> ring = this.ring;
        long last = ring.next(count);
        long first = last - count + 1;
        for (long sequence = first; sequence <= last; sequence++) {
            ring.get(sequence).value = value;
        }
        ring.publish(first, last);
    }

    @Override
    public void close() {
        processor.halt();
        Pools.join(thread);
    }

    /** A slot of the ring. */
    static final class Event {
        long value;
    }
}
