// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.ToLongFunction;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Shows engines to JConsole and other JMX clients. Reading costs the engine nothing but the reads.
 *
 * <pre>{@code
 * try (Engine engine = Engine.start();
 *         EngineBeans bean = EngineBeans.register(engine)) {
 *     System.out.println(bean.name());   // io.teff:type=Engine,name=teff
 * }
 * }</pre>
 *
 * <p>The bean goes away when this is closed, and holds the engine until then. Any thread.
 */
public final class EngineBeans implements AutoCloseable {
    private final MBeanServer server;
    private final ObjectName name;

    private EngineBeans(MBeanServer server, ObjectName name) {
        this.server = server;
        this.name = name;
    }

    /** Shows an engine on the JVM's own server; a second one of the same name gets a number. */
    public static EngineBeans register(Engine engine) {
        return register(engine, ManagementFactory.getPlatformMBeanServer());
    }

    /** As {@link #register(Engine)}, on another server. */
    public static EngineBeans register(Engine engine, MBeanServer server) {
        Bean bean = new Bean(engine);
        String own = engine.config().name();
        try {
            ObjectName name = name(own);
            for (int i = 2; !isRegistered(bean, name, server); i++) {
                name = name(own + "-" + i);
            }
            return new EngineBeans(server, name);
        } catch (JMException e) {
            throw new IllegalStateException("engine " + own + " cannot be shown by JMX", e);
        }
    }

    private static ObjectName name(String engine) throws JMException {
        boolean isPlain = engine.matches("[A-Za-z0-9._ -]+");
        return new ObjectName(
                "io.teff:type=Engine,name=" + (isPlain ? engine : ObjectName.quote(engine)));
    }

    /** False if the name is taken. */
    private static boolean isRegistered(Bean bean, ObjectName name, MBeanServer server)
            throws JMException {
        try {
            server.registerMBean(bean, name);
            return true;
        } catch (InstanceAlreadyExistsException e) {
            return false;
        }
    }

    /** Under which name the engine is shown. */
    public ObjectName name() {
        return name;
    }

    /** Shows it no more. Nothing happens the second time, or if somebody else has removed it. */
    @Override
    public void close() {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            return; // it is gone
        } catch (JMException e) {
            throw new IllegalStateException(name + " cannot be removed", e);
        }
    }

    private static final class Bean implements EngineMXBean {
        private final Engine engine;

        Bean(Engine engine) {
            this.engine = engine;
        }

        @Override
        public String getName() {
            return engine.config().name();
        }

        @Override
        public String getConfig() {
            return engine.config().toString();
        }

        @Override
        public String getState() {
            return engine.isTerminated()
                    ? "terminated"
                    : engine.isShutdown() ? "shut down" : "running";
        }

        @Override
        public int getWorkers() {
            return engine.config().workers();
        }

        @Override
        public int getThreads() {
            return engine.stats().threads();
        }

        @Override
        public int getAsleep() {
            return engine.stats().asleep();
        }

        @Override
        public int getBlocked() {
            return engine.stats().blocked();
        }

        @Override
        public long getQueued() {
            return engine.stats().queued();
        }

        @Override
        public long getTasks() {
            return engine.stats().tasks();
        }

        @Override
        public long getFailed() {
            return engine.stats().failed();
        }

        @Override
        public long getSteals() {
            return engine.stats().steals();
        }

        @Override
        public long getParks() {
            return engine.stats().parks();
        }

        @Override
        public String getMonitorFile() {
            return engine.monitorFile() == null ? "" : engine.monitorFile().toString();
        }

        @Override
        public List<Long> getTasksByWorker() {
            return byWorker(EngineStats.WorkerStats::tasks);
        }

        @Override
        public List<Long> getStealsByWorker() {
            return byWorker(EngineStats.WorkerStats::steals);
        }

        private List<Long> byWorker(ToLongFunction<EngineStats.WorkerStats> counter) {
            return engine.stats().workers().stream().map(counter::applyAsLong).toList();
        }
    }
}
