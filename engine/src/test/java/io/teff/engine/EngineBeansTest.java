// SPDX-License-Identifier: Apache-2.0
package io.teff.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What JMX shows of an engine, and for how long. */
class EngineBeansTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    private static EngineConfig config(String name) {
        return EngineConfig.builder().workers(2).name(name).build();
    }

    @Test
    void attributesAreThoseOfTheEngine() throws Exception {
        ObjectName name;
        Engine engine = Engine.start(config("shown"));
        try (EngineBeans bean = EngineBeans.register(engine)) {
            name = bean.name();
            assertThat(name).hasToString("io.teff:type=Engine,name=shown");
            EngineMXBean proxy = JMX.newMXBeanProxy(server, name, EngineMXBean.class);
            assertThat(proxy.getName()).isEqualTo("shown");
            assertThat(proxy.getState()).isEqualTo("running");
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(engine.submit(() -> {}));
            }
            for (Future<?> one : all) {
                one.get();
            }
            engine.close();
            assertThat(proxy.getState()).isEqualTo("terminated");
            assertThat(proxy.getTasks()).isEqualTo(50);
            assertThat(proxy.getTasksByWorker()).hasSize(2);
            assertThat(proxy.getTasksByWorker().stream().mapToLong(n -> n).sum()).isEqualTo(50);
            assertThat(proxy.getStealsByWorker().stream().mapToLong(n -> n).sum())
                    .isEqualTo(proxy.getSteals());
            assertThat(proxy.getWorkers()).isEqualTo(2);
            assertThat(proxy.getThreads()).isZero();
            assertThat(proxy.getQueued()).isZero();
            assertThat(proxy.getMonitorFile()).isEmpty();
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                assertThat(server.getAttribute(name, attribute.getName()))
                        .as(attribute.getName())
                        .isNotNull();
            }
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void enginesOfOneNameAreToldApart() {
        try (Engine one = Engine.start(config("twin,=*"));
                Engine two = Engine.start(config("twin,=*"))) {
            EngineBeans first = EngineBeans.register(one);
            try (EngineBeans second = EngineBeans.register(two)) {
                assertThat(first.name().getKeyProperty("name"))
                        .isEqualTo(ObjectName.quote("twin,=*"));
                assertThat(second.name().getKeyProperty("name"))
                        .isEqualTo(ObjectName.quote("twin,=*-2"));
                first.close();
                first.close();
                assertThat(server.isRegistered(second.name())).isTrue();
                try (EngineBeans again = EngineBeans.register(one)) {
                    assertThat(again.name()).isEqualTo(first.name());
                }
            }
        }
    }
}
